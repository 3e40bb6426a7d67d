"""Working days and hours: the dated table, the forecast behind it, a province's own table over it."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bochiso.errors import ComputeError
from bochiso.rules.calendar import Calendar, builtin_calendar
from bochiso.rules.day_table import DayKind, parse_day_table
from bochiso.rules.file.problems import RuleFileError
from bochiso.rules.loader import builtin_ids
from bochiso.text import VIETNAM, Lang

CALENDAR = builtin_calendar()
DAYS = st.dates(date(2021, 1, 1), date(2028, 12, 31))


def all_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def vietnam(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=VIETNAM)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_the_table_and_the_holidays_package_agree_on_every_day_of(year: int) -> None:
    package = holidays.country_holidays("VN", years=year)
    assert [d for d in all_days(year) if CALENDAR.is_working(d) != package.is_working_day(d)] == []


def test_in_2026_the_package_misses_only_the_swap_of_2_and_10_january() -> None:
    package = holidays.country_holidays("VN", years=2026)
    differ = {d: CALENDAR.is_working(d) for d in all_days(2026)}
    differ = {d: works for d, works in differ.items() if works != package.is_working_day(d)}
    assert set(differ) <= {date(2026, 1, 2), date(2026, 1, 10)}  # a later package may know them
    assert not CALENDAR.is_working(date(2026, 1, 2))
    assert CALENDAR.is_working(date(2026, 1, 10))


@pytest.mark.parametrize(
    ("year", "worked"), [(2022, 249), (2023, 249), (2024, 251), (2025, 250), (2026, 249)]
)
def test_a_year_has_so_many_working_days(year: int, worked: int) -> None:
    assert sum(map(CALENDAR.is_working, all_days(year))) == worked


def test_every_special_day_names_its_notice_or_law() -> None:
    assert all(day.source and day.name for day in CALENDAR.table.days.values())
    swap = CALENDAR.special(date(2026, 1, 10))
    assert swap is not None
    assert (swap.kind, swap.source) == (DayKind.WORK, "Công văn số 12729/VPCP-KGVX")
    assert CALENDAR.special(date(2026, 1, 12)) is None


def test_years_with_all_their_notices_are_confirmed_and_the_others_forecast() -> None:
    assert CALENDAR.confirmed(date(2022, 1, 1))
    assert CALENDAR.confirmed(date(2026, 12, 31))
    assert not CALENDAR.confirmed(date(2021, 12, 31))
    assert not CALENDAR.confirmed(date(2027, 1, 1))


def test_the_forecast_of_2027_rests_on_tet_and_is_marked() -> None:
    tet = [date(2027, 2, day) for day in (4, 5, 8, 9, 10)]
    assert not any(map(CALENDAR.is_working, tet))
    assert CALENDAR.is_working(date(2027, 2, 11))
    assert not CALENDAR.settled(date(2026, 12, 30), date(2027, 1, 4))
    assert CALENDAR.settled(date(2026, 12, 28), date(2026, 12, 31))


def test_a_proposed_swap_leaves_its_days_unconfirmed_and_the_week_as_it_is() -> None:
    assert not CALENDAR.confirmed(date(2026, 11, 23))
    assert CALENDAR.is_working(date(2026, 11, 23))
    assert not CALENDAR.is_working(date(2026, 11, 21))
    assert CALENDAR.confirmed(date(2026, 11, 24))
    assert not CALENDAR.is_working(date(2026, 11, 24))


def test_the_year_9999_is_forecast_too() -> None:
    assert CALENDAR.is_working(date(9999, 12, 31))
    with pytest.raises(ComputeError, match="outside the calendar"):
        CALENDAR.add_working_days(date(9999, 12, 30), 5)
    with pytest.raises(ComputeError, match="outside the calendar"):
        CALENDAR.add_days(date(9999, 12, 30), 5)
    with pytest.raises(ComputeError, match="outside the calendar"):
        CALENDAR.add_working_time(datetime(9999, 12, 31, 20, tzinfo=UTC), timedelta(hours=8))


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; where that is earlier, from it, negative."""
    if end < start:
        return -sum(calendar.is_working(end + timedelta(n)) for n in range((start - end).days))
    return sum(calendar.is_working(start + timedelta(n)) for n in range(1, (end - start).days + 1))


def test_working_days_skip_the_weekend_tet_and_count_a_swapped_saturday() -> None:
    assert CALENDAR.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert CALENDAR.add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 22)
    assert CALENDAR.add_working_days(date(2026, 8, 29), 1) == date(2026, 9, 3)
    assert working_days_between(CALENDAR, date(2026, 8, 28), date(2026, 9, 3)) == 1


