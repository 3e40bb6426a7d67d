"""From figures to pixels: linear scales, round ticks, days, dots beside each other, sparklines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor, log10

Figure = Decimal | int | float


@dataclass(frozen=True)
class Scale:
    """Figures between `low` and `high` on pixels between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: Figure) -> float:
        """Where a figure is drawn."""
        span = self.high - self.low
        return self.start + (float(value) - self.low) / span * (self.end - self.start) if span else self.start

    def ticks(self, most: int) -> list[Decimal]:
        """Round figures within, at most so many.

        >>> Scale(63.2, 68.9, 0, 1).ticks(4)
        [Decimal('64'), Decimal('66'), Decimal('68')]
        """
        step = _step((self.high - self.low) / max(most, 1))
        first = ceil(Decimal(str(self.low)) / step)
        last = floor(Decimal(str(self.high)) / step)
        return [n * step for n in range(first, last + 1)]


def _step(least: float) -> Decimal:
    """The next of 1, 2, 5, 10, 20 … (or tenths, hundredths)."""
    if least <= 0:
        return Decimal(1)
    power = Decimal(10) ** floor(log10(least))
    return next(power * n for n in (1, 2, 5, 10) if float(power * n) >= least)


def calm(values: Sequence[Figure], least: float, room: float = 0.12) -> tuple[float, float]:
    """The ends of an axis that holds these figures: never shorter than `least`, so that a hundredth is no
    leap."""
    low, high = float(min(values)), float(max(values))
    span = max(high - low, least)
    middle = (low + high) / 2
    return middle - span * (0.5 + room), middle + span * (0.5 + room)


def shown_days(days: Sequence[date], scale: Scale, apart: float) -> list[date]:
    """Days whose labels don't run into each other: the last, the first, then what fits between."""
    if not days:
        return []
    found = [days[-1]]
    for each in (days[0], *reversed(days[1:-1])):
        if all(abs(scale.at(each.toordinal()) - scale.at(one.toordinal())) >= apart for one in found):
            found.append(each)
    return sorted(found)


def swarm(places: Sequence[float], size: float, half: float) -> list[tuple[float, float]]:
    """Dots of `size` pixels at these places along a line, moved across it where they would cover each
    other: at most `half` away, closer together where they are many. Offsets in pixels, by place."""
    columns: dict[int, list[int]] = {}
    for n, place in enumerate(places):
        columns.setdefault(round(place / size), []).append(n)
    found: list[tuple[float, float]] = [(0.0, 0.0)] * len(places)
    for members in columns.values():
        gap = min(size, 2 * half / max(len(members) - 1, 1))
        for k, n in enumerate(members):
            side = (k + 1) // 2 * (1 if k % 2 else -1)
            found[n] = places[n], side * gap
    return found


SPARK_HEIGHT, SPARK_WIDTH, MARGIN = 24, 100, 3
"""A sparkline's view box, and what its line keeps off the edges."""

CALM = Decimal(1)
"""Points that the height stands for at least: a hundredth must not look like a leap."""

Trend = Sequence[tuple[date, Decimal, str]]
"""Days, totals, eras."""


def one_span(trends: Iterable[Trend]) -> Decimal:
    """The points that the height of every sparkline of a table stands for: the greatest movement in it."""
    spans = (max(t for _, t, _ in each) - min(t for _, t, _ in each) for each in trends if each)
    return max(spans, default=CALM)


def spark(totals: Trend, span: Decimal = CALM) -> str:
    """The path of a sparkline, for drawing alone; empty of fewer than two. `span`: the points of its height.

    It breaks where the scale of the points changed.
    """
    if len(totals) < 2:
        return ""
    low, high = min(total for _, total, _ in totals), max(total for _, total, _ in totals)
    span = max(high - low, span, CALM)
    top = (high + low + span) / 2
    first, days = totals[0][0], (totals[-1][0] - totals[0][0]).days or 1
    eras = [None, *(era for _, _, era in totals)]
    return "".join(
        ("L" if era == before else "M") + f"{(day - first).days * SPARK_WIDTH / days:.0f},"
        f"{float((top - total) / span) * (SPARK_HEIGHT - 2 * MARGIN) + MARGIN:.0f}"
        for before, (day, total, era) in zip(eras, totals, strict=False)
    )
