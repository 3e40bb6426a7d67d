"""What a document is about: the figures asked for, those compared with, the province's own ranking.

Everything that is printed comes from these views, so that a sentence and an annex can't disagree.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

import duckdb

from bochiso.errors import ReportError
from bochiso.periods import Period
from bochiso.report.backlog import LatePublications, OverdueFigures
from bochiso.report.provenance import Provenance, from_store
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change, LevelComparison
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.score.shifts import find_empty
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.history import history
from bochiso.store.figures.queries import View, compare_views, partial, view, warnings
from bochiso.store.figures.snapshot_selection import (
    PREVIOUS,
    NothingToCompareError,
    SnapshotPredicate,
    choose,
    choose_against,
    snapshot_title,
)
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import end_of
from bochiso.text import VIETNAM, Lang, Text, say
from bochiso.units.model import BELOW_PROVINCE, Level, Unit
from bochiso.units.names import province_title
from bochiso.units.tree import tops

NEAR_DAYS = 31
"""How far the ranking of provinces may be, in days, from the figures of the units."""

WEEKS = 12
"""How far back a trend goes."""


@dataclass(frozen=True)
class LevelFigures:
    """The standings of one level of the province's units, and what changed."""

    level: Level
    standings: LevelStandings
    comparison: LevelComparison | None


@dataclass(frozen=True)
class ProvinceFigures:
    """The province in a ranking of provinces: where it stands, where it stood.

    `past`: its standing in the weeks of the period so far, with the day and the code of the era of
    its points, oldest first.
    """

    after: View
    standing: Standing
    before: View | None
    change: Change | None
    past: tuple[tuple[date, Standing, str], ...]

    @property
    def peers(self) -> LevelStandings:
        """The provinces that it is ranked with."""
        return self.after.standings.level(Level.PROVINCE)


@dataclass(frozen=True)
class ReportData:
    """All figures of a document. `units` holds the province's units ranked among themselves.

    `overdue` and `publications` are None where the data folder has no dossiers, or no procedures.
    `remarks`: what to bear in mind about figures and comparisons. `provenance`: what it all rests on.
    """

    code: str
    provenance: Provenance
    units: View
    before: View | None
    province: ProvinceFigures | None
    levels: tuple[LevelFigures, ...]
    overdue: OverdueFigures | None
    publications: LatePublications | None
    remarks: tuple[Text, ...]

    @property
    def rules(self) -> RuleSet:
        """The rules that scored the units."""
        return self.units.rules

    @property
    def every_unit(self) -> list[Unit]:
        """Every unit that may be named."""
        found = [row.score.unit for row in self.units.standings.rows]
        return found + [
            change.before.score.unit
            for each in self.levels
            if each.comparison
            for change in each.comparison.changes
            if change.after is None and change.before is not None
        ]


@dataclass(frozen=True)
class ReportRequest:
    """What is asked for. `against`: a day, a label, `previous`, or None for the previous if there is one."""

    province: str
    as_of: str | None = None
    period: Period | None = None
    against: str | None = None
    rules: RuleSet | None = None


def provinces_in(store: Store) -> tuple[str, ...]:
    """The provinces whose units the store has, those of the newest snapshot first."""
    found: dict[str, None] = {}
    for snapshot in reversed(store.snapshots()):
        units = store.units(snapshot)
        above = tops(units)
        for unit in units:
            if unit.parent is not None:
                found.setdefault(above[unit.code])
    return tuple(found)


