"""How one row a dossier comes out of everything that was said of it. docs/decisions/0009-dossiers.md: why.

- An update wins over a first report, the later received over the earlier; the winner is the dossier.
- Steps are a set: of each closing status the latest moment counts, whenever it arrived.
- A closing moment is the message's own where it gives one, else that of the step. NgayKetThucXuLy
  is the moment of the closing status that the message has: of 7, 8 and 3 too, else of 9.
- The status is the latest one, of the message or of the steps; at one moment the higher. A message
  gives the moment of a status that has a field of its own, else its status is as late as any step.
- Steps of a dossier that isn't known wait for it.
- Due dates that messages gave are a set too. The one appointed is the latest supplement's, else the
  first of the set; those after it, up to the present one, are new dates that were given: a date that
  was taken back for an earlier one counts for nothing.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

import duckdb

from bochiso.measure.schema import DOSSIERS, PETITIONS, PROCEDURES, PUBLICATIONS

SQL_TYPES = {
    "string": "varchar",
    "int8": "tinyint",
    "int32": "integer",
    "int64": "bigint",
    "timestamp": "timestamp",
    "date": "date",
    "boolean": "boolean",
}

CLOSING = {9: "done_at", 10: "returned_at", 8: "stopped_at", 3: "refused_at", 7: "withdrawn_at"}
"""The statuses that end a dossier, and the columns of their moments."""

OWN = {
    "own_procedure": "string",
    "own_status": "int8",
    "own_status_at": "timestamp",
    **{f"own_{name}": "timestamp" for name in CLOSING.values()},
    "own_moved_at": "timestamp",
    "version": "int64",
    "odd": "int32",
}
"""What the winning message itself says, kept beside the row; the highest version wins.

own_moved_at: the due date that the latest answered supplement left.
"""

UPDATE = 1 << 62
"""Added to the number of a message that is an update: so it is a version above every first report."""

PROJECTED = (
    "unit",
    "procedure",
    "status",
    *CLOSING.values(),
    "appointed_at",
    "reappointed_at",
    "reappointments",
    "complained_at",
)
"""Columns that are settled anew; the others are the winning message's."""


def columns(kinds: dict[str, str]) -> str:
    """Columns as a table is made with them."""
    return ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in kinds.items())


SCHEMA = f"""
create table position (segment integer, "offset" bigint, items bigint, seal varchar);
insert into position values (0, 0, 0, '');
create table dossiers ({columns(DOSSIERS | OWN)});
create table steps (dossier varchar, {", ".join(f"{name} timestamp" for name in CLOSING.values())},
                    last_at timestamp, last_status tinyint);
create table due_dates (dossier varchar, due_at timestamp);
create table procedures ({columns(PROCEDURES)});
create table publications ({columns(PUBLICATIONS)});
create table petitions ({columns(PETITIONS)});
create table unit_list (unit varchar, name varchar, level varchar, parent varchar);
create table learned (unit varchar);
create table fronts (front varchar, unit varchar);
create table unit_map (code varchar, unit varchar);
create table procedure_map (code varchar, procedure varchar);
create table day_tables (place bigint, text varchar);
create table refusals (received_at timestamp, sender varchar, item bigint, dossier varchar, why varchar,
                       field varchar);
"""  # noqa: S608 (names of columns)
"""`dossiers` has the columns of measure/schema.py first. `fronts`: what stands before the first dash
of a number, and the unit that it belongs to. `learned`: units known from numbers alone. `unit_map`,
`procedure_map`: codes that a clerk gave to a unit or a procedure, null where that was taken back.
`due_dates`: every due date of dossiers that have had several.
`day_tables`: the province's own tables of days off, later ones over earlier ones."""

SCHEMA_HASH = sha256(SCHEMA.encode()).hexdigest()

_LATEST = "max(moment) filter (status = {}) as {}"
_STEP_COLUMNS = ", ".join(_LATEST.format(status, name) for status, name in CLOSING.items())

