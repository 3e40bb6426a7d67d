"""Every dossier once, in every list and figure, at whatever moment, as a clerk would ask for it."""

import csv
import json
import shutil
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from command_runner import EXAMPLES, run

from bochiso.text import VIETNAM, now

Item = dict[str, Any]
UNITS = """\
unit,name,level,parent
H15,UBND tỉnh Đắk Lắk,province,
H15.01,Sở Một,department,H15
H15.24,Sở Nông nghiệp và Môi trường,department,H15
H15.24.01,Văn phòng Đăng ký đất đai,department,H15.24
H15.51,UBND xã Sáu,commune,H15
"""
PROCEDURES = """\
procedure,authority,office,fee,online,decided,effective,entered
1.000001,department,H15.01,1,full,2026-01-05,2026-02-02,2026-01-06
1.000002,department,H15.24.01,0,partial,2026-01-05,2026-02-02,2026-01-06
"""
YEAR = ("--as-of", "2026-09-30", "--period", "2026-01-01..2026-09-30")


def dossier(number: str = "H15.01-260301-0001", **changes: Any) -> Item:
    """Received on 1 March 2026 at 08:00, due on the 10th at 17:00, in progress."""
    return {
        "MaHoSo": number, "MaTTHC": "1.000001", "KenhThucHien": "2", "TrangThaiHoSo": "4",
        "NgayNopHoSo": "20260301080000", "NgayTiepNhan": "20260301080000", "NgayHenTra": "20260310170000",
    } | changes  # fmt: skip


def step(status: int, at: str, number: str = "H15.01-260301-0001") -> Item:
    return {"MaHoSo": number, "TrangThai": str(status), "ThoiDiemXuLy": at}


def folder(path: Path, *items: Item, units: str = UNITS) -> Path:
    """A data folder that took in the lists, then the items."""
    data = Path(shutil.copytree(lists(units), path / "data"))
    send(path, data, items)
    return data


@cache
def lists(units: str) -> Path:
    """A data folder that took in the lists alone; only to be copied."""
    path = Path(tempfile.mkdtemp(prefix="bochiso-lists-"))
    for kind, text in (("units", units), ("procedures", PROCEDURES)):
        table = path / f"{kind}.csv"
        table.write_text(text, "utf-8")
        assert run("import", kind, table, "--data", path / "data").code == 0
    return path / "data"


def send(path: Path, data: Path, items: Sequence[Item]) -> None:
    sent = path / "sent.jsonl"
    sent.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    assert run("import", "dossiers", sent, "--data", data).code == 0


def measured(data: Path, *order: str) -> dict[tuple[str, str], tuple[int, int]]:
    rows = run("measure", *(order or YEAR), "--data", data, "--format", "json").json
    return {(row["unit"], row["indicator"]): (row["numerator"], row["denominator"]) for row in rows}


def on_time(data: Path, unit: str = "H15.01", *order: str) -> tuple[int, int]:
    return measured(data, *order)[unit, "RESOLVED_ON_TIME"]


def overdue(data: Path, day: str) -> list[str]:
    rows = run("dossiers", "overdue", "--as-of", day, "--data", data, "--format", "json").json
    return [row["dossier"] for row in rows]


def requests(*pairs: tuple[str, str | None]) -> list[Item]:
    return [{"NgayBoSung": asked, "NgayTiepNhanBoSung": answered} for asked, answered in pairs]


NUMBER = "H15.01-260301-0001"
DONE = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20260309080000"}


@pytest.mark.parametrize(
    ("item", "steps", "expected"),
    [
        (dossier(), [step(9, "20260305080000"), step(4, "20260306080000")], (0, 1)),  # re-opened, still open
        (dossier(TrangThaiHoSo="9"), [step(9, "20260305080000"), step(9, "20260320080000")], (1, 1)),
        (dossier(TrangThaiHoSo="10"), [step(4, "20260302080000")], (1, 1)),  # ended, nobody said when
        (dossier(TrangThaiHoSo="8", DanhSachHoSoBoSung=requests(("20260302080000", None))), [], (1, 1)),
        (dossier(TrangThaiHoSo="5"), [step(5, "20260305080000")], (1, 1)),  # a request that a step tells
        (dossier(DanhSachHoSoBoSung=requests(*[("20260302080000", None)] * 2)), [], (1, 1)),  # sent twice
        (dossier(**DONE | {"NgayKetThucXuLy": "20260315080000"},
                 DanhSachHoSoBoSung=requests(("20260320080000", "20260330080000"))), [], (0, 1)),
        (dossier(**DONE | {"NgayKetThucXuLy": "20260315080000"},
                 DanhSachHoSoBoSung=requests(("20260201080000", "20260228080000"))), [], (0, 1)),
    ],
)  # fmt: skip
def test_points_that_the_decision_leaves_open(
    tmp_path: Path, item: Item, steps: list[Item], expected: tuple[int, int]
) -> None:
    assert on_time(folder(tmp_path, item, *steps)) == expected


