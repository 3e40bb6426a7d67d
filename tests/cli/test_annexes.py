"""Annexes as offices print them, without codes: from the workbook to the report, without an edit."""

from pathlib import Path

import pytest
from command_runner import run
from docx import Document
from xlsxwriter import Workbook

from bochiso.units.known_lists import shipped_units
from bochiso.units.model import Level

GROUPS = (
    "Công khai, minh bạch",
    "Tiến độ, kết quả giải quyết",
    "Số hóa hồ sơ",
    "Cung cấp dịch vụ trực tuyến",
    "Mức độ hài lòng",
)
FIVE = ("--rules", "qd766-five-groups")


def by_rates(path: Path, rows: list[tuple[str, list[float]]], title: str) -> Path:
    """An annex of percent cells below a title, its units numbered, a mean and a signature at its end."""
    with Workbook(str(path)) as book:
        sheet, percent = book.add_worksheet("PL I"), book.add_format({"num_format": "0.00%"})
        sheet.merge_range(0, 0, 0, 6, title)
        sheet.write_row(2, 0, ["STT", "Tên đơn vị", *GROUPS])
        for n, (name, rates) in enumerate(rows, start=1):
            sheet.write_row(2 + n, 0, [n, name])
            for at, rate in enumerate(rates):
                sheet.write_number(2 + n, 2 + at, rate, percent)
        sheet.write(4 + len(rows), 1, "NGƯỜI LẬP BIỂU")
    return path


def two_weeks(path: Path, rows: list[tuple[str, float, float]]) -> Path:
    """An annex of totals, last week's beside this week's, under a heading of two rows."""
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("PL II")
        sheet.write(0, 0, "KẾT QUẢ CẤP XÃ (số liệu đến ngày 14/11/2025)")
        sheet.merge_range(2, 0, 3, 0, "TT")
        sheet.merge_range(2, 1, 3, 1, "Xã/phường")
        sheet.merge_range(2, 2, 2, 3, "Tổng điểm")
        sheet.write_row(3, 2, ["Tuần 01", "Tuần 02"])
        for n, (name, before, now) in enumerate(rows, start=1):
            sheet.write_row(3 + n, 0, [n, name, before, now])
    return path


def names(level: Level) -> list[str]:
    """The names of Đắk Lắk's units of a level, written another way than in the list."""
    found = [unit.name for unit in shipped_units() if (unit.parent, unit.level) == ("H15", level)]
    return [name.replace("’", "'").replace("Hòa", "Hoà").replace("UBND xã", "UBND Xã") for name in found]