MERGE_STEPS = f"""
create or replace temp table merged as
    with fresh as (
        select dossier, {_STEP_COLUMNS}, max(moment) as last_at,
               arg_max(status, epoch_us(moment) * 16 + status) as last_status
        from new_steps group by dossier),
    every as (from fresh union all by name from steps semi join fresh using (dossier))
    select dossier, {", ".join(f"max({name}) as {name}" for name in CLOSING.values())},
           max(last_at) as last_at,
           arg_max(last_status, epoch_us(last_at) * 16 + last_status) as last_status
    from every group by dossier;
delete from steps using merged where steps.dossier = merged.dossier;
insert into steps by name from merged;
"""  # noqa: S608 (names of columns)
"""`new_steps` into `steps`; `merged` has those that changed."""

READ_MESSAGES = f"""
create or replace temp table requests as
    with told as (
        select version, unnest(supplements, recursive := true) from messages
        where len(supplements) > 0),
    timed as (
        select *, greatest(asked, max(answered) over (
            partition by version order by asked, answered
            rows between unbounded preceding and 1 preceding)) as stopped_from
        from told)
    select version,
        count(*) filter (where answered is null) as open_requests,
        min(asked) filter (where answered is null) as first_open_request_at,
        sum(date_diff('second', stopped_from, answered)) filter (where answered > stopped_from)
            as supplement_seconds,
        max(answered) as completed_at,
        max_by(due_after, struct_pack(answered, due_after))
            filter (where answered is not null and due_after is not null) as own_moved_at,
        max(asked) as asked_at,
        list(due_before) filter (where due_before is not null) as befores
    from timed group by version;
create or replace temp table new_dossiers as
    select messages.* exclude (supplements, updating, procedure, status, done_at, returned_at, refused_at),
        procedure as own_procedure, status as own_status,
        coalesce(open_requests, 0) as open_requests, first_open_request_at,
        coalesce(supplement_seconds, 0) as supplement_seconds, completed_at, own_moved_at,
        coalesce(befores, case when own_moved_at is not null then [] end) as named,
        case when status in (3, 7, 8) then null else done_at end as own_done_at,
        returned_at as own_returned_at,
        case when status = 8 then done_at end as own_stopped_at,
        coalesce(refused_at, case when status = 3 then done_at end) as own_refused_at,
        case when status = 7 then done_at end as own_withdrawn_at,
        case status when 1 then filed_at when 2 then received_at when 5 then asked_at
            {" ".join(f"when {status} then own_{name}" for status, name in CLOSING.items())}
            end as own_status_at
    from messages left join requests using (version);
"""  # noqa: S608 (names of columns)
"""`messages` into `new_dossiers`, with what their requests for supplements come to.

Overlapping requests stop the clock once. `named`: due dates that requests found; empty where they
only left one."""

NEW_UNIT_PREFIXES = """
select distinct split_part(dossier, '-', 1) as front from new_dossiers
anti join fronts on fronts.front = split_part(new_dossiers.dossier, '-', 1)
"""

NO_STEPS = "create or replace temp table merged as from steps limit 0"
"""What `MERGE_STEPS` comes to where none came."""

_MESSAGE = [name for name in DOSSIERS if name not in PROJECTED] + list(OWN)

_CLOSED = ", ".join(f"coalesce(own_{name}, steps.{name}) as {name}" for name in CLOSING.values())

LATEST_MESSAGES = f"""
create or replace temp table earlier as
    with touched as (select dossier from new_dossiers union all select dossier from merged)
    select {", ".join(_MESSAGE)} from dossiers semi join touched using (dossier);
create or replace temp table winners as
    with every as not materialized (
        select {", ".join(_MESSAGE)} from new_dossiers
        union all
        select {", ".join(_MESSAGE)} from earlier),
    top as (
        select dossier, max(version) as version,
            min(due_at) is distinct from max(due_at) or count(due_at) between 1 and count(*) - 1 as moved
        from every group by dossier)
    select every.*, moved from every join top using (dossier, version);
"""  # noqa: S608 (names of columns)
"""The message of each dossier that wins; `moved`: whether messages named several due dates.
`earlier`: those in `dossiers` that something new was said of."""

SEVERAL_DUE_DATES = """
select 1 where exists (from winners where moved) or exists (from new_dossiers where named is not null)
"""
"""Whether any dossier has had more than one due date; few have."""