@contextmanager
def dossiers_if_any(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The facts of dossiers, None where the data folder has none."""
    if not end_of(folder.journal).items:
        yield None
        return
    from bochiso.store.dossiers.ingest import (
        open_dossiers,  # measuring's parts: only where there are dossiers
    )

    with open_dossiers(folder) as db:
        yield db


def gather(
    store: Store, asked: ReportRequest, now: datetime, dossiers: duckdb.DuckDBPyConnection | None
) -> ReportData:
    """The figures of a document. `now`: this moment, for what is still open.

    Raises ComputeError where there are no such figures, or nothing to compare with where asked.
    """
    code = asked.province
    scored = cache(lambda snapshot: view(store, snapshot, asked.rules, code))

    def has_units(snapshot: Snapshot) -> bool:
        return bool(store.levels(snapshot) & set(BELOW_PROVINCE)) and bool(scored(snapshot).standings.levels)

    def ranks_units(snapshot: Snapshot) -> bool:
        return has_units(snapshot) and any(each.ranked for each in scored(snapshot).standings.levels.values())

    def has_any(snapshot: Snapshot) -> bool:
        return any(unit.code == code for unit in store.units(snapshot))

    after = scored(choose(store, asked.as_of, asked.period, ranks_units, has_units, has_any))
    if not (has_units(after.snapshot) or has_any(after.snapshot)):
        raise _nobody(code, after.snapshot)
    before = _before(store, asked, after.snapshot, ranks_units, has_units)
    compared = scored(before) if before else None
    province = _province(store, asked, after.snapshot, before)
    levels = tuple(_levels(after, compared))
    return ReportData(
        code,
        _identity(store, after.snapshot, before, province),
        after,
        compared,
        province,
        levels,
        *_work(dossiers, after, now, code),
        tuple(_remarks(store, after, compared, levels, province)),
    )


def _nobody(code: str, snapshot: Snapshot) -> ReportError:
    return ReportError(
        say(
            "không có đơn vị nào của {province} ({code}) trong {title}.",
            "no unit of {province} ({code}) is in {title}.",
            province=province_title(code, snapshot.as_of),
            code=code,
            title=snapshot_title(snapshot),
        ),
        do=say(
            "Nếu bảng không có mã đơn vị, nạp lại với --province {code} hoặc ghép tên bằng "
            "`bochiso units match`; nếu là tỉnh khác, chọn bằng --province.",
            "Where the table has no codes bring it in again with --province {code}, or give the names to "
            "units with `bochiso units match`; for another province choose it with --province.",
            code=code,
        ),
    )


def _before(
    store: Store, asked: ReportRequest, after: Snapshot, *predicates: SnapshotPredicate
) -> Snapshot | None:
    """The snapshot that the units are compared with; None where there is none and none was asked for."""
    if not predicates[-1](after):
        return None
    level = next(level for level in BELOW_PROVINCE if level in store.levels(after))
    try:
        found = choose_against(store, asked.against or PREVIOUS, after, level, *predicates)
    except NothingToCompareError:
        if asked.against not in (None, PREVIOUS) and not _ranks_province(store, asked):
            raise
        return None
    if found == after:
        raise ReportError(
            say(
                "kỳ so sánh trùng với kỳ của văn bản: {title}.",
                "the document would be compared with itself: {title}.",
                title=snapshot_title(after),
            ),
            do=say("Chọn một kỳ trước bằng --against.", "Choose an earlier one with --against."),
        )
    return found


def _ranks_province(store: Store, asked: ReportRequest) -> bool:
    """Whether what a document is to be compared with has the province itself, though none of its units."""
    found = choose(store, asked.against, None)
    return any(unit.code == asked.province for unit in store.units(found))


def _levels(after: View, before: View | None) -> Iterator[LevelFigures]:
    for level in BELOW_PROVINCE:
        if level in after.standings.levels:
            comparable = before is not None and level in before.standings.levels
            mine = after.standings.levels[level].province
            comparison = compare_views(before, after, level, mine) if before and comparable else None
            yield LevelFigures(level, after.standings.levels[level], comparison)


def _province(
    store: Store, asked: ReportRequest, units: Snapshot, before: Snapshot | None
) -> ProvinceFigures | None:
    """The province's own figures of the nearest day of the same period, and those compared with."""
    scored = cache(lambda snapshot: view(store, snapshot, asked.rules))

    def standing(snapshot: Snapshot) -> Standing | None:
        if Level.PROVINCE not in store.levels(snapshot):
            return None
        found = scored(snapshot).standings.find(asked.province)
        return found if found and found.rank is not None else None

    def near(snapshots: list[Snapshot], to: Snapshot) -> list[Snapshot]:
        """Those that rank the province, ranked among others first, then by their distance."""
        found = [
            (each, known)
            for each in snapshots
            if each.period == to.period
            and abs((each.as_of - to.as_of).days) <= NEAR_DAYS
            and (known := standing(each))
        ]
        # What came later was not known yet: a document of a past day stays what it was.
        found.sort(key=lambda f: (f[1].of < 2, f[0].as_of > to.as_of, abs(f[0].as_of - to.as_of)))
        return [each for each, _ in found]

    everything = store.snapshots()
    of_day = near(everything, units)
    if not of_day:
        return None
    after = scored(of_day[0])
    own = after.standings.find(asked.province)
    assert own is not None  # noqa: S101 (this is how the snapshot was found)
    if asked.against not in (None, PREVIOUS) and before is None:
        before = choose_against(store, asked.against, units, Level.PROVINCE)
    earlier = [each for each in everything if each.as_of < after.snapshot.as_of]
    chosen = [before] if before and standing(before) and before in earlier else near(earlier, before or units)
    past = _past(store, asked, after.snapshot)
    if not chosen:
        return ProvinceFigures(after, own, None, None, past)
    compared = scored(chosen[0])
    change = compare_views(compared, after, Level.PROVINCE).find(asked.province)
    return ProvinceFigures(after, own, compared, change, past)


def _past(store: Store, asked: ReportRequest, last: Snapshot) -> tuple[tuple[date, Standing, str], ...]:
    """The province's totals of the period up to a snapshot: the newest of each week, of the last WEEKS."""
    known = history(store, asked.province, last, asked.rules)
    weekly = {each.day.isocalendar()[:2]: (each.day, each.standing, each.era) for each in known}
    return tuple(weekly.values())[-WEEKS:]


def _work(
    dossiers: duckdb.DuckDBPyConnection | None, after: View, now: datetime, code: str
) -> tuple[OverdueFigures | None, LatePublications | None]:
    if dossiers is None:
        return None, None
    from bochiso.report.backlog import late_publications, overdue_figures  # as above

    moment = min(now, _end_of(after.snapshot.as_of))
    units = [row.score.unit for row in after.standings.rows]
    overdue = overdue_figures(dossiers, code, units, moment)
    today = moment.astimezone(VIETNAM).date()
    return overdue, late_publications(dossiers, after.rules, after.snapshot.period, today, units, code)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), VIETNAM)


