"""Collecting from the national portal: every reading that a run keeps is a line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from bochiso.intake.portal.client import Portal
from bochiso.office.backend import Backend
from bochiso.store.collection import collector
from bochiso.store.collection.collector import CollectionTarget, FetchStep, RunOutcome
from bochiso.store.figures.evidence import Reading
from bochiso.store.people.audit import By
from bochiso.text import now


def collect(
    backend: Backend,
    by: By,
    portal: Portal,
    target: CollectionTarget,
    *,
    clock: Callable[[], datetime] = now,
    tell: Callable[[FetchStep], None] = lambda _: None,
) -> RunOutcome:
    """Collect one snapshot of what is asked for.

    Raises StoreError where it can't be kept, SourceError where the portal doesn't give it.
    """

    def recorded(reading: Reading) -> AbstractContextManager[object]:
        manifest = reading.manifest
        return backend.recording(
            by, "collect", str(reading.seq), scope=manifest.collected and manifest.collected.scope,
            period=manifest.period, day=manifest.as_of.isoformat(), state=manifest.state.value,
        )  # fmt: skip

    return collector.collect(backend.folder, portal, target, clock=clock, tell=tell, recorded=recorded)
