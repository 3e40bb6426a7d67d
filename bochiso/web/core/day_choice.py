"""Which day a page is about: the snapshots that it can be read for, and what was known on that day."""

from fastapi import Request

from bochiso.errors import ComputeError
from bochiso.report.report_data import provinces_in
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.text import Text
from bochiso.units.provinces import COUNTRY
from bochiso.units.tree import tops
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef


class NoFiguresError(ComputeError):
    """What was asked for stands, but there are no figures of it."""


def as_of(store: Store, at: SnapshotRef | None) -> Store:
    """The store as it was known on the day of a snapshot: nothing later, that period before others.

    Raises ComputeError where there is no such snapshot.
    """
    if at is None:
        return store
    found = [s for s in store.snapshots() if s.period == at.period and s.as_of <= at.day]
    if not any(s.as_of == at.day for s in found):
        raise ComputeError(Text("không có số liệu của ngày này.", "there are no figures of that day."))
    return store.restricted_to(found)


def home_of(services: PageServices, request: Request) -> str | None:
    """The province that pages without a province are about, or COUNTRY; None without figures of units.

    The one that is set, else the one whose units the newest figures are of; where they are of several, the
    site is nobody's of them.
    """
    return services.home() or services.ask(request, place_of)


def place_of(store: Store) -> str | None:
    """The province whose units the newest figures of units are of; COUNTRY where they are of several."""
    for snapshot in reversed(store.snapshots()):
        units = store.units(snapshot)
        above = tops(units)
        found = {above[unit.code] for unit in units if unit.parent is not None}
        if found := {top for top in found if top[0] == "H"}:
            return found.pop() if len(found) == 1 else COUNTRY
    return next(iter(provinces_in(store)), None)


HOME_INDICATORS = "/chi-so"
"""Where the indicators of the home province are."""


def indicators_path(services: PageServices, request: Request, province: str | None) -> str | None:
    """Where the indicators of a province are; None where the folder has no units of it."""
    if province is None or province == home_of(services, request):
        return HOME_INDICATORS
    if province not in services.ask(request, provinces_in):
        return None
    return indicators_at(province, "")


def indicators_at(province: str, home: str) -> str:
    """Where the indicators of a province are, be it the home province or another."""
    return HOME_INDICATORS if province == home else f"/tinh/{province}{HOME_INDICATORS}"


def all_snapshots(store: Store) -> tuple[Snapshot, ...]:
    """Every snapshot, newest first."""
    return tuple(reversed(store.snapshots()))
