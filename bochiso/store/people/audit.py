"""The audit log: every change and every export, line after line, each sealing the one before.

Whoever does something by a command and on a page leaves the same line, but for who and from where:
`bochiso.office` is the one way to both. What systems send is in the journal, each message with its sender.

A line's hash covers the line and the hash before it, so that a line that was changed, removed or put
in shows. `audit_ends` says where the log starts and ends. Whoever can rewrite the whole ledger can
rewrite the chain too: an office that keeps the last hash elsewhere sees that as well.

A line names officers' accounts, units, procedures and figures; never a citizen. Of a public network
address only the network is kept, which is enough to see that a password was used elsewhere.
"""

import getpass
import ipaddress
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

import sqlalchemy as sa

from bochiso.errors import StoreError
from bochiso.store.people.ledger_tables import AUDIT, AUDIT_ENDS
from bochiso.text import say

MONTH = timedelta(days=31)
PRUNE_EVERY, PRUNE_MOST = timedelta(days=1), timedelta(days=7)
SELDOM = timedelta(minutes=1)
"""Of refusals that repeat, one line in so long is enough: a flood of them leaves no flood of lines."""

Deed = Literal[
    "access.refused",
    "account.add", "account.change", "account.disable", "account.enable", "account.link", "account.password",
    "account.recovery-code", "account.totp-on", "account.totp-reset", "account.unlock",
    "alarm.judge",
    "apology.record", "apology.withdraw",
    "audit.prune",
    "backup.make", "backup.restore",
    "boundaries.keep",
    "collect",
    "contact.change",
    "document.draft", "document.issue", "document.make", "document.public",
    "dossiers.export",
    "emblem.keep",
    "evidence.forget",
    "explanation.answer", "explanation.ask", "explanation.causes", "explanation.decide", "explanation.move",
    "explanation.withdraw",
    "facts.export", "facts.rebuild",
    "form.keep",
    "handling.keep",
    "import",
    "key.add", "key.login", "key.refused", "key.revoke",
    "measure",
    "message.again", "message.fail", "message.send",
    "objection.decide", "objection.file",
    "office.settings",
    "petitions.export",
    "preview.close", "preview.open",
    "procedure.map", "procedure.unmap", "unit.map", "unit.unmap",
    "publication.propose", "publication.publish", "publication.reject",
    "rules.days", "rules.eras",
    "session.begin", "session.close", "session.code-refused", "session.end", "session.refused",
    "setting.change",
    "snapshot.withdraw",
    "obstacle.answer", "obstacle.tell",
    "target.give", "target.withdraw",
    "task.answer", "task.decide", "task.give", "task.withdraw",
    "unit-name.forget", "unit-name.match",
    "unit.heir",
    "units.predecessors",
]  # fmt: skip
"""What a line may tell; the type checker holds every writer to it."""


COMINGS = ("session.", "access.", "key.login", "key.refused")
"""How deeds begin that only tell who came: they change nothing that readers are shown."""

DECIDED = "bochiso_decided"
"""Set among the `info` of a connection in whose transaction anything else was done."""


@dataclass(frozen=True)
class By:
    """Who does something, when, and from which network address.

    `who` is an account's name; `#name` is a user of the machine itself, at the command line.
    """

    who: str
    at: datetime
    address: str = ""


def by_command_line(at: datetime) -> By:
    """Whoever works at the machine itself."""
    try:
        return By(f"#{getpass.getuser()}", at)
    except (OSError, KeyError):  # a user without a name, as in a container
        return By("#", at)


@dataclass(frozen=True)
class AuditLine:
    """One line of the log; the moment is UTC."""

    seq: int
    at: datetime
    who: str
    address: str
    action: str
    subject: str
    details: dict[str, Any]


def append(db: sa.Connection, by: By, action: Deed, subject: str = "", /, **details: Any) -> None:
    """Add a line, in the transaction of the change itself, which holds the ledger's lock."""
    ends = db.execute(sa.select(AUDIT_ENDS)).one()
    line = AuditLine(
        ends.last_seq + 1, by.at.astimezone(UTC), by.who, network(by.address), action, subject, details
    )
    digest = line_hash(ends.last_hash, line)
    row = {**vars(line), "details": _plain(details), "hash": digest}
    db.execute(sa.insert(AUDIT), row)
    db.execute(sa.update(AUDIT_ENDS).values(last_seq=line.seq, last_hash=digest))
    if not action.startswith(COMINGS):
        db.info[DECIDED] = True


