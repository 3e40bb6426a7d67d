"""Tasks of steering documents: who has to do what by when, month after month where it recurs, and who has."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from bochiso.rules.calendar import Calendar
from bochiso.text import Text, say

OPENS_DAYS = 10
"""A month's task waits from so many days before its last day."""

MOST_NAMED = 20
"""So many units that have not reported are named in a sentence; a table names all."""

SAME_MONTH = 15
"""A monthly last day after the 15th is of the same month's work, one before it of the month before."""


class Task(Struct, frozen=True):
    """What a document asks of units. leads: each of them answers; supports: they help, and see it.

    last: the last day; of a monthly one the first of them. report: what is answered is the unit's report,
    with its figures and what stands in its way.
    """

    number: int
    text: str
    source: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    last: date
    monthly: bool
    report: bool
    at: datetime
    ended_at: datetime | None = None
    because: str | None = None


class TaskRound(Struct, frozen=True):
    """One time that a task is to be done. period: the month as 2026-10, empty for what is done once."""

    task: Task
    period: str
    last: date

    @property
    def named(self) -> Text:
        """Its month in words; nothing for what is done once."""
        year, _, month = self.period.partition("-")
        return say("tháng {m}/{y}", "{y}-{m}", m=month, y=year) if month else say("", "")

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return f"task:{self.task.number}:{self.period}"


class AnswerState(StrEnum):
    """What became of a unit's answer."""

    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class ReportFigures(Struct, frozen=True):
    """A unit's figures as they were when it reported. groups: points by code. overdue: open dossiers past
    their day; None where no dossiers are known."""

    day: date | None = None
    total: Decimal | None = None
    rank: int | None = None
    of: int | None = None
    grade: str | None = None
    groups: dict[str, Decimal] = {}
    overdue: int | None = None


class TaskAnswer(Struct, frozen=True):
    """What a unit answered, and what became of that."""

    task: int
    period: str
    unit: str
    n: int
    text: str
    figures: ReportFigures | None
    who: str
    at: datetime
    state: AnswerState
    reason: str | None = None


class TaskStanding(StrEnum):
    """How a unit stands to a round of a task."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    SENT = "sent"
    RETURNED = "returned"
    DONE = "done"
    DONE_LATE = "done_late"


TASK_STANDINGS = {
    TaskStanding.WAITING: Text("chưa báo cáo, còn hạn", "not yet, in time"),
    TaskStanding.OVERDUE: Text("chưa báo cáo, quá hạn", "not yet, overdue"),
    TaskStanding.SENT: Text("đã gửi, chờ xem", "sent, to be looked at"),
    TaskStanding.RETURNED: Text("trả lại để bổ sung", "returned"),
    TaskStanding.DONE: Text("hoàn thành", "done"),
    TaskStanding.DONE_LATE: Text("hoàn thành, quá hạn", "done, late"),
}


class ObstacleKind(StrEnum):
    """What stands in a unit's way."""

    CONNECTION = "connection"
    SOFTWARE = "software"
    RULES = "rules"
    PEOPLE = "people"
    EQUIPMENT = "equipment"
    OTHER = "other"


OBSTACLE_KINDS = {
    ObstacleKind.CONNECTION: Text("kết nối, đồng bộ dữ liệu", "connections and synchronisation"),
    ObstacleKind.SOFTWARE: Text("phần mềm, chức năng của hệ thống", "software"),
    ObstacleKind.RULES: Text("quy định, quy trình thủ tục", "rules and procedures"),
    ObstacleKind.PEOPLE: Text("nhân lực", "people"),
    ObstacleKind.EQUIPMENT: Text("thiết bị, đường truyền", "equipment and lines"),
    ObstacleKind.OTHER: Text("vướng mắc khác", "other"),
}


class Obstacle(Struct, frozen=True):
    """What stands in a unit's way. owner: the unit that has to solve it, or ministry: the name of one;
    neither: the office. answer: None where nobody has answered yet."""

    number: int
    unit: str
    kind: ObstacleKind
    system: str
    since: date
    text: str
    at: datetime
    owner: str | None = None
    ministry: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    solved: bool = False


