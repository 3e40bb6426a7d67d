"""What stands in the ledger against the lines of the audit log that tell of it.

A decision and its line are written together. Where one is there without the other somebody went past the
program, or a disk kept one part of what it had said to have kept and lost the other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bochiso.store.people.audit import AuditLine, Deed, lines_of
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import (
    ACCOUNTS,
    AUDIT,
    ISSUED,
    KEYS,
    PUBLICATIONS,
    SETTINGS,
    TARGETS,
    WITHDRAWN,
)
from bochiso.store.people.tables.followup_tables import (
    APOLOGIES,
    EXPLANATION_REQUESTS,
    OBJECTIONS,
    PREVIEWS,
)
from bochiso.store.people.tables.steering_tables import ALARMS, OBSTACLES, TASKS
from bochiso.text import Text, say


@dataclass(frozen=True)
class _Register:
    """A table of which no row is ever removed; lines tell of each as it comes and as it ends.

    `name`, `begins`, `ends`: the columns with what a row is called and with those two moments; `begun`,
    `ended`: the deeds. `told`: the detail of a line that has the name; None: its subject.
    """

    label: Text
    table: sa.Table
    name: str
    begins: str
    begun: tuple[Deed, ...]
    ends: str | None = None
    ended: tuple[Deed, ...] = ()
    told: str | None = None

    def named(self, line: AuditLine) -> str:
        """What the row is called that a line tells of."""
        return line.subject if self.told is None else str(line.details.get(self.told, ""))


_REGISTERS = (
    _Register(say("khóa", "key"), KEYS, "name", "created_at", ("key.add",), "revoked_at", ("key.revoke",)),
    _Register(say("tài khoản", "account"), ACCOUNTS, "name", "created_at", ("account.add",)),
    _Register(say("bản công bố số", "publication"), PUBLICATIONS, "id", "proposed_at",
              ("publication.propose", "publication.publish"), "decided_at",
              ("publication.publish", "publication.reject"), "number"),
    _Register(say("lần đọc đã rút", "withdrawn reading"), WITHDRAWN, "seq", "at", ("snapshot.withdraw",)),
    _Register(say("văn bản đã lưu", "issued document"), ISSUED, "sha256", "at", ("document.issue",),
              told="sha256"),
    _Register(say("chỉ tiêu số", "target"), TARGETS, "number", "at", (), "ended_at", ("target.withdraw",)),
    _Register(say("yêu cầu giải trình số", "request for explanations"), EXPLANATION_REQUESTS, "number", "at",
              ("explanation.ask",), "ended_at", ("explanation.withdraw",)),
    _Register(say("lần mở xem trước số", "preview"), PREVIEWS, "number", "at", ("preview.open",),
              "closed_at", ("preview.close",), "number"),
    _Register(say("kiến nghị số", "objection"), OBJECTIONS, "number", "at", ("objection.file",),
              "decided_at", ("objection.decide",), "number"),
    _Register(say("văn bản xin lỗi số", "apology"), APOLOGIES, "number", "at", ("apology.record",),
              "ended_at", ("apology.withdraw",), "number"),
    _Register(say("nhiệm vụ số", "task"), TASKS, "number", "at", ("task.give",), "ended_at",
              ("task.withdraw",)),
    _Register(say("vướng mắc số", "obstacle"), OBSTACLES, "number", "at", ("obstacle.tell",),
              "answered_at", ("obstacle.answer",)),
    _Register(say("kết luận cảnh báo", "judged alarm"), ALARMS, "key", "at", ("alarm.judge",)),
)  # fmt: skip

_RIGHTS: tuple[Deed, ...] = ("account.change", "account.disable", "account.enable")
_OTHERS: tuple[Deed, ...] = (*_RIGHTS, "backup.restore", "setting.change")
_DEEDS: tuple[Deed, ...] = tuple({*_OTHERS, *(d for r in _REGISTERS for d in (*r.begun, *r.ended))})

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Told:
    """What the log tells. `first_at`: of its first line; what is older may have been told by lines that are
    dropped. `restored`: since when rights are no longer those of another ledger.
    """

    lines: Sequence[AuditLine]
    first_at: datetime
    restored: AuditLine | None

    def names(self, deeds: Sequence[Deed], named: Callable[[AuditLine], str]) -> set[str]:
        """What lines of these deeds name."""
        return {named(line) for line in self.lines if line.action in deeds}

    def must_tell(self, at: datetime) -> bool:
        """Whether there is a line of what was done at a moment."""
        return at >= self.first_at and (self.restored is None or at > self.restored.at)


def untold(ledger: Ledger) -> list[Text]:
    """What stands in the ledger otherwise than the log tells, or isn't there though it was told."""
    with ledger.read(still=True) as db:
        lines = lines_of(db, _DEEDS, _LATEST)
        first = db.execute(sa.select(AUDIT.c.at).order_by(AUDIT.c.seq).limit(1)).scalar_one_or_none()
        restored = next((each for each in reversed(lines) if each.action == "backup.restore"), None)
        told = _Told(lines, first or _LATEST, restored)
        found = [fault for each in _REGISTERS for fault in _register(db, each, told)]
        return [*found, *_rights(db, told), *_settings(db, told)]


