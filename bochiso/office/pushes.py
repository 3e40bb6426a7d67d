"""What systems send: kept in the journal with its sender and its moment, which is what the log would say.

A line of the audit log a message would say the same once more, thousands of times a minute.
"""

from concurrent.futures import Future

from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.journal.journal import Batches, Position


def take_push(ingest: DossierIngest, batches: Batches) -> "Future[Position]":
    """Keep what a system sent; the future is done once it is on disk, and fails where it can't be kept."""
    return ingest.submit(batches)
