"""The register of explanations: requests with their frozen lists, units' answers, what the office said.

Nothing is deleted: an answer sent back stays beside the one that came after it, a withdrawn request too.
"""

import zlib
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bochiso.errors import ComputeError, StoreError
from bochiso.followup.explanations import (
    CAUSES,
    AnswerGiven,
    AskedUnit,
    Explanation,
    ExplanationRequest,
    ExplanationState,
    Origin,
    RequestOutcome,
    checked_answer,
    outcome_of,
)
from bochiso.rules.verdict import day_of
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.followup_tables import (
    EXPLANATION_ANSWERS,
    EXPLANATION_CAUSES,
    EXPLANATION_REQUESTS,
    EXPLANATION_UNITS,
)
from bochiso.text import say

Rows = Sequence[dict[str, Any]]

MOST_UNITS = 500


class AskedList(Struct, frozen=True):
    """What one unit is asked about, before it is kept. `rows`: its items, of values that JSON has."""

    unit: str
    name: str
    rows: tuple[dict[str, Any], ...]


class RequestDraft(Struct, frozen=True):
    """A request before it is kept: as ExplanationRequest has it."""

    title: str
    origin: Origin
    slug: str | None
    period: str
    as_of: datetime
    last_day: date
    units: tuple[AskedList, ...]
    document: str = ""


def open_request(ledger: Ledger, draft: RequestDraft, by: By) -> ExplanationRequest:
    """Keep a request with the lists frozen as they are. Raises ComputeError for one that asks nobody, or
    whose last day is over, or that asks a unit about the very list that it was asked about before."""
    _check(draft, day_of(by.at))
    packed = [_packed(each.rows) for each in draft.units]
    whole = sha256("".join(digest for _, digest in packed).encode()).hexdigest()
    with ledger.write() as db:
        most = sa.select(sa.func.coalesce(sa.func.max(EXPLANATION_REQUESTS.c.number), 0))
        number = db.execute(most).scalar_one() + 1
        _asked_before(db, draft, [digest for _, digest in packed])
        own = {name: getattr(draft, name) for name in ("title", "slug", "period", "as_of", "last_day")}
        row = {**own, "number": number, "origin": draft.origin.value, "asked_on": day_of(by.at),
               "document": draft.document, "sha256": whole, "who": by.who, "at": by.at}  # fmt: skip
        db.execute(sa.insert(EXPLANATION_REQUESTS), row)
        rows = [
            {"request": number, "unit": each.unit, "place": place, "name": each.name,
             "items": len(each.rows), "sha256": digest, "rows": data}
            for place, (each, (data, digest)) in enumerate(zip(draft.units, packed, strict=True))
        ]  # fmt: skip
        db.execute(sa.insert(EXPLANATION_UNITS), rows)
        audit.append(
            db, by, "explanation.ask", str(number), title=draft.title, units=len(draft.units),
            items=sum(len(each.rows) for each in draft.units), last=draft.last_day.isoformat(), sha256=whole,
        )  # fmt: skip
        return _request(db, number)


def _check(draft: RequestDraft, today: date) -> None:
    if not draft.units:
        raise ComputeError(
            say("không có đơn vị nào để yêu cầu giải trình.", "there is no unit to be asked."),
            do=say("Chọn ít nhất một đơn vị.", "Choose one at least."),
        )
    if len(draft.units) > MOST_UNITS:
        raise ComputeError(
            say("một yêu cầu không quá {most} đơn vị.", "at most {most} {most:unit|units} a request.",
                most=MOST_UNITS)
        )  # fmt: skip
    if not draft.title.strip() or len(draft.title) > 300:
        raise ComputeError(
            say("nội dung yêu cầu còn trống hoặc quá dài.", "what is asked lacks, or is too long.")
        )
    if not 0 <= (draft.last_day - today).days <= 366:
        raise ComputeError(
            say("hạn báo cáo phải từ hôm nay ({today}) và trong vòng một năm.",
                "the last day must be from today ({today}) on, and within a year.", today=today),
        )  # fmt: skip