def _register(db: sa.Connection, of: _Register, told: _Told) -> Iterator[Text]:
    column = of.table.c
    ends = column[of.ends] if of.ends else sa.null()
    rows = db.execute(sa.select(column[of.name], column[of.begins], ends)).all()
    begun = told.names(of.begun, of.named)
    ended = told.names(of.ended, of.named)
    for key, at, end in rows:
        name = str(key)
        if of.begun and name not in begun and told.must_tell(at):
            yield say("{label} {name}: có trong sổ cái mà nhật ký thao tác không ghi.",
                      "{label} {name}: in the ledger, yet no line of the audit log tells of it.",
                      label=of.label, name=name)  # fmt: skip
        elif (end is None and name in ended) or (
            end is not None and name not in ended and told.must_tell(end)
        ):
            yield _differs(of.label, name)
    for name in sorted(begun - {str(key) for key, _, _ in rows}):
        yield say("{label} {name}: nhật ký thao tác có ghi mà sổ cái không còn.",
                  "{label} {name}: told by the audit log, yet no longer in the ledger.",
                  label=of.label, name=name)  # fmt: skip


def _rights(db: sa.Connection, told: _Told) -> Iterator[Text]:
    """Rights that are others than the last line of them says: those of units and roles, and who is let in."""
    since = 0 if told.restored is None else told.restored.seq
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for line in told.lines:
        kind, _, deed = line.action.partition(".")
        if line.seq > since and (line.action in _RIGHTS or line.action in ("account.add", "key.add")):
            let_in = {} if deed == "change" else {"out": deed == "disable"}
            said.setdefault((kind, line.subject), {}).update({**line.details, **let_in})
    people = sa.select(ACCOUNTS.c.name, ACCOUNTS.c.role, ACCOUNTS.c.unit, ACCOUNTS.c.disabled_at)
    for name, role, unit, disabled_at in db.execute(people):
        if _other({"role": role, "unit": unit, "out": disabled_at is not None}, said.get(("account", name))):
            yield _differs(say("tài khoản", "account"), name)
    for name, unit in db.execute(sa.select(KEYS.c.name, KEYS.c.unit)):
        if _other({"unit": unit}, said.get(("key", name))):
            yield _differs(say("khóa", "key"), name)


def _other(now: Mapping[str, Any], said: Mapping[str, Any] | None) -> bool:
    """Whether something is otherwise than it was said to be last."""
    return said is not None and any(said.get(name, value) != value for name, value in now.items())


def _settings(db: sa.Connection, told: _Told) -> Iterator[Text]:
    last = {line.subject: line.details.get("after") for line in told.lines if line.action == "setting.change"}
    for name, value in db.execute(sa.select(SETTINGS.c.name, SETTINGS.c.value)):
        if name in last and last[name] != msgspec.json.decode(value):
            yield _differs(say("thiết lập", "setting"), name)


def _differs(label: Text, name: str) -> Text:
    return say(
        "{label} {name}: không như nhật ký thao tác đã ghi.",
        "{label} {name}: not as the audit log tells.",
        label=label,
        name=name,
    )
