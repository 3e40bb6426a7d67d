"""Facts given out to a lake, and what is measured from one: apart from measuring a folder."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from duckdb import DuckDBPyConnection

from bochiso.measure.indicators import Row
from bochiso.office.backend import Backend
from bochiso.store.lake import lake_export
from bochiso.store.lake.lake_duckdb import DuckEngine, LakeEngine, duck
from bochiso.store.lake.lake_export import ExportAsked, Exported
from bochiso.store.lake.lake_facts import Lake, open_lake
from bochiso.store.lake.lake_forms import LakeCount, lake_counts
from bochiso.store.lake.lake_measurement import LakeAsked, LakeMeasured, measure_lake
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_spark import HERE, SparkEngine, reached_by_spark, spark_session
from bochiso.store.people.audit import By
from bochiso.text import now

DUCKDB, SPARK = "duckdb", "spark"


@dataclass(frozen=True)
class EngineAsked:
    """Which engine counts: its name; of Spark the master and its own settings."""

    name: str = DUCKDB
    master: str = HERE
    settings: Mapping[str, str] = field(default_factory=dict)


def export_facts(backend: Backend, by: By, url: str, asked: ExportAsked) -> Exported:
    """Bring a lake up to the folder's facts. What is given out is noted before it is.

    Raises StoreError where it can't be noted or written, or the lake has a province from another folder.
    """
    place = LakePlace(url)
    backend.folder.check()
    with backend.open_ledger() as ledger:
        ledger.record(by, "facts.export", to=url, provinces=sorted(asked.provinces or ()))
    return lake_export.export_facts(backend.folder, place, by.at, asked)


def measure_facts(url: str, engine: EngineAsked, asked: LakeAsked) -> LakeMeasured:
    """What a lake comes to. Raises StoreError naming a file that can't be used."""
    with _opened(url, engine) as (db, lake, own):
        return measure_lake(db, lake, own, asked)


def count_facts(url: str, engine: EngineAsked, asked: LakeAsked, count: LakeCount) -> list[Row]:
    """What forms or lists of work count in a lake. Raises StoreError naming a file that can't be used."""
    with _opened(url, engine) as (db, lake, own):
        return lake_counts(db, lake, own, asked, count)


def measure_folder(backend: Backend, engine: EngineAsked, asked: LakeAsked) -> LakeMeasured:
    """What the facts of a folder come to by an engine that reads lakes: by way of one for the moment."""
    with (
        duck() as db,
        _engine(engine, DuckEngine(db)) as own,
        tempfile.TemporaryDirectory(prefix="bochiso-") as made,
    ):
        place = LakePlace(made)
        lake_export.export_facts(backend.folder, place, now())
        return measure_lake(db, open_lake(place), own, replace(asked, remember=False, sent_only=False))


@contextmanager
def _opened(url: str, asked: EngineAsked) -> Iterator[tuple[DuckDBPyConnection, Lake, LakeEngine]]:
    """A lake and what counts it. It is opened before Spark starts, unless Spark alone reaches it."""
    if asked.name == SPARK and reached_by_spark(url):
        with duck() as db, spark_session(asked.master, asked.settings) as spark:
            engine = SparkEngine(spark)
            yield db, open_lake(engine.place(url)), engine
        return
    lake = open_lake(LakePlace(url))
    with duck() as db, _engine(asked, DuckEngine(db)) as own:
        yield db, lake, own


@contextmanager
def _engine(asked: EngineAsked, here: DuckEngine) -> Iterator[LakeEngine]:
    if asked.name == DUCKDB:
        yield here
        return
    with spark_session(asked.master, asked.settings) as spark:
        yield SparkEngine(spark)
