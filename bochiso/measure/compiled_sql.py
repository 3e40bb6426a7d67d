"""The SQL that an engine is asked: compiled once a rule set, for any period and moment.

Live scores ask again whenever dossiers came in, so nothing is compiled then: period and moment are values
that the engine is handed when it runs (docs/decisions/0015-measuring.md).
"""

import re
from collections.abc import Callable, Hashable, Mapping
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
from bochiso.rules.rule_set import RuleSet


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


PART = ("province", MONTH)
"""What the parts of a lake of facts are told by."""


class _Deadlines:
    """A rule set as far as queries go by it: its deadlines are all that shapes them."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return hash(self.rules.deadlines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Deadlines) and self.rules.deadlines == other.rules.deadlines

    def __repr__(self) -> str:
        return repr(self.rules.deadlines)


def compiled(
    make: Callable[..., Table], *asked: Hashable, dialect: str = "duckdb", **options: Hashable
) -> str:
    """The expression that a function makes of these, in an engine's words: compiled once a process."""
    told = tuple(_Deadlines(each) if isinstance(each, RuleSet) else each for each in asked)
    return _words(make, told, tuple(options.items()), dialect)


@cache
def _words(
    make: Callable[..., Table],
    asked: tuple[Hashable, ...],
    options: tuple[tuple[str, Hashable], ...],
    dialect: str,
) -> str:
    given = [each.rules if isinstance(each, _Deadlines) else each for each in asked]
    return sql(make(*given, **dict(options)), dialect)


def queries(rules: RuleSet, dialect: str = "duckdb", *, subset: bool = False) -> Queries:
    """The queries of a rule set; `subset`: counting only the dossiers and petitions of `units_chosen`."""
    return Queries(
        cube=compiled(cube, "unit", dialect=dialect, subset=subset),
        handled=compiled(handled, dialect=dialect, subset=subset),
        petitions=compiled(petition_counts, rules, dialect=dialect, subset=subset),
        procedures=compiled(procedure_counts, dialect=dialect),
        publications=compiled(publication_counts, rules, dialect=dialect),
        sync=compiled(sync_counts, dialect=dialect, subset=subset),
    )


def procedures_query(dialect: str = "duckdb") -> str:
    """The cube by procedure, of `units_chosen`."""
    return compiled(cube, "procedure", dialect=dialect, subset=True)


def received_query() -> str:
    """The cube by unit, of `units_chosen`."""
    return compiled(cube, "unit", subset=True)


def petitions_query(rules: RuleSet) -> str:
    """The petitions of `units_chosen`, one by one."""
    return compiled(petition_list, rules)


def marks_query(source: str) -> str:
    """What each dossier of a table counts in."""
    return compiled(dossier_marks, source)


def late_query() -> str:
    """The late dossiers of `units_chosen`."""
    return compiled(late_dossiers)


def open_query(*, by_law: bool = False, subset: bool = False) -> str:
    """The open dossiers that are late or due soon (`open_values`), by the index's clock or the law's."""
    return compiled(open_dossiers_by_law if by_law else open_dossiers_of, subset=subset)


def caseload_query() -> str:
    """What each of `units_chosen` had on its hands in a span of days."""
    return compiled(caseload)


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