def _asked_before(db: sa.Connection, draft: RequestDraft, digests: Sequence[str]) -> None:
    units, asked = EXPLANATION_UNITS.c, EXPLANATION_REQUESTS.c
    standing = (
        sa.select(units.unit, units.sha256, units.request)
        .join_from(EXPLANATION_UNITS, EXPLANATION_REQUESTS, units.request == asked.number)
        .where(asked.ended_at.is_(None), asked.title == draft.title)
    )
    known = {(row.unit, row.sha256): row.request for row in db.execute(standing)}
    pairs = [
        (each, known.get((each.unit, digest))) for each, digest in zip(draft.units, digests, strict=True)
    ]
    if again := [(each.name, number) for each, number in pairs if number and each.rows]:
        raise ComputeError(
            say("{names} đã được yêu cầu giải trình đúng danh sách này (yêu cầu số {n}).",
                "{names}: asked about this very list before (request {n}).",
                names="; ".join(name for name, _ in again[:10]) + ("; …" if len(again) > 10 else ""),
                n=again[0][1]),
            do=say("Bỏ các đơn vị này khỏi yêu cầu, hoặc thu hồi yêu cầu số {n} trước.",
                   "Leave them out, or withdraw request {n} first.", n=again[0][1]),
        )  # fmt: skip


def _packed(rows: Rows) -> tuple[bytes, str]:
    plain = msgspec.json.encode(rows)
    return zlib.compress(plain), sha256(plain).hexdigest()


def requests(ledger: Ledger) -> list[ExplanationRequest]:
    """All of them, the newest first, those that were withdrawn too."""
    with ledger.read() as db:
        rows = db.execute(sa.select(EXPLANATION_REQUESTS).order_by(EXPLANATION_REQUESTS.c.number.desc()))
        return [_with_units(db, row) for row in rows.all()]


def find_request(ledger: Ledger, number: int) -> ExplanationRequest:
    """One of them. Raises ComputeError where there is none of that number."""
    with ledger.read() as db:
        return _request(db, number)


def frozen_rows(ledger: Ledger, number: int, unit: str) -> list[dict[str, Any]]:
    """What a unit was asked about, as it was then. Raises ComputeError for no such list, StoreError where it
    isn't what was frozen any more."""
    wanted = EXPLANATION_UNITS.c.request == number, EXPLANATION_UNITS.c.unit == unit
    with ledger.read() as db:
        row = db.execute(sa.select(EXPLANATION_UNITS).where(*wanted)).one_or_none()
    if row is None:
        raise _not_asked(number, unit)
    try:
        plain = zlib.decompress(row.rows)
    except zlib.error:
        plain = b""
    if sha256(plain).hexdigest() != row.sha256:
        raise StoreError(
            say("danh sách đã chốt của yêu cầu số {n} không còn nguyên vẹn.",
                "the frozen list of request {n} is not as it was.", n=number),
            do=say("Khôi phục sổ cái từ bản sao lưu.", "Restore the ledger from a backup."),
        )  # fmt: skip
    found: list[dict[str, Any]] = msgspec.json.decode(plain)
    return found


def answer_request(ledger: Ledger, number: int, unit: str, given: AnswerGiven, by: By) -> ExplanationRequest:
    """Keep a unit's answer; one after the last day is kept, and is late.

    Raises ComputeError for one that isn't whole, for a unit that wasn't asked, a withdrawn request, and
    where the answer before it waits for the office or was accepted.
    """
    with ledger.write() as db:
        found = _open(db, number)
        asked = found.unit(unit)
        if asked is None:
            raise _not_asked(number, unit)
        _may_answer(asked)
        whole = checked_answer(given, _causes(db), day_of(by.at))
        row = {"request": number, "unit": unit, "round": len(asked.answers) + 1, "cause": whole.cause,
               "words": whole.words, "remedy": whole.remedy, "until": whole.until, "who": by.who,
               "at": by.at, "state": ExplanationState.SENT.value}  # fmt: skip
        db.execute(sa.insert(EXPLANATION_ANSWERS), row)
        late = day_of(by.at) > found.last_day
        audit.append(db, by, "explanation.answer", unit, request=number, round=row["round"], late=late)
        return _request(db, number)


