"""How one row a dossier comes out of everything that was said of it. docs/decisions/0009-dossiers.md: why.

- An update wins over a first report, the later received over the earlier; the winner is the dossier.
- Steps are a set, whenever they arrived. A step 2, 4, 5 or 6 after one that closed the dossier
  re-opens it; what closed it before is kept as such.
- A closing moment is the message's own where it gives one, else that of the first such step since the
  dossier was last re-opened. NgayKetThucXuLy is the moment of the closing status that the message has:
  of 7, 8 and 3 too, else of 9.
- A request for supplements that was sent twice is one. Where a message has none, a step 5 is one, until
  a step 2, 4 or 6 after it.
- The status is the latest one, of the message or of the steps; at one moment the higher. A message
  gives the moment of a status that has a field of its own, else its status is as late as any step.
- Steps of a dossier that isn't known wait for it.
- Due dates that messages gave are a set too. The one appointed is the latest supplement's, else the
  first of the set; those after it, up to the present one, are new dates that were given: a date that
  was taken back for an earlier one counts for nothing.
"""

from functools import cache
from hashlib import sha256
from typing import NamedTuple

from bochiso.measure.schema import CLOSINGS, DOSSIERS
from bochiso.rules.dossier_times import DRAFT
from bochiso.store.dossiers.arrivals import ARRIVALS
from bochiso.store.dossiers.unit_lookup import PLACES
from bochiso.store.journal.kept_fields import FIELDS
from bochiso.store.journal.portal_lists import PORTAL
from bochiso.store.journal.reference_lists import COMPLAINTS, DISLIKES, LISTS, columns
from bochiso.store.journal.set_aside import SET_ASIDE

CLOSING = {9: "done_at", 10: "returned_at", 8: "stopped_at", 3: "refused_at", 7: "withdrawn_at"}
"""The statuses that end a dossier, and the columns of their moments."""

OWN = {
    "own_procedure": "string",
    "own_status": "int8",
    "own_status_at": "timestamp",
    **{f"own_{name}": "timestamp" for name in CLOSING.values()},
    "own_moved_at": "timestamp",
    "own_requests": DOSSIERS["requests"],
    "own_asked_at": "timestamp",
    "version": "int64",
    "odd": "int32",
}
"""What the winning message itself says, kept beside the row; the highest version wins.

own_moved_at: the due date that the latest answered supplement left. own_asked_at: the latest moment
of its requests.
"""

UPDATE = 1 << 62
"""Added to the number of a message that is an update: so it is a version above every first report."""

PROJECTED = (
    "unit",
    "province",
    "procedure",
    "status",
    "accepted_at",
    *CLOSINGS,
    "reopened_at",
    "earlier",
    "last_known_at",
    "requests",
    "appointed_at",
    "reappointed_at",
    "reappointments",
    "complained_at",
    "dislikes",
)
"""Columns that are settled anew; the others are the winning message's."""


SCHEMA = f"""
create table position (segment integer, "offset" bigint, items bigint, seal varchar);
insert into position values (0, 0, 0, '');
create table dossiers ({columns(DOSSIERS | OWN)});
create table steps (dossier varchar, moves bigint[]);
create table step_rooms (dossier varchar, moment timestamp, status tinyint, room varchar,
                         started_at timestamp, step_due_at timestamp);
create table due_dates (dossier varchar, due_at timestamp);
{PLACES}{LISTS}{FIELDS}{PORTAL}{ARRIVALS}{SET_ASIDE}
create table day_tables (place bigint, province varchar, text varchar);
create table refusals (received_at timestamp, sender varchar, item bigint, dossier varchar, why varchar,
                       field varchar);
"""  # noqa: S608 (names of columns)
"""`dossiers` has the columns of measure/schema.py first. `steps`: of each dossier its steps in order, each
as its moment (microseconds) times 16 and its status: so at one moment the higher status is the later.
`step_rooms`: steps that name their room or limits, as they came.
`due_dates`: every due date of dossiers that have had several. `day_tables`: provinces' own tables of days
off, later ones over earlier ones."""

SCHEMA_HASH = sha256(SCHEMA.encode()).hexdigest()

