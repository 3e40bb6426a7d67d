"""The page of an indicator, and the table of all of them."""

import csv
import io
from decimal import Decimal

import pytest
from public_pages import EXAMPLES, Pages, bring_in, keep_table, pages_of, rows_of, site_on, words

from bochiso.store.folder import DataFolder

MEASURES = "daklak-measures-2026-10-10"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Every count of Đắk Lắk on two days: on the second Cư Pơng has 52 dossiers more, 8 more of them late."""
    folder = DataFolder(tmp_path_factory.mktemp("indicators") / "data")
    bring_in(folder, (MEASURES, "measures", "2026-10-10"))
    table = (EXAMPLES / f"{MEASURES}.csv").read_text("utf-8")
    old = "H15.138,UBND xã Cư Pơng,commune,H15,RESOLVED_ON_TIME,1887,2020,18.68"
    assert old in table
    later = table.replace(old, "H15.138,UBND xã Cư Pơng,commune,H15,RESOLVED_ON_TIME,1931,2072,18.64")
    keep_table(folder, "b.csv", later.encode(), "measures", "2026-10-17")
    head, *rows = table.splitlines()
    few = [row.replace("H15", "H21") for row in rows if ",commune,H15,RESOLVED_ON_TIME," in row][:4]
    keep_table(folder, "c.csv", "\n".join([head, *few]).encode(), "measures", "2026-10-16")
    return pages_of(site_on(folder, home="H15"))


def test_all_units_stand_with_their_counts_and_who_moved_with_how_many_cases(pages: Pages) -> None:
    html = pages.page("/chi-so/2.1")
    text = words(html)
    assert "2.1. Tỷ lệ hồ sơ giải quyết trước hạn, đúng hạn" in text
    assert "Quyết định số 766/QĐ-TTg, chỉ số 2.1" in text
    assert "thêm 52 hồ sơ, số quá hạn tăng 8 (từ 133 lên 141)" in text
    rows = [row for row in rows_of(html) if len(row) == 10 and "Cư Pơng" in row[1]]
    assert [row[2:] for row in rows] == [
        ["1.931", "2.072", "93,19%", "18,64", "1,36", "▼ −0,04", "+52", "+8"]
    ]


def test_the_same_figures_are_in_the_file(pages: Pages) -> None:
    text = pages.page("/chi-so/2.1/commune.csv").removeprefix("\ufeff")
    found = {row["Mã"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(found) == 102
    own = found["H15.138"]
    assert (own["Tử số"], own["Mẫu số"], own["Điểm"]) == ("1931", "2072", "18.64")
    assert Decimal(own["Thay đổi điểm"]) == Decimal("-0.04")
    assert own["Diễn giải"] == "thêm 52 hồ sơ, số quá hạn tăng 8 (từ 133 lên 141)"
    assert own["So với ngày"] == "2026-10-10"


def test_the_order_can_be_turned(pages: Pages) -> None:
    def ranks(path: str) -> list[int]:
        rows = [row for row in rows_of(pages.page(path)) if len(row) == 10 and row[0].isdigit()]
        return [int(row[0]) for row in rows if row[1].startswith("UBND")]

    best = ranks("/chi-so/2.1")
    assert best == sorted(best)
    assert ranks("/chi-so/2.1?xep=thap") == list(reversed(best))


def test_what_a_level_takes_from_its_province_is_not_ranked_there(pages: Pages) -> None:
    assert "Cấp này lấy theo số liệu chung của tỉnh, nên không xếp hạng" in words(pages.page("/chi-so/1.1"))


def test_why_a_commune_fell_is_told_in_counts_on_its_page(pages: Pages) -> None:
    text = words(pages.page("/don-vi/H15.138"))
    assert "Tỷ lệ hồ sơ giải quyết trước hạn, đúng hạn : thêm 52 hồ sơ, số quá hạn tăng 8" in text
    assert "điểm 18,68 → 18,64" in text
    assert "Nếu số chưa đạt không tăng, điểm là 18,72" in text


def test_every_indicator_is_in_the_table_and_leads_to_its_page(pages: Pages) -> None:
    html = pages.page("/chi-so")
    for number in ("1.1", "2.1", "2.2", "3.6", "4.5b", "5.1a", "5.4"):
        assert f'href="/chi-so/{number}"' in html
        assert pages.get(f"/chi-so/{number}").status_code == 200
        assert pages.get(f"/en/chi-so/{number}").status_code == 200
    assert 'href="/chi-so/2.1"' in pages.page("/don-vi/H15.138")


@pytest.mark.parametrize(
    "path",
    ["/chi-so/9.9", "/chi-so/2", "/chi-so/2.1/xa.csv", "/chi-so/2.1/commune.docx", "/chi-so/%3Cb%3E",
     "/bieu-do/chi-so/9.9.svg", "/bieu-do/dien-bien/H99.svg", "/bieu-do/xyz/H15.svg",
     "/bieu-do/nhom/H15.138.gif", "/tinh/H99/chi-so", "/tinh/H99/chi-so/2.1", "/bieu-do/chi-so/H99-2.1.svg",
     "/tinh/H99/chi-so/2.1/commune.csv", "/nhung/nhom/H99"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(pages: Pages, path: str) -> None:
    assert pages.get(path).status_code == 404


def test_the_units_of_another_province_lead_to_its_own_indicators(pages: Pages) -> None:
    table = pages.page("/tinh/H21/chi-so")
    assert 'href="/tinh/H21/chi-so/2.1"' in table
    assert 'href="/chi-so/2.1"' not in table
    html = pages.page("/en/tinh/H21/chi-so/2.1")
    assert sum(len(row) > 5 and row[0].isdigit() for row in rows_of(html)) == 4
    assert 'href="/en/tinh/H21/chi-so/2.2"' in html
    name = html.partition('href="/en/don-vi/H21.')[2].partition('"')[0]
    assert 'href="/tinh/H21/chi-so/2.1"' in pages.page(f"/don-vi/H21.{name}")
    chart = html.partition("/bieu-do/chi-so/H21-2.1.svg")
    assert chart[1]
    assert pages.get("/bieu-do/chi-so/H21-2.1.svg").status_code == 200
    assert 'href="/en/tinh/H21/chi-so/2.1"' in pages.page("/en/nhung/chi-so/H21-2.1")
    assert pages.page("/tinh/H21/chi-so/2.1/commune.csv").count("H21.") == 4
    assert pages.get("/tinh/H15/chi-so/2.1").status_code == 200
