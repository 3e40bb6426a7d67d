"""What is told of dossiers: as far as they are known, by unit, adding up."""

import json
from dataclasses import astuple
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from command_runner import run
from python_calamine import CalamineWorkbook
from report_folders import GOOD, NOW, at_work, department, facts_of, keep, rows, written

from bochiso.periods import parse_period
from bochiso.report.build import workbook
from bochiso.report.context import DocumentKind
from bochiso.report.dossier_figures import Caseload
from bochiso.report.report_data import ReportRequest
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.worklists.worklist import caseloads, open_list
from bochiso.text import VIETNAM


def open_ones(root: Path, days: range, *, month: int = 8) -> DataFolder:
    """A department with an open dossier received on each of some days, due a week later."""
    folder = keep(DataFolder(root / "data"), rows(department(1, GOOD), department(2, GOOD)), "2026-10-07")
    lines = "".join(
        f'{{"MaHoSo":"H21.01-26{month:02d}{day:02d}-0001","MaTTHC":"1.000656",'
        f'"NgayTiepNhan":"2026{month:02d}{day:02d}080000","NgayHenTra":"202610{day:02d}170000",'
        '"TrangThaiHoSo":"4","KenhThucHien":"2"}\n'
        for day in days
    )
    path = root / "dossiers.jsonl"
    path.write_text(lines, "utf-8")
    import_dossiers(folder, [path])
    return folder


def test_nothing_is_said_of_dossiers_that_were_never_brought_in(tmp_path: Path) -> None:
    """A list of procedures is no dossier: that none is overdue would be made up."""
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD)), "2026-10-07")
    table = b"procedure,procedure_name,authority\n1.003725,In,department\n"
    import_records(folder, "procedures", [("thu-tuc.csv", table)], province="H21")
    for kind in DocumentKind:
        found = written(folder, kind)
        assert (found.overdue.known, found.handling.known, found.handling.number) == (False, False, "")


def test_dossiers_that_stopped_coming_are_told_up_to_their_last_day(tmp_path: Path) -> None:
    folder = open_ones(tmp_path, range(1, 29), month=9)
    found = written(folder)
    assert found.overdue.moment == "ngày 28/9/2026"
    assert found.overdue.line == "không có hồ sơ quá hạn"
    assert any("dừng ở ngày 28/9/2026" in remark or "28/09/2026" in remark for remark in found.moment.remarks)


def test_a_few_quiet_days_of_an_office_with_few_dossiers_stop_nothing(tmp_path: Path) -> None:
    found = written(open_ones(tmp_path, range(1, 4), month=9))
    assert found.overdue.moment == "ngày 07/10/2026"
    assert found.overdue.known_until == "03/9/2026"
    assert found.overdue.total == "3"


def test_dossiers_that_ended_before_the_period_are_no_result_of_it(tmp_path: Path) -> None:
    folder = open_ones(tmp_path, range(1, 29))
    keep(folder, rows(department(1, GOOD)), "2026-10-07", period="2026-10")
    facts = facts_of(folder, ReportRequest("H21", "2026-10/2026-10-07"))
    assert facts.dossiers is None
    assert facts.dossiers_until == date(2026, 8, 28)


def test_the_annex_of_handling_adds_up_to_what_is_overdue(tmp_path: Path) -> None:
    found = written(at_work(tmp_path))
    *units, whole = found.handling.rows
    assert [(row.unit, row.received, row.open, row.overdue) for row in units] == [
        ("Sở 01", "2", "2", "2"),
        ("Sở 02", "1", "1", "0"),
    ]
    assert (whole.unit, whole.received, whole.done, whole.open) == ("Tổng cộng", "3", "0", "3")
    assert whole.overdue == found.overdue.total == "2"


