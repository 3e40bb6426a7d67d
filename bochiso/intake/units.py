"""From an intake's tables to the figures of each unit, as scoring takes them."""

from bochiso.intake.result import Intake
from bochiso.rules.model import RuleSet
from bochiso.score.figures import UnitFigures
from bochiso.units.model import Level, Unit


def unit_figures(intake: Intake, rules: RuleSet) -> list[UnitFigures]:
    """Every unit of an intake with its figures, in the order of the source."""
    units = {
        row["unit"]: UnitFigures(Unit(row["unit"], row["name"], Level(row["level"]), row["parent"]))
        for row in intake.units.to_pylist()
    }
    fields = ("unit", "code", "numerator", "denominator", "rate", "points", "quality")
    for unit, *row in zip(*(intake.figures[field].to_pylist() for field in fields), strict=True):
        units[unit].place(*row, groups=rules.group)
    return list(units.values())
