"""What became of dossiers by unit, which are overdue, and which procedures were published or entered late.

Nothing is said of dossiers later than the last day of which anything is known: a system that stopped sending
would else make every open one overdue.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb

from bochiso.errors import ReportError
from bochiso.followup.work_kinds import KIND_OF, ItemKind
from bochiso.followup.work_value import MissedProcedure
from bochiso.periods import Period
from bochiso.report.dossier_figures import (
    Caseload,
    DossierFigures,
    LateDecision,
    LatePublications,
    UnitDossiers,
)
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.score.changes import Change
from bochiso.store.decisions.handed_units import HandlingTable
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.dossiers.publication_list import Entry, publication_list
from bochiso.store.figures.snapshot_store import Snapshot
from bochiso.store.measuring.measurement import measured_units, unit_tree
from bochiso.store.snapshots.queries import View
from bochiso.store.snapshots.snapshot_selection import snapshot_title
from bochiso.store.worklists.work_lists import WorkAsked, missed_procedures
from bochiso.store.worklists.worklist import busy_days, caseloads, known_until, open_list
from bochiso.text import VIETNAM, say
from bochiso.units.model import Level, Unit
from bochiso.units.names import province_title

QUIET_DAYS = 2
"""Working days without a word of any dossier before they count as having stopped coming."""

BUSY_DAYS = 10
"""Only where dossiers were received on so many of the thirty days before: a few tell nothing by silence."""


def dossier_figures(
    db: duckdb.DuckDBPyConnection, code: str, units: Sequence[Unit], first: date, moment: datetime
) -> DossierFigures | None:
    """The dossiers of a province, by the unit that is ranked: the one named or the one above it.

    None where nothing is known of any, or nothing since `first`.
    """
    last = known_until(db, code, moment)
    if last is None or day_of(last) < first:
        return None
    silent = calendar_of(db).of(code).add_working_days(day_of(last), QUIET_DAYS) < day_of(moment)
    quiet = silent and busy_days(db, code, last) >= BUSY_DAYS
    at = datetime.combine(day_of(last), time(23, 59, 59), VIETNAM) if quiet else moment
    tree = unit_tree(db, day_of(at))
    known = {**tree.units} | {unit.code: unit for unit in units}
    ranked = {unit.code for unit in units}

    def place(of: str) -> str:
        return next((each for each in (of, *tree.above(of)) if each in ranked), of)

    days: dict[str, list[Decimal]] = defaultdict(list)
    dossiers = tuple(open_list(db, at, code, None))
    for row in dossiers:
        if (late := row["days_late"]) is not None:
            days[place(row["unit"])].append(Decimal(str(late)))
    loads: dict[str, Caseload] = defaultdict(Caseload)
    for row in caseloads(db, first, at, code):
        loads[place(row.pop("unit"))] += Caseload(**row)
    rows = [
        UnitDossiers(known.get(of) or _nameless(of), load, max(days[of], default=None))
        for of, load in loads.items()
    ]
    return DossierFigures(first, at, day_of(last), quiet, tuple(rows), dossiers)


def handed_figures(tables: Sequence[HandlingTable], after: View) -> DossierFigures | None:
    """The same from the last table of the period that an office brought in, not later than the figures.

    Units are called as the figures call them. None where no table fits.
    """
    period, day = after.snapshot.period, after.snapshot.as_of
    fitting = [each for each in tables if period.first <= each.as_of <= day]
    if not fitting:
        return None
    table = fitting[-1]
    known = {row.score.unit.code: row.score.unit for row in after.standings.rows}
    names = [each.name for each in fields(Caseload) if each.name != "unlimited"]
    rows = tuple(
        UnitDossiers(
            known.get(each.unit) or Unit(each.unit, each.name, Level.DEPARTMENT),
            Caseload(**{name: getattr(each, name) or 0 for name in names}),
            None,
        )
        for each in table.rows
    )
    whole = all(getattr(each, name) is not None for each in table.rows for name in names)
    at = datetime.combine(table.as_of, time(23, 59, 59), VIETNAM)
    return DossierFigures(table.first, at, table.as_of, False, rows, (), whole, handed=True)


def no_dossiers(code: str, snapshot: Snapshot, until: date | None) -> ReportError:
    """What is said of figures measured of a period without dossiers."""
    return ReportError(
        say(
            "không có hồ sơ nào của {province} từ đầu kỳ ({title}); dữ liệu hồ sơ {until}.",
            "there is no dossier of {province} since the period began ({title}); dossiers {until}.",
            province=province_title(code, snapshot.as_of),
            title=snapshot_title(snapshot),
            until=say("dừng ở ngày {day}", "end on {day}", day=until)
            if until
            else say("chưa được nạp", "were never brought in"),
        ),
        do=say(
            "Kiểm tra việc đồng bộ, nạp hồ sơ rồi đo lại bằng `bochiso measure`.",
            "See to the synchronisation, bring dossiers in and measure again with `bochiso measure`.",
        ),
    )


def last_known_day(db: duckdb.DuckDBPyConnection, code: str, moment: datetime) -> date | None:
    """The last day by a moment of which any dossier of a province is known."""
    last = known_until(db, code, moment)
    return None if last is None else day_of(last)


def missed_behind(
    db: duckdb.DuckDBPyConnection, code: str, after: View, changes: Iterable[Change], moment: datetime
) -> dict[tuple[str, str], tuple[MissedProcedure, ...]]:
    """What the indicators that cost most missed, by the procedures that they missed it at, most first.

    By the unit that is ranked, or the province as a whole, and the indicator. `after`: the figures, measured
    here; `changes`: of which those that fell are looked at.
    """
    fell = [each for each in changes if each.total is not None and each.total < 0]
    worst = (next(iter(each.causes(after.rules)), None) for each in fell)
    indicators = dict.fromkeys(cause.code for cause in worst if cause and cause.change < 0)
    tree = unit_tree(db, day_of(moment))
    ranked = {row.score.unit.code for row in after.standings.rows}
    asked = WorkAsked(code, after.snapshot.period, moment)
    found: dict[tuple[str, str], dict[str, MissedProcedure]] = defaultdict(dict)
    for indicator in indicators:
        kind = KIND_OF.get(indicator)
        if kind is None or kind.of is not ItemKind.DOSSIER:
            continue
        for each in missed_procedures(db, asked, kind, after.rules):
            own = next((of for of in (each.unit, *tree.above(each.unit)) if of in ranked), each.unit)
            for unit in {own, code}:
                known = found[unit, indicator]
                before = known[each.procedure].items if each.procedure in known else 0
                known[each.procedure] = MissedProcedure(unit, each.procedure, each.name, before + each.items)
    return {
        key: tuple(sorted(of.values(), key=lambda each: (-each.items, each.procedure)))
        for key, of in found.items()
    }


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
            entries[0].publish_days,
            entries[0].enter_days,
            entries[0].effective_on,
        )
