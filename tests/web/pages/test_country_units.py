"""Units of the whole country: one rank a level, by pages, searched, as files; provinces and their like."""

import csv
import io
from pathlib import Path

import pytest
from command_runner import run
from public_pages import Pages, keep_table, pages_of, rows_of, site_on, words

from bochiso.store.folder import DataFolder

COMMUNES = 240


def table() -> str:
    """Communes of three provinces in turn, the first the best; two departments of a kind; two ministries."""
    rows = ["unit,unit_name,level,parent,total"]
    for n in range(COMMUNES):
        top = ("H15", "H21", "H26")[n % 3]
        rows.append(f"{top}.{100 + n},UBND xã số {n},commune,{top},{90 - n / 10:.2f}")
    rows += [f"{top}.05,Sở Y tế,department,{top},{70 + n}" for n, top in enumerate(("H15", "H21"))]
    rows.append("H15.06,Sở Tư pháp,department,H15,80")
    rows += ["G05,Bộ Xây dựng,ministry,,61.5", "G15,Bộ Công Thương,ministry,,63.5"]
    rows += ["G15.02,Cục Điện lực,department,G15,60"]
    return "\n".join(rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = DataFolder(tmp_path_factory.mktemp("country") / "data")
    keep_table(made, "a.csv", table().encode(), "points", "2026-10-07")
    return made


@pytest.fixture(scope="module")
def pages(folder: DataFolder) -> Pages:
    return pages_of(site_on(folder))


def ranked(html: str) -> list[list[str]]:
    return [row for row in rows_of(html) if row[0].isdigit()]


def test_communes_of_all_provinces_are_ranked_as_one_by_pages(pages: Pages) -> None:
    first, last = (ranked(pages.page(f"/ca-nuoc?trang={n}")) for n in (1, 3))
    assert (len(first), len(last)) == (100, COMMUNES - 200)
    assert first[0][:3] == ["1", "UBND xã số 0, tỉnh Đắk Lắk", "90,00"]
    assert first[1][1] == "UBND xã số 1, tỉnh Gia Lai"
    assert [row[0] for row in last] == [str(n) for n in range(201, COMMUNES + 1)]
    assert ranked(pages.page("/ca-nuoc?trang=99")) == last
    assert ranked(pages.page("/ca-nuoc?trang=x")) == first


def test_a_search_goes_over_all_pages_and_keeps_the_rank(pages: Pages) -> None:
    (row,) = ranked(pages.page("/ca-nuoc?tim=xa+so+237"))
    assert row[:2] == ["238", "UBND xã số 237, tỉnh Đắk Lắk"]
    assert "Không có đơn vị nào khớp" in words(pages.page("/ca-nuoc?tim=khong+co"))


def test_departments_and_ministries_have_a_table_of_their_own(pages: Pages) -> None:
    assert [row[1] for row in ranked(pages.page("/ca-nuoc/department"))] == [
        "Sở Tư pháp, tỉnh Đắk Lắk",
        "Sở Y tế, tỉnh Gia Lai",
        "Sở Y tế, tỉnh Đắk Lắk",
    ]
    rows = ranked(pages.page("/ca-nuoc/ministry"))
    assert [row[:2] for row in rows] == [["1", "Bộ Công Thương"], ["2", "Bộ Xây dựng"]]


def test_a_ministry_and_what_is_below_it_have_pages_that_lead_back(pages: Pages) -> None:
    page = pages.page("/don-vi/G15")
    assert 'href="/ca-nuoc/ministry"' in page
    assert "Hạng 1 /2" in words(page)
    below = pages.page("/don-vi/G15.02")
    assert 'href="/tinh/' not in below
    assert 'href="/don-vi/G15"' in below
    assert "Bộ Công Thương" in words(below)


def test_the_file_has_every_unit_of_a_level_with_its_national_rank(pages: Pages) -> None:
    text = pages.get("/ca-nuoc.csv?cap=commune").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert len(rows) == COMMUNES
    assert (rows[-1]["Hạng"], rows[-1]["Trên tổng số"]) == (str(COMMUNES), str(COMMUNES))


def test_the_command_ranks_the_country_as_the_page_does(folder: DataFolder, pages: Pages) -> None:
    done = run("rank", "--level", "commune", "--province", "all", "--format", "csv", "--data", folder.root)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["rank"] for row in rows] == [str(n) for n in range(1, COMMUNES + 1)]
    own = run("rank", "--level", "commune", "--province", "H21", "--format", "csv", "--data", folder.root)
    assert len(list(csv.DictReader(io.StringIO(own.out)))) == COMMUNES // 3


