"""The charts of one indicator: all units of every level as dots, and the province's points over time."""

from collections.abc import Sequence
from decimal import Decimal

from bochiso.rules.rule_set import Indicator
from bochiso.score.indicator_table import IndicatorTable, indicator_of
from bochiso.score.ranking import ranks_by
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.history import level_history
from bochiso.text import Lang, Text, hundredths, say
from bochiso.units.model import Level
from bochiso.web.graphics.dot_plot import DotRow, DotSet, dot_picture
from bochiso.web.graphics.page_chart import PageChart
from bochiso.web.graphics.trend_chart import TrendMark, TrendSeries, trend_picture

SPREAD, TREND = "chi-so", "chi-so-dien-bien"
"""The names of the charts in addresses."""

_AXIS = Decimal("0.3")
"""The share of an indicator's points that the axis of its trend holds at least."""


def levels_of(
    tables: Sequence[IndicatorTable], ours: str, name: str, subject: str, lang: Lang
) -> PageChart | None:
    """A row a level, a dot a unit, the province named; None where no level has three units to tell apart.

    Points where the indicator earns any, else percent. `subject`: what the chart's address names.
    """
    rows = [row for table in tables if not table.shared and (row := _row(table, ours))]
    if not any(len(row.values) > 2 for row in rows):
        return None
    rule = tables[0].rule
    named = name if any(row.ours is not None for row in rows) else ""
    title = say("Chỉ số {number} của mọi đơn vị", "Indicator {number}: all units", number=rule.number).render(
        lang
    )
    of = Text("mỗi chấm một đơn vị", "a dot is a unit")
    return dot_picture(DotSet(title, tuple(rows), named, of), SPREAD, subject, lang)


def _row(table: IndicatorTable, ours: str) -> DotRow | None:
    scored = table.rule.scored
    found: dict[str, Decimal] = {}
    for row in table.rows:
        rate = row.score.rate
        value = row.points if scored else None if rate is None else hundredths(rate * 100)
        if value is not None:
            found[row.unit.code] = value
    if not found:
        return None
    own = table.find(ours)
    return DotRow(
        table.level.title,
        table.rule.points if scored else Decimal(100),
        tuple(found.values()),
        table.mean,
        found.get(ours),
        own.rank if own else None,
        percent=not scored,
    )


def trend_of_indicator(
    store: Store, rule: Indicator, province: str, name: str, last: Snapshot, subject: str, lang: Lang
) -> PageChart | None:
    """The province's points in an indicator over time, beside the mean of its communes; None where it has
    none, or the indicator earns none. `subject`: what the chart's address names."""
    communes = {
        each.snapshot: each.indicator_mean(rule.code)
        for each in level_history(store, Level.COMMUNE, province, last)
    }
    marks = []
    for each in level_history(store, Level.PROVINCE, None, last):
        points = {
            row.score.unit.code: found.points
            for row in each.level.rows
            if (found := indicator_of(row.score, rule.code)) and found.points is not None
        }
        if province in points:
            beside = None if "commune" in rule.inherits else communes.get(each.snapshot)
            marks.append(
                TrendMark(
                    each.snapshot.as_of,
                    points[province],
                    ranks_by(points)[province] if 2 * len(points) > max(each.level.ranked, 2) else None,
                    len(points),
                    each.era,
                    beside,
                )
            )
    if not rule.scored or len(marks) < 2:
        return None
    shown = TrendSeries(
        name,
        tuple(marks),
        Text("TB cấp xã", "communes"),
        None,
        max(rule.points * _AXIS, Decimal(1)),
        say("Điểm chỉ số {n}", "Points of {n}", n=rule.number),
    )
    return trend_picture(shown, TREND, subject, lang)
