"""Which units stand below another, as lists have them: what an officer's rights reach, whatever the codes.

And those that ended and whose heir it is, by the table of predecessors or as the office chose: what was asked
of them is its own to answer.
"""

import time
from collections.abc import Mapping
from threading import Lock

from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.figures.kept_predecessors import units_answered_for
from bochiso.store.folder import DataFolder
from bochiso.store.followup.heir_choices import heirs_in_force
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.ledger import Ledger
from bochiso.text import now
from bochiso.units.tree import UnitTree

KEPT_SECONDS = 10.0
"""How long a unit that was moved in a list may go unseen."""


class UnitsBelow:
    """The units below one; lists are read anew after a while. Safe to use from many threads."""

    def __init__(self, folder: DataFolder, ledger: Ledger, ingest: DossierIngest) -> None:
        self._folder, self._ledger, self._ingest, self._lock = folder, ledger, ingest, Lock()
        self._lists: tuple[float, UnitTree, Mapping[str, str]] | None = None

    def __call__(self, unit: str) -> frozenset[str]:
        """The codes of the units below and of those that ended in them; none where no list has the unit."""
        _, tree, ended = self._known()
        return units_answered_for(unit, tree, ended) - {unit}

    def _known(self) -> tuple[float, UnitTree, Mapping[str, str]]:
        with self._lock:
            if self._lists is None or time.monotonic() - self._lists[0] > KEPT_SECONDS:
                with self._ingest.facts.open(write=True) as db:
                    tree = unit_tree(db)
                ended = heirs_in_force(self._folder, self._ledger, day_of(now()))
                self._lists = time.monotonic(), tree, ended
            return self._lists
