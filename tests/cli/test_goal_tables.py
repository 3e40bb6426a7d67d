"""`goal` and `bands` on the real figures of Đắk Lắk; `explain` names the one petition that made a fall."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from command_runner import EXAMPLES, run

TABLES = (
    ("points", "provinces-2026-10-06.csv", "2026-10-06"),
    ("points", "provinces-2026-10-08.csv", "2026-10-08"),
    ("measures", "daklak-measures-2026-10-10.csv", "2026-10-10"),
    ("points", "daklak-points-2026-10-10.csv", "2026-10-10"),
)  # fmt: skip


@pytest.fixture(scope="module")
def dak_lak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("goal") / "data"
    for kind, name, day in TABLES:
        assert run("import", kind, EXAMPLES / name, "--as-of", day, "--data", data).code == 0
    return data


def test_the_way_in_json_reaches_the_goal_with_the_points_that_its_steps_earn(dak_lak: Path) -> None:
    found = run("goal", "ea bung", "--format", "json", "--data", dak_lak).json
    assert (found["unit"], found["goal"], found["place"], found["of"]) == ("H15.133", "top-10", 21, 102)
    assert found["needed"] == 72.75
    assert found["steps"] == [{"code": "PAYMENT_PROCEDURES", "cases": 11, "points": 0.78}]
    assert found["lacks"] == 0
    assert sum(Decimal(str(each["lost"])) for each in found["levers"]) == Decimal("27.98")


def test_a_row_an_indicator_in_csv_with_what_the_way_takes_of_it(dak_lak: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("goal", "H15.133", "--format", "csv", "--data", dak_lak).out)))
    assert {row["remedy"] for row in rows} == {"now", "open", "lost", "province", "unknown"}
    assert [(row["code"], row["way_cases"]) for row in rows if row["way_cases"]] == [
        ("PAYMENT_PROCEDURES", "11")
    ]


def test_what_a_case_costs_changes_the_way(dak_lak: Path) -> None:
    costly = ("--cost", "3.4=100", "--cost", "3.5=100")
    found = run("goal", "H15.133", *costly, "--format", "json", "--data", dak_lak).json
    codes = {each["code"] for each in found["steps"]}
    assert codes
    assert not codes & {"PAYMENT_PROCEDURES", "PAYMENT_INTEGRATED"}


def test_a_province_that_has_reached_its_goal_reads_what_it_has_to_spare(dak_lak: Path) -> None:
    done = run("goal", "H15", "--data", dak_lak)
    assert "đã đạt mục tiêu Top 10; mức phải có là 63,86 điểm, đang hơn 1,63 điểm." in done.out
    assert "So với các đơn vị cùng cấp theo số liệu ngày 08/10/2026." in done.out
    assert "Cách ít việc nhất" not in done.out
    # Four days' figures say nothing of the eighty to come.
    assert "chưa đủ để dự kiến đến 31/12/2026." in done.out
    assert "dự kiến cần" not in done.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--goal", "rất tốt"), "không có mục tiêu “rất tốt”"), (("--try", "9.9=1"), "phải là CHỈ_SỐ=SỐ"),
        (("--cost", "3.5=0"), "phải là CHỈ_SỐ=SỐ"), (("--cost", "3.5"), "phải là CHỈ_SỐ=SỐ"),
        (("--as-of", "2026-10-01"), "không có số liệu"), (("--dossiers",), "hồ sơ"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(dak_lak: Path, words: tuple[str, ...], told: str) -> None:
    done = run("goal", "H15.133", *words, "--data", dak_lak)
    assert done.code == 2
    assert told in done.err.lower() or told in done.err
    assert done.out == ""


def test_bands_stand_beside_the_official_rank(dak_lak: Path) -> None:
    rows = run("bands", "--level", "department", "--format", "json", "--data", dak_lak).json
    assert [row["rank"] for row in rows] == list(range(1, 15))
    assert all(row["best"] <= row["rank"] <= row["worst"] for row in rows)
    assert all(not (row["surely"] and row["possibly"]) for row in rows)
    again = run("bands", "--level", "department", "--format", "json", "--data", dak_lak).json
    assert again == rows
    table = run("bands", "--level", "department", "--top", "5", "--data", dak_lak).out
    assert "Chắc trong Top 5:" in table
    assert "Giữ nguyên điểm của nhóm chưa có tử số, mẫu số: Cung cấp dịch vụ trực tuyến." in table


def test_a_fall_that_one_petition_made_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    table = EXAMPLES / "daklak-measures-2026-10-10.csv"
    lines = [each for each in table.read_text("utf-8").splitlines() if each.startswith(("unit,", "H15.198,"))]
    before, after = tmp_path / "truoc.csv", tmp_path / "sau.csv"
    before.write_text("\n".join(lines), "utf-8")
    late = []
    for line in lines:
        parts = line.split(",")
        late.append(
            ",".join([*parts[:5], "0", "1", "0"]) if "PETITION_" in line and "CLASS" not in line else line
        )
    after.write_text("\n".join(late), "utf-8")
    boxes = tmp_path / "nhom.csv"
    boxes.write_text("unit,unit_name,level,parent,CLGQ,TTTT\nH15.198,UBND xã,commune,H15,6,6\n", "utf-8")
    for day, counts in (("2026-10-09", before), ("2026-10-10", after)):
        assert run("import", "measures", counts, "--as-of", day, "--data", data, "--sure").code == 0
        assert run("import", "points", boxes, "--as-of", day, "--data", data, "--sure").code == 0
    told = run("explain", "H15.198", "--against", "previous", "--data", data).out
    assert "trong đó 12,00 điểm chỉ do 01 phản ánh, kiến nghị." in told