def rounds_until(task: Task, today: date, calendar: Calendar) -> list[TaskRound]:
    """The times that a task was or is to be done, the oldest first, without those that haven't opened yet.

    A last day on which offices don't work is moved to the next working day (Civil Code 2015, Article 148.5).
    """
    if not task.monthly:
        return [TaskRound(task, "", calendar.add_days(task.last, 0))]
    found: list[TaskRound] = []
    year, month = task.last.year, task.last.month
    while True:
        last = calendar.add_days(_day_of_month(year, month, task.last.day), 0)
        if last - timedelta(days=OPENS_DAYS) > today:
            return found
        found.append(TaskRound(task, _month_of(year, month, task.last.day), last))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _day_of_month(year: int, month: int, day: int) -> date:
    """A day of a month, its last one where the month is shorter."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), after - timedelta(days=1))


def _month_of(year: int, month: int, day: int) -> str:
    """Of which month's work a last day is.

    >>> _month_of(2026, 11, 5), _month_of(2026, 1, 5), _month_of(2026, 11, 25)
    ('2026-10', '2025-12', '2026-11')
    """
    if day > SAME_MONTH:
        return f"{year}-{month:02d}"
    return f"{year}-{month - 1:02d}" if month > 1 else f"{year - 1}-12"


def standing_of(of: TaskRound, answer: TaskAnswer | None, today: date, day_sent: date | None) -> TaskStanding:
    """How a unit stands to a round by its last answer; `day_sent`: the day in Việt Nam on which it came."""
    if answer is None:
        return TaskStanding.OVERDUE if of.last < today else TaskStanding.WAITING
    if answer.state is AnswerState.RETURNED:
        return TaskStanding.RETURNED
    if answer.state is AnswerState.SENT:
        return TaskStanding.SENT
    late = day_sent is not None and day_sent > of.last
    return TaskStanding.DONE_LATE if late else TaskStanding.DONE


def last_answers(answers: Iterable[TaskAnswer]) -> dict[tuple[int, str, str], TaskAnswer]:
    """The answer that holds of each task, period and unit."""
    found: dict[tuple[int, str, str], TaskAnswer] = {}
    for each in sorted(answers, key=lambda answer: answer.n):
        found[each.task, each.period, each.unit] = each
    return found


def progress_phrase(standings: Mapping[str, TaskStanding], names: Mapping[str, str]) -> Text:
    """How far a round is, as letters say it: "112/116 đơn vị đã báo cáo; chưa báo cáo: …"."""
    waiting = (TaskStanding.WAITING, TaskStanding.OVERDUE, TaskStanding.RETURNED)
    lacking = [names.get(unit, unit) for unit, state in standings.items() if state in waiting]
    done = say(
        "{n}/{of} đơn vị đã báo cáo", "{n} of {of} reported",
        n=f"{len(standings) - len(lacking):02d}", of=f"{len(standings):02d}",
    )  # fmt: skip
    if not lacking:
        return say("{done}.", "{done}.", done=done)
    named, rest = ", ".join(lacking[:MOST_NAMED]), len(lacking) - MOST_NAMED
    if rest > 0:
        return say("{done}; chưa báo cáo: {who} và {n} đơn vị khác.", "{done}; not yet: {who} and {n} more.",
                   done=done, who=named, n=rest)  # fmt: skip
    return say("{done}; chưa báo cáo: {who}.", "{done}; not yet: {who}.", done=done, who=named)


def why_no_answer(of: TaskRound | None, unit: str, before: TaskAnswer | None) -> Text | None:
    """Why a unit can't answer a round of a task now; None where it can. Being late is no reason."""
    if of is None:
        return say("chưa đến kỳ báo cáo này.", "this round hasn't opened.")
    if of.task.ended_at is not None:
        return say("nhiệm vụ số {n} đã được rút: {why}", "task {n} was taken back: {why}",
                   n=of.task.number, why=of.task.because or "")  # fmt: skip
    if unit not in of.task.leads:
        return say("nhiệm vụ số {n} không giao cho đơn vị này chủ trì.", "task {n} isn't this unit's.",
                   n=of.task.number)  # fmt: skip
    if before is not None and before.state is AnswerState.ACCEPTED:
        return say("báo cáo này đã được chấp nhận, không gửi lại được.", "this report was accepted already.")
    return None


def shortened(text: str, most: int = 90) -> str:
    """The beginning of a text, whole words.

    >>> shortened("Rà soát hồ sơ quá hạn", 14)
    'Rà soát hồ sơ…'
    """
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most + 1].rpartition(' ')[0]}…"


def by_owner(obstacles: Sequence[Obstacle]) -> dict[str, list[Obstacle]]:
    """Obstacles by who has to solve them: a ministry's name, a unit's code, or nothing for the office."""
    found: dict[str, list[Obstacle]] = {}
    for each in obstacles:
        found.setdefault(each.ministry or each.owner or "", []).append(each)
    return found
