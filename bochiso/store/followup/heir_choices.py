"""Who does what is left to do of a unit that ended: the one that came after it, or the one that was chosen.

Where the table of predecessors names one, nobody has to choose; of a unit that was split the office does,
once for all that waits: explanations, tasks, previews.
"""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from bochiso.store.figures.kept_predecessors import taken_over
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.followup_tables import UNIT_HEIRS


def chosen_heirs(ledger: Ledger) -> dict[str, str]:
    """The units that ended and for which one was chosen, by code: that one."""
    with ledger.read() as db:
        return {row.unit: row.heir for row in db.execute(sa.select(UNIT_HEIRS))}


def heirs_in_force(folder: DataFolder, ledger: Ledger, day: date) -> Mapping[str, str]:
    """The units that ended before a day, by code: the one that does what is left to do."""
    return {**taken_over(folder, day), **chosen_heirs(ledger)}


def choose_heir(ledger: Ledger, unit: str, heir: str, by: By) -> None:
    """Have a unit do what is left to do of another, in place of the one that was chosen before."""
    with ledger.write() as db:
        db.execute(sa.delete(UNIT_HEIRS).where(UNIT_HEIRS.c.unit == unit))
        db.execute(sa.insert(UNIT_HEIRS), {"unit": unit, "heir": heir, "who": by.who, "at": by.at})
        audit.append(db, by, "unit.heir", unit, heir=heir)
