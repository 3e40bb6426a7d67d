"""Measuring a million dossiers: ours against one query written by hand, and SQLite."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.timing import Line, race
from bochiso.measure import schema
from bochiso.measure.measures import Measure
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.measuring import measure, measured_units
from bochiso.store.settling import columns

PERIOD = parse_period("2026-01-01..2026-09-30")
END = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)
UNITS, PROCEDURES = 116, 528
RULES = load_rules("qd766")

# What a good hand writes for the same counts: by unit, one pass, everything in one statement.
BY_HAND = """
with judged as (
    select d.*, p.fee, p.returns_document, p.online_level in ('partial', 'full') as online_service,
        coalesce(done_at, returned_at, least(stopped_at, refused_at), withdrawn_at) as ended,
        case when open_requests > 1 and ended is null then false
             when due_at is not null then coalesce(ended, case when open_requests = 1 then
                first_open_request_at end, timestamp '2026-09-30 16:59:59')
                <= due_at + to_seconds(supplement_seconds)
             else date_diff('second', received_at, coalesce(ended, timestamp '2026-09-30 16:59:59'))
                - supplement_seconds <= maximum_hours * 3600 end as timely
    from dossiers d left join procedures p using (procedure)
    where received_at >= timestamp '2025-12-31 17:00:00' and received_at < timestamp '2026-09-30 17:00:00'
        and status <> 1 and unit is not null)
select unit, count(*) as received, count(*) filter (channel = 2) as online,
    count(*) filter (timely) as on_time,
    count(*) filter (timely and dossier not in (select dossier from petitions)) as content,
    count(distinct procedure) filter (channel = 2 and online_service) as services_used,
    count(distinct procedure) filter (paid_online and fee) as procedures_paid,
    count(*) filter (fee and not fee_free) as owed, count(*) filter (fee and not fee_free and paid_online) as paid,
    count(*) filter (returns_document) as result_due,
    count(*) filter (returns_document and result_file) as result_given,
    count(*) filter (component_file and (result_file or not returns_document)) as digitised,
    count(*) filter (data_reused) as reused, count(*) filter (from_store) as stored,
    count(*) filter (population_data) as population,
    count(distinct procedure) filter (population_data) as connected,
    avg(date_diff('second', received_at, ended) - supplement_seconds) as seconds
