"""Which units stand below another, as lists have them: what an officer's rights reach, whatever the codes."""

import time
from threading import Lock

from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.measuring.measurement import unit_tree
from bochiso.units.tree import UnitTree

KEPT_SECONDS = 10.0
"""How long a unit that was moved in a list may go unseen."""


class UnitsBelow:
    """The units below one; the tree is read anew after a while. Safe to use from many threads."""

    def __init__(self, ingest: DossierIngest) -> None:
        self._ingest, self._lock = ingest, Lock()
        self._tree: tuple[float, UnitTree] | None = None

    def __call__(self, unit: str) -> frozenset[str]:
        """The codes of the units below; none where no list has the unit."""
        return frozenset(self._known().within(unit)) - {unit}

    def _known(self) -> UnitTree:
        with self._lock:
            if self._tree is None or time.monotonic() - self._tree[0] > KEPT_SECONDS:
                with self._ingest.facts.open(write=True) as db:
                    self._tree = time.monotonic(), unit_tree(db)
            return self._tree[1]
