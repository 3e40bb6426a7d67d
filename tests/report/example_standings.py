"""Standings of the real figures of bochiso/examples/, for the tests of charts and of the workbook."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from bochiso.report.charts.definitions import TrendPoint
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import LevelComparison, compare_levels
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level, Unit

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
DAYS = {Level.PROVINCE: (date(2026, 9, 17), date(2026, 10, 6))}
UNIT_DAYS = (date(2026, 10, 2), date(2026, 10, 7))


@cache
def rules() -> RuleSet:
    return load_rules("qd766")


def ranked(*figures: UnitFigures) -> Standings:
    return rank_units(score_units(figures, rules()), rules())


@cache
def provinces(day: str) -> Standings:
    """The 34 provinces as published on a day."""
    units = [
        _published(Unit(row["code"], row["name"], Level.PROVINCE), row)
        for row in _rows(f"provinces-{day}.csv")
    ]
    return ranked(*units)


@cache
def units(day: str) -> Standings:
    """The 14 departments and 135 communes of Gia Lai as published on a day."""
    return ranked(
        *(
            _published(Unit(row["unit"], row["unit_name"], Level(row["level"]), row["parent"]), row)
            for row in _rows(f"units-H21-{day}.csv")
        )
    )


@cache
def comparisons() -> dict[Level, LevelComparison]:
    """Gia Lai's units on 7 October beside those on 2 October."""
    before, after = units("2026-10-02"), units("2026-10-07")
    return {
        level: compare_levels(before.levels[level], standings, rules(), *UNIT_DAYS)
        for level, standings in after.levels.items()
    }


@cache
def province_comparison() -> LevelComparison:
    """The provinces on 6 October beside those on 17 September."""
    before, after = provinces("2026-09-17"), provinces("2026-10-06")
    days = DAYS[Level.PROVINCE]
    return compare_levels(before.levels[Level.PROVINCE], after.levels[Level.PROVINCE], rules(), *days)


@cache
def metrics() -> Standings:
    """Units with published counts and points of single indicators."""
    found: dict[str, UnitFigures] = {}
    for row in _rows("metrics-2026.csv"):
        unit = Unit(row["unit"], row["unit_name"], Level(row["level"]))
        count = Count(int(row["numerator"]), int(row["denominator"]), Decimal(row["score"]))
        found.setdefault(unit.code, UnitFigures(unit)).counts[row["indicator"]] = count
    return ranked(*found.values())


def bare(level: Level, *totals: str) -> list[UnitFigures]:
    """Units of which only a total is known."""
    return [
        UnitFigures(Unit(f"H15.{n}", f"Đơn vị {n}", level), total=Decimal(total))
        for n, total in enumerate(totals, 1)
    ]


def measured(unit: Unit, numerator: int, denominator: int) -> UnitFigures:
    """A unit with the same count of every scored indicator."""
    counts = {i.code: Count(numerator, denominator) for i in rules().indicators if i.scored}
    return UnitFigures(unit, counts)


def _published(unit: Unit, row: dict[str, str]) -> UnitFigures:
    points = {box: Decimal(row[box]) for box in rules().boxes}
    return UnitFigures(unit, points=points, total=Decimal(row["total"]))


def _rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def trend_points(*totals: str | None, period: str = "2026") -> list[TrendPoint]:
    """Totals of one unit a week apart; None: a week without figures."""
    standings = ranked(*bare(Level.PROVINCE, *(total for total in totals if total))).rows
    by_total = {str(row.score.total): row for row in standings}
    empty = ranked(*units_without_figures()).rows[0]
    return [
        TrendPoint(date(2026, 9, 1) + timedelta(days=7 * n), period, by_total[total] if total else empty)
        for n, total in enumerate(totals)
    ]


def units_without_figures() -> list:
    """A unit of which nothing is known."""
    unit = bare(Level.PROVINCE, "1")[0].unit
    return [type(bare(Level.PROVINCE, "1")[0])(unit)]