from judged group by unit
"""


def fill(db: duckdb.DuckDBPyConnection, dossiers: int) -> None:
    """Facts of a province: dossiers of 116 units and 528 procedures over nine months, from a seed."""
    for name, kinds in (("dossiers", schema.DOSSIERS), ("procedures", schema.PROCEDURES),
                        ("petitions", schema.PETITIONS), ("unit_list", schema.UNITS)):  # fmt: skip
        db.execute(f"create table {name} ({columns(kinds)})")
    db.execute("insert into unit_list values ('H15', 'UBND tỉnh Đắk Lắk', 'province', null)")
    db.execute(
        "insert into unit_list select 'H15.' || i, 'Đơn vị ' || i, if(i <= 14, 'department', 'commune'), 'H15' "
        "from range(1, ? + 1) t(i)",
        [UNITS],
    )
    db.execute(
        "insert into procedures select 'P' || i, 'Thủ tục ' || i, 'commune', null, i % 2 = 0, i % 3 = 0, i % 9 <> 0, "
        "case i % 5 when 0 then 'none' when 1 then 'partial' else 'full' end, i % 4 <> 0, null, true, 240, "
        "date '2026-01-05' + (i % 200)::int, date '2026-01-15' + (i % 200)::int, date '2026-01-08' + (i % 200)::int "
        "from range(?) t(i)",
        [PROCEDURES],
    )
    db.execute("select setseed(0.766)")
    db.execute(
        """insert into dossiers
        select 'H15.' || u || '-260101-' || i, 'H15.' || u, 'H15', 'P' || p, if(r < 0.95, 2, 1),
            if(o < 0.9, 9, 4), began, began, began + to_days(5),
            if(o < 0.9, began + to_seconds((s * 460000)::bigint), null), null, null, null, null,
            if(o > 0.99, 1, 0), if(o > 0.99, began + to_days(1), null), if(s > 0.9, 86400, 0),
            r < 0.6, p % 7 = 0, s < 0.8, o < 0.4, r < 0.3, s < 0.02, o < 0.5
        from (select i, 1 + i % ? as u, (random() * ?)::int as p, random() as r, random() as s, random() as o,
            timestamp '2026-01-01' + to_seconds((random() * 23500000)::bigint) as began from range(?) t(i))""",
        [UNITS, PROCEDURES - 1, dossiers],
    )
    db.execute(
        "insert into petitions select 'K' || i, 'H15.' || (1 + i % ?), 'H15.1-260101-' || i, 'procedure', "
        "timestamp '2026-03-01', null, null, null, timestamp '2026-03-09', null, false, false from range(600) t(i)",
        [UNITS],
    )


def ours(db: duckdb.DuckDBPyConnection) -> list[Measure]:
    """All indicators of all units."""
    return measure(db, measured_units(db), PERIOD, END, RULES, builtin_calendar())


def by_hand(db: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """The same counts by one query."""
    return db.execute(BY_HAND).fetchall()


def agree(db: duckdb.DuckDBPyConnection) -> None:
    """Both count the same, or the race is void."""
    mine = {(row.unit, row.indicator): (row.numerator, row.denominator) for row in ours(db)}
    for unit, received, online, on_time, *_ in by_hand(db):
        assert mine[unit, "ONLINE_FILING"] == (online, received), unit
        assert mine[unit, "RESOLVED_ON_TIME"] == (on_time, received), unit


def connect(folder: str) -> duckdb.DuckDBPyConnection:
    """A fresh database on disk, two threads for everyone."""
    return duckdb.connect(str(Path(folder) / "facts.duckdb"), config={"threads": "2", "memory_limit": "3GB"})


def in_sqlite(db: duckdb.DuckDBPyConnection, path: str) -> sqlite3.Connection:
    """The same facts in SQLite, indexed by unit as a careful hand would."""
    other = sqlite3.connect(path)
    names = list(schema.DOSSIERS)
    other.execute(f"create table dossiers ({', '.join(names)})")
    rows = db.execute(
        "select "
        + ", ".join(f"epoch({n})::bigint" if t == "timestamp" else n for n, t in schema.DOSSIERS.items())
        + " from dossiers"
    )
    while batch := rows.fetchmany(50_000):
        other.executemany(f"insert into dossiers values ({', '.join('?' * len(names))})", batch)
    other.execute(
        "create table procedures (procedure primary key, fee, returns_document, online, maximum_hours)"
    )
    other.executemany(
        "insert into procedures values (?, ?, ?, ?, ?)",
        db.execute(
            "select procedure, fee, returns_document, online_level <> 'none', maximum_hours from procedures"
        ).fetchall(),
    )
    other.commit()
    return other


IN_SQLITE = """
select unit, count(*), sum(channel = 2),
    sum(coalesce(done_at, returned_at, stopped_at, refused_at, withdrawn_at,
        case when open_requests = 1 then first_open_request_at end, 1790787599) <= due_at + supplement_seconds),
    count(distinct case when channel = 2 and online then procedure end),
    count(distinct case when paid_online and fee then procedure end),
    sum(fee and not fee_free), sum(fee and not fee_free and paid_online), sum(returns_document),
    sum(returns_document and result_file), sum(component_file and (result_file or not returns_document)),
    sum(data_reused), sum(from_store), sum(population_data),
    count(distinct case when population_data then procedure end),
    avg(done_at - received_at - supplement_seconds)
from dossiers left join procedures using (procedure)
where received_at >= 1767200400 and received_at < 1790787600 and status <> 1 group by unit
"""


def lines(dossiers: int = 1_000_000) -> Iterator[Line]:
    """Measuring against the hand-written query and SQLite."""
    with TemporaryDirectory() as folder, connect(folder) as db:
        fill(db, dossiers)
        agree(db)
        mine, hand = race(lambda: ours(db), lambda: by_hand(db), 5)
        yield Line(f"measure {dossiers:,} dossiers | one DuckDB query by hand", mine, hand, 1.3)
        with in_sqlite(db, str(Path(folder) / "facts.sqlite")) as other:
            mine, slow = race(lambda: ours(db), lambda: other.execute(IN_SQLITE).fetchall(), 1)
        yield Line(f"measure {dossiers:,} dossiers | SQLite", mine, slow, 1 / 8)
