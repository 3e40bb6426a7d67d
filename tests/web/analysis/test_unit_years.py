"""A unit over the years: the page, its files and the command say the same; what isn't public stays so."""

import csv
import io
import json
from pathlib import Path

import pytest
from command_runner import run
from merged_years import bring_in, merged_folder, table
from public_pages import Pages, pages_of, rows_of, site_on, words

from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.web.core.page_services import PageServices


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return merged_folder(tmp_path_factory.mktemp("years"))


@pytest.fixture(scope="module")
def pages(folder: DataFolder) -> Pages:
    return pages_of(site_on(folder))


def row(html: str, number: str) -> list[str]:
    return next(each for each in rows_of(html) if each[0].startswith(number))


def test_a_merged_province_is_marked_as_the_sum_of_its_parts_and_newest_figures_stand(pages: Pages) -> None:
    html = pages.page("/don-vi/H15/cac-nam")
    assert row(html, "3.3")[1:] == ["60,00% + 90 / 150", "75,00% 150 / 200"]
    assert "Năm 2024: cộng tử số, mẫu số của tỉnh Đắk Lắk, tỉnh Phú Yên." in words(html)
    assert "120" not in words(html)  # of the year's earlier day
    english = words(pages.page("/en/don-vi/H15/cac-nam"))
    assert "2024: numerators and denominators added up of Đắk Lắk, Phú Yên." in english


def test_a_commune_that_was_split_is_marked_as_an_estimate(pages: Pages) -> None:
    html = pages.page("/don-vi/H15.50/cac-nam")
    assert row(html, "3.3")[1:] == ["42,11% ≈ 8 / 19", "90,91% 30 / 33"]
    assert "số là ước tính" in words(html)


@pytest.mark.parametrize("code", ["H15", "H15.50", "H45"])
def test_page_files_and_command_say_the_same(folder: DataFolder, pages: Pages, code: str) -> None:
    done = run("units", "history", code, "--format", "json", "--data", folder.root)
    told = json.loads(done.out)
    assert pages.get(f"/don-vi/{code}/cac-nam.json").json() == told
    text = pages.get(f"/don-vi/{code}/cac-nam.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(each["numerator"], each["denominator"]) for each in rows] == [
        (str(each["numerator"]), str(each["denominator"])) for each in told
    ]
    shown = words(pages.page(f"/don-vi/{code}/cac-nam"))
    assert all(f"{each['numerator']} / {each['denominator']}" in shown for each in told)


def test_the_page_of_a_merged_unit_leads_there_and_others_do_not(pages: Pages) -> None:
    assert "/don-vi/H15.50/cac-nam" in pages.page("/don-vi/H15.50")
    dated = pages.page("/so-lieu/2024/2024-12-31/don-vi/H15.1")
    assert "cac-nam" not in dated


def test_what_is_not_published_is_in_no_year(folder: DataFolder) -> None:
    with open_store(folder) as store:
        public = (store.snapshots()[-1],)
    site = site_on(folder)
    few = PageServices(site.drawing, site.query_cache, lambda: public, site.dossiers, site.home)
    html = pages_of(few).page("/don-vi/H15/cac-nam")
    assert row(html, "3.3")[1:] == ["75,00% 150 / 200"]
    assert pages_of(few).get("/don-vi/H45/cac-nam").status_code == 404


def test_what_a_predecessor_lacks_is_named_and_nothing_is_summed(tmp_path: Path) -> None:
    own = DataFolder(tmp_path / "data")
    bring_in(own, tmp_path, "2024-12-31", table(H15=(70, 100)))
    html = pages_of(site_on(own)).page("/don-vi/H15/cac-nam")
    assert row(html, "3.3")[1] == "chưa có số liệu của tỉnh Phú Yên"
    assert "70" not in words(html)


def test_an_unknown_unit_or_form_is_missing(pages: Pages) -> None:
    assert pages.get("/don-vi/H99.9/cac-nam").status_code == 404
    assert pages.get("/don-vi/H15/cac-nam.exe").status_code == 404


def test_a_unit_that_the_table_says_did_not_stand_but_has_figures_is_not_summed(tmp_path: Path) -> None:
    own = DataFolder(tmp_path / "data")
    bring_in(own, tmp_path, "2024-12-31", table(H15=(70, 100), H15_1=(3, 4), H15_9=(10, 30)))
    bring_in(own, tmp_path, "2026-09-30", table(H15=(120, 180), H15_9=(20, 30)))
    lines = ["old,new,last,source", "H15.1,H15.9,2025-06-30,NQ 1660"]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert run("units", "predecessors", tmp_path / "a.csv", "--data", own.root).code == 0
    html = pages_of(site_on(own)).page("/don-vi/H15.9/cac-nam")
    assert row(html, "3.3")[1] == "chưa cộng được"
    assert "Đơn vị H15.9: số liệu qua các năm" in words(html)
    assert "Năm 2024: bảng sắp xếp không ghi đơn vị này giữ mã" in words(html)
    done = run("units", "history", "H15.9", "--data", own.root)
    assert "chưa cộng: bảng sắp xếp không có dòng H15.9 giữ mã" in " ".join(done.out.split())
    (tmp_path / "a.csv").write_text("\n".join([*lines, "H15.9,H15.9,2025-06-30,NQ 1660"]))
    assert run("units", "predecessors", tmp_path / "a.csv", "--data", own.root).code == 0
    html = pages_of(site_on(own)).page("/don-vi/H15.9/cac-nam")
    assert row(html, "3.3")[1] == "38,24% + 13 / 34"
