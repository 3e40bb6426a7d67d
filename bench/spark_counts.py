"""Spark on a lake, on this machine: what units did, counted as we ask it and as a good hand would."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from bench.lake import made
from bench.national import ASKED
from bench.spark_by_hand import COUNTED, HANDLED
from bench.timing import Line
from bochiso.measure.query_parameters import query_values
from bochiso.store.lake.lake_duckdb import duck
from bochiso.store.lake.lake_facts import open_lake
from bochiso.store.lake.lake_measurement import SMALL_FOR_ENGINES, prepare_lake
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_spark import SparkEngine, spark_session
from bochiso.store.lake.lake_tables import DOSSIER_TABLE
from bochiso.store.lake.part_queries import CUBE, query

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

COUNT = 2_000_000


def lines(count: int = COUNT) -> Iterator[Line]:
    """The same counts of the same files in one session: ours, then by hand, the better of two told."""
    with TemporaryDirectory(prefix="bochiso-bench-") as folder, spark_session() as spark:
        place = LakePlace(str(made(Path(folder), count) / "lake"))
        _show(spark, place)
        engine, values = SparkEngine(spark), query_values(ASKED.period, ASKED.as_of)
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(3):  # the first warms Java up
            started = perf_counter()
            counted = engine.ask(query(CUBE, ASKED.rules, engine.dialect), values)
            between = perf_counter()
            by_hand = [spark.sql(words).toArrow() for words in (COUNTED, HANDLED)]
            ours.append(between - started)
            theirs.append(perf_counter() - between)
        received = sum(counted["received"].to_pylist()), sum(by_hand[0]["received"].to_pylist())
        assert received[0] == received[1], received
        yield Line(
            f"spark: {count:,} dossiers | SQL by hand", min(ours[1:]) * 1000, min(theirs[1:]) * 1000, 1.3
        )


def _show(spark: "SparkSession", place: LakePlace) -> None:
    """The dossiers and the small tables that both read."""
    engine = SparkEngine(spark)
    with duck() as db:
        lake = open_lake(place)
        prepare_lake(db, lake, ASKED)
        engine.give_tables({name: db.table(name).to_arrow_table() for name in SMALL_FOR_ENGINES})
    engine.show(
        place, DOSSIER_TABLE, [file for _, part in lake.parts(DOSSIER_TABLE.name) for file in part.files]
    )
