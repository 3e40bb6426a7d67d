"""Forecasts: a line goes on, and what they were off on days that have passed is told."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bochiso.followup.goals.closing_forecast import closing_forecast

FIRST = date(2026, 9, 1)


def series(*totals: str, every: int = 7) -> list[tuple[date, Decimal]]:
    return [(FIRST + timedelta(every * n), Decimal(total)) for n, total in enumerate(totals)]


def test_a_straight_line_goes_on_and_was_never_wrong() -> None:
    found = closing_forecast(series("60", "60.7", "61.4", "62.1"), FIRST + timedelta(28))
    assert found is not None
    assert (found.total, found.slope * 10, found.readings, found.ahead) == (Decimal("62.80"), 1, 4, 7)
    assert found.error is not None
    assert (found.error.tests, found.error.mean, found.error.worst, found.error.longest) == (3, 0, 0, 14)
    assert not found.beyond


def test_a_day_further_than_any_that_was_tested_is_marked() -> None:
    found = closing_forecast(series("60", "60.7", "61.4"), date(2026, 11, 24))
    assert found is not None
    assert found.beyond
    two = closing_forecast(series("60", "60.7"), date(2026, 10, 13))
    assert two is not None
    assert two.error is None
    assert two.beyond


def test_what_it_was_off_is_by_hand() -> None:
    found = closing_forecast(series("60", "61", "61", "63"), FIRST + timedelta(28))
    # From 60, 61: 62 and 63 expected, 61 and 63 came. From 60, 61, 61: 0.5 a week more than 61, 63 came.
    assert found is not None
    assert found.error is not None
    assert (found.error.mean, found.error.worst) == (Decimal("0.83"), Decimal("1.50"))


def test_of_a_few_days_nothing_is_said_of_months_ahead() -> None:
    known = series("60", "61", "61", every=2)
    assert closing_forecast(known, known[-1][0] + timedelta(20)) is not None
    assert closing_forecast(known, known[-1][0] + timedelta(21)) is None


def test_without_two_days_or_a_day_ahead_there_is_none() -> None:
    assert closing_forecast(series("60"), date(2026, 12, 31)) is None
    assert closing_forecast(series("60", "61"), FIRST + timedelta(7)) is None


@given(st.lists(st.decimals(0, 100, places=2), min_size=2, max_size=8), st.integers(1, 5))
def test_a_total_stays_within_what_can_be_earned(totals: list[Decimal], ahead: int) -> None:
    known = series(*map(str, totals))
    found = closing_forecast(known, known[-1][0] + timedelta(ahead * (known[-1][0] - known[0][0]).days))
    assert found is not None
    assert 0 <= found.total <= 100
