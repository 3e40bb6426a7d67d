"""A task once a day: at its hour in Việt Nam, made up for, tried again the same day, stopped cleanly."""

from datetime import UTC, datetime, time, timedelta
from threading import Event, Thread

import pytest
from waiting import PATIENCE

from bochiso.store.collection.scheduler import Attempt, is_due, next_day_at, retry_at, run_daily
from bochiso.text import now

SIX = time(6)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "done", "due"),
    [
        (utc(5, 22, 59), False, False),  # 05:59 of 6 October in Việt Nam
        (utc(5, 23, 0), False, True),
        (utc(6, 10, 0), False, True),  # the machine was off in the morning
        (utc(6, 10, 0), True, False),
        (utc(6, 17, 30), False, False),  # 00:30 of 7 October
    ],
)
def test_a_day_is_made_up_for_after_its_hour(at: datetime, done: bool, due: bool) -> None:
    assert is_due(SIX, at, done) is due


def test_what_is_not_whole_is_tried_again_in_half_an_hour() -> None:
    assert retry_at(Attempt(utc(6, 1), done=True)) is None
    assert retry_at(Attempt(utc(6, 1), done=False)) == utc(6, 1, 30)


def test_a_portal_that_refused_is_left_alone_for_longer() -> None:
    assert retry_at(Attempt(utc(6, 1), done=False, refused=True)) == utc(6, 3)
    assert retry_at(Attempt(utc(6, 1), done=False, refused=True, until=utc(6, 5))) == utc(6, 5)


def test_nothing_is_tried_again_after_midnight_in_viet_nam() -> None:
    assert retry_at(Attempt(utc(6, 16, 29), done=False)) == utc(6, 16, 59)
    assert retry_at(Attempt(utc(6, 16, 30), done=False)) is None


@pytest.mark.parametrize(
    ("at", "following"),
    [
        (utc(5, 22, 59), utc(5, 23)),  # 05:59 of 6 October in Việt Nam
        (utc(5, 23), utc(6, 23)),
        (utc(6, 16, 59), utc(6, 23)),
        (utc(6, 17, 30), utc(6, 23)),  # 00:30 of 7 October
        (utc(31, 10), utc(31, 23)),
    ],
)
def test_the_next_day_begins_at_its_hour_in_viet_nam(at: datetime, following: datetime) -> None:
    assert next_day_at(SIX, at) == following


def attempts(hour: time, done: bool) -> tuple[int, list[datetime]]:
    """How often a task is attempted within a moment, and when the next attempts are planned."""
    stop, begun, planned = Event(), Event(), list[datetime]()
    made = []

    def attempt() -> Attempt:
        made.append(now())
        return Attempt(now(), done=False)

    def plan(at: datetime) -> None:
        planned.append(at)
        begun.set()

    thread = Thread(target=lambda: run_daily(hour, attempt, lambda: done, stop, planned=plan))
    thread.start()
    assert begun.wait(PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    return len(made), planned


def test_a_missed_day_is_attempted_at_once_and_then_again() -> None:
    made, (next_time,) = attempts(time(0), done=False)
    assert made == 1
    assert timedelta(0) < next_time - now() <= timedelta(minutes=30)


def test_a_day_that_is_done_waits_for_the_next() -> None:
    made, (next_time,) = attempts(time(0), done=True)
    assert made == 0
    assert timedelta(0) < next_time - now() <= timedelta(days=1)


class Clock:
    """A clock that goes on while the machine sleeps: by half an hour whenever it is looked at."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=30)
        return self.at


class Woken(Event):
    """An event that nobody waits for: the clock goes on by itself."""

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        assert timeout <= 60
        return self.is_set()


def run_until(
    most: int, ends: list[Attempt | Exception], clock: Clock
) -> tuple[list[datetime], list[datetime]]:
    """When the first attempts of a task are made, ending as told, and when the next ones are planned."""
    made, planned, stop = list[datetime](), list[datetime](), Woken()

    def attempt() -> Attempt:
        made.append(clock.at)
        if len(made) == most:
            stop.set()
        end = ends[len(made) - 1]
        if isinstance(end, Exception):
            raise end
        return end

    run_daily(SIX, attempt, lambda: True, stop, clock=clock, planned=planned.append)
    return made, planned


def test_every_day_has_its_attempt_and_a_night_slept_through_is_made_up_for() -> None:
    ends = [Attempt(utc(5, 23), done=True), Attempt(utc(6, 23), done=True), Attempt(utc(7, 23), done=True)]
    made, planned = run_until(3, ends, Clock(utc(5, 20)))
    assert [at.astimezone(UTC).date().day for at in made] == [5, 6, 7]
    assert all(
        timedelta(0) <= at - utc(day, 23) < timedelta(hours=1)
        for at, day in zip(made, (5, 6, 7), strict=True)
    )
    assert planned == [utc(5, 23), utc(6, 23), utc(7, 23)]


def test_an_attempt_that_fails_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    ends = [ZeroDivisionError("of the program"), Attempt(utc(6, 1), done=True)]
    made, _ = run_until(2, ends, Clock(utc(5, 22)))
    assert len(made) == 2
    assert timedelta(minutes=30) <= made[1] - made[0] < timedelta(hours=2)
    assert "ZeroDivisionError" in caplog.text


def test_ctrl_c_ends_it_and_tells_the_attempt_to_stop() -> None:
    stop = Event()

    def interrupted(at: datetime) -> None:
        raise KeyboardInterrupt

    run_daily(SIX, lambda: Attempt(now(), done=True), lambda: True, stop, planned=interrupted)
    assert stop.is_set()
