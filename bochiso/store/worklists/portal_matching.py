"""Our dossiers matched with a list of the portal by their numbers: which differ, and in what.

One full join; whatever is the same on both sides goes no further. What differs is then laid out twice
as dossiers, as we have them and as the portal has them, so that the same clock and the same counts judge
both.
"""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from bochiso.measure.schema import CLOSINGS, DOSSIERS, TOLD
from bochiso.rules.dossier_times import CLOSED
from bochiso.store.journal.reference_lists import columns
from bochiso.store.journal.statements import execute

FIELDS = {
    "status": 1, "received_at": 2, "due_at": 4, "done_at": 8, "returned_at": 16, "channel": 32,
    "paid_online": 64, "result_file": 128, "procedure": 256, "unit": 512,
}  # fmt: skip
"""In what a dossier may differ, and its bit in `differing`."""

_CLOSED = ", ".join(map(str, sorted(CLOSED)))
_BEFORE = "case when {0} <= $until::timestamp then {0} end"


def _told(name: str) -> str:
    return f"(told & {TOLD[name]}) > 0"


def _same_moment(own: str, there: str) -> str:
    """Whether two moments are one: to the minute, or to the day where the list names only that."""
    return f"""({own} is not distinct from {there} or coalesce(
        date_trunc('minute', {own}) = date_trunc('minute', {there})
        or ({there}::time in (time '17:00:00', time '16:59:59')
            and ({own} + interval 7 hour)::date = ({there} + interval 7 hour)::date), false))"""


_BEGAN = "coalesce({0}received_at, {0}filed_at)"
_DIFFERS = {
    "status": "their_status is not null and their_status <> status "
    f"and not (ended_later and their_status not in ({_CLOSED}))",
    "received_at": f"not {_same_moment(_BEGAN.format(''), _BEGAN.format('their_'))}",
    "due_at": f"not {_same_moment('due_at', 'their_due_at')}",
    "done_at": f"not {_same_moment('done_at', 'their_done_at')}",
    "returned_at": f"not {_same_moment('returned_at', 'their_returned_at')}",
    "channel": "coalesce(their_channel <> channel, false)",
    "paid_online": "coalesce(their_paid_online, false) <> coalesce(paid_online, false)",
    "result_file": "coalesce(their_result_file, false) <> coalesce(result_file, false)",
    "procedure": "their_procedure is not null and procedure is distinct from their_procedure",
    "unit": "their_unit is not null and their_unit <> unit",
}
_BITS = " + ".join(
    f"case when {_told(name)} and {_DIFFERS[name]} then {bit} else 0 end" for name, bit in FIELDS.items()
)
_LIST = ("status", "filed_at", "received_at", "due_at", "done_at", "returned_at", "channel", "paid_online",
         "result_file", "procedure")  # fmt: skip
_ENDED = ", ".join(_BEFORE.format(name) for name in CLOSINGS if name != "returned_at")
_KEY = "coalesce(today || substr(dossier, length(written) + 1), dossier)"

MATCH = f"""
create or replace temp table portal_differences as
    with own as (
        select dossier, {{key}} as number, unit, sender, procedure, status, filed_at, received_at, due_at,
            channel, paid_online, result_file,
            coalesce({_ENDED}) as done_at,
            {_BEFORE.format("returned_at")} as returned_at,
            coalesce(least({", ".join(CLOSINGS)}) > $until::timestamp, false) as ended_later
        from dossiers {{fronts}}
        where province = $province and coalesce(received_at, filed_at) <= $until::timestamp),
    theirs as (
        select number, told, list_units.unit as their_unit,
            {", ".join(f"{name} as their_{name}" for name in _LIST)}
        from portal_dossiers left join list_units on list_units.words = portal_dossiers.unit
        where province = $province and list_day = $day::date),
    matched as (
        select own.* exclude (number), theirs.* exclude (number), number,
            case when own.dossier is null then 'missing_here'
                when told is null then 'missing_there' else 'differs' end as kind,
            case when told is null or own.dossier is null then 0 else {_BITS} end as differing
        from own full join theirs using (number))
    select * from matched
    where (differing > 0 or kind <> 'differs')
        and (coalesce(received_at, filed_at) >= $first::timestamp
                and coalesce(received_at, filed_at) < $after::timestamp
            or coalesce(their_received_at, their_filed_at) >= $first::timestamp
                and coalesce(their_received_at, their_filed_at) < $after::timestamp);
"""  # noqa: S608 (names of columns)


def _has(*names: str) -> str:
    return f"(differing & {sum(FIELDS[name] for name in names)}) > 0"


