"""Facts exported to a lake, what it has, and figures straight from it, by commands."""

import csv
import io
import json
from pathlib import Path

import pytest
from command_runner import Done, run
from lake_folders import made_folder

from bochiso.store.folder import DataFolder

PERIOD = ("--period", "2026-Q1", "--as-of", "2026-06-10")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return made_folder(tmp_path_factory.mktemp("provinces"), count=150)


@pytest.fixture(scope="module")
def lake(folder: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("lake") / "hồ"
    assert run("facts", "export", "--to", to, "--data", folder.root).code == 0
    return to


def rows(done: Done) -> list[dict[str, str]]:
    assert done.code == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out)))


@pytest.mark.landing
def test_a_lake_is_measured_as_the_folder_is_and_ranked_from(
    folder: DataFolder, lake: Path, tmp_path: Path
) -> None:
    own = run("measure", *PERIOD, "--format", "csv", "--data", folder.root)
    ministry = tmp_path / "bo"
    far = run("--lang", "vi", "measure", *PERIOD, "--facts", lake, "--format", "csv", "--data", ministry)
    assert rows(far) == rows(own)
    assert "31 tỉnh, thành phố chưa gửi số liệu nào" in far.err
    again = run("--lang", "vi", "measure", *PERIOD, "--facts", lake, "--format", "csv", "--data", ministry)
    assert "đọc 0 phần" in again.err
    ranked = run("rank", "--measured", "--level", "province", "--format", "json", "--data", ministry)
    assert {each["unit"] for each in json.loads(ranked.out)} == {"H15", "H19", "H21"}


def test_what_a_lake_has_is_listed(lake: Path) -> None:
    found = {
        row["province"]: int(row["dossiers"]) for row in rows(run("facts", "list", lake, "--format", "csv"))
    }
    assert sorted(found) == ["H15", "H19", "H21"]
    assert sum(found.values()) > 100


@pytest.mark.parametrize("what", ["form-07", "form-06", "work"])
def test_forms_and_work_are_counted_by_unit(lake: Path, what: str) -> None:
    found = rows(run("facts", "count", what, lake, *PERIOD, "--format", "csv"))
    assert {row["unit"][:3] for row in found} == {"H15", "H19", "H21"}


def test_a_place_without_a_lake_is_told_so(tmp_path: Path) -> None:
    done = run("measure", "--facts", tmp_path, "--data", tmp_path / "data")
    assert (done.code, done.out) == (2, "")
    assert "chưa có hồ dữ liệu" in done.err
    assert not (tmp_path / "data").exists()


def test_a_setting_of_spark_without_a_value_is_refused(lake: Path, tmp_path: Path) -> None:
    done = run("measure", "--facts", lake, "--engine", "spark", "--spark", "x", "--data", tmp_path / "data")
    assert done.code == 2
    assert "thiếu dấu =" in done.err


def test_a_list_of_procedures_of_the_whole_country_is_kept_and_exported_as_such(tmp_path: Path) -> None:
    table, own, lake = tmp_path / "chung.csv", tmp_path / "own", tmp_path / "lake"
    table.write_text("procedure,procedure_name,authority\n1.000001,Đăng ký khai sinh,commune\n", "utf-8")
    kept = run("import", "procedures", table, "--province", "vn", "--data", own)
    assert (kept.code, "nhận 1, từ chối 0" in kept.err + kept.out) == (0, True)
    assert "Đã xuất VN" in run("facts", "export", "--to", lake, "--data", own).err
    listed = json.loads(run("facts", "list", lake, "--format", "json").out)
    assert [(each["province"], each["procedures"]) for each in listed] == [("VN", 1)]
    decisions = tmp_path / "so.csv"
    head = "procedure,ministry_number,ministry_on,issuer,number,decided_on,effective_on"
    row = "1.000001,5/QĐ-BTP,2026-01-02,Bộ Tư pháp,1/QĐ-UBND,2026-01-05,2026-02-01"
    decisions.write_text(f"{head}\n{row}\n", "utf-8")
    refused = run("import", "publications", decisions, "--province", "VN", "--data", own)
    assert refused.code == 2
    assert "không phải mã tỉnh" in refused.err
