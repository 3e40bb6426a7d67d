"""What engines are asked of the parts of a lake, in their words: each compiled when it is first wanted."""

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from ibis import Table

from bochiso.measure.compiled_sql import PART, compiled
from bochiso.measure.cube import cube_with_handled, slotted_procedures
from bochiso.measure.petition_indicators import petition_counts
from bochiso.measure.portal_sync import sync_counts
from bochiso.measure.procedure_indicators import procedure_counts
from bochiso.measure.publication_rules import publication_counts
from bochiso.rules.rule_set import RuleSet

CUBE, SYNC, PETITIONS = "cube", "sync", "petitions"
"""What is counted part by part."""

PROCEDURES, PUBLICATIONS, SLOTS = "procedures", "publications", "slots"
"""What is asked once, of the small tables."""

_ASKED: dict[str, Callable[[RuleSet], Table]] = {
    CUBE: lambda _: cube_with_handled(*PART, "unit"),
    SYNC: lambda _: sync_counts(*PART),
    PETITIONS: lambda rules: petition_counts(rules, *PART),
    PROCEDURES: lambda _: procedure_counts(),
    PUBLICATIONS: publication_counts,
    SLOTS: lambda _: slotted_procedures(),
}


def query(name: str, rules: RuleSet, dialect: str = "duckdb") -> str:
    """One of the above, by a rule set."""
    return compiled(_expression, name, rules, dialect=dialect)


def _expression(name: str, rules: RuleSet) -> Table:
    return _ASKED[name](rules)


_DECIDES = ("measure", "rules", "store/lake", "store/measuring", "units")
"""The rooms of the program that decide what facts come to."""


@cache
def program_print() -> str:
    """A hash of the program as far as it decides what is counted: the same wherever the same one runs."""
    found, root = sha256(), files("bochiso")
    for room in _DECIDES:
        for path in sorted(_sources(root.joinpath(room)), key=lambda each: each.name):
            found.update(path.read_bytes())
    return found.hexdigest()


def _sources(room: Traversable) -> Iterator[Traversable]:
    for each in room.iterdir():
        if each.is_dir():
            yield from _sources(each)
        elif each.name.endswith((".py", ".yaml")):
            yield each
