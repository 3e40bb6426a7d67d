"""From a data folder to the context of a document: every sentence is the standings' own figure."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from prose_text import prose_text
from report_folders import (
    COMMUNE,
    EXAMPLES,
    GOOD,
    NOW,
    POOR,
    at_work,
    department,
    facts_of,
    keep,
    real,
    rows,
    texts,
    written,
)

from bochiso.errors import ComputeError, ReportError
from bochiso.report.context import CONTEXTS, DocumentKind, names_of
from bochiso.report.office_settings import default_settings, read_settings
from bochiso.report.report_data import ReportRequest, provinces_in
from bochiso.store.dossiers.file_import import import_records
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import rankings
from bochiso.units.model import Level


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


# The province among all provinces.


def test_the_province_is_told_with_points_rank_and_their_changes() -> None:
    province = written(real()).province
    assert province.day == "06/10/2026"
    assert province.result == (
        "65,64/100 điểm (tăng 3,02 điểm so với ngày 17/9/2026), xếp hạng 04/34 tỉnh, thành phố (tăng 08 bậc)"
    )


def test_its_groups_are_the_decisions_with_the_two_parts_of_online_services_beneath() -> None:
    groups = written(real()).province.groups
    assert [group.line for group in groups] == [
        "Công khai, minh bạch: 11,79/18 điểm (không thay đổi), hạng 11/34",
        "Tiến độ, kết quả giải quyết: 17,14/20 điểm (tăng 1,38 điểm), hạng 24/34",
        "Dịch vụ và thanh toán trực tuyến: 16,22/22 điểm (tăng 0,84 điểm), hạng 04/34",
        "Mức độ hài lòng: 11,04/18 điểm (tăng 0,58 điểm), hạng 11/34",
        "Số hóa hồ sơ: 9,45/22 điểm (tăng 0,22 điểm), hạng 19/34",
    ]
    assert groups[2].parts == [
        "Cung cấp dịch vụ trực tuyến: 9,13/12 điểm (tăng 0,66 điểm), hạng 08/34",
        "Thanh toán trực tuyến: 7,09/10 điểm (tăng 0,18 điểm), hạng 03/34",
    ]


def test_the_groups_that_earn_least_are_those_below_its_own_share() -> None:
    assert written(real()).province.weakest == (
        "Số hóa hồ sơ (9,45/22 điểm); Mức độ hài lòng (11,04/18 điểm); Công khai, minh bạch (11,79/18 điểm)"
    )


def test_it_stands_against_the_mean_and_the_rank_that_it_aims_at() -> None:
    first = written(real()).province
    assert first.mean == "cao hơn 3,76 điểm so với mức trung bình cả nước (61,88 điểm)"
    assert first.target == "thuộc nhóm 10 tỉnh, thành phố dẫn đầu"
    assert first.aim.startswith("giữ vững vị trí của tỉnh Gia Lai trong nhóm 10")
    aimed = read_settings("target_rank: 3", "cq.yaml", "H21")
    province = written(real(), settings=aimed).province
    assert province.target == "còn thiếu 1,20 điểm để bằng địa phương xếp hạng 03/34"
    assert province.aim.startswith("phấn đấu đưa tỉnh Gia Lai vào nhóm 03")


def test_its_ranking_is_of_the_nearest_day_that_was_known_then() -> None:
    province = written(real(), asked=ReportRequest("H21", "2026-10-02")).province
    assert province.day == "17/9/2026"
    assert "xếp hạng 12/34" in province.result
    assert "so với" not in province.result


def test_provinces_with_the_same_total_share_a_rank_and_are_named(folder: DataFolder) -> None:
    table = (EXAMPLES / "provinces-2026-10-06.csv").read_text("utf-8")
    own = "H21,UBND tỉnh Gia Lai,65.64,11.79,17.14,9.13,7.09,11.04,9.45"
    equal = "H53,UBND tỉnh Tây Ninh,65.64,11.79,17.14,9.13,7.09,11.04,9.45"
    table = re.sub(r"H53,.*", equal, table)
    assert own in table
    province = written(keep(folder, table, "2026-10-06")).province
    assert province.rank == "đồng hạng 04/34 tỉnh, thành phố (cùng tổng điểm với tỉnh Tây Ninh)"


def test_ranks_out_of_63_and_out_of_34_are_not_subtracted(folder: DataFolder) -> None:
    table = (EXAMPLES / "provinces-2026-10-06.csv").read_text("utf-8")
    keep(folder, table, "2025-06-28", period="2025")
    keep(folder, table.replace("65.64,11.79", "65.74,11.89"), "2025-07-05", period="2025")
    found = written(folder)
    assert "tăng 0,10 điểm so với ngày 28/6/2025" in found.province.result
    assert "bậc" not in found.province.result
    assert "giữ nguyên" not in found.province.result
    assert any("34 tỉnh, thành phố (trước đó 63)" in remark for remark in found.moment.remarks)


def test_a_province_alone_in_its_figures_has_no_rank(folder: DataFolder) -> None:
    keep(folder, "unit,unit_name,level,total\nH21,UBND tỉnh Gia Lai,province,65.64\n", "2026-10-06")
    province = written(folder).province
    assert province.known
    assert province.result == "65,64/100 điểm"
    assert (province.rank, province.mean, province.target) == ("", "", "")
    assert province.aim.startswith("phấn đấu đưa tỉnh Gia Lai vào nhóm 10")


def test_without_figures_of_the_province_its_part_is_left_out(folder: DataFolder) -> None:
    keep(folder, rows(department(1, GOOD)), "2026-10-07")
    found = written(folder)
    assert not found.province.known
    assert found.marks.province == ""
    assert [level.mark for level in found.levels] == [""]


# Levels.


def test_grades_of_a_level_with_their_changes() -> None:
    departments, communes = written(real()).levels
    assert [grade.line for grade in departments.grades] == [
        "Không có cơ quan xếp loại Xuất sắc",
        "Không có cơ quan xếp loại Tốt",
        "Có 04/14 cơ quan xếp loại Khá (tăng 01 cơ quan so với ngày 02/10/2026)",
        "Có 07/14 cơ quan xếp loại Trung bình (giảm 01 cơ quan so với ngày 02/10/2026)",
        "Có 03/14 cơ quan xếp loại Yếu",
    ]
    assert [grade.count for grade in communes.grades] == ["00/135", "00/135", "85/135", "50/135", "00/135"]
    assert communes.grades[2].line.endswith("(giảm 03 địa phương so với ngày 02/10/2026)")


def test_a_mover_is_told_with_both_points_both_ranks_and_the_main_cause() -> None:
    risen, fallen = written(real()).levels[0].risen, written(real()).levels[1].fallen
    assert risen[0].line == (
        "Sở Y tế tăng 12,26 điểm (từ 58,11 lên 70,37 điểm), tăng 06 bậc (từ hạng 10 lên hạng 04); "
        "chủ yếu do nhóm Mức độ hài lòng tăng 12,01 điểm"
    )
    assert fallen[0].line == (
        "UBND xã Đức Cơ giảm 12,06 điểm (từ 69,88 xuống 57,82 điểm), giảm 44 bậc "
        "(từ hạng 89 xuống hạng 133); chủ yếu do nhóm Mức độ hài lòng giảm 12,00 điểm"
    )
    # The others fell by less than half a point: nobody is named for that.
    assert len(fallen) == 3


def test_the_first_period_is_compared_with_nothing() -> None:
    found = written(real(), asked=ReportRequest("H21", "2026-10-02"))
    assert found.moment.compared_with == ""
    assert not any("so với" in text for level in found.levels for text in texts(level))
    assert [level.risen + level.fallen for level in found.levels] == [[], []]
    assert not any(annex.compared for annex in found.annexes)


def test_labels_of_weeks_name_what_is_compared(folder: DataFolder) -> None:
    keep(folder, rows(department(1, GOOD), department(2, GOOD)), "2025-11-07", label="tuần 01 tháng 11/2025")
    keep(folder, rows(department(1, GOOD), department(2, POOR)), "2025-11-14", label="tuần 02 tháng 11/2025")
    found = written(folder)
    assert found.paper.subject.endswith("tỉnh Gia Lai tuần 02 tháng 11/2025")
    assert found.levels[0].grades[0].line == (
        "Có 01/02 cơ quan xếp loại Xuất sắc (giảm 01 cơ quan so với tuần 01 tháng 11)"
    )
    assert found.annexes[0].notes == ["Thay đổi so với tuần 01 tháng 11; dấu + là tăng điểm, tăng hạng"]


def test_one_unit_has_no_mean_no_best_and_no_last(folder: DataFolder) -> None:
    keep(folder, rows(department(1, GOOD)), "2026-10-07")
    found = written(folder)
    level = found.levels[0]
    assert level.grades[0].line == "Có 01/01 cơ quan xếp loại Xuất sắc"
    assert (level.mean, level.best, level.last) == ("", "", "")
    assert found.annexes[0].number == found.annex_names == "Phụ lục"


def test_units_that_share_a_rank_are_named_together(folder: DataFolder) -> None:
    keep(folder, rows(*(department(n, GOOD) for n in range(1, 5)), department(5, POOR)), "2026-10-07")
    best = written(folder).levels[0].best
    assert best == "; ".join(f"Sở {n:02d} (93,00 điểm)" for n in range(1, 5))
    assert [row.rank for row in written(folder).annexes[0].rows] == ["1", "1", "1", "1", "5"]


def test_many_units_that_share_a_rank_are_counted(folder: DataFolder) -> None:
    keep(folder, rows(*(department(n, GOOD) for n in range(1, 15)), department(15, POOR)), "2026-10-07")
    level = written(folder).levels[0]
    assert level.best.endswith("Sở 05 (93,00 điểm) và 09 đơn vị khác cùng điểm")
    assert level.best.count("điểm)") == 5
    assert level.last == "Sở 15 (50,00 điểm)"


def test_nobody_leads_a_level_of_equals_and_no_more_than_half_lead_a_small_one(folder: DataFolder) -> None:
    keep(folder, rows(*(department(n, GOOD) for n in range(1, 15))), "2026-10-06")
    level = written(folder).levels[0]
    assert (level.best, level.last) == ("", "")
    keep(
        folder,
        rows(*((f"H21.{n:02d}", f"Sở {n:02d}", "department", 17, 19, 11, 9, 17, 20 - n) for n in (1, 2, 3))),
        "2026-10-07",
    )
    assert written(folder).levels[0].best == "Sở 01 (92,00 điểm)"


def test_a_unit_alone_keeps_no_place(folder: DataFolder) -> None:
    keep(folder, rows(department(1, GOOD)), "2026-10-02")
    keep(folder, rows(department(1, POOR)), "2026-10-07")
    (fallen,) = written(folder).levels[0].fallen
    assert fallen.rank == ""
    assert "thứ hạng" not in fallen.line


def test_units_without_all_figures_are_said_to_lack_them(folder: DataFolder) -> None:
    lacking = (17, None, 11, 9, 17, 20)
    keep(folder, rows(department(1, GOOD), department(2, lacking)), "2026-10-07")
    found = written(folder)
    level, row = found.levels[0], found.annexes[0].rows[-1]
    assert level.grades[0].line == "Có 01/01 cơ quan xếp loại Xuất sắc"
    assert (
        level.incomplete
        == "Trong 02 cơ quan, 01 cơ quan đủ số liệu để xếp loại, xếp hạng; 01 cơ quan chưa đủ số liệu: Sở 02"
    )
    assert (row.rank, row.points[1], row.total, row.grade) == ("–", "–", "–", "Chưa xếp loại")
    assert found.annexes[0].notes == [
        "Sở 02: Chưa xếp hạng vì chưa có số liệu của nhóm: Tiến độ, kết quả giải quyết"
    ]


def test_units_with_the_same_remark_share_a_note(folder: DataFolder) -> None:
    lacking = (17, None, 11, 9, 17, 20)
    keep(folder, rows(department(9, GOOD), *(department(n, lacking) for n in range(1, 8))), "2026-10-07")
    assert written(folder).annexes[0].notes == [
        "Sở 01, Sở 02, Sở 03, Sở 04, Sở 05 và 02 đơn vị khác: Chưa xếp hạng vì chưa có số liệu của nhóm: "
        "Tiến độ, kết quả giải quyết"
    ]


def test_a_level_without_any_whole_figure_has_no_grades(folder: DataFolder) -> None:
    keep(folder, rows(department(1, (17, None, 11, 9, 17, 20))), "2026-10-07")
    level = written(folder).levels[0]
    assert level.grades == []
    assert level.incomplete == "Chưa xếp loại, xếp hạng các sở, ban, ngành do 01/01 cơ quan chưa đủ số liệu"


def test_units_that_came_and_went_are_noted(folder: DataFolder) -> None:
    keep(folder, rows(department(1, GOOD), department(2, GOOD)), "2026-10-02")
    keep(folder, rows(department(1, GOOD), department(3, GOOD)), "2026-10-07")
    notes = written(folder).annexes[0].notes
    assert "Chưa có số liệu kỳ trước: Sở 03" in notes
    assert "Không còn trong số liệu kỳ này: Sở 02" in notes


@pytest.mark.parametrize("many", [1, 14, 102, 400])
def test_a_level_of_any_size_has_every_unit_in_its_annex(folder: DataFolder, many: int) -> None:
    table = rows(*((f"H21.{n}", f"UBND xã Xã {n}", COMMUNE, *GOOD) for n in range(1, many + 1)))
    found = written(keep(folder, table, "2026-10-07"))
    assert len(found.annexes[0].rows) == many
    assert found.levels[0].grades[0].count == f"{many:02d}/{many:02d}"


def test_names_with_signs_of_markup_and_very_long_names_stay_as_they_are(folder: DataFolder) -> None:
    names = ["Sở A & B <c> \"d\" 'e' {{ f }}", "Sở " + "rất dài " * 36 + "tên."]
    keep(folder, rows(*(department(n, GOOD, name) for n, name in enumerate(names, 1))), "2026-10-07")
    assert [row.unit for row in written(folder).annexes[0].rows] == names


def test_figures_of_bare_totals_have_an_annex_without_groups(folder: DataFolder) -> None:
    keep(folder, "unit,unit_name,level,parent,total\nH21.1,UBND xã A,commune,H21,93\n", "2026-10-07")
    found = written(folder)
    assert (found.annexes[0].columns, found.annexes[0].rows[0].points) == ([], [])
    assert found.annexes[0].rows[0].total == "93,00"
    assert found.method.ways == [
        "Đối với UBND cấp xã: lấy tổng điểm do Cổng Dịch vụ công quốc gia tính và công bố"
    ]


def test_rates_come_with_a_worked_example(folder: DataFolder) -> None:
    head = "unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH"
    table = f"{head}\nH21.1,Sở A,department,H21,90,90,90,90,90,75\n"
    keep(folder, table, "2026-10-07", kind="rates")
    way = written(folder).method.ways[0]
    assert "đạt 75% của nhóm Số hóa hồ sơ thì được 75 × 22/100 = 16,5 điểm" in way


def test_maxima_and_grades_are_those_of_the_rules() -> None:
    method = written(real()).method
    assert (method.total, method.count) == ("100", "05")
    assert [group.most for group in method.groups] == ["18", "20", "22", "18", "22"]
    assert method.grades == [
        "Từ 90 điểm trở lên: Xuất sắc",
        "Từ 80 đến dưới 90 điểm: Tốt",
        "Từ 70 đến dưới 80 điểm: Khá",
        "Từ 50 đến dưới 70 điểm: Trung bình",
        "Dưới 50 điểm: Yếu",
    ]


# Sentences and annexes agree.


def test_every_row_of_an_annex_is_the_ranking_of_the_terminal() -> None:
    found = written(real())
    with open_store(real()) as store:
        asked: dict[str, Any] = {
            "as_of": "2026-10-07",
            "period": None,
            "against": "2026-10-02",
            "rules": None,
        }
        for annex, level in zip(found.annexes, (Level.DEPARTMENT, Level.COMMUNE), strict=True):
            ranked = next(rankings(store, level=level, within="H21", **asked))
            assert ranked.comparison is not None
            for row, standing in zip(annex.rows, ranked.standings.rows, strict=True):
                change = ranked.comparison.find(standing.score.unit.code)
                assert row.rank == str(standing.rank)
                assert Decimal(row.total.replace(",", ".")) == standing.score.total
                assert [Decimal(p.replace(",", ".")) for p in row.points] == [
                    box.points for box in standing.score.boxes
                ]
                assert standing.grade is not None
                assert row.grade == standing.grade.names.vi
                assert change is not None
                assert change.total == Decimal(row.change.replace(",", ".").replace("−", "-"))


def test_grade_counts_are_the_rows_of_the_annex() -> None:
    found = written(real())
    for level, annex in zip(found.levels, found.annexes, strict=True):
        grades = [row.grade for row in annex.rows]
        for grade in level.grades:
            assert grade.count == f"{grades.count(grade.name):02d}/{len(grades)}"


def test_a_movers_points_are_those_of_the_annex() -> None:
    found = written(real())
    for level, annex in zip(found.levels, found.annexes, strict=True):
        totals = {row.unit: row.total for row in annex.rows}
        for mover in level.risen + level.fallen:
            assert mover.points.endswith(f"→ {totals[mover.unit]}")


# Which figures.


def test_without_a_day_the_newest_figures_with_ranked_units_are_taken() -> None:
    facts = facts_of(real(), ReportRequest("H21"))
    assert facts.units.snapshot.as_of == date(2026, 10, 7)
    assert facts.before is not None
    assert facts.before.snapshot.as_of == date(2026, 10, 2)
    assert facts.provenance.units.as_of == date(2026, 10, 7)
    assert facts.provenance.province is not None


def test_a_period_without_data_is_refused_with_what_there_is() -> None:
    with pytest.raises(ComputeError, match="2026-10-07"):
        facts_of(real(), ReportRequest("H21", "2026-01-01"))


def test_a_document_is_not_compared_with_itself() -> None:
    with pytest.raises(ReportError):
        facts_of(real(), ReportRequest("H21", "2026-10-07", against="2026-10-07"))


def test_nothing_to_compare_with_is_refused_where_it_was_asked_for() -> None:
    with pytest.raises(ComputeError):
        facts_of(real(), ReportRequest("H21", "2026-10-07", against="2020-01-01"))


def test_units_of_another_province_stay_out(folder: DataFolder) -> None:
    keep(folder, rows(department(1, GOOD), ("H15.01", "Sở của tỉnh khác", "department", *GOOD)), "2026-10-07")
    assert [row.unit for row in written(folder).annexes[0].rows] == ["Sở 01"]
    with open_store(folder) as store:
        assert set(provinces_in(store)) == {"H21", "H15"}


# The frame.


def test_number_and_day_are_left_blank_and_month_and_year_are_printed() -> None:
    paper = written(real()).paper
    assert re.fullmatch(r"Số:\s+/BC-VPUBND", paper.number)
    assert re.fullmatch(r"Gia Lai, ngày\s+tháng 10 năm 2026", paper.place_day)
    assert (paper.parent, paper.agency, paper.type) == ("UBND TỈNH GIA LAI", "VĂN PHÒNG", "BÁO CÁO")


def test_the_committee_issues_the_directive() -> None:
    found = written(real(), DocumentKind.DIRECTIVE)
    assert (found.paper.parent, found.paper.agency) == ("", "ỦY BAN NHÂN DÂN TỈNH GIA LAI")
    assert found.paper.signer == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert found.paper.to == ["Thủ trưởng các sở, ban, ngành", "Chủ tịch UBND các xã, phường"]
    assert found.annexes[0].with_paper.endswith("của UBND tỉnh)")


def test_special_zones_are_addressed_where_there_are_any(folder: DataFolder) -> None:
    units = [("H21.1", "UBND xã A", COMMUNE, *GOOD), ("H21.2", "UBND đặc khu B", COMMUNE, *GOOD)]
    assert written(keep(folder, rows(*units), "2026-10-07")).office.communes == "UBND các xã, đặc khu"


def test_the_foot_of_an_annex_tells_from_which_figures_it_is() -> None:
    found, facts = written(real()), facts_of(real(), ReportRequest("H21"))
    assert found.annexes[0].foot == (
        f"Số liệu năm 2026, ngày 07/10/2026, mã số liệu {facts.provenance.units.figures[:12]}; "
        "bộ quy tắc qd766"
    )


# Late work.


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return at_work(tmp_path_factory.mktemp("working"))


def test_overdue_dossiers_count_for_the_unit_that_is_ranked(working: DataFolder) -> None:
    overdue = written(working).overdue
    assert overdue.line == "có 02 hồ sơ đang giải quyết đã quá hạn tại Sở 01"
    assert (overdue.names, overdue.known_until) == ("", "01/9/2026")
    assert [(row.no, row.unit, row.count, row.longest) for row in overdue.units] == [
        ("1", "Sở 01", "2", "17")
    ]


def test_late_publications_are_rows_with_what_was_late_and_by_which_day(working: DataFolder) -> None:
    found = written(working, DocumentKind.NOTICE).publications
    assert found.line == (
        "Trong năm 2026, có 04 TTHC được công bố, trong đó 02 TTHC công bố chậm và 03 TTHC cập nhật chậm "
        "vào Cơ sở dữ liệu quốc gia về TTHC"
    )
    assert [(row.decision, row.unit, row.note) for row in found.late] == [
        (
            "Quyết định ngày 10/9/2026: 02 TTHC (1.000657 và 1.000658)",
            "Sở 02",
            "Công bố chậm: hạn ký 07/9/2026, chậm 03 ngày; "
            "Cập nhật chậm: hạn 17/9/2026, cập nhật ngày 28/9/2026, chậm 11 ngày",
        ),
        (
            "Quyết định ngày 21/9/2026: Đăng ký giám hộ (1.000659)",
            "Sở 02",
            "Cập nhật chậm: hạn 28/9/2026, chưa cập nhật, chậm 09 ngày",
        ),
    ]


def test_parts_on_late_work_are_numbered_only_where_they_are_there(working: DataFolder) -> None:
    with_work, without = (
        written(working, DocumentKind.NOTICE).marks,
        written(real(), DocumentKind.NOTICE).marks,
    )
    assert (with_work.work, with_work.overdue, with_work.publications) == ("II.", "1.", "2.")
    assert with_work.proposals == "III."
    assert (without.work, without.overdue, without.publications, without.proposals) == ("", "", "", "II.")
    month = written(working, DocumentKind.MONTH).marks
    assert (month.overdue, month.publications, month.proposals) == ("2.", "3.", "4.")
    assert written(real(), DocumentKind.WEEK).marks.proposals == "4."


def test_no_overdue_dossier_is_said_to_be_none(working: DataFolder) -> None:
    early = datetime(2026, 9, 5, tzinfo=UTC)
    overdue = written(working, now=early).overdue
    assert (overdue.known, overdue.line, overdue.units) == (True, "không có hồ sơ quá hạn", [])


# Contexts and prose.


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_name_of_a_context_says_what_it_prints(kind: DocumentKind) -> None:
    names = names_of(CONTEXTS[kind])
    assert all(names.values())
    assert names["province.total"].startswith("tổng điểm")
    assert set(_names_in(written(real(), kind))) <= set(names)


def _names_in(value: Any, prefix: str = "") -> Iterator[str]:
    for name, each in vars(value).items():
        yield f"{prefix}{name}"
        inner, mark = (each[0], "[]") if isinstance(each, list) and each else (each, "")
        if hasattr(inner, "__dataclass_fields__"):
            yield from _names_in(inner, f"{prefix}{name}{mark}.")


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_the_prose_reads_whole_and_ends_as_documents_do(kind: DocumentKind, working: DataFolder) -> None:
    for folder in (real(), working):
        text = prose_text(kind, written(folder, kind))
        assert text.rstrip().endswith("./.")
        for wrong in ("None", "  ", "..", " .", " ,", ";.", ".;", "()", ": .", "::"):
            assert wrong not in text, wrong


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_numbers_of_headings_follow_each_other(kind: DocumentKind, working: DataFolder) -> None:
    for folder in (real(), working):
        lines = prose_text(kind, written(folder, kind)).splitlines()
        form = r"(I+)\. " if kind is DocumentKind.NOTICE else r"(\d)\. "
        numbers = [match[1] for line in lines if (match := re.match(form, line))]
        expected = ["I", "II", "III"] if kind is DocumentKind.NOTICE else [str(n) for n in range(1, 10)]
        assert numbers == expected[: len(numbers)]


def test_the_moment_of_the_document_is_an_argument() -> None:
    assert written(real(), now=NOW) == written(real(), now=NOW)


def test_settings_of_the_office_reach_the_document() -> None:
    own = read_settings("signer_name: Nguyễn Văn A\nplace: Pleiku\n", "cq.yaml", "H21")
    paper = written(real(), settings=own).paper
    assert paper.signer_name == "Nguyễn Văn A"
    assert paper.place_day.startswith("Pleiku, ngày")
    assert default_settings("H21").signer_name == ""


MINISTRY = "503/QĐ-BTTTT,09/04/2024,Bộ trưởng Bộ Thông tin và Truyền thông"
SUBMITTED = "Sở TT&TT,41/TTr-STTTT,22/04/2024,800/QĐ-UBND,25/04/2024,09/04/2024,26/04/2024"
NOTE = "Theo Quyết định số 14/2018/QĐ-UBND"
REGISTER = f"""procedure,name,kind,ministry_number,ministry_on,issuer,field,department,submission,\
submitted_on,number,decided_on,effective_on,entered_on,note
1.003725,Cấp giấy phép xuất bản,sửa đổi,{MINISTRY},Xuất bản,{SUBMITTED},{NOTE}
1.003868,Cấp giấy phép in,sửa đổi,{MINISTRY},In và Phát hành,{SUBMITTED},{NOTE}
2.000815,Chứng thực bản sao,mới,90/QĐ-BTP,01/04/2024,Bộ trưởng Bộ Tư pháp,Chứng thực,\
Sở Tư pháp,7/TTr-STP,03/04/2024,780/QĐ-UBND,04/04/2024,01/06/2024,05/04/2024,
2.000816,Chứng thực chữ ký,mới,90/QĐ-BTP,01/04/2024,Bộ trưởng Bộ Tư pháp,Chứng thực,\
Sở Tư pháp,7/TTr-STP,03/04/2024,780/QĐ-UBND,04/04/2024,,05/04/2024,
"""


def test_the_notice_lists_late_publications_as_the_register_has_them(
    folder: DataFolder,
) -> None:
    keep(folder, rows(department(1, GOOD), department(2, GOOD)), "2024-04-30", period="2024-04")
    import_records(folder, "publications", [("so-cong-bo.csv", REGISTER.encode())], province="H21")
    made = written(folder, DocumentKind.NOTICE, ReportRequest("H21"), now=datetime(2024, 5, 3, 2, tzinfo=UTC))
    found = made.publications
    assert "có 04 TTHC được công bố, trong đó 02 TTHC công bố chậm;" in found.line
    assert found.line.endswith("; 01 TTHC chưa có ngày có hiệu lực nên chưa xét hạn công bố")
    (late,) = found.late
    assert late.decision == (
        "Quyết định số 503/QĐ-BTTTT ngày 09/4/2024 của Bộ trưởng Bộ Thông tin và Truyền thông về công bố "
        "thủ tục hành chính được sửa đổi, bổ sung lĩnh vực Xuất bản; In và Phát hành (02 TTHC)"
    )
    assert late.unit == "Sở TT&TT (Tờ trình số 41/TTr-STTTT ngày 22/4/2024)"
    assert late.note == "Công bố chậm: hạn ký 02/4/2024, chậm 23 ngày; Theo Quyết định số 14/2018/QĐ-UBND"
    asked = "\n".join(texts(made))
    assert "02 TTHC công bố, cập nhật chậm trong kỳ: Sở TT&TT" in asked


def test_documents_of_published_figures_alone_load_nothing_that_counts_dossiers() -> None:
    """Whoever has no dossiers pays neither for the engine's queries nor for the ledger: some 100 MB."""
    program = (
        "import sys, bochiso.report.build, bochiso.report.report_data, bochiso.report.text.compose\n"
        "print(sorted({'ibis', 'sqlglot', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE)
    assert done.stdout == b"[]\n"
