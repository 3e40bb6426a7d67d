"""Work that is late, by figures: open dossiers past their date, and procedures published or entered late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bochiso.store.publication_list import Entry
from bochiso.units.model import Unit


@dataclass(frozen=True)
class OverdueUnitFigures:
    """The open dossiers of a unit that are past their date; `longest`: days, None where no date is known."""

    unit: Unit
    count: int
    longest: Decimal | None


@dataclass(frozen=True)
class OverdueFigures:
    """The open dossiers of a province that are past their date, the unit with most of them first.

    `dossiers`: each of them, the one that waits longest first, as `open_list` gives them.
    """

    moment: datetime
    units: tuple[OverdueUnitFigures, ...]
    dossiers: tuple[Mapping[str, Any], ...]

    @property
    def total(self) -> int:
        """How many."""
        return len(self.dossiers)


@dataclass(frozen=True)
class LateDecision:
    """Procedures that were decided on one day and late in the same way, by code and name.

    `unit`: who handles them, None where every unit of a level does. `publish_by`, `enter_by`: the
    last day allowed of what was late, None where it was not; `entered_on`: None where not yet.
    `entries`: the rows of the register that it is, none where the list of procedures alone has it;
    then `decided_on` may be None, where the province has not decided yet.
    """

    decided_on: date | None
    procedures: tuple[tuple[str, str | None], ...]
    unit: Unit | None
    publish_by: date | None
    enter_by: date | None
    entered_on: date | None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class LatePublications:
    """The procedures published in a period: how many by each deadline, how many late, and which."""

    decided: int
    judged: int
    published_late: int
    entered_late: int
    late: tuple[LateDecision, ...]
