"""The workbook: every figure equals the standings, and Excel's formulas give them again."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from example_standings import (
    bare,
    comparisons,
    measured,
    metrics,
    province_comparison,
    provinces,
    ranked,
    rules,
    units,
)
from python_calamine import CalamineWorkbook
from thoroughness import tries

from bochiso.errors import StoreError
from bochiso.report.provenance import Provenance, Source, from_properties
from bochiso.report.xlsx.workbook import WorkbookContents, write_workbook
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.text import Lang, hundredths, say
from bochiso.units.model import LEVEL_NAMES, Level, Unit

Sheets = dict[str, list[list[Any]]]

DEPARTMENTS, COMMUNES = LEVEL_NAMES[Level.DEPARTMENT].vi, "Xã, phường"
TITLE = say("kỳ năm 2026, số liệu ngày 07/10/2026", "2026, figures of 2026-10-07")
HEADING, FIRST = 3, 4
IDENTITY = Provenance(Source(date(2026, 10, 7), "2026", "ab12" * 16, "qd766", "cd34" * 16, measured=False))


def book(standings: Standings, **more: Any) -> WorkbookContents:
    return WorkbookContents(more.pop("rules", rules()), standings, TITLE, **more)


def gia_lai() -> WorkbookContents:
    nation = provinces("2026-10-06")
    return book(
        units("2026-10-07"),
        comparisons=comparisons(),
        province=nation.find("H21"),
        province_change=province_comparison().find("H21"),
        national=nation.levels[Level.PROVINCE],
        office="Văn phòng UBND tỉnh Gia Lai",
        provenance=IDENTITY,
        made_at=datetime(2026, 10, 8, 1, 0, tzinfo=UTC),
        remarks=[say("So với số liệu ngày 02/10/2026.", "Compared with 2026-10-02.")],
    )


def a_province(n: int = 3) -> Standings:
    """A measured province: its own counts, those that its units inherit, ties, empty denominators."""
    top = measured(Unit("H15", "UBND tỉnh Đắk Lắk", Level.PROVINCE), 2, 3)
    below = [
        measured(Unit(f"H15.{k}", f"UBND xã {k}", Level.COMMUNE, "H15"), k + 1, 2 * k + 3) for k in range(n)
    ]
    for each in below:
        for code in ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL"):
            del each.counts[code]
        each.counts["PETITION_PROCESSING_ON_TIME"] = Count(0, 0)
        each.counts["ELECTRONIC_CERTIFIED_COPY"] = Count()
    return ranked(top, *below)


def written(of: WorkbookContents, lang: Lang = Lang.VI) -> bytes:
    target = io.BytesIO()
    write_workbook(target, of, lang)
    return target.getvalue()


def read(data: bytes) -> Sheets:
    found = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {n: found.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in found.sheet_names}


def sheet(names: Iterable[str], name: str) -> str:
    """A sheet by its name; the one of communes, whichever kinds of them there are."""
    return next(each for each in names if each == name or (name == COMMUNES and each.startswith("Xã")))


def table(sheets: Sheets, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings."""
    heads, *below = sheets[sheet(sheets, name)][HEADING:]
    return [dict(zip(heads, row, strict=True)) for row in below]


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if not name.endswith(".png")}


def sheet_xml(data: bytes, name: str) -> str:
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    return parts(data)[f"xl/worksheets/sheet{names.index(sheet(names, name)) + 1}.xml"]


def as_number(value: Decimal | int | None) -> Any:
    return "" if value is None else float(value)


def test_a_level_has_every_unit_with_rank_boxes_total_grade_and_change() -> None:
    of = gia_lai()
    rows = table(read(written(of)), COMMUNES)
    standings = of.standings.levels[Level.COMMUNE].rows
    assert len(rows) == len(standings) + 1
    for row, standing in zip(rows[:-1], standings, strict=True):
        change = of.comparisons[Level.COMMUNE].find(standing.score.unit.code)
        assert change is not None
        assert change.before is not None
        values = list(row.values())
        assert values[:3] == [standing.rank, standing.score.unit.name, standing.score.unit.code]
        assert values[3:9] == [as_number(box.points) for box in standing.score.boxes]
        assert row["Tổng điểm\n(tối đa 100)"] == as_number(standing.score.total)
        assert row["Xếp loại"] == (standing.grade and standing.grade.names.vi)
        assert row["Tăng, giảm điểm"] == as_number(change.total)
        assert row["Tổng điểm kỳ trước"] == as_number(change.before.score.total)
        assert row["Tăng, giảm hạng"] == change.rank
        assert row["Hạng kỳ trước"] == change.before.rank
        assert row["So với công bố"] == "khớp"


