"""What the use cases work with: a data folder, its ledger, and who takes dossiers into it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import By, Deed
from bochiso.store.people.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from bochiso.store.dossiers.ingest import DossierIngest
    from bochiso.store.journal.journal import Position


@dataclass(frozen=True)
class Backend:
    """A folder and, in a server, what it holds open; a command opens each for the moment it needs it.

    So a command that comes to nothing leaves a folder as it was, and one that only reads makes no ledger.
    """

    folder: DataFolder
    ledger: Ledger | None = None
    ingest: "DossierIngest | None" = None

    @contextmanager
    def open_ledger(self) -> Iterator[Ledger]:
        """The ledger, made where the folder has none."""
        if self.ledger is not None:
            yield self.ledger
            return
        with open_ledger(self.folder) as own:
            yield own

    @contextmanager
    def recording(self, by: By, action: Deed, subject: str = "", /, **details: Any) -> Iterator[None]:
        """A transaction of the ledger with the line of a deed, around the deed; neither where one fails."""
        with self.open_ledger() as ledger, ledger.write() as db:
            audit.append(db, by, action, subject, **details)
            yield


@contextmanager
def open_for_server(
    folder: DataFolder, changed: "Callable[[Position], None]"
) -> "Iterator[tuple[Ledger, DossierIngest]]":
    """What a server holds open for its backend: it owns the folder's journal, which the facts follow.

    `changed` is told how far these are. Raises StoreError where the folder can't be used or another
    process takes dossiers into it.
    """
    from bochiso.store.dossiers.ingest import DossierIngest  # most commands do without all that it loads

    # Many ask at once: each question by one thread leaves the other cores to the others.
    with DossierIngest(folder, changed, threads=1) as ingest, open_ledger(folder) as ledger:
        yield ledger, ingest
