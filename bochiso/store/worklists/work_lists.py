"""The lists of work: for a unit and a period what each indicator missed, and what that is worth in points."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.work_kinds import KIND_OF, REFUSED, WAITING, WORK_KINDS, ItemKind, WorkKind
from bochiso.followup.work_value import MissedProcedure, WorkValue, work_value
from bochiso.measure.compiled_sql import queries
from bochiso.measure.limits import HOURS_AHEAD
from bochiso.measure.missed.missed_dossiers import OF_DOSSIERS
from bochiso.measure.missed.missed_sql import (
    missed_numbers_query,
    missed_query,
    refused_query,
    waiting_query,
)
from bochiso.measure.missed.why_missed import Mend
from bochiso.measure.query_parameters import plain, query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.one_stop import Limit, one_stop
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.rules.verdict import day_of
from bochiso.score.scoring import IndicatorScore, ScoredUnit, score_units
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.journal.statements import execute
from bochiso.store.measuring.deadline_table import store_deadline_table
from bochiso.store.measuring.live_scores import figures_of
from bochiso.store.measuring.measurement import (
    choose_units,
    keep_period_limits,
    measure,
    prepare,
    rows_of,
    run,
    unit_tree,
)
from bochiso.store.measuring.sync_source import PublishedSync, find_sync
from bochiso.text import VIETNAM, say
from bochiso.units.model import Unit
from bochiso.units.tops import province_of

WORKING_HOURS_OF_A_DAY = 8


class WorkAsked(Struct, frozen=True):
    """What is asked: the work of a unit and those below it, of a period, as it stood at a moment.

    `published`: 1.4 as the portal published it, where no list of its dossiers tells it. `fields`: lists of
    procedures of these fields alone, any where there are none.
    """

    unit: str
    period: Period
    as_of: datetime
    published: PublishedSync | None = None
    fields: tuple[str, ...] = ()


class WorkLine(Struct, frozen=True):
    """One list in short. `items`: how many; `mendable`: how many of them can still be mended.

    score, value: of the indicator; None for lists that earn no points.
    """

    kind: WorkKind
    items: int
    mendable: int
    score: IndicatorScore | None = None
    value: WorkValue | None = None


class Unlisted(Struct, frozen=True):
    """An indicator that lost points, or wasn't measured, and that has no list here."""

    rule: Indicator
    lost: Decimal | None


class WorkOverview(Struct, frozen=True):
    """All lists of a unit, and the points that it lost: those of the lines and of `unlisted` together."""

    asked: WorkAsked
    unit: Unit
    score: ScoredUnit
    lines: tuple[WorkLine, ...]
    unlisted: tuple[Unlisted, ...]

    @property
    def lost(self) -> Decimal:
        """The points that were lost where they were measured."""
        known = [each.rule.points - each.points for each in self.score.indicators if each.points is not None]
        return sum(known, Decimal(0))

    def line(self, code: str) -> WorkLine:
        """The list of an indicator."""
        return next(each for each in self.lines if each.kind.code == code)


def unit_score(db: duckdb.DuckDBPyConnection, asked: WorkAsked, rules: RuleSet) -> ScoredUnit:
    """The score of a unit as its dossiers come to it. Raises ComputeError for a unit that isn't measured."""
    units = list(unit_tree(db, day_of(asked.as_of)).units.values())
    if all(each.code != asked.unit for each in units):
        raise ComputeError(
            say("chưa có hồ sơ của đơn vị {code}.", "there are no dossiers of {code}.", code=asked.unit)
        )
    sync = find_sync(db, units, asked.period, asked.as_of, asked.published)
    rows = measure(db, units, asked.period, asked.as_of, rules, calendar_of(db), sync)
    scores = score_units(figures_of(units, rows), rules)
    return next(each for each in scores if each.unit.code == asked.unit)


def value_of(score: ScoredUnit, code: str) -> WorkValue | None:
    """What the items of an indicator's list are worth; None for a list that earns no points."""
    return next((work_value(each) for each in score.indicators if each.rule.code == code), None)


