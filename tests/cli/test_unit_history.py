"""A unit over the years on the ground that it has now."""

import json
from pathlib import Path

import pytest
from command_runner import run
from merged_years import bring_in, merged_folder, table

from bochiso.store.folder import DataFolder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return merged_folder(tmp_path_factory.mktemp("years"))


def history(folder: DataFolder, code: str) -> list[dict[str, object]]:
    done = run("units", "history", code, "--format", "json", "--data", folder.root)
    assert done.code == 0, done.err
    found: list[dict[str, object]] = json.loads(done.out)
    return found


def test_a_merged_province_is_the_sum_of_its_parts(folder: DataFolder) -> None:
    before, after = history(folder, "H15")
    assert (before["numerator"], before["denominator"], before["units"]) == (90, 150, "H15 H45")
    assert (before["summed"], before["total"]) == (True, None)
    assert (after["numerator"], after["denominator"], after["units"]) == (150, 200, "H15")
    assert after["summed"] is False


def test_a_commune_that_was_split_counts_by_its_share_as_an_estimate(folder: DataFolder) -> None:
    before, after = history(folder, "H15.50")
    assert (before["numerator"], before["denominator"], before["estimated"]) == (8, 19, True)
    assert (after["numerator"], after["estimated"]) == (30, False)


def test_what_a_predecessor_lacks_is_said_and_not_summed(folder: DataFolder, tmp_path: Path) -> None:
    own = DataFolder(tmp_path / "data")
    bring_in(own, tmp_path, "2024-12-31", table(H15=(70, 100)))
    (line,) = history(own, "H15")
    assert (line["numerator"], line["missing"]) == (None, "H45")
    shown = run("--lang", "vi", "units", "history", "H15", "--data", own.root)
    assert "thiếu H45" in shown.out


def test_a_unit_without_figures_is_told_so(folder: DataFolder) -> None:
    done = run("units", "history", "H99.9", "--data", folder.root)
    assert done.code == 2
    assert "H99.9" in done.err
