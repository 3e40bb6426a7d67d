"""The charts of a document: which of them there are figures for, and their titles."""

from collections.abc import Sequence

from msgspec.structs import replace

from bochiso.report import words
from bochiso.report.annexes import stamp
from bochiso.report.context import Charts, Picture, ShownChart
from bochiso.report.draft import Draft
from bochiso.report.drawings import CHANGES, GRADES, GROUPS, TREND, Drawing, Wanted
from bochiso.report.facts import Facts
from bochiso.score.standings import LevelStandings
from bochiso.text import Lang

TRENDED = 3
"""Fewer points are no trend: what two of them say stands in the chart of changes."""


def wanted(facts: Facts) -> Wanted:
    """What there are figures to draw of."""
    own = facts.province
    groups = change = None
    if own and any(box.points is not None for box in own.standing.score.boxes):
        groups = (own.standing, _bare(own.peers) if own.standing.of > 1 else None)
    if own and own.change and any(moved is not None for moved in own.change.boxes.values()):
        change = own.change
    levels = tuple(_bare(each.standings) for each in facts.levels if each.standings.ranked)
    past = own.past if own and len(own.past) >= TRENDED else ()
    period = facts.units.snapshot.period.code
    return Wanted(
        facts.rules, groups, change, levels, tuple((day, period, each, era) for day, each, era in past)
    )


def _bare(level: LevelStandings) -> LevelStandings:
    """A level's counts and means without its units."""
    return replace(level, rows=())


def charts_annex(draft: Draft, drawings: Sequence[Drawing], number: str, with_paper: str) -> Charts:
    """The annex of charts."""
    if not drawings:
        return Charts(False, "", "", "", [], "")
    titles = _titles(draft)
    return Charts(
        known=True,
        number=number,
        title=f"Biểu đồ kết quả đánh giá của {draft.places['province']} {draft.label}",
        with_paper=with_paper,
        shown=[
            ShownChart(
                each.name,
                titles[each.name],
                each.words.removesuffix("."),
                Picture(each.png, f"{titles[each.name]}. {each.words}", each.width, each.height),
            )
            for each in drawings
        ],
        foot=stamp(draft),
    )


def _titles(draft: Draft) -> dict[str, str]:
    facts, name = draft.facts, draft.places["province"]
    of_units = words.day(facts.units.snapshot.as_of)
    found = {GRADES: f"Số cơ quan, đơn vị, địa phương theo xếp loại, số liệu ngày {of_units}"}
    if own := facts.province:
        after = own.after.snapshot
        found[GROUPS] = f"Điểm các nhóm chỉ số của {name}, số liệu ngày {words.day(after.as_of)}"
        found[TREND] = f"Diễn biến tổng điểm của {name}, {after.period.show(Lang.VI)}"
        if own.before:
            since = draft.compared(own.before.snapshot, after)
            found[CHANGES] = f"Thay đổi điểm của {name}, số liệu ngày {words.day(after.as_of)} so với {since}"
    return found
