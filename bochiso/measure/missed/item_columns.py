"""The columns that every list of what was missed has, and when a miss can still be mended."""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue

from bochiso.measure.missed.why_missed import Mend, Why

ITEM = (
    "item", "unit", "ministry", "procedure", "field_name", "status", "open", "began", "due_at", "ended_at",
    "days", "why", "mendable",
)  # fmt: skip
"""item: the number of a dossier or petition, the code of a procedure. ministry: whose system sent it, as
ministry_of. field_name: the field of work that its message names, or its procedure has. open: not ended yet;
null for procedures. began, due_at, ended_at: moments in UTC, of a decision its first moment in Việt Nam; null
where there is none. days: late by so many, else since it began (one decimal). why: a Why, or null.
mendable: whether the indicator can still have it."""


def mendable(is_open: BooleanValue, mend: Mend) -> BooleanValue:
    """Whether each of some items can still be mended."""
    return is_open if mend is Mend.WHILE_OPEN else ibis.literal(mend is Mend.ALWAYS)


def listed(items: Table) -> Table:
    """The columns of ITEM, those that a list hasn't null."""
    kinds = {"status": "int8", "open": "boolean", "days": "float64", "began": "timestamp",
             "due_at": "timestamp", "ended_at": "timestamp"}  # fmt: skip
    missing = {name: ibis.null(kinds.get(name, "string")) for name in ITEM if name not in items.columns}
    return items.mutate(**missing).select(*ITEM)


def chosen_why(*cases: tuple[BooleanValue, Why]) -> ibis.Value:
    """The first of some reasons that holds; null where none does."""
    found = ibis.null("string")
    for condition, why in reversed(cases):
        found = ifelse(condition, why.value, found)
    return found
