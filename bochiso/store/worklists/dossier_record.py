"""One dossier: its steps with their rooms, both clocks, and what it costs its unit. Nothing of a person."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import duckdb
from msgspec import Struct
from msgspec.structs import replace

from bochiso.errors import ComputeError
from bochiso.followup.work_kinds import KIND_OF, WorkKind
from bochiso.measure.missed.missed_sql import clocks_query, missed_of_one_query
from bochiso.measure.missed.why_missed import Mend
from bochiso.measure.query_parameters import plain, query_values
from bochiso.periods import Period
from bochiso.rules.one_stop import one_stop
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.deadline_table import published_limits, store_deadline_table
from bochiso.store.measuring.measurement import choose_units, keep_period_limits, rows_of, run
from bochiso.store.worklists.work_lists import WorkAsked, unit_score, value_of
from bochiso.store.worklists.worklist import vietnamese
from bochiso.text import say


class DossierStep(Struct, frozen=True):
    """A step of a dossier. Moments are Việt Nam's; room and limits are None where no message names them."""

    moment: datetime
    status: int
    room: str | None = None
    started_at: datetime | None = None
    due_at: datetime | None = None


class DossierCost(Struct, frozen=True):
    """An indicator that the dossier missed, its share of the unit's loss, and whether it can be mended."""

    kind: WorkKind
    points: Fraction
    mendable: bool


class DossierRecord(Struct, frozen=True):
    """A dossier as it stood at a moment.

    `facts`: as both_clocks gives them, moments Việt Nam's. `unit_name`, `procedure_name`: None where no
    list has them. `costs`: None where the period doesn't count it, its unit isn't known, or it
    wasn't asked.
    """

    number: str
    facts: dict[str, Any]
    unit_name: str | None
    procedure_name: str | None
    steps: tuple[DossierStep, ...]
    costs: tuple[DossierCost, ...] | None
    as_of: datetime


def unit_of_dossier(db: duckdb.DuckDBPyConnection, number: str) -> str | None:
    """The unit of a dossier; None where no unit is known. Raises ComputeError where nobody sent it."""
    found = db.execute("select unit from dossiers where dossier = ?", [number]).fetchall()
    if not found:
        raise ComputeError(
            say("chưa nhận được hồ sơ {number}.", "there is no dossier {number}.", number=number),
            do=say(
                "Kiểm tra lại số hồ sơ, hoặc yêu cầu hệ thống một cửa gửi lại.",
                "Check the number, or have its system send it.",
            ),
        )
    return found[0][0] and str(found[0][0])


def field_of_dossier(db: duckdb.DuckDBPyConnection, number: str) -> str | None:
    """The field of a dossier's procedure, as its province's list names it, else as its messages do."""
    found = db.execute(_FIELD_OF, [number]).fetchone()
    return found[0] if found else None


_FIELD_OF = """
select coalesce(procedures.field_name, dossiers.field_name)
from dossiers left join procedures using (province, procedure) where dossier = ?
"""


def dossier_record(
    db: duckdb.DuckDBPyConnection, number: str, period: Period, as_of: datetime, rules: RuleSet
) -> DossierRecord:
    """What is known of one dossier. Raises ComputeError where nobody sent it."""
    found = dossier_told(db, number, period, as_of)
    unit = found.facts["unit"]
    if unit is None:
        return found
    keep_period_limits(db, period, as_of, calendar_of(db))
    choose_units(db, [unit])
    values = query_values(period, as_of) | {"asked_dossier": number}
    missed = rows_of(run(db, missed_of_one_query(), values))
    if not missed:
        return found
    asked, is_open = WorkAsked(unit, period, as_of), found.facts["end"] is None
    return replace(found, costs=_costs(db, asked, missed[0], is_open, rules))


def dossier_told(
    db: duckdb.DuckDBPyConnection, number: str, period: Period, as_of: datetime
) -> DossierRecord:
    """The same without what it costs, which is asked of all of its unit's. Raises ComputeError likewise."""
    unit, calendar = unit_of_dossier(db, number), calendar_of(db)
    limits = [*published_limits(db), one_stop().complete_supplement]
    store_deadline_table(db, *_days(db, number, as_of), limits, calendar)
    values = query_values(period, as_of) | {"asked_dossier": number}
    (facts,) = rows_of(run(db, clocks_query(), values))
    names = db.execute(_NAMES, {"unit": unit, "procedure": facts["procedure"], "province": facts["province"]})
    unit_name, procedure_name = names.fetchall()[0]
    shown = {name: _shown(value) for name, value in facts.items()}
    return DossierRecord(number, shown, unit_name, procedure_name, _steps(db, number), None, as_of)


_NAMES = """
select (select any_value(name) from unit_list where unit = $unit),
    (select any_value(name) from procedures where procedure = $procedure and province = $province)
"""


def _costs(
    db: duckdb.DuckDBPyConnection, asked: WorkAsked, missed: dict[str, bool], is_open: bool, rules: RuleSet
) -> tuple[DossierCost, ...]:
    score = unit_score(db, asked, rules)
    found = []
    for code, yes in missed.items():
        value = value_of(score, code) if yes else None
        if value is not None:
            mend = KIND_OF[code].mend
            can = mend is Mend.ALWAYS or (mend is Mend.WHILE_OPEN and is_open)
            found.append(DossierCost(KIND_OF[code], value.each, can))
    return tuple(sorted(found, key=lambda each: -each.points))


def _steps(db: duckdb.DuckDBPyConnection, number: str) -> tuple[DossierStep, ...]:
    """Each step once, in order, with what its messages say of it."""
    rows = db.execute(_STEPS, {"number": number}).fetchall()
    return tuple(DossierStep(_shown(at), status, room, _shown(began), _shown(due))
                 for at, status, room, began, due in rows)  # fmt: skip


_STEPS = """
with told as (
    select make_timestamp(move // 16) as moment, (move % 16)::tinyint as status
    from (select unnest(moves) as move from steps where dossier = $number)),
known as (
    select moment, status, max(room) as room, max(started_at) as started_at, max(step_due_at) as step_due_at
    from step_rooms where dossier = $number group by moment, status)
select told.moment, told.status, room, started_at, step_due_at
from told left join known using (moment, status) order by told.moment, told.status
"""


def _days(db: duckdb.DuckDBPyConnection, number: str, as_of: datetime) -> tuple[date, date]:
    """The first and the last day that limits of a dossier count from."""
    (found,) = db.execute(_FIRST_AND_LAST, {"number": number}).fetchall()
    known = [each.replace(tzinfo=UTC) for each in found if each is not None]
    days = [day_of(each) for each in (*known, plain(as_of).replace(tzinfo=UTC))]
    return min(days), max(days)


_FIRST_AND_LAST = """
with asked as (
    select unnest(requests, recursive := true) from dossiers where dossier = $number and requests is not null)
select filed_at, received_at, due_at, (select min(asked_at) from asked),
    (select max(greatest(asked_at, answered_at)) from asked)
from dossiers where dossier = $number
"""


def _shown(value: Any) -> Any:
    """A value with its moments by Việt Nam's clock, those of requests too."""
    if isinstance(value, list):
        return [{name: vietnamese(each) for name, each in row.items()} for row in value]
    return vietnamese(value)
