"""A province whose newest figures stand alone, and the three levels below provinces of before July 2025."""

import re

import pytest
from public_pages import PROVINCES, Pages, bring_in, keep_table, pages_of, site_on, words

from bochiso.periods import parse_day, parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import add_reading
from bochiso.store.folder import DataFolder
from bochiso.text import now

ALONE = "unit,unit_name,level,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH,total\n"
ALONE += "H15,UBND tỉnh Đắk Lắk,province,11.85,17.72,8.97,6.69,11.18,9.08,65.49\n"
HEAD = "unit,unit_name,level,parent,total\n"
THREE = """H15,UBND tỉnh Đắk Lắk,province,,72.42
H15.01,Sở Nội vụ - tỉnh Đắk Lắk,department,H15,80.10
H15.02,Sở Y tế - tỉnh Đắk Lắk,department,H15,78.30
H15.40,UBND huyện Cư M'gar,district,H15,75.23
H15.41,UBND thị xã Buôn Hồ,district,H15,71.54
H15.40.01,UBND xã Quảng Tiến,commune,H15.40,62.25
H15.41.01,UBND phường An Lạc,commune,H15.41,61.08
"""
COMMUNES = """H15.101,UBND xã Ea Drăng,commune,H15,70.10
H15.102,UBND xã Ea Wy,commune,H15,66.20
"""


def keep(folder: DataFolder, table: str, day: str, period: str) -> None:
    add_reading(
        folder,
        NewReading(
            "points",
            [("a.csv", table.encode())],
            as_of=parse_day(day),
            period=parse_period(period),
            rules_text=rules_text("qd766"),
            read_at=now(),
        ),
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The provinces of two days, the province alone on a third, its three levels of 2024 before."""
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("alone") / "data"), *PROVINCES)
    keep(folder, HEAD + THREE, "2024-12-31", "2024")
    keep_table(folder, "một.csv", ALONE.encode(), "points", "2026-10-10")
    keep(folder, HEAD + COMMUNES, "2026-10-10", "2026")
    return pages_of(site_on(folder, home="H15"))


def test_a_province_alone_on_its_day_is_ranked_among_the_others_of_the_day_before(pages: Pages) -> None:
    start = words(pages.page("/"))
    assert "1 /1" not in start
    place = re.search(r"Hạng (\d+) /34 , 65,49 /100 điểm", start)
    assert place is not None
    assert "Các tỉnh, thành phố khác: số liệu ngày 06/10/2026" in start
    assert "bậc so với" not in start
    goal = words(pages.page("/muc-tieu"))
    assert f"hạng {place[1]}/34 với 65,49 điểm" in goal
    told = re.search(r"Còn ([\d,]+) điểm nữa vào nhóm 10", start)
    assert (told is None) == ("đã đạt mục tiêu" in goal)
    assert told is None or f"còn thiếu {told[1]} điểm" in goal


def test_its_own_page_and_charts_show_the_same_day_and_claim_no_place(pages: Pages) -> None:
    own = words(pages.page("/don-vi/H15"))
    assert "65,49 /100 điểm" in own
    assert "Hạng" not in own.partition("65,49")[0]
    assert "Đang đứng đầu" not in own
    for kind in ("dien-bien", "nhom"):
        drawn = pages.page(f"/bieu-do/{kind}/H15.svg")
        assert "hạng 1/1" not in drawn
    assert "Trung bình và mức cao nhất: số liệu ngày 06/10/2026" in words(pages.page("/"))


def test_one_province_alone_makes_no_map(pages: Pages) -> None:
    html = pages.page("/so-lieu/2024/2024-12-31/ban-do")
    assert 'id="province"' not in html
    assert 'id="commune"' in html


def test_districts_stand_on_pages_of_days_that_had_them_and_on_no_later_ones(pages: Pages) -> None:
    for path in ("/", "/don-vi", "/chi-so", "/khoang-hang"):
        then = words(pages.page(f"/so-lieu/2024/2024-12-31{path}"))
        assert "Huyện, thị xã" in then or path == "/khoang-hang", path
        assert "uyện, thị xã" not in words(pages.page(path)), path


def test_each_of_the_three_levels_is_ranked_found_and_has_its_page(pages: Pages) -> None:
    day = "/so-lieu/2024/2024-12-31"
    html = pages.page(f"{day}/don-vi")
    assert re.findall(r'<section id="(\w+)">', html) == ["department", "district", "commune"]
    assert "Xã, phường" in words(html)
    assert "đặc khu" not in words(html)
    district = words(pages.page(f"{day}/don-vi/H15.40"))
    assert "Huyện, thị xã, tỉnh Đắk Lắk" in district
    assert "Hạng 1 /2" in district
    assert "Hạng 2 /2" in words(pages.page(f"{day}/don-vi/H15.41.01"))
    assert "UBND phường An Lạc" in words(pages.page(f"{day}/don-vi?tim=an+lac"))
