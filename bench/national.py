"""The country on one machine and on a cluster of this one: `make national`.

Makes a simulated country, exports it, measures it by DuckDB and by Spark, kills a worker, measures again
after changes, and prints whether all came to the same, the ten best provinces, and what each took.
"""

import resource
import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

import duckdb

from bench.national_facts import fill_country
from bench.spark_cluster import EXECUTORS, Cluster, cluster
from bochiso.measure.indicators import Measure
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.store.lake.lake_duckdb import DuckEngine, LakeEngine, duck
from bochiso.store.lake.lake_export import export_from
from bochiso.store.lake.lake_facts import open_lake
from bochiso.store.lake.lake_measurement import LakeAsked, LakeMeasured, measure_lake
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_spark import SparkEngine, spark_session
from bochiso.store.measuring.live_scores import figures_of
from bochiso.text import now
from bochiso.units.model import Level

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

T = TypeVar("T")
RULES = load_rules("qd766")
ASKED = LakeAsked(
    parse_period("2026-01-01..2026-09-30"),
    datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC),
    RULES,
    remember=False,
)
CHANGED = """
update dossiers set channel = 2, paid_online = true
where province in ('H15', 'H21', 'H26') and received_at >= timestamp '2026-08-31 17:00:00'
"""
"""A day's changes: the latest month of three provinces, about one dossier in a hundred of the country."""


class Times:
    """What each step took, in the order in which they were done."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float]] = []

    def of(self, what: str, run: Callable[[], T]) -> T:
        """Run a step; its seconds are kept and shown."""
        started = time.perf_counter()
        found = run()
        self.rows.append((what, time.perf_counter() - started))
        print(f"{what}: {self.rows[-1][1]:.1f} s", flush=True)
        return found


def measured(place: LakePlace, asked: LakeAsked, engine: LakeEngine | None = None) -> LakeMeasured:
    """What a lake comes to, by DuckDB or by the engine given."""
    with duck() as db:
        return measure_lake(db, open_lake(place), engine or DuckEngine(db), asked)


def with_a_worker_killed(place: LakePlace, session: "SparkSession", workers: Cluster) -> Sequence[Measure]:
    """What Spark comes to where a worker is killed while it counts."""
    tracker = session.sparkContext.statusTracker()
    found: list[Sequence[Measure]] = []
    measuring = threading.Thread(
        target=lambda: found.append(measured(place, ASKED, SparkEngine(session)).rows)
    )
    measuring.start()
    while measuring.is_alive() and not any(
        (stage := tracker.getStageInfo(each)) and 0 < stage.numCompletedTasks < stage.numTasks
        for each in tracker.getActiveStageIds()
    ):
        time.sleep(0.02)
    killed = measuring.is_alive()
    workers.kill_worker()
    measuring.join()
    assert killed, "the job was over before a worker could be killed"
    return found[0]


def top_ten(found: LakeMeasured) -> Standings:
    """The standings of all units of the country."""
    return rank_units(score_units(figures_of(found.units, found.rows), RULES), RULES)


def verdict(what: str, one: Sequence[Measure], other: Sequence[Measure]) -> bool:
    """Say whether two tables are the same."""
    same = one == other
    differing = sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
    print(f"{what}: {'equal' if same else 'DIFFERENT'}, {len(one):,} figures, {differing} differ", flush=True)
    return same


def main(dossiers: int) -> int:
    """The whole way; 1 where anything came to something else."""
    times = Times()
    with TemporaryDirectory(prefix="bochiso-national-") as made:
        root, place = Path(made), LakePlace(str(Path(made, "lake")))
        with duckdb.connect(str(root / "facts.duckdb"), config={"preserve_insertion_order": "false"}) as db:
            times.of(f"facts of {dossiers:,} dossiers made", lambda: fill_country(db, dossiers))
            done = times.of("exported to the lake", lambda: export_from(db, "national", place, now()))
            print(f"  {done.written} parts, {done.size / 1e6:.0f} MB", flush=True)
            one = times.of("measured by DuckDB", lambda: measured(place, ASKED))
            same = [_on_spark(root, place, one.rows, times)]
            kept = replace(ASKED, remember=True)
            measured(place, kept)
            db.execute(CHANGED)
            times.of("exported again after changes", lambda: export_from(db, "national", place, now()))
            again = times.of("measured again, what changed alone", lambda: measured(place, kept))
            print(f"  {again.parts.read} parts read, {again.parts.kept} taken as counted before", flush=True)
            same.append(verdict("incremental | full", again.rows, measured(place, ASKED).rows))
    print("\nThe ten best provinces")
    for row in top_ten(one).level(Level.PROVINCE).rows[:10]:
        print(f"{row.rank:>4}  {row.score.unit.name:<32} {row.score.total}")
    print("\nTimes (s)")
    for what, seconds in times.rows:
        print(f"{seconds:>8.1f}  {what}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{peak:>8.0f}  MB, the most memory that this process had (Spark's own is in its executors)")
    print("\nAll equal." if all(same) else "\nNOT EQUAL.")
    return 0 if all(same) else 1


def _on_spark(root: Path, place: LakePlace, expected: Sequence[Measure], times: Times) -> bool:
    memory = EXECUTORS | {"spark.executor.memory": "1g"}
    with cluster(root, memory="1100m") as workers, spark_session(workers.master, memory) as session:
        session.sparkContext.setLogLevel("OFF")
        found = times.of("measured by Spark", lambda: measured(place, ASKED, SparkEngine(session)))
        same = verdict("Spark | DuckDB", found.rows, expected)
        rows = times.of(
            "measured by Spark, a worker killed", lambda: with_a_worker_killed(place, session, workers)
        )
        return verdict("Spark with a worker killed | DuckDB", rows, expected) and same


if __name__ == "__main__":
    if shutil.which("java") is None:
        sys.exit("make national needs Java 17 or later (Debian: default-jre-headless)")
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000))
