"""Tasks: given, taken back, answered by units, looked at by the office; what stands in units' way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from duckdb import DuckDBPyConnection
from msgspec.structs import replace

from bochiso.errors import ComputeError
from bochiso.followup.duties import Duty
from bochiso.followup.steering_tasks import (
    AnswerState,
    Obstacle,
    ReportFigures,
    Task,
    TaskAnswer,
    TaskRound,
    TaskStanding,
    last_answers,
    rounds_until,
    shortened,
    standing_of,
    why_no_answer,
)
from bochiso.office.backend import Backend
from bochiso.rules.calendar import Calendar, builtin_calendar
from bochiso.rules.verdict import day_of
from bochiso.score.ranking import Standing
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.steering import obstacle_register, task_register
from bochiso.text import say
from bochiso.units.tops import province_of
from bochiso.units.tree import UnitTree

MOST_TEXT = 5_000
"""Signs of a unit's own words."""


@dataclass(frozen=True)
class RoundStanding:
    """How the units stand to one round of a task, those who lead in the order in which they were named."""

    of: TaskRound
    standings: dict[str, TaskStanding]
    answers: dict[str, TaskAnswer]

    def count(self, *states: TaskStanding) -> int:
        """How many units stand so."""
        return sum(each in states for each in self.standings.values())

    def province(self, tree: UnitTree) -> str:
        """Whose task it is, by the units that were asked. Raises ComputeError where they are of several."""
        above = {unit.code: unit.parent for unit in tree.units.values()}
        found = {province_of(unit, above) for unit in self.standings}
        if len(found) != 1:
            raise ComputeError(
                say("chưa rõ văn bản là của tỉnh nào.", "it isn't clear whose document it is."),
                do=say("Chọn tỉnh trong phần Thiết lập.", "Choose the province in the settings."),
            )
        return found.pop()


def give_task(backend: Backend, by: By, task: Task) -> Task:
    """Give a task to units. Raises ComputeError for what says nothing, is for nobody, or was given before."""
    text = " ".join(task.text.split())
    if not text or not task.source.strip():
        raise ComputeError(
            say("thiếu nội dung hoặc văn bản giao nhiệm vụ.", "the task's text or its document is missing.")
        )
    if not task.leads:
        raise ComputeError(
            say("thiếu đơn vị chủ trì.", "no unit is to lead."),
            do=say("Ghi mã đơn vị, như H15.50.", "Give units' codes, as H15.50."),
        )
    tidy = replace(
        task, text=text[:MOST_TEXT], source=" ".join(task.source.split())[:300],
        leads=tuple(dict.fromkeys(task.leads)),
        supports=tuple(each for each in dict.fromkeys(task.supports) if each not in task.leads),
    )  # fmt: skip
    with backend.open_ledger() as ledger:
        return task_register.give_task(ledger, tidy, by)


def withdraw_task(backend: Backend, by: By, number: int, because: str) -> Task:
    """Take a task back, with why. Raises ComputeError where no such one stands."""
    with backend.open_ledger() as ledger:
        return task_register.withdraw_task(ledger, number, because, by)


def answer_task(
    backend: Backend, by: By, asked: tuple[int, str, str], text: str, figures: ReportFigures | None,
    calendar: Calendar,
) -> None:  # fmt: skip
    """Answer a round of a task for a unit. `asked`: the task's number, the period, the unit.

    A late answer is taken, and known to be late. Raises ComputeError for one that is accepted already, of
    another unit's task, of one that was taken back, or that says nothing.
    """
    number, period, unit = asked
    with backend.open_ledger() as ledger:
        task = next((e for e in task_register.known_tasks(ledger) if e.number == number), None)
        rounds = rounds_until(task, day_of(by.at), calendar) if task else []
        of = next((each for each in rounds if each.period == period), None)
        before = last_answers(task_register.known_answers(ledger, number)).get((number, period, unit))
        why = why_no_answer(of, unit, before)
        if why is not None or of is None:
            raise ComputeError(why or say("không có nhiệm vụ này.", "there is no such task."))
        if not text.strip():
            raise ComputeError(say("chưa có nội dung báo cáo.", "the report says nothing."))
        answer = TaskAnswer(
            number, period, unit, 0, text.strip()[:MOST_TEXT], figures if of.task.report else None,
            by.who, by.at, AnswerState.SENT,
        )  # fmt: skip
        task_register.keep_answer(ledger, answer, before, by)


