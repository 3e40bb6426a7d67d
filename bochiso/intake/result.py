"""What every intake module returns: figures that can be used, and reasons for those that can't."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bochiso.errors import Where
from bochiso.text import Lang, Text

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


@dataclass(frozen=True)
class Refusal:
    """A row that can't be used: where it stands, why, and what it said."""

    where: Where
    reason: Text
    content: str = ""

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