def _may_answer(asked: AskedUnit) -> None:
    state = asked.last.state if asked.last else None
    if state is ExplanationState.SENT:
        raise ComputeError(
            say("đơn vị đã gửi giải trình, đang chờ Văn phòng xem.",
                "the unit has answered; its answer waits for the office."),
            do=say("Muốn sửa, đề nghị Văn phòng trả lại.", "To change it, ask the office to send it back."),
        )  # fmt: skip
    if state is ExplanationState.ACCEPTED:
        raise ComputeError(say("giải trình của đơn vị đã được chấp nhận.", "the unit's answer was accepted."))


def decide_answer(
    ledger: Ledger, number: int, unit: str, by: By, because: str | None = None
) -> ExplanationRequest:
    """Accept a unit's answer, or send it back with the reason. Raises ComputeError where none waits."""
    words = None if because is None else " ".join(because.split())[:500]
    if words == "":
        raise ComputeError(
            say("chưa ghi lý do trả lại.", "the reason lacks."),
            do=say("Ghi rõ nội dung đơn vị phải bổ sung.", "Write what the unit must add."),
        )
    with ledger.write() as db:
        asked = _open(db, number).unit(unit)
        if asked is None:
            raise _not_asked(number, unit)
        if asked.last is None or asked.last.state is not ExplanationState.SENT:
            raise ComputeError(say("không có giải trình nào đang chờ xem.", "no answer of it waits."))
        state = ExplanationState.ACCEPTED if words is None else ExplanationState.RETURNED
        answers = EXPLANATION_ANSWERS.c
        mine = answers.request == number, answers.unit == unit, answers.round == asked.last.round
        values = {"state": state.value, "decided_by": by.who, "decided_at": by.at, "because": words}
        db.execute(sa.update(EXPLANATION_ANSWERS).where(*mine).values(values))
        audit.append(db, by, "explanation.decide", unit, request=number, state=state.value, because=words)
        return _request(db, number)


def move_request(ledger: Ledger, number: int, unit: str, heir: str, by: By) -> ExplanationRequest:
    """Have another unit answer for one that was merged into it. Raises ComputeError where it wasn't asked."""
    with ledger.write() as db:
        asked = _open(db, number).unit(unit)
        if asked is None:
            raise _not_asked(number, unit)
        mine = EXPLANATION_UNITS.c.request == number, EXPLANATION_UNITS.c.unit == unit
        values = {"heir": None if heir == unit else heir}
        db.execute(sa.update(EXPLANATION_UNITS).where(*mine).values(values))
        audit.append(db, by, "explanation.move", unit, request=number, heir=heir)
        return _request(db, number)


def withdraw_request(ledger: Ledger, number: int, because: str, by: By) -> ExplanationRequest:
    """Withdraw a request with the reason; its answers stay. Raises ComputeError where it is withdrawn."""
    words = " ".join(because.split())[:500]
    if not words:
        raise ComputeError(say("chưa ghi lý do thu hồi.", "the reason lacks."),
                           do=say("Ghi lý do để đơn vị biết.", "Write why, for the units."))  # fmt: skip
    with ledger.write() as db:
        _open(db, number)
        values = {"ended_by": by.who, "ended_at": by.at, "ended_because": words}
        mine = EXPLANATION_REQUESTS.c.number == number
        db.execute(sa.update(EXPLANATION_REQUESTS).where(mine).values(values))
        audit.append(db, by, "explanation.withdraw", str(number), because=words)
        return _request(db, number)


def known_causes(ledger: Ledger) -> list[str]:
    """The office's catalogue of causes; the one that comes along where it has none."""
    with ledger.read() as db:
        return _causes(db)


