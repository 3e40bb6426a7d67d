"""Spark on a real cluster: a master, two workers, a driver; the same tables as one machine's, come what may.

One cluster and one session serve all of it, for to start them takes longer than all that is asked of them.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import pytest
from lake_folders import ASKED, asked_for, made_folder, of_lake
from waiting import until

from bench.spark_cluster import EXECUTORS, Cluster, cluster
from bochiso.errors import StoreError
from bochiso.measure.compiled_sql import sql
from bochiso.periods import parse_period
from bochiso.store.folder import DataFolder
from bochiso.store.lake.kept_counts import STATE
from bochiso.store.lake.lake_duckdb import DuckEngine, LakeEngine, duck
from bochiso.store.lake.lake_export import export_facts
from bochiso.store.lake.lake_facts import open_lake
from bochiso.store.lake.lake_forms import LakeCount, lake_counts
from bochiso.store.lake.lake_manifest import manifest_path
from bochiso.store.lake.lake_measurement import LakeAsked
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_spark import SparkEngine, spark_session
from bochiso.text import now

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytest.importorskip("pyspark", reason="pyspark is not installed (requirements-spark.txt)")
if shutil.which("java") is None:
    pytest.skip("Java is not installed (default-jre-headless)", allow_module_level=True)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> LakePlace:
    folder: DataFolder = made_folder(tmp_path_factory.mktemp("provinces"))
    place = LakePlace(str(tmp_path_factory.mktemp("lake")))
    export_facts(folder, place, now())
    return place


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture(scope="module")
def session(workers: Cluster) -> Iterator["SparkSession"]:
    with spark_session(workers.master, EXECUTORS) as found:
        yield found


def counted(place: LakePlace, asked: LakeAsked, count: LakeCount, engine: LakeEngine | None = None) -> object:
    with duck() as db:
        return lake_counts(db, open_lake(place), engine or DuckEngine(db), asked, count)


@pytest.mark.landing
def test_spark_comes_to_what_one_machine_comes_to_even_where_a_worker_is_killed(
    lake: LakePlace, session: "SparkSession", workers: Cluster, tmp_path: Path
) -> None:
    spark = SparkEngine(session)
    for period, day in (ASKED[0], ASKED[5], ASKED[6]):
        asked = asked_for(period, day)
        assert of_lake(lake, asked, spark).rows == of_lake(lake, asked).rows
    for period, count in (("2026-03@15", LakeCount.HANDLING), ("2026-06@15", LakeCount.PETITIONS),
                          ("2026-Q1", LakeCount.WORK)):  # fmt: skip
        asked = asked_for(period, "2026-06-30")
        expected = counted(lake, asked, count)
        assert expected
        assert counted(lake, asked, count, spark) == expected
    _seconds_begun_are_counted_alike(session)
    _a_file_that_is_not_whole_is_named(lake, spark, tmp_path)
    _what_one_engine_kept_serves_the_other(lake, spark)
    _an_address_that_spark_alone_reaches_is_measured_and_remembered(lake, session, tmp_path)
    _a_killed_worker_changes_nothing(lake, session, workers)


def _seconds_begun_are_counted_alike(session: "SparkSession") -> None:
    moments = ibis.table({"a": "timestamp", "b": "timestamp"}, name="moments")
    seconds = moments.select(seconds=moments.b.delta(moments.a, unit="second"))
    before = datetime(2026, 1, 1, 10, 0, 0, 900_000)  # noqa: DTZ001 (as facts have them)
    steps = [timedelta(seconds=n, milliseconds=m) for n in (-90_000, -1, 0, 2) for m in (0, 99, 100, 999)]
    rows = [(before, before + step) for step in steps]
    session.createDataFrame(rows, "a timestamp_ntz, b timestamp_ntz").createOrReplaceTempView("moments")
    found = [row.seconds for row in session.sql(sql(seconds, "pyspark")).collect()]
    with duck() as db:
        db.execute("create temp table moments (a timestamp, b timestamp)")
        db.executemany("insert into moments values (?, ?)", rows)
        assert [count for (count,) in db.execute(sql(seconds)).fetchall()] == found


def _a_file_that_is_not_whole_is_named(lake: LakePlace, spark: SparkEngine, tmp_path: Path) -> None:
    own = LakePlace(str(shutil.copytree(lake.root, tmp_path / "lake")))
    part = open_lake(own).manifests["H15"].part("dossiers", 202602)
    assert part is not None
    path = Path(own.root) / part.files[0].path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreError, match=f"{path.name}.*the file is corrupt"):
        of_lake(own, asked_for("2026-Q1", "2026-06-10"), spark)
    path.unlink()
    with pytest.raises(StoreError, match=f"{path.name}.*the file is missing"):
        of_lake(own, asked_for("2026-Q1", "2026-06-10"), spark)
    assert (Path(own.root) / manifest_path("H15")).exists()


def _what_one_engine_kept_serves_the_other(lake: LakePlace, spark: SparkEngine) -> None:
    asked = asked_for("2026-Q1", "2026-06-10", remember=True)
    first = of_lake(lake, asked)
    again = of_lake(lake, asked, spark)
    assert (again.rows, again.parts.read) == (first.rows, 0)
    shutil.rmtree(Path(lake.root) / STATE)


def _an_address_that_spark_alone_reaches_is_measured_and_remembered(
    lake: LakePlace, session: "SparkSession", tmp_path: Path
) -> None:
    """By Hadoop's own table of mounts: no path of this machine is in the address."""
    own = shutil.copytree(lake.root, tmp_path / "mounted")
    session.conf.set("fs.viewfs.mounttable.ho.link./2026", f"file://{own}")
    spark = SparkEngine(session)
    place = spark.place("viewfs://ho/2026")
    asked = asked_for("2026-Q1", "2026-06-10", remember=True)
    first, again = (of_lake(place, asked, spark) for _ in range(2))
    assert first.rows == again.rows == of_lake(lake, replace(asked, remember=False)).rows
    assert (first.parts.kept, again.parts.read) == (0, 0)
    part = open_lake(place).manifests["H15"].part("dossiers", 202602)
    assert part is not None
    path, february = part.files[0].path, replace(asked, period=parse_period("2026-02"))
    (own / path).write_bytes((own / path).read_bytes()[:-9])
    with pytest.raises(StoreError, match=f"viewfs://ho/2026/{path}.*half-written"):
        of_lake(place, february, spark)
    (own / path).unlink()
    with pytest.raises(StoreError, match=f"viewfs://ho/2026/{path}.*the file is missing"):
        of_lake(place, february, spark)
    with pytest.raises(StoreError, match="there is no lake here"):
        open_lake(spark.place("viewfs://ho/2026/steps"))
    with pytest.raises(StoreError, match="nowhere"):
        open_lake(spark.place("viewfs://nowhere/2026"))


def _a_killed_worker_changes_nothing(lake: LakePlace, session: "SparkSession", workers: Cluster) -> None:
    spark, tracker = SparkEngine(session), session.sparkContext.statusTracker()

    def under_way() -> bool:
        stages = (tracker.getStageInfo(each) for each in tracker.getActiveStageIds())
        return any(each and 0 < each.numCompletedTasks < each.numTasks for each in stages)

    # Each file is a task of its own, so that there are some when the worker is killed.
    session.conf.set("spark.sql.files.openCostInBytes", "200m")
    asked = asked_for("2026", "2026-11-20")
    expected = of_lake(lake, asked).rows
    found: list[object] = []
    measuring = threading.Thread(target=lambda: found.append(of_lake(lake, asked, spark).rows))
    measuring.start()
    until(lambda: under_way() or not measuring.is_alive())
    assert measuring.is_alive()
    workers.kill_worker()
    while measuring.is_alive():
        time.sleep(0.1)
    assert found == [expected]
