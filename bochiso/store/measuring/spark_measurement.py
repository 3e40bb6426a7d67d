"""Measuring by Spark on this machine: the same expressions, for a country's dossiers."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from bochiso.errors import StoreError
from bochiso.measure.compiled_sql import named, queries
from bochiso.measure.indicators import Measure
from bochiso.measure.query_parameters import query_values
from bochiso.measure.schema import DOSSIERS, PETITIONS, PROCEDURES, PUBLICATIONS
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.rule_set import RuleSet
from bochiso.store.measuring.measurement import gathered, keep_lists, prepare
from bochiso.store.measuring.sync_source import NOTHING_KNOWN, SyncSource
from bochiso.text import say
from bochiso.units.model import Unit

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FACTS = {
    "dossiers": ", ".join(DOSSIERS),
    "procedures": ", ".join(PROCEDURES),
    "publications": ", ".join(PUBLICATIONS),
    "petitions": ", ".join(PETITIONS),
    "units_measured": "*",
    "units_within": "*",
    "due_days": "*",
    "limit_days": "*",
    "calendars": "*",
}
"""What Spark reads, and which columns."""

LISTS = {"portal_dossiers": "province, list_day, number", "lists_chosen": "*", "old_fronts": "*"}
"""And where a list of the portal is gone by."""

DIALECT = "pyspark"


def measure_on_spark(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    period: Period,
    as_of: datetime,
    rules: RuleSet,
    calendar: Calendar,
    sync: SyncSource = NOTHING_KNOWN,
) -> list[Measure]:
    """What `measure` gives, by Spark: it reads the facts from Parquet in a temporary folder.

    Raises StoreError where pyspark or Java isn't installed.
    """
    prepare(db, units, period, as_of, rules, calendar)
    keep_lists(db, sync)
    ask, values = queries(rules, DIALECT), query_values(period, as_of)
    with TemporaryDirectory(prefix="bochiso-") as scratch, _session(Path(scratch)) as spark:
        for name, columns in (FACTS | (LISTS if sync.lists else {})).items():
            path = str(Path(scratch, f"{name}.parquet"))
            db.sql(f"select {columns} from {name}").write_parquet(path)  # noqa: S608 (our names)
            spark.read.parquet(path).createOrReplaceTempView(name)
        handled = spark.sql(ask.handled, args=named(ask.handled, values, DIALECT))
        handled.cache().createOrReplaceTempView("handled")
        return gathered(
            units,
            ask,
            lambda query: [
                row.asDict() for row in spark.sql(query, args=named(query, values, DIALECT)).collect()
            ],
            sync,
        )


@contextmanager
def _session(scratch: Path) -> "Iterator[SparkSession]":
    """A session of its own on this machine alone, quiet."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise _missing("pyspark") from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise _missing("Java")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 2),
        "spark.sql.warehouse.dir": str(scratch),
    }
    builder = SparkSession.builder.master("local[*]").appName("bochiso")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def _missing(what: str) -> StoreError:
    return StoreError(
        say("máy này chưa cài {what}, Spark không chạy được.", "Spark can't run: no {what} here.", what=what),
        do=say(
            "Cài Java 17 trở lên và `pip install 'bochiso[spark]'`, hoặc đo bằng --engine duckdb.",
            "Install Java 17 or later and `pip install 'bochiso[spark]'`, or measure with --engine duckdb.",
        ),
    )
