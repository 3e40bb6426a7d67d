"""Every indicator that facts can give, by unit: numerator and denominator.

What facts can't give (4.6: communes that offer certified electronic copies) is null over null, as
the portal publishes it; a unit without dossiers has 0 over 0.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from msgspec import Struct

from bochiso.text import hundredths
from bochiso.units.model import Level, Unit
from bochiso.units.tree import TOPS, tree_of

DAY_SECONDS = 86_400

LEFT_OUT = {
    "RESOLVED_ON_TIME": "unlimited",
    "PUBLISH_ON_TIME": "undated",
    "PUBLIC_CONTENT_FULL": "ended",
}
"""Columns of the wide rows: what an indicator doesn't count of what it is about."""

SYNC = "DOSSIER_SYNC"
"""Indicator 1.4: null over null where nothing says what the portal has."""

INDICATORS: dict[str, tuple[str, str]] = {
    "DOSSIER_SYNC": ("synced", "compared"),
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
    "DOSSIER_RECEIVING_SATISFACTION": ("content", "received"),
}
"""Columns of the wide rows: numerator and denominator of each indicator."""

PROVINCIAL: dict[str, tuple[str, str]] = {
    "PUBLISH_ON_TIME": ("n_publish", "d_publish"),
    "PUBLIC_UPDATE_ON_TIME": ("n_update", "d_update"),
    "PUBLIC_CONTENT_FULL": ("n_content", "d_content"),
}
"""Indicators that only a province or a ministry has; its units inherit them."""


class Measure(Struct, frozen=True, array_like=True, gc=False):
    """One indicator of one unit; 2.2's numerator is the mean in days and it has no denominator.

    left_out: of 2.1, the dossiers that can't be judged: without a due date, their limit unknown; of 1.1,
    the procedures published without a day of effect; of 1.3, those that were abolished; of 1.4, the
    dossiers received after the portal's list was read. published: of 1.4, the points that the portal
    published, where its figure stands.
    """

    unit: str
    level: Level
    indicator: str
    numerator: int | Decimal | None
    denominator: int | None
    left_out: int = 0
    published: Decimal | None = None


Row = dict[str, Any]


def combined(
    units: Iterable[Unit],
    added: Iterable[Iterable[Row]],
    procedures: Iterable[Row],
    publications: Iterable[Row],
) -> Iterator[Row]:
    """One wide row a unit, in their order, with the columns that INDICATORS and PROVINCIAL name.

    `added`: counts of single units (the cube, petitions), which are summed for each unit above them;
    `procedures` and `publications`: as procedure_counts and publication_counts give them, by unit.
    """
    units = list(units)
    tree = tree_of(units)
    wide: dict[str, Row] = {unit.code: {"unit": unit.code, "level": unit.level.value} for unit in units}
    for row in chain.from_iterable(added):
        code = row["unit"]
        for counted in (code, *tree.above(code)) if code in wide else ():
            if (sums := wide.get(counted)) is not None:
                for name, value in row.items():
                    if name != "unit":
                        sums[name] = sums.get(name, 0) + value
    for row in procedures:
        wide[row["unit"]] |= row
    for row in publications:
        if row["unit"] in wide:
            wide[row["unit"]] |= row
    yield from wide.values()


def measures(rows: Iterable[Row]) -> Iterator[Measure]:
    """What the wide rows of `combined` say, indicator by indicator, in the order of the rule set's table."""
    for row in rows:
        unit, level, get = row["unit"], Level(row["level"]), row.get
        for indicator, top, bottom, left in _COLUMNS[level]:
            if indicator in PROVINCIAL and level is Level.MINISTRY and bottom not in row:
                yield Measure(unit, level, indicator, None, None)  # nobody sent its decisions
            elif indicator == SYNC:
                counts, later = (get(top), get(bottom)), get("later") or 0
                yield Measure(unit, level, SYNC, *counts, later, get("sync_published"))
            else:
                yield Measure(unit, level, indicator, get(top) or 0, get(bottom) or 0, get(left) or 0)
        yield Measure(unit, level, "ELECTRONIC_CERTIFIED_COPY", None, None)
        if closed := get("closed"):
            mean = hundredths(Decimal(row["seconds"]) / DAY_SECONDS / closed)
            yield Measure(unit, level, "AVERAGE_PROCESSING_DAYS", mean, None)


_COLUMNS = {
    level: [
        (indicator, *columns, LEFT_OUT.get(indicator, ""))
        for indicator, columns in {**(PROVINCIAL if level in TOPS.values() else {}), **INDICATORS}.items()
    ]
    for level in Level
}
"""By level: each indicator with its columns of the wide rows."""
