"""The heart's promises: scoring against bare Python, importing against DuckDB, help against no program."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from bench.timing import Line, peak, race

ROWS = 100_000
THREADS = 2
"""What the store gives DuckDB (bochiso/store/figures/facts.py)."""


def lines() -> Iterator[Line]:
    """Every promise, measured; memory first, while this process is small."""
    with tempfile.TemporaryDirectory(prefix="bochiso-bench-") as name:
        folder = Path(name)
        peaks = _memory(folder)
        yield _scoring()
        yield _import(folder)
        yield _help()
        yield from peaks


def _memory(folder: Path) -> list[Line]:
    subprocess.run([sys.executable, "-m", "bench.heart", str(_table(folder))], check=True)
    scoring = peak("bench.scoring", "alone")
    importing = peak("bench.heart", "import_table", str(_table(folder)), str(folder / "peak"))
    return [
        Line("memory: scoring and ranking 3,321 communes", scoring, None, 300, "MB"),
        Line("memory: importing 100,000 measures", importing, None, 300, "MB"),
    ]


def _scoring() -> Line:
    from bench.scoring import Scoring

    scoring = Scoring()
    scoring.check()
    ours, peer = race(scoring.ours, scoring.peer, rounds=15)
    return Line("score and rank 3,321 communes | bare Python on tuples", ours, peer, 3)


def _import(folder: Path) -> Line:
    table, number = str(_table(folder)), count()
    ours, peer = race(
        lambda: import_table(table, str(folder / f"ours-{next(number)}")),
        lambda: read_with_duckdb(table, str(folder / f"peer-{next(number)}.duckdb")),
        rounds=9,
    )
    return Line("import 100,000 measures | DuckDB reads the CSV", ours, peer, 3)


def _help() -> Line:
    bochiso = Path(sys.executable).with_name("bochiso")
    ours, peer = race(
        lambda: subprocess.run([bochiso, "--help"], check=True, stdout=subprocess.DEVNULL),
        lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
        rounds=25,
    )
    return Line("bochiso --help | python -c pass", ours, peer, 4)


def _table(folder: Path) -> Path:
    return folder / "measures.csv"


def write_table(path: str) -> None:
    """Write the table of measures that is imported."""
    from bench.country import measures_csv
    from bochiso.rules.loader import load_rules

    Path(path).write_text(measures_csv(load_rules("qd766"), ROWS), "utf-8")


def import_table(table: str, data: str) -> None:
    """Keep a table in a fresh data folder, as `bochiso import measures` does."""
    from bochiso.periods import parse_period
    from bochiso.rules.loader import rules_text
    from bochiso.store.figures.evidence import NewReading
    from bochiso.store.figures.snapshot_store import add_reading
    from bochiso.store.folder import DataFolder

    path = Path(table)
    added = add_reading(
        DataFolder(Path(data)),
        NewReading(
            "measures",
            [(path.name, path.read_bytes())],
            as_of=date(2026, 10, 7),
            period=parse_period("2026"),
            rules_text=rules_text("qd766"),
            read_at=datetime(2026, 10, 7, tzinfo=UTC),
        ),
    )
    assert added.intake is not None
    assert added.intake.figures.num_rows == ROWS, added.intake.refusals[:3]


def read_with_duckdb(table: str, database: str) -> None:
    """The peer: the same table into a fresh database file, nothing checked and nothing kept besides."""
    import duckdb

    with duckdb.connect(database, config={"threads": THREADS}) as connection:
        connection.execute("create table measures as select * from read_csv(?)", [table])
        (rows,) = connection.execute("select count(*) from measures").fetchone() or (0,)
        assert rows == ROWS


if __name__ == "__main__":
    write_table(sys.argv[1])
