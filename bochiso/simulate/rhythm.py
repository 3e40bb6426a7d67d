"""When offices work and how busy they are: the days of a simulation and the moments in them.

A moment is a number of seconds, Việt Nam time, from a midnight shortly before the first day, so
that thousands of them are compared and written out cheaply.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta

from holidays import country_holidays

from bochiso.errors import ComputeError
from bochiso.text import say

DAY = 86_400
"""Seconds of a day."""

OPENING, NOON, AFTERNOON, CLOSING = 7 * 3600, 11 * 3600 + 1800, 13 * 3600 + 1800, 17 * 3600
"""Office hours, in seconds of the day."""

_BEFORE, _AFTER = 60, 400  # days around the simulated ones on which something may still happen
_WEEK = (1250, 1120, 1060, 1000, 920, 60, 6)  # dossiers received, Monday to Sunday
_CLOSED = 6  # and on a public holiday
_YEAR = (980, 900, 1080, 1040, 1010, 1060, 1120, 1150, 1030, 1000, 990, 950)  # January to December
_LONG = 4  # weekdays closed in a row: Tết


class Rhythm:
    """The days from `first` to `last`, with some before and after. Raises ComputeError if there are none."""

    def __init__(self, first: date, last: date) -> None:
        if first > last:
            raise ComputeError(
                say("ngày đầu {first} sau ngày cuối {last}.",
                    "the first day {first} is after the last, {last}.",
                    first=first, last=last),
                do=say("Đổi lại hai ngày.", "Swap the two days."),
            )  # fmt: skip
        self.first, self.last = first, last
        self._origin = first - timedelta(days=_BEFORE)
        days = [self._origin + timedelta(days=i) for i in range(_BEFORE + (last - first).days + _AFTER)]
        self._day_text = [day.strftime("%Y%m%d") for day in days]
        self.number_text = [day.strftime("%y%m%d") for day in days]
        self._clock_text = [f"{s // 3600:02d}{s // 60 % 60:02d}{s % 60:02d}" for s in range(DAY)]
        closed = _closures(days)
        self._work = [i for i, day in enumerate(days) if day.weekday() < 5 and day not in closed]
        self._rank = [bisect_left(self._work, i + 1) for i in range(len(days))]
        self.end = _BEFORE * DAY + ((last - first).days + 1) * DAY - 1
        self.weights = self._weights(closed)

    def _weights(self, closed: set[date]) -> list[int]:
        """How many dossiers each simulated day receives, in proportion."""
        tet = [i for i in range(1, len(self._work)) if self._work[i] - self._work[i - 1] > _LONG + 2]
        slack = {self._work[i - k] for i in tet for k in range(1, 6) if i >= k}
        rush = {i for at in tet for i in self._work[at : at + 10]}
        weights = []
        for i in range((self.last - self.first).days + 1):
            day, index = self.first + timedelta(days=i), _BEFORE + i
            usual = _CLOSED if day in closed else _WEEK[day.weekday()]
            mood = 700 if index in slack else 1300 if index in rush else 1000
            weights.append(usual * _YEAR[day.month - 1] * mood // 1000)
        return weights

    def shares(self, n: int) -> Iterator[tuple[int, int]]:
        """Each simulated day's index and how many of `n` dossiers it receives; they add up to n."""
        whole, done, before = sum(self.weights), 0, 0
        for i, weight in enumerate(self.weights):
            done += weight
            upto = n * done // whole
            yield _BEFORE + i, upto - before
            before = upto

    def text(self, moment: int) -> str:
        """A moment as messages have it: yyyyMMddHHmmss."""
        day, second = divmod(moment, DAY)
        return self._day_text[day] + self._clock_text[second]

    def day(self, index: int) -> date:
        """The day of an index."""
        return self._origin + timedelta(days=index)

    def day_index(self, day: date) -> int:
        """The index of a day."""
        return (day - self._origin).days

    def works(self, index: int) -> bool:
        """Whether offices work on the day of that index."""
        rank = self._rank[index]
        return rank > 0 and self._work[rank - 1] == index

    def ahead(self, index: int, days: int) -> int:
        """The index of the `days`-th working day after a day; 0 gives the day itself or the next one."""
        if days == 0:
            return index if self.works(index) else self._work[self._rank[index]]
        return self._work[self._rank[index] + days - 1]


def _closures(days: list[date]) -> set[date]:
    """Public holidays among the days; a simulation needn't follow the yearly notices that swap days."""
    years = range(days[0].year, days[-1].year + 1)
    return set(country_holidays("VN", years=years)) & set(days)
