"""SQL that stays compiled: one of the processes that tests run in compiles an expression, the others read it.

What forty questions compile to costs five seconds in each process. It is kept in pytest's own folder
(.pytest_cache), by all that it depends on: what makes the expression and of what, the program's words about
measuring and rules, the versions of the libraries. Where a change lands each process compiles by itself.
"""

import inspect
import os
from collections.abc import Callable, Hashable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from ibis import Table
from thoroughness import THOROUGH

from bochiso.measure import compiled_sql
from bochiso.store.lake.part_queries import program_print

ROOM = Path(__file__).parents[1] / ".pytest_cache" / "d" / "sql"

_compile = compiled_sql._words


@cache
def _program() -> tuple[str, ...]:
    return program_print(), version("ibis-framework"), version("sqlglot")


@cache
def _source(path: str) -> bytes:
    return Path(path).read_bytes()


@cache
def _kept(
    make: Callable[..., Table],
    asked: tuple[Hashable, ...],
    options: tuple[tuple[str, Hashable], ...],
    dialect: str,
) -> str:
    source = _source(inspect.getfile(make))
    told = repr((_program(), source, make.__module__, make.__qualname__, asked, options, dialect))
    path = ROOM / sha256(told.encode()).hexdigest()
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        words = _compile(make, asked, options, dialect)
    ROOM.mkdir(parents=True, exist_ok=True)
    own = path.with_suffix(f".{os.getpid()}")
    own.write_text(words, "utf-8")
    own.replace(path)
    return words


def keep_compiled() -> None:
    """From here on this process, and any that it forks, reads what another compiled."""
    if not THOROUGH:
        compiled_sql._words = _kept
