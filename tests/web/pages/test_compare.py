"""Two snapshots side by side."""

import csv
import io
import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from public_pages import (
    EXAMPLES,
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

from bochiso.rules.loader import rules_text
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import rankings
from bochiso.text import Lang, change
from bochiso.units.model import Level


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return bring_in(DataFolder(tmp_path_factory.mktemp("compare") / "data"), *PROVINCES, *UNITS, *METRICS)


@pytest.fixture(scope="module")
def pages(folder: DataFolder) -> Pages:
    return pages_of(site_on(folder, home="H21"))


UNITS_PATH = "/so-sanh/2026/2026-10-02/2026/2026-10-07"


def test_the_newest_two_that_can_be_compared_come_first(pages: Pages) -> None:
    assert rows_of(pages.page("/so-sanh")) == rows_of(pages.page(UNITS_PATH))


def test_changes_are_those_of_the_ranking(folder: DataFolder, pages: Pages) -> None:
    with open_store(folder) as store:
        one = next(
            rankings(
                store, level=Level.DEPARTMENT, as_of="2026-10-07", period=None, against="2026-10-02",
                rules=None, within="H21",
            )
        )  # fmt: skip
    assert one.comparison
    rows = [row for row in rows_of(pages.page(f"{UNITS_PATH}?cap=department")) if len(row) == 12][1:]
    assert len(rows) == 14
    for cells, moved in zip(rows, one.comparison.changes, strict=True):
        assert moved.before
        assert moved.after
        assert cells[4:6] == [f"{each.rank}/{each.of}" for each in (moved.before, moved.after)]
        assert cells[6:] == [change(points, Lang.VI) for points in moved.boxes.values()]


def test_who_rose_and_who_fell_is_counted(pages: Pages) -> None:
    text = words(pages.page(f"{UNITS_PATH}?cap=department"))
    assert "Tăng điểm: 10 , giảm điểm: 2 , giữ nguyên: 2 trong số 14 đơn vị" in text


def test_the_form_asks_for_what_an_address_names(pages: Pages) -> None:
    asked = pages.page("/so-sanh?truoc=2026/2026-09-17&sau=2026/2026-10-06&cap=province")
    assert rows_of(asked) == rows_of(pages.page("/so-sanh/2026/2026-09-17/2026/2026-10-06"))


def test_the_earlier_day_is_before_whatever_the_order(pages: Pages) -> None:
    turned = pages.page("/so-sanh/2026/2026-10-07/2026/2026-10-02")
    assert rows_of(turned) == rows_of(pages.page(UNITS_PATH))


def test_provinces_that_were_renamed_are_named(pages: Pages) -> None:
    text = words(pages.page("/so-sanh/2026/2026-09-17/2026/2026-10-06"))
    assert "Đổi tên" in text
    assert "Tỉnh Quảng Ninh → Thành phố Quảng Ninh" in text


def test_units_that_came_and_went_are_named(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    head = "unit,unit_name,level,parent,total\nH21.1,Sở A,department,H21,70\n"
    keep_table(folder, "a.csv", f"{head}H21.2,Sở B,department,H21,60\n".encode(), "points", "2026-10-01")
    keep_table(folder, "b.csv", f"{head}H21.3,Sở C,department,H21,50\n".encode(), "points", "2026-10-02")
    text = words(pages_of(site_on(folder)).page("/so-sanh"))
    assert "Mới xuất hiện Sở C ." in text or "Mới xuất hiện Sở C." in text
    assert "Không còn trong số liệu Sở B" in text


def test_other_rules_are_warned_about(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = b"unit,unit_name,level,parent,total\nH21.1,So A,department,H21,70\n"
    keep_table(folder, "a.csv", table, "points", "2026-10-01")
    keep_table(
        folder, "b.csv", table.replace(b"70", b"71"), "points", "2026-10-02", rules_text("qd766-target80")
    )
    assert "Hai kỳ tính theo hai bộ quy tắc khác nhau" in words(pages_of(site_on(folder)).page("/so-sanh"))


def test_what_cannot_be_compared_says_so(pages: Pages) -> None:
    text = words(pages.page("/so-sanh/2026/2026-10-06/2026/2026-10-07"))
    assert "không có cấp nào cùng được xếp hạng" in text
    text = words(pages.page("/so-sanh/2026/2026-10-07/2026/2026-10-07"))
    assert "Hãy chọn hai kỳ khác nhau" in text


def test_one_snapshot_alone_is_an_empty_state(tmp_path: Path) -> None:
    folder = bring_in(DataFolder(tmp_path / "data"), PROVINCES[0])
    assert "Cần ít nhất hai kỳ số liệu" in words(pages_of(site_on(folder)).page("/so-sanh"))


@pytest.mark.parametrize("query", ["truoc=&sau=", "truoc=x", "cap=zzz", "truoc=2026/2026-10-02"])
def test_half_a_question_is_none(pages: Pages, query: str) -> None:
    assert rows_of(pages.page(f"/so-sanh?{query}")) == rows_of(pages.page("/so-sanh"))


@pytest.mark.parametrize(
    "path",
    [
        "/so-sanh/2026/2026-01-01/2026/2026-10-07",
        "/so-sanh/x/y/z/w",
        "/so-sanh?truoc=x/y&sau=2026/2026-10-07",
    ],
)
def test_a_snapshot_that_is_not_there_is_not_found(pages: Pages, path: str) -> None:
    assert pages.get(path).status_code == 404


def test_a_comparison_stays_small(pages: Pages) -> None:
    assert len(pages.page(UNITS_PATH).encode()) < 100_000


def test_english_says_it_in_english(pages: Pages) -> None:
    text = words(pages.page(f"/en{UNITS_PATH}"))
    assert "Rose: 10 , fell: 2 , unchanged: 2 of 14 units" in text
    for word in ("Tăng", "Giảm", "Xếp loại", "Bảng đầy đủ", "So sánh"):
        assert word not in text


@pytest.fixture(scope="module")
def across(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The provinces in April 2026, on the scale of then, and in October."""
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("across") / "data"), PROVINCES[1])
    rows = (EXAMPLES / "provinces-2026-10-06.csv").read_text("utf-8").splitlines()[1:]
    april = [f"{row.split(',')[0]},UBND {n},{97 - n}" for n, row in enumerate(reversed(rows))]
    keep_table(folder, "a.csv", "\n".join(["code,name,total", *april]).encode(), "points", "2026-04-20")
    return pages_of(site_on(folder, home="H15"))


def test_across_eras_the_page_compares_ranks_alone_and_says_why(across: Pages) -> None:
    shown = words(across.page("/so-sanh/2026/2026-04-20/2026/2026-10-06"))
    assert "Không so sánh điểm giữa ngày 20/04/2026 và ngày 06/10/2026" in shown
    assert "Tăng hạng: 17 , giảm hạng: 17" in shown
    assert "Tăng nhiều nhất" not in shown


@pytest.mark.parametrize("path", ["/tinh/H15", "/tinh", "/so-sanh"])
def test_no_page_subtracts_points_across_eras(across: Pages, path: str) -> None:
    shown = words(across.page(path))
    assert "vì cách tính điểm của nguồn đã thay đổi" in shown


def test_a_trend_breaks_at_the_change_of_the_scale(across: Pages) -> None:
    said = "Nguồn đổi cách tính điểm giữa ngày 20/04/2026 và ngày"
    assert said in words(across.page("/tinh/H15"))
    drawn = across.get("/bieu-do/dien-bien/H15.svg").text
    assert "đổi cách tính" in drawn
    assert drawn.count('stroke-width="2.5"') > 1  # a line of its own on each side


def test_the_api_says_that_points_are_not_comparable(across: Pages) -> None:
    path = "/api/v1/comparison/province/2026/2026-04-20/2026/2026-10-06?size=100"
    found = across.get(path).json()
    assert (found["points_comparable"], found["ranks_comparable"], found["mean"]) == (False, True, None)
    assert {row["total"] for row in found["items"]} == {None}
    assert any(row["rank"] for row in found["items"])
    assert "cách tính điểm của nguồn đã thay đổi" in " ".join(found["remarks"])


def test_a_comparison_is_taken_away_as_a_file_and_leads_to_each_unit(tmp_path: Path) -> None:
    pages = pages_of(site_on(bring_in(DataFolder(tmp_path / "data"), *UNITS), home="H21"))
    page = pages.page("/so-sanh?cap=department")
    assert 'href="/don-vi/H21.17"' in page.partition('<table class="units">')[2]
    assert "?cap=department" in page
    link = re.search(r'href="(/so-sanh\.csv[^"]*)"', page)
    assert link is not None
    rows = list(csv.DictReader(io.StringIO(pages.get(unescape(link[1])).content.decode("utf-8-sig"))))
    assert {row["Cấp"] for row in rows} == {"Sở, ban, ngành"}
    first = next(row for row in rows if row["Mã"] == "H21.17")
    assert Decimal(first["Điểm kỳ sau"]) - Decimal(first["Điểm kỳ trước"]) == Decimal(first["Thay đổi điểm"])
    assert first["Hai ngày số liệu"] == "2026-10-02 – 2026-10-07"
    assert pages.get("/so-sanh.pdf").status_code == 404