def work_overview(db: duckdb.DuckDBPyConnection, asked: WorkAsked, rules: RuleSet) -> WorkOverview:
    """Every list of a unit in short. Raises ComputeError for a unit that isn't measured."""
    calendar, score = calendar_of(db), unit_score(db, asked, rules)
    choose_units(db, unit_tree(db, day_of(asked.as_of)).within(asked.unit))
    (missed,) = rows_of(run(db, missed_numbers_query(), query_values(asked.period, asked.as_of)))
    known = {each.rule.code: each for each in score.indicators}
    lines = [_line(kind, known, missed, rules) for kind in WORK_KINDS if kind.code in rules.indicator]
    for code in (WAITING, REFUSED):
        items = _keep_items(db, asked, KIND_OF[code], rules, calendar)
        lines.append(WorkLine(KIND_OF[code], items, items if KIND_OF[code].mend is Mend.ALWAYS else 0))
    return WorkOverview(asked, score.unit, score, tuple(lines), tuple(_unlisted(score, known, rules)))


def _line(
    kind: WorkKind, known: dict[str, IndicatorScore], missed: dict[str, Any], rules: RuleSet
) -> WorkLine:
    score = known.get(kind.code)
    if score is None:
        return WorkLine(kind, 0, 0)
    value = work_value(score)
    is_open = missed[f"{kind.code}_open"] or 0 if kind.code in OF_DOSSIERS else value.missed
    mendable = {Mend.ALWAYS: value.missed, Mend.WHILE_OPEN: is_open, Mend.NEVER: 0}[kind.mend]
    return WorkLine(kind, value.missed, mendable, score, value)


def _unlisted(score: ScoredUnit, known: dict[str, IndicatorScore], rules: RuleSet) -> list[Unlisted]:
    """Scored indicators of the unit's level without a list, that lost something or weren't measured."""
    level = score.unit.level.scored_as.value
    found = []
    for rule in rules.indicators:
        if not rule.scored or level not in rule.levels or rule.code in KIND_OF:
            continue
        points = known[rule.code].points if rule.code in known else None
        lost = None if points is None else rule.points - points
        if lost != 0:
            found.append(Unlisted(rule, lost))
    return found


