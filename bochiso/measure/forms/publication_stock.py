"""Forms 03b and 08c of Circular 09/2026/TT-BTP: procedures published and procedures in force."""

import ibis
from ibis import Table

from bochiso.measure.cube import is_set, number_of
from bochiso.measure.publication_rules import abolished
from bochiso.measure.query_parameters import day_parameter
from bochiso.measure.schema import PROCEDURES, PUBLICATIONS


def publication_form_counts() -> Table:
    """The register's decisions of the period asked for, by province, department and `central`.

    `central`: whether a ministry's decision stands behind it. decisions: of the province, each once;
    new, changed, abolished: procedures that they published; public, withdrawn: those of them that stood in
    the national database by the day asked for. What only the list of procedures has is not counted:
    it names no decision.
    """
    today = day_parameter("asked_today")
    rows = ibis.table(PUBLICATIONS, name="publications")
    rows = rows.filter(rows.registered, rows.decided_on.between(day_parameter("asked_first_day"), today))
    rows = rows.mutate(central=rows.ministry_number.notnull(), kind=rows.kind.fill_null("changed"))
    entered, gone = is_set(rows.entered_on <= today), rows.kind == "abolished"
    return rows.group_by("province", "department", "central").aggregate(
        decisions=(rows.number + rows.decided_on.cast("string")).nunique(),
        new=number_of(rows.kind == "new"),
        changed=number_of(rows.kind == "changed"),
        abolished=number_of(gone),
        public=number_of(entered & ~gone),
        withdrawn=number_of(entered & gone),
    )


def procedures_in_force() -> Table:
    """The procedures of each province's list by who handles them, less those abolished by then."""
    listed = ibis.table(PROCEDURES, name="procedures").anti_join(abolished(), ["province", "procedure"])
    return listed.group_by("province", "authority", "office").aggregate(procedures=listed.count())