def _swapped(name: str, theirs: str, *where: str) -> str:
    """A column as the portal has it, where the dossier differs in one of these."""
    return f"case when {_has(*where)} then {theirs} else d.{name} end"


_CLOSING = ("status", "done_at", "returned_at")
_RETURNED = f"case when {_told('returned_at')} then their_returned_at else m.returned_at end"
_THEIRS = {
    name: _swapped(name, theirs, *where)
    for name, theirs, where in (
        ("unit", "their_unit", ("unit",)),
        ("procedure", "their_procedure", ("procedure",)),
        ("channel", "their_channel", ("channel",)),
        ("received_at", "their_received_at", ("received_at",)),
        ("filed_at", "coalesce(their_filed_at, d.filed_at)", ("received_at",)),
        ("due_at", "their_due_at", ("due_at",)),
        ("appointed_at", "null", ("due_at",)),
        ("paid_online", "coalesce(their_paid_online, false)", ("paid_online",)),
        ("result_file", "coalesce(their_result_file, false)", ("result_file",)),
        ("status", "their_now", _CLOSING),
        ("accepted_at", "null", _CLOSING),
        ("done_at", "case when their_now in (9, 10) then their_end end", _CLOSING),
        ("returned_at", f"case when their_now in (9, 10) then {_RETURNED} end", _CLOSING),
        ("stopped_at", "case when their_now = 8 then their_end end", _CLOSING),
        ("refused_at", "case when their_now = 3 then their_end end", _CLOSING),
        ("withdrawn_at", "case when their_now = 7 then their_end end", _CLOSING),
        ("reopened_at", "null", _CLOSING),
        ("earlier", "null", _CLOSING),
    )
}
_NOW = f"case when {_told('status')} and their_status is not null then their_status else status end"
_END = f"case when {_told('done_at')} then their_done_at else done_at end"

LAY_OUT = f"""
create or replace temp table dossiers_here as
    select dossiers.* from dossiers semi join portal_differences using (dossier);
create or replace temp table dossiers_there ({columns(DOSSIERS)});
insert into dossiers_there by name
    select d.* replace ({", ".join(f"{words} as {name}" for name, words in _THEIRS.items())})
    from (select {", ".join(DOSSIERS)} from dossiers_here) d
    join (select *, {_NOW} as their_now, {_END} as their_end
          from portal_differences where kind = 'differs') m using (dossier);
insert into dossiers_there by name
    select number as dossier, coalesce(their_unit, front.unit) as unit, $province as province,
        their_procedure as procedure, their_channel as channel, their_status as status,
        their_filed_at as filed_at, their_received_at as received_at, their_due_at as due_at,
        case when their_status in (9, 10) or their_status is null then their_done_at end as done_at,
        case when their_status in (9, 10) or their_status is null then their_returned_at end as returned_at,
        case when their_status = 8 then their_done_at end as stopped_at,
        case when their_status = 3 then their_done_at end as refused_at,
        case when their_status = 7 then their_done_at end as withdrawn_at,
        their_paid_online as paid_online, their_result_file as result_file
    from portal_differences
    left join list_units front on front.words = split_part(number, '-', 1)
    where kind = 'missing_here';
"""  # noqa: S608 (names of columns)


def match(db: duckdb.DuckDBPyConnection, values: Mapping[str, str], fronts: Mapping[str, str]) -> None:
    """The table `portal_differences`: dossiers that are missing on one side, or differ.

    `values`: province, day of the list, first and after (of the period, UTC), until (what came later
    isn't known to the list). `fronts`: codes of older forms in front of our numbers, and today's. Needs
    the table `list_units`: words, and the unit that they name.
    """
    old = bool(fronts)
    if old:
        names = {"written": list(fronts), "today": list(fronts.values())}
        db.register(
            "fronts_", pa.table({name: pa.array(values_, pa.string()) for name, values_ in names.items()})
        )
        execute(db, "create or replace temp table old_fronts as from fronts_")
        db.unregister("fronts_")
    join = "left join old_fronts on split_part(dossier, '-', 1) = written" if old else ""
    text = MATCH.replace("{key}", _KEY if old else "dossier").replace("{fronts}", join)
    execute(db, text, values)


def lay_out(db: duckdb.DuckDBPyConnection, province: str) -> None:
    """The tables `dossiers_here` and `dossiers_there` of what differs."""
    for statement in duckdb.extract_statements(LAY_OUT):
        needed = {"province": province} if "$province" in statement.query else None
        db.execute(statement, needed)