def decide_answer(backend: Backend, by: By, answer: TaskAnswer, *, accept: bool, reason: str = "") -> None:
    """Accept a unit's answer, or return it with a reason. Raises ComputeError."""
    state = AnswerState.ACCEPTED if accept else AnswerState.RETURNED
    with backend.open_ledger() as ledger:
        task_register.decide_answer(ledger, answer, state, reason, by)


def tell_obstacle(backend: Backend, by: By, told: Obstacle) -> Obstacle:
    """Tell of what stands in a unit's way. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return obstacle_register.tell_obstacle(ledger, told, by)


def answer_obstacle(backend: Backend, by: By, number: int, answer: str, *, solved: bool) -> Obstacle:
    """Answer what stands in a unit's way. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return obstacle_register.answer_obstacle(ledger, number, answer, solved, by)


def task_standings(
    ledger: Ledger, moment: datetime, calendar: Calendar, task: int | None = None
) -> list[RoundStanding]:
    """How units stand to every round of each task that stands, or of one, the newest last."""
    today = day_of(moment)
    answers = last_answers(task_register.known_answers(ledger, task))
    tasks = [each for each in task_register.known_tasks(ledger) if task in (None, each.number)]
    return [
        _standing(of, answers, today)
        for each in tasks
        if each.ended_at is None or task is not None
        for of in rounds_until(each, today, calendar)
    ]


def _standing(of: TaskRound, answers: dict[tuple[int, str, str], TaskAnswer], today: date) -> RoundStanding:
    own = {unit: answers.get((of.task.number, of.period, unit)) for unit in of.task.leads}
    standings = {
        unit: standing_of(of, answer, today, day_of(answer.at) if answer else None)
        for unit, answer in own.items()
    }
    return RoundStanding(of, standings, {unit: each for unit, each in own.items() if each is not None})


def task_duties(rounds: Sequence[RoundStanding]) -> Iterator[Duty]:
    """What tasks have waiting: for units what they have not answered, for the office what it has not seen."""
    for each in rounds:
        task, period = each.of.task, each.of.period
        path = f"/nhiem-vu/{task.number}" + (f"?ky={period}" if period else "")
        what = say("{text} ({source})", "{text} ({source})", text=shortened(task.text), source=task.source)
        for unit, state in each.standings.items():
            if state in (TaskStanding.WAITING, TaskStanding.OVERDUE, TaskStanding.RETURNED):
                answer = each.answers.get(unit)
                since = answer.at if answer else task.at
                yield Duty(f"{each.of.key}:{unit}", what, path, unit, each.of.last, since)
        if sent := each.count(TaskStanding.SENT):
            told = say("{n} báo cáo chờ xem: {what}", "{n} {n:report|reports} to look at: {what}",
                       n=sent, what=shortened(task.text))  # fmt: skip
            yield Duty(f"{each.of.key}:look", told, path, daily=True)


def obstacle_duties(obstacles: Iterable[Obstacle]) -> Iterator[Duty]:
    """What stands in units' way and waits for an answer: of the unit that has to solve it, or the office."""
    for each in obstacles:
        if each.solved or each.answer is not None:
            continue
        what = say("trả lời vướng mắc: {text}", "answer: {text}", text=shortened(each.text))
        yield Duty(f"obstacle:{each.number}", what, "/vuong-mac", each.owner, None, each.at)


def working_days(db: DuckDBPyConnection | None) -> Calendar:
    """The calendar that last days are counted by: the province's where it is known, else the country's."""
    return builtin_calendar() if db is None else calendar_of(db)


def figures_of_unit(day: date | None, standing: Standing | None, overdue: int | None) -> ReportFigures:
    """What a unit's report is filled with."""
    if standing is None:
        return ReportFigures(overdue=overdue)
    score = standing.score
    groups = {box.code: box.points for box in score.boxes if box.points is not None}
    return ReportFigures(
        day, score.total, standing.rank, standing.of, standing.grade.code if standing.grade else None,
        groups, overdue,
    )  # fmt: skip
