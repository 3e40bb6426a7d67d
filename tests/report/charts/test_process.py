"""The charts of a document: which there are, what they say, and how they stand in the Word file."""

import struct
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from drawn import drawn_once
from msgspec.structs import replace as with_values
from report_folders import EXAMPLES, GOOD, NOW, POOR, department, facts_of, keep, real, rows, written

from bochiso.errors import ReportError
from bochiso.report.build import document, drawings, find_template
from bochiso.report.charts.process import CHANGES, GRADES, GROUPS, TREND, ChartInputs, draw, draw_apart
from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import default_settings
from bochiso.report.report_data import ReportData, ReportRequest
from bochiso.report.text.charts_annex import wanted
from bochiso.report.text.compose import context
from bochiso.store.folder import DataFolder
from bochiso.text import Lang, points

ASKED = ReportRequest("H21", "2026-10-07", against="2026-10-02")
PRINTED = 280
"""Dots to the inch that a print needs."""


def names(found: ChartInputs) -> list[str]:
    return [each.name for each in drawn_once(found)]


def nation(folder: DataFolder, *days: str) -> DataFolder:
    for day in days:
        keep(folder, (EXAMPLES / "provinces-2026-10-06.csv").read_text("utf-8"), day)
    return folder


def with_charts(facts: ReportData, kind: DocumentKind = DocumentKind.WEEK) -> Any:
    found = drawings(find_template(kind, None), facts, drawn_once)
    return context(kind, facts, default_settings("H21"), NOW, found)


def test_a_province_and_its_units_have_charts_of_groups_changes_and_grades() -> None:
    facts = facts_of(real(), ASKED)
    charts = with_charts(facts).charts
    assert [each.name for each in charts.shown] == [GROUPS, CHANGES, GRADES]
    assert [each.title for each in charts.shown] == [
        "Điểm các nhóm chỉ số của tỉnh Gia Lai, số liệu ngày 06/10/2026",
        "Thay đổi điểm của tỉnh Gia Lai, số liệu ngày 06/10/2026 so với ngày 17/9/2026",
        "Số cơ quan, đơn vị, địa phương theo xếp loại, số liệu ngày 07/10/2026",
    ]
    assert charts.number == "Phụ lục III"


def test_the_words_of_a_chart_are_the_standings_figures() -> None:
    facts = facts_of(real(), ASKED)
    groups, _, grades = with_charts(facts).charts.shown
    assert facts.province
    for box in facts.province.standing.score.boxes:
        assert points(box.points, Lang.VI) in groups.words
        assert points(facts.province.peers.means[box.code], Lang.VI) in groups.words
    for level in facts.levels:
        for units in level.standings.grade_counts.values():
            assert f": {units} (" in grades.words


def test_drawn_apart_they_are_the_same_pictures() -> None:
    found = wanted(facts_of(real(), ASKED))
    assert draw_apart(found) == draw(found)


def test_a_failure_of_the_process_that_draws_is_told_in_one_line() -> None:
    found = with_values(wanted(facts_of(real(), ASKED)), groups=("no standing", None))  # type: ignore[arg-type]
    with pytest.raises(ReportError) as caught:
        draw_apart(found)
    said = caught.value.render(Lang.VI)
    assert said.startswith("không vẽ được biểu đồ (AttributeError")
    assert "\n" not in said


def test_a_first_period_has_no_chart_of_changes(tmp_path: Path) -> None:
    folder = nation(DataFolder(tmp_path / "data"), "2026-10-06")
    keep(folder, rows(department(1, GOOD), department(2, POOR)), "2026-10-07")
    assert names(wanted(facts_of(folder, ReportRequest("H21")))) == [GROUPS, GRADES]


def test_without_the_province_only_its_units_are_drawn(tmp_path: Path) -> None:
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD)), "2026-10-07")
    assert names(wanted(facts_of(folder, ReportRequest("H21")))) == [GRADES]


def test_totals_alone_have_no_chart_of_groups(tmp_path: Path) -> None:
    table = (
        "unit,unit_name,level,parent,total\nH21,UBND tỉnh Gia Lai,province,,88.72\n"
        "H21.1,Sở A,department,H21,80\n"
    )
    folder = keep(DataFolder(tmp_path / "data"), table, "2026-10-07")
    assert names(wanted(facts_of(folder, ReportRequest("H21")))) == [GRADES]


