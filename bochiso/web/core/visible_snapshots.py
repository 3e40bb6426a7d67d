"""Which snapshots everyone may see: those that an officer published, as long as they are as they were."""

import logging
from collections.abc import Callable, Hashable

from cachetools import LRUCache

from bochiso.store.figures.snapshot_store import Snapshot, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.publications import ChangedError, Publication, check_frozen, in_force
from bochiso.web.core.ledger_cache import Decisions
from bochiso.web.core.query_cache import facts_state

SEALS = 4096
"""How many verdicts on seals are kept."""

_log = logging.getLogger(__name__)


class VisibleSnapshots:
    """The public snapshots. Each seal is held against the store once for every state of the facts.

    What can't be told is not "not published": it is raised, and asked again by the next reader.
    """

    def __init__(self, folder: DataFolder, decisions: Callable[[], Decisions]) -> None:
        self._folder, self._decisions = folder, decisions
        self._held: LRUCache[tuple[Hashable, int], bool] = LRUCache(SEALS)

    def __call__(self) -> tuple[Snapshot, ...]:
        """The snapshots in force, newest first. Raises StoreError where a seal can't be held against it."""
        state = facts_state(self._folder)
        found = in_force(self._decisions().publications)
        return tuple(each.snapshot for each in found if self._holds(state, each))

    def _holds(self, state: Hashable, publication: Publication) -> bool:
        key = (state, publication.id)
        if (held := self._held.get(key)) is None:
            try:
                with open_store(self._folder) as store:
                    check_frozen(store, publication)
                held = True
            except ChangedError as error:
                _log.error("%s", error)
                held = False
            self._held[key] = held
        return held
