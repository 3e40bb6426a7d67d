"""The register of objections: previews opened and closed, what units claimed, what was decided."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from bochiso.errors import ComputeError
from bochiso.followup.objections import (
    FigureClaim,
    Objection,
    ObjectionRemedy,
    ObjectionState,
    UnitPreview,
    checked_claim,
)
from bochiso.intake.sources import MEASURED
from bochiso.rules.verdict import day_of
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.followup_tables import OBJECTIONS, PREVIEWS
from bochiso.text import say

LONGEST_DAYS = 60
MOST_BYTES = 5_000_000
ENDS = (".pdf", ".docx", ".xlsx", ".png", ".jpg", ".jpeg")
"""What a file that is sent along may be."""


def open_preview(
    ledger: Ledger, store: Store, snapshot: Snapshot, last_day: date, by: By, note: str = ""
) -> UnitPreview:
    """Open figures to units until a day.

    Raises ComputeError where they are open already, and for a day that can't be the last.
    """
    today = day_of(by.at)
    if not 0 <= (last_day - today).days <= LONGEST_DAYS:
        raise ComputeError(
            say("hạn kiến nghị phải từ hôm nay ({today}) và trong {most} ngày.",
                "the last day must be from today ({today}) on, within {most} {most:day|days}.",
                today=today, most=LONGEST_DAYS)
        )  # fmt: skip
    measured = {each.kind for each in store.readings if each.seq in snapshot.seqs} == {MEASURED}
    with ledger.write() as db:
        for each in _previews(db):
            same = (each.as_of, each.period, each.measured) == (
                snapshot.as_of,
                snapshot.period.code,
                measured,
            )
            if same and each.closed_at is None:
                raise ComputeError(
                    say("số liệu này đang mở xem trước (số {n}).", "it is open already ({n}).", n=each.number)
                )
        number = _next(db, PREVIEWS)
        row = {
            "number": number, "period": snapshot.period.code, "as_of": snapshot.as_of, "measured": measured,
            "snapshot": msgspec.json.encode(snapshot).decode(), "last_day": last_day,
            "note": " ".join(note.split())[:500], "who": by.who, "at": by.at,
        }  # fmt: skip
        db.execute(sa.insert(PREVIEWS), row)
        audit.append(
            db, by, "preview.open", f"{snapshot.as_of} {snapshot.period.code}", number=number,
            last=last_day.isoformat(),
        )  # fmt: skip
        return _preview(db, number)


def close_preview(ledger: Ledger, number: int, by: By) -> UnitPreview:
    """Close a preview: nothing is objected to any more. Raises ComputeError where it is closed."""
    with ledger.write() as db:
        found = _preview(db, number)
        if found.closed_at is not None:
            raise ComputeError(say("đã đóng xem trước số {n}.", "preview {n} is closed.", n=number))
        values = {"closed_by": by.who, "closed_at": by.at}
        db.execute(sa.update(PREVIEWS).where(PREVIEWS.c.number == number).values(values))
        audit.append(db, by, "preview.close", f"{found.as_of} {found.period}", number=number)
        return _preview(db, number)


def previews(ledger: Ledger) -> list[UnitPreview]:
    """All of them, the newest first."""
    with ledger.read() as db:
        return _previews(db)


def find_preview(ledger: Ledger, number: int) -> tuple[UnitPreview, Snapshot]:
    """One of them, and which readings it shows. Raises ComputeError where there is none of that number."""
    with ledger.read() as db:
        found = _preview(db, number)
        mine = PREVIEWS.c.number == number
        text = db.execute(sa.select(PREVIEWS.c.snapshot).where(mine)).scalar_one()
    return found, msgspec.json.decode(text, type=Snapshot)


def objections(ledger: Ledger, preview: int | None = None) -> list[Objection]:
    """All objections, or those of a preview, the newest first."""
    asked = sa.select(*_SHOWN).order_by(OBJECTIONS.c.number.desc())
    if preview is not None:
        asked = asked.where(OBJECTIONS.c.preview == preview)
    with ledger.read() as db:
        return [_objection(row) for row in db.execute(asked)]


def objection_file(ledger: Ledger, number: int) -> tuple[Objection, bytes]:
    """What was sent along with an objection. Raises ComputeError where nothing was."""
    with ledger.read() as db:
        found = _one(db, number)
        mine = OBJECTIONS.c.number == number
        data = db.execute(sa.select(OBJECTIONS.c.file).where(mine)).scalar_one()
    if data is None:
        raise ComputeError(say("kiến nghị này không có tệp.", "nothing was sent along."))
    return found, bytes(data)


class Filing(msgspec.Struct, frozen=True):
    """An objection before it is kept. `file`: what is sent along, if anything."""

    claim: FigureClaim
    reason: str
    items: tuple[str, ...] = ()
    file_name: str = ""
    file: bytes | None = None


def file_objection(ledger: Ledger, store: Store, preview: int, filing: Filing, by: By) -> Objection:
    """Keep an objection of a unit.

    Raises ComputeError for a claim that can't be, after the last day, to a closed preview, and where one of
    the unit to the same figure waits.
    """
    found, snapshot = find_preview(ledger, preview)
    if not found.takes(day_of(by.at)):
        raise ComputeError(
            say("đã hết hạn kiến nghị (ngày {last}) hoặc đã đóng xem trước.",
                "the time to object is over (last day {last}).", last=found.last_day),
            do=say("Liên hệ Văn phòng để mở lại.", "Ask the office to open it again."),
        )  # fmt: skip
    rules = store.rules(snapshot)
    claim = checked_claim(filing.claim, store.figures(snapshot, rules), rules)
    reason = filing.reason.strip()
    if not reason or len(reason) > 4000:
        raise ComputeError(say("chưa ghi lý do, hoặc lý do quá dài.", "the reason lacks, or is too long."))
    _check_file(filing)
    with ledger.write() as db:
        open_ones = [_objection(row) for row in db.execute(sa.select(*_SHOWN).where(
            OBJECTIONS.c.preview == preview, OBJECTIONS.c.unit == claim.unit,
            OBJECTIONS.c.what == claim.what, OBJECTIONS.c.state == ObjectionState.OPEN.value,
        ))]  # fmt: skip
        if open_ones:
            raise ComputeError(
                say("đơn vị đã kiến nghị về chỉ số này (số {n}), đang chờ trả lời.",
                    "the unit objected to it already ({n}).", n=open_ones[0].number)
            )  # fmt: skip
        number = _next(db, OBJECTIONS)
        row = {
            "number": number, "preview": preview, "unit": claim.unit, "what": claim.what,
            "numerator": claim.numerator, "denominator": claim.denominator,
            "points": None if claim.points is None else str(claim.points), "reason": reason,
            "items": msgspec.json.encode(filing.items).decode(), "file_name": filing.file_name[:200],
            "file": filing.file, "who": by.who, "at": by.at, "state": ObjectionState.OPEN.value,
        }  # fmt: skip
        db.execute(sa.insert(OBJECTIONS), row)
        audit.append(db, by, "objection.file", claim.unit, number=number, preview=preview, what=claim.what,
                     items=len(filing.items))  # fmt: skip
        return _one(db, number)


def _check_file(filing: Filing) -> None:
    if filing.file is None:
        return
    if len(filing.file) > MOST_BYTES or not filing.file_name.lower().endswith(ENDS):
        raise ComputeError(
            say("tệp kèm theo phải là PDF, Word, Excel hoặc ảnh, không quá 5 MB.",
                "what is sent along is a PDF, Word, Excel or picture file of at most 5 MB.")
        )  # fmt: skip


def decide_objection(
    ledger: Ledger, number: int, remedy: ObjectionRemedy | None, because: str, by: By
) -> Objection:
    """Accept an objection with how it is put right, or reject it (None); always with the reason.

    Raises ComputeError where it was decided on, or the reason lacks.
    """
    words = " ".join(because.split())[:2000]
    if not words:
        raise ComputeError(say("chưa ghi lý do.", "the reason lacks."),
                           do=say("Ghi lý do để đơn vị biết.", "Write why, for the unit."))  # fmt: skip
    with ledger.write() as db:
        found = _one(db, number)
        if found.state is not ObjectionState.OPEN:
            raise ComputeError(
                say("kiến nghị số {n} đã được trả lời.", "objection {n} was decided on.", n=number)
            )
        state = ObjectionState.REJECTED if remedy is None else ObjectionState.ACCEPTED
        values = {"state": state.value, "remedy": remedy and remedy.value, "because": words,
                  "decided_by": by.who, "decided_at": by.at}  # fmt: skip
        db.execute(sa.update(OBJECTIONS).where(OBJECTIONS.c.number == number).values(values))
        audit.append(db, by, "objection.decide", found.claim.unit, number=number, state=state.value,
                     remedy=values["remedy"], because=words)  # fmt: skip
        return _one(db, number)


def accepted(found: Sequence[Objection], remedy: ObjectionRemedy) -> list[Objection]:
    """Those accepted to be put right in one way, in their order."""
    return sorted((each for each in found if each.remedy is remedy), key=lambda each: each.number)


_SHOWN = [column for column in OBJECTIONS.c if column.name != "file"]
_CLAIM = ("unit", "what", "numerator", "denominator")


def _previews(db: sa.Connection) -> list[UnitPreview]:
    rows = db.execute(sa.select(PREVIEWS).order_by(PREVIEWS.c.number.desc())).mappings()
    return [UnitPreview(**{name: value for name, value in row.items() if name != "snapshot"}) for row in rows]


def _preview(db: sa.Connection, number: int) -> UnitPreview:
    found = next((each for each in _previews(db) if each.number == number), None)
    if found is None:
        raise ComputeError(say("không có lần mở xem trước số {n}.", "there is no preview {n}.", n=number))
    return found


def _one(db: sa.Connection, number: int) -> Objection:
    row = db.execute(sa.select(*_SHOWN).where(OBJECTIONS.c.number == number)).one_or_none()
    if row is None:
        raise ComputeError(say("không có kiến nghị số {n}.", "there is no objection {n}.", n=number))
    return _objection(row)


def _objection(row: sa.Row[Any]) -> Objection:
    own = dict(row._mapping)
    points = own.pop("points")
    claim = FigureClaim(
        **{name: own.pop(name) for name in _CLAIM}, points=None if points is None else Decimal(points)
    )
    own["items"] = tuple(msgspec.json.decode(own["items"]))
    own["state"] = ObjectionState(own["state"])
    own["remedy"] = ObjectionRemedy(own["remedy"]) if own["remedy"] else None
    return Objection(**own, claim=claim)


def _next(db: sa.Connection, table: sa.Table) -> int:
    return int(db.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.number), 0))).scalar_one()) + 1
