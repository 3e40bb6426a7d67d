"""The same counts of dossiers in SQLite, as a good hand writes them.

It counts what a unit's dossiers and their procedures give; petitions, publications and the sums of
the province, small as they are, are left out, which is in their favour.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import duckdb

from bench.by_hand import GIVEN_TO_PEERS
from bochiso.measure import schema

FIRST, LAST = 1767200400, 1790787599
"""The period in seconds since 1970: 1 January to 30 September 2026, Việt Nam's days."""

PROCEDURE = (
    "province, procedure, fee, returns_document, maximum_hours, working_days, office, authority, "
    "open_to_citizens, population_connected, online_level in ('partial', 'full') as online"
)

COUNTED = ("received", "online", "judged", "on_time", "content", "closed", "seconds", "fee_owed", "fee_paid",
           "result_due", "result_given", "digitised", "reused", "stored", "population", "services_used",
           "procedures_paid", "connected")  # fmt: skip
"""What is counted by unit; `connected` by dossiers alone."""


FLAT = {name: kind for name, kind in schema.DOSSIERS.items() if not kind.startswith("array")}
"""The columns that SQLite can hold."""


def in_sqlite(db: duckdb.DuckDBPyConnection, path: str) -> sqlite3.Connection:
    """The same facts in SQLite, moments in seconds, procedures and limits by their keys."""
    other = sqlite3.connect(path)
    for name, kinds in (
        ("dossiers", FLAT | GIVEN_TO_PEERS),
        ("petitions", schema.PETITIONS),
        ("unit_list", schema.UNITS),
    ):
        read = [f"epoch({n})::bigint" if kind == "timestamp" else n for n, kind in kinds.items()]
        _copy(db, other, name, ", ".join(kinds), f"select {', '.join(read)} from {name}")
    columns = PROCEDURE.replace("online_level in ('partial', 'full') as ", "")
    _copy(db, other, "procedures", columns, f"select {PROCEDURE} from procedures")
    limits = (
        "select limit_amount, epoch(limit_day)::bigint // 86400, epoch(limit_last)::bigint from limit_days"
    )
    _copy(db, other, "limit_days", "amount, day, last", limits)
    other.execute("create unique index by_code on procedures (province, procedure)")
    other.execute("create unique index by_day on limit_days (amount, day)")
    other.commit()
    other.execute("analyze")
    return other


def _copy(
    db: duckdb.DuckDBPyConnection, other: sqlite3.Connection, name: str, columns: str, query: str
) -> None:
    other.execute(f"create table {name} ({columns})")
    rows = db.execute(query)
    places = ", ".join("?" * (columns.count(",") + 1))
    while batch := rows.fetchmany(50_000):
        other.executemany(f"insert into {name} values ({places})", batch)


IN_SQLITE = f"""
with happened as (
    select d.*, fee, returns_document, maximum_hours, coalesce(received_at, filed_at) as began,
        coalesce(due_at, last + 61199) as due,
        coalesce(iif(done_at <= {LAST}, done_at, null), iif(returned_at <= {LAST}, returned_at, null),
            iif(stopped_at <= {LAST} and not coalesce(refused_at < stopped_at, 0), stopped_at, null),
            iif(refused_at <= {LAST}, refused_at, null)) as finished,
        iif(withdrawn_at <= {LAST}, withdrawn_at, null) as gone,
        iif(first_open_request_at > {LAST}, 0, coalesce(open_requests, 0)) as requests,
        coalesce(status in (3, 7, 8, 9, 10), 0)
            and coalesce(done_at, returned_at, stopped_at, refused_at, withdrawn_at) is null as vague
    from dossiers d left join procedures p on p.province = d.province and p.procedure = d.procedure
        left join limit_days l on due_at is null and l.amount = p.working_days
            and l.day = (coalesce(received_at, filed_at) + 25200) / 86400
    where coalesce(received_at, filed_at) between {FIRST} and {LAST} and status is not 1
        and unit is not null),
ended as (
    select *, finished is not null or gone is not null or vague as closed,
        coalesce(finished, gone, iif(not vague and requests = 1, first_open_request_at, null), {LAST})
            as until
    from happened),
judged as (
    select *, (due is not null or maximum_hours is not null or requests > 1 and not closed)
            and not (received_at is null and finished is null
                and (gone is not null or vague and status = 7)) as counted,
        not (requests > 1 and not closed) and coalesce(iif(due is not null,
            until <= due + coalesce(supplement_seconds, 0),
            until - began - coalesce(supplement_seconds, 0) <= maximum_hours * 3600), 0) as timely,
        closed and not vague and received_at is not null
            and until - began - coalesce(supplement_seconds, 0) >= 0 as timed
    from ended),
counted as (
    select unit, count(*) as received, sum(channel is 2) as online, sum(counted) as judged,
        sum(counted and timely) as on_time,
        sum(not (counted and not timely) and dossier not in (
            select dossier from petitions where dossier is not null and sent_at <= {LAST})) as content,
        sum(timed) as closed,
        sum(iif(timed, until - began - coalesce(supplement_seconds, 0), 0)) as seconds,
        sum(fee is 1 and fee_free is not 1) as fee_owed,
        sum(fee is 1 and fee_free is not 1 and paid_online is 1),
        sum(returns_document is 1) as result_due, sum(returns_document is 1 and result_file is 1),
        sum(component_file is 1 and (result_file is 1 or returns_document is not 1)) as digitised,
        sum(data_reused is 1) as reused, sum(from_store is 1) as stored,
        sum(population_data is 1) as population
    from judged group by unit),
handled as (
    select unit, procedure, max(channel is 2) as used, max(paid_online is 1) as paid,
        max(population_data is 1) as seen
    from dossiers
    where coalesce(received_at, filed_at) between {FIRST} and {LAST} and status is not 1 and unit is not null
    group by unit, procedure),
own as (
    select unit, sum(used and online) as services_used, sum(paid and fee is 1) as procedures_paid,
        sum(seen and open_to_citizens is 1 and population_connected is not 1) as connected
    from handled join unit_list using (unit) join procedures using (province, procedure)
    where office = unit or office is null and authority = level or level = 'province' group by unit)
select counted.*, coalesce(services_used, 0), coalesce(procedures_paid, 0), coalesce(connected, 0)
from counted left join own using (unit)
"""


def same(found: Sequence[tuple[Any, ...]], hand: dict[str, tuple[int, ...]]) -> None:
    """SQLite counted what the query by hand counted, or the race is void."""
    assert len(found) > 100
    for unit, *counts in found:
        assert tuple(map(int, counts)) == hand[str(unit)], (unit, counts, hand[str(unit)])
