"""The tables of units and of provinces: figures as ranked, search, order, filters, files."""

import csv
import dataclasses
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import structs
from public_pages import (
    METRICS,
    PROVINCES,
    UNITS,
    Pages,
    bring_in,
    keep_table,
    pages_of,
    rows_of,
    site_on,
    words,
)
from python_calamine import CalamineWorkbook

from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import rankings
from bochiso.text import Lang, points
from bochiso.units.model import Level
from bochiso.units.names import short_name
from bochiso.web.core.table_files import FORMS
from bochiso.web.graphics.scales import spark
from bochiso.web.pages.units import export_rows, units_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return bring_in(DataFolder(tmp_path_factory.mktemp("units") / "data"), *PROVINCES, *UNITS)


@pytest.fixture(scope="module")
def pages(folder: DataFolder) -> Pages:
    return pages_of(site_on(folder))


def units_on(html: str) -> list[str]:
    """The names of units in the order of the tables."""
    return [row[1] for row in rows_of(html) if row[0].isdigit() or row[0] == "–"]


def test_every_figure_is_that_of_the_standings(folder: DataFolder, pages: Pages) -> None:
    shown = [row for row in rows_of(pages.page("/don-vi")) if row[0].isdigit()]
    with open_store(folder) as store:
        ranked = [
            row
            for level in (Level.DEPARTMENT, Level.COMMUNE)
            for one in rankings(
                store, level=level, as_of=None, period=None, against=None, rules=None, within="H21"
            )
            for row in one.standings.rows
        ]
    assert len(shown) == len(ranked) == 149
    for cells, row in zip(shown, ranked, strict=True):
        assert row.grade
        assert cells[:4] == [
            str(row.rank),
            short_name(row.score.unit.name),
            points(row.score.total, Lang.VI),
            row.grade.names.vi,
        ]
        assert cells[6:] == [points(box.points, Lang.VI) for box in row.score.boxes]


def test_the_home_page_of_units_is_that_of_its_province(pages: Pages) -> None:
    assert rows_of(pages.page("/don-vi")) == rows_of(pages.page("/tinh/H21/don-vi"))


@pytest.mark.parametrize("text", ["phu my bac", "PHÙ MỸ BẮC", "h21.212"])
def test_a_search_needs_no_accents_and_no_capitals(pages: Pages, text: str) -> None:
    assert units_on(pages.page(f"/don-vi?tim={text}")) == ["UBND xã Phù Mỹ Bắc"]


def test_ea_drang_is_found_as_one_types_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = (
        "unit,unit_name,level,parent,total\n"
        "H15.1,UBND xã Ea Drăng,commune,H15,70\nH15.2,UBND xã Ea Súp,commune,H15,60\n"
    )
    keep_table(folder, "a.csv", table.encode(), "points", "2026-10-07")
    assert units_on(pages_of(site_on(folder)).page("/don-vi?tim=ea+drang")) == ["UBND xã Ea Drăng"]


def test_a_search_that_finds_nothing_says_so(pages: Pages) -> None:
    html = pages.page("/don-vi?tim=khong+co+don+vi+nay")
    assert units_on(html) == []
    assert "Không có đơn vị nào khớp" in words(html)


def test_sorting_goes_both_ways_and_keeps_equals_in_their_order(pages: Pages) -> None:
    ranked = units_on(pages.page("/don-vi?cap=commune"))
    down = [row for row in rows_of(pages.page("/don-vi?cap=commune&sap=CKMB")) if row[0].isdigit()]
    up = [row for row in rows_of(pages.page("/don-vi?cap=commune&sap=CKMB&chieu=tang")) if row[0].isdigit()]
    values = [Decimal(row[6].replace(",", ".")) for row in down]
    assert values == sorted(values, reverse=True)
    assert [row[6] for row in up] == [row[6] for row in reversed(down)]
    for rows in (down, up):
        for value in {row[6] for row in rows}:
            equals = [row[1] for row in rows if row[6] == value]
            assert equals == [name for name in ranked if name in equals]


def test_names_sort_without_regard_to_accents(pages: Pages) -> None:
    names = units_on(pages.page("/don-vi?cap=department&sap=ten"))
    assert names[0] == "Ban Quản lý Khu kinh tế"
    assert names[-1] == "Thanh tra tỉnh"
    assert units_on(pages.page("/don-vi?cap=department&sap=ten&chieu=giam")) == names[::-1]