def _identity(
    store: Store, units: Snapshot, before: Snapshot | None, province: ProvinceFigures | None
) -> Provenance:
    own = province.after.snapshot if province else None
    compared = province.before.snapshot if province and province.before else None
    return from_store(store, units, before, own, compared)


def _remarks(
    store: Store,
    after: View,
    before: View | None,
    levels: tuple[LevelFigures, ...],
    province: ProvinceFigures | None,
) -> Iterator[Text]:
    """Each remark once, those of figures that are incomplete first."""
    found = list(_incomplete(after))
    for each in levels:
        if before and each.comparison:
            found += _compared(store, before, after, each.comparison)
        else:
            found += (empty.sentence(after.rules) for empty in find_empty(each.standings))
    if province:
        found += _incomplete(province.after)
        if province.before:
            comparison = compare_views(province.before, province.after, Level.PROVINCE)
            found += _compared(store, province.before, province.after, comparison)
    seen: set[str] = set()
    for text in found:
        words = text.render(Lang.VI)
        if words not in seen:
            seen.add(words)
            yield text


def _compared(store: Store, before: View, after: View, comparison: LevelComparison) -> list[Text]:
    """What a reader must know of a comparison, without the hints for who runs the program."""
    hints = len(partial(before))
    return [*_incomplete(before), *warnings(store, before, after, comparison)[hints:]]


def _incomplete(known: View) -> Iterator[Text]:
    yield from () if known.basis is None else known.basis.sentences(known.rules)
    if known.snapshot.state is not ReadingState.COMPLETE:
        yield say(
            "số liệu ngày {day} thu thập chưa đầy đủ, chỉ để tham khảo",
            "the figures of {day} were collected in part, to be read with care",
            day=known.snapshot.as_of,
        )