def test_units_of_one_kind_are_ranked_among_themselves_on_the_page_in_its_file_and_by_the_command(
    folder: DataFolder, pages: Pages
) -> None:
    page = pages.page("/ca-nuoc/department?cung-loai=Sở+Y+tế")
    names = ["Sở Y tế, tỉnh Gia Lai", "Sở Y tế, tỉnh Đắk Lắk"]
    assert [row[:2] for row in ranked(page)] == [["1", names[0]], ["2", names[1]]]
    assert "Xếp hạng chung cả nước: Sở Y tế" in words(page)
    assert "Sở Tư pháp (" not in words(page)  # one province alone has it
    assert [row[0] for row in ranked(pages.page("/ca-nuoc/department"))] == ["1", "2", "3"]
    file = pages.get("/ca-nuoc.csv?cap=department&cung-loai=so+y+te").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(file)))
    assert [(row["Hạng"], row["Trên tổng số"], row["Đơn vị"]) for row in table] == [
        ("1", "2", names[0]),
        ("2", "2", names[1]),
    ]
    done = run("rank", "--kind", "so y te", "--format", "csv", "--data", folder.root)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["rank"], row["of"]) for row in rows] == [("1", "2"), ("2", "2")]
    assert [row["unit"] for row in rows] == ["H21.05", "H15.05"]
    told = run("rank", "--kind", "Sở Y tế", "--data", folder.root)
    assert "Sở Y tế, tỉnh Gia Lai" in told.out
    assert len(ranked(pages.page("/ca-nuoc/department?cung-loai=so+khong+co"))) == 3
    assert "không có đơn vị nào tên là “sở lạ”" in run("rank", "--kind", "sở lạ", "--data", folder.root).err
    assert "--kind" in run("rank", "--kind", "Sở Y tế", "--province", "H15", "--data", folder.root).err


def test_where_no_home_is_set_the_start_page_is_that_of_the_country(tmp_path: Path) -> None:
    """A ministry's site is no province's: none of its pages is about the first in the alphabet."""
    folder = DataFolder(tmp_path / "data")
    keep_table(folder, "a.csv", counts().encode(), "measures", "2026-10-07")
    site = pages_of(site_on(folder))
    start = site.page("/")
    assert "Xếp hạng các tỉnh, thành phố" in words(start)
    assert "Tỉnh ta" not in words(start)
    assert "UBND xã A, tỉnh Đắk Lắk" in words(site.page("/don-vi"))
    assert rows_of(site.page("/don-vi?cap=commune")) == rows_of(site.page("/ca-nuoc/commune"))
    assert site.get("/don-vi.csv").content == site.get("/ca-nuoc.csv").content
    indicators = words(site.page("/chi-so"))
    assert "Từng chỉ số của cả nước" in indicators
    assert "Toàn tỉnh" not in indicators
    assert "Gia Lai" in words(site.page("/chi-so/3.3"))
    assert "Gia Lai" in words(site.page("/ban-do/3.3"))
    assert site.get("/muc-tieu").status_code == 303
    assert "Thứ hạng chắc đến đâu" in words(site.page("/khoang-hang"))
    assert "So sánh hai kỳ số liệu" in words(site.page("/so-sanh"))


def counts() -> str:
    """One indicator of two provinces and of a commune of each."""
    rows = ["unit,unit_name,level,parent,indicator,numerator,denominator"]
    for n, (top, name) in enumerate((("H15", "Đắk Lắk"), ("H21", "Gia Lai"))):
        rows.append(f"{top},UBND tỉnh {name},province,,ONLINE_FILING,{30 + n},100")
        rows.append(f"{top}.50,UBND xã A,commune,{top},ONLINE_FILING,{10 + n},50")
    return "\n".join(rows)


def test_a_folder_of_one_province_has_no_such_page(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep_table(folder, "a.csv", b"unit,unit_name,level,parent,total\nH15.50,A,commune,H15,70\n", "points",
               "2026-10-07")  # fmt: skip
    assert "nhiều tỉnh" in words(pages_of(site_on(folder)).get("/ca-nuoc").text)


def test_a_province_is_shown_beside_those_of_its_region_and_of_its_size(tmp_path: Path) -> None:
    sizes = {"H15": 100, "H21": 110, "H26": 9000, "H29": 8000, "H31": 7000, "H36": 6000, "H41": 5000,
             "H42": 4000, "H17": 90}  # fmt: skip
    names = {"H15": "Đắk Lắk", "H21": "Gia Lai", "H26": "Hà Nội"}
    rows = ["unit,unit_name,level,parent,indicator,numerator,denominator"]
    rows += [
        f"{code},UBND tỉnh {names.get(code, code)},province,,ONLINE_FILING,{size // 2},{size}"
        for code, size in sizes.items()
    ]
    rows.append("H15.50,UBND xã A,commune,H15,ONLINE_FILING,1,2")
    folder = DataFolder(tmp_path / "data")
    keep_table(folder, "a.csv", "\n".join(rows).encode(), "measures", "2026-10-07")
    pages = pages_of(site_on(folder))
    for asked in ("nam-trung-bo-tay-nguyen", "cung-quy-mo"):
        shown = " ".join(row[1] for row in rows_of(pages.page(f"/tinh?vung={asked}")) if len(row) > 4)
        assert "Gia Lai" in shown
        assert "Hà Nội" not in shown
    silent = "25/34 tỉnh, thành phố chưa có số liệu nên không được chấm điểm, xếp hạng: An Giang, Bắc Ninh,"
    assert silent in words(pages.page("/tinh"))
    ranked = run("rank", "--level", "province", "--data", folder.root)
    assert silent.split(":", maxsplit=1)[0] in words(ranked.out)
    missing = pages.get("/tinh/H60")
    assert missing.status_code == 404
    assert "Chưa có số liệu Tỉnh Tuyên Quang chưa có số liệu nên chưa được chấm điểm" in words(missing.text)
