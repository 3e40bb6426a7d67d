"""Dossiers that came by a ministry's own system, told apart by their sender or their number."""

import ibis
from ibis import Table
from ibis.expr.types import StringValue

_SERIAL = r"-([0-9]{2})[0-9]{4,5}$"
"""A ministry's system numbers dossiers of a day with 6 or 7 digits, a province's with fewer; the first
two are the ministry's."""


def ministry_of(dossiers: Table) -> StringValue:
    """The ministry whose system sent each: its code (G05), else its two digits; null for a province's."""
    by_sender = dossiers.sender.re_extract(r"^(G[0-9]{2})", 1).nullif("")
    return ibis.coalesce(by_sender, dossiers.dossier.re_extract(_SERIAL, 1).nullif(""))