def test_a_filter_by_grade_shows_those_alone(pages: Pages) -> None:
    rows = [row for row in rows_of(pages.page("/don-vi?loai=FAIR&cap=department")) if row[0].isdigit()]
    assert [row[3] for row in rows] == ["Khá"] * 4


@pytest.mark.parametrize("query", ["sap=x&chieu=y&loai=z&cap=w", "sap=&tim=%20", "tim=" + "a" * 5000])
def test_what_no_table_has_is_as_if_it_was_not_asked(pages: Pages, query: str) -> None:
    assert pages.get(f"/don-vi?{query}").status_code == 200
    if "tim=a" not in query:
        assert units_on(pages.page(f"/don-vi?{query}")) == units_on(pages.page("/don-vi"))


def test_a_heading_sorts_the_other_way_once_it_is_sorted_by(pages: Pages) -> None:
    html = pages.page("/don-vi?sap=tong")
    assert 'aria-sort="descending"' in html
    assert "sap=tong&amp;chieu=tang" in html


def test_a_unit_that_cannot_be_ranked_comes_last_with_what_it_lacks(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = (
        "unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH\n"
        "H21.1,Sở A,department,H21,1,2,3,4,5,\n"
        "H21.2,Sở B,department,H21,1,2,3,4,5,6\n"
    )
    keep_table(folder, "a.csv", table.encode(), "points", "2026-10-07")
    html = pages_of(site_on(folder)).page("/don-vi?sap=tong&chieu=tang")
    first, second = (row for row in rows_of(html) if row[0] in ("1", "–"))
    assert first[1] == "Sở B"
    assert second[1].startswith("Sở A")
    assert "chưa có số liệu của nhóm: Số hóa hồ sơ" in second[1]


def test_the_page_stays_small(pages: Pages) -> None:
    assert len(pages.page("/don-vi").encode()) < 100_000


def test_the_csv_is_what_is_shown_in_full_for_excel(pages: Pages) -> None:
    data = pages.get("/don-vi.csv?tim=van&cap=commune&sap=ten").content
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    shown = units_on(pages.page("/don-vi?tim=van&cap=commune&sap=ten"))
    assert [row["Đơn vị"] for row in rows] == shown
    canh = next(row for row in rows if row["Mã"] == "H21.227")
    assert (canh["Tổng điểm"], canh["Công khai, minh bạch"], canh["Ngày số liệu"]) == (
        "75.45", "11.79", "2026-10-07",
    )  # fmt: skip


def test_the_workbook_has_real_numbers(pages: Pages) -> None:
    answer = pages.get("/en/tinh/H21/don-vi.xlsx?cap=department")
    assert answer.headers["content-disposition"] == 'attachment; filename="don-vi-H21-2026-10-07.xlsx"'
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 15
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["Rank"], first["Total"], first["Code"]) == (1.0, 79.09, "H21.17")
    assert first["Unit"] == "Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai"


@pytest.mark.parametrize("sign", "=+-@")
def test_a_name_that_looks_like_a_formula_stays_text(folder: DataFolder, sign: str) -> None:
    name = f"{sign}SUM(A1)"  # no table may bring one in, but a portal can
    with open_store(folder) as store:
        table = units_page(store, "H21", None).tables[0]
    row = table.rows[0]
    unit = structs.replace(row.standing.score.unit, name=name)
    standing = structs.replace(row.standing, score=structs.replace(row.standing.score, unit=unit))
    rows = export_rows([table.showing([dataclasses.replace(row, standing=standing)])], Lang.VI)
    as_csv, as_xlsx = (FORMS[form][0](rows) for form in ("csv", "xlsx"))
    assert next(csv.DictReader(io.StringIO(as_csv.decode("utf-8-sig"))))["Đơn vị"] == f"'{name}"
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx))
    assert book.get_sheet_by_index(0).to_python()[1][3] == name


def test_another_form_of_file_is_not_there(pages: Pages) -> None:
    assert pages.get("/don-vi.docx").status_code == 404


def test_the_past_is_shown_as_it_was_and_offered(pages: Pages) -> None:
    html = pages.page("/so-lieu/2026/2026-10-02/don-vi")
    assert next(row for row in rows_of(html) if row[1] == "Sở Y tế")[2] == "58,11"
    assert 'href="/so-lieu/2026/2026-10-07/don-vi"' in html
    assert "/so-lieu/2026/2026-10-06/don-vi" not in html