MERGE_STEPS = """
create or replace temp table merged as
    with fresh as (
        select dossier, list(epoch_us(moment) * 16 + status) as moves from new_steps group by dossier),
    every as (from fresh union all select dossier, moves from steps semi join fresh using (dossier))
    select dossier, list_sort(list_distinct(flatten(list(moves)))) as moves from every group by dossier;
delete from steps using merged where steps.dossier = merged.dossier;
insert into steps by name from merged;
"""
"""`new_steps` into `steps`; `merged` has those that changed."""

READ_REQUESTS = """
create or replace temp table requests as
    with told as (
        select version, unnest(supplements, recursive := true) from messages
        where len(supplements) > 0),
    ids as (
        select version, asked, min(id) as id
        from (select version, unnest(request_ids, recursive := true) from messages where len(request_ids) > 0)
        where id is not null group by version, asked),
    once as (
        select version, min(asked) as asked, min(answered) as answered, max(due_after) as due_after,
            min(due_before) as due_before
        from told left join ids using (version, asked)
        group by version, coalesce(id, asked::varchar))
    select version,
        list(struct_pack(asked_at := asked, answered_at := answered,
            due_before := case when answered is not null and due_after is not null then due_before end)
            order by asked) as own_requests,
        max_by(due_after, struct_pack(answered, due_after))
            filter (where answered is not null and due_after is not null) as own_moved_at,
        max(asked) as asked_at,
        greatest(max(asked), max(answered)) as own_asked_at,
        list(due_before) filter (where due_before is not null) as befores
    from once group by version
"""
"""The requests for supplements of `messages`, each once."""

_OF_REQUESTS = {"version": "int64"} | {
    name: OWN[name] for name in ("own_requests", "own_moved_at", "own_asked_at")
} | {"asked_at": "timestamp"}  # fmt: skip

NO_REQUESTS = f"create or replace temp table requests ({columns(_OF_REQUESTS)}, befores timestamp[])"
"""What `READ_REQUESTS` comes to where messages have none."""

READ_MESSAGES = f"""
create or replace temp table new_dossiers as
    select messages.* exclude (number, supplements, request_ids, updating, procedure, status, done_at,
            returned_at, refused_at),
        procedure as own_procedure, status as own_status,
        own_requests, own_asked_at, own_moved_at,
        coalesce(befores, case when own_moved_at is not null then [] end) as named,
        case when status in (3, 7, 8) then null else done_at end as own_done_at,
        returned_at as own_returned_at,
        case when status = 8 then done_at end as own_stopped_at,
        coalesce(refused_at, case when status = 3 then done_at end) as own_refused_at,
        case when status = 7 then done_at end as own_withdrawn_at,
        case status when 1 then filed_at when 2 then received_at when 5 then asked_at
            {" ".join(f"when {status} then own_{name}" for status, name in CLOSING.items())}
            end as own_status_at
    from messages left join requests using (version)
"""  # noqa: S608 (names of columns)
"""`messages` into `new_dossiers`, with their `requests`.

`named`: due dates that requests found; empty where they only left one."""

KEEP_ROOMS = """
insert into step_rooms by name select dossier, moment, status, room, started_at, step_due_at from new_steps
where room is not null or started_at is not null or step_due_at is not null
"""
"""What steps say besides their moments; one that was sent again is there twice."""

NO_STEPS = "create or replace temp table merged as from steps limit 0"
"""What `MERGE_STEPS` comes to where none came."""

_MESSAGE = [name for name in DOSSIERS if name not in PROJECTED] + list(OWN)

FIND_EARLIER = f"""
create or replace temp table places as
    with touched as (select dossier from new_dossiers union all select dossier from merged)
    select dossiers.rowid as place from dossiers semi join touched using (dossier);
create or replace temp table earlier as select {", ".join(_MESSAGE)} from dossiers limit 0;
select 1 from places limit 1
"""  # noqa: S608 (names of columns)
"""The places in `dossiers` of those that something new was said of; whether there are any.

Only the numbers of all dossiers are read for it: all columns take two to three times as long."""

READ_EARLIER = f"""
insert into earlier select {", ".join(_MESSAGE)} from dossiers semi join places on dossiers.rowid = place;
"""  # noqa: S608 (names of columns)
"""What was known of them."""

