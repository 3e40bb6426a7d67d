"""The day and the period in a table's title are held against those that a person gave."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from bochiso.errors import ComputeError
from bochiso.intake.figures.said_days import check_moments, disagreement
from bochiso.periods import parse_period
from bochiso.text import Lang

NOW = datetime(2026, 10, 8, 3, tzinfo=UTC)


def asked(title: str, day: str, period: str | None = None) -> str:
    table = f"{title}\nĐơn vị;Cấp;Tổng điểm\nSở Y tế;Sở;71\n".encode()
    found = disagreement(
        [("bảng.csv", table)], date.fromisoformat(day), parse_period(period) if period else None
    )
    return found.render(Lang.VI) if found else ""


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Số liệu tính đến ngày 14/11/2025", "2025-11-15"),
        ("(từ ngày 01/01/2025 đến ngày 14 tháng 11 năm 2025)", "2025-11-07"),
        ("KẾT QUẢ QUÝ II NĂM 2024", "2024-03-31"),
        ("Kết quả tuần 02 tháng 11/2025", "2025-10-14"),
    ],
)
def test_another_day_or_period_is_asked_about(title: str, day: str) -> None:
    said = asked(title, day)

    assert said.startswith("bảng.csv, dòng 1: tiêu đề của bảng ghi")
    assert title.strip() in said
    assert "--sure" in said


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Số liệu tính đến ngày 14/11/2025", "2025-11-14"),
        ("(từ ngày 01/01/2025 đến ngày 14/11/2025)", "2025-11-14"),
        ("Theo Quyết định số 766/QĐ-TTg ngày 23/6/2022", "2025-11-14"),
        ("Đắk Lắk, ngày 17 tháng 11 năm 2025", "2025-11-14"),
        ("KẾT QUẢ QUÝ II NĂM 2024", "2024-07-08"),
        ("Kết quả tuần 02 tháng 11/2025", "2025-11-14"),
        ("BẢNG ĐIỂM", "2025-11-14"),
    ],
)
def test_what_agrees_or_is_about_something_else_is_not(title: str, day: str) -> None:
    assert asked(title, day) == ""


def test_a_quarter_that_is_not_the_one_given_is_asked_about() -> None:
    assert "kỳ 2024-Q3" in asked("QUÝ II/2024", "2024-07-08", "2024-Q3")


def test_a_day_to_come_is_refused_and_when_it_was_read_is_understood() -> None:
    with pytest.raises(ComputeError):
        check_moments(date(2026, 10, 9), None, NOW)
    with pytest.raises(ComputeError):
        check_moments(date(2026, 10, 7), "hôm qua", NOW)
    with pytest.raises(ComputeError):
        check_moments(date(2026, 10, 7), "09/10/2026 11:00", NOW)
    assert check_moments(date(2024, 7, 8), "08/07/2024 11:00", NOW) == datetime(2024, 7, 8, 4, tzinfo=UTC)
    assert check_moments(date(2026, 10, 8), None, NOW) == NOW


def named(file: str, day: str, title: str = "BẢNG ĐIỂM", province: str | None = None) -> str:
    table = f"{title}\nĐơn vị;Cấp;Tổng điểm\nSở Y tế;Sở;71\n".encode()
    found = disagreement([(file, table)], date.fromisoformat(day), None, province)
    return found.render(Lang.VI) if found else ""


@pytest.mark.parametrize("file", ["BC 14.11.2025.csv", "bao-cao-2025-11-14.csv", "20251114 sở.csv"])
def test_the_day_in_the_name_of_a_file_is_held_against_the_one_given(file: str) -> None:
    assert named(file, "2025-11-14") == ""
    said = named(file, "2025-11-07")
    assert "tên tệp hoặc tên trang tính ghi" in said
    assert "--sure" in said


@pytest.mark.parametrize("file", ["QĐ 766-2022.csv", "so-lieu-2025.csv", "h21.csv", "12345678901.csv"])
def test_other_numbers_in_names_are_no_days(file: str) -> None:
    assert named(file, "2025-11-07") == ""


def test_the_day_in_the_name_of_a_sheet_is_asked_about() -> None:
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Ngày 14-11-2025")
        sheet.write_row(0, 0, ["Đơn vị", "Cấp", "Tổng điểm"])
        sheet.write_row(1, 0, ["Sở Y tế", "Sở", 71])
    files = [("bảng.xlsx", out.getvalue())]
    assert disagreement(files, date(2025, 11, 14), None) is None
    found = disagreement(files, date(2025, 11, 7), None)
    assert found is not None
    assert "“Ngày 14-11-2025”" in found.render(Lang.VI)


def test_another_province_in_the_title_is_asked_about() -> None:
    title = "ỦY BAN NHÂN DÂN TỈNH GIA LAI"
    assert named("a.csv", "2025-11-14", title, "H21") == ""
    assert named("a.csv", "2025-11-14", title) == ""
    said = named("a.csv", "2025-11-14", title, "H15")
    assert f"tiêu đề của bảng ghi “{title}”, còn số liệu đang nạp cho tỉnh Đắk Lắk (H15)." in said