def test_a_caseload_adds_up_and_is_carried_over_whole(tmp_path: Path) -> None:
    """What is open at the end of a span is carried over into the next; the overdue are those of the list."""
    folder, files = DataFolder(tmp_path / "data"), tmp_path / "files"
    simulated(files)
    import_records(folder, "units", [("units.csv", (files / "units.csv").read_bytes())])
    import_records(folder, "procedures", [("p.csv", (files / "procedures.csv").read_bytes())])
    import_dossiers(folder, [files / "dossiers.jsonl", files / "steps.jsonl"])
    with open_dossiers(folder) as db:
        ends = [datetime(2026, month, 30, 23, 59, 59, tzinfo=VIETNAM) for month in (6, 9)]
        first, second = (
            sum((load(row) for row in caseloads(db, day, end, "H15")), Caseload())
            for day, end in zip((date(2026, 4, 1), date(2026, 7, 1)), ends, strict=True)
        )
        overdue = len(open_list(db, ends[1], "H15", None))
    for each in (first, second):
        assert each.total == each.done + each.open > 0
    assert second.carried == first.open
    assert second.overdue == overdue > 0
    assert min(astuple(second)) >= 0


def load(row: dict[str, Any]) -> Caseload:
    return Caseload(**{name: value for name, value in row.items() if name != "unit"})


def simulated(folder: Path) -> None:
    assert run("simulate", "--province", "H15", "--dossiers", "600", "--seed", "3", "-o", folder).code == 0


def test_what_was_measured_of_a_period_without_dossiers_is_refused(tmp_path: Path) -> None:
    folder, files = DataFolder(tmp_path / "data"), tmp_path / "files"
    simulated(files)
    for kind in ("units", "procedures"):
        assert run("import", kind, files / f"{kind}.csv", "--data", folder.root).code == 0
    assert run("import", "dossiers", files / "dossiers.jsonl", "--data", folder.root).code == 0
    asked = ("--as-of", "2026-10-31", "--period", "2026-10", "--data", folder.root)
    assert run("measure", *asked).code == 0
    made = run("report", "month", "--measured", *asked, "--province", "H15", "-o", tmp_path / "out")
    assert made.code == 2
    assert "không có hồ sơ nào của tỉnh Đắk Lắk từ đầu kỳ" in made.err
    assert not (tmp_path / "out").exists()


def test_a_fall_is_told_down_to_the_procedures_whose_dossiers_were_missed(tmp_path: Path) -> None:
    """August: all in time; September: five of ten late, four of them of one procedure."""
    folder, files = DataFolder(tmp_path / "data"), tmp_path / "files"
    files.mkdir()
    units = "mã,tên,cấp\nH15,UBND tỉnh Đắk Lắk,tỉnh\nH15.50,UBND xã Ea Drăng,xã\nH15.51,UBND xã Ea Kly,xã\n"
    procedures = "procedure,procedure_name\n1.000001,Thủ tục đăng ký khai sinh\n1.000002,Thủ tục chứng thực\n"
    late = {"H15.50": {(9, n): "1.000001" for n in range(4)} | {(9, 4): "1.000002"}, "H15.51": {}}
    lines = [
        json.dumps(
            {
                "MaHoSo": f"{unit}-26{month:02d}01-{n:04d}", "MaTTHC": late[unit].get((month, n), "1.000002"),
                "NgayTiepNhan": f"2026{month:02d}01080000", "NgayHenTra": f"2026{month:02d}10170000",
                "NgayKetThucXuLy": f"2026{month:02d}{20 if (month, n) in late[unit] else '08'}080000",
                "TrangThaiHoSo": "9", "KenhThucHien": "1",
            }
        )
        for unit in late for month in (8, 9) for n in range(10)
    ]  # fmt: skip
    (files / "hs.jsonl").write_text("\n".join(lines), "utf-8")
    import_records(folder, "units", [("units.csv", units.encode())])
    import_records(folder, "procedures", [("p.csv", procedures.encode())])
    import_dossiers(folder, [files / "hs.jsonl"])
    for month, day in (("2026-08", "2026-08-31"), ("2026-09", "2026-09-30")):
        assert run("measure", "--as-of", day, "--period", month, "--data", folder.root).code == 0
    found = written(folder, asked=ReportRequest("H15", period=parse_period("2026-09")))
    (fallen,) = found.levels[0].fallen
    assert "chỉ số 2.1" in fallen.cause
    assert "kỳ trước 10/10, kỳ này 5/10" in fallen.cause
    assert fallen.line.endswith("không đạt nhiều nhất ở TTHC Đăng ký khai sinh (04/05 hồ sơ)")


