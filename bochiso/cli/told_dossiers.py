"""The facts of dossiers for a command that prints figures: what these lack is told beside them."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from bochiso.cli.output import tell
from bochiso.score.own_basis import lacking
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal.set_aside import items_aside


@contextmanager
def told_dossiers(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """As `open_dossiers`, and the reader is told where items couldn't be settled."""
    with open_dossiers(folder) as db:
        if items := items_aside(db):
            tell(lacking(items))
        yield db
