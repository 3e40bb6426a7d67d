"""The register of tasks: what was given to whom, what units answered; nothing is deleted."""

from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa

from bochiso.errors import ComputeError
from bochiso.followup.steering_tasks import AnswerState, ReportFigures, Task, TaskAnswer
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.steering_tables import TASK_ANSWERS, TASKS
from bochiso.text import say


def known_tasks(ledger: Ledger) -> list[Task]:
    """Every task, those taken back too, by number."""
    with ledger.read() as db:
        return _tasks(db)


def _tasks(db: sa.Connection) -> list[Task]:
    return [_task(row) for row in db.execute(sa.select(TASKS).order_by(TASKS.c.number))]


def known_answers(ledger: Ledger, task: int | None = None) -> list[TaskAnswer]:
    """The answers to a task, or to all, in the order in which they came."""
    wanted = sa.select(TASK_ANSWERS).order_by(TASK_ANSWERS.c.at, TASK_ANSWERS.c.n)
    with ledger.read() as db:
        return [_answer(row) for row in db.execute(_of(wanted, task))]


def _of(wanted: sa.Select[Any], task: int | None) -> sa.Select[Any]:
    return wanted if task is None else wanted.where(TASK_ANSWERS.c.task == task)


def give_task(ledger: Ledger, task: Task, by: By) -> Task:
    """Keep a task under its number, which is made here. Raises ComputeError where it was given before."""
    with ledger.write() as db:
        before = [each for each in _tasks(db) if each.ended_at is None]
        asked = task.text, task.leads, task.last
        same = next((each for each in before if (each.text, each.leads, each.last) == asked), None)
        if same is not None:
            raise ComputeError(
                say("nhiệm vụ này đã giao, số {n}.", "this task was given before: {n}.", n=same.number)
            )
        number = db.execute(sa.select(sa.func.coalesce(sa.func.max(TASKS.c.number), 0))).scalar_one() + 1
        row = {
            "number": number, "text": task.text, "source": task.source, "leads": "\n".join(task.leads),
            "supports": "\n".join(task.supports), "last": task.last, "monthly": task.monthly,
            "report": task.report, "who": by.who, "at": by.at,
        }  # fmt: skip
        db.execute(sa.insert(TASKS), row)
        audit.append(db, by, "task.give", str(number), units=len(task.leads), last=task.last.isoformat(),
                     monthly=task.monthly, source=task.source)  # fmt: skip
        return next(each for each in _tasks(db) if each.number == number)


def withdraw_task(ledger: Ledger, number: int, because: str, by: By) -> Task:
    """Take a task back, with why. Raises ComputeError where no such one stands."""
    if not because.strip():
        raise ComputeError(say("thiếu lý do rút nhiệm vụ.", "the reason is missing."))
    with ledger.write() as db:
        found = _standing(db, number)
        ended = {"ended_by": by.who, "ended_at": by.at, "because": because.strip()[:1000]}
        db.execute(sa.update(TASKS).where(TASKS.c.number == number).values(ended))
        audit.append(db, by, "task.withdraw", str(number), because=because.strip()[:300])
        return found


def _standing(db: sa.Connection, number: int) -> Task:
    found = next((each for each in _tasks(db) if each.number == number and each.ended_at is None), None)
    if found is None:
        raise ComputeError(
            say("không có nhiệm vụ số {n} đang thực hiện.", "there is no open task {n}.", n=number),
            do=say("Xem số của từng nhiệm vụ bằng `bochiso tasks list`.", "`bochiso tasks list` has them."),
        )
    return found


def keep_answer(ledger: Ledger, answer: TaskAnswer, before: TaskAnswer | None, by: By) -> None:
    """Keep what a unit answered, after `before`. Raises ComputeError where something else came meanwhile."""
    with ledger.write() as db:
        _standing(db, answer.task)
        last = _last(db, answer.task, answer.period, answer.unit)
        if (last and (last.n, last.state)) != (before and (before.n, before.state)):
            raise ComputeError(
                say("báo cáo này vừa có người khác gửi hoặc xem.", "somebody just sent or saw this one."),
                do=say("Tải lại trang rồi gửi lại nếu cần.", "Load the page again."),
            )
        n = last.n + 1 if last else 1
        figures = msgspec.json.encode(answer.figures).decode() if answer.figures else ""
        row = {
            "task": answer.task, "period": answer.period, "unit": answer.unit, "n": n, "text": answer.text,
            "figures": figures, "who": by.who, "at": by.at, "state": AnswerState.SENT.value,
        }  # fmt: skip
        db.execute(sa.insert(TASK_ANSWERS), row)
        audit.append(db, by, "task.answer", str(answer.task), unit=answer.unit, period=answer.period, n=n)


def decide_answer(ledger: Ledger, answer: TaskAnswer, state: AnswerState, reason: str, by: By) -> None:
    """Accept an answer, or return it with a reason. Raises ComputeError for one that waits for nobody."""
    if state is AnswerState.RETURNED and not reason.strip():
        raise ComputeError(say("thiếu lý do trả lại.", "the reason is missing."))
    with ledger.write() as db:
        last = _last(db, answer.task, answer.period, answer.unit)
        if last is None or last.n != answer.n or last.state is not AnswerState.SENT:
            raise ComputeError(
                say("báo cáo này không còn chờ xem.", "this answer waits for nobody."),
                do=say("Tải lại trang.", "Load the page again."),
            )
        change = {"state": state.value, "decided_by": by.who, "decided_at": by.at}
        change["reason"] = reason.strip()[:2000]
        columns = TASK_ANSWERS.c
        key = sa.and_(
            columns.task == answer.task,
            columns.period == answer.period,
            columns.unit == answer.unit,
            columns.n == answer.n,
        )
        db.execute(sa.update(TASK_ANSWERS).where(key).values(change))
        audit.append(db, by, "task.decide", str(answer.task), unit=answer.unit, period=answer.period,
                     n=answer.n, state=state.value)  # fmt: skip


def _last(db: sa.Connection, task: int, period: str, unit: str) -> TaskAnswer | None:
    mine = TASK_ANSWERS.c.task == task, TASK_ANSWERS.c.period == period, TASK_ANSWERS.c.unit == unit
    wanted = sa.select(TASK_ANSWERS).where(*mine).order_by(TASK_ANSWERS.c.n.desc()).limit(1)
    row = db.execute(wanted).one_or_none()
    return _answer(row) if row else None


def _task(row: sa.Row[Any]) -> Task:
    last: date = row.last
    return Task(
        row.number, row.text, row.source, _codes(row.leads), _codes(row.supports), last, row.monthly,
        row.report, row.at, row.ended_at, row.because,
    )  # fmt: skip


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())


def _answer(row: sa.Row[Any]) -> TaskAnswer:
    figures = msgspec.json.decode(row.figures, type=ReportFigures) if row.figures else None
    return TaskAnswer(
        row.task, row.period, row.unit, row.n, row.text, figures, row.who, row.at, AnswerState(row.state),
        row.reason or None,
    )  # fmt: skip