def test_where_no_unit_is_ranked_there_is_no_chart_and_no_annex_for_it(tmp_path: Path) -> None:
    lacking = department(1, (11.79, None, 6.72, None, 18.0, 14.1))
    folder = keep(DataFolder(tmp_path / "data"), rows(lacking), "2026-10-07")
    facts = facts_of(folder, ReportRequest("H21"))
    found = with_charts(facts)
    assert not found.charts.known
    assert [each.number for each in found.annexes] == ["Phụ lục"]
    done = document(DocumentKind.WEEK, found, facts, find_template(DocumentKind.WEEK, None), NOW)
    assert len(Document(BytesIO(done)).sections) == 2


def test_a_trend_needs_three_weeks_and_goes_back_twelve(tmp_path: Path) -> None:
    last = date(2026, 10, 7)
    days = [(last - timedelta(days=7 * week)).isoformat() for week in range(14)]
    folder = nation(DataFolder(tmp_path / "data"), (last - timedelta(days=1)).isoformat())
    keep(folder, rows(department(1, GOOD)), last.isoformat())
    for before, weeks, length in ((0, 2, 0), (2, 3, 3), (3, 14, 12)):
        nation(folder, *days[before:weeks])
        found = wanted(facts_of(folder, ReportRequest("H21")))
        assert (TREND in names(found)) is (length > 0)
        assert len(found.trend) == length
        assert [day for day, *_ in found.trend] == sorted(day for day, *_ in found.trend)
        assert not length or found.trend[-1][0] == last


def test_what_came_later_is_no_part_of_a_trend(tmp_path: Path) -> None:
    days = ("2026-09-16", "2026-09-23", "2026-09-30", "2026-10-14")
    folder = nation(DataFolder(tmp_path / "data"), *days)
    keep(folder, rows(department(1, GOOD)), "2026-09-30")
    found = wanted(facts_of(folder, ReportRequest("H21", "2026-09-30")))
    assert [day.isoformat() for day, *_ in found.trend] == list(days[:3])


def test_pictures_stand_in_the_word_file_sharp_enough_for_print() -> None:
    facts = facts_of(real(), ASKED)
    done = document(DocumentKind.WEEK, with_charts(facts), facts, find_template(DocumentKind.WEEK, None), NOW)
    word = Document(BytesIO(done))
    assert len(word.inline_shapes) == 3
    for shape in word.inline_shapes:
        picture = word.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].blob
        width, _ = struct.unpack(">II", picture[16:24])
        assert width / shape.width.inches > PRINTED
        assert shape._inline.docPr.get("descr").startswith(("Điểm các", "Thay đổi", "Số cơ quan"))
    captions = [each.text for each in word.paragraphs if each.style.name == "VB Tên hình"]
    assert [each[:8] for each in captions] == ["Hình 1. ", "Hình 2. ", "Hình 3. "]


@pytest.mark.parametrize("kind", [DocumentKind.NOTICE, DocumentKind.DIRECTIVE])
def test_nothing_is_drawn_for_a_template_without_charts(kind: DocumentKind) -> None:
    def never(_: ChartInputs) -> Any:
        raise AssertionError

    assert drawings(find_template(kind, None), facts_of(real(), ASKED), never) == []


def test_the_text_names_the_annex_of_charts_only_where_there_is_one() -> None:
    facts = facts_of(real(), ASKED)
    template = find_template(DocumentKind.WEEK, None)
    for found, said in ((with_charts(facts), True), (written(real(), DocumentKind.WEEK, ASKED), False)):
        done = document(DocumentKind.WEEK, found, facts, template, NOW)
        text = "\n".join(each.text for each in Document(BytesIO(done)).paragraphs)
        assert ("; biểu đồ tại Phụ\u00a0lục" in text or "; biểu đồ tại Phụ lục" in text) is said


def test_a_single_annex_is_numbered_only_beside_the_charts(tmp_path: Path) -> None:
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD)), "2026-10-07")
    facts = facts_of(folder, ReportRequest("H21"))
    found = with_charts(facts)
    assert [*(each.number for each in found.annexes), found.charts.number] == ["Phụ lục I", "Phụ lục II"]
    assert replace(found.charts, shown=[]).known
    assert written(folder).annexes[0].number == "Phụ lục"
