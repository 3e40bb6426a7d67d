"""The wording of figures: rules that hold for every figure."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.periods import parse_period
from bochiso.report import phrases
from bochiso.text import hundredths
from bochiso.units.model import Level, Unit

YEAR = parse_period("2026")


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_counts_and_ranks_below_ten_have_a_leading_zero_and_others_have_none(part: int, whole: int) -> None:
    text = phrases.share(part, whole)
    for value, shown in zip((part, whole), text.split("/"), strict=True):
        assert shown.startswith("0") is (value < 10)
        assert int(shown.replace(".", "")) == value


def test_points_keep_two_decimals_and_maxima_none_that_say_nothing() -> None:
    assert phrases.earned(Decimal("88.72"), Decimal(100)) == "88,72/100 điểm"
    assert phrases.earned(Decimal("8.5"), Decimal("12.5")) == "8,50/12,5 điểm"
    assert phrases.plain(Decimal("20.00")) == "20"


def test_a_figure_that_lacks_is_said_to_lack_and_is_not_zero() -> None:
    assert phrases.earned(None, Decimal(18)) == "chưa có số liệu"
    assert phrases.earned(Decimal(0), Decimal(18)) == "0,00/18 điểm"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("0.27", "tăng 0,27 điểm"),
        ("-12.06", "giảm 12,06 điểm"),
        ("0", "không thay đổi"),
        (None, ""),
    ],
)
def test_a_change_of_points_in_words(change: str | None, said: str) -> None:
    assert phrases.moved(None if change is None else Decimal(change)) == said


@given(st.decimals("0", "100", places=2), st.decimals("0", "100", places=2))
def test_a_change_is_the_difference_of_the_figures_as_they_are_printed(a: Decimal, b: Decimal) -> None:
    shown = [Decimal(phrases.points(hundredths(value)).replace(",", ".")) for value in (a, b)]
    said = phrases.moved(b - a)
    if a == b:
        assert said == "không thay đổi"
    else:
        assert said == f"{'tăng' if b > a else 'giảm'} {phrases.points(abs(shown[1] - shown[0]))} điểm"


@pytest.mark.parametrize(
    ("change", "said"),
    [(-9, "giảm 09 bậc"), (12, "tăng 12 bậc"), (0, "giữ nguyên thứ hạng"), (None, "")],
)
def test_a_change_of_rank_in_words(change: int | None, said: str) -> None:
    assert phrases.places(change) == said


def test_what_is_compared_with_is_left_out_where_nothing_is() -> None:
    assert phrases.since("tăng 0,27 điểm", "tuần 01 tháng 11") == "tăng 0,27 điểm so với tuần 01 tháng 11"
    assert phrases.since("tăng 0,27 điểm", "") == ""
    assert phrases.since("", "tuần 01 tháng 11") == ""


@pytest.mark.parametrize(
    ("have", "of", "said"),
    [
        (10, 14, "Có 10/14 cơ quan xếp loại Xuất sắc"),
        (2, 17, "Có 02/17 cơ quan xếp loại Xuất sắc"),
        (0, 14, "Không có cơ quan xếp loại Xuất sắc"),
        (1, 1, "Có 01/01 cơ quan xếp loại Xuất sắc"),
    ],
)
def test_how_many_have_a_grade(have: int, of: int, said: str) -> None:
    assert phrases.grade_line(have, of, "cơ quan", "Xuất sắc") == said


def test_a_grade_says_how_many_more_or_fewer_have_it() -> None:
    change = phrases.since(phrases.units_more(-5, "địa phương"), "tuần 01 tháng 11")
    assert phrases.grade_line(87, 102, "UBND cấp xã", "Xuất sắc", change) == (
        "Có 87/102 UBND cấp xã xếp loại Xuất sắc (giảm 05 địa phương so với tuần 01 tháng 11)"
    )


def test_names_are_joined_by_commas_and_by_semicolons_where_one_has_a_comma() -> None:
    assert phrases.listed([]) == ""
    assert phrases.listed(["Sở Y tế"]) == "Sở Y tế"
    assert phrases.listed(["Sở Y tế", "Sở Nội vụ"]) == "Sở Y tế và Sở Nội vụ"
    assert phrases.listed(["Sở Y tế", "Sở Nội vụ"], 4) == "Sở Y tế, Sở Nội vụ và 04 đơn vị khác"
    assert phrases.listed(["Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế"], 1) == (
        "Sở Văn hóa, Thể thao và Du lịch; Sở Y tế và 01 đơn vị khác"
    )


def test_days_have_a_zero_before_months_one_and_two_only() -> None:
    assert [phrases.day(date(2026, month, 5)) for month in (1, 2, 3, 9, 10)] == [
        "05/01/2026",
        "05/02/2026",
        "05/3/2026",
        "05/9/2026",
        "05/10/2026",
    ]


def test_a_moment_is_told_in_the_time_of_viet_nam() -> None:
    assert phrases.moment(datetime(2026, 10, 7, 18, 5, tzinfo=UTC)) == "01 giờ 05 phút ngày 08/10/2026"


@pytest.mark.parametrize(
    ("label", "period", "now", "said"),
    [
        ("tuần 01 tháng 11/2025", "2025", ("tuần 02 tháng 11/2025", "2025"), "tuần 01 tháng 11"),
        ("tuần 04 tháng 12/2024", "2024", ("tuần 01 tháng 01/2025", "2025"), "tuần 04 tháng 12/2024"),
        ("tuần 02 tháng 11/2025", "2025", ("tuần 02 tháng 11/2025", "2025"), "ngày 07/11/2025"),
        (None, "2025-10", (None, "2025-11"), "tháng 10 năm 2025"),
        (None, "2025", ("tuần 02 tháng 11/2025", "2025"), "ngày 07/11/2025"),
        ("tuần 01 tháng 11/2025", "2025", (None, "2025"), "tuần 01 tháng 11/2025"),
    ],
)
def test_what_figures_are_compared_with_has_the_name_that_people_gave_it(
    label: str | None, period: str, now: tuple[str | None, str], said: str
) -> None:
    asked = now[0], parse_period(now[1])
    assert phrases.before(label, parse_period(period), date(2025, 11, 7), asked) == said


def test_a_document_is_of_the_label_of_its_figures_else_of_their_period() -> None:
    assert phrases.title("tuần 02 tháng 11/2025", YEAR) == "tuần 02 tháng 11/2025"
    assert phrases.title(None, parse_period("2026-Q3")) == "quý III năm 2026"


def test_units_that_would_have_the_same_short_name_say_where_they_are() -> None:
    names = ["Sở Y tế", "Sở Y tế - tỉnh Gia Lai", "Sở Nội vụ"]
    units = [Unit(f"H21.{n}", name, Level.DEPARTMENT) for n, name in enumerate(names, start=1)]
    assert phrases.short_names(units) == {
        "H21.1": "Sở Y tế – mã H21.1",
        "H21.2": "Sở Y tế – mã H21.2",
        "H21.3": "Sở Nội vụ",
    }
    districts = [
        Unit(code, name, Level.DISTRICT)
        for code, name in (("D1", "UBND huyện Krông Năng"), ("D2", "UBND huyện Ea H'leo"))
    ]
    communes = [
        Unit(f"X{n}", "UBND xã Tam Giang", Level.COMMUNE, parent)
        for n, parent in enumerate(("D1", "D2", "D2"), start=1)
    ]
    found = phrases.short_names([*districts, *communes[:2]])
    assert (found["X1"], found["X2"]) == (
        "UBND xã Tam Giang – huyện Krông Năng", "UBND xã Tam Giang – huyện Ea H'leo"
    )  # fmt: skip
    assert phrases.short_names([*districts, *communes])["X3"] == "UBND xã Tam Giang – mã X3"


def test_letters_of_points_follow_the_vietnamese_alphabet() -> None:
    assert "".join(phrases.letter(place) for place in range(1, 8)) == "abcdđeg"
    assert [phrases.roman(place) for place in (1, 2, 3)] == ["I", "II", "III"]
