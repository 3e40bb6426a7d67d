"""Tasks: when they recur, who is late, who can answer, what is told of when, the sentence for letters."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.followup.duties import Duty, Whose, duties_of, is_to_tell, reminder
from bochiso.followup.steering_tasks import (
    OPENS_DAYS,
    AnswerState,
    Task,
    TaskAnswer,
    TaskRound,
    TaskStanding,
    last_answers,
    progress_phrase,
    rounds_until,
    standing_of,
    why_no_answer,
)
from bochiso.rules.calendar import builtin_calendar
from bochiso.text import Lang, Text

CALENDAR = builtin_calendar()
AT = datetime(2026, 4, 14, tzinfo=UTC)


def task(last: date, *, monthly: bool = False, **more: object) -> Task:
    return Task(7, "Báo cáo", "CV 1", ("H15.1", "H15.2"), ("H15.3",), last, monthly, True, AT, **more)  # type: ignore[arg-type]


def answer(n: int, state: AnswerState, unit: str = "H15.1") -> TaskAnswer:
    return TaskAnswer(7, "", unit, n, "…", None, "hoa", AT, state)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 31), st.integers(0, 400))
def test_a_monthly_task_opens_by_itself_once_a_month_and_its_last_days_are_working_days(
    first: date, day: int, later: int
) -> None:
    first = min(first.replace(day=1) + timedelta(days=day - 1), first.replace(day=28) + timedelta(days=3))
    found = rounds_until(task(first, monthly=True), first + timedelta(days=later), CALENDAR)
    assert len({each.period for each in found}) == len(found)
    assert [each.last for each in found] == sorted(each.last for each in found)
    assert all(CALENDAR.is_working(each.last) for each in found)
    assert all(each.last - timedelta(days=OPENS_DAYS) <= first + timedelta(days=later) for each in found)
    assert len(found) >= later // 31


def test_a_last_day_that_is_off_is_the_next_working_day() -> None:
    (sunday,) = rounds_until(task(date(2026, 11, 15)), date(2026, 1, 1), CALENDAR)
    assert sunday.last == date(2026, 11, 16)
    periods = [each.period for each in rounds_until(task(date(2026, 11, 5), monthly=True), date(2027, 1, 20),
                                                    CALENDAR)]  # fmt: skip
    assert periods == ["2026-10", "2026-11", "2026-12"]


@pytest.mark.parametrize(
    ("state", "sent", "standing"),
    [
        (None, None, TaskStanding.OVERDUE),
        (AnswerState.SENT, date(2026, 5, 20), TaskStanding.SENT),
        (AnswerState.RETURNED, date(2026, 5, 4), TaskStanding.RETURNED),
        (AnswerState.ACCEPTED, date(2026, 5, 5), TaskStanding.DONE),
        (AnswerState.ACCEPTED, date(2026, 5, 6), TaskStanding.DONE_LATE),
    ],
)
def test_how_a_unit_stands(state: AnswerState | None, sent: date | None, standing: TaskStanding) -> None:
    of = TaskRound(task(date(2026, 5, 5)), "", date(2026, 5, 5))
    last = answer(1, state) if state else None
    assert standing_of(of, last, date(2026, 5, 6), sent) is standing
    assert standing_of(of, None, date(2026, 5, 5), None) is TaskStanding.WAITING


def test_who_can_answer_and_who_can_not() -> None:
    of = TaskRound(task(date(2026, 5, 5)), "", date(2026, 5, 5))
    assert why_no_answer(of, "H15.1", answer(1, AnswerState.RETURNED)) is None
    gone = TaskRound(task(date(2026, 5, 5), ended_at=AT, because="đã có văn bản thay thế"), "", of.last)
    refusals = [
        why_no_answer(None, "H15.1", None),
        why_no_answer(of, "H15.3", None),
        why_no_answer(gone, "H15.1", None),
        why_no_answer(of, "H15.1", answer(1, AnswerState.ACCEPTED)),
    ]  # fmt: skip
    told = [each.render(Lang.VI) for each in refusals if each]
    assert len(told) == 4
    assert "đã có văn bản thay thế" in told[2]
    answers = [answer(2, AnswerState.SENT), answer(1, AnswerState.RETURNED)]
    assert last_answers(answers)[7, "", "H15.1"].n == 2


def test_letters_say_how_many_reported_and_who_did_not() -> None:
    states = {"H15.1": TaskStanding.DONE_LATE, "H15.2": TaskStanding.RETURNED, "H15.3": TaskStanding.SENT}
    found = progress_phrase(states, {"H15.2": "Xã Ea Kar"}).render(Lang.VI)
    assert found == "02/03 đơn vị đã báo cáo; chưa báo cáo: Xã Ea Kar."
    assert progress_phrase({"H15.1": TaskStanding.DONE}, {}).render(Lang.VI) == "01/01 đơn vị đã báo cáo."


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=30, unique=True))
def test_each_reminder_is_given_once_whatever_days_are_left_out(days: list[int]) -> None:
    last = date(2026, 10, 10)
    duty = Duty("task:1", Text("", ""), "/", "H15.1", last)
    told: list[int | None] = []
    before = datetime(2026, 1, 1, 5, tzinfo=UTC)
    for day in sorted(last + timedelta(days=n) for n in days):
        if is_to_tell(duty, day, before, (7, 3, 1)):
            told.append(reminder(duty, day, (7, 3, 1)))
            before = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    assert None not in told
    assert len(set(told)) == len(told)
    wanted = {reminder(duty, last + timedelta(days=n), (7, 3, 1)) for n in days} - {None}
    assert set(told) == wanted


def test_what_is_new_or_changes_daily_is_told_and_the_nearest_stands_first() -> None:
    old = Duty("a", Text("", ""), "/", "H15.1", date(2026, 12, 31))
    before = datetime(2026, 10, 6, tzinfo=UTC)
    day = date(2026, 10, 7)
    assert is_to_tell(old, day, None, (7,))
    assert not is_to_tell(old, day, before, (7,))
    assert is_to_tell(Duty("b", Text("", ""), "/", "H15.1", None, datetime(2026, 10, 6, 9, tzinfo=UTC)), day,
                      before, (7,))  # fmt: skip
    assert is_to_tell(Duty("c", Text("", ""), "/", "H15.1", daily=True), day, before, (7,))
    near = Duty("d", Text("", ""), "/", "H15.1", day)
    own = Duty("e", Text("", ""), "/")
    assert [each.key for each in duties_of([old, own, near], Whose(frozenset({"H15.1"})))] == ["d", "a"]
    assert [each.key for each in duties_of([old, own], Whose(office=True))] == ["e"]
