"""The charts of a document: which of them there are figures for, and their titles."""

from collections.abc import Sequence

from msgspec.structs import replace

from bochiso.report import phrases
from bochiso.report.annex_parts import Charts, Picture, ShownChart
from bochiso.report.charts.process import CHANGES, GRADES, GROUPS, TREND, ChartInputs, ChartPicture
from bochiso.report.report_data import ReportData
from bochiso.report.text.annexes import stamp
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.score.ranking import LevelStandings

TRENDED = 3
"""Fewer points are no trend: what two of them say stands in the chart of changes."""


def wanted(facts: ReportData) -> ChartInputs:
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
    return ChartInputs(
        facts.rules, groups, change, levels, tuple((day, period, each, era) for day, each, era in past)
    )


def _bare(level: LevelStandings) -> LevelStandings:
    """A level's counts and means without its units."""
    return replace(level, rows=())


def charts_annex(
    builder: DocumentBuilder, drawings: Sequence[ChartPicture], number: str, with_paper: str
) -> Charts:
    """The annex of charts."""
    if not drawings:
        return Charts(False, "", "", "", [], "")
    titles = _titles(builder)
    return Charts(
        known=True,
        number=number,
        title=f"Biểu đồ kết quả đánh giá của {builder.places['province']} {builder.titled}",
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
        foot=stamp(builder),
    )


def _titles(builder: DocumentBuilder) -> dict[str, str]:
    facts, name = builder.facts, builder.places["province"]
    of_units = phrases.day(facts.units.snapshot.as_of)
    found = {GRADES: f"Số cơ quan, đơn vị, địa phương theo xếp loại, số liệu ngày {of_units}"}
    if own := facts.province:
        after = own.after.snapshot
        found[GROUPS] = f"Điểm các nhóm chỉ số của {name}, số liệu ngày {phrases.day(after.as_of)}"
        found[TREND] = f"Diễn biến tổng điểm của {name}, {phrases.span(after.period)}"
        if own.before:
            since = builder.compared(own.before.snapshot, after)
            found[CHANGES] = (
                f"Thay đổi điểm của {name}, số liệu ngày {phrases.day(after.as_of)} so với {since}"
            )
    return found
