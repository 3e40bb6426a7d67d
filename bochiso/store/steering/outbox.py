"""The queue of messages: each is made once by its key, tried until it arrives or its time is over.

What was handed over and never answered for is neither sent again nor forgotten: it stands as unsure, until
somebody says that it shall go once more.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.store.people import audit
from bochiso.store.people.audit import By, Deed
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.steering_tables import OUTBOX
from bochiso.text import Lang, Text, say

RETRY_MINUTES = (1, 5, 15, 60)
"""After how long a message is tried again, the last of them from then on."""

KEEP = timedelta(days=1)
"""How long a message is worth sending, unless it says otherwise."""


class WayOut(StrEnum):
    """By which channel a message goes."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """What became of a message. HANDED: it is being handed over, or was when the program ended."""

    WAITING = "waiting"
    HANDED = "handed"
    SENT = "sent"
    REFUSED = "refused"
    EXPIRED = "expired"
    STOPPED = "stopped"
    UNSURE = "unsure"


MESSAGE_STATES = {
    MessageState.WAITING: Text("chờ gửi", "waiting"),
    MessageState.HANDED: Text("đang gửi", "being sent"),
    MessageState.SENT: Text("đã gửi", "sent"),
    MessageState.REFUSED: Text("bị từ chối", "refused"),
    MessageState.EXPIRED: Text("hết thời gian gửi", "its time is over"),
    MessageState.STOPPED: Text("không gửi: người nhận đã thôi nhận", "not sent: its reader wants none"),
    MessageState.UNSURE: Text("không rõ đã đến hay chưa", "unsure whether it arrived"),
}


class NewMessage(Struct, frozen=True):
    """A message to be sent. `account`: whom it is for; None for the webhook."""

    key: str
    way: WayOut
    account: str | None
    subject: str
    body: str


class QueuedMessage(Struct, frozen=True):
    """A message of the queue; moments are UTC. `why`: the last reason for which it did not arrive."""

    number: int
    key: str
    way: WayOut
    account: str | None
    subject: str
    body: str
    made_at: datetime
    expires_at: datetime
    state: MessageState
    tries: int
    next_at: datetime
    changed_at: datetime
    why: Text | None


class MessageOutcome(Struct, frozen=True):
    """What became of a message, by whom and when; WAITING: it is tried again later."""

    message: QueuedMessage
    state: MessageState
    by: By
    why: Text | None = None


def enqueue(ledger: Ledger, messages: Sequence[NewMessage], at: datetime, keep: timedelta = KEEP) -> int:
    """Put messages into the queue, all at once, but those whose key was ever there; how many are new."""
    with ledger.write() as db:
        known = _known(db, [each.key for each in messages])
        fresh = {each.key: each for each in messages if each.key not in known}
        number = db.execute(sa.select(sa.func.coalesce(sa.func.max(OUTBOX.c.number), 0))).scalar_one()
        rows = [
            {
                "number": number + n, "key": each.key, "channel": each.way.value, "account": each.account,
                "subject": each.subject, "body": each.body, "made_at": at, "expires_at": at + keep,
                "state": MessageState.WAITING.value, "tries": 0, "next_at": at, "changed_at": at, "why": "",
            }
            for n, each in enumerate(fresh.values(), start=1)
        ]  # fmt: skip
        if rows:
            db.execute(sa.insert(OUTBOX), rows)
        return len(rows)


def take_up(ledger: Ledger, by: By) -> int:
    """What a program that ended had in its hands becomes unsure; how many these were.

    Only for who is alone in sending.
    """
    with ledger.write() as db:
        left = db.execute(_in_state(MessageState.HANDED)).all()
        for row in left:
            _become(db, row.number, MessageState.UNSURE, by.at, say(
                "chương trình dừng khi đang gửi", "the program ended while it was being sent"
            ))  # fmt: skip
            audit.append(db, by, "message.fail", row.key, to=row.account, state=MessageState.UNSURE.value)
        return len(left)


def due_messages(
    ledger: Ledger, at: datetime, ways: Iterable[WayOut] = WayOut, most: int = 100
) -> list[QueuedMessage]:
    """The messages of some ways whose time has come, the oldest first.

    A time further off than any that is ever waited for is of a clock that was set back: it has come, too.
    """
    furthest = at + timedelta(minutes=RETRY_MINUTES[-1])
    soon = sa.or_(OUTBOX.c.next_at <= at, OUTBOX.c.next_at > furthest)
    with ledger.read() as db:
        waiting = _in_state(MessageState.WAITING).where(soon, OUTBOX.c.channel.in_([*ways]))
        found = db.execute(waiting.limit(most))
        return [_message(row) for row in found]


def hand_over(ledger: Ledger, number: int, at: datetime, ended: Sequence[MessageOutcome] = ()) -> None:
    """Write down that a message is about to be handed over, before it is.

    With it what became of those before: a flush to disk takes longer than a letter.
    """
    with ledger.write() as db:
        _settle(db, ended)
        _become(db, number, MessageState.HANDED, at)


def settle(ledger: Ledger, ended: Sequence[MessageOutcome]) -> None:
    """Write down what became of messages, each with its line."""
    if ended:
        with ledger.write() as db:
            _settle(db, ended)


def _settle(db: sa.Connection, ended: Sequence[MessageOutcome]) -> None:
    for message, state, by, why in ((each.message, each.state, each.by, each.why) for each in ended):
        if state is MessageState.WAITING:
            minutes = RETRY_MINUTES[min(message.tries, len(RETRY_MINUTES) - 1)]
            later = {"tries": message.tries + 1, "next_at": by.at + timedelta(minutes=minutes)}
            _become(db, message.number, state, by.at, why, **later)
            continue
        _become(db, message.number, state, by.at, why, tries=message.tries + 1)
        deed: Deed = "message.send" if state is MessageState.SENT else "message.fail"
        audit.append(db, by, deed, message.key, to=message.account, way=message.way.value, state=state.value)


def send_again(ledger: Ledger, number: int, by: By) -> None:
    """Send once more what was refused, is unsure, or whose time was over. Raises ComputeError for another."""
    ended = (MessageState.REFUSED, MessageState.UNSURE, MessageState.EXPIRED)
    with ledger.write() as db:
        row = db.execute(sa.select(OUTBOX).where(OUTBOX.c.number == number)).one_or_none()
        if row is None or row.state not in ended:
            raise ComputeError(
                say("tin số {n} không chờ ai quyết định.", "message {n} waits for no decision.", n=number),
                do=say("Xem lại hàng đợi.", "Look at the queue again."),
            )
        again = {"next_at": by.at, "expires_at": by.at + KEEP, "tries": 0}
        _become(db, number, MessageState.WAITING, by.at, None, **again)
        audit.append(db, by, "message.again", row.key, to=row.account)


def newest_messages(ledger: Ledger, most: int = 100) -> list[QueuedMessage]:
    """The newest messages, those that wait for somebody's decision before all others."""
    open_first = sa.case((OUTBOX.c.state.in_([MessageState.UNSURE, MessageState.REFUSED]), 0), else_=1)
    with ledger.read() as db:
        found = db.execute(sa.select(OUTBOX).order_by(open_first, OUTBOX.c.number.desc()).limit(most))
        return [_message(row) for row in found]


