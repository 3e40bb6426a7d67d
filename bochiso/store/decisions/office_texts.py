"""What offices set for their documents: the text of each province's settings, with who kept it and when."""

import os
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from bochiso.store.folder import DataFolder, disk_errors
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import ADDRESS_VARIABLE, Ledger, open_ledger
from bochiso.store.people.ledger_tables import OFFICE_SETTINGS


class OfficeText(Struct, frozen=True):
    """The settings of a province's office as YAML; the moment is UTC."""

    province: str
    text: str
    who: str
    at: datetime


def office_text(ledger: Ledger, province: str) -> OfficeText | None:
    """What is kept for a province; None where nothing is."""
    with ledger.read() as db:
        row = db.execute(
            sa.select(OFFICE_SETTINGS).where(OFFICE_SETTINGS.c.province == province)
        ).one_or_none()
    return None if row is None else OfficeText(row.province, row.settings, row.who, row.at)


def office_text_in(folder: DataFolder, province: str) -> OfficeText | None:
    """The same of a folder; a folder without a ledger has none, and none is made."""
    with disk_errors(folder.root):
        there = folder.ledger.exists()
    if not (os.environ.get(ADDRESS_VARIABLE) or there):
        return None
    with open_ledger(folder) as ledger:
        return office_text(ledger, province)


def keep_office_text(ledger: Ledger, province: str, text: str, by: By) -> None:
    """Keep a province's settings in place of those before; the same text leaves no line."""
    with ledger.write() as db:
        of = OFFICE_SETTINGS.c.province == province
        if db.execute(sa.select(OFFICE_SETTINGS.c.settings).where(of)).scalar_one_or_none() == text:
            return
        db.execute(sa.delete(OFFICE_SETTINGS).where(of))
        row = {"province": province, "settings": text, "who": by.who, "at": by.at}
        db.execute(sa.insert(OFFICE_SETTINGS), row)
        audit.append(db, by, "office.settings", province)
