"""Finds work that is late: open dossiers past their date by unit, procedures published or entered late."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from bochiso.periods import Period
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.dossiers.publication_list import Entry, publication_list
from bochiso.store.measuring.measurement import measured_units, unit_tree
from bochiso.store.measuring.worklist import open_list
from bochiso.units.codes import natural_key
from bochiso.units.model import Level, Unit


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


def overdue_figures(
    db: duckdb.DuckDBPyConnection, code: str, units: Sequence[Unit], moment: datetime
) -> OverdueFigures:
    """Overdue dossiers at a moment, by the unit that is ranked: the one named or the one above it."""
    tree = unit_tree(db, day_of(moment))
    known = {**tree.units} | {unit.code: unit for unit in units}
    ranked = {unit.code for unit in units}
    days: dict[str, list[Decimal | None]] = defaultdict(list)
    dossiers = tuple(open_list(db, moment, code, None))
    for row in dossiers:
        late = row["days_late"]
        line = (row["unit"], *tree.above(row["unit"]))
        days[next((each for each in line if each in ranked), row["unit"])].append(
            None if late is None else Decimal(str(late))
        )
    rows = [
        OverdueUnitFigures(known.get(of) or _nameless(of), len(each), _longest(each))
        for of, each in days.items()
    ]
    rows.sort(key=lambda row: (-row.count, natural_key(row.unit.code)))
    return OverdueFigures(moment, tuple(rows), dossiers)


def _longest(days: list[Decimal | None]) -> Decimal | None:
    return max((each for each in days if each is not None), default=None)


def _nameless(code: str) -> Unit:
    """A unit that neither figures nor lists name."""
    return Unit(code, code, Level.DEPARTMENT)


def late_publications(
    db: duckdb.DuckDBPyConnection,
    rules: RuleSet,
    period: Period,
    today: date,
    units: Sequence[Unit],
    province: str | None = None,
) -> LatePublications | None:
    """Procedures decided in the period, by the deadlines of the rules; None where there are no procedures.

    Of one province, or of all. As indicators 1.1 and 1.2 count them: a procedure once, late once is late;
    without a day of effect the publication is not judged.
    """
    decided = publication_list(db, rules, calendar_of(db), today, period, province, listed=True)
    if (
        not decided
        and not db.execute(
            "select 1 from procedures where province = coalesce(?, province) limit 1", [province]
        ).fetchall()
    ):
        return None
    named = {unit.code: unit for unit in measured_units(db)} | {unit.code: unit for unit in units}
    procedures: dict[tuple[str | None, str], list[Entry]] = defaultdict(list)
    for each in decided:
        if each.decided_on is not None:
            procedures[each.province, each.procedure].append(each)
    return LatePublications(
        len(procedures),
        sum(any(e.publish_by for e in each) for each in procedures.values()),
        sum(any(e.publish_days for e in each) for each in procedures.values()),
        sum(any(e.enter_days for e in each) for each in procedures.values()),
        tuple(_late_decisions(decided, named)),
    )


def _late_decisions(decided: Sequence[Entry], named: Mapping[str, Unit]) -> Iterator[LateDecision]:
    """The decisions that were late, or are overdue now, each with its procedures; the register's first."""
    found: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for each in sorted(decided, key=lambda each: not each.registered):
        late = each.publish_by if each.publish_days else None, each.enter_by if each.enter_days else None
        if any(late):
            whose = (each.ministry_number or each.number) if each.registered else each.office
            found[each.registered, each.decided_on, whose, *late, each.entered_on].append(each)
    for (registered, decided_on, office, publish_by, enter_by, entered_on), entries in found.items():
        yield LateDecision(
            decided_on,
            tuple((each.procedure, each.name) for each in entries),
            None if registered or office is None else named.get(office) or _nameless(office),
            publish_by,
            enter_by,
            entered_on,
            tuple(entries) if registered else (),
        )