FORGET_EARLIER = "delete from dossiers using places where dossiers.rowid = place"

LATEST_MESSAGES = f"""
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
"""The message of each dossier that wins; `moved`: whether messages named several due dates."""

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
        union all select dossier, due_at from earlier semi join several using (dossier)
        union all select dossier, unnest(named) as due_at from new_dossiers) as given
    anti join due_dates using (dossier, due_at)
    where due_at is not null;
"""
"""The due dates of `new_dossiers` that had others before or name others."""

_WORKING = "(2, 4, 5, 6)"
_RESUMED = "(2, 4, 6)"
_STEP_MOMENT = "make_timestamp(list_filter(moves, lambda move: move % 16 = {status})[1] // 16) as {name}"
_STEP_MOMENTS = ", ".join(_STEP_MOMENT.format(status=status, name=name) for status, name in CLOSING.items())
_FIRST_END = ", ".join(f"own_{name}, stepped.{name}" for name in CLOSINGS)
_OWN_MOVES = " ".join(
    f"union all select dossier, own_{name}, {status}, true from winners "  # noqa: S608 (names of columns)
    f"semi join stepped on stepped.dossier = winners.dossier and reopens where own_{name} is not null"
    for status, name in CLOSING.items()
)
_OF_SPAN = ", ".join(
    f"coalesce(min(moment) filter (own and status = {status}), "
    f"min(moment) filter (status = {status})) as {name}"
    for status, name in CLOSING.items()
)
_ENDS = ", ".join(f"{name} := {name}" for name in CLOSINGS)
_LAST_ENDS = ", ".join(f"max_by({name}, span) filter (reopened_at is null) as {name}" for name in CLOSINGS)

_STEPPED = f"""
create or replace temp table stepped as
    with told as (
        select dossier, moves, make_timestamp(moves[-1] // 16) as last_at, moves[-1] % 16 as last_status,
            make_timestamp(list_filter(moves, lambda move: move % 16 in {_WORKING})[-1] // 16) as worked_at,
            make_timestamp(list_filter(moves, lambda move: move % 16 > {DRAFT})[1] // 16) as began_at,
            list_contains(list_transform(moves, lambda move: move % 16), 5) as asks, {_STEP_MOMENTS}
        from steps semi join winners using (dossier))
    select stepped.*, coalesce(worked_at > least({_FIRST_END}), false) as reopens,
        asks and own_requests is null as asks_alone
    from told as stepped join winners using (dossier)
"""  # noqa: S608 (names of columns)
"""What the steps of `winners` come to: the first moment of each closing status, the latest of all."""

_REOPENED = f"""
create or replace temp table reopened as
    with moves as (
        select dossier, make_timestamp(move // 16) as moment, move % 16 as status, false as own
        from (select dossier, unnest(moves) as move from stepped where reopens)
        {_OWN_MOVES}),
    ordered as (
        select *, status in {_WORKING} as works,
            works and not lag(works, 1, true) over (partition by dossier order by moment, not works) as opens
        from moves where works or status in ({", ".join(map(str, CLOSING))})),
    placed as (
        select *, sum(opens::integer) over (
            partition by dossier order by moment, not works, not opens rows unbounded preceding) as span
        from ordered),
    spans as (
        select dossier, span, {_OF_SPAN}, min(moment) filter (opens) as opened_at
        from placed group by dossier, span),
    followed as (
        select *, lead(opened_at) over (partition by dossier order by span) as reopened_at from spans)
    select dossier, {_LAST_ENDS},
        max(reopened_at) as reopened_at,
        list(struct_pack({_ENDS}, reopened_at := reopened_at) order by span)
            filter (where reopened_at is not null) as earlier
    from followed group by dossier
"""  # noqa: S608 (names of columns)
"""Of the few dossiers of `stepped` that were re-opened, the closings since and those before."""

_ASKED_BY_STEPS = f"""
create or replace temp table asked_by_steps as
    with moves as (
        select dossier, unnest(moves) as move, move % 16 as status from stepped where asks_alone),
    followed as (
        select dossier, move, status,
            lag(status) over (partition by dossier order by move) as before,
            min(case when status in {_RESUMED} then move end) over (
                partition by dossier order by move rows between 1 following and unbounded following) as answer
        from moves)
    select dossier, list(struct_pack(asked_at := make_timestamp(move // 16),
        answered_at := make_timestamp(answer // 16), due_before := null::timestamp) order by move) as requests
    from followed where status = 5 and before is distinct from 5 group by dossier
"""  # noqa: S608 (our words)
"""Requests of those whose message tells of none."""