def test_a_procedure_in_force_that_was_never_decided_on_is_late(tmp_path: Path) -> None:
    """Of a list without any day of decision nothing is said: the days were not brought in."""
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD), department(2, GOOD)), "2026-10-07")
    head = "procedure,procedure_name,authority,office,decided,effective,entered\n"
    never = (
        "1.003725,Cấp giấy phép,department,H21.01,,2026-04-01,\n1.003726,Cũ,department,H21.01,,2019-04-01,\n"
    )
    import_records(folder, "procedures", [("a.csv", (head + never).encode())])
    asked = ReportRequest("H21", "2026-10-07")
    assert not written(folder, DocumentKind.NOTICE, asked).publications.late
    decided = "1.003727,Khai sinh,department,H21.02,2026-05-04,2026-05-20,2026-05-05\n"
    import_records(folder, "procedures", [("b.csv", (head + decided + never).encode())])
    found = written(folder, DocumentKind.NOTICE, asked).publications
    (late,) = found.late
    assert late.decision == (
        "Chưa có quyết định công bố, có hiệu lực từ ngày 01/4/2026: Cấp giấy phép (1.003725)"
    )
    assert "chưa ký, chậm" in late.note
    assert "01 TTHC chưa được công bố tuy đã hết hạn" in found.line


def test_the_workbook_lists_each_procedure_that_was_late(tmp_path: Path) -> None:
    data = workbook(facts_of(at_work(tmp_path), ReportRequest("H21")), "Văn phòng UBND tỉnh Gia Lai", NOW)
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("Chậm công bố")
    found = [row for row in sheet.to_python() if str(row[0]).startswith("1.000")]
    assert [(row[0], row[2], row[9]) for row in found][:2] == [
        ("1.000657", "Sở 02", 11),
        ("1.000658", "Sở 02", 11),
    ]


def test_units_with_as_many_overdue_as_others_are_not_said_to_have_most(tmp_path: Path) -> None:
    """Where all are named, each has its count; where many have as many, none of them is the first to act."""
    folder = DataFolder(tmp_path / "data")
    many = range(1, 8)
    keep(folder, rows(*(department(n, GOOD) for n in many)), "2026-10-07")
    path = tmp_path / "dossiers.jsonl"
    for some, line, first in (
        ((1, 1, 2), "tại 02 cơ quan: Sở 01 (02 hồ sơ) và Sở 02 (01 hồ sơ)", " tại Sở 01 và Sở 02;"),
        (many, "tại 07 cơ quan", ", trước hết tại Sở 01 và Sở 02;"),
        ((1, 3, *many), "tại 07 cơ quan", ", trước hết tại Sở 01, Sở 02 và Sở 03;"),
    ):
        path.write_text(
            "".join(
                f'{{"MaHoSo":"H21.{of:02d}-260901-{len(some)}{n:03d}","MaTTHC":"1.000656",'
                '"NgayTiepNhan":"20260901080000","NgayHenTra":"20260920170000",'
                '"TrangThaiHoSo":"4","KenhThucHien":"2"}\n'
                for n, of in enumerate(some)
            ),
            "utf-8",
        )
        import_dossiers(folder, [path])
        found = written(folder)
        assert found.overdue.line.endswith(line)
        assert first in " ".join(item.text for each in found.proposals for item in each.items)