def test_a_closed_quarter_stays_when_supplements_are_asked_for_and_given_after_it(tmp_path: Path) -> None:
    data = folder(tmp_path, dossier())
    quarter = ("--as-of", "2026-04-30", "--period", "2026-Q1")
    assert on_time(data, "H15.01", *quarter) == (0, 1)
    send(tmp_path, data, [dossier(DanhSachHoSoBoSung=requests(("20260405080000", "20260430080000")))])
    assert on_time(data, "H15.01", *quarter) == (0, 1)
    assert on_time(data, "H15.01", "--as-of", "2026-03-31", "--period", "2026-Q1") == (0, 1)
    assert overdue(data, "2026-03-31") == [NUMBER]


def test_two_requests_of_which_one_is_still_to_come_are_not_two(tmp_path: Path) -> None:
    twice = requests(("20260302080000", None), ("20260401080000", None))
    data = folder(tmp_path, dossier(NgayHenTra="20260330170000", DanhSachHoSoBoSung=twice))
    assert on_time(data, "H15.01", "--as-of", "2026-03-15", "--period", "2026") == (1, 1)
    assert overdue(data, "2026-03-15") == []
    late = run("dossiers", "overdue", "--as-of", "2026-04-01", "--data", data, "--format", "json").json
    assert [row["days_late"] >= 0 for row in late] == [True]


