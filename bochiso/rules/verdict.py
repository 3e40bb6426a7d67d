"""What a rule finds of a dossier, a publication or a petition: on time or late, by how much, and why."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from bochiso.text import VIETNAM, Text, say


class Outcome(StrEnum):
    """Finished on time or late, still open within or past its deadline, or not counted at all."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN_ON_TIME = "open_on_time"
    OPEN_LATE = "open_late"
    NOT_COUNTED = "not_counted"

    @property
    def late(self) -> bool:
        """Whether it counts as late."""
        return self in (Outcome.LATE, Outcome.OPEN_LATE)


class Verdict(Struct, frozen=True):
    """The finding of one rule.

    rule: the code of the rule that decided. reason: the same in words. late_by: how far past
    the deadline, zero where it is not late. deadline_at: the last moment in time, UTC, None
    where there is none.
    """

    outcome: Outcome
    rule: str
    reason: Text
    late_by: timedelta = timedelta()
    deadline_at: datetime | None = None


def decide(*, closed: bool, late: bool) -> Outcome:
    """The outcome of what counts."""
    if closed:
        return Outcome.LATE if late else Outcome.ON_TIME
    return Outcome.OPEN_LATE if late else Outcome.OPEN_ON_TIME


def end_of(day: date) -> datetime:
    """The last second of a day in Việt Nam, in UTC: a period in days ends at 24:00 (Civil Code 2015, 148)."""
    return datetime.combine(day, time(23, 59, 59), VIETNAM).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The day in Việt Nam of a moment."""
    return moment.astimezone(VIETNAM).date()


def duration(span: timedelta) -> Text:
    """A length of time in its two greatest units, the rest left out.

    >>> duration(timedelta(days=2, hours=3, minutes=5)).vi
    '2 ngày 3 giờ'
    """
    seconds = abs(span) // timedelta(seconds=1)
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    numbers = (days, hours, minutes, seconds)
    first = next((place for place, number in enumerate(numbers) if number), 3)
    shown = [
        (numbers[place], *_UNITS[place]) for place in (first, first + 1) if place < 4 and numbers[place]
    ]
    vi = " ".join(f"{number} {name}" for number, name, _ in shown) or "0 giây"
    en = " ".join(f"{number} {name}" for number, _, name in shown) or "0 s"
    return Text(vi, en)


_UNITS = (("ngày", "d"), ("giờ", "h"), ("phút", "min"), ("giây", "s"))


def outcome_words(outcome: Outcome, late_by: timedelta, left: timedelta) -> Text:
    """`quá hạn 2 ngày`, `còn 3 giờ`, `trước hạn 1 ngày` or `đúng hạn`."""
    if outcome.late:
        return say("quá hạn {span}", "late by {span}", span=duration(late_by))
    if outcome is Outcome.OPEN_ON_TIME:
        return say("còn {span}", "{span} left", span=duration(left))
    if left > timedelta():
        return say("trước hạn {span}", "{span} early", span=duration(left))
    return say("đúng hạn", "on time")
