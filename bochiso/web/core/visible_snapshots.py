"""Which snapshots everyone may see: those that an officer published, as long as they are as they were."""

import logging
from collections.abc import Callable

from bochiso.intake.sources import MEASURED
from bochiso.store.decisions.publications import ChangedError, Publication, check_frozen, in_force
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.web.core.ledger_cache import Decisions
from bochiso.web.core.query_cache import QueryCache

_log = logging.getLogger(__name__)


class VisibleSnapshots:
    """The public snapshots. Each seal is held against the store once for every state of the facts.

    What can't be told is not "not published": it is raised, and asked again by the next reader.
    """

    def __init__(self, query_cache: QueryCache, decisions: Callable[[], Decisions]) -> None:
        self._query_cache, self._decisions = query_cache, decisions

    def __call__(self) -> tuple[Snapshot, ...]:
        """The snapshots in force, newest first. Raises StoreError where a seal can't be held against it."""
        found = in_force(self._decisions().publications)
        kind = bool(found) and self._query_cache.ask(None, gives_measured)
        mine = (each for each in found if each.measured == kind)
        return tuple(each.snapshot for each in mine if self._query_cache.ask(None, seal_holds, each))

    def own(self) -> tuple[Snapshot, ...]:
        """The same of what was measured here, where other figures were published, too."""
        mine = [each for each in in_force(self._decisions().publications) if each.measured]
        return tuple(each.snapshot for each in mine if self._query_cache.own.ask(None, seal_holds, each))


def gives_measured(store: Store) -> bool:
    """Whether a store gives what was measured here."""
    return store.measured


def has_measured(store: Store) -> bool:
    """Whether anything was measured in the folder of a store, whatever that gives."""
    return any(each.kind == MEASURED for each in store.readings)


def seal_holds(store: Store, publication: Publication) -> bool:
    """Whether a store still gives what was published. Raises StoreError where that can't be told."""
    try:
        check_frozen(store, publication)
    except ChangedError as error:
        _log.error("%s", error)
        return False
    return True
