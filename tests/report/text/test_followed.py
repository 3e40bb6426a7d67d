"""Targets and last time's requests in documents: who reached what, who did not; nothing where none were."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from msgspec.structs import replace
from prose_text import prose_text
from python_calamine import CalamineWorkbook
from report_folders import COMMUNE, GOOD, NOW, POOR, department, facts_of, keep, rows, written

from bochiso.followup.targets import TOTAL_POINTS, Target
from bochiso.report.build import workbook
from bochiso.report.context import DocumentKind
from bochiso.report.report_data import Followed, ReportRequest
from bochiso.store.decisions.handed_units import HandedUnit, HandlingTable
from bochiso.store.folder import DataFolder
from bochiso.store.followup.target_register import give_targets, known_targets, withdraw_target
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.units.model import Level

DECISION = "Quyết định số 127/QĐ-UBND ngày 16/01/2026"


def target(level: Level, value: str = "80") -> Target:
    return Target(DECISION, TOTAL_POINTS, Decimal(value), date(2026, 1, 1), date(2026, 12, 31), level)


def folder(root: Path) -> DataFolder:
    communes = [(f"H21.{n}", f"UBND xã Số {n}", COMMUNE, *POOR) for n in range(200, 220)]
    table = rows(department(1, GOOD), department(2, POOR, "Sở Văn hóa, Thể thao và Du lịch"), *communes)
    return keep(DataFolder(root / "data"), table, "2026-10-07")


def test_each_target_says_who_reached_it_and_names_a_few_who_did_not(tmp_path: Path) -> None:
    of = folder(tmp_path)
    followed = Followed(
        (target(Level.DEPARTMENT), target(Level.COMMUNE)), ("kết quả giải trình: 03/05 đơn vị",)
    )
    for kind in DocumentKind:
        found = written(of, kind, ReportRequest("H21", followed=followed))
        (said,) = found.targets
        assert said.startswith(
            f"Thực hiện chỉ tiêu giao tại {DECISION}: 01/02 sở, ban, ngành, 00/20 xã, phường"
        )
        assert "đạt chỉ tiêu tổng điểm 80 điểm; chưa đạt: Sở Văn hóa, Thể thao và Du lịch; UBND xã" in said
        assert said.endswith("và 09 đơn vị khác")
        assert found.outcomes == ["Kết quả giải trình: 03/05 đơn vị"]
    nothing = written(of, DocumentKind.WEEK, ReportRequest("H21"))
    assert nothing.targets == nothing.outcomes == []


def test_the_workbook_has_a_row_for_every_unit_with_a_target(tmp_path: Path) -> None:
    asked = ReportRequest("H21", followed=Followed((target(Level.DEPARTMENT),)))
    data = workbook(facts_of(folder(tmp_path), asked), "Văn phòng", NOW)
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("Chỉ tiêu")
    found = [row for row in sheet.to_python() if row[0] == DECISION]
    assert [(row[2], row[5], row[7]) for row in found] == [
        ("Sở 01", 0, "đạt"), ("Sở Văn hóa, Thể thao và Du lịch", 30, "chưa đạt"),
    ]  # fmt: skip


def test_the_register_is_read_as_it_stood_at_a_moment(tmp_path: Path) -> None:
    of = folder(tmp_path)
    given, ended = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 5))
    with open_ledger(of) as ledger:
        give_targets(ledger, [target(Level.DEPARTMENT)], By("lan", given))
        withdraw_target(ledger, 1, By("lan", ended))
        assert known_targets(ledger) == []
        assert known_targets(ledger, datetime(2026, 1, 1, tzinfo=UTC)) == []
        assert len(known_targets(ledger, datetime(2026, 3, 1, tzinfo=UTC))) == 1
        assert known_targets(ledger, datetime(2026, 6, 1, tzinfo=UTC)) == []


def table(*counts: tuple[str, int | None, int | None, int]) -> HandlingTable:
    """A unit with what it received, has open, and overdue; the rest is nothing, or isn't known."""
    units = []
    for code, received, still, overdue in counts:
        rest = (0, received, 0, received - still, 0, still) if received and still else ()
        units.append(HandedUnit(code, "", overdue, *rest))
    return HandlingTable("H21", date(2026, 1, 1), date(2026, 10, 5), tuple(units))


def test_an_office_that_has_only_a_table_of_overdue_dossiers_names_units_by_it(tmp_path: Path) -> None:
    alone = Followed(handed=(table(("H21.01", None, None, 7), ("H21.02", None, None, 0)),))
    found = written(folder(tmp_path), DocumentKind.DIRECTIVE, ReportRequest("H21", followed=alone))
    assert found.overdue.line == "có 07 hồ sơ đang giải quyết đã quá hạn tại Sở 01"
    assert found.overdue.known_until == "05/10/2026"
    assert not found.handling.known
    text = prose_text(DocumentKind.DIRECTIVE, found)
    assert "tại Sở 01 (dữ liệu hồ sơ cập nhật đến ngày 05/10/2026)" in text
    assert "Sở 01: Rà soát từng hồ sơ quá hạn" in text


def test_a_whole_table_makes_the_annex_of_handling(tmp_path: Path) -> None:
    whole = Followed(handed=(table(("H21.01", 100, 20, 7), ("H21.02", 50, 5, 0)),))
    found = written(folder(tmp_path), DocumentKind.NOTICE, ReportRequest("H21", followed=whole))
    assert found.handling.number
    assert [(r.unit, r.received, r.done, r.open, r.overdue) for r in found.handling.rows] == [
        ("Sở 01", "100", "80", "20", "7"),
        ("Sở Văn hóa, Thể thao và Du lịch", "50", "45", "5", "0"),
        ("Tổng cộng", "150", "125", "25", "7"),
    ]
    late = ReportRequest("H21", followed=Followed(handed=(replace(table(), as_of=date(2026, 10, 9)),)))
    assert not written(folder(tmp_path / "b"), DocumentKind.NOTICE, late).overdue.known
