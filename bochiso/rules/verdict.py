"""What a rule finds of a dossier, a publication or a petition: on time or late, by how much, and why."""

from collections.abc import Iterable
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
    seconds = abs(span) // _SECOND
    place = next((n for n, (size, _, _) in enumerate(_UNITS) if seconds >= size), len(_UNITS) - 1)
    size, vi, en = _UNITS[place]
    number, rest = divmod(seconds, size)
    if size == 1 or not rest // _UNITS[place + 1][0]:
        return Text(f"{number} {vi}", f"{number} {en}")
    next_size, next_vi, next_en = _UNITS[place + 1]
    return Text(
        f"{number} {vi} {rest // next_size} {next_vi}", f"{number} {en} {rest // next_size} {next_en}"
    )


_SECOND = timedelta(seconds=1)
_UNITS = ((86_400, "ngày", "d"), (3_600, "giờ", "h"), (60, "phút", "min"), (1, "giây", "s"))


def outcome_words(outcome: Outcome, left: timedelta) -> Text:
    """`quá hạn 2 ngày`, `còn 3 giờ`, `trước hạn 1 ngày` or `đúng hạn`; `left` is negative where late."""
    if outcome.late:
        return say("quá hạn {span}", "late by {span}", span=duration(left))
    if outcome is Outcome.OPEN_ON_TIME:
        return say("còn {span}", "{span} left", span=duration(left))
    if left:
        return say("trước hạn {span}", "{span} early", span=duration(left))
    return say("đúng hạn", "on time")


UNSETTLED = say("lịch nghỉ chưa có thông báo chính thức", "with days off not yet announced")
"""The remark on a deadline that a later notice may still move."""


def also(notes: Iterable[Text]) -> Text:
    """Remarks that go on a sentence: each after a comma."""
    text = say("", "")
    for note in notes:
        text = say("{before}, {note}", "{before}, {note}", before=text, note=note)
    return text
