"""Form against index for a period, from the facts: both figures, and each difference by its cause."""

from collections.abc import Sequence
from datetime import date, datetime

import duckdb
from ibis import Table
from msgspec import Struct

from bochiso.measure.compiled_sql import compiled
from bochiso.measure.forms.reconciliation import (
    DifferenceCause,
    ReconciledLine,
    differences,
    form_side,
    index_side,
    petition_form_side,
    petition_index_side,
    portal_form_side,
    portal_index_side,
    totals,
)
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.store.measuring.measurement import choose_units, keep_lists, rows_of, run, unit_tree
from bochiso.store.measuring.sync_source import find_sync
from bochiso.store.worklists.form_counts import petitions_known, plain_utc
from bochiso.store.worklists.worklist import keep_limits
from bochiso.text import VIETNAM


class Difference(Struct, frozen=True):
    """How many count on one side alone for one cause: `form` on the form's, `index` on the index's."""

    cause: DifferenceCause
    form: int
    index: int


class ReconciledPair(Struct, frozen=True):
    """Two figures that ought to say the same. None: nothing was brought in to count."""

    line: ReconciledLine
    form: int | None
    index: int | None
    differences: tuple[Difference, ...] = ()

    @property
    def unexplained(self) -> int:
        """What the causes leave of the difference; 0 unless the rules themselves are at fault."""
        if self.form is None or self.index is None:
            return 0
        known = sum(
            each.form - each.index
            for each in self.differences
            if each.cause is not DifferenceCause.UNEXPLAINED
        )
        return self.form - self.index - known


class FormReconciliation(Struct, frozen=True):
    """Form against index: the form's period, the index's, and each pair of figures."""

    form_period: Period
    index_period: Period
    pairs: tuple[ReconciledPair, ...]


class DifferingItem(Struct, frozen=True):
    """A dossier or petition that counts on one side alone: 1 the form's, -1 the index's. Days in Việt Nam."""

    line: ReconciledLine
    number: str
    unit: str
    side: int
    cause: DifferenceCause
    received_on: date | None
    ended_on: date | None


def reconcile_forms(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[str],
    period: Period,
    against: Period,
    as_of: datetime,
    calendar: Calendar,
) -> FormReconciliation:
    """The figures of a form's period against those of the index's, of these units together."""
    pairs = []
    for line in ReconciledLine:
        lacks_petitions = line is ReconciledLine.PETITIONS and not petitions_known(db)
        if lacks_petitions or (line is ReconciledLine.PORTAL and not _has_list(db, units, against, as_of)):
            pairs.append(ReconciledPair(line, None, None))
            continue
        _keep_sides(db, line, units, period, against, as_of, calendar)
        values = query_values(period, as_of)
        (counted,) = rows_of(run(db, compiled(totals, line), values))
        found: dict[DifferenceCause, list[int]] = {}
        for row in rows_of(run(db, compiled(_by_cause, line), values)):
            found.setdefault(DifferenceCause(row["cause"]), [0, 0])[row["side"] < 0] = row["number"]
        made = tuple(Difference(cause, *found[cause]) for cause in DifferenceCause if cause in found)
        pairs.append(ReconciledPair(line, counted["form"], counted["index"], made))
    return FormReconciliation(period, against, tuple(pairs))


def differing_items(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[str],
    period: Period,
    against: Period,
    as_of: datetime,
    calendar: Calendar,
    line: ReconciledLine,
    cause: DifferenceCause | None = None,
) -> list[DifferingItem]:
    """The dossiers or petitions behind a difference, by cause (None: every one), unit and number."""
    if line is ReconciledLine.PORTAL and not _has_list(db, units, against, as_of):
        return []
    _keep_sides(db, line, units, period, against, as_of, calendar)
    rows = rows_of(run(db, compiled(_items, line), query_values(period, as_of)))
    return [
        DifferingItem(
            line, row["key"].rpartition(" ")[2], row["unit"], row["side"], DifferenceCause(row["cause"]),
            row["received_on"], row["ended_on"],
        )
        for row in rows
        if cause is None or row["cause"] == cause
    ]  # fmt: skip


def _keep_sides(
    db: duckdb.DuckDBPyConnection,
    line: ReconciledLine,
    units: Sequence[str],
    period: Period,
    against: Period,
    as_of: datetime,
    calendar: Calendar,
) -> None:
    keep_limits(db, plain_utc(as_of), calendar)
    choose_units(db, units)
    form, index = _SIDES.get(line, (form_side, index_side))
    first = against if line is ReconciledLine.PORTAL else period
    for name, side, span in (("form_side", form, first), ("index_side", index, against)):
        run(db, f"create or replace temp table {name} as {compiled(side)}", query_values(span, as_of))


_SIDES = {
    ReconciledLine.PETITIONS: (petition_form_side, petition_index_side),
    ReconciledLine.PORTAL: (portal_form_side, portal_index_side),
}


def _has_list(db: duckdb.DuckDBPyConnection, units: Sequence[str], period: Period, as_of: datetime) -> bool:
    """Whether the portal's list of the units' province holds a period; if so it is the one gone by."""
    tree = unit_tree(db, as_of.astimezone(VIETNAM).date())
    sync = find_sync(db, [tree.units[code] for code in units if code in tree.units], period, as_of)
    keep_lists(db, sync)
    return bool(sync.lists)


def _by_cause(line: ReconciledLine) -> Table:
    found = differences(line)
    return found.group_by("cause", "side").aggregate(number=found.count())


def _items(line: ReconciledLine) -> Table:
    return differences(line).order_by("cause", "unit", "key")
