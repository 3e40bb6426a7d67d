"""The register of targets: which decision gave what to whom, what was taken back; nothing is deleted."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from bochiso.errors import ComputeError
from bochiso.followup.targets import WHOLE, Target
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import TARGETS
from bochiso.text import say
from bochiso.units.model import LEVEL_NAMES, Level


def known_targets(ledger: Ledger, moment: datetime | None = None) -> list[Target]:
    """Those that hold or will, or did until their last day; not those that were taken back.

    `moment`: as the register stood then; now where none is given.
    """
    with ledger.read() as db:
        if moment is None:
            return _kept(db)
        stood = TARGETS.c.at <= moment, sa.or_(TARGETS.c.ended_at.is_(None), TARGETS.c.ended_at > moment)
        rows = db.execute(sa.select(TARGETS).where(*stood).order_by(TARGETS.c.number))
        return [_target(row) for row in rows]


def _kept(db: sa.Connection) -> list[Target]:
    rows = db.execute(sa.select(TARGETS).where(TARGETS.c.ended_at.is_(None)).order_by(TARGETS.c.number))
    return [_target(row) for row in rows]


def give_targets(ledger: Ledger, targets: Sequence[Target], by: By, source: str = "") -> list[Target]:
    """Keep targets, all of them or none; those that stand already leave no line. Returns the new ones.

    Raises ComputeError where one asks another value of what stands for the same days.
    """
    with ledger.write() as db:
        before = _kept(db)
        fresh: list[Target] = []
        for each in targets:
            if any(_same(each, other) for other in (*before, *fresh)):
                continue
            against = next((other for other in (*before, *fresh) if each.contradicts(other)), None)
            if against is not None:
                raise ComputeError(
                    say(
                        "chỉ tiêu {what} giao cho {whom} trái với {other} ({decision}): {value}.",
                        "the target {what} for {whom} contradicts {other} ({decision}): {value}.",
                        what=WHOLE.get(each.what, each.what),
                        whom=LEVEL_NAMES[each.level] if each.level else each.unit,
                        other=say("chỉ tiêu số {n}", "target {n}", n=against.number) if against.number
                        else say("một chỉ tiêu khác của cùng bảng", "another one of the same table"),
                        decision=against.decision, value=against.value,
                    ),
                    do=say(
                        "Rút chỉ tiêu cũ bằng `bochiso targets withdraw`, hoặc sửa lại bảng.",
                        "Take the old one back with `bochiso targets withdraw`, or mend the table.",
                    ),
                )  # fmt: skip
            fresh.append(each)
        number = db.execute(sa.select(sa.func.coalesce(sa.func.max(TARGETS.c.number), 0))).scalar_one()
        for each in fresh:
            number += 1
            db.execute(sa.insert(TARGETS), {"number": number, "who": by.who, "at": by.at, **_row(each)})
        if fresh:
            decisions = sorted({each.decision for each in fresh})
            audit.append(db, by, "target.give", source, targets=len(fresh), decisions=decisions)
        return fresh


def withdraw_target(ledger: Ledger, number: int, by: By) -> Target:
    """Take a target back. Raises ComputeError where no such one stands."""
    with ledger.write() as db:
        found = next((each for each in _kept(db) if each.number == number), None)
        if found is None:
            raise ComputeError(
                say("không có chỉ tiêu số {n}.", "there is no target {n}.", n=number),
                do=say("Xem số của từng chỉ tiêu bằng `bochiso targets list`.",
                       "`bochiso targets list` shows their numbers."),
            )  # fmt: skip
        ended = {"ended_by": by.who, "ended_at": by.at}
        db.execute(sa.update(TARGETS).where(TARGETS.c.number == number).values(ended))
        audit.append(db, by, "target.withdraw", str(number), decision=found.decision, what=found.what)
        return found


def _same(one: Target, other: Target) -> bool:
    return _row(one) == _row(other)


def _row(each: Target) -> dict[str, Any]:
    return {
        "decision": each.decision, "what": each.what, "value": f"{each.value.normalize():f}",
        "first": each.first, "last": each.last, "level": each.level and each.level.value, "unit": each.unit,
    }  # fmt: skip


def _target(row: sa.Row[Any]) -> Target:
    level = Level(row.level) if row.level else None
    return Target(
        row.decision, row.what, Decimal(row.value), row.first, row.last, level, row.unit, row.number
    )
