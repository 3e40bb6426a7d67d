"""SQL that is asked again and again: the engine reads it once a process, which takes as long as answering."""

from collections.abc import Mapping
from functools import cache

import duckdb


def execute(
    db: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, str] | None = None
) -> duckdb.DuckDBPyConnection:
    """Execute the statements of a text of ours, each with these values; gives what the last one does."""
    for statement in _statements(text):
        db.execute(statement, values) if values else db.execute(statement)
    return db


@cache
def _statements(text: str) -> list[duckdb.Statement]:
    return duckdb.extract_statements(text)
