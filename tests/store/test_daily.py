"""A task once a day: at its hour in Việt Nam, made up for, tried again the same day, stopped cleanly."""

from datetime import UTC, datetime, time, timedelta
from threading import Event, Thread

import pytest
from waiting import PATIENCE

from bochiso.store.daily import Attempt, is_due, retry_at, run_daily
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
