"""Spark reading a lake: on this machine, or on a cluster that has a master."""

import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from bochiso.errors import StoreError
from bochiso.measure.compiled_sql import named
from bochiso.store.lake.lake_facts import changed, check_sizes
from bochiso.store.lake.lake_manifest import LakeFile
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_tables import LakeTable
from bochiso.text import say

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = "local[*]"
"""The master that stands for this machine alone."""

_LOOPBACK = ("local", "spark://127.", "spark://localhost")
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_JAVA = "-XX:+IgnoreUnrecognizedVMOptions -XX:-DontCompileHugeMethods"
"""One pass over the dossiers is one method of Java, too long (over 8,000 bytes) to be compiled unless that is
said; it would be interpreted (docs/decisions/0056-spark-speed.md)."""

_JAVA_SETTINGS = ("spark.driver.extraJavaOptions", "spark.executor.extraJavaOptions")
_KINDS = {"int8": "tinyint", "int32": "int", "int64": "bigint", "timestamp": "timestamp_ntz"}


class SparkEngine:
    """A session of Spark as an engine of a lake: nothing of its rows comes here but what they come to."""

    dialect = "pyspark"

    def __init__(self, spark: "SparkSession") -> None:
        self._spark = spark

    def show(self, place: LakePlace, table: LakeTable, files: Sequence[LakeFile]) -> None:
        """As LakeEngine has it; the cluster's machines check the contents, each those that it reads."""
        check_sizes(place, files)
        if not files:
            self._spark.createDataFrame([], schema(table)).createOrReplaceTempView(table.name)
            return
        paths = [place.spark_path(each.path) for each in files]
        with _spark_errors():
            self._check(place, files, paths)
            # One schema for all: columns that a file lacks are null.
            found = self._spark.read.schema(schema(table)).parquet(*paths)
            found.createOrReplaceTempView(table.name)

    def _check(self, place: LakePlace, files: Sequence[LakeFile], paths: Sequence[str]) -> None:
        read = self._spark.read.format("binaryFile").load(list(paths))
        rows = read.selectExpr("path", "sha2(content, 256) as digest").collect()
        found = {_end(row["path"]): row["digest"] for row in rows}
        for each in files:
            if found.get(_end(each.path)) != each.sha256:
                raise changed(place, each)

    def give_tables(self, tables: Mapping[str, pa.Table]) -> None:
        """As LakeEngine has it."""
        with _spark_errors():
            for name, table in tables.items():
                self._spark.createDataFrame(table).createOrReplaceTempView(name)

    def ask(self, query: str, values: Mapping[str, str]) -> pa.Table:
        """As LakeEngine has it."""
        with _spark_errors():
            return self._spark.sql(query, args=named(query, values, self.dialect)).toArrow()


def _end(path: str) -> str:
    """What tells a file of a lake among all of its table."""
    return "/".join(path.rsplit("/", 3)[-3:])


def schema(table: LakeTable) -> str:
    """The columns of a table in Spark's words."""
    return ", ".join(f"{name} {_kind(kind)}" for name, kind in table.columns.items())


def _kind(kind: str) -> str:
    if kind.startswith("array<struct<"):
        return kind.replace("timestamp", "timestamp_ntz")
    return _KINDS.get(kind, kind)


@contextmanager
def spark_session(master: str = HERE, settings: Mapping[str, str] | None = None) -> "Iterator[SparkSession]":
    """A session at a master, quiet. `settings`: Spark's own, over those that are set here.

    Raises StoreError where pyspark or Java isn't installed, or the master can't be reached.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise _missing("pyspark") from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise _missing("Java")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    every = dict(_SETTINGS)
    if master.startswith(_LOOPBACK):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        every |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if master.startswith("local"):
        every["spark.sql.shuffle.partitions"] = str(os.cpu_count() or 2)
    every |= dict(settings or {})
    every |= {name: f"{_JAVA} {every.get(name, '')}".strip() for name in _JAVA_SETTINGS}
    builder = SparkSession.builder.master(master).appName("bochiso")
    for name, value in every.items():
        builder = builder.config(name, value)
    for name in ("py4j", "pyspark"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # Where pandas is installed too, pyspark looks whether it is one that it likes.
        warnings.simplefilter("ignore", FutureWarning)
        with _spark_errors():
            spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("OFF" if master.startswith("local") else "ERROR")
        try:
            yield spark
        finally:
            spark.stop()


@contextmanager
def _spark_errors() -> Iterator[None]:
    """What Spark says, as one sentence with its own first line."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise StoreError(
            say("Spark báo “{why}”.", "Spark says “{why}”.", why=_first_line(error)),
            do=say(
                "Xem nhật ký của master và worker; mọi máy phải đọc được hồ dữ liệu theo cùng một đường dẫn.",
                "See the logs of master and workers; each machine must reach the lake by the same path.",
            ),
        ) from error


def _first_line(error: Any) -> str:
    java = getattr(error, "java_exception", None)
    text = str(java.toString() if java is not None else error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__


def _missing(what: str) -> StoreError:
    return StoreError(
        say("máy này chưa cài {what}, Spark không chạy được.", "Spark can't run: no {what} here.", what=what),
        do=say(
            "Cài Java 17 trở lên và `pip install 'bochiso[spark]'`, hoặc đo bằng --engine duckdb.",
            "Install Java 17 or later and `pip install 'bochiso[spark]'`, or measure with --engine duckdb.",
        ),
    )
