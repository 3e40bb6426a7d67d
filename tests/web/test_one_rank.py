"""A unit has one rank: on its page, in the API, in open data, on the command line, in a document."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from command_runner import run
from public_pages import Pages, keep_table, pages_of, site_on
from python_calamine import CalamineWorkbook

from bochiso.store.folder import DataFolder

DAYS = ("2026-10-02", "2026-10-09")
TABLE = """unit,unit_name,level,parent,total
H15.05,Sở Y tế - tỉnh Đắk Lắk,department,H15,{a}
H15.06,Sở Xây dựng - tỉnh Đắk Lắk,department,H15,88.10
H15.07,Sở Nội vụ - tỉnh Đắk Lắk,department,H15,91.25
H21.05,Sở Y tế - tỉnh Gia Lai,department,H21,70.37
H21.06,Sở Xây dựng - tỉnh Gia Lai,department,H21,{b}
"""
RANKS = {"H15.05": (3, 3), "H15.06": (2, 3), "H15.07": (1, 3), "H21.05": (2, 2), "H21.06": (1, 2)}
"""Rank and of on the last day, among the departments of the province."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("rank") / "data")
    for day, a, b in zip(DAYS, ("90.00", "71.00"), ("60.00", "72.04"), strict=True):
        keep_table(folder, "điểm.csv", TABLE.format(a=a, b=b).encode(), "points", day)
    return folder


@pytest.fixture(scope="module")
def pages(folder: DataFolder) -> Pages:
    return pages_of(site_on(folder))


Surface = Callable[[Pages, DataFolder, str, Path], tuple[int, int]]


def on_page(pages: Pages, _: DataFolder, code: str, __: Path) -> tuple[int, int]:
    found = re.search(r"Hạng\s*<b>(\d+)</b>/(\d+)", pages.page(f"/don-vi/{code}"))
    assert found is not None
    return int(found[1]), int(found[2])


def in_api(pages: Pages, _: DataFolder, code: str, __: Path) -> tuple[int, int]:
    found = pages.get(f"/api/v1/snapshots/2026/{DAYS[-1]}/units/{code}").json()
    return found["rank"], found["of"]


def in_open_data(pages: Pages, _: DataFolder, code: str, __: Path) -> tuple[int, int]:
    rows = csv.DictReader(io.StringIO(pages.get(f"/open/2026/{DAYS[-1]}/units.csv").text.lstrip("\ufeff")))
    row = next(row for row in rows if row["unit"] == code)
    return int(row["rank"]), int(row["of"])


def by_explain(_: Pages, folder: DataFolder, code: str, __: Path) -> tuple[int, int]:
    found = json.loads(run("explain", code, "--data", folder.root, "--format", "json").out)
    return found["rank"], found["of"]


def by_rank(_: Pages, folder: DataFolder, code: str, __: Path) -> tuple[int, int]:
    found = run("rank", "--data", folder.root, "--format", "json").json
    row = next(row for row in found if row["unit"] == code)
    return row["rank"], row["of"]


def by_score(_: Pages, __: DataFolder, code: str, place: Path) -> tuple[int, int]:
    (place / "điểm.csv").write_text(TABLE.format(a="71.00", b="72.04"), "utf-8")
    row = next(
        row for row in run("score", place / "điểm.csv", "--format", "json").json if row["unit"] == code
    )
    return row["rank"], row["of"]


def in_document(_: Pages, folder: DataFolder, code: str, place: Path) -> tuple[int, int]:
    done = run(
        "report", "week", "--province", code.partition(".")[0], "--as-of", DAYS[-1], "--data", folder.root,
        "-o", place,
    )  # fmt: skip
    assert done.code == 0, done.err
    book = CalamineWorkbook.from_path(str(next(place.glob("*.xlsx"))))
    rows = book.get_sheet_by_name("Sở, ban, ngành").to_python()
    ranks = {str(row[2]): row[0] for row in rows if str(row[2]).startswith(code[:3])}
    return int(ranks[code]), sum(isinstance(rank, float | int) for rank in ranks.values())


@pytest.mark.parametrize(
    "surface", [on_page, in_api, in_open_data, by_explain, by_rank, by_score, in_document]
)
@pytest.mark.parametrize("code", ["H15.05", "H21.06"])
def test_a_unit_has_the_same_rank_wherever_it_is_read(
    pages: Pages, folder: DataFolder, tmp_path: Path, surface: Surface, code: str
) -> None:
    assert surface(pages, folder, code, tmp_path) == RANKS[code]


def test_the_change_of_a_rank_is_among_the_units_of_its_province(folder: DataFolder, pages: Pages) -> None:
    found = run("explain", "H15.05", "--against", "previous", "--data", folder.root, "--format", "json").json
    assert found["change"]["rank"] == -1
    items = pages.get(f"/api/v1/comparison/department/2026/{DAYS[0]}/2026/{DAYS[1]}").json()["items"]
    assert {each["unit"]: each["rank"] for each in items} == {
        "H15.05": -1, "H15.06": 1, "H15.07": 0, "H21.05": -1, "H21.06": 1,
    }  # fmt: skip


def test_tables_of_several_provinces_are_printed_apart_each_under_its_name(folder: DataFolder) -> None:
    printed = run("rank", "--data", folder.root).out
    titles = [line.split(",")[2] for line in printed.splitlines() if line.startswith("Sở, ban, ngành –")]
    assert titles == [" ngành – tỉnh Đắk Lắk", " ngành – tỉnh Gia Lai"]
