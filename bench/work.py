"""A list of work of a province's dossiers: ours against one query written by hand for the same rows."""

from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from bench.by_hand import QUERY
from bench.dossiers import END, PERIOD, RULES, connect, fill
from bench.timing import Line, race
from bochiso.followup.work_kinds import KIND_OF
from bochiso.store.measuring.measurement import rows_of
from bochiso.store.worklists.work_lists import WorkAsked, work_list

ASKED = WorkAsked("H15", PERIOD, END)

_WHOLE, _, _ = QUERY.partition("counted as (")
LATE = (
    _WHOLE.rstrip()
    .rstrip(",")
    .replace(
        "select unit, d.procedure", "select d.dossier, d.sender, d.field_name, d.status, unit, d.procedure"
    )
    + """
select dossier as item, judged.unit, u.name as unit_name, judged.procedure, p.name as procedure_name, status,
    coalesce(nullif(regexp_extract(sender, '^(G[0-9]{2})', 1), ''),
        nullif(regexp_extract(dossier, '-([0-9]{2})[0-9]{4,5}$', 1), '')) as ministry,
    judged.field_name, not closed as open, if(closed, 'ended_late', 'open_late') as why, false as mendable,
    began, due_at, if(closed, ended, null) as ended_at, r.room,
    round(coalesce(date_diff('second', due_at, ended) - waited, seconds - judged.maximum_hours * 3600)
        / 86400, 1) as days
from judged join unit_list u on u.unit = judged.unit
    left join procedures p on p.procedure = judged.procedure and p.province = u.province
    left join (select dossier, max_by(room, moment) as room from step_rooms group by dossier) r
        using (dossier)
where counted and not on_time order by days desc nulls last, dossier
"""
)


def by_hand(db: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The late dossiers; it finds the table of working days that `ours` made."""
    return rows_of(db.execute(LATE))


def ours(db: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The same list, with what it is counted by."""
    return list(work_list(db, ASKED, KIND_OF["RESOLVED_ON_TIME"], RULES).rows)


def lines(dossiers: int = 440_000) -> Iterator[Line]:
    """The list of 2.1, all of its rows."""
    with TemporaryDirectory(prefix="bochiso-bench-") as folder, connect(f"{folder}/facts.duckdb") as db:
        fill(db, dossiers)
        db.execute("create table day_tables (place bigint, province varchar, text varchar)")
        db.execute("create table home as select 'H15' as province, false as several")
        mine, theirs = ours(db), by_hand(db)
        assert {row["item"] for row in mine} == {row["item"] for row in theirs}
        assert len(mine) > dossiers / 1_000
        what = f"list of {len(mine):,} late of {dossiers:,} dossiers | one DuckDB query by hand"
        yield Line(what, *race(lambda: ours(db), lambda: by_hand(db), 5), 1.5)
