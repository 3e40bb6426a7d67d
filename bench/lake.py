"""A country's lake: measuring against a bare scan, growth, memory, a run after changes, export."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from bench.by_hand import QUERY
from bench.national import ASKED, CHANGED, measured
from bench.timing import Line, peak
from bochiso.measure.cube import READ
from bochiso.store.figures.engine import QUIET
from bochiso.store.lake.lake_duckdb import duck
from bochiso.store.lake.lake_export import export_from
from bochiso.store.lake.lake_facts import open_lake, show
from bochiso.store.lake.lake_measurement import prepare_lake
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_tables import DOSSIER_TABLE, PETITION_TABLE, TABLES
from bochiso.store.measuring.measurement import rows_of
from bochiso.text import now

FEW, MANY = 2_000_000, 20_000_000
BARE = 6
"""docs/decisions/0055-lake-speed.md says why."""


def lines(many: int = MANY, few: int = FEW) -> Iterator[Line]:
    """Facts are made, and memory is measured, in processes of their own."""
    with TemporaryDirectory(prefix="bochiso-bench-") as folder:
        root = Path(folder)
        smaller = made(root, few)
        memory_few = peak("bench.lake", "measure_once", str(smaller / "lake"))
        small = _timed(lambda: measured(LakePlace(str(smaller / "lake")), ASKED))
        rmtree(smaller)
        place = made(root, many)
        lake = LakePlace(str(place / "lake"))
        memory = peak("bench.lake", "measure_once", str(place / "lake"))
        own, bare, hand = (min(_timed(each) for _ in range(2)) for each in (
            lambda: measured(lake, ASKED), lambda: bare_scan(lake), lambda: by_hand(lake)))  # fmt: skip
        memory_bare = peak("bench.lake", "scan_once", str(place / "lake"))
        yield Line(
            f"lake: measure {many:,} dossiers | one DuckDB query by hand", own * 1000, hand * 1000, 1.3
        )
        yield Line(f"lake: measure {many:,} dossiers | a bare scan and group", own * 1000, bare * 1000, BARE)
        times = many / few
        yield Line(
            f"lake: {many:,} dossiers | {times:g} times {few:,}", own * 1000, small * times * 1000, 1.1
        )
        yield Line(f"lake: memory for {many:,} | for {few:,}", memory, memory_few, times, "MB")
        yield Line(f"lake: memory | a bare scan's ({memory_bare:.0f} MB)", memory, None, 8192, "MB")
        with _facts(place) as db:
            yield _exported(db, root, many)
            yield _incremental(db, lake, many)


def _timed(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started


@contextmanager
def _facts(place: Path) -> Iterator[DuckDBPyConnection]:
    with duckdb.connect(str(place / "facts.duckdb"), config={"preserve_insertion_order": "false"}) as db:
        db.execute(QUIET)
        yield db


def made(root: Path, count: int) -> Path:
    place = root / str(count)
    place.mkdir()
    subprocess.run([sys.executable, "-m", "bench.lake", str(place), str(count)], check=True)
    return place


def _exported(db: DuckDBPyConnection, root: Path, count: int) -> Line:
    """Export against DuckDB's own COPY of the same columns, to the same kind of files."""
    target = root / "copied"

    def copy() -> None:
        target.mkdir()
        for name in ("dossiers", "petitions", "procedures", "publications"):
            columns = ", ".join(TABLES[name].columns)
            month = TABLES[name].month
            db.execute(
                f"copy (select {columns}, province as home, {month} as month from {name}) to "
                f"'{target / name}' (format parquet, compression zstd, partition_by (home, month))"
            )

    db.execute("set partitioned_write_max_open_files = 2000")
    theirs = _timed(copy)
    rmtree(target)
    ours = _timed(lambda: export_from(db, "bench", LakePlace(str(root / "again")), now()))
    rmtree(root / "again")
    return Line(f"lake: export {count:,} dossiers | DuckDB's COPY", ours * 1000, theirs * 1000, 2)


def _incremental(db: DuckDBPyConnection, lake: LakePlace, count: int) -> Line:
    """A run after changes of about one dossier in a hundred, against a full one."""
    kept = replace(ASKED, remember=True)
    measured(lake, kept)
    db.execute(CHANGED)
    export_from(db, "bench", lake, now())
    again = _timed(lambda: measured(lake, kept))
    full = _timed(lambda: measured(lake, ASKED))
    return Line(f"lake: {count:,} dossiers, 1% changed | a full run", again * 1000, full * 1000, 0.1)


def bare_scan(place: LakePlace) -> int:
    """Every value of the columns that measuring reads, by unit: the least that any query costs."""
    lists = ("earlier", "requests", "dislikes")
    looked = (f"sum(len({name}))" if name in lists else f"max({name})" for name in READ if name != "unit")
    db = duckdb.connect()
    db.execute(QUIET)
    found = db.sql(
        f"select unit, {', '.join(looked)} from read_parquet('{place.local}/dossiers/*/*/*.parquet', "
        "hive_partitioning = false) group by unit"
    ).fetchall()
    return len(found)


def by_hand(place: LakePlace) -> list[dict[str, Any]]:
    """The same counts by one query on the same files, with the small tables that ours made; none checked."""
    with duck() as db:
        lake = open_lake(place)
        prepare_lake(db, lake, ASKED)
        for table in (DOSSIER_TABLE, PETITION_TABLE):
            show(db, place, table, [file for _, part in lake.parts(table.name) for file in part.files])
        return rows_of(db.execute(QUERY.replace("unit_list", "units_measured")))


def measure_once(lake: str) -> None:
    """Measure a lake, in a process that does nothing else."""
    assert measured(LakePlace(lake), ASKED).rows


def scan_once(lake: str) -> None:
    """Scan a lake, in a process that does nothing else."""
    assert bare_scan(LakePlace(lake))


def make(place: Path, count: int) -> None:
    """A file of facts and its lake."""
    from bench.national_facts import fill_country

    with _facts(place) as db:
        fill_country(db, count)
        export_from(db, "bench", LakePlace(str(place / "lake")), now())


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
