"""The SQL of the lists of what was missed, compiled once a rule set."""

from ibis import Table

from bochiso.errors import ComputeError
from bochiso.measure.compiled_sql import compiled
from bochiso.measure.missed.missed_dossiers import (
    OF_DOSSIERS,
    missed_dossiers,
    missed_numbers,
    missed_of_one,
    refused_dossiers,
)
from bochiso.measure.missed.missed_petitions import OF_PETITIONS, missed_petitions
from bochiso.measure.missed.missed_procedures import (
    OF_PROCEDURES,
    OF_PUBLICATIONS,
    missed_procedures,
    missed_publications,
)
from bochiso.measure.missed.one_dossier import both_clocks
from bochiso.measure.missed.waiting_dossiers import waiting_dossiers
from bochiso.measure.missed.why_missed import Mend
from bochiso.rules.rule_set import RuleSet
from bochiso.text import say


def missed_query(rules: RuleSet, indicator: str, mend: Mend) -> str:
    """The items that an indicator missed. Raises ComputeError for one that has no items of its own."""
    return compiled(_missed, rules, indicator, mend)


def _missed(rules: RuleSet, indicator: str, mend: Mend) -> Table:
    if indicator in OF_DOSSIERS:
        return missed_dossiers(indicator, mend)
    if indicator in OF_PROCEDURES:
        return missed_procedures(indicator, mend)
    if indicator in OF_PUBLICATIONS:
        return missed_publications(rules, indicator, mend)
    if indicator in OF_PETITIONS:
        return missed_petitions(rules, indicator, mend)
    raise ComputeError(
        say("chỉ số {code} không có danh sách.", "the indicator {code} has no list.", code=indicator)
    )


def missed_numbers_query() -> str:
    """How many dossiers each indicator missed."""
    return compiled(missed_numbers)


def missed_of_one_query() -> str:
    """By which indicators one dossier is missed."""
    return compiled(missed_of_one)


def clocks_query() -> str:
    """What both clocks say of one dossier."""
    return compiled(both_clocks)


def refused_query() -> str:
    """The refused dossiers."""
    return compiled(refused_dossiers)


def waiting_query(days: int) -> str:
    """The dossiers that wait for acceptance for longer than so many working days."""
    return compiled(waiting_dossiers, days)
