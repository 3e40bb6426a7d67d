"""A task that is done once a day at an hour of Việt Nam, made up for, and tried again until it succeeds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event, Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from bochiso.text import VIETNAM, now

RETRY = timedelta(minutes=30)
"""After which a day's task that did not succeed is tried again."""

RETRY_AFTER_REFUSAL = timedelta(hours=2)
"""After which it is, where the source refused to be asked."""


@dataclass(frozen=True)
class Attempt:
    """How one attempt ended: whether the day's task is done, whether the source refused, until when."""

    ended_at: datetime
    done: bool
    refused: bool = False
    until: datetime | None = None


def is_due(hour: time, at: datetime, done: bool) -> bool:
    """Whether today's task, not done yet, should have been begun by now."""
    return not done and at.astimezone(VIETNAM).time() >= hour


def retry_at(attempt: Attempt) -> datetime | None:
    """When to try again the same day; None where it is done, or the day would be over."""
    if attempt.done:
        return None
    at = attempt.ended_at + (RETRY_AFTER_REFUSAL if attempt.refused else RETRY)
    if attempt.until is not None:
        at = max(at, attempt.until)
    same_day = at.astimezone(VIETNAM).date() == attempt.ended_at.astimezone(VIETNAM).date()
    return at if same_day else None


def run_daily(
    hour: time,
    attempt: Callable[[], Attempt],
    is_done: Callable[[], bool],
    stop: Event,
    *,
    clock: Callable[[], datetime] = now,
    planned: Callable[[datetime], None] = lambda _: None,
) -> None:
    """Attempt the task every day at `hour` of Việt Nam until `stop` is set or Ctrl+C.

    At once where today's is due and not done. One attempt at a time; `planned` is told of the
    next one. An attempt under way ends before this returns: `stop` is set for it to see.
    """
    daily = CronTrigger(hour=hour.hour, minute=hour.minute, timezone=VIETNAM)
    scheduler = BackgroundScheduler(
        timezone=VIETNAM,
        executors={"default": ThreadPoolExecutor(1)},
        # What was missed while the machine slept is made up for, once.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    at_work = Lock()

    def tick() -> None:
        with at_work:
            if stop.is_set():
                return
            again = retry_at(attempt())
            if stop.is_set():
                return
            if again is not None:
                scheduler.modify_job("daily", next_run_time=again)
            planned(again or daily.get_next_fire_time(None, clock()))

    due = is_due(hour, clock(), is_done())
    first = clock() if due else daily.get_next_fire_time(None, clock())
    scheduler.add_job(tick, daily, id="daily", next_run_time=first)
    if not due:
        planned(first)
    scheduler.start()
    try:
        stop.wait()
    except KeyboardInterrupt:
        stop.set()
    with at_work:  # an attempt under way may yet plan the next one, which a shutdown would not let it
        pass
    scheduler.shutdown(wait=True)
