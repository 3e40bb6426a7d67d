"""Measuring a million dossiers: ours against one query written by hand, pandas and SQLite."""

from collections.abc import Iterator
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from bench.by_hand import GIVEN_TO_PEERS, QUERY
from bench.by_pandas import by_pandas
from bench.by_sqlite import COUNTED, IN_SQLITE, in_sqlite, same
from bench.timing import Line, race
from bochiso.measure import schema
from bochiso.measure.indicators import Measure, measures
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.journal.reference_lists import PLACE_COMPLAINTS, columns
from bochiso.store.measuring.measurement import measure, measured_units, rows_of

PERIOD = parse_period("2026-01-01..2026-09-30")
END = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)
UNITS, PROCEDURES = 116, 528
PANDAS = 1 / 4
"""What is promised against pandas: docs/decisions/0015-measuring.md says why no more."""
ROOMS = {"dossier": "string", "moment": "timestamp", "status": "int8", "room": "string"}
RULES = load_rules("qd766")


def fill(db: duckdb.DuckDBPyConnection, dossiers: int) -> None:
    """Facts of a province: dossiers of 116 units and 528 procedures over nine months, from a seed."""
    for name, kinds in (("dossiers", schema.DOSSIERS | GIVEN_TO_PEERS), ("procedures", schema.PROCEDURES),
                        ("publications", schema.PUBLICATIONS), ("petitions", schema.PETITIONS),
                        ("unit_list", schema.UNITS), ("ratings", schema.RATINGS), ("step_rooms", ROOMS)):  # fmt: skip
        db.execute(f"create table {name} ({columns(kinds)})")
    db.execute("insert into unit_list values ('H15', 'UBND tỉnh Đắk Lắk', 'province', null, 'H15')")
    db.execute(
        "insert into unit_list select 'H15.' || i, 'Đơn vị ' || i, if(i <= 14, 'department', 'commune'), 'H15', 'H15' "
        "from range(1, ? + 1) t(i)",
        [UNITS],
    )
    db.execute(
        """insert into procedures by name
        select 'H15' as province, 'P' || i as procedure, 'Thủ tục ' || i as name, if(i % 5 = 0, 'department', 'commune') as authority,
            i % 2 = 0 as fee, i % 3 = 0 as payment_integrated, i % 9 <> 0 as returns_document,
            case i % 5 when 0 then 'none' when 1 then 'partial' else 'full' end as online_level,
            i % 4 <> 0 as open_to_citizens, i % 11 = 0 as population_connected, i % 7 <> 0 as content_full,
            240 as maximum_hours, if(i % 20 = 0, 7, null) as working_days
        from range(?) t(i)""",
        [PROCEDURES],
    )
    db.execute(
        """insert into publications by name
        select 'H15' as province, false as registered, 'P' || i as procedure, date '2026-01-05' + (i % 300)::int as decided_on,
            decided_on + (i % 13)::int as effective_on, if(i % 10 = 0, null, decided_on + (i % 9)::int) as entered_on
        from range(?) t(i)""",
        [PROCEDURES],
    )
    db.execute("select setseed(0.766)")
    db.execute(
        """insert into dossiers by name
        select 'H15.' || u || '-260101-' || i as dossier, 'H15.' || u as unit, 'H15' as province, 'H15' as sender, 'P' || p as procedure,
            if(r < 0.95, 2, 1) as channel, if(o < 0.9, 9, 4) as status, began as filed_at, began as received_at,
            if(p % 50 = 0, null, began + to_days(5)) as due_at,
            if(o < 0.9, began + to_seconds((s * 480000)::bigint), null) as done_at,
            nullif(list_concat(
                if(s > 0.95, [{'asked_at': began, 'answered_at': began + to_days(1), 'due_before': null}], []),
                if(o > 0.99, [{'asked_at': began + to_days(1), 'answered_at': null, 'due_before': null}], [])), [])
                as requests,
            if(o > 0.99, 1, 0) as open_requests, if(o > 0.99, began + to_days(1), null) as first_open_request_at,
            if(s > 0.95, 86400, 0) as supplement_seconds, r < 0.6 as paid_online, p % 7 = 0 as fee_free,
            s < 0.8 as result_file, o < 0.4 as component_file, r < 0.3 as data_reused, s < 0.02 as from_store,
            o < 0.5 as population_data
        from (select i, 1 + i % ? as u, (random() * ?)::int as p, random() as r, random() as s, random() as o,
            timestamp '2026-01-01' + to_seconds((random() * 23400000)::bigint) as began from range(?) t(i))""",
        [UNITS, PROCEDURES - 1, dossiers],
    )
    db.execute(
        """insert into petitions by name
        select 'H15' as province, 'K' || i as petition, 'H15.' || (1 + i % ?) as unit, 'H15.1-260101-' || (i * ?) as dossier,
            case i % 3 when 0 then 'procedure' when 1 then 'staff' end as about,
            timestamp '2026-01-03' + to_days((i % 260)::int) as sent_at,
            if(i % 6 = 0, sent_at + to_days(4), null) as forwarded_at,
            if(i % 9 = 0, sent_at + to_days((i % 7)::int), null) as refused_at,
            if(i % 9 = 0, null, sent_at + to_days((i % 31)::int)) as resolved_at,
            if(i % 9 = 0, null, resolved_at + to_days((i % 4)::int)) as published_at,
            i % 40 = 0 as disliked, i % 50 = 0 as repeated
        from range(600) t(i)""",
        [UNITS, UNITS],
    )
    db.execute(PLACE_COMPLAINTS)