def keep_causes(ledger: Ledger, causes: Sequence[str], by: By) -> list[str]:
    """Keep an office's own catalogue, in place of the one before; none: the one that comes along again.

    Answers keep the words that they chose. Raises ComputeError for a cause that is too long.
    """
    tidy = list(dict.fromkeys(words for each in causes if (words := " ".join(each.split()))))
    if len(tidy) > 40 or any(len(each) > 300 for each in tidy):
        raise ComputeError(say("danh mục không quá 40 nguyên nhân, mỗi nguyên nhân không quá 300 chữ cái.",
                               "at most 40 causes, of 300 letters each."))  # fmt: skip
    with ledger.write() as db:
        db.execute(sa.delete(EXPLANATION_CAUSES))
        if tidy:
            rows = [{"place": place, "words": words} for place, words in enumerate(tidy)]
            db.execute(sa.insert(EXPLANATION_CAUSES), rows)
        audit.append(db, by, "explanation.causes", causes=tidy)
        return _causes(db)


def last_outcomes(ledger: Ledger, since: date, province: str | None = None) -> list[RequestOutcome]:
    """What came of the requests asked on or after a day, the oldest first; not of those withdrawn.

    For the next document: `outcome_sentence` words each. `province`: only those that ask its units.
    """
    return [
        outcome_of(each)
        for each in reversed(requests(ledger))
        if each.ended_at is None and each.asked_on >= since
        and (province is None or any(unit.unit.partition(".")[0] == province for unit in each.units))
    ]  # fmt: skip


def _causes(db: sa.Connection) -> list[str]:
    found = db.execute(sa.select(EXPLANATION_CAUSES.c.words).order_by(EXPLANATION_CAUSES.c.place))
    return list(found.scalars()) or list(CAUSES)


def _open(db: sa.Connection, number: int) -> ExplanationRequest:
    found = _request(db, number)
    if found.ended_at is not None:
        raise ComputeError(
            say("yêu cầu giải trình số {n} đã được thu hồi ({because}).",
                "request {n} was withdrawn ({because}).", n=number, because=found.ended_because),
        )  # fmt: skip
    return found


def _request(db: sa.Connection, number: int) -> ExplanationRequest:
    mine = EXPLANATION_REQUESTS.c.number == number
    row = db.execute(sa.select(EXPLANATION_REQUESTS).where(mine)).one_or_none()
    if row is None:
        raise ComputeError(
            say("không có yêu cầu giải trình số {n}.", "there is no request {n}.", n=number),
            do=say("Xem số bằng `bochiso explanations list`.", "`bochiso explanations list` shows them."),
        )
    return _with_units(db, row)


_UNIT_COLUMNS = [
    each for each in EXPLANATION_UNITS.c if each.name in ("unit", "name", "items", "sha256", "heir")
]


def _with_units(db: sa.Connection, row: sa.Row[Any]) -> ExplanationRequest:
    given: dict[str, list[Explanation]] = {}
    answers = sa.select(EXPLANATION_ANSWERS).where(EXPLANATION_ANSWERS.c.request == row.number)
    for each in db.execute(answers.order_by(EXPLANATION_ANSWERS.c.round)).mappings():
        kept = {name: value for name, value in each.items() if name not in ("request", "unit")}
        given.setdefault(each["unit"], []).append(
            Explanation(**{**kept, "state": ExplanationState(each["state"])})
        )
    mine = EXPLANATION_UNITS.c.request == row.number
    asked = db.execute(sa.select(*_UNIT_COLUMNS).where(mine).order_by(EXPLANATION_UNITS.c.place)).mappings()
    units = tuple(AskedUnit(**each, answers=tuple(given.get(each["unit"], ()))) for each in asked)
    own = {name: value for name, value in row._mapping.items() if name != "at"}
    return ExplanationRequest(**{**own, "origin": Origin(row.origin), "units": units})


def _not_asked(number: int, unit: str) -> ComputeError:
    return ComputeError(
        say("đơn vị {unit} không có trong yêu cầu giải trình số {n}.", "request {n} doesn't ask {unit}.",
            unit=unit, n=number),
    )  # fmt: skip
