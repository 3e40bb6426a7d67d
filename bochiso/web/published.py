"""Which snapshots everyone may see: those that an officer published, as long as they are as they were."""

import logging
from collections.abc import Hashable

from bochiso.store.folder import DataFolder
from bochiso.store.ledger import Ledger
from bochiso.store.publications import ChangedError, Publication, check_frozen, in_force, public_versions
from bochiso.store.store import Snapshot, open_store
from bochiso.web.shelf import facts_state

_log = logging.getLogger(__name__)


class Published:
    """The public snapshots. Each seal is held against the store once for every state of the facts.

    What can't be told is not "not published": it is raised, and asked again by the next reader.
    """

    def __init__(self, folder: DataFolder, ledger: Ledger) -> None:
        self._folder, self._ledger = folder, ledger
        self._held: dict[tuple[Hashable, int], bool] = {}

    def __call__(self) -> tuple[Snapshot, ...]:
        """The snapshots in force, newest first. Raises StoreError where a seal can't be held against it."""
        state = facts_state(self._folder)
        found = in_force(public_versions(self._ledger))
        self._held = {key: held for key, held in self._held.items() if key[0] == state}
        return tuple(each.snapshot for each in found if self._holds(state, each))

    def _holds(self, state: Hashable, publication: Publication) -> bool:
        key = (state, publication.id)
        if key not in self._held:
            try:
                with open_store(self._folder) as store:
                    check_frozen(store, publication)
                self._held[key] = True
            except ChangedError as error:
                _log.error("%s", error)
                self._held[key] = False
        return self._held[key]
