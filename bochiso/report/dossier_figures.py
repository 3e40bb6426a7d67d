"""What documents are told of dossiers and of the register: values alone, whoever counted them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bochiso.store.dossiers.publication_list import Entry
from bochiso.text import Text, say
from bochiso.units.codes import natural_key
from bochiso.units.model import Unit


@dataclass(frozen=True)
class Caseload:
    """What a unit had on its hands from a day to a moment, in dossiers; see measure/caseload.py."""

    carried: int = 0
    received: int = 0
    before: int = 0
    on_day: int = 0
    after: int = 0
    unlimited: int = 0
    open: int = 0
    overdue: int = 0

    def __add__(self, other: "Caseload") -> "Caseload":
        return Caseload(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Caseload)))

    @property
    def total(self) -> int:
        """All of them."""
        return self.carried + self.received

    @property
    def done(self) -> int:
        """Those that were finished."""
        return self.before + self.on_day + self.after + self.unlimited

    @property
    def timely(self) -> Fraction | None:
        """The share finished before or on the due day, of those that had one."""
        judged = self.done - self.unlimited
        return Fraction(self.before + self.on_day, judged) if judged else None


@dataclass(frozen=True)
class UnitDossiers:
    """The dossiers of a unit that is ranked, those of the units below it included.

    `longest`: days that the one waits which is overdue longest, None where none is or no date is known.
    """

    unit: Unit
    caseload: Caseload
    longest: Decimal | None

    @property
    def count(self) -> int:
        """How many are open and past their date."""
        return self.caseload.overdue


@dataclass(frozen=True)
class DossierFigures:
    """The dossiers of a province from `first` to `moment`.

    `moment`: that of the document or, where dossiers stopped coming before it, the end of the last day
    of which anything is known, `known_until`. `units`: every unit with dossiers. `dossiers`: each that
    is overdue, the one that waits longest first, as `open_list` gives them; none where a table told of
    them. `complete`: whether all of the handling is known, not the overdue alone;
    `handed`: whether it is what an office handed in, not counted here.
    """

    first: date
    moment: datetime
    known_until: date
    stopped: bool
    units: tuple[UnitDossiers, ...]
    dossiers: tuple[Mapping[str, Any], ...]
    complete: bool = True
    handed: bool = False

    @property
    def total(self) -> int:
        """How many are open and past their date."""
        return self.whole.overdue

    @property
    def overdue(self) -> list[UnitDossiers]:
        """The units with any, that with most first."""
        found = [each for each in self.units if each.count]
        return sorted(found, key=lambda each: (-each.count, natural_key(each.unit.code)))

    @property
    def remarks(self) -> Iterator[Text]:
        """That dossiers stopped coming, where they did."""
        if self.stopped:
            yield say(
                "dữ liệu hồ sơ dừng ở ngày {day}; tình hình giải quyết hồ sơ chỉ nêu đến ngày này",
                "dossiers end on {day}; their handling is told up to that day",
                day=self.known_until,
            )

    @property
    def whole(self) -> Caseload:
        """Of all units together."""
        return sum((each.caseload for each in self.units), Caseload())


@dataclass(frozen=True)
class LateDecision:
    """Procedures that were decided on one day and late in the same way, by code and name.

    `unit`: who handles them, None where every unit of a level does. `publish_by`, `enter_by`: the
    last day allowed of what was late, None where it was not; `entered_on`: None where not yet.
    `entries`: the rows of the register that it is, none where the list of procedures alone has it.
    `decided_on` is None where the province has not decided yet: it was to, by `publish_by`, of what is in
    force since `effective_on`. `publish_days`, `enter_days`: how late it is.
    """

    decided_on: date | None
    procedures: tuple[tuple[str, str | None], ...]
    unit: Unit | None
    publish_by: date | None
    enter_by: date | None
    entered_on: date | None
    entries: tuple[Entry, ...] = ()
    publish_days: int = 0
    enter_days: int = 0
    effective_on: date | None = None


@dataclass(frozen=True)
class LatePublications:
    """The procedures published in a period: how many by each deadline, how many late, and which."""

    decided: int
    judged: int
    published_late: int
    entered_late: int
    late: tuple[LateDecision, ...]
