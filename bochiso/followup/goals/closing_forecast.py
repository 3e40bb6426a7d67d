"""A total at the end of the period by its own slope, and how wrong such a forecast was before."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.text import hundredths

LEAST_READINGS = 2
"""Fewer readings have no slope."""

MOST_AHEAD = 5
"""A slope is kept no further ahead than so many times the days that it is of."""

MOST_POINTS = 100

Series = Sequence[tuple[date, Decimal]]
"""Totals by day, oldest first, of one period and one scale of points."""


class ForecastError(Struct, frozen=True):
    """How far forecasts of days that have passed were off. `tests`: how many forecasts.

    mean, worst: points off, without sign. longest: the most days that any of them looked ahead.
    """

    tests: int
    mean: Decimal
    worst: Decimal
    longest: int


class ClosingForecast(Struct, frozen=True):
    """The total expected on a day. slope: points a day, exactly; readings: from how many days it is.

    `error` is None where too few days have passed to have tested any forecast.
    """

    day: date
    total: Decimal
    slope: Fraction
    readings: int
    ahead: int
    error: ForecastError | None

    @property
    def beyond(self) -> bool:
        """Whether it looks further ahead than any forecast that was tested."""
        return self.error is None or self.ahead > self.error.longest


def closing_forecast(series: Series, day: date) -> ClosingForecast | None:
    """The total of a series on a later day: the last one, and its slope kept.

    The slope is that of the least-squares line. Totals stay within 0 and 100. None where there are fewer
    than two readings, the day is not after the last, or it is so far ahead that nothing can be said.
    """
    if len(series) < LEAST_READINGS or day <= series[-1][0]:
        return None
    ahead, known = (day - series[-1][0]).days, (series[-1][0] - series[0][0]).days
    if ahead > MOST_AHEAD * known:
        return None
    found = _expected(series, day)
    return ClosingForecast(day, found, _slope(series), len(series), ahead, _tested(series))


def _slope(series: Series) -> Fraction:
    """Points a day of the least-squares line through a series of at least two days."""
    first = series[0][0]
    days = [Fraction((day - first).days) for day, _ in series]
    totals = [Fraction(total) for _, total in series]
    middle, level = sum(days, Fraction(0)) / len(days), sum(totals, Fraction(0)) / len(totals)
    pairs = zip(days, totals, strict=True)
    over = sum(((day - middle) * (total - level) for day, total in pairs), Fraction(0))
    return over / sum(((day - middle) ** 2 for day in days), Fraction(0))


def _expected(series: Series, day: date) -> Decimal:
    last, total = series[-1]
    found = Fraction(total) + _slope(series) * (day - last).days
    return hundredths(min(max(found, Fraction(0)), Fraction(MOST_POINTS)))


def _tested(series: Series) -> ForecastError | None:
    """Every forecast that could have been made on a day of the series for a later one, against what came."""
    off, longest = [], 0
    for known in range(LEAST_READINGS, len(series)):
        for day, total in series[known:]:
            off.append(abs(_expected(series[:known], day) - total))
            longest = max(longest, (day - series[known - 1][0]).days)
    if not off:
        return None
    return ForecastError(len(off), hundredths(Fraction(sum(off)) / len(off)), max(off), longest)