def test_as_of_today_is_now_and_a_day_that_has_not_come_is_refused(tmp_path: Path) -> None:
    today = now().astimezone(VIETNAM)
    due = today + timedelta(seconds=40)
    data = folder(tmp_path, dossier(NgayHenTra=due.strftime("%Y%m%d%H%M%S")))
    day = today.date().isoformat()
    assert on_time(data, "H15.01", "--as-of", day, "--period", str(today.year)) == (1, 1)
    assert overdue(data, day) == []
    tomorrow = (today.date() + timedelta(1)).isoformat()
    for words in (("measure",), ("dossiers", "overdue"), ("dossiers", "due-soon"), ("dossiers", "late")):
        done = run(*words, "--as-of", tomorrow, "--data", data)
        assert (done.code, done.out) == (2, "")
        assert "chưa đến nên chưa có số liệu" in done.err
    slip = run("measure", "--as-of", "14/11/25", "--data", data)
    assert (slip.code, "không có ngày “14/11/25”" in slip.err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("measure", "--period", "2026-Q4", "--as-of", "2026-09-30"),
        ("dossiers", "late", "--period", "2026-Q4", "--as-of", "2026-09-30"),
        ("petitions", "--period", "2027"),
        ("publications", "--period", "2027"),
        ("work", "list", "2.1", "--period", "2027"),
        ("work", "dossier", NUMBER, "--period", "2027"),
    ],
)
def test_a_period_that_has_not_begun_has_no_figures_rather_than_noughts(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = run(*words, "--data", folder(tmp_path, dossier()))
    assert (done.code, done.out) == (2, "")
    assert "chưa bắt đầu nên chưa có số liệu" in done.err


def test_published_figures_of_a_period_that_had_not_begun_on_their_day_are_not_kept(tmp_path: Path) -> None:
    table = EXAMPLES / "daklak-points-2026-10-10.csv"
    for sure in ((), ("--sure",)):
        done = run(
            "import", "points", table, "--as-of", "2026-10-10", "--period", "2027", *sure, "--data", tmp_path
        )
        assert (done.code, done.out) == (2, "")
        assert "kỳ năm 2027 chưa bắt đầu nên chưa có số liệu" in done.err
    assert run("snapshots", "--format", "json", "--data", tmp_path).code == 2


def test_a_due_date_without_a_clock_is_the_end_of_its_day(tmp_path: Path) -> None:
    table = tmp_path / "dossiers.csv"
    rows = [
        ["Mã hồ sơ", "MaTTHC", "TrangThaiHoSo", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý"],
        [NUMBER, "1.000001", "9", "01/03/2026 08:00", "10/03/2026", "10/03/2026 09:30"],
        [NUMBER[:-1] + "2", "1.000001", "9", "01/03/2026 08:00", "10/03/2026 08:00", "10/03/2026 09:30"],
        [NUMBER[:-1] + "3", "1.000001", "4", "01/03/2026", "10/03/2026", ""],
    ]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    data = folder(tmp_path, dossier("H15.51-260301-0001"))
    assert run("import", "dossiers", table, "--data", data).code == 0
    assert on_time(data, "H15.01", "--as-of", "2026-03-10", "--period", "2026") == (2, 3)


def test_a_unit_two_steps_below_counts_once_in_each_unit_above(tmp_path: Path) -> None:
    office = [
        dossier(f"H15.24.01-260301-{n:04d}", MaTTHC="1.000002", **(DONE if n else {})) for n in range(3)
    ]
    data = folder(tmp_path, *office, dossier(**DONE))
    found = measured(data)
    assert [found[unit, "RESOLVED_ON_TIME"] for unit in ("H15.24.01", "H15.24", "H15")] == [
        (2, 3),
        (2, 3),
        (3, 4),
    ]
    assert [found[unit, "ONLINE_PROVISION"] for unit in ("H15.24.01", "H15.24", "H15")] == [
        (1, 1),
        (1, 1),
        (2, 2),
    ]
    ranked = run("rank", "--measured", "--data", data, "--format", "json").json
    levels = {each["unit"]: each["level"] for each in ranked}
    assert levels["H15.24.01"] == "subunit"
    below = run("rank", "--measured", "--province", "H15", "--data", data, "--format", "json").json
    assert {each["unit"] for each in below} == {"H15.01", "H15.24", "H15.24.01", "H15.51"}
    explained = run("explain", "H15.24.01", "--measured", "--data", data, "--format", "json").json
    inherited = {each["code"]: each["inherited_from"] for each in explained["indicators"]}
    assert inherited["PUBLISH_ON_TIME"] == "H15"


def test_what_a_list_of_units_cannot_mean_is_told_and_counted_once(tmp_path: Path) -> None:
    odd = UNITS.replace("UBND tỉnh Đắk Lắk,province,", "UBND tỉnh Đắk Lắk,province,H15") + (
        "H15.02,Sở Hai,department,H15.99\nH15.60,UBND xã Bảy,province,H15\n"
    )
    data = folder(tmp_path, dossier("H15-260301-0001"), dossier("H15.02-260301-0001"), units=odd)
    done = run("measure", *YEAR, "--data", data, "--format", "json")
    found = {(row["unit"], row["indicator"]): row["denominator"] for row in done.json}
    assert found["H15", "ONLINE_FILING"] == 2
    assert {row["unit"] for row in done.json if row["level"] == "province"} == {"H15"}
    for said in ("bỏ qua “H15”", "H15.02 ghi đơn vị cấp trên là H15.99", "H15.60 ghi là cấp tỉnh"):
        assert said in done.err
    again = run("import", "units", lists(odd).parent / "units.csv", "--data", data)
    assert "H15.02 ghi đơn vị cấp trên là H15.99" in again.err


def test_late_dossiers_are_the_denominator_less_the_numerator_and_the_rest_is_said(tmp_path: Path) -> None:
    items = [
        dossier(NUMBER, **DONE),
        dossier(NUMBER[:-1] + "2", **DONE | {"NgayKetThucXuLy": "20260312080000"}),
        dossier("H15.24.01-260301-0003"),
        dossier("H15.24.01-260301-0004", NgayHenTra=None),
    ]
    data = folder(tmp_path, *items)
    done = run("dossiers", "late", *YEAR, "--data", data, "--format", "json")
    assert [(row["dossier"], row["ended_at"] is None) for row in done.json] == [
        ("H15.24.01-260301-0003", True), (NUMBER[:-1] + "2", False),
    ]  # fmt: skip
    assert "2 hồ sơ quá hạn trong 3 hồ sơ được tính" in done.err
    assert "có 1 hồ sơ không tính được" in done.err
    assert on_time(data, "H15") == (1, 3)
    office = run("dossiers", "late", *YEAR, "--unit", "H15.24", "--data", data, "--format", "json").json
    assert [row["dossier"] for row in office] == ["H15.24.01-260301-0003"]
    shown = run("dossiers", "late", *YEAR, "--data", data)
    assert "đang giải quyết" in shown.out
    assert "Chỉ số 2.1 không tính 1 hồ sơ" in run("measure", *YEAR, "--data", data).err
    explained = run("explain", "H15.24.01", "--measured", "--data", data).out
    assert "Chỉ số 2.1 tính trên 1 trong 2 hồ sơ đã tiếp nhận" in " ".join(explained.split())
    assert measured(data)["H15.24.01", "DOSSIER_RECEIVING_SATISFACTION"] == (1, 2)


def test_dossiers_of_a_ministrys_system_are_told_apart_by_their_number(tmp_path: Path) -> None:
    data = folder(tmp_path, dossier(), dossier("H15.01-260301-1200345"), dossier("H15.01-260301-120034"))
    rows = run("dossiers", "late", *YEAR, "--data", data, "--format", "json").json
    told = {row["dossier"].rpartition("-")[2]: row["ministry"] for row in rows}
    assert told == {"0001": None, "1200345": "12", "120034": "12"}
    for clock in ("index", "law"):
        asked = ("dossiers", "overdue", "--as-of", "2026-09-30", "--clock", clock, "--data", data)
        rows = run(*asked, "--format", "json").json
        assert {row["dossier"].rpartition("-")[2]: row["ministry"] for row in rows} == told
        assert "Hệ thống của bộ" in " ".join(run(*asked).out.split())
    soon = ("dossiers", "due-soon", "--as-of", "2026-03-09", "--data", data, "--format", "json")
    assert sorted(str(row["ministry"]) for row in run(*soon).json) == ["12", "12", "None"]
    assert on_time(data) == (0, 3)


def test_a_unit_without_dossiers_has_nothing_to_be_graded_by(tmp_path: Path) -> None:
    data = folder(tmp_path, dossier(**DONE))
    measured(data)
    ranked = run("rank", "--measured", "--level", "commune", "--data", data, "--format", "json").json
    (commune,) = ranked
    assert (commune["total"], commune["grade"], commune["rank"]) == (None, None, None)
    assert "Không phát sinh hồ sơ trong kỳ" in commune["notes"][0]


def test_an_end_before_the_receipt_or_that_nobody_gave_is_in_no_mean_time(tmp_path: Path) -> None:
    items = [
        dossier(NUMBER, **DONE),
        dossier(NUMBER[:-1] + "2", **DONE | {"NgayKetThucXuLy": "20260228080000"}),
        dossier(NUMBER[:-1] + "3", TrangThaiHoSo="10"),
    ]
    found = run("measure", *YEAR, "--data", folder(tmp_path, *items), "--format", "json").json
    (mean,) = {
        row["numerator"]
        for row in found
        if row["indicator"] == "AVERAGE_PROCESSING_DAYS" and row["unit"] == "H15.01"
    }
    assert mean == 8


REGISTER = """\
procedure,kind,ministry_number,ministry_on,issuer,number,decided_on,effective_on,entered_on
1.000003,mới,1/QĐ-BTP,2026-02-02,Bộ Tư pháp,1/QĐ-UBND,2026-02-10,,2026-02-11
1.000004,mới,2/QĐ-BTP,2026-02-02,Bộ Tư pháp,2/QĐ-UBND,2026-02-10,2026-03-10,2026-02-11
1.000004,bãi bỏ,3/QĐ-BTP,2026-05-04,Bộ Tư pháp,3/QĐ-UBND,2026-05-11,2026-06-01,2026-05-12
"""


def test_procedures_without_a_day_of_effect_and_abolished_ones_are_said_with_the_figures(
    tmp_path: Path,
) -> None:
    data = folder(tmp_path, dossier(**DONE))
    (tmp_path / "so.csv").write_text(REGISTER, "utf-8")
    assert run("import", "publications", tmp_path / "so.csv", "--data", data).code == 0
    told = run("measure", *YEAR, "--data", data).err
    assert "Chỉ số 1.1 không tính 1 thủ tục công bố trong kỳ, vì chưa rõ ngày có hiệu lực" in told
    assert "1 thủ tục đã bị bãi bỏ, không còn trong mẫu số" in told
    explained = " ".join(run("explain", "H15", "--measured", "--data", data).out.split())
    assert "Chỉ số 1.1 tính trên 3 trong 4 thủ tục công bố trong kỳ" in explained
    assert "thủ tục công bố" not in run("explain", "H15.01", "--measured", "--data", data).out
    before = run("measure", "--as-of", "2026-05-20", "--period", "2026", "--data", data).err
    assert "bãi bỏ" not in before


def test_days_off_that_are_not_announced_are_told_as_far_as_limits_reach(tmp_path: Path) -> None:
    data = folder(tmp_path, dossier(**DONE))
    listed = tmp_path / "long.csv"
    listed.write_text("procedure,authority,office,working_days\n1.000009,department,H15.01,60\n", "utf-8")
    assert run("import", "procedures", listed, "--data", data).code == 0
    late = {"NgayTiepNhan": "20261102080000", "NgayNopHoSo": "20261102080000", "MaTTHC": "1.000009"}
    asked = ("measure", "--period", "2026-11", "--as-of", "2026-11-20", "--data", data)
    send(tmp_path, data, [dossier(**late)])
    assert "lịch nghỉ" not in run(*asked).err
    send(tmp_path, data, [dossier("H15.01-261102-0002", **late, NgayHenTra="")])
    assert "lịch nghỉ đến ngày" in run(*asked).err


def test_the_days_of_a_quarter_are_that_quarter(tmp_path: Path) -> None:
    data = folder(tmp_path, dossier(**DONE))
    assert (
        run("measure", "--period", "2026-01-01..2026-03-31", "--as-of", "2026-03-31", "--data", data).code
        == 0
    )
    assert run("rank", "--measured", "--period", "2026-Q1", "--data", data).code == 0
