"""The procedures that an indicator counts below and not above: not online, without an online payment."""

import ibis
from ibis import Table

from bochiso.measure.indicators import INDICATORS, PROVINCIAL
from bochiso.measure.limits import HOURS_AHEAD
from bochiso.measure.missed.item_columns import chosen_why, listed, mendable
from bochiso.measure.missed.why_missed import Mend, Why
from bochiso.measure.procedure_indicators import offered_procedures
from bochiso.measure.publication_rules import published_procedures
from bochiso.measure.query_parameters import code_parameter
from bochiso.rules.rule_set import RuleSet

OF_PROCEDURES = (
    "ONLINE_PROVISION",
    "ONLINE_WITH_DOSSIERS",
    "PAYMENT_PROCEDURES",
    "PAYMENT_INTEGRATED",
    "CITIZEN_DATA_CONNECTED_FORMALITY",
)
"""Indicators of which each procedure within a unit's authority is an item."""

OF_PUBLICATIONS = tuple(PROVINCIAL)
"""Indicators of which each published procedure of the province is an item."""


def missed_procedures(indicator: str, mend: Mend) -> Table:
    """The procedures within the authority of the unit asked for that an indicator missed, as ITEM.

    Needs the table `handled`, as procedure_counts does.
    """
    top, bottom = INDICATORS[indicator]
    every = offered_procedures()
    own = every.filter(every.of == code_parameter("asked_unit"))
    missed = own.filter(~own[top]) if bottom == "procedures" else own.filter(own[bottom], ~own[top])
    missed = missed.mutate(
        item=missed.procedure, unit=missed.office, mendable=mendable(ibis.literal(True), mend)
    )
    return listed(missed)


def missed_publications(rules: RuleSet, indicator: str, mend: Mend) -> Table:
    """The published procedures of the province asked for that an indicator missed, as ITEM.

    A procedure published or entered late stays so; its miss can't be mended.
    """
    top, bottom = PROVINCIAL[indicator]
    every = published_procedures(rules)
    missed = every.filter(every.province == code_parameter("asked_province"), every[bottom], ~every[top])
    ahead = ibis.interval(hours=HOURS_AHEAD)
    missed = missed.mutate(
        item=missed.procedure,
        began=missed.decided_on.cast("timestamp") - ahead,
        ended_at=missed.entered_on.cast("timestamp") - ahead,
        why=chosen_why((missed.entered_on.isnull(), Why.NOT_ENTERED))
        if top == "n_update"
        else ibis.null("string"),
        mendable=mendable(ibis.literal(True), mend),
    )
    return listed(missed)