def ours(db: duckdb.DuckDBPyConnection) -> list[Measure]:
    """All indicators of all units."""
    return measure(db, measured_units(db), PERIOD, END, RULES, builtin_calendar())


def by_hand(db: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The same counts by one query; it finds the tables of working days that `ours` made."""
    return rows_of(db.execute(QUERY))


def agree(db: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, ...]]:
    """Both come to the same measures, or the race is void; what peers must count of units, too."""
    mine = ours(db)
    rows = by_hand(db)
    assert sorted(mine, key=repr) == sorted(measures(rows), key=repr)
    assert len(mine) > 2_000
    late = [each for each in mine if each.indicator == "RESOLVED_ON_TIME" and each.unit == "H15"]
    assert 0 < (late[0].numerator or 0) < (late[0].denominator or 0)
    known = dict(db.execute(KNOWN_CONNECTED).fetchall())
    return {
        row["unit"]: tuple(
            int(row[name] or 0) - (known.get(row["unit"], 0) if name == "connected" else 0)
            for name in COUNTED
        )
        for row in rows
    }


KNOWN_CONNECTED = """
select unit, count(*) from unit_list join procedures
    on procedures.province = unit_list.province
        and (office = unit or office is null and authority = level or level = 'province')
where open_to_citizens and population_connected group by unit
"""


def connect(path: str) -> duckdb.DuckDBPyConnection:
    """A database on disk as the store opens its facts: two threads, and no more memory than that."""
    settings = {"threads": "2", "memory_limit": "3GB", "preserve_insertion_order": "false"}
    db = duckdb.connect(path, config={**settings})
    db.execute("set enable_progress_bar = false")  # it would write among the figures
    return db


def lines(dossiers: int = 1_000_000) -> Iterator[Line]:
    """Measuring against the query by hand, pandas and SQLite."""
    what = f"measure {dossiers:,} dossiers"
    with TemporaryDirectory(prefix="bochiso-bench-") as folder, connect(f"{folder}/facts.duckdb") as db:
        fill(db, dossiers)
        counts = agree(db)
        yield Line(f"{what} | one DuckDB query by hand", *race(lambda: ours(db), lambda: by_hand(db), 9), 1.3)
        assert set(measures(by_pandas(db).reset_index().to_dict("records"))) == set(ours(db))
        yield Line(f"{what} | pandas", *race(lambda: ours(db), lambda: by_pandas(db), 9), PANDAS)
        with in_sqlite(db, f"{folder}/facts.sqlite") as other:
            found = other.execute(IN_SQLITE).fetchall()
            same(found, counts)
            timed = race(lambda: ours(db), lambda: other.execute(IN_SQLITE).fetchall(), 2)
        yield Line(f"{what} | SQLite", *timed, 1 / 8)
