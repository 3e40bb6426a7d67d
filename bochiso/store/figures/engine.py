"""Files of facts opened: a DuckDB for each purpose in a process, to which files are attached while open.

To start and end a DuckDB takes some twenty milliseconds, longer than most questions; to attach a file
takes one. Who writes has another than the readers': one that a failed write broke must not be theirs.
"""

import atexit
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

import duckdb

Config = dict[str, str | bool | int | float | list[str]]

CONFIG: Config = {"memory_limit": "1GB", "threads": "2"}
"""What figures are read with."""


QUIET = "set enable_progress_bar = false"
"""For each connection: a bar of progress would go to standard output, amid a table or JSON."""


class Engine:
    """A DuckDB that holds nothing itself, and the files that are attached to it."""

    def __init__(self, config: Config) -> None:
        self._db = duckdb.connect(":memory:", config=config)
        self._lock = Lock()
        self._numbers = itertools.count(1)
        self._attached: dict[Path, tuple[str, int]] = {}
        self._ended = False

    @contextmanager
    def reading(self, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose tables are a file's. Raises duckdb.Error where it can't be opened."""
        self.attach(path)
        try:
            with self.connection(path) as db:
                yield db
        finally:
            self.detach(path)

    @contextmanager
    def writing(self, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that makes a file or adds to it; who comes after an error gets another engine.

        Raises duckdb.Error where it can't be opened.
        """
        try:
            self.attach(path, write=True)
            with self.connection(path) as db:
                yield db
            self.detach(path)
        except BaseException:
            replace_engine(self)
            with suppress(duckdb.Error, KeyError):
                self.detach(path)
            self.give_up()
            raise

    def give_up(self) -> None:
        """Close files that can't be let go, once nobody else uses any: else their locks last as long as
        anything refers to this, as the traceback of an error that somebody keeps does."""
        if not self._attached:
            self._db.close()

    def attach(self, path: Path, *, write: bool = False) -> None:
        """Open a file once more, to be read unless it is made or written; `detach` it as often."""
        with self._lock:
            name, users = self._attached.get(path) or (f"facts{next(self._numbers)}", 0)
            if not users:  # DuckDB has a file attached once: all who use it share that
                if not self._attached:  # what doesn't fit in memory goes beside the file, as with one opened
                    with suppress(duckdb.Error):
                        self._db.execute(f"set temp_directory = '{_quoted(path)}.tmp'")
                how = "" if write else " (read_only)"
                self._db.execute(f"attach '{_quoted(path)}' as {name}{how}")
            self._attached[path] = name, users + 1

    def connection(self, path: Path) -> duckdb.DuckDBPyConnection:
        """A connection whose tables are those of a file that is attached."""
        db = self._db.cursor()
        db.execute(QUIET)
        db.execute(f"use {self._attached[path][0]}")
        return db

    def end(self) -> None:
        """Close whatever is open, for good."""
        self._ended = True
        self._db.close()

    def detach(self, path: Path) -> None:
        """Let a file go; the last who does closes it."""
        if self._ended:
            return
        with self._lock:
            name, users = self._attached.pop(path)
            if users > 1:
                self._attached[path] = name, users - 1
            else:
                self._db.execute(f"detach {name}")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


_engines: dict[str, Engine] = {}
_lock = Lock()


def engine(purpose: str = "figures", config: Config = CONFIG) -> Engine:
    """The engine of this process for a purpose."""
    with _lock:
        if purpose not in _engines:
            _engines[purpose] = Engine(config)
        return _engines[purpose]


def replace_engine(broken: Engine) -> None:
    """Have the next who asks get another: after some errors DuckDB refuses whatever comes."""
    with _lock:
        for purpose in [each for each, one in _engines.items() if one is broken]:
            del _engines[purpose]


@atexit.register
def _end() -> None:
    """What is open where a process ends: while Python itself ends, DuckDB can't close it any more."""
    for each in _engines.values():
        each.end()


_of_the_parent: list[Engine] = []
"""What a forked process has from its parent: without their threads these can be neither used nor ended."""


def _forked() -> None:
    _of_the_parent.extend(_engines.values())
    _engines.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
