"""Documents as they were signed: number, day, signer, the file itself, from which figures, public or not."""

from datetime import date, datetime
from hashlib import sha256

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.exc import IntegrityError

from bochiso.errors import ComputeError
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import ISSUED
from bochiso.text import say


class IssuedDocument(Struct, frozen=True):
    """A document that was issued. `figures`: its mark in one line, empty where its file carries none.

    `id` is 0 before it is kept, `who` and `at` are then who keeps it and when (UTC).
    """

    province: str
    kind: str
    number: str
    day: date
    signer: str
    file_name: str
    figures: str = ""
    public: bool = False
    id: int = 0
    sha256: str = ""
    who: str = ""
    at: datetime | None = None


_SHOWN = [column for column in ISSUED.c if column.name != "file"]


def issued_documents(ledger: Ledger, province: str | None = None) -> list[IssuedDocument]:
    """All of them, or a province's, the latest day first."""
    asked = sa.select(*_SHOWN).order_by(ISSUED.c.day.desc(), ISSUED.c.id.desc())
    if province is not None:
        asked = asked.where(ISSUED.c.province == province)
    with ledger.read() as db:
        return [IssuedDocument(**row._mapping) for row in db.execute(asked)]


def document_file(ledger: Ledger, number: int) -> tuple[IssuedDocument, bytes]:
    """A document with its file. Raises ComputeError where there is none of that number here."""
    with ledger.read() as db:
        row = db.execute(sa.select(ISSUED).where(ISSUED.c.id == number)).one_or_none()
    if row is None:
        raise _none(number)
    kept = dict(row._mapping)
    data: bytes = kept.pop("file")
    return IssuedDocument(**kept), data


def keep_document(ledger: Ledger, document: IssuedDocument, data: bytes, by: By) -> IssuedDocument:
    """Keep a document with its file. Raises ComputeError where one of its kind has that number and day."""
    digest = sha256(data).hexdigest()
    try:
        with ledger.write() as db:
            last = db.execute(sa.select(sa.func.max(ISSUED.c.id))).scalar_one_or_none() or 0
            row = {name: getattr(document, name) for name in document.__struct_fields__}
            row |= {"id": last + 1, "sha256": digest, "who": by.who, "at": by.at}
            db.execute(sa.insert(ISSUED), row | {"file": data})
            audit.append(db, by, "document.issue", document.file_name, number=document.number, sha256=digest)
    except IntegrityError:
        raise ComputeError(
            say(
                "đã lưu văn bản số {number} ngày {day} của loại này.",
                "a document of this kind numbered {number} of {day} is kept already.",
                number=document.number,
                day=document.day,
            ),
            do=say("Xem lại số và ngày ký.", "Look at its number and day again."),
        ) from None
    return IssuedDocument(**row)


def set_public(ledger: Ledger, number: int, public: bool, by: By) -> None:
    """Say whether a document was published. Raises ComputeError where there is none of that number here."""
    with ledger.write() as db:
        done = db.execute(sa.update(ISSUED).where(ISSUED.c.id == number).values(public=public))
        if not done.rowcount:
            raise _none(number)
        audit.append(db, by, "document.public", str(number), public=public)


def _none(number: int) -> ComputeError:
    return ComputeError(
        say("chưa lưu văn bản thứ {n:d}.", "no document {n:d} is kept.", n=number),
        do=say("Xem bằng `bochiso office issued`.", "See `bochiso office issued`."),
    )
