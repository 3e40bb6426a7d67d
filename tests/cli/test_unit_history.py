"""A unit over the years on the ground that it has now."""

import json
from pathlib import Path

import pytest
from command_runner import run

from bochiso.store.folder import DataFolder


def table(**counts: tuple[int, int]) -> str:
    rows = ["unit,unit_name,level,parent,indicator,numerator,denominator"]
    for code, (top, bottom) in counts.items():
        unit, below = code.replace("_", "."), "_" in code
        level, parent = ("commune", code[:3]) if below else ("province", "")
        rows.append(f"{unit},Đơn vị {unit},{level},{parent},ONLINE_FILING,{top},{bottom}")
    return "\n".join(rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """2024: Đắk Lắk and Phú Yên, with two communes; 2026: both in one, and one commune of the two."""
    where = tmp_path_factory.mktemp("years")
    made = DataFolder(where / "data")
    years = {
        "2024-12-31": table(H15=(70, 100), H45=(20, 50), H15_1=(3, 4), H15_2=(10, 30)),
        "2026-10-07": table(H15=(150, 200), H15_50=(30, 33)),
    }
    for day, text in years.items():
        (where / f"{day}.csv").write_text(text, "utf-8")
        done = run(
            "import",
            "measures",
            where / f"{day}.csv",
            "--as-of",
            day,
            "--period",
            day[:4],
            "--data",
            made.root,
        )
        assert done.code == 0, done.err
    (where / "sap-xep.csv").write_text(
        "old,new,last,share,source\nH15.1,H15.50,2025-06-30,1,NQ 1660\nH15.2,H15.50,2025-06-30,0.5,NQ 1660\n"
        "H15.2,H15.51,2025-06-30,0.5,NQ 1660\n"
    )
    assert run("units", "predecessors", where / "sap-xep.csv", "--data", made.root).code == 0
    return made


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
    (tmp_path / "a.csv").write_text(table(H15=(70, 100)), "utf-8")
    run(
        "import",
        "measures",
        tmp_path / "a.csv",
        "--as-of",
        "2024-12-31",
        "--period",
        "2024",
        "--data",
        own.root,
    )
    (line,) = history(own, "H15")
    assert (line["numerator"], line["missing"]) == (None, "H45")
    shown = run("--lang", "vi", "units", "history", "H15", "--data", own.root)
    assert "thiếu H45" in shown.out


def test_a_unit_without_figures_is_told_so(folder: DataFolder) -> None:
    done = run("units", "history", "H99.9", "--data", folder.root)
    assert done.code == 2
    assert "H99.9" in done.err
