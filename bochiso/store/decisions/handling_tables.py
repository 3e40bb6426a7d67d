"""Tables of the handling of dossiers by unit that offices brought in, where dossiers aren't here."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import json

from bochiso.store.decisions.handed_units import HandlingTable
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import HANDLING


def keep_handling(ledger: Ledger, table: HandlingTable, by: By) -> None:
    """Keep a table in place of the province's one of the same day."""
    with ledger.write() as db:
        mine = HANDLING.c.province == table.province, HANDLING.c.as_of == table.as_of
        db.execute(sa.delete(HANDLING).where(*mine))
        row = {"province": table.province, "as_of": table.as_of, "who": by.who, "at": by.at}
        db.execute(sa.insert(HANDLING), row | {"handling": json.encode(table).decode()})
        told = {"province": table.province, "day": table.as_of.isoformat(), "units": len(table.rows)}
        audit.append(db, by, "handling.keep", table.file[:200], **told)


def handling_tables(ledger: Ledger, province: str, moment: datetime) -> tuple[HandlingTable, ...]:
    """A province's that were kept by a moment, the earliest day first."""
    mine = HANDLING.c.province == province, HANDLING.c.at <= moment
    asked = sa.select(HANDLING.c.handling).where(*mine).order_by(HANDLING.c.as_of)
    with ledger.read() as db:
        return tuple(json.decode(text, type=HandlingTable) for text in db.execute(asked).scalars())
