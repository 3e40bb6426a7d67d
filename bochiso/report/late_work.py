"""Finds work that is late: open dossiers past their date by unit, procedures published or entered late."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from bochiso.periods import Period
from bochiso.report.work import LateDecision, LatePublications, OverdueFigures, OverdueUnitFigures
from bochiso.rules.calendar import Calendar
from bochiso.rules.deadlines import publication_on_time
from bochiso.rules.model import RuleSet
from bochiso.rules.verdict import Outcome, Verdict, day_of
from bochiso.store.measuring import measured_units, unit_tree
from bochiso.store.open_list import open_list
from bochiso.store.own_days import calendar_of
from bochiso.units.codes import natural_key
from bochiso.units.model import Level, Unit


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

    Of one province, or of all. As indicators 1.1 and 1.2 count them: a
    procedure once, late once is late; without a day of effect the publication is not judged.
    """
    if not db.execute(
        "select 1 from procedures where province = coalesce(?, province) limit 1", [province]
    ).fetchall():
        return None
    rows = db.execute(
        "select province, procedure, name, office, decided_on, effective_on, "
        "case when entered_on <= ? then entered_on end "
        "from publications left join procedures using (province, procedure) "
        "where decided_on between ? and ? and province = coalesce(?, province) "
        "order by decided_on, office, procedure",
        (today, period.first, min(period.last, today), province),
    ).fetchall()
    named = {unit.code: unit for unit in measured_units(db)} | {unit.code: unit for unit in units}
    calendar = calendar_of(db)
    decided: set[tuple[str, str]] = set()
    judged, published_late, entered_late = set(decided), set(decided), set(decided)
    found: dict[tuple[Any, ...], list[tuple[str, str | None]]] = {}
    for of, procedure, name, office, decided_on, effective_on, entered_on in rows:
        dates = decided_on, effective_on, entered_on
        publish, enter = _verdicts(rules, dates, today, calendar.of(of))
        for each, counts in (
            (decided, True),
            (judged, publish.outcome is not Outcome.NOT_COUNTED),
            (published_late, publish.outcome.late),
            (entered_late, enter.outcome.late),
        ):
            if counts:
                each.add((of, procedure))
        if publish.outcome.late or enter.outcome.late:
            key = decided_on, office, _last_day(publish), _last_day(enter), entered_on
            found.setdefault(key, []).append((procedure, name))
    late = tuple(
        LateDecision(
            day, tuple(procedures), named.get(office) or (_nameless(office) if office else None), *rest
        )
        for (day, office, *rest), procedures in found.items()
    )
    return LatePublications(len(decided), len(judged), len(published_late), len(entered_late), late)


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