def test_the_mean_of_a_level_is_that_of_the_standings() -> None:
    of = gia_lai()
    last = read(written(of))[DEPARTMENTS][-1]
    level = of.standings.levels[Level.DEPARTMENT]
    assert last[1] == "Trung bình"
    assert last[3:10] == [*(as_number(level.means[code]) for code in of.rules.boxes), as_number(level.mean)]


def test_the_overview_has_the_province_and_the_grade_counts() -> None:
    of = gia_lai()
    rows = read(written(of))["Tổng quan"]
    by_name = {row[0]: row for row in rows}
    assert of.province is not None
    assert by_name["Tổng điểm"][1] == as_number(of.province.score.total)
    assert by_name["Xếp hạng cả nước"][1] == 4
    assert by_name["Xếp loại"][1] == "Trung bình"
    for box in of.province.score.boxes:
        row = by_name[rules().group[box.code].names.vi]
        assert of.national is not None
        assert of.province_change is not None
        figures = (
            box.points,
            box.max_points,
            of.national.means[box.code],
            of.province_change.boxes[box.code],
        )
        assert [row[1], row[2], row[4], row[5]] == [as_number(each) for each in figures]
    counts = next(row for row in rows if row[0] == COMMUNES and row[1] == 135)
    assert counts[2:7] == list(of.standings.levels[Level.COMMUNE].grade_counts.values())
    text = " ".join(str(cell) for row in rows for cell in row)
    assert "So với số liệu ngày 02/10/2026." in text


def test_the_comparison_has_who_rose_most_first_and_every_box() -> None:
    of = gia_lai()
    rows = table(read(written(of)), "So sánh")
    communes = [row for row in rows if row["Cấp"] == COMMUNES]
    moved = [row["Tăng, giảm điểm"] for row in communes]
    assert moved == sorted(moved, reverse=True)
    for row in communes:
        change = of.comparisons[Level.COMMUNE].find(row["Mã"])
        assert change is not None
        assert row["Tăng, giảm điểm"] == as_number(change.total)
        for code, points in change.boxes.items():
            assert row[rules().group[code].names.vi] == as_number(points)
    rose = sum(value > 0 for value in moved)
    overview = read(written(of))["Tổng quan"]
    assert [row[1] for row in overview if row[0] == COMMUNES and len(row) > 3][1] == rose


def test_units_that_come_and_go_are_said_and_not_subtracted() -> None:
    before = ranked(*bare(Level.COMMUNE, "70", "60"))
    after = ranked(*bare(Level.COMMUNE, "71", "61", "50")[1:])
    from bochiso.score.changes import compare_levels

    day = date(2026, 10, 2)
    one = compare_levels(before.levels[Level.COMMUNE], after.levels[Level.COMMUNE], rules(), day, day)
    rows = table(read(written(book(after, comparisons={Level.COMMUNE: one}))), "So sánh")
    assert {row["Mã"]: row["Diễn biến"] for row in rows} == {
        "H15.2": "tăng",
        "H15.3": "mới có số liệu",
        "H15.1": "không còn số liệu",
    }
    assert [row["Tăng, giảm điểm"] for row in rows] == [1, "", ""]