def _keep_items(
    db: duckdb.DuckDBPyConnection, asked: WorkAsked, kind: WorkKind, rules: RuleSet, calendar: Calendar
) -> int:
    """Make the table `work_items` of a list; returns how many there are."""
    values = query_values(asked.period, asked.as_of)
    if kind.code == WAITING:
        days = -(-one_stop().accept_online.working_hours // WORKING_HOURS_OF_A_DAY)
        first = earliest_filed(db, asked.as_of)
        limits = [Limit(0, "day"), Limit(days, "working_day")]
        store_deadline_table(db, first, day_of(asked.as_of), limits, calendar)
        query = waiting_query(days)
    else:
        keep_period_limits(db, asked.period, asked.as_of, calendar)
        query = refused_query() if kind.code == REFUSED else missed_query(rules, kind.code, kind.mend)
    run(db, f"create or replace temp table work_items as {query}", values | _codes(db, asked))
    (found,) = db.execute("select count(*) from work_items").fetchall()
    return int(found[0])


def _codes(db: duckdb.DuckDBPyConnection, asked: WorkAsked) -> dict[str, str]:
    tree = unit_tree(db, day_of(asked.as_of))
    above = {unit.code: unit.parent for unit in tree.units.values()}
    return {"asked_unit": asked.unit, "asked_province": province_of(asked.unit, above) or ""}


def earliest_filed(db: duckdb.DuckDBPyConnection, as_of: datetime) -> date:
    """The first day that a newly filed dossier was filed on; today where there is none."""
    query = "select min(filed_at) from dossiers where status = 1 or accepted_at > ?"
    (found,) = db.execute(query, [plain(as_of)]).fetchall()
    return day_of(as_of if found[0] is None else min(found[0].replace(tzinfo=UTC), as_of))


GROUPS = ("unit", "procedure", "field_name", "room", "why", "ministry")
"""What a list is counted by, besides its ages."""

AGES = (5, 10, 30)
"""Bounds of the groups by age, in days."""


class WorkFilter(Struct, frozen=True):
    """Which items of a list: by the groups that it is counted by; None for any. `mendable`: those alone;
    `since`: those that were received, or fell due, from the beginning of that day on.
    """

    unit: str | None = None
    procedure: str | None = None
    field_name: str | None = None
    room: str | None = None
    why: str | None = None
    ministry: str | None = None
    age: str | None = None
    mendable: bool = False
    since: date | None = None


EVERY = WorkFilter()


class WorkGroup(Struct, frozen=True):
    """How many items of a list have one unit, procedure, field, room, reason, ministry or age."""

    key: str
    name: str | None
    items: int
    mendable: int


class WorkList(Struct, frozen=True):
    """One list: how many items it has, by what, and a part of those that were asked for.

    `rows`: the columns of ITEM, moments Việt Nam's without a zone, with unit_name, procedure_name and `room`,
    that of a dossier's latest step that names one; those of most days first.
    """

    kind: WorkKind
    total: int
    chosen: int
    groups: dict[str, tuple[WorkGroup, ...]]
    rows: tuple[dict[str, Any], ...]


def field_overview(db: duckdb.DuckDBPyConnection, asked: WorkAsked, rules: RuleSet) -> list[WorkLine]:
    """Every list of a unit's in short, of procedures of the fields asked for; without what they are worth."""
    calendar = _begin(db, asked, rules)
    lines = []
    for kind in WORK_KINDS:
        if kind.code in rules.indicator or kind.code in (WAITING, REFUSED):
            _keep_items(db, asked, kind, rules, calendar)
            (found,) = db.execute(_OF_FIELDS, _values(db, asked)).fetchall()
            lines.append(WorkLine(kind, *found))
    return lines


def _begin(db: duckdb.DuckDBPyConnection, asked: WorkAsked, rules: RuleSet) -> Calendar:
    """The tables that every list is made from."""
    calendar, tree = calendar_of(db), unit_tree(db, day_of(asked.as_of))
    prepare(db, list(tree.units.values()), asked.period, asked.as_of, rules, calendar)
    choose_units(db, tree.within(asked.unit) or [asked.unit])
    ask = queries(rules, subset=True).handled
    moments = query_values(asked.period, asked.as_of)
    run(db, f"create or replace temp table handled as {ask}", moments)
    return calendar


def _values(db: duckdb.DuckDBPyConnection, asked: WorkAsked) -> dict[str, Any]:
    return {
        "province": _codes(db, asked)["asked_province"],
        "fields": [each.lower() for each in asked.fields],
    }


_FIELD = "coalesce(procedures.field_name, work_items.field_name)"
_ASKED_FIELDS = f"""(len($fields::varchar[]) = 0 or list_contains($fields::varchar[], lower({_FIELD})))"""
_PROCEDURES = """left join procedures
        on procedures.procedure = work_items.procedure and procedures.province = $province"""
_OF_FIELDS = f"""
select count(*), count(*) filter (where mendable) from work_items {_PROCEDURES} where {_ASKED_FIELDS}
"""  # noqa: S608 (our words)


def work_list(
    db: duckdb.DuckDBPyConnection,
    asked: WorkAsked,
    kind: WorkKind,
    rules: RuleSet,
    wanted: WorkFilter = EVERY,
    part: tuple[int, int] | None = None,
) -> WorkList:
    """The items of a list. `part`: how many rows, and after how many; all where it isn't given."""
    total = _make_rows(db, asked, kind, rules)
    where, chosen_by = _where(wanted)
    (chosen,) = db.execute(f"select count(*) from work_rows where {where}", chosen_by).fetchall()  # noqa: S608
    limit = "" if part is None else f" limit {part[0]:d} offset {part[1]:d}"
    rows = rows_of(db.execute(f"{_SHOWN} where {where} order by {_WORST_FIRST}{limit}", chosen_by))
    groups = {name: _counted(db, name) for name in (*GROUPS, "age")}
    return WorkList(kind, total, chosen[0], groups, tuple(rows))


def _make_rows(db: duckdb.DuckDBPyConnection, asked: WorkAsked, kind: WorkKind, rules: RuleSet) -> int:
    """Make the table `work_rows` of a list; returns how many there are."""
    calendar, tree = calendar_of(db), unit_tree(db, day_of(asked.as_of))
    prepare(db, list(tree.units.values()), asked.period, asked.as_of, rules, calendar)
    choose_units(db, tree.within(asked.unit) or [asked.unit])
    if kind.of is ItemKind.PROCEDURE:
        ask = queries(rules, subset=True).handled
        moments = query_values(asked.period, asked.as_of)
        run(db, f"create or replace temp table handled as {ask}", moments)
    _keep_items(db, asked, kind, rules, calendar)
    rooms, named = _NAMED
    execute(db, rooms)
    db.execute(named, _values(db, asked))
    ((total,),) = db.execute("select count(*) from work_rows").fetchall()
    return int(total)


def missed_procedures(
    db: duckdb.DuckDBPyConnection, asked: WorkAsked, kind: WorkKind, rules: RuleSet
) -> list[MissedProcedure]:
    """The items of a list by unit and procedure, most first."""
    _make_rows(db, asked, kind, rules)
    found = db.execute(
        "select unit, procedure, any_value(procedure_name), count(*) as items from work_rows "
        "where unit is not null and procedure is not null group by unit, procedure "
        "order by items desc, unit, procedure"
    )
    return [MissedProcedure(*row) for row in found.fetchall()]


_AGE = " ".join(f"when days <= {bound} then '{bound}'" for bound in AGES)
_NAMED = (
    """
create or replace temp table item_rooms as
    select step_rooms.dossier as item, max_by(room, (moment, status)) as room
    from step_rooms semi join work_items on work_items.item = step_rooms.dossier
    where room is not null group by item
""",
    f"""
create or replace temp table work_rows as
    select work_items.* replace ({_FIELD} as field_name),
        units_measured.name as unit_name, procedures.name as procedure_name, room,
        case when days is null then '' {_AGE} else '{AGES[-1]}+' end as age
    from work_items
    left join units_measured on units_measured.unit = work_items.unit
    left join item_rooms using (item)
    {_PROCEDURES}
    where {_ASKED_FIELDS}
""",  # noqa: S608 (our words)
)


_WORST_FIRST = "days desc nulls last, item"
_MOMENTS = ("began", "due_at", "ended_at")
_SHOWN = f"""
select * exclude (age) replace (
    {", ".join(f"{name} + interval {HOURS_AHEAD} hours as {name}" for name in _MOMENTS)})
from work_rows
"""  # noqa: S608 (our words)
"""Moments by Việt Nam's clock, without a zone: to give each its own would take as long as the rest."""


def _where(wanted: WorkFilter) -> tuple[str, list[Any]]:
    asked = {name: getattr(wanted, name) for name in (*GROUPS, "age")}
    known = {name: value for name, value in asked.items() if value is not None}
    parts = [f"coalesce({name}, '') = ?" for name in known]
    values: list[Any] = list(known.values())
    if wanted.mendable:
        parts.append("mendable")
    if wanted.since is not None:
        parts.append("greatest(began, due_at) >= ?")
        values.append(plain(datetime.combine(wanted.since, time(), VIETNAM)))
    return " and ".join(parts) or "true", values


def _counted(db: duckdb.DuckDBPyConnection, name: str) -> tuple[WorkGroup, ...]:
    label = f"any_value({name}_name)" if name in ("unit", "procedure") else "null"
    query = f"""
        select coalesce({name}, '') as key, {label}, count(*) as items, count(*) filter (where mendable)
        from work_rows group by key order by items desc, key
    """  # noqa: S608 (names of ours)
    return tuple(WorkGroup(*row) for row in db.execute(query).fetchall())
