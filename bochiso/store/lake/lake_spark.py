"""Spark reading a lake: on this machine, or on a cluster that has a master."""

import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from bochiso.errors import StoreError
from bochiso.measure.compiled_sql import named
from bochiso.store.lake.lake_facts import changed, check_sizes
from bochiso.store.lake.lake_manifest import LakeFile
from bochiso.store.lake.lake_place import LakePlace, is_local
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


_BY_PYARROW = ("s3", "s3a", "gs", "gcs")
"""Kinds of addresses whose manifests and small tables pyarrow reads and writes, also for Spark."""


def reached_by_spark(url: str) -> bool:
    """Whether an address is reached by Spark's own connectors alone: hdfs://, viewfs://, abfs://…"""
    return not is_local(url) and url.partition("://")[0] not in _BY_PYARROW


class SparkEngine:
    """A session of Spark as an engine of a lake: nothing of its rows comes here but what they come to."""

    dialect = "pyspark"

    def __init__(self, spark: "SparkSession") -> None:
        self._spark = spark

    def place(self, url: str) -> LakePlace:
        """A lake at an address, by this session's connectors where they alone reach it."""
        return LakePlace(url, partial(HadoopFiles, self._spark) if reached_by_spark(url) else None)

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


@dataclass(frozen=True)
class HadoopFile:
    """What Hadoop says of a path; `size`: None where it is no file."""

    base_name: str
    size: int | None

    @property
    def is_file(self) -> bool:
        """Whether it is a file that is there."""
        return self.size is not None


class HadoopFiles:
    """Files that Hadoop's connectors reach, by the Java of a session of Spark: as Files has it.

    What is read or written is copied whole to and from this machine; a written file comes by a new name and
    takes its own in one step.
    """

    def __init__(self, spark: "SparkSession", url: str) -> None:
        context: Any = spark.sparkContext
        hadoop = context._jvm.org.apache.hadoop.fs
        conf = spark._jsparkSession.sessionState().newHadoopConf()
        self._path = hadoop.Path
        with _hadoop_errors():
            where = context._jvm.java.net.URI.create(url)
            self._files = hadoop.FileSystem.get(where, conf)
            self._names = hadoop.FileContext.getFileContext(where, conf)
        self._overwriting = context._gateway.new_array(hadoop.Options.Rename, 1)
        self._overwriting[0] = hadoop.Options.Rename.OVERWRITE

    @contextmanager
    def open_input_stream(self, path: str) -> Iterator[IO[bytes]]:
        """As Files has it."""
        with TemporaryDirectory(prefix="bochiso-") as folder:
            made = Path(folder, "read")
            with _hadoop_errors():
                self._files.copyToLocalFile(False, self._path(path), self._path(f"file://{made}"), True)
            with made.open("rb") as file:
                yield file

    @contextmanager
    def open_output_stream(self, path: str) -> Iterator[IO[bytes]]:
        """As Files has it."""
        target = self._path(path)
        fresh = self._path(f"{path.rpartition('/')[0]}/.{path.rpartition('/')[2]}.{uuid4().hex}")
        with NamedTemporaryFile(prefix="bochiso-") as made:
            yield made
            made.flush()
            with _hadoop_errors():
                self._files.copyFromLocalFile(False, True, self._path(f"file://{made.name}"), fresh)
                self._names.rename(fresh, target, self._overwriting)

    def get_file_info(self, what: Any) -> list[HadoopFile]:
        """As Files has it."""
        with _hadoop_errors():
            if isinstance(what, list):
                return [self._info(self._path(each)) for each in what]
            try:
                found = self._files.listStatus(self._path(what.base_dir))
            except Exception as error:
                if _first_line(error).startswith("java.io.FileNotFoundException"):
                    return []
                raise
            return [_told(each) for each in found]

    def delete_file(self, path: str) -> None:
        """As Files has it."""
        with _hadoop_errors():
            self._files.delete(self._path(path), False)

    def delete_dir(self, path: str) -> None:
        """As Files has it."""
        with _hadoop_errors():
            self._files.delete(self._path(path), True)

    def _info(self, path: Any) -> HadoopFile:
        if not self._files.exists(path):
            return HadoopFile(path.getName(), None)
        return _told(self._files.getFileStatus(path))


def _told(status: Any) -> HadoopFile:
    return HadoopFile(status.getPath().getName(), status.getLen() if status.isFile() else None)


@contextmanager
def _hadoop_errors() -> Iterator[None]:
    """What Hadoop says, as pyarrow's file systems would. Raises OSError."""
    from py4j.protocol import Py4JError

    try:
        yield
    except Py4JError as error:
        why = _first_line(error)
        raise (FileNotFoundError if why.startswith("java.io.FileNotFoundException") else OSError)(
            why
        ) from error


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
