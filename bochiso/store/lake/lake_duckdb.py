"""DuckDB reading a lake on this machine; and what any engine offers to those who measure."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import duckdb
import pyarrow as pa

from bochiso.measure.compiled_sql import named
from bochiso.store.figures.engine import QUIET
from bochiso.store.lake.lake_facts import check_contents, show, unreadable
from bochiso.store.lake.lake_manifest import LakeFile
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_tables import LakeTable


class LakeEngine(Protocol):
    """What counts the rows of a lake: it is shown files, given small tables, and asked in its own words."""

    @property
    def dialect(self) -> str:
        """Whose words it understands, as Ibis names it."""
        ...

    def show(self, place: LakePlace, table: LakeTable, files: Sequence[LakeFile]) -> None:
        """The files of a table by its name; those after replace those before. They were checked.

        Raises StoreError naming a file that isn't what its manifest says.
        """
        ...

    def give_tables(self, tables: Mapping[str, pa.Table]) -> None:
        """Small tables by their names."""
        ...

    def ask(self, query: str, values: Mapping[str, str]) -> pa.Table:
        """The rows of a query, with those of the values that it names."""
        ...


class DuckEngine:
    """DuckDB, in memory, with room on disk for what doesn't fit."""

    dialect = "duckdb"

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db, self._where = db, ""

    def show(self, place: LakePlace, table: LakeTable, files: Sequence[LakeFile]) -> None:
        """As LakeEngine has it."""
        self._where = place.url
        check_contents(place, files)
        show(self._db, place, table, files)

    def give_tables(self, tables: Mapping[str, pa.Table]) -> None:
        """As LakeEngine has it."""
        for name, table in tables.items():
            self._db.register("kept_", table)
            self._db.execute(f"create or replace temp table {name} as from kept_")  # our names
            self._db.unregister("kept_")

    def ask(self, query: str, values: Mapping[str, str]) -> pa.Table:
        """As LakeEngine has it."""
        try:
            # By way of a table: a relation looks for parameters in a query's text for longer than that takes.
            self._db.execute(f"create or replace temp table answer_ as {query}", named(query, values))
            return self._db.table("answer_").to_arrow_table()
        except duckdb.Error as error:
            raise unreadable(error, self._where) from error


@contextmanager
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory for one measuring."""
    with TemporaryDirectory(prefix="bochiso-lake-") as scratch:
        db = duckdb.connect(
            ":memory:",
            config={"preserve_insertion_order": "false", "temp_directory": str(Path(scratch, "spill"))},
        )
        db.execute(QUIET)
        try:
            yield db
        finally:
            db.close()
