"""From figures to pixels."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bochiso.web.graphics.scales import Scale, calm, shown_days, swarm


@given(st.floats(-50, 150), st.floats(0.02, 200), st.integers(2, 8))
def test_ticks_are_round_within_the_axis_and_not_too_many(low: float, span: float, most: int) -> None:
    scale = Scale(low, low + span, 0, 100)
    ticks = scale.ticks(most)
    assert len(ticks) <= most + 1
    assert all(-1e-6 <= scale.at(tick) <= 100 + 1e-6 for tick in ticks)


@given(st.lists(st.decimals(0, 100, places=2), min_size=1))
def test_an_axis_holds_its_figures_and_a_hundredth_is_no_leap(values: list[Decimal]) -> None:
    low, high = calm(values, 5)
    assert low <= float(min(values))
    assert float(max(values)) <= high
    assert high - low >= 5


@given(st.lists(st.floats(0, 600), max_size=150))
def test_dots_stay_at_their_figure_and_in_their_row(places: list[float]) -> None:
    found = swarm(places, 6, 20)
    assert [x for x, _ in found] == places
    assert all(abs(offset) <= 20 + 6 for _, offset in found)


def test_dots_at_one_figure_lie_beside_each_other() -> None:
    found = swarm([100.0] * 5, 6, 20)
    assert len({offset for _, offset in found}) == 5


def test_labels_of_days_keep_apart_and_the_last_is_always_there() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
    scale = Scale(days[0].toordinal(), days[-1].toordinal(), 0, 300)
    shown = shown_days(days, scale, 74)
    assert shown[-1] == days[-1]
    places = [scale.at(each.toordinal()) for each in shown]
    assert all(b - a >= 74 for a, b in pairwise(places))
    assert shown_days([], scale, 74) == []
