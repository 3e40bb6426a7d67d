"""Which day a page is about: the snapshots that it can be read for, and what was known on that day."""

from dataclasses import dataclass, replace

from fastapi import Request

from bochiso.errors import ComputeError
from bochiso.report.report_data import provinces_in
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.snapshot_selection import snapshot_title
from bochiso.text import Text
from bochiso.units.model import Level
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import Address, SnapshotRef

CHOICES = 60
"""So many snapshots are offered at most; the page of open data lists all."""


@dataclass(frozen=True)
class DayChoice:
    """A snapshot that the page can be read for."""

    snapshot: Snapshot
    here: bool

    @property
    def title(self) -> Text:
        """The snapshot in words."""
        return snapshot_title(self.snapshot)

    def link(self, address: Address) -> str:
        """The link to the page of an address as of that day."""
        return replace(address, at=SnapshotRef(self.snapshot.period, self.snapshot.as_of)).to(address.path)


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
    """The province that pages without a province are about; None where there are no figures of units."""
    return services.home() or next(iter(services.ask(request, provinces_in)), None)


def all_snapshots(store: Store) -> tuple[Snapshot, ...]:
    """Every snapshot, newest first."""
    return tuple(reversed(store.snapshots()))


def snapshots_of(store: Store, levels: tuple[Level, ...]) -> tuple[Snapshot, ...]:
    """The snapshots that have units of one of these levels, newest first."""
    return tuple(s for s in reversed(store.snapshots()) if store.levels(s).intersection(levels))


def choices(
    services: PageServices, request: Request, levels: tuple[Level, ...], shown: Snapshot | None
) -> tuple[DayChoice, ...]:
    """The days that a page of these levels can be read for, newest first."""
    found = services.ask(request, snapshots_of, levels)[:CHOICES]
    return tuple(DayChoice(snapshot, snapshot == shown) for snapshot in found)