def test_every_indicator_has_its_count_rate_target_points_and_maximum() -> None:
    of = book(metrics())
    rows = table(read(written(of)), "Chỉ số")
    expected = [(row.score.unit, each) for row in of.standings.rows for each in row.score.indicators]
    assert len(rows) == len(expected)
    for row, (unit, each) in zip(rows, expected, strict=True):
        assert (row["Mã"], row["Cơ quan, đơn vị, địa phương"], row["Số"]) == (
            unit.code,
            unit.name,
            each.rule.number,
        )
        assert row["Tử số"] == as_number(each.count.numerator)
        assert row["Mẫu số"] == as_number(each.count.denominator)
        assert row["Tỷ lệ"] == ("" if each.rate is None else pytest.approx(float(each.rate), abs=1e-12))
        assert row["Điểm"] == as_number(each.points)
        assert row["Nguồn công bố"] == as_number(each.count.published)
        if each.rule.scored:
            assert row["Điểm tối đa"] == float(each.rule.points)
            assert row["Mức đạt điểm tối đa"] == as_number(each.rule.target)
            assert row["Tính lại: điểm"] == as_number(each.points)


def test_what_a_unit_takes_from_its_province_is_said() -> None:
    rows = table(read(written(book(a_province()))), "Chỉ số")
    inherited = {row["Số"] for row in rows if "lấy theo tỉnh (H15)" in row["Ghi chú"]}
    assert inherited == {"1.1", "1.2", "1.3"}


OVERDUE = [
    {"dossier": "H15.1-260303-0001", "unit": "H15.1", "procedure": "3.900055", "status": 4,
     "received_at": datetime(2026, 3, 2, 18, 0, tzinfo=UTC),
     "due_at": datetime(2026, 3, 12, 10, 0, tzinfo=UTC),
     "days_late": 202.6},
    {"dossier": "=1+1", "unit": "H15.1", "procedure": None, "status": 4, "received_at": None, "due_at": None,
     "days_late": None},
    {"dossier": "H15.9-1", "unit": "H15.9", "procedure": "1.1", "status": 4, "received_at": None,
     "due_at": datetime(2026, 9, 22, tzinfo=UTC), "days_late": 8.7},
]  # fmt: skip


def test_overdue_dossiers_are_listed_and_counted_by_unit() -> None:
    sheets = read(written(book(a_province(), overdue=OVERDUE)))
    listed = table(sheets, "Danh sách quá hạn")
    assert [row["Số hồ sơ"] for row in listed] == [each["dossier"] for each in OVERDUE]
    # 18:00 UTC is the next day in Việt Nam.
    assert listed[0]["Ngày tiếp nhận"] == date(2026, 3, 3)
    assert listed[0]["Ngày hẹn trả"] == date(2026, 3, 12)
    assert listed[0]["Quá hạn (ngày)"] == 202.6
    assert listed[1]["Quá hạn (ngày)"] == ""
    counted = table(sheets, "Hồ sơ quá hạn")
    assert [(row["Mã"], row["Số hồ sơ quá hạn"], row["Quá hạn lâu nhất (ngày)"]) for row in counted] == [
        ("H15.1", 2, 202.6),
        ("H15.9", 1, 8.7),
    ]
    assert counted[1]["Cơ quan, đơn vị, địa phương"] == "H15.9"


def test_without_overdue_dossiers_comparison_or_counts_there_is_no_such_sheet() -> None:
    assert list(read(written(book(ranked(*bare(Level.COMMUNE, "88.72")))))) == [
        "Tổng quan",
        LEVEL_NAMES[Level.COMMUNE].vi,
        "Nguồn và cách tính",
    ]


def test_a_snapshot_of_bare_totals_has_totals_grades_and_ranks_and_no_boxes() -> None:
    rows = table(read(written(book(ranked(*bare(Level.COMMUNE, "88.72", "91", "88.72"))))), COMMUNES)
    assert [(row["Hạng"], row["Tổng điểm\n(tối đa 100)"], row["Xếp loại"]) for row in rows[:-1]] == [
        (1, 91, "Xuất sắc"),
        (2, 88.72, "Tốt"),
        (2, 88.72, "Tốt"),
    ]
    assert {row["So với công bố"] for row in rows[:-1]} == {"chỉ có tổng điểm"}
    assert not any("Công khai" in heading for heading in rows[0])


