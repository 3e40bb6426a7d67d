"""Files of facts open for reading: one DuckDB in a process, to which each is attached while it is open.

To start and end a DuckDB takes some twenty milliseconds, longer than most questions; to attach a file
takes one. Who writes has a DuckDB of its own: one that a failed write broke must not be the readers'.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb

CONFIG: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "1GB", "threads": "2"}


class Engine:
    """A DuckDB that holds nothing itself, and the files that are attached to it."""

    def __init__(self) -> None:
        self._db = duckdb.connect(":memory:", config=CONFIG)
        self._lock = Lock()
        self._numbers = itertools.count(1)
        self._attached: dict[Path, tuple[str, int]] = {}

    @contextmanager
    def reading(self, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose tables are a file's. Raises duckdb.Error where it can't be opened."""
        with self._lock, self._db.cursor() as db:
            name, users = self._attached.get(path) or (f"facts{next(self._numbers)}", 0)
            if not users:  # DuckDB has a file attached once: all who read it share that
                quoted = str(path).replace("'", "''")
                db.execute(f"attach '{quoted}' as {name} (read_only)")
            self._attached[path] = name, users + 1
        try:
            with self._db.cursor() as db:
                db.execute(f"use {name}")
                yield db
        finally:
            with self._lock:
                name, users = self._attached.pop(path)
                if users > 1:
                    self._attached[path] = name, users - 1
                else:
                    self._db.execute(f"detach {name}")


_engines: list[Engine] = []
_lock = Lock()


def engine() -> Engine:
    """The engine of this process."""
    with _lock:
        if not _engines:
            _engines.append(Engine())
        return _engines[0]


_of_the_parent: list[Engine] = []
"""What a forked process has from its parent: without their threads these can be neither used nor ended."""


def _forked() -> None:
    _of_the_parent.extend(_engines)
    _engines.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
