"""From a province's own dossiers to its index, as a clerk would do it."""

from pathlib import Path
from shutil import copytree

import pytest
from command_runner import run

ORDER = ("--as-of", "2026-09-30", "--period", "2026-01-01..2026-09-30")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a simulated province's dossiers."""
    made, data = tmp_path_factory.mktemp("province"), tmp_path_factory.mktemp("own") / "data"
    assert run("simulate", "--province", "H15", "--dossiers", "1500", "--seed", "5", "-o", made).code == 0
    for kind in ("units", "procedures", "petitions"):
        assert run("import", kind, made / f"{kind}.csv", "--data", data).code == 0
    files = (made / "dossiers.jsonl", made / "steps.jsonl")
    assert run("import", "dossiers", *files, "--data", data).code == 0
    assert run("measure", *ORDER, "--data", data).code == 0
    return data


def test_measures_are_rows_of_units_and_indicators(data: Path) -> None:
    rows = run("measure", *ORDER, "--data", data, "--format", "json").json
    assert list(rows[0]) == ["unit", "level", "indicator", "numerator", "denominator"]
    assert rows[0]["unit"] == "H15"
    filed = next(row for row in rows if row["indicator"] == "ONLINE_FILING")
    assert 0 < filed["numerator"] <= filed["denominator"] <= 1500


def test_what_was_measured_is_ranked_and_explained_as_published_figures_are(data: Path) -> None:
    ranked = run("rank", "--level", "department", "--data", data, "--format", "json").json
    assert [each["rank"] for each in ranked][:1] == [1]
    assert all(each["complete"] and each["basis"] == "measured" for each in ranked if each["rank"])
    idle = [each["notes"] for each in ranked if not each["rank"]]
    assert all("Không phát sinh hồ sơ trong kỳ" in notes[0] for notes in idle)
    explained = run("explain", ranked[0]["unit"], "--data", data)
    assert explained.code == 0
    assert "Tỷ lệ hồ sơ giải quyết trước hạn, đúng hạn" in explained.out


def test_what_was_measured_never_mixes_with_what_was_published(data: Path, tmp_path: Path) -> None:
    data = copytree(data, tmp_path / "own")
    table = Path(__file__).parents[2] / "bochiso" / "examples" / "units-H21-2026-10-07.csv"
    assert run("import", "points", table, "--as-of", "2026-09-30", "--sure", "--data", data).code == 0
    published = run("rank", "--level", "department", "--data", data, "--format", "json").json
    own = run("rank", "--level", "department", "--measured", "--data", data, "--format", "json").json
    assert {each["unit"][:3] for each in published} == {"H21"}
    assert {each["unit"][:3] for each in own} == {"H15"}


def test_measuring_again_changes_nothing(data: Path) -> None:
    before = run("snapshots", "--measured", "--data", data, "--format", "json").json
    assert run("measure", *ORDER, "--data", data).code == 0
    assert run("snapshots", "--measured", "--data", data, "--format", "json").json == before


def test_overdue_dossiers_come_worst_first_and_say_by_which_clock(data: Path) -> None:
    done = run("dossiers", "overdue", "--as-of", "2026-09-30", "--data", data, "--format", "json")
    late = [each["days_late"] for each in done.json]
    assert late == sorted(late, reverse=True)
    assert all(days > 0 for days in late)
    assert "theo cách tính của Bộ chỉ số" in done.err


def test_dossiers_due_soon_have_days_left_and_belong_to_the_unit(data: Path) -> None:
    rows = run(
        "dossiers", "due-soon", "--as-of", "2026-09-30", "--days", "7", "--data", data, "--format", "json"
    ).json
    assert rows
    assert all(-7 <= each["days_late"] <= 0 for each in rows)
    unit = rows[0]["unit"]
    own = run("dossiers", "due-soon", "--as-of", "2026-09-30", "--days", "7", "--unit", unit, "--data", data,
              "--format", "json").json  # fmt: skip
    assert own == [each for each in rows if each["unit"] == unit]


def test_a_list_of_a_unit_that_is_none_or_several_says_so_and_a_name_will_do(data: Path) -> None:
    order = ("dossiers", "overdue", "--as-of", "2026-09-30", "--data", data, "--format", "json", "--unit")
    none, several = run(*order, "xã lạ"), run(*order, "sở")
    assert (none.code, none.out, several.code, several.out) == (2, "", 2, "")
    assert "không có đơn vị “xã lạ” trong các hồ sơ đã nhận." in none.err
    assert "có thể là" in several.err
    assert run(*order, "sở nội vụ").json == run(*order, "000.00.11.H15").json


def test_the_laws_list_says_so_and_gives_the_last_day_for_the_apology(data: Path) -> None:
    order = ("dossiers", "due-soon", "--clock", "law", "--as-of", "2026-09-30", "--days", "7", "--data", data)
    done = run(*order, "--format", "json")
    assert done.json
    assert all(row["notify_by"] < row["due_at"][:10] for row in done.json)
    assert "theo cách tính của Nghị định số 118/2025/NĐ-CP" in done.err
    shown = run(*order).out
    assert "Xin lỗi, hẹn lại chậm nhất" in shown
    assert "Theo Nghị định số 118/2025/NĐ-CP" in shown


