"""What bochiso writes it reads back: workbooks, printed rankings, lists to fill in, rows to mend."""

from pathlib import Path

import pytest
from command_runner import EXAMPLES, run

TABLE = EXAMPLES / "units-H21-2026-10-07.csv"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "data"
    for day in ("2026-10-02", "2026-10-07"):
        table = EXAMPLES / f"units-H21-{day}.csv"
        assert run("import", "points", table, "--as-of", day, "--data", folder).code == 0
    return folder


def figures(*words: str | Path) -> dict[str, tuple[object, ...]]:
    """Total, rank and points of every unit of a printed ranking."""
    done = run(*words, "--format", "json")
    assert done.code == 0, done.err
    return {row["unit"]: (row["total"], row["rank"], tuple(row["groups"].items())) for row in done.json}


@pytest.mark.parametrize("kind", ["week", "month"])
def test_the_workbook_of_a_report(data: Path, tmp_path: Path, kind: str) -> None:
    asked = ("--as-of", "2026-10-07", "--province", "H21", "--data", data)
    assert run("report", kind, *asked, "--against", "2026-10-02", "-o", tmp_path).code == 0
    (book,) = tmp_path.glob("*.xlsx")

    assert figures("score", book) == figures("rank", *asked)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("form", [("--format", "csv"), ("--format", "json"), ("--format", "csv", "--excel")])
def test_a_printed_ranking(data: Path, tmp_path: Path, lang: str, form: tuple[str, ...]) -> None:
    asked = ("rank", "--as-of", "2026-10-07", "--data", data)
    path = tmp_path / f"xếp hạng.{'json' if 'json' in form else 'csv'}"
    path.write_text(run(*asked, *form, "--lang", lang).out, "utf-8")

    assert figures("score", path) == figures(*asked)


def test_rows_that_were_refused_come_back_mended_even_where_all_were(tmp_path: Path) -> None:
    table, mended = tmp_path / "điểm.csv", tmp_path / "sửa.xlsx"
    table.write_text("Tên đơn vị;Tổng điểm\nUBND xã Ea Súp;600\nUBND xã Hòa Phú;7x\n", "utf-8")
    into = ("--as-of", "2026-10-02", "--data", tmp_path / "data")

    told = run("import", table, *into, "--refused", mended)

    assert told.code == 2
    assert "(2 dòng bị từ chối)" in told.err
    assert "Các dòng bị từ chối" in told.err
    again = run("import", mended, *into)
    assert again.code == 2
    assert "tổng điểm 600 vượt mức tối đa" in again.err
    assert "cột không dùng" not in again.err


def test_the_list_of_units_to_fill_in_is_a_list_of_units(tmp_path: Path) -> None:
    book, folder = tmp_path / "đơn vị.xlsx", tmp_path / "data"
    assert run("units", "export", "--province", "H21", "-o", book, "--data", folder).code == 0

    done = run("import", "units", book, "--data", folder)

    assert done.code == 0, done.err
    assert "Mã tỉnh" not in done.err
    assert "nhận 149, từ chối 0" in done.err