def report(folder: Path, *words: str) -> str:
    """The words of the document that a report writes."""
    done = run("report", *words, "--data", folder / "data", "-o", folder / "out")
    assert done.code in (0, 1), done.err
    (path,) = (folder / "out").glob("*.docx")
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.landing
def test_a_weeks_two_annexes_become_the_weeks_report(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    departments, communes = names(Level.DEPARTMENT), names(Level.COMMUNE)
    for day, shift in (("07/11/2025", 0.0), ("14/11/2025", 0.005)):
        rows = [(name, [0.9 + n / 200 + shift] * 5) for n, name in enumerate(departments)]
        annex = by_rates(tmp_path / "pl1.xlsx", rows, f"KẾT QUẢ SỞ, NGÀNH (đến ngày {day})")
        done = run("import", "rates", annex, "--as-of", day, "--province", "H15", *FIVE, *data)
        assert done.code == 0, done.err
    weeks = two_weeks(
        tmp_path / "pl2.xlsx", [(name, 80 + n / 10, 81 + n / 10) for n, name in enumerate(communes)]
    )
    open_ = run("import", weeks, "--as-of", "14/11/2025", *FIVE, *data)
    assert open_.code == 2
    assert "--column" in open_.err
    for week, day in (("Tuần 01", "07/11/2025"), ("Tuần 02", "14/11/2025")):
        done = run("import", weeks, "--as-of", day, "--column", f"Tổng điểm={week}", "--sure", *FIVE, *data)
        assert done.code == 0, done.err
        assert "Đã nhận ra mã của 102 đơn vị theo tên (H15)" in done.err

    ranked = run("rank", "--against", "previous", "--format", "json", *data).json

    assert len(ranked) == 116
    text = report(tmp_path, "week", "--as-of", "14/11/2025", "--province", "H15")
    assert "UBND xã Ea Drăng" in text
    assert "102" in text


def test_three_levels_in_one_sheet_of_a_province_without_a_list(tmp_path: Path) -> None:
    path = tmp_path / "phu-luc.xlsx"
    with Workbook(str(path)) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0.00%"})
        sheet.write(0, 0, "PHỤ LỤC – QUÝ II NĂM 2024")
        sheet.write_row(2, 0, ["STT", "Đơn vị", "Tổng điểm"])
        rows: list[tuple[str, str, float | None]] = [
            ("I", "Sở, ban, ngành", None),
            ("1", "Sở Y tế", 0.912), ("2", "Sở Nội vụ", 0.885),
            ("II", "Cấp huyện", None),
            ("1", "UBND huyện Định Quán", 0.871), ("2", "UBND thành phố Biên Hòa", 0.752),
            ("III", "Cấp xã", None),
            ("1", "UBND xã Phú Lợi", 0.933), ("2", "UBND thị trấn Định Quán", 0.691),
            ("", "Trung bình", 0.841),
        ]  # fmt: skip
        for n, (number, name, share) in enumerate(rows, start=3):
            sheet.write_row(n, 0, [number, name])
            if share is not None:
                sheet.write_number(n, 2, share, percent)

    done = run(
        "import", path, "--as-of", "08/07/2024", "--read-at", "08/07/2024 11:00", "--period", "2024-Q2",
        "--province", "H19", "--data", tmp_path / "data",
    )  # fmt: skip

    assert done.code == 0, done.err
    ranked = run("rank", "--format", "json", "--data", tmp_path / "data").json
    assert [(row["unit_name"], row["level"], row["total"], row["parent"]) for row in ranked] == [
        ("Sở Y tế", "department", 91.2, "H19"),
        ("Sở Nội vụ", "department", 88.5, "H19"),
        ("UBND huyện Định Quán", "district", 87.1, "H19"),
        ("UBND thành phố Biên Hòa", "district", 75.2, "H19"),
        ("UBND xã Phú Lợi", "commune", 93.3, "H19"),
        ("UBND thị trấn Định Quán", "commune", 69.1, "H19"),
    ]
    text = report(tmp_path, "quarter", "--as-of", "08/07/2024", "--province", "H19")
    assert "Sở Y tế" in text
    assert "UBND thị trấn Định Quán" in text


def test_a_province_alone_with_its_published_rank(tmp_path: Path) -> None:
    path = tmp_path / "tinh.csv"
    path.write_text("Tên tỉnh;Tổng điểm;Xếp hạng\nUBND tỉnh Đắk Lắk;72,7;42/63\n", "utf-8")

    done = run("import", path, "--as-of", "08/07/2024", "--data", tmp_path / "data")

    assert done.code == 0, done.err
    (row,) = run("rank", "--format", "json", "--data", tmp_path / "data").json
    assert (row["unit"], row["rank"], row["of"]) == ("H15", 42, 63)
    assert "42/63" in report(tmp_path, "week", "--as-of", "08/07/2024", "--province", "H15")


def test_a_document_of_a_province_without_units_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    path.write_text("Tên đơn vị;Tổng điểm\nSở Y tế;72,7\nSở Nội vụ;70\n", "utf-8")
    run("import", path, "--as-of", "08/07/2024", "--data", tmp_path / "data")

    done = run("report", "week", "--province", "H15", "--data", tmp_path / "data", "-o", tmp_path / "out")

    assert done.code == 2
    assert "không có đơn vị nào của tỉnh Đắk Lắk (H15)" in done.err
    assert not (tmp_path / "out").exists()


def test_a_notices_three_annexes_of_percent_with_districts_and_a_table_of_dossiers(tmp_path: Path) -> None:
    path = tmp_path / "thong-bao-thang-4.xlsx"
    with Workbook(str(path)) as book:
        percent = book.add_format({"num_format": "0.00%"})
        whole = book.add_worksheet("Tỉnh")
        whole.write_row(0, 0, ["Tên tỉnh", "Công khai, minh bạch", "Tổng điểm", "Xếp hạng"])
        whole.write_row(1, 0, ["UBND tỉnh Bình Phước"])
        whole.write_number(1, 1, 0.713, percent)
        whole.write_number(1, 2, 0.7773, percent)
        whole.write_string(1, 3, "17/63")
        for title, head, rows in (
            ("Phụ lục 1", "Sở, ngành", ["Sở Y tế", "Sở Nội vụ", "Sở TT&TT"]),
            ("Phụ lục 2", "Huyện, thị xã, thành phố", ["Bù Đăng", "Đồng Phú", "Chơn Thành"]),
        ):
            sheet = book.add_worksheet(title)
            sheet.merge_range(0, 0, 0, 7, f"{title.upper()} – CHỈ SỐ THEO QUYẾT ĐỊNH 766 (tháng 4 năm 2024)")
            sheet.merge_range(2, 0, 3, 0, "STT")
            sheet.merge_range(2, 1, 3, 1, head)
            sheet.merge_range(2, 2, 2, 6, "Tỷ lệ")
            sheet.merge_range(2, 7, 3, 7, "Tổng điểm")
            sheet.write_row(3, 2, GROUPS)
            for n, name in enumerate(rows, start=4):
                sheet.write_row(n, 0, [n - 3, name])
                for at in range(2, 8):
                    sheet.write_number(n, at, 0.9 - n / 100, percent)
        late = book.add_worksheet("Phụ lục 3")
        late.write_row(0, 0, ["Đơn vị", "Tổng số hồ sơ", "Đúng hạn", "Trễ hạn"])
        late.write_row(1, 0, ["Sở Y tế", 120, 118, 2])

    done = run(
        "import", path, "--as-of", "30/04/2024", "--period", "2024-04", "--province", "H10", *FIVE,
        "--data", tmp_path / "data",
    )  # fmt: skip

    assert done.code == 0, done.err
    assert "không đọc trang “Phụ lục 3”" in done.err
    ranked = run("rank", "--format", "json", "--data", tmp_path / "data").json
    found = {row["unit_name"]: (row["level"], row["total"], row["parent"]) for row in ranked}
    assert found["UBND tỉnh Bình Phước"] == ("province", 77.73, None)
    assert found["Sở Y tế"] == ("department", 86.0, "H10")
    assert found["Bù Đăng"] == ("district", 86.0, "H10")
    assert len(found) == 7
    (whole_row,) = [row for row in ranked if row["level"] == "province"]
    assert (whole_row["rank"], whole_row["of"]) == (17, 63)
    text = report(tmp_path, "month", "--as-of", "30/04/2024", "--province", "H10")
    assert "77,73" in text
    assert "17/63" in text
    assert "Sở TT&TT" in text
    assert "Chơn Thành" in text