KEEP_DUE_DATES = """
insert into due_dates
    with several as (
        select dossier from winners where moved
        union select dossier from new_dossiers where named is not null)
    select distinct * from (
        select dossier, due_at from new_dossiers semi join several using (dossier)
        union all select dossier, due_at from dossiers semi join several using (dossier)
        union all select dossier, unnest(named) as due_at from new_dossiers) as given
    anti join due_dates using (dossier, due_at)
    where due_at is not null;
"""
"""The due dates of `new_dossiers` that had others before or name others."""

COMPLAINTS = """
select dossier, min(sent_at) as complained_at from petitions where dossier is not null group by dossier
"""
"""When the first petition about a dossier was sent."""

PLACE_COMPLAINTS = f"""
update dossiers set complained_at = fresh.complained_at
from (select dossier, told.complained_at from dossiers left join ({COMPLAINTS}) told using (dossier)
      where dossiers.complained_at is distinct from told.complained_at) fresh
where dossiers.dossier = fresh.dossier;
"""  # noqa: S608 (our words)
"""Petitions that came or changed, into the dossiers that they are about."""

UPSERT_DOSSIERS = f"""
create or replace temp table appointed as
    with started as (
        select dossier, due_at, least(coalesce(own_moved_at, first), due_at) as appointed_at
        from winners join (
            select dossier, min(due_dates.due_at) as first
            from due_dates join winners using (dossier)
            where due_dates.due_at <= winners.due_at group by dossier) using (dossier))
    select started.dossier, any_value(appointed_at) as appointed_at,
           min(due_dates.due_at) as reappointed_at, count(due_dates.due_at) as reappointments
    from started left join due_dates
        on due_dates.dossier = started.dossier
        and due_dates.due_at > appointed_at and due_dates.due_at <= started.due_at
    group by started.dossier;
delete from dossiers using earlier where dossiers.dossier = earlier.dossier;
insert into dossiers by name
    select winners.* exclude (moved), appointed_at, reappointed_at,
        coalesce(reappointments, 0) as reappointments, coalesce(fronts.unit, sender) as unit,
        coalesce(procedure_map.procedure, own_procedure) as procedure,
        case when last_status is null then own_status
             when own_status is null then last_status
             when own_status_at is null or own_status_at = last_at then greatest(own_status, last_status)
             when own_status_at > last_at then own_status else last_status end as status,
        {_CLOSED}, complained_at
    from winners
    left join steps using (dossier)
    left join ({COMPLAINTS}) using (dossier)
    left join appointed using (dossier)
    left join fronts on fronts.front = split_part(winners.dossier, '-', 1)
    left join procedure_map on procedure_map.code = own_procedure;
"""  # noqa: S608 (names of columns)
"""`winners` and `merged` into `dossiers`, in the place of `earlier`."""

PLACE_UNITS = """
update dossiers set unit = coalesce(moved.unit, sender) from moved
where moved.front = split_part(dossiers.dossier, '-', 1);
"""
"""The units of dossiers whose front belongs to another unit now."""

PLACE_PROCEDURES = """
update dossiers set procedure = coalesce(procedure_map.procedure, own_procedure) from procedure_map
where procedure_map.code = own_procedure;
"""
"""The procedures of dossiers whose code was given to another procedure, or back."""


def unit_of(front: str, known: frozenset[str] | set[str]) -> str | None:
    """The longest known unit code in front of a dossier's number; None where none is.

    `front` is what stands before the first dash, in today's form.

    >>> unit_of("H15.50.05.13", {"H15", "H15.50"}), unit_of("H16.01", {"H15"})
    ('H15.50', None)
    """
    code = front
    while code:
        if code in known:
            return code
        code = code.rpartition(".")[0]
    return None


def execute(
    db: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, str] | None = None
) -> duckdb.DuckDBPyConnection:
    """Execute the statements of a text of ours, each with these values; gives what the last one does."""
    for statement in _statements(text):
        db.execute(statement, values) if values else db.execute(statement)
    return db


@cache
def _statements(text: str) -> list[duckdb.Statement]:
    return duckdb.extract_statements(text)
