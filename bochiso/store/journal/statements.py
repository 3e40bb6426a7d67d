"""SQL that is asked again and again: the engine reads it once a process, which takes as long as answering."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import duckdb

Rest = Callable[[float], object]
"""What is done after each statement; given the seconds that it took."""

_rest: ContextVar[Rest | None] = ContextVar("rest", default=None)


@contextmanager
def resting(rest: Rest) -> Iterator[None]:
    """Have statements of this thread followed by a rest."""
    before = _rest.set(rest)
    try:
        yield
    finally:
        _rest.reset(before)


def execute(
    db: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, str] | None = None
) -> duckdb.DuckDBPyConnection:
    """Execute the statements of a text of ours, each with these values; gives what the last one does."""
    rest = _rest.get()
    for statement in _statements(text):
        began = time.monotonic()
        db.execute(statement, values) if values else db.execute(statement)
        if rest is not None:
            rest(time.monotonic() - began)
    return db


@cache
def _statements(text: str) -> list[duckdb.Statement]:
    return duckdb.extract_statements(text)
