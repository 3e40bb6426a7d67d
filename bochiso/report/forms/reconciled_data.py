"""Form against index for a unit, put together: whose, of which periods, and what the portal published."""

from datetime import datetime

import duckdb
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.measure.forms.reconciliation import DifferenceCause, ReconciledLine
from bochiso.periods import Period
from bochiso.report.forms.filled_forms import Filling, FormRequest, unit_asked
from bochiso.report.forms.reconciliation_words import INDEX_CODES
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.worklists import form_reconciliation
from bochiso.store.worklists.form_counts import known_days
from bochiso.store.worklists.form_reconciliation import DifferingItem, FormReconciliation
from bochiso.text import say
from bochiso.units.model import Unit
from bochiso.units.names import short_name


class ReconciledUnit(Struct, frozen=True):
    """A unit's forms against its index. `published`: the portal's own figures of the index's period."""

    unit: str
    name: str
    found: FormReconciliation
    published: dict[ReconciledLine, int]


def reconciled_unit(
    db: duckdb.DuckDBPyConnection,
    store: Store,
    unit: str | None,
    period: Period,
    against: Period | None,
    moment: datetime,
) -> ReconciledUnit:
    """A unit's forms (None: the only province's) against its index, of the same period by the calendar.

    Raises ComputeError where the unit isn't known, the period hasn't begun, or nothing was brought in.
    """
    top, codes = _asked(db, unit, period, moment)
    other = against or period.calendar
    found = form_reconciliation.reconcile_forms(db, codes, period, other, moment, calendar_of(db))
    return ReconciledUnit(top.code, short_name(top.name), found, _published(store, top.code, other))


def reconciled_items(
    db: duckdb.DuckDBPyConnection,
    unit: str | None,
    period: Period,
    against: Period | None,
    moment: datetime,
    line: ReconciledLine,
    cause: DifferenceCause | None,
) -> list[DifferingItem]:
    """The dossiers or petitions behind a difference of a unit."""
    _, codes = _asked(db, unit, period, moment)
    other = against or period.calendar
    return form_reconciliation.differing_items(db, codes, period, other, moment, calendar_of(db), line, cause)


def _asked(
    db: duckdb.DuckDBPyConnection, unit: str | None, period: Period, moment: datetime
) -> tuple[Unit, list[str]]:
    """The unit and the codes of all that is within it."""
    filling = Filling.begun(db, FormRequest("07a", period, unit), moment)
    top = unit_asked(filling)
    if known_days(db).first is None:
        raise ComputeError(
            say("chưa nạp hồ sơ nào nên chưa đối chiếu được.", "no dossiers were brought in."),
            do=say(
                "Nạp bằng `bochiso import dossiers TỆP`.", "Bring them in: `bochiso import dossiers FILE`."
            ),
        )
    return top, filling.within(top)


def _published(store: Store, unit: str, period: Period) -> dict[ReconciledLine, int]:
    """What the portal published last of a unit and a period, as far as it is a count."""
    snapshot = next((each for each in store.snapshots()[::-1] if each.period == period), None)
    if snapshot is None:
        return {}
    figures = next(
        (each for each in store.figures(snapshot, store.rules(snapshot)) if each.unit.code == unit), None
    )
    found: dict[ReconciledLine, int] = {}
    for line, (code, top) in INDEX_CODES.items():
        counts = figures.counts.get(code) if figures else None
        value = (counts.numerator if top else counts.denominator) if counts else None
        if isinstance(value, int):
            found[line] = value
    return found
