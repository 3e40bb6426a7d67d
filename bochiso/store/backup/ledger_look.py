"""What a ledger says of itself, read as it lies there: an older one isn't brought to newer tables."""

import os
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bochiso.errors import StoreError
from bochiso.store.folder import DataFolder, disk_errors
from bochiso.store.people import audit, migrations
from bochiso.store.people.ledger import ADDRESS_VARIABLE, open_new_ledger
from bochiso.store.people.ledger_tables import AUDIT
from bochiso.text import say


@dataclass(frozen=True)
class LedgerLook:
    """A ledger: whether its tables are of an older program, and what its log tells.

    `log_ends`: the newest line's moment; `backed_up`: of the last backup; `seals`: whether anyone's second
    factor is sealed by the ledger's key. None and False where there is no ledger yet.
    """

    is_older: bool = False
    log_ends: datetime | None = None
    backed_up: datetime | None = None
    seals: bool = False


def look_at_ledger(folder: DataFolder) -> LedgerLook:
    """Look, and change nothing. Raises StoreError where it can't be read or is of a newer program."""
    with disk_errors(folder.ledger):
        if not (os.environ.get(ADDRESS_VARIABLE) or folder.ledger.exists()):
            return LedgerLook()
    with open_new_ledger(folder) as ledger, ledger.read() as db:
        if not sa.inspect(db).has_table(AUDIT.name):
            return LedgerLook()
        version = migrations.version(db)
        if version is not None and version not in migrations.known_versions():
            raise StoreError(
                say("sổ cái thuộc phiên bản mới hơn.", "the ledger is of a newer version."),
                do=say("Cập nhật bochiso.", "Update bochiso."),
            )
        newest = audit.lines(db, 1)
        return LedgerLook(
            version != migrations.HEAD,
            newest[0].at if newest else None,
            audit.last_of(db, "backup.make"),
            audit.last_of(db, "account.totp-on") is not None,
        )
