"""The SQL that an engine is asked: compiled once a rule set, for any period and moment.

Live scores ask again whenever dossiers came in, so nothing is compiled then: period and moment are values
that the engine is handed when it runs (docs/decisions/0015-measuring.md).
"""

import re
from collections.abc import Mapping
from functools import cache

import ibis
from ibis import Table
from msgspec import Struct

from bochiso.measure.caseload import caseload
from bochiso.measure.cube import MONTH, cube, dossier_marks, handled
from bochiso.measure.late_dossiers import late_dossiers
from bochiso.measure.open_dossiers import open_dossiers_by_law, open_dossiers_of
from bochiso.measure.petition_indicators import petition_counts
from bochiso.measure.petition_list import petition_list
from bochiso.measure.portal_sync import sync_counts
from bochiso.measure.procedure_indicators import procedure_counts
from bochiso.measure.publication_rules import publication_counts
from bochiso.measure.query_parameters import PLACEHOLDER
from bochiso.rules.rule_set import Deadline, RuleSet


class Queries(Struct, frozen=True):
    """What is asked of an engine, in its words: the same for any period and moment.

    `procedures` reads the table `handled`, which is what the query of that name gives.
    """

    cube: str
    handled: str
    petitions: str
    procedures: str
    publications: str
    sync: str


_QUERIES: dict[tuple[object, ...], Queries] = {}
"""By the deadlines of a rule set, which are all that shapes them."""

PART = ("province", MONTH)
"""What the parts of a lake of facts are told by."""


def queries(rules: RuleSet, dialect: str = "duckdb", *, subset: bool = False) -> Queries:
    """The queries of a rule set; `subset`: counting only the dossiers and petitions of `units_chosen`."""
    key = (rules.deadlines, dialect, subset)
    if key not in _QUERIES:
        parts = (
            cube("unit", subset=subset),
            handled(subset=subset),
            petition_counts(rules, subset=subset),
            procedure_counts(),
            publication_counts(rules),
            sync_counts(subset=subset),
        )
        _QUERIES[key] = Queries(*(sql(part, dialect) for part in parts))
    return _QUERIES[key]


@cache
def procedures_query(dialect: str = "duckdb") -> str:
    """The cube by procedure, of `units_chosen`."""
    return sql(cube("procedure", subset=True), dialect)


@cache
def received_query() -> str:
    """The cube by unit, of `units_chosen`."""
    return sql(cube("unit", subset=True))


_PETITIONS: dict[tuple[Deadline, ...], str] = {}


def petitions_query(rules: RuleSet) -> str:
    """The petitions of `units_chosen`, one by one."""
    if rules.deadlines not in _PETITIONS:
        _PETITIONS[rules.deadlines] = sql(petition_list(rules))
    return _PETITIONS[rules.deadlines]


@cache
def marks_query(source: str) -> str:
    """What each dossier of a table counts in."""
    return sql(dossier_marks(source))


@cache
def late_query() -> str:
    """The late dossiers of `units_chosen`."""
    return sql(late_dossiers())


@cache
def open_query(*, by_law: bool = False, subset: bool = False) -> str:
    """The open dossiers that are late or due soon (`open_values`), by the index's clock or the law's."""
    return sql((open_dossiers_by_law if by_law else open_dossiers_of)(subset=subset))


@cache
def caseload_query() -> str:
    """What each of `units_chosen` had on its hands in a span of days."""
    return sql(caseload())


SPARK = "pyspark"
_SIGNS = {"duckdb": PLACEHOLDER, SPARK: ":"}
_VALUE = re.compile(rf"'{re.escape(PLACEHOLDER)}(\w+)'")


def sql(expression: Table, dialect: str = "duckdb") -> str:
    """An expression in an engine's words; each step is a query of its own, so that none is done twice.

    The values of `asked` are named in it ($asked_end, for Spark :asked_end) and handed over.
    """
    fused = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        words = str(ibis.to_sql(expression, dialect=dialect, pretty=False))
    finally:
        ibis.options.sql.fuse_selects = fused
    if dialect == SPARK:
        words = _in_whole_seconds(words)
    return _VALUE.sub(lambda found: _SIGNS[dialect] + found[1], words)


_SECONDS = "DATEDIFF(SECOND, "


def _in_whole_seconds(words: str) -> str:
    """Seconds between moments as DuckDB counts them, and quickly: Spark's own function makes dates in a zone.

    >>> _in_whole_seconds("1 + DATEDIFF(SECOND, a, LEAST(b, c))")
    '1 + (UNIX_TIMESTAMP(LEAST(b, c)) - UNIX_TIMESTAMP(a))'
    """
    before, found, rest = words.partition(_SECONDS)
    if not found:
        return words
    depth, middle, end = 0, 0, 0
    for at, sign in enumerate(rest):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            end = at
            break
        if depth == 0 and sign == "," and not middle:
            middle = at
    first, later = (_in_whole_seconds(part.strip()) for part in (rest[:middle], rest[middle + 1 : end]))
    difference = f"(UNIX_TIMESTAMP({later}) - UNIX_TIMESTAMP({first}))"
    return f"{before}{difference}{_in_whole_seconds(rest[end + 1 :])}"


def named(query: str, values: Mapping[str, str], dialect: str = "duckdb") -> dict[str, str]:
    """Those of the values of `asked` that a query names."""
    return {name: values[name] for name in re.findall(rf"{re.escape(_SIGNS[dialect])}(asked_\w+)", query)}
