"""Files of facts without any fact, copied: to make their tables again takes six milliseconds more each time.

The first of a process is made by the program, as all are in processes of their own.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path

import duckdb
import pytest

from bochiso.store.dossiers.projection import DossierFacts
from bochiso.store.figures import facts
from bochiso.store.figures.engine import Engine, engine
from bochiso.store.figures.facts_sql import SCHEMA

open_dossiers, _write_figures = DossierFacts._open_engine, Engine.writing


@cache
def _empty_dossiers() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dossiers.duckdb"
        made = DossierFacts(path)
        made._let_go(open_dossiers(made, write=True, wait=0))
        return path.read_bytes()


def _opened(self: DossierFacts, write: bool, wait: float) -> Engine:
    if write and not self.path.exists():
        _lay(self.path, _empty_dossiers())
    return open_dossiers(self, write, wait)


@cache
def _empty_figures(schema: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.duckdb"
        with _write_figures(engine("figures written"), path) as connection:
            connection.execute(f"begin; {schema} commit; checkpoint")
        return path.read_bytes()


def _writing(schema: str) -> Callable[[Engine, Path], AbstractContextManager[duckdb.DuckDBPyConnection]]:
    @contextmanager
    def writing(self: Engine, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        if not path.exists():
            _lay(path, _empty_figures(schema))
        with _write_figures(self, path) as connection:
            yield connection

    return writing


def _lay(path: Path, data: bytes) -> None:
    """Write a file where that is possible; where it isn't, leave none: the program itself finds so."""
    try:
        path.touch(0o600)
        path.write_bytes(data)
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def copy_tables(patch: pytest.MonkeyPatch) -> None:
    """From here on new files of facts in this process begin as copies."""
    patch.setattr(DossierFacts, "_open_engine", _opened)
    patch.setattr(Engine, "writing", _writing(SCHEMA))
    patch.setattr(facts, "SCHEMA", "")