def test_a_code_that_no_list_has_is_listed_and_given_to_a_unit(data: Path, tmp_path: Path) -> None:
    own, sent = tmp_path / "own", tmp_path / "hồ-sơ.jsonl"
    lines = ['{"MaHoSo": "H15.999-261008-1", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261008083000"}'] * 2
    sent.write_text("\n".join(lines), "utf-8")
    units = tmp_path / "units.csv"
    units.write_text("unit,name,level\nH15,Đắk Lắk,province\nH15.50,Xã Ea Drăng,commune\n", "utf-8")
    assert run("import", "units", units, "--data", own).code == 0
    assert run("import", "dossiers", sent, "--data", own).code == 0
    listed = run("dossiers", "unmapped", "--data", own, "--format", "json").json
    row = {"kind": "unit", "code": "H15.999", "counted_to": "H15", "province": None}
    assert listed[0] == row | {"dossiers": 1, "petitions": 0, "procedures": 0}
    assert run("dossiers", "map", "H15.999", "H15.998", "--data", own).code == 2
    done = run("dossiers", "map", "H15.999", "H15.50", "--data", own)
    assert done.err == "Đã ghép mã H15.999 vào đơn vị H15.50: 1 hồ sơ mang mã này.\n"
    assert run("rebuild", "--data", own).code == 0
    again = run("dossiers", "unmapped", "--data", own, "--format", "json").json
    assert [row["kind"] for row in again] == ["procedure"]


def test_a_procedures_code_is_given_to_a_listed_procedure_listed_as_such_and_taken_back(
    data: Path, tmp_path: Path
) -> None:
    own, sent = copytree(data, tmp_path / "own"), tmp_path / "hồ-sơ.jsonl"
    target = run("dossiers", "overdue", "--as-of", "2026-09-30", "--data", own, "--format", "json").json[0]
    item = '{"MaHoSo": "H15.05-260908-9999", "MaTTHC": "KTDN-7", "NgayTiepNhan": "20260908083000"}'
    sent.write_text(item, "utf-8")
    assert run("import", "dossiers", sent, "--data", own).code == 0
    done = run("dossiers", "map", "ktdn-7", target["procedure"], "--data", own)
    what = f"Đã ghép mã thủ tục KTDN-7 vào thủ tục {target['procedure']}: 1 hồ sơ mang mã này.\n"
    assert (done.code, done.err) == (0, what)
    listed = run("dossiers", "mapped", "--data", own, "--format", "json").json
    row = {"kind": "procedure", "code": "KTDN-7", "target": target["procedure"], "province": "H15"}
    assert listed == [row | {"dossiers": 1, "petitions": 0, "procedures": 0}]
    none = run("dossiers", "unmapped", "--data", own, "--format", "json")
    assert (none.json, "đều có trong danh sách" in none.err) == ([], True)
    assert "KTDN-7" in run("dossiers", "mapped", "--data", own).out
    assert run("dossiers", "unmap", "KTDN-7", "--data", own).code == 0
    assert run("dossiers", "unmap", "KTDN-7", "--data", own).code == 2
    again = run("dossiers", "unmapped", "--data", own, "--format", "json").json
    assert [each["code"] for each in again] == ["KTDN-7"]


def test_the_provinces_own_days_are_kept_and_listed_with_their_source(tmp_path: Path) -> None:
    data, table = tmp_path / "data", tmp_path / "lịch.yaml"
    assert "của tỉnh" not in run("rules", "days", "--data", data).out
    table.write_text("days: [{day: 2027-03-01, is: off, name: Lễ hội, source: 12/TB-UBND}]", "utf-8")
    done = run("rules", "days", table, "--data", data)
    assert (done.code, "đã nạp 1 ngày" in done.err) == (0, True)
    rows = run("rules", "days", "--data", data, "--format", "json").json
    assert [row for row in rows if row["own"]] == [
        {"day": "2027-03-01", "kind": "off", "name": "Lễ hội", "source": "12/TB-UBND", "own": True,
         "province": None}
    ]  # fmt: skip
    table.write_text("days: [{day: 2027-13-01}]", "utf-8")
    assert run("rules", "days", table, "--data", data).code == 2


def test_a_period_without_every_notice_is_remarked(data: Path, tmp_path: Path) -> None:
    own = copytree(data, tmp_path / "own")
    order = ("measure", "--as-of", "2021-02-10", "--period", "2021", "--data", own, "--format", "json")
    assert "chưa có đủ thông báo chính thức" in run(*order).err
    assert "lịch nghỉ" not in run("measure", *ORDER, "--data", data, "--format", "json").err


def test_without_dossiers_there_is_nothing_to_measure(tmp_path: Path) -> None:
    done = run("measure", "--data", tmp_path / "none")
    assert (done.code, done.out) == (2, "")


def test_own_counts_are_reconciled_with_published_ones(data: Path, tmp_path: Path) -> None:
    rows = run("measure", *ORDER, "--data", data, "--format", "json").json
    filed = next(row for row in rows if row["indicator"] == "ONLINE_FILING")
    head = "unit,level,indicator,numerator,denominator\n"
    table = tmp_path / "cong-bo.csv"
    numbers = f"{filed['numerator']},{filed['denominator'] + 2}"
    table.write_text(f"{head}H15,province,ONLINE_FILING,{numbers}\n", "utf-8")
    period = ("--period", "2026-01-01..2026-09-30")
    assert run("import", "measures", table, "--as-of", "2026-10-01", *period, "--data", data).code == 0
    done = run("check", "--measured", "--data", data, "--format", "json")
    assert done.code == 1
    assert [(row["unit"], row["indicator"], row["published_denominator"]) for row in done.json] == [
        ("H15", "ONLINE_FILING", filed["denominator"] + 2)
    ]
    assert "1 cặp số, 1 cặp khác nhau" in done.err
