"""Periods as they are written, named and stepped back from."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.errors import ComputeError
from bochiso.periods import parse_period, require_begun
from bochiso.text import Lang

YEARS = st.integers(2001, 2098)
KINDS = st.one_of(
    st.just(""), st.sampled_from(("-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4")),
    st.integers(1, 12).map(lambda month: f"-{month:02d}"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "first", "last", "name"),
    [
        ("2026-11@15", (2026, 10, 15), (2026, 11, 14), "tháng 11/2026 (từ 15/10/2026 đến 14/11/2026)"),
        ("2026-01@15", (2025, 12, 15), (2026, 1, 14), "tháng 01/2026 (từ 15/12/2025 đến 14/01/2026)"),
        ("2026-q3@15", (2026, 6, 15), (2026, 9, 14), "quý III năm 2026 (từ 15/06/2026 đến 14/09/2026)"),
        ("2026-H1@15", (2025, 12, 15), (2026, 6, 14), "6 tháng đầu năm 2026 (từ 15/12/2025 đến 14/06/2026)"),
        ("2026@15", (2025, 12, 15), (2026, 12, 14), "năm 2026 (từ 15/12/2025 đến 14/12/2026)"),
    ],
)
def test_a_report_s_period_runs_from_the_15th_to_the_14th_and_is_named_so(
    code: str, first: tuple[int, int, int], last: tuple[int, int, int], name: str
) -> None:
    period = parse_period(code)
    assert (period.first, period.last, period.show(Lang.VI)) == (date(*first), date(*last), name)
    assert period.of_report


@pytest.mark.parametrize("code", ["2026-W46@15", "2026-11@14", "2026-10-15..2026-11-14@15", "@15"])
def test_weeks_and_ranges_have_no_day_of_closing(code: str) -> None:
    with pytest.raises(ComputeError, match="2026-11@15"):
        parse_period(code)


@given(YEARS, KINDS, st.sampled_from(("", "@15")))
def test_the_period_before_ends_the_day_before_and_is_of_the_same_kind(
    year: int, kind: str, cut: str
) -> None:
    period = parse_period(f"{year}{kind}{cut}")
    before = period.before
    assert before.last + timedelta(days=1) == period.first
    assert (before.of_report, len(before.code)) == (period.of_report, len(period.code))
    assert parse_period(before.code) == before
    assert period.calendar.code == f"{year}{kind}"


def test_nothing_can_be_known_of_a_period_before_it_begins() -> None:
    quarter = parse_period("2026-Q4")
    require_begun(quarter, quarter.first)
    require_begun(quarter, date(2027, 3, 1))
    with pytest.raises(ComputeError) as refused:
        require_begun(quarter, date(2026, 9, 30))
    assert refused.value.render(Lang.VI) == (
        "đến hết ngày 30/09/2026, kỳ quý IV năm 2026 chưa bắt đầu nên chưa có số liệu. "
        "Chọn kỳ khác, hoặc một ngày từ 01/10/2026 trở đi."
    )
