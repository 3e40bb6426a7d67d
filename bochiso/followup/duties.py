"""What waits for people, in one shape whatever it is of: for the page of today, and for what is sent."""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct

from bochiso.rules.verdict import day_of
from bochiso.text import Text


class Duty(Struct, frozen=True):
    """One thing that waits for a unit, or for the office (`unit` None).

    key: what it is, the same on every day that it waits, so that nobody is reminded of it twice; it begins
    with its subject, as "task:12:2026-10:H15.50". what: in words, its count of items in them, nothing of a
    citizen. path: the page where it is done. last: the day by which; None where there is none. since: when it
    was asked, where that is known. daily: whether it is told of every day, since it is another one each day.
    """

    key: str
    what: Text
    path: str
    unit: str | None = None
    last: date | None = None
    since: datetime | None = None
    daily: bool = False

    def left(self, day: date) -> int | None:
        """Days until its last day, negative where that is over; None where it has none."""
        return None if self.last is None else (self.last - day).days


class Whose(Struct, frozen=True):
    """Whose duties are asked for: those of some units, and the office's where `office` says so."""

    units: frozenset[str] = frozenset()
    office: bool = False

    def has(self, duty: Duty) -> bool:
        """Whether a duty is one of theirs."""
        return self.office if duty.unit is None else duty.unit in self.units


def duties_of(duties: Iterable[Duty], whose: Whose) -> list[Duty]:
    """Somebody's duties: those with a last day first, the nearest before the others."""
    return sorted((each for each in duties if whose.has(each)), key=_nearest_first)


def _nearest_first(duty: Duty) -> tuple[date, str]:
    return duty.last or date.max, duty.key


def reminder(duty: Duty, day: date, before: Iterable[int]) -> int | None:
    """Which reminder of a duty is due on a day: days `before` its last, 0 on it, −1 once it is over.

    The nearest that has come, so that a day on which nothing was sent is made up for, and a reminder that
    was given is known by its number; None while it is too early. Once it is over there is one a week.

    >>> due = Duty("task:1", Text("", ""), "/", last=date(2026, 10, 10))
    >>> [reminder(due, date(2026, 10, n), (7, 3, 1)) for n in (2, 3, 5, 8, 9, 10, 11, 17, 18)]
    [None, 7, 7, 3, 1, 0, -1, -1, -8]
    """
    left = duty.left(day)
    if left is None:
        return None
    if left < 0:
        return -1 - (-left - 1) // 7 * 7
    return min((each for each in (0, *before) if left <= each), default=None)


def is_to_tell(duty: Duty, day: date, told_at: datetime | None, before: Iterable[int]) -> bool:
    """Whether a duty stands in a day's message: new since the last one, or a reminder has come since.

    told_at: when the reader's last message was made; None where there was none.
    """
    if duty.daily or told_at is None or (duty.since is not None and duty.since > told_at):
        return True
    before = tuple(before)
    return reminder(duty, day, before) not in (None, reminder(duty, day_of(told_at), before))
