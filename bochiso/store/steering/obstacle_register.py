"""What stands in units' way: told, owned by somebody, answered, solved; nothing is deleted."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from bochiso.errors import ComputeError
from bochiso.followup.steering_tasks import Obstacle, ObstacleKind
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.steering_tables import OBSTACLES
from bochiso.text import say


def known_obstacles(ledger: Ledger) -> list[Obstacle]:
    """Every obstacle that was told of, those that are open before the others."""
    with ledger.read() as db:
        found = db.execute(sa.select(OBSTACLES).order_by(OBSTACLES.c.solved, OBSTACLES.c.number))
        return [_obstacle(row) for row in found]


def tell_obstacle(ledger: Ledger, told: Obstacle, by: By) -> Obstacle:
    """Keep an obstacle under its number, which is made here. Raises ComputeError for what says nothing."""
    text = " ".join(told.text.split())[:2000]
    if not text:
        raise ComputeError(say("thiếu nội dung vướng mắc.", "what the obstacle is isn't said."))
    if told.since > by.at.date():
        raise ComputeError(say("ngày phát sinh ở tương lai.", "it can't have begun in the future."))
    with ledger.write() as db:
        number = db.execute(sa.select(sa.func.coalesce(sa.func.max(OBSTACLES.c.number), 0))).scalar_one() + 1
        row = {
            "number": number, "unit": told.unit, "kind": told.kind.value, "system": told.system[:200],
            "since": told.since, "owner": told.owner, "ministry": told.ministry and told.ministry[:200],
            "text": text, "who": by.who, "at": by.at, "solved": False,
        }  # fmt: skip
        db.execute(sa.insert(OBSTACLES), row)
        audit.append(db, by, "obstacle.tell", str(number), unit=told.unit, kind=told.kind.value,
                     owner=told.owner, ministry=told.ministry)  # fmt: skip
        return _one(db, number)


def answer_obstacle(ledger: Ledger, number: int, answer: str, solved: bool, by: By) -> Obstacle:
    """Answer an obstacle, and say whether it is solved. Raises ComputeError where there is no open one."""
    answer = answer.strip()[:2000]
    with ledger.write() as db:
        found = _one(db, number)
        if found.solved:
            what = say("vướng mắc số {n} đã giải quyết xong.", "obstacle {n} is solved.", n=number)
            raise ComputeError(what)
        if not answer:
            raise ComputeError(say("thiếu nội dung trả lời.", "the answer is missing."))
        change = {"answer": answer, "answered_by": by.who, "answered_at": by.at, "solved": solved}
        db.execute(sa.update(OBSTACLES).where(OBSTACLES.c.number == number).values(change))
        audit.append(db, by, "obstacle.answer", str(number), solved=solved)
        return _one(db, number)


def _one(db: sa.Connection, number: int) -> Obstacle:
    row = db.execute(sa.select(OBSTACLES).where(OBSTACLES.c.number == number)).one_or_none()
    if row is None:
        raise ComputeError(say("không có vướng mắc số {n}.", "there is no obstacle {n}.", n=number))
    return _obstacle(row)


def _obstacle(row: sa.Row[Any]) -> Obstacle:
    since: date = row.since
    return Obstacle(
        row.number, row.unit, ObstacleKind(row.kind), row.system, since, row.text, row.at, row.owner,
        row.ministry, row.answer, row.answered_at, row.solved,
    )  # fmt: skip
