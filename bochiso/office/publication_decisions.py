"""Publishing: proposing, approving, rejecting, withdrawing; each decision is a line of the log."""

from bochiso.store.decisions import publications
from bochiso.store.decisions.publications import Publication
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger


def propose(ledger: Ledger, by: By, store: Store, snapshot: Snapshot, reason: str = "") -> Publication:
    """Propose a snapshot; published at once where no second officer must approve. Raises ComputeError."""
    return publications.propose(ledger, store, snapshot, by, reason)


def withdraw(ledger: Ledger, by: By, number: int, reason: str) -> Publication:
    """Propose that a published snapshot is public no more. Raises ComputeError."""
    return publications.withdraw(ledger, publications.find_publication(ledger, number), by, reason)


def approve(ledger: Ledger, by: By, store: Store, number: int) -> Publication:
    """Publish what another officer proposed.

    Raises ComputeError where it isn't waiting or is one's own, StoreError where its figures are gone.
    """
    return publications.approve(ledger, store, number, by)


def reject(ledger: Ledger, by: By, number: int, words: str) -> Publication:
    """Refuse a proposal, or take one's own back; `words` say why. Raises ComputeError."""
    return publications.reject(ledger, number, by, words)