def test_the_first_day_is_not_counted_and_a_day_is_none_after_itself() -> None:
    assert working_days_between(CALENDAR, date(2025, 11, 14), date(2025, 11, 14)) == 0
    assert working_days_between(CALENDAR, date(2025, 11, 14), date(2025, 11, 17)) == 1


def test_five_working_days_before_the_effective_date_step_over_new_year() -> None:
    assert CALENDAR.add_working_days(date(2026, 1, 5), -5) == date(2025, 12, 25)


def test_plain_days_that_end_on_a_day_off_end_on_the_next_working_day() -> None:
    assert CALENDAR.add_days(date(2026, 8, 28), 3) == date(2026, 9, 3)
    assert CALENDAR.add_days(date(2026, 9, 3), 1) == date(2026, 9, 4)


def test_eight_working_hours_are_one_working_day_of_the_default_hours() -> None:
    eight = timedelta(hours=8)
    assert CALENDAR.add_working_time(vietnam(2026, 11, 6, 9), eight) == vietnam(2026, 11, 9, 9)
    assert CALENDAR.add_working_time(vietnam(2026, 11, 6, 12), eight) == vietnam(2026, 11, 9, 11, 30)
    assert CALENDAR.add_working_time(vietnam(2026, 11, 7, 22), eight) == vietnam(2026, 11, 9, 17, 30)
    assert CALENDAR.add_working_time(vietnam(2026, 11, 6, 7, 30), eight) == vietnam(2026, 11, 6, 17, 30)


def test_no_working_time_after_hours_is_the_next_opening() -> None:
    assert CALENDAR.add_working_time(vietnam(2026, 11, 6, 18), timedelta()) == vietnam(2026, 11, 9, 7, 30)


OWN = """
confirmed: [2027]
hours: [07:00–11:00, 13:00–17:00]
days:
  - {day: 01/01/2027, is: off, name: Tết Dương lịch, source: "Bộ luật Lao động 2019, Điều 112"}
  - {day: 2027-02-04..2027-02-10, is: off, name: Tết Nguyên đán, source: Thông báo số 1/TB}
  - {day: 2026-01-10, is: off, name: Không làm bù, source: Văn bản số 2/UBND}
"""


def test_an_offices_own_table_wins_over_the_builtin_and_over_the_forecast() -> None:
    own = CALENDAR.with_table(parse_day_table(OWN, "lich.yaml"))
    assert not own.is_working(date(2026, 1, 10))
    assert not own.is_working(date(2026, 1, 2))  # the builtin's, since the own says nothing of it
    assert own.confirmed(date(2027, 4, 16))
    assert own.is_working(date(2027, 4, 16))  # a confirmed year has no forecast left
    assert own.add_working_time(vietnam(2026, 11, 6, 16), timedelta(hours=2)) == vietnam(2026, 11, 9, 8)


def test_a_single_own_day_of_an_unconfirmed_year_is_confirmed_the_rest_stays_forecast() -> None:
    text = "days: [{day: 2027-02-11, is: off, name: Tết, source: Thông báo số 3/TB}]"
    own = CALENDAR.with_table(parse_day_table(text, "lich.yaml"))
    assert own.confirmed(date(2027, 2, 11))
    assert not own.is_working(date(2027, 2, 11))
    assert not own.confirmed(date(2027, 2, 12))
    assert not own.is_working(date(2027, 2, 10))


def test_an_undecided_day_of_an_unconfirmed_year_follows_the_forecast() -> None:
    text = "days: [{day: 2027-02-08, is: undecided, name: Tết, source: Chưa có thông báo}]"
    own = CALENDAR.with_table(parse_day_table(text, "lich.yaml"))
    assert not own.is_working(date(2027, 2, 8))
    assert not own.confirmed(date(2027, 2, 8))


