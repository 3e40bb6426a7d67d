"""The boundaries that a province's map is drawn with, kept in the ledger."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import BOUNDARIES
from bochiso.units.boundaries import Boundaries

_READ = msgspec.json.Decoder(Boundaries)


def keep_boundaries(ledger: Ledger, province: str, found: Boundaries, file: str, by: By) -> None:
    """Keep a province's boundaries in place of those before; without outlines, the map has tiles again."""
    with ledger.write() as db:
        db.execute(sa.delete(BOUNDARIES).where(BOUNDARIES.c.province == province))
        if found.outlines:
            outlines = msgspec.json.encode(found).decode()
            row = {"province": province, "outlines": outlines, "file": file, "who": by.who, "at": by.at}
            db.execute(sa.insert(BOUNDARIES), row)
        audit.append(db, by, "boundaries.keep", province, file=file, units=len(found.outlines))


def boundaries_of(ledger: Ledger, province: str) -> Boundaries | None:
    """What is kept for a province; None where nothing is."""
    with ledger.read() as db:
        query = sa.select(BOUNDARIES.c.outlines).where(BOUNDARIES.c.province == province)
        text = db.execute(query).scalar_one_or_none()
    return None if text is None else _READ.decode(text)


def boundary_moments(ledger: Ledger) -> tuple[tuple[str, datetime], ...]:
    """The provinces that have boundaries, with the moment when they were kept."""
    with ledger.read() as db:
        query = sa.select(BOUNDARIES.c.province, BOUNDARIES.c.at).order_by(BOUNDARIES.c.province)
        return tuple((row.province, row.at) for row in db.execute(query))
