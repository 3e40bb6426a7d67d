"""What every intake module returns: figures that can be used, and reasons for those that can't."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bochiso.errors import SourceError, Where
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import UnitFigures
from bochiso.text import Lang, Text, say
from bochiso.units.model import Level, Unit

if TYPE_CHECKING:
    import pyarrow as pa

UNIT_COLUMNS = ("unit", "name", "level", "parent")
"""Columns of `Intake.units`, all text: one row a unit."""

FIGURE_COLUMNS = ("unit", "code", "numerator", "denominator", "rate", "points", "quality", "file", "row")
"""Columns of `Intake.figures`.

unit: the unit's code. code: an indicator, a group or TOTAL. numerator, denominator
(decimal128(18, 6)): counts of an indicator. rate (decimal128(18, 6)): percent, of a group.
points (decimal128(18, 6)): as published, of an indicator, a group or the total. quality: the
source's own remark. file, row: where it stood. null where the source gave nothing.
"""


class RefusalKind(StrEnum):
    """What a refusal says of its source.

    VALUE: a row or a figure can't be used. UNREADABLE: a whole file can't be. TORN: a total isn't
    the sum of its groups. DISPUTED: two answers give one figure differently. INCOMPLETE: the
    source shows that more belongs to it than was given.
    """

    VALUE = "value"
    UNREADABLE = "unreadable"
    TORN = "torn"
    DISPUTED = "disputed"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Refusal:
    """A row that can't be used: where it stands, why, and what it said.

    files: where what is TORN or DISPUTED may have come from, old in one and new in another.
    """

    where: Where
    reason: Text
    content: str = ""
    kind: RefusalKind = RefusalKind.VALUE
    files: tuple[str, ...] = ()

    @property
    def is_torn(self) -> bool:
        """Whether figures that belong together differ, as while their source recalculates."""
        return self.kind in (RefusalKind.TORN, RefusalKind.DISPUTED)

    def render(self, lang: Lang) -> str:
        """One line for the person who sent it."""
        return f"{self.where.render(lang)}: {self.reason.render(lang)}"


@dataclass(frozen=True)
class Intake:
    """What a file or folder held. `notes` are remarks on the whole that refuse nothing."""

    units: "pa.Table"
    figures: "pa.Table"
    rows: int
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Text, ...] = field(default=())
    partial: bool = False
    """Whether the source itself counts more units than were given."""


def unit_figures(intake: Intake, rules: RuleSet) -> list[UnitFigures]:
    """Every unit of an intake with its figures, in the order of the source."""
    units = {
        row["unit"]: UnitFigures(Unit(row["unit"], row["name"], Level(row["level"]), row["parent"]))
        for row in intake.units.to_pylist()
    }
    fields = ("unit", "code", "numerator", "denominator", "rate", "points", "quality")
    for unit, *row in zip(*(intake.figures[name].to_pylist() for name in fields), strict=True):
        units[unit].set_figure(*row, groups=rules.group)
    return list(units.values())


class NothingUsableError(SourceError):
    """Every row was refused; `intake` has them, with the reasons."""

    intake: Intake


def nothing_usable(intake: Intake) -> NothingUsableError:
    """What is said when every row was refused."""
    first = intake.refusals[0] if intake.refusals else None
    error = NothingUsableError(
        say(
            "không có dòng nào dùng được ({n} dòng bị từ chối).",
            "no row can be used ({n} refused).",
            n=len(intake.refusals),
        ),
        where=first.where if first else None,
        do=say("Lý do đầu tiên: {reason}", "The first reason: {reason}", reason=first.reason)
        if first
        else None,
    )
    error.intake = intake
    return error