_APPOINTED = """
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
    group by started.dossier
"""
"""Of those that have had several due dates, the one appointed and those after it."""


class JoinedTable(NamedTuple):
    """What dossiers are joined with where it has any row. `rows`: those it is made of; `make`: makes its
    table; `part_of`: the one that it is made from."""

    name: str
    rows: str
    make: str | None = None
    part_of: str | None = None


SOURCES = (
    JoinedTable("stepped", "from steps", _STEPPED),
    JoinedTable("reopened", "from stepped where reopens", _REOPENED, "stepped"),
    JoinedTable("asked_by_steps", "from stepped where asks_alone", _ASKED_BY_STEPS, "stepped"),
    JoinedTable("appointed", "from due_dates", _APPOINTED),
    JoinedTable("complaints", "from petitions where dossier is not null"),
    JoinedTable("disliked", "from ratings"),
    JoinedTable("map", "from procedure_map"),
)
"""In the order in which they are made; of most of them, most settlings have nothing."""


@cache
def insert_dossiers(there: frozenset[str]) -> str:
    """`winners` into `dossiers`; joined with those of `SOURCES` that are `there`.

    To plan a join takes ten times as long as to do it for a message.
    """

    def of(name: str, text: str, otherwise: str = "null") -> str:
        return text if name in there else otherwise

    def join(name: str, table: str, on: str = "using (dossier)") -> str:
        return of(name, f"left join {table} {on}", "")

    def closed(name: str) -> str:
        since_opened = f"case when reopened.dossier is not null then reopened.{name} else"
        once = of("stepped", f"coalesce(own_{name}, stepped.{name})", f"own_{name}")
        return of("reopened", f"{since_opened} {once} end", once)

    return f"""
insert into dossiers by name
    select winners.* exclude (moved),
        {of("appointed", "appointed_at")} as appointed_at,
        {of("appointed", "reappointed_at")} as reappointed_at,
        {of("appointed", "coalesce(reappointments, 0)", "0")} as reappointments,
        coalesce(prefixed.unit, sent.unit) as unit,
        coalesce(prefixed.province, sent.province) as province,
        {of("map", "coalesce(map.procedure, own_procedure)", "own_procedure")} as procedure,
        {of("stepped", _STATUS, "own_status")} as status,
        {of("stepped", f"case when own_status = {DRAFT} then began_at end")} as accepted_at,
        {", ".join(f"{closed(name)} as {name}" for name in CLOSINGS)},
        {of("reopened", "reopened_at")} as reopened_at, {of("reopened", "earlier")} as earlier,
        {of("stepped", "greatest(last_at, own_asked_at)", "own_asked_at")} as last_known_at,
        {of("asked_by_steps", "coalesce(own_requests, asked_by_steps.requests)", "own_requests")} as requests,
        {of("complaints", "complained_at")} as complained_at, {of("disliked", "dislikes")} as dislikes
    from winners
    {join("stepped", "stepped")} {join("reopened", "reopened")} {join("asked_by_steps", "asked_by_steps")}
    {join("complaints", f"({COMPLAINTS})")}
    {join("disliked", f"({DISLIKES.format(those='winners')})")}
    {join("appointed", "appointed")}
    left join unit_codes prefixed on prefixed.kind = 'prefix'
        and prefixed.code = split_part(winners.dossier, '-', 1)
    left join unit_codes sent on sent.kind = 'sender' and sent.code = sender
    {
        join(
            "map",
            "procedure_map map",
            "on map.code = own_procedure and map.province = coalesce(prefixed.province, sent.province)",
        )
    };
"""  # noqa: S608 (names of columns)


_STATUS = """case when last_status is null then own_status
             when own_status is null then last_status
             when own_status_at is null or own_status_at = last_at then greatest(own_status, last_status)
             when own_status_at > last_at then own_status else last_status end"""
