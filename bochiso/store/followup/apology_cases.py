"""Dossiers to apologise for, by the law's clock, and how those that were late were apologised for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import duckdb
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.apologies import Apology, ApologyCase, ApologyCounts, ApologyStage, counts_of, stage_of
from bochiso.periods import Period, parse_period
from bochiso.rules.lateness import notify_by
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.followup.asked_lists import answerable
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.worklists.dossier_record import dossier_told
from bochiso.store.worklists.late_list import late_list
from bochiso.store.worklists.worklist import LatenessClock, open_lists
from bochiso.text import say
from bochiso.units.names import short_name

AHEAD = 15
"""Days ahead among which those are looked for whose last day to apologise is the next working day."""


class ToApologise(Struct, frozen=True):
    """An open dossier to apologise for; `again`: its system has given a new date."""

    dossier: str
    unit: str
    unit_name: str
    procedure: str
    due: date
    notify_by: date
    again: bool
    stage: ApologyStage


def to_apologise(
    db: duckdb.DuckDBPyConnection, unit: str | None, as_of: datetime, standing: Mapping[str, Apology]
) -> list[ToApologise]:
    """Open dossiers of a unit (None: of all) without an apology whose last day to apologise has come or is
    the next working day, or that are overdue: by that day, those still in time first. `standing`: by dossier.
    """
    today, calendar = day_of(as_of), calendar_of(db)
    tree = unit_tree(db, today)
    rows = open_lists(db, as_of, unit, (AHEAD, None), LatenessClock.LAW)
    found = []
    for row in rows:
        if row["dossier"] in standing or row["unit"] is None:
            continue
        due = row["due_at"].date()
        stage = stage_of(due, row["notify_by"], today, calendar)
        if stage is not None:
            own = tree.units.get(row["unit"])
            name = short_name(own.name) if own else row["unit"]
            found.append(
                ToApologise(row["dossier"], row["unit"], name, row["procedure"] or "", due,
                            row["notify_by"], bool(row["reappointments"]), stage)
            )  # fmt: skip
    order = list(ApologyStage)
    return sorted(found, key=lambda each: (order.index(each.stage), each.due, each.dossier))


def apology_case(db: duckdb.DuckDBPyConnection, number: str, as_of: datetime) -> ApologyCase:
    """A dossier as an apology sees it.

    Raises ComputeError where nobody sent it, its unit isn't known, or by law it has no due date.
    """
    found = dossier_told(db, number, parse_period(str(day_of(as_of).year)), as_of)
    facts = found.facts
    if facts["unit"] is None or facts["legal_due_at"] is None:
        raise ComputeError(
            say("hồ sơ {number} chưa rõ đơn vị hoặc ngày hẹn trả.",
                "the unit or the due date of {number} isn't known.", number=number),
            do=say("Yêu cầu hệ thống một cửa gửi lại hồ sơ.", "Have its system send it again."),
        )  # fmt: skip
    now_due, again = facts["legal_due_at"].date(), facts["reappointments"] or 0
    first = db.execute("select coalesce(appointed_at, due_at) from dossiers where dossier = ?", [number])
    ((appointed,),) = first.fetchall()
    due = day_of(appointed.replace(tzinfo=UTC)) if again and appointed is not None else now_due
    calendar = calendar_of(db).of(facts["province"])
    return ApologyCase(
        number, facts["unit"], short_name(found.unit_name or facts["unit"]), facts["procedure"] or "",
        found.procedure_name or "", facts["received_at"] and facts["received_at"].date(), due,
        notify_by(due, calendar), now_due, again, facts["legal_ended"] is None,
    )  # fmt: skip


def apology_counts(
    db: duckdb.DuckDBPyConnection,
    standing: Mapping[str, Apology],
    unit: str,
    period: Period,
    as_of: datetime,
) -> list[ApologyCounts]:
    """How the dossiers that 2.1 counts as late were apologised for: all of a unit's or province's, then by
    the unit that answers for each. The number of late ones is the one that letters print.
    """
    tree = unit_tree(db, day_of(as_of))
    codes = tree.within(unit) or [unit]
    found = late_list(db, codes, period, as_of, calendar_of(db))
    late = []
    for row in found.rows:
        own = answerable(row["unit"], tree)
        late.append((row["dossier"], own.code if own else row["unit"]))
    names = {code: short_name(each.name) for code, each in tree.units.items()}
    return counts_of(late, standing, names)
