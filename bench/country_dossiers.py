"""Measuring twenty million dossiers: time in proportion to a million, and memory."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.timing import Line, peak, race

FEW, MANY = 1_000_000, 20_000_000


def lines() -> Iterator[Line]:
    """Memory first, while this process is small; the facts are made in processes of their own."""
    with TemporaryDirectory(prefix="bochiso-bench-") as folder:
        few, many = (str(_made(folder, count)) for count in (FEW, MANY))
        memory = peak("bench.country_dossiers", "measure_all", many)
        from bench.dossiers import connect, ours

        with connect(few) as one, connect(many) as twenty:
            ours(one)  # so that neither pays for making the expressions
            more, less = race(lambda: ours(twenty), lambda: ours(one), 5)
    times = MANY // FEW
    yield Line(f"measure {MANY:,} dossiers | {times} times {FEW:,}", more, less * times, 1.1)
    yield Line(f"memory: measuring {MANY:,} dossiers", memory, None, 4096, "MB")


def _made(folder: str, count: int) -> Path:
    path = Path(folder) / f"{count}.duckdb"
    subprocess.run([sys.executable, "-m", "bench.country_dossiers", str(path), str(count)], check=True)
    return path


def measure_all(path: str) -> None:
    """Measure every dossier of a file of facts, as `bochiso measure` does."""
    from bench.dossiers import connect, ours

    with connect(path) as db:
        assert len(ours(db)) > 2_000


def make(path: str, count: int) -> None:
    """A file of facts with so many dossiers."""
    from bench.dossiers import connect, fill

    with connect(path) as db:
        fill(db, count)


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]))