def counts_by_state(ledger: Ledger) -> dict[MessageState, int]:
    """How many messages are in each state."""
    with ledger.read() as db:
        found = db.execute(sa.select(OUTBOX.c.state, sa.func.count()).group_by(OUTBOX.c.state))
        return {MessageState(state): n for state, n in found}


def _known(db: sa.Connection, keys: Sequence[str]) -> set[str]:
    """Asked in parts: a database takes so many values at once."""
    parts = (keys[at : at + _PART] for at in range(0, len(keys), _PART))
    asked = (db.execute(sa.select(OUTBOX.c.key).where(OUTBOX.c.key.in_(part))).scalars() for part in parts)
    return {key for found in asked for key in found}


_PART = 5_000


def last_made(ledger: Ledger, prefix: str, until: datetime) -> dict[str, datetime]:
    """When each account's last message was made whose key begins so.

    Those of a later day, of a clock that was wrong, don't count.
    """
    wanted = (
        sa.select(OUTBOX.c.account, sa.func.max(OUTBOX.c.made_at))
        .where(OUTBOX.c.key.startswith(prefix), OUTBOX.c.account.is_not(None), OUTBOX.c.made_at <= until)
        .group_by(OUTBOX.c.account)
    )
    with ledger.read() as db:
        return {row[0]: row[1] for row in db.execute(wanted)}


def _in_state(state: MessageState) -> sa.Select[Any]:
    return sa.select(OUTBOX).where(OUTBOX.c.state == state.value).order_by(OUTBOX.c.number)


def _become(
    db: sa.Connection, number: int, state: MessageState, at: datetime, why: Text | None = None, **more: Any
) -> None:
    said = json.dumps([why.render(lang) for lang in Lang], ensure_ascii=False) if why else ""
    values = {"state": state.value, "changed_at": at, **more} | ({"why": said} if why else {})
    db.execute(sa.update(OUTBOX).where(OUTBOX.c.number == number).values(values))


def _message(row: sa.Row[Any]) -> QueuedMessage:
    return QueuedMessage(
        row.number, row.key, WayOut(row.channel), row.account, row.subject, row.body, row.made_at,
        row.expires_at, MessageState(row.state), row.tries, row.next_at, row.changed_at,
        _reason(row.why),
    )  # fmt: skip


def _reason(kept: str) -> Text | None:
    if not kept:
        return None
    vi, en = json.loads(kept)
    return Text("{vi}", "{en}", {"vi": vi, "en": en})
