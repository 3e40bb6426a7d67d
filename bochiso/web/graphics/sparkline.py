"""Sparklines: the trend of a row of a table, all rows of a table on one scale."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

HEIGHT, WIDTH, MARGIN = 24, 100, 3
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
        ("L" if era == before else "M") + f"{(day - first).days * WIDTH / days:.0f},"
        f"{float((top - total) / span) * (HEIGHT - 2 * MARGIN) + MARGIN:.0f}"
        for before, (day, total, era) in zip(eras, totals, strict=False)
    )
