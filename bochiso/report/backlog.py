"""Finds work that is late: open dossiers past their date by unit, procedures published or entered late."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.deadlines import publication_on_time
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import Outcome, Verdict, day_of
from bochiso.store.dossiers.measurement import measured_units
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.dossiers.publication_list import Entry, publication_list
from bochiso.store.dossiers.worklist import open_list
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
    known = {unit.code: unit for unit in measured_units(db)} | {unit.code: unit for unit in units}
    ranked = {unit.code for unit in units}
    days: dict[str, list[Decimal | None]] = defaultdict(list)
    dossiers = tuple(open_list(db, moment, code, None))
    for row in dossiers:
        late = row["days_late"]
        days[_above(row["unit"], ranked)].append(None if late is None else Decimal(str(late)))
    rows = [
        OverdueUnitFigures(known.get(of) or _nameless(of), len(each), _longest(each))
        for of, each in days.items()
    ]
    rows.sort(key=lambda row: (-row.count, natural_key(row.unit.code)))
    return OverdueFigures(moment, tuple(rows), dossiers)


def _above(code: str, ranked: set[str]) -> str:
    """The nearest unit at or above `code` that is ranked, else itself."""
    parts = code.split(".")
    above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((each for each in above if each in ranked), code)


def _longest(days: list[Decimal | None]) -> Decimal | None:
    return max((each for each in days if each is not None), default=None)


def _nameless(code: str) -> Unit:
    """A unit that neither figures nor lists name."""
    return Unit(code, code, Level.DEPARTMENT)


def late_publications(
    db: duckdb.DuckDBPyConnection, rules: RuleSet, period: Period, today: date, units: Sequence[Unit]
) -> LatePublications | None:
    """Procedures decided in the period, by the deadlines of the rules; None where there are no procedures.

    As indicators 1.1 and 1.2 count them: without a day of effect the publication is not judged.
    """
    calendar = calendar_of(db)
    registered = publication_list(db, rules, calendar, today, period)
    if not registered and not db.execute("select count(*) from procedures").fetchall()[0][0]:
        return None
    rows = db.execute(
        "select procedure, name, office, decided_on, effective_on, entered_on from procedures "
        "where decided_on between ? and ? and procedure not in (select procedure from publications) "
        "order by decided_on, office, procedure",
        (period.first, min(period.last, today)),
    ).fetchall()
    named = {unit.code: unit for unit in measured_units(db)} | {unit.code: unit for unit in units}
    judged = published_late = entered_late = 0
    found: dict[tuple[Any, ...], list[tuple[str, str | None]]] = {}
    for procedure, name, office, decided_on, effective_on, entered_on in rows:
        publish, enter = _verdicts(rules, (decided_on, effective_on, entered_on), today, calendar)
        judged += publish.outcome is not Outcome.NOT_COUNTED
        published_late += publish.outcome.late
        entered_late += enter.outcome.late
        if publish.outcome.late or enter.outcome.late:
            key = decided_on, office, _last_day(publish), _last_day(enter), entered_on
            found.setdefault(key, []).append((procedure, name))
    late = tuple(
        LateDecision(
            day, tuple(procedures), named.get(office) or (_nameless(office) if office else None), *rest
        )
        for (day, office, *rest), procedures in found.items()
    )
    by_procedure = _by_procedure(registered)
    return LatePublications(
        len(rows) + len(by_procedure),
        judged + sum(any(e.publish_by for e in each) for each in by_procedure.values()),
        published_late + sum(any(e.publish_days for e in each) for each in by_procedure.values()),
        entered_late + sum(any(e.enter_days for e in each) for each in by_procedure.values()),
        (*_late_in_register(registered), *late),
    )


def _by_procedure(registered: Sequence[Entry]) -> dict[str, list[Entry]]:
    """What was decided in the period, by procedure: late once is late."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for each in registered:
        if each.decided_on is not None:
            found[each.procedure].append(each)
    return found


def _late_in_register(registered: Sequence[Entry]) -> list[LateDecision]:
    """The decisions of the register that were late, or are overdue now, each with its procedures."""
    found: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for each in registered:
        if each.publish_days or each.enter_days:
            key = (each.ministry_number or each.number, each.decided_on, each.entered_on, each.publish_days)
            found[key].append(each)
    return [
        LateDecision(
            first.decided_on,
            tuple((each.procedure, each.name) for each in entries),
            None,
            first.publish_by if first.publish_days else None,
            first.enter_by if first.enter_days else None,
            first.entered_on,
            tuple(entries),
        )
        for first, entries in ((each[0], each) for each in found.values())
    ]


def _last_day(verdict: Verdict) -> date | None:
    """The last day allowed, where it was missed."""
    if not verdict.outcome.late or verdict.deadline_at is None:
        return None
    return day_of(verdict.deadline_at)


def _verdicts(
    rules: RuleSet, dates: tuple[date, date | None, date | None], today: date, calendar: Calendar
) -> tuple[Verdict, Verdict]:
    """The publication (1.1) and the entry (1.2) of a procedure decided, in effect and entered on `dates`."""
    decided_on, effective_on, entered_on = dates
    publish = publication_on_time(
        rules, "PUBLISH_ON_TIME", "province", effective_on, decided_on, today, calendar
    )
    enter = publication_on_time(
        rules, "PUBLIC_UPDATE_ON_TIME", "province", decided_on, entered_on, today, calendar
    )
    return publish, enter
