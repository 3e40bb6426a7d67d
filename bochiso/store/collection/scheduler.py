"""A task that is done once a day at an hour of Việt Nam, made up for, and tried again until it succeeds."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event

from bochiso.text import VIETNAM, now

RETRY = timedelta(minutes=30)
"""After which a day's task that did not succeed is tried again."""

RETRY_AFTER_REFUSAL = timedelta(hours=2)
"""After which it is, where the source refused to be asked."""

_LONGEST_WAIT = 60.0

_log = logging.getLogger(__name__)


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

    At once where today's is due and not done. One attempt at a time, in this thread; `planned` is
    told of the next one. An attempt under way ends before this returns: `stop` is set for it to see.
    """
    try:
        if is_due(hour, clock(), is_done()):
            following = clock()
        else:
            following = next_day_at(hour, clock())
            planned(following)
        while not _wait(following, stop, clock):
            again = retry_at(_made(attempt, clock))
            if stop.is_set():
                return
            following = again or next_day_at(hour, clock())
            planned(following)
    except KeyboardInterrupt:
        stop.set()


def _made(attempt: Callable[[], Attempt], clock: Callable[[], datetime]) -> Attempt:
    """How an attempt ended; a fault of the program is logged, and not the end of all later days."""
    try:
        return attempt()
    except Exception:
        _log.exception("the daily task failed")
        return Attempt(clock(), done=False)


def next_day_at(hour: time, at: datetime) -> datetime:
    """The first moment after `at` when the clocks of Việt Nam show `hour`."""
    local = at.astimezone(VIETNAM)
    today = datetime.combine(local.date(), hour, VIETNAM)
    return today if today > local else today + timedelta(days=1)


def _wait(until: datetime, stop: Event, clock: Callable[[], datetime]) -> bool:
    """Wait for a moment; whether `stop` was set before it.

    In short waits: while a machine sleeps its clock goes on and a wait does not, and a clock can be set.
    """
    while not stop.is_set() and (left := (until - clock()).total_seconds()) > 0:
        stop.wait(min(_LONGEST_WAIT, left))
    return stop.is_set()
