"""The emblem that stands above every page, kept in the ledger."""

from hashlib import sha256

import sqlalchemy as sa

from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import EMBLEM


def keep_emblem(ledger: Ledger, picture: bytes, file: str, by: By) -> None:
    """Keep a PNG in place of the one before, from a file of this name; without a picture, none is kept.

    What is kept already leaves no line.
    """
    digest = sha256(picture).hexdigest() if picture else ""
    with ledger.write() as db:
        before = db.execute(sa.select(EMBLEM.c.digest)).scalar_one_or_none()
        if before == (digest or None):
            return
        db.execute(sa.delete(EMBLEM))
        if picture:
            row = {"digest": digest, "picture": picture, "file": file, "who": by.who, "at": by.at}
            db.execute(sa.insert(EMBLEM), row)
        audit.append(db, by, "emblem.keep", file=file, digest=digest)


def emblem_digest(ledger: Ledger) -> str | None:
    """The SHA-256 of the emblem; None where none is kept."""
    with ledger.read() as db:
        found: str | None = db.execute(sa.select(EMBLEM.c.digest)).scalar_one_or_none()
    return found


def emblem_of(ledger: Ledger) -> bytes | None:
    """The emblem as a PNG; None where none is kept."""
    with ledger.read() as db:
        found: bytes | None = db.execute(sa.select(EMBLEM.c.picture)).scalar_one_or_none()
    return found
