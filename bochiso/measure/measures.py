"""Every indicator that facts can give, by unit: numerator and denominator.

What facts can't give (4.6: communes that offer certified electronic copies) is null over null, as
the portal publishes it; a unit without dossiers has 0 over 0.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import ibis
from ibis import Table, ifelse
from msgspec import Struct

from bochiso.measure.cube import COUNTS, CUBE
from bochiso.measure.petitions import COUNTS as PETITION_COUNTS
from bochiso.measure.petitions import PETITION_CUBE
from bochiso.measure.procedures import procedure_counts, publication_counts
from bochiso.measure.schema import PROCEDURES, UNITS
from bochiso.rules.model import RuleSet
from bochiso.text import hundredths
from bochiso.units.model import Level

DAY_SECONDS = 86_400

INDICATORS: dict[str, tuple[str, str]] = {
    "DOSSIER_SYNC": ("received", "received"),
    "RESOLVED_ON_TIME": ("on_time", "judged"),
    "ONLINE_PROVISION": ("offered_online", "procedures"),
    "ONLINE_WITH_DOSSIERS": ("services_used", "offered_online"),
    "ONLINE_FILING": ("online", "received"),
    "PAYMENT_PROCEDURES": ("procedures_paid", "with_fee"),
    "PAYMENT_INTEGRATED": ("integrated", "with_fee"),
    "PAYMENT_DOSSIERS": ("fee_paid", "fee_owed"),
    "ORIGINAL_RESULT_AVAILABLE": ("result_given", "result_due"),
    "SO_HOA_GIAY_TO_GIAI_QUYET": ("digitised", "received"),
    "REUSED_DIGITIZED_DATA": ("reused", "received"),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": ("stored", "received"),
    "CITIZEN_DATA_CONNECTED_DOSSIER": ("population", "received"),
    "CITIZEN_DATA_CONNECTED_FORMALITY": ("connected", "for_citizens"),
    "PETITION_CLASSIFICATION_TTHC": ("about_procedures", "petitions"),
    "PETITION_CLASSIFICATION_STAFF": ("about_staff", "petitions"),
    "PETITION_PROCESSING_ON_TIME": ("petitions_on_time", "petitions"),
    "PETITION_HANDLING_SATISFACTION": ("petitions_satisfied", "petitions"),
    "DOSSIER_RECEIVING_SATISFACTION": ("content", "judged"),
}
"""Columns of the wide table: numerator and denominator of each indicator."""

PROVINCIAL: dict[str, tuple[str, str]] = {
    "PUBLISH_ON_TIME": ("n_publish", "d_publish"),
    "PUBLIC_UPDATE_ON_TIME": ("n_update", "d_update"),
    "PUBLIC_CONTENT_FULL": ("n_content", "d_content"),
}
"""Indicators that only a province has; its units inherit them."""


class Measure(Struct, frozen=True):
    """One indicator of one unit; 2.2's numerator is the mean in days and it has no denominator."""

    unit: str
    level: Level
    indicator: str
    numerator: int | Decimal | None
    denominator: int | None


def by_procedure() -> Table:
    """The cube with what the law says of each procedure; a province's rows are those of all its units."""
    counted = _with_provinces(ibis.table(CUBE, name="cube"))
    summed = counted.group_by("unit", "procedure").aggregate(**{name: counted[name].sum() for name in COUNTS})
    procedures = ibis.table(PROCEDURES, name="procedures").select("fee", "returns_document", of="procedure")
    return summed.left_join(procedures, summed.procedure == procedures.of).drop("of")


def by_unit(rules: RuleSet) -> Table:
    """One wide row a unit with the columns that INDICATORS and PROVINCIAL name.

    Reads the tables of facts, `cube` as cube() gives it and `petition_cube` as petition_counts().
    """
    rows = by_procedure()
    fee, returned = rows.fee.fill_null(False), rows.returns_document.fill_null(False)
    additive = ("received", "online", "judged", "on_time", "content", "closed", "seconds", "reused",
                "stored", "population")  # fmt: skip
    dossiers = rows.group_by("unit").aggregate(
        **{name: rows[name].sum() for name in additive},
        fee_owed=ifelse(fee, rows.owing, 0).sum(),
        fee_paid=ifelse(fee, rows.paid, 0).sum(),
        result_due=ifelse(returned, rows.received, 0).sum(),
        result_given=ifelse(returned, rows.result, 0).sum(),
        digitised=ifelse(returned, rows.both, rows.component).sum(),
    )
    asked = _with_provinces(ibis.table(PETITION_CUBE, name="petition_cube"))
    petitions = asked.group_by("unit").aggregate(**{name: asked[name].sum() for name in PETITION_COUNTS})
    wide = ibis.table(UNITS, name="units_measured")
    for part in (dossiers, petitions, procedure_counts(rows)):
        part = part.rename(part_unit="unit")
        wide = wide.left_join(part, wide.unit == part.part_unit).drop("part_unit")
    return wide.cross_join(publication_counts(rules))


def _with_provinces(rows: Table) -> Table:
    """The rows of units that are measured, and the same again under their province."""
    units = ibis.table(UNITS, name="units_measured").select(placed="unit", above="parent")
    placed = rows.inner_join(units, rows.unit == units.placed)
    own = placed.select(rows.columns)
    above = placed.filter(placed.above.notnull()).mutate(unit=placed.above).select(rows.columns)
    return own.union(above)


def measures(rows: Iterable[dict[str, Any]]) -> Iterator[Measure]:
    """What the wide rows of `by_unit` say, indicator by indicator, in the order of the rule set's table."""
    for row in rows:
        level = Level(row["level"])
        columns = {**(PROVINCIAL if level is Level.PROVINCE else {}), **INDICATORS}
        for indicator, (top, bottom) in columns.items():
            yield Measure(row["unit"], level, indicator, row[top] or 0, row[bottom] or 0)
        yield Measure(row["unit"], level, "ELECTRONIC_CERTIFIED_COPY", None, None)
        if closed := row["closed"]:
            mean = hundredths(Decimal(row["seconds"]) / DAY_SECONDS / closed)
            yield Measure(row["unit"], level, "AVERAGE_PROCESSING_DAYS", mean, None)