@pytest.mark.parametrize(
    ("text", "line", "vi"),
    [
        ("days:\n  - {day: 2026-02-30, is: off, name: A, source: B}", 2, "không có ngày “2026-02-30”"),
        ("days:\n  - {day: 2026-02-03, is: nghỉ, name: A, source: B}", 2, "“nghỉ” không dùng được"),
        ("days:\n  - {day: 2026-02-03, is: off, name: A}", 2, "thiếu mục source"),
        ("days:\n  - {day: [1], is: off, name: A, source: B}", 2, "thiếu mục day"),
        ("days:\n  - 2026-02-03", 2, "thiếu mục day"),
        ("days: {day: 2026-02-03}", 1, "days không phải là danh sách"),
        ("days: 1\nnăm: 2", 2, "không có mục nào tên “năm”"),
        ("days:\n  - {day: 2026-02-20..2026-02-16, is: off, name: A, source: B}", 2, "không hợp lý"),
        ("days:\n  - {day: 2026-02-16..2027-02-16, is: off, name: A, source: B}", 2, "không hợp lý"),
        ("confirmed: [2027]", 1, "năm 2027 ghi là đã chốt"),
        ("confirmed: [hai nghìn]", 1, "“hai nghìn” không phải là năm"),
        ("hours: [17:00-07:00]", 1, "“17:00-07:00” không phải là buổi làm việc"),
        ("hours: [07:00-12:00, 11:00-17:00]", 1, "“11:00-17:00” không phải là buổi làm việc"),
        ("days: []", 1, "bảng ngày nghỉ không có ngày nào"),
    ],
)
def test_a_faulty_table_is_refused_with_its_file_line_and_what_to_write(
    text: str, line: int, vi: str
) -> None:
    with pytest.raises(RuleFileError) as caught:
        parse_day_table(text, "lich.yaml")
    messages = caught.value.render(Lang.VI).split("\n")
    assert any(f"lich.yaml, dòng {line}" in message and vi in message for message in messages)


def test_a_day_written_twice_is_refused_and_all_problems_come_together() -> None:
    text = """days:
  - {day: 2026-02-16..2026-02-20, is: off, name: A, source: B}
  - {day: 20/02/2026, is: work, name: A, source: B}
  - {day: 2026-13-01, is: off, name: A, source: B}
"""
    with pytest.raises(RuleFileError) as caught:
        parse_day_table(text, "lich.yaml")
    assert [problem.where.row for problem in caught.value.problems] == [3, 4]
    assert "ngày 20/02/2026 ghi hai lần" in caught.value.render(Lang.VI)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(RuleFileError):
        parse_day_table("", "lich.yaml")


def test_the_calendars_data_is_no_set_of_rules() -> None:
    assert not {"holidays", "one-stop"} & set(builtin_ids())


def own_or_builtin() -> st.SearchStrategy[Calendar]:
    return st.sampled_from([CALENDAR, CALENDAR.with_table(parse_day_table(OWN, "lich.yaml"))])


@settings(deadline=None)
@given(own_or_builtin(), DAYS, st.integers(-300, 300))
def test_between_is_the_inverse_of_add(calendar: Calendar, day: date, n: int) -> None:
    assert working_days_between(calendar, day, calendar.add_working_days(day, n)) == n


@settings(deadline=None)
@given(own_or_builtin(), DAYS, st.integers(-300, 300).filter(bool))
def test_working_days_lead_to_a_working_day(calendar: Calendar, day: date, n: int) -> None:
    assert calendar.is_working(calendar.add_working_days(day, n))


@settings(deadline=None)
@given(own_or_builtin(), DAYS, st.integers(0, 100), st.integers(0, 100))
def test_working_days_add_up(calendar: Calendar, day: date, a: int, b: int) -> None:
    assert calendar.add_working_days(calendar.add_working_days(day, a), b) == (
        calendar.add_working_days(day, a + b)
    )


@settings(deadline=None)
@given(own_or_builtin(), DAYS, DAYS, st.integers(-60, 60))
def test_a_later_day_never_gives_an_earlier_deadline(calendar: Calendar, a: date, b: date, n: int) -> None:
    a, b = min(a, b), max(a, b)
    assert calendar.add_working_days(a, n) <= calendar.add_working_days(b, n)
    assert calendar.add_days(a, abs(n)) <= calendar.add_days(b, abs(n))


@settings(deadline=None)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 5000),
    st.integers(0, 5000),
)
def test_working_time_adds_up_and_ends_in_office_hours(start: datetime, a: int, b: int) -> None:
    first, second = timedelta(minutes=a), timedelta(minutes=b)
    there = CALENDAR.add_working_time(start, first)
    assert CALENDAR.add_working_time(there, second) == CALENDAR.add_working_time(start, first + second) or (
        b == 0  # no time at the end of a session is still the end of it
    )
    local = there.astimezone(VIETNAM)
    assert CALENDAR.is_working(local.date())
    assert any(opens <= local.time() <= closes for opens, closes in CALENDAR.table.hours)
