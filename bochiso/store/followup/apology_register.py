"""The register of apologies: which dossier got its one new date, by whom, in time or late."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from bochiso.errors import ComputeError
from bochiso.followup.apologies import Apology, ApologyCase, check_apology
from bochiso.rules.calendar import Calendar
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.followup_tables import APOLOGIES
from bochiso.text import say

_CASE = ("dossier", "unit", "unit_name", "procedure", "procedure_name", "received_on", "due", "notify_by")


def record_apology(
    ledger: Ledger, case: ApologyCase, given: tuple[str, date | None], calendar: Calendar, by: By
) -> Apology:
    """Keep an apology: the reason and the new date. Raises ComputeError as check_apology does."""
    with ledger.write() as db:
        standing = _standing(db, [case.dossier])
        reason, new_due = check_apology(case, standing.get(case.dossier), given, calendar)
        most = sa.select(sa.func.coalesce(sa.func.max(APOLOGIES.c.number), 0))
        number = db.execute(most).scalar_one() + 1
        row = {name: getattr(case, name) for name in _CASE}
        row |= {"number": number, "new_due": new_due, "reason": reason, "who": by.who, "at": by.at}
        db.execute(sa.insert(APOLOGIES), row)
        made = _one(db, number)
        audit.append(
            db, by, "apology.record", case.unit, number=number, dossier=case.dossier,
            new_due=new_due.isoformat(), in_time=made.in_time,
        )  # fmt: skip
        return made


def withdraw_apology(ledger: Ledger, number: int, because: str, by: By) -> Apology:
    """Take an apology back that was recorded by mistake, with the reason; the dossier can have one again.

    Raises ComputeError where it was taken back, or the reason lacks.
    """
    words = " ".join(because.split())[:500]
    if not words:
        raise ComputeError(say("chưa ghi lý do.", "the reason lacks."))
    with ledger.write() as db:
        found = _one(db, number)
        if found.ended_at is not None:
            raise ComputeError(
                say("văn bản xin lỗi số {n} đã được hủy.", "apology {n} was taken back.", n=number)
            )
        values = {"ended_by": by.who, "ended_at": by.at, "ended_because": words}
        db.execute(sa.update(APOLOGIES).where(APOLOGIES.c.number == number).values(values))
        audit.append(db, by, "apology.withdraw", found.unit, number=number, dossier=found.dossier,
                     because=words)  # fmt: skip
        return _one(db, number)


def apologies(ledger: Ledger) -> list[Apology]:
    """All of them, the newest first, those taken back too."""
    with ledger.read() as db:
        rows = db.execute(sa.select(APOLOGIES).order_by(APOLOGIES.c.number.desc()))
        return [_apology(row) for row in rows]


def find_apology(ledger: Ledger, number: int) -> Apology:
    """One of them. Raises ComputeError where there is none of that number."""
    with ledger.read() as db:
        return _one(db, number)


def standing_apologies(ledger: Ledger) -> dict[str, Apology]:
    """Those that stand, by dossier."""
    return {each.dossier: each for each in apologies(ledger) if each.ended_at is None}


def _standing(db: sa.Connection, dossiers: Sequence[str]) -> dict[str, Apology]:
    wanted = APOLOGIES.c.dossier.in_(dossiers), APOLOGIES.c.ended_at.is_(None)
    return {row.dossier: _apology(row) for row in db.execute(sa.select(APOLOGIES).where(*wanted))}


def _one(db: sa.Connection, number: int) -> Apology:
    row = db.execute(sa.select(APOLOGIES).where(APOLOGIES.c.number == number)).one_or_none()
    if row is None:
        raise ComputeError(say("không có văn bản xin lỗi số {n}.", "there is no apology {n}.", n=number))
    return _apology(row)


def _apology(row: sa.Row[Any]) -> Apology:
    return Apology(**row._mapping)