def test_a_missing_box_is_blank_and_its_unit_unranked() -> None:
    whole = {code: Decimal(9) for code in rules().boxes}
    lacking = {code: points for code, points in whole.items() if code != "TTTT"}
    data = written(
        book(
            ranked(
                UnitFigures(Unit("H15.1", "Đủ", Level.COMMUNE), points=whole),
                UnitFigures(Unit("H15.2", "Thiếu", Level.COMMUNE), points=lacking),
            )
        )
    )
    rows = table(read(data), COMMUNES)
    assert rows[1]["Thanh toán trực tuyến\n(tối đa 10)"] == ""
    assert rows[1]["Tổng điểm\n(tối đa 100)"] == ""
    assert rows[1]["Hạng"] == ""
    assert rows[1]["Xếp loại"] == "chưa đủ số liệu"
    assert rows[2]["Thanh toán trực tuyến\n(tối đa 10)"] == 9


NAMES = [
    "=cmd|' /C calc'!A0",
    "+84 xã",
    "-Sở",
    "@SUM(1)",
    "Sở <Tư & pháp> \"A\" 'B'",
    "Đ" * 300,
    "https://vi.vn/xã",
    "{=1}",
    "mailto:a@b.vn",
    "tab\tvà\x07chuông",
]


def test_names_are_text_and_never_formulas_or_links() -> None:
    figures = [
        UnitFigures(Unit(f"H15.{n}", name, Level.COMMUNE), total=Decimal(50)) for n, name in enumerate(NAMES)
    ]
    data = written(book(ranked(*figures), office="A & B", overdue=OVERDUE))
    names = [list(row.values())[1] for row in table(read(data), COMMUNES)][:-1]
    assert names == [*NAMES[:-1], "tab�và�chuông"]
    xml = parts(data)
    for name, text in xml.items():
        if name.endswith(".xml"):
            ElementTree.fromstring(text)
        assert "<hyperlink" not in text
    for formula in re.findall(r"<f>([^<]*)</f>", "".join(xml.values())):
        assert not any(name in formula for name in ("cmd", "+84", "@SUM", "1+1"))


@pytest.mark.parametrize("n", [1, 14, 102])
def test_any_number_of_units(n: int) -> None:
    rows = table(read(written(book(a_province(n)))), COMMUNES)
    assert len(rows) == n + 1
    assert {row["So với công bố"] for row in rows[:-1]} == {"khớp"}


def test_no_unit_at_all_leaves_overview_and_rules() -> None:
    assert list(read(written(book(ranked())))) == ["Tổng quan", "Nguồn và cách tính"]


def test_the_sheets_are_those_of_the_reader_s_language() -> None:
    of = gia_lai()
    names = list(read(written(of, Lang.EN)))
    assert names == ["Overview", "Departments", "Communes", "Comparison", "Sources and method"]
    assert all(len(name) <= 31 for lang in Lang for name in read(written(of, lang)))


def test_the_rules_are_there_with_their_sources() -> None:
    rows = read(written(book(metrics())))["Nguồn và cách tính"]
    by_number = {row[0]: row for row in rows}
    for each in rules().indicators:
        row = by_number[each.number]
        assert row[1] == each.names.vi
        assert row[6] == each.source
        if each.scored:
            assert [row[3], row[4], row[5]] == [as_number(x) for x in (each.points, each.target, each.empty)]
    grades = [(row[0], row[1]) for row in rows if row[1] in {g.names.vi for g in rules().grades.bounds}]
    assert grades == [(float(g.least), g.names.vi) for g in reversed(rules().grades.bounds)]


def test_the_file_carries_the_identity_of_its_figures() -> None:
    data = written(gia_lai())
    custom = ElementTree.fromstring(parts(data)["docProps/custom.xml"])
    found = {each.get("name") or "": "".join(each.itertext()) for each in custom}
    assert from_properties(found) == IDENTITY
    core = ElementTree.fromstring(parts(data)["docProps/core.xml"])
    keywords = next(each.text or "" for each in core if each.tag.endswith("keywords"))
    assert keywords == IDENTITY.keywords()
    assert IDENTITY.units.short in sheet_xml(data, COMMUNES)
    assert IDENTITY.units.figures in str(read(data)["Nguồn và cách tính"])