@pytest.mark.parametrize(
    "path", ["/tinh/H99/don-vi", "/so-lieu/2026/2026-01-01/don-vi", "/tinh/H99/don-vi.csv"]
)
def test_what_is_not_there_is_not_found(pages: Pages, path: str) -> None:
    assert pages.get(path).status_code == 404


def test_provinces_show_ranks_of_each_group(pages: Pages) -> None:
    rows = [row for row in rows_of(pages.page("/tinh")) if row[0].isdigit()]
    assert len(rows) == 34
    own = next(row for row in rows if row[1].startswith("Tỉnh Gia Lai"))
    assert own[1].endswith("Tỉnh ta")
    assert own[:1] + own[2:3] == ["4", "65,64"]
    assert own[6:] == ["11,79 (11)", "17,14 (24)", "9,13 (8)", "7,09 (3)", "11,04 (11)", "9,45 (19)"]


def test_a_leader_is_told_so_and_others_what_they_lack(folder: DataFolder, pages: Pages) -> None:
    assert "đang trong nhóm 10 tỉnh, thành phố dẫn đầu" in words(pages.page("/tinh"))
    hue = pages_of(site_on(folder, home="H57"))
    ninth = [row for row in rows_of(hue.page("/tinh")) if row[0].isdigit()]
    own = next(row for row in ninth if "Tỉnh ta" in row[1])
    gap = Decimal(ninth[9][2].replace(",", ".")) - Decimal(own[2].replace(",", "."))
    assert f"còn thiếu {points(gap, Lang.VI)} điểm để vào nhóm 10" in words(hue.page("/tinh"))


def test_provinces_are_found_and_sorted(pages: Pages) -> None:
    assert units_on(pages.page("/tinh?tim=da+nang")) == ["Thành phố Đà Nẵng"]
    first = next(row for row in rows_of(pages.page("/tinh?sap=MDSH")) if row[0].isdigit())
    assert first[-1].endswith("(1)")


def test_provinces_come_as_a_file(pages: Pages) -> None:
    rows = list(csv.DictReader(io.StringIO(pages.get("/tinh.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 34
    assert rows[0]["Đơn vị"] == "UBND tỉnh Đồng Tháp"


def test_without_figures_of_provinces_their_page_is_not_found(tmp_path: Path) -> None:
    folder = bring_in(DataFolder(tmp_path / "data"), *UNITS)
    assert pages_of(site_on(folder)).get("/tinh").status_code == 404


def test_a_static_site_has_no_form_and_no_sorting(folder: DataFolder) -> None:
    for path in ("/don-vi", "/tinh"):
        html = pages_of(site_on(folder, static=True)).page(path)
        assert "<form" not in html
        assert "?sap=" not in html
        assert "data-filter" in html


def test_newer_figures_that_rank_nobody_do_not_hide_the_ranking(tmp_path: Path) -> None:
    folder = bring_in(DataFolder(tmp_path / "data"), *UNITS, *METRICS)
    html = pages_of(site_on(folder, home="H21")).page("/don-vi")
    assert len([row for row in rows_of(html) if row[0].isdigit()]) == 149


@pytest.mark.parametrize("path", ["/don-vi", "/tinh"])
def test_english_says_it_in_english(pages: Pages, path: str) -> None:
    html = pages.page(f"/en{path}")
    assert '<html lang="en">' in html
    for word in ("Hạng", "Tổng điểm", "Tải", "Lọc", "Diễn biến"):
        assert word not in words(html)


@pytest.mark.parametrize(
    ("totals", "line"),
    [
        (["79"], ""),
        (["79", "80"], "M0,21L100,3"),
        (["80", "60", "70"], "M0,3L50,21L100,12"),
        (["79.00", "79.01"], "M0,12L100,12"),
    ],
    ids=["one is no line", "a point fills the height", "days apart", "a hundredth is no leap"],
)
def test_a_sparkline_is_drawn_to_scale(totals: list[str], line: str) -> None:
    points = [(date(2026, 10, 2 + n), Decimal(total), "2026") for n, total in enumerate(totals)]
    assert spark(points) == line


def test_a_sparkline_breaks_where_the_scale_of_points_changed() -> None:
    totals = [(date(2026, 4, 9), Decimal("94.7"), "a"), (date(2026, 10, 9), Decimal("65.08"), "b")]
    assert spark(totals) == "M0,3M100,21"