def append_seldom(db: sa.Connection, by: By, action: Deed, subject: str = "") -> None:
    """`append`, unless there was such a line, of the same one at the same network, a moment ago."""
    same = sa.select(AUDIT.c.seq).where(
        AUDIT.c.action == action, AUDIT.c.subject == subject, AUDIT.c.who == by.who,
        AUDIT.c.address == network(by.address), AUDIT.c.at > by.at - SELDOM, AUDIT.c.at <= by.at,
        AUDIT.c.seq > sa.select(AUDIT_ENDS.c.last_seq - 1000).scalar_subquery(),
    )  # fmt: skip
    if db.execute(same.limit(1)).one_or_none() is None:
        append(db, by, action, subject)


def lines(db: sa.Connection, most: int | None = None) -> list[AuditLine]:
    """The newest lines, oldest first; all where `most` isn't given."""
    newest = db.execute(sa.select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(most))
    return [line_of(row) for row in newest][::-1]


def lines_of(db: sa.Connection, actions: Sequence[Deed], until: datetime) -> list[AuditLine]:
    """Every line of some deeds up to a moment, oldest first; those that were pruned are gone."""
    wanted = sa.select(AUDIT).where(AUDIT.c.action.in_(actions), AUDIT.c.at <= until).order_by(AUDIT.c.seq)
    return [line_of(row) for row in db.execute(wanted)]


def last_of(db: sa.Connection, action: Deed) -> datetime | None:
    """When something was done last; None where never, or so long ago that the line is gone."""
    wanted = sa.select(sa.func.max(AUDIT.c.at)).where(AUDIT.c.action == action)
    found: datetime | None = db.execute(wanted).scalar_one()
    return found


def prune(db: sa.Connection, by: By, months: int) -> None:
    """Drop the lines that are older than the log is kept, and say so in it; the rest stays sealed.

    Once a day at most, and no more than a week of them: a clock that is wrong for once loses no more.
    """
    first_at = db.execute(sa.select(AUDIT.c.at).order_by(AUDIT.c.seq).limit(1)).scalar_one_or_none()
    before = last_of(db, "audit.prune")
    if first_at is None or (before is not None and timedelta() <= by.at - before < PRUNE_EVERY):
        return
    until = min(by.at - months * MONTH, first_at + PRUNE_MOST)
    young = sa.select(sa.func.min(AUDIT.c.seq)).where(AUDIT.c.at >= until)
    first = db.execute(young).scalar_one()
    old = sa.select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)
    last = db.execute(old if first is None else old.where(AUDIT.c.seq < first)).one_or_none()
    if last is None:
        return
    db.execute(sa.update(AUDIT_ENDS).values(first_seq=last.seq + 1, before_hash=last.hash))
    db.execute(sa.delete(AUDIT).where(AUDIT.c.seq <= last.seq))
    append(db, by, "audit.prune", through=last.seq)


def network(address: str) -> str:
    """What is kept of a network address: all of one inside, of a public one the network alone.

    >>> network("10.1.2.3"), network("113.160.5.9"), network("2405:4802:1::9"), network("testclient")
    ('10.1.2.3', '113.160.5.0/24', '2405:4802:1::/48', '')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_private:
        return str(found)
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def shown(found: list[AuditLine]) -> Iterator[dict[str, str]]:
    """Lines as rows of a table or a CSV."""
    for each in found:
        yield {
            "seq": str(each.seq),
            "at": each.at.isoformat(),
            "who": each.who,
            "address": each.address,
            "action": each.action,
            "subject": each.subject,
            "details": _plain(each.details),
        }


def line_of(row: sa.Row[Any]) -> AuditLine:
    """A line as it is stored. Raises StoreError for one that is damaged."""
    try:
        details = json.loads(row.details)
    except (TypeError, ValueError) as error:
        raise StoreError(
            say("dòng {n:d} của nhật ký bị hỏng.", "line {n:d} of the log is damaged.", n=row.seq or 0),
            do=say("Khôi phục sổ cái từ bản sao lưu.", "Restore the ledger from a backup."),
        ) from error
    return AuditLine(row.seq, row.at, row.who, row.address, row.action, row.subject, details)


def line_hash(before: str, line: AuditLine) -> str:
    """What seals a line and, by the hash of the one before it, all before it."""
    said = [line.seq, line.at.isoformat(), line.who, line.address, line.action, line.subject, line.details]
    return sha256(f"{before}\n{_plain(said)}".encode()).hexdigest()


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