def test_the_same_figures_and_moment_give_the_same_bytes() -> None:
    assert written(gia_lai()) == written(gia_lai())


def test_tables_are_frozen_filtered_and_print_on_numbered_pages_with_their_heading() -> None:
    data = written(gia_lai())
    xml = sheet_xml(data, COMMUNES)
    assert 'state="frozen"' in xml
    assert "<autoFilter" in xml
    assert 'orientation="landscape"' in xml
    assert 'fitToHeight="0"' in xml
    assert "Trang &amp;P/&amp;N" in xml
    names = parts(data)["xl/workbook.xml"]
    assert "_xlnm.Print_Titles" in names
    assert "_xlnm.Print_Area" in names


def test_grades_are_told_apart_by_more_than_colour() -> None:
    styles = ElementTree.fromstring(parts(written(gia_lai()))["xl/styles.xml"])
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    looks = set()
    for each in styles.findall(".//x:dxfs/x:dxf", space):
        font, fill = each.find("x:font", space), each.find("x:fill/x:patternFill", space)
        marks = tuple(sorted(child.tag[-1] for child in font)) if font is not None else ()
        shades = [color.get("rgb", "")[2:] for color in fill if color.get("rgb")] if fill is not None else []
        looks.add((marks, *(sum(int(shade[n : n + 2], 16) for n in (0, 2, 4)) // 60 for shade in shades)))
    assert len(looks) == 5


def test_the_overview_has_charts_of_its_own_cells() -> None:
    charts = [text for name, text in parts(written(gia_lai())).items() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3
    assert all("Tổng quan" in text for text in charts)


def test_a_province_alone_has_no_rank_in_the_country() -> None:
    standings = a_province()
    rows = read(written(book(standings, province=standings.find("H15"))))["Tổng quan"]
    assert "Xếp loại" in {row[0] for row in rows}
    assert "Xếp hạng cả nước" not in {row[0] for row in rows}


def test_a_title_that_starts_with_a_year_does_not_change_the_header_s_size() -> None:
    of = WorkbookContents(rules(), ranked(*bare(Level.COMMUNE, "50")), say("2026", "2026"))
    assert "&amp;9 2026" in sheet_xml(written(of), COMMUNES)


def test_a_file_that_cant_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be written"):
        write_workbook(tmp_path / "none" / "a.xlsx", book(ranked()))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "so-lieu.xlsx"
    path.write_text("cũ")
    write_workbook(path, gia_lai())
    assert read(path.read_bytes()) == read(written(gia_lai()))
    assert list(tmp_path.iterdir()) == [path]


# Recalculation by a program that knows nothing of us.

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not on this machine")


def without_results(data: bytes) -> tuple[bytes, int]:
    """A workbook of formulas alone, without what they come to; and how many there are."""
    left, formulas = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(left, "w") as kept:
        for name in given.namelist():
            text = given.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text, n = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", text)
                formulas += n
            kept.writestr(name, text)
    return left.getvalue(), formulas


@dataclass(frozen=True)
class Recomputed:
    """A workbook, its sheets as LibreOffice computes them from formulas alone, and how many there were."""

    data: bytes
    found: Sheets
    formulas: int


@pytest.fixture(scope="module")
def recomputed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recomputed]:
    """All in one start of LibreOffice, which takes longer than the work."""
    folder = tmp_path_factory.mktemp("recomputed")
    books = {
        "published": written(gia_lai()),
        "counts": written(book(a_province(40), overdue=OVERDUE)),
        "ties": written(book(ranked(*at_ties()))),
        "forged": forged(),
    }
    made = {name: without_results(data) for name, data in books.items()}
    for name, (data, _) in made.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    command: Sequence[str] = [
        SOFFICE or "", f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"),
        *(str(folder / f"{name}.xlsx") for name in made),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {
        name: Recomputed(books[name], read((folder / "out" / f"{name}.xlsx").read_bytes()), formulas)
        for name, (_, formulas) in made.items()
    }


def assert_same(expected: Sheets, found: Sheets) -> None:
    wrong = []
    for name, rows in expected.items():
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                again = found[name][r][c] if r < len(found[name]) and c < len(found[name][r]) else ""
                same = value == again
                if isinstance(value, float) and isinstance(again, float):
                    same = abs(value - again) < 1e-9
                if not same:
                    wrong.append((name, r + 1, c + 1, value, again))
    assert wrong == []


@needs_office
def test_libreoffice_recomputes_every_published_figure(recomputed: dict[str, Recomputed]) -> None:
    book = recomputed["published"]
    assert book.formulas > 1000
    assert_same(read(book.data), book.found)


@needs_office
def test_libreoffice_recomputes_groups_from_the_counts_of_indicators(
    recomputed: dict[str, Recomputed],
) -> None:
    book = recomputed["counts"]
    assert_same(read(book.data), book.found)
    assert {row["So với công bố"] for row in table(book.found, COMMUNES)[:-1]} == {"khớp"}


def at_ties() -> list[UnitFigures]:
    """Rates whose points lie exactly between two hundredths, for every maximum and target of the set."""
    ties = []
    for rule in rules().indicators:
        if rule.scored:
            slope = Fraction(rule.points) * 200 / Fraction(rule.target or 1)
            for denominator in (400, 1000, 2000, 40_000):
                for numerator in range(1, denominator, tries(7, 21)):
                    if (slope * numerator / denominator).denominator == 1 and (
                        slope * numerator / denominator
                    ) % 2 == 1:
                        ties.append((rule.code, numerator, denominator))
    assert len(ties) > tries(1000, 300)
    return [
        UnitFigures(Unit(f"H15.{n}", f"Xã {n}", Level.COMMUNE), {code: Count(top, bottom)})
        for n, (code, top, bottom) in enumerate(ties)
    ]


@needs_office
def test_libreoffice_rounds_every_tie_as_we_do(recomputed: dict[str, Recomputed]) -> None:
    book = recomputed["ties"]
    assert_same(read(book.data), book.found)


def forged() -> bytes:
    """A workbook in which the total of one unit is raised by a point."""
    data = written(book(units("2026-10-07")))
    xml = sheet_xml(data, DEPARTMENTS)
    changed = xml.replace("<v>79.09</v></c><c", "<v>80.09</v></c><c", 1)
    assert changed != xml
    left = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(left, "w") as kept:
        for name in given.namelist():
            text = given.read(name)
            same = text.decode("latin-1") == xml.encode().decode("latin-1")
            kept.writestr(name, changed.encode() if same else text)
    return left.getvalue()


@needs_office
def test_a_figure_that_was_tampered_with_is_found_by_the_formulas(recomputed: dict[str, Recomputed]) -> None:
    """Its row says that it differs."""
    rows = table(recomputed["forged"].found, DEPARTMENTS)
    assert [row["So với công bố"] for row in rows[:3]] == ["lệch", "khớp", "khớp"]


def test_five_groups_are_recomputed_from_the_indicators_of_their_parts() -> None:
    five = load_rules("qd766-five-groups")
    figures = measured(Unit("H15.1", "UBND xã", Level.COMMUNE), 3, 4)
    standings = rank_units(score_units([figures], five), five)
    rows = table(read(written(book(standings, rules=five))), COMMUNES)
    box = next(b for b in standings.rows[0].score.boxes if b.code == "ONLINE_SERVICE")
    name = five.group[box.code].names.vi
    assert rows[0][f"Tính lại: {name}"] == as_number(box.points)
    assert rows[0]["So với công bố"] == "khớp"


def test_a_total_off_by_the_rounding_of_its_source_is_recomputed_with_it() -> None:
    points = {code: Decimal("9.1") for code in rules().boxes}
    figures = UnitFigures(Unit("H15.1", "UBND xã", Level.COMMUNE), points=points, total=Decimal("54.68"))
    standings = ranked(figures)
    assert standings.rows[0].score.rounding == Decimal("0.08")
    row = table(read(written(book(standings))), COMMUNES)[0]
    assert row["Tổng lệch với các nhóm"] == 0.08
    assert row["Tính lại: tổng điểm"] == 54.68 == float(hundredths(Decimal("54.68")))
