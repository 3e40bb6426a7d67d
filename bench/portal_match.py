"""Matching a list of the portal with as many dossiers: ours against one hash join of the same columns."""

from collections.abc import Iterator
from tempfile import TemporaryDirectory

import duckdb

from bench.dossiers import END, PERIOD, connect, fill
from bench.timing import Line, race
from bochiso.measure.query_parameters import bounds
from bochiso.measure.schema import TOLD
from bochiso.store.journal.portal_lists import PORTAL
from bochiso.store.worklists.portal_matching import match

MISSING, STALE = 97, 89
"""One dossier of so many is missing there, or not yet done there."""

OWN = (
    "dossier", "unit", "sender", "procedure", "status", "filed_at", "received_at", "due_at", "channel",
    "paid_online", "result_file", "done_at", "returned_at", "stopped_at", "refused_at", "withdrawn_at",
)  # fmt: skip
"""The columns of dossiers that matching reads, but for the province."""

VALUES = {
    "province": "H15", "day": "2026-09-30", "first": str(bounds(PERIOD)[0]), "after": str(bounds(PERIOD)[1]),
    "until": str(END.replace(tzinfo=None)),
}  # fmt: skip

_END = f"timestamp '{VALUES['until']}'"

JOIN = f"""
create or replace temp table joined as
    select {", ".join(f"own.{name}" for name in OWN)},
        theirs.* exclude (province, list_day)
    from (select * from dossiers where province = 'H15') own
    join (select * from portal_dossiers where province = 'H15' and list_day = date '2026-09-30') theirs
        on theirs.number = own.dossier
"""


def list_of(db: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """The portal's list of the dossiers there are; how many are missing in it, how many differ."""
    db.execute(PORTAL)
    db.execute(
        f"""insert into portal_dossiers by name
        select 'H15' as province, date '2026-09-30' as list_day, dossier as number, procedure, unit,
            if(i % {STALE} = 0 or not coalesce(done_at <= {_END}, true), 4, status) as status,
            filed_at, received_at, due_at,
            if(i % {STALE} = 0 or done_at > {_END}, null, done_at) as done_at,
            returned_at, channel, paid_online, result_file,
            {sum(TOLD.values())} as told
        from (select *, row_number() over (order by dossier) as i from dossiers) where i % {MISSING} <> 0"""
    )
    db.execute("create temp table list_units as select distinct unit as words, unit from dossiers")
    missing, stale = db.execute(
        f"""select count(*) filter (i % {MISSING} = 0),
            count(*) filter (i % {STALE} = 0 and i % {MISSING} <> 0 and done_at <= {_END})
        from (select done_at, row_number() over (order by dossier) as i from dossiers)"""
    ).fetchall()[0]
    return missing, stale


def ours(db: duckdb.DuckDBPyConnection) -> None:
    """The dossiers that are missing or differ, and in what."""
    match(db, VALUES, {})


def lines(dossiers: int = 450_000) -> Iterator[Line]:
    """Matching against a join alone."""
    with TemporaryDirectory(prefix="bochiso-bench-") as folder, connect(f"{folder}/facts.duckdb") as db:
        fill(db, dossiers)
        expected = list_of(db)
        ours(db)
        kinds = dict(db.execute("select kind, count(*) from portal_differences group by kind").fetchall())
        assert (kinds["missing_there"], kinds["differs"]) == expected
        timed = race(lambda: ours(db), lambda: db.execute(JOIN), 9)
        yield Line(f"match a list of {dossiers:,} with as many dossiers | one hash join", *timed, 2)
