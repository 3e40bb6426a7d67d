"""Builders of figures for the tests of scoring, and the real figures of bochiso/examples/."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.units.model import Level, Unit

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
BOXES = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH")
INHERITED = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL")
PAYMENT = {
    "PAYMENT_PROCEDURES": ("procedures_paid_online", "procedures_with_fee"),
    "PAYMENT_INTEGRATED": ("procedures_integrated", "procedures_with_fee"),
    "PAYMENT_DOSSIERS": ("dossiers_paid_online", "dossiers_with_fee"),
}


def province(code: str = "H15", name: str = "UBND tỉnh Đắk Lắk") -> Unit:
    return Unit(code, name, Level.PROVINCE)


def department(code: str = "H15.01", name: str = "Sở Nội vụ", parent: str | None = "H15") -> Unit:
    return Unit(code, name, Level.DEPARTMENT, parent)


def commune(code: str = "H15.101", name: str = "UBND xã Ea Drăng", parent: str | None = "H15") -> Unit:
    return Unit(code, name, Level.COMMUNE, parent)


def figures(
    unit: Unit,
    counts: Mapping[str, Count] | None = None,
    *,
    rates: Mapping[str, str] | None = None,
    points: Mapping[str, str] | None = None,
    total: str | None = None,
) -> UnitFigures:
    """Figures of a unit; rates, points and the total as a table writes them."""
    return UnitFigures(
        unit,
        dict(counts or {}),
        {code: Decimal(value) for code, value in (rates or {}).items()},
        {code: Decimal(value) for code, value in (points or {}).items()},
        None if total is None else Decimal(total),
    )


def totals(level: Level, *written: str) -> list[UnitFigures]:
    """Units of one level that have bare totals."""
    return [figures(Unit(f"H15.{n}", f"Đơn vị {n}", level), total=each) for n, each in enumerate(written, 1)]


def every_count(rules: RuleSet, numerator: int = 3, denominator: int = 4) -> dict[str, Count]:
    """A count for every scored indicator."""
    return {i.code: Count(numerator, denominator) for i in rules.indicators if i.scored}


def read_table(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def published_provinces(day: str) -> list[UnitFigures]:
    """The 34 provinces as the portal published them on a day: points of boxes and totals."""
    return [
        figures(
            province(row["code"], row["name"]), points={box: row[box] for box in BOXES}, total=row["total"]
        )
        for row in read_table(f"provinces-{day}.csv")
    ]


def published_units(day: str) -> list[UnitFigures]:
    """The 149 departments and communes of Gia Lai as the portal published them on a day."""
    return [
        figures(
            Unit(row["unit"], row["unit_name"], Level(row["level"]), row["parent"]),
            points={box: row[box] for box in BOXES},
            total=row["total"],
        )
        for row in read_table(f"units-H21-{day}.csv")
    ]


def published_dak_lak() -> list[UnitFigures]:
    """The 117 units of Đắk Lắk: every count, score, box and total that the portal published."""
    found = {
        row["unit"]: figures(
            Unit(row["unit"], row["unit_name"], Level(row["level"]), row["parent"] or None),
            points={box: row[box] for box in BOXES},
            total=row["total"],
        )
        for row in read_table("daklak-points-2026-10-10.csv")
    }
    for row in read_table("daklak-measures-2026-10-10.csv"):
        found[row["unit"]].counts[row["indicator"]] = Count(
            *(int(row[side]) if row[side] else None for side in ("numerator", "denominator")),
            Decimal(row["score"]) if row["score"] else None,
        )
    return list(found.values())


def published_metrics() -> list[UnitFigures]:
    """Units with published counts and points of single indicators."""
    found: dict[str, UnitFigures] = {}
    for row in read_table("metrics-2026.csv"):
        unit = Unit(row["unit"], row["unit_name"], Level(row["level"]))
        counts = found.setdefault(unit.code, UnitFigures(unit)).counts
        counts[row["indicator"]] = Count(
            int(row["numerator"]), int(row["denominator"]), Decimal(row["score"])
        )
    return list(found.values())


def published_payment() -> list[UnitFigures]:
    """Units of Phú Thọ with the counts of the payment box and its published points."""
    return [
        figures(
            Unit(row["unit"], row["unit_name"], Level(row["level"])),
            {code: Count(int(row[top]), int(row[bottom])) for code, (top, bottom) in PAYMENT.items()},
            points={"TTTT": row["score"]},
        )
        for row in read_table("payment-2026.csv")
    ]


@st.composite
def counts(draw: st.DrawFn, most: int = 500_000) -> Count:
    """A whole count, its denominator above 0."""
    denominator = draw(st.integers(1, most))
    return Count(draw(st.integers(0, denominator)), denominator)


@st.composite
def measured(draw: st.DrawFn, rules: RuleSet, unit: Unit) -> UnitFigures:
    """A unit with a count of every scored indicator, empty ones among them."""
    empty = st.just(Count(0, 0))
    return UnitFigures(unit, {i.code: draw(counts() | empty) for i in rules.indicators if i.scored})
