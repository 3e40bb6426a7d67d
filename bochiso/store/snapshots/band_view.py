"""Rank bands and peers of like size by the figures that are kept."""

from dataclasses import dataclass

from msgspec import Struct

from bochiso.periods import Period
from bochiso.rules.rule_set import RuleSet
from bochiso.score.bands.rank_bands import SHARE, LevelBands, rank_bands
from bochiso.score.export import LevelCode
from bochiso.score.ranking import LevelStandings
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import Ranked, View, rankings
from bochiso.text import Lang, Text, say
from bochiso.units.model import Level


class BandView(Struct, frozen=True):
    """The bands of one level of one province. `view`: the figures; `level`: their standings."""

    view: View
    level: LevelStandings
    bands: LevelBands

    @property
    def remarks(self) -> list[Text]:
        """What a reader must know of the bands, before anything else that no counts were known."""
        return remarks_of(self.bands, self.view.rules)


def remarks_of(bands: LevelBands, rules: RuleSet) -> list[Text]:
    """What the bands of a level stand on."""
    n, of = bands.drawn, len(bands.rows)
    if not n:
        return [
            say(
                "Nguồn chưa cho tử số, mẫu số của các chỉ số tính theo hồ sơ, phản ánh, nên chưa tính được "
                "khoảng thứ hạng.",
                "No counts of dossiers or petitions are known: no bands.",
            )
        ]
    found = [
        say(
            "Thứ hạng chính thức đứng trước. Khoảng thứ hạng: nếu kỳ này diễn ra lại với cách làm như cũ, "
            "{share} trong 100 lần đơn vị đứng trong khoảng ấy. Số hồ sơ giữ nguyên; kết quả từng hồ sơ, số "
            "phản ánh và kết quả từng phản ánh là ngẫu nhiên.",
            "The official rank stands first. The band: were the period to come once more and work go on as "
            "it did, the unit would be within it {share} in 100 times. Numbers of dossiers are held; the "
            "outcome of each, how many petitions come and the outcome of each are left to chance.",
            share=SHARE,
        )
    ]
    if n < of:
        found.append(
            say(
                "Mới có tử số, mẫu số của {n}/{of} đơn vị; điểm của các đơn vị còn lại giữ nguyên.",
                "Counts of {n} of {of} {of:unit|units} are known; the others keep their points.", n=n, of=of,
            )
        )  # fmt: skip
    if bands.held:
        names = [rules.label(code) for code in bands.held]
        found.append(
            say(
                "Giữ nguyên điểm của nhóm chưa có tử số, mẫu số: {vi}.",
                "Groups without counts keep their points: {en}.",
                vi=", ".join(each.render(Lang.VI) for each in names),
                en=", ".join(each.render(Lang.EN) for each in names),
            )
        )  # fmt: skip
    return found


def band_views(
    store: Store,
    level: Level | None = None,
    as_of: str | None = None,
    period: Period | None = None,
    within: str | None = None,
    place: int = 10,
) -> tuple[BandView, ...]:
    """The bands of one level, or of each, of the snapshot asked for, else of the newest that ranks it.

    Raises ComputeError where what was asked for isn't there.
    """
    found = rankings(store, level=level, as_of=as_of, period=period, against=None, rules=None, within=within)
    return tuple(
        BandView(each.after, each.standings, _bands(store, each, place))
        for each in found
        if each.standings.ranked > 1
    )


def _bands(store: Store, found: Ranked, place: int) -> LevelBands:
    """Drawn once: thousands of draws take a second."""
    standings = found.standings
    key = "bands", found.after.key, standings.level, standings.province, place
    return store.cached(key, lambda: rank_bands(standings, place))


@dataclass(frozen=True)
class BandRow:
    """A unit's official rank and the places that chance alone allows.

    top: the share of draws in which it is among the best so many. surely, possibly: whether its whole band
    is, or a part of it. drawn: False where no counts were known, and nothing was left to chance.
    """

    unit: str
    unit_name: str
    level: LevelCode
    rank: int
    best: int
    worst: int
    top: float
    surely: bool
    possibly: bool
    drawn: bool


def band_rows(found: BandView) -> list[BandRow]:
    """The bands of a level, in the order of its ranking."""
    names = {row.score.unit.code: row.score.unit.name for row in found.level.rows}
    surely, possibly = set(found.bands.surely), set(found.bands.possibly)
    return [
        BandRow(
            row.code, names[row.code], found.level.level, row.rank, row.best, row.worst, row.top,
            row.code in surely,
            row.code in possibly, not row.fixed,
        )
        for row in found.bands.rows
    ]  # fmt: skip
