"""Whole documents, read back: every figure in them is the standings' own."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.table import Table
from drawn import drawn_once
from pypdf import PdfReader
from report_folders import NOW, facts_of, keep, real, rows
from thoroughness import spread, tries

from bochiso.report.build import document, drawings, find_template
from bochiso.report.context import DocumentKind
from bochiso.report.docx.pdf import find_office, to_pdf
from bochiso.report.docx.properties import identity_of
from bochiso.report.office_settings import default_settings
from bochiso.report.report_data import LevelFigures, ReportData, ReportRequest
from bochiso.report.text.compose import context
from bochiso.store.folder import DataFolder
from bochiso.text import Lang, change, count, points
from bochiso.units.model import Level

OFFICE = find_office()
ASKED = ReportRequest("H21", "2026-10-07", against="2026-10-02")
POINTS = (11.79, 19.97, 6.72, 8.51, 18.0, 14.1)


def made(folder: DataFolder, kind: DocumentKind, asked: ReportRequest = ASKED) -> tuple[ReportData, bytes]:
    facts, template = facts_of(folder, asked), find_template(kind, None)
    found = context(kind, facts, default_settings(asked.province), NOW, drawings(template, facts, drawn_once))
    return facts, document(kind, found, facts, template, NOW)


@cache
def of_real(kind: DocumentKind) -> tuple[ReportData, bytes]:
    return made(real(), kind)


def annexes(word: Docx) -> list[Table]:
    return [table for table in word.tables if table.cell(0, 0).text == "Xếp hạng"]


def expected(figures: LevelFigures) -> Iterator[list[str]]:
    """The cells of an annex from the standings alone: rank, groups, total, grade, changes."""
    for row in figures.standings.rows:
        found = figures.comparison.find(row.score.unit.code) if figures.comparison else None
        cells = [
            count(row.rank, Lang.VI) if row.rank else "–",
            *(points(box.points, Lang.VI) for box in row.score.boxes),
        ]
        cells += [points(row.score.total, Lang.VI), row.grade.names.vi if row.grade else "–"]
        if found:
            places = "–" if found.rank is None else f"{found.rank:+d}".replace("-", "−").replace("+0", "0")
            cells += [change(found.total, Lang.VI), places]
        yield cells


def cells(table: Table) -> Iterator[list[str]]:
    for row in table._tbl.tr_lst[1:]:
        rank, _, *others = ("".join(text.text or "" for text in cell.xpath(".//w:t")) for cell in row.tc_lst)
        yield [rank, *others]


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_figure_of_the_annexes_is_the_standings_own(kind: DocumentKind) -> None:
    facts, data = of_real(kind)
    tables = annexes(Document(BytesIO(data)))
    assert len(tables) == len(facts.levels) == 2
    for table, level in zip(tables, facts.levels, strict=True):
        assert list(cells(table)) == list(expected(level))
    assert identity_of(data) == facts.provenance


@pytest.mark.landing  # quicker: the same figures in the Word files; PDFs in tests/report/docx/test_pdf.py
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine")
def test_the_pdfs_of_all_kinds_are_whole_and_say_the_same_figures() -> None:
    """One test, as LibreOffice takes seconds to start."""
    documents = {kind.value: of_real(kind)[1] for kind in spread(DocumentKind, 1)}
    for name, data in to_pdf(documents, OFFICE or "").items():
        pages = PdfReader(BytesIO(data)).pages
        texts = [" ".join(page.extract_text().split()) for page in pages]
        across = [page.mediabox.width > page.mediabox.height for page in pages]
        check_rows(
            [text for text, wide in zip(texts, across, strict=True) if wide], of_real(DocumentKind(name))[0]
        )
        check_pages(texts)
        check_signature(texts)


def check_rows(texts: list[str], facts: ReportData) -> None:
    """Every row of every annex is there, with its figures; the heading stands on each page."""
    texts = [text for text in texts if "Xếp hạng Cơ quan, đơn vị" in text or "Xếp hạng Địa phương" in text]
    assert len(texts) > len(facts.levels)
    row = r"((?:\d+,\d\d ){7}(?:Xuất sắc|Tốt|Khá|Trung bình|Yếu) [+−]?\d+,\d\d [+−]?\d+)"
    assert re.findall(row, " ".join(texts)) == [
        " ".join(cells[1:]) for level in facts.levels for cells in expected(level)
    ]


def check_pages(texts: list[str]) -> None:
    """No page is empty; pages count from 1 in the text and in each annex, the first without its number."""
    number = 0
    for text, first in zip(texts, [True, *[False] * len(texts)], strict=False):
        assert len(text) > 40
        starts = first or text.startswith("Phụ lục")
        number = 1 if starts else number + 1
        assert text.startswith(f"{number} ") is not starts, text[:40]


def check_signature(texts: list[str]) -> None:
    """It stands with the end of the text; no list is cut off from what introduces it."""
    (page,) = [text for text in texts if "Nơi nhận:" in text]
    assert "./." in page
    assert "CHÁNH VĂN PHÒNG" in page or "CHỦ TỊCH" in page
    assert not [text for text in texts if text.endswith(":")]


@pytest.mark.parametrize("many", [1, 14, 102, tries(3321, 1101)])
def test_any_number_of_units_has_a_row_for_each(tmp_path: Path, many: int) -> None:
    units = [
        (f"H21.{n}", f"UBND xã số {n}", "commune", *POINTS[:-1], round(22 - n / 200, 2))
        for n in range(1, many + 1)
    ]
    folder = keep(DataFolder(tmp_path / "data"), rows(*units), "2026-10-07")
    facts, data = made(folder, DocumentKind.WEEK, ReportRequest("H21"))
    (table,) = annexes(Document(BytesIO(data)))
    assert list(cells(table)) == list(expected(facts.levels[0]))
    assert len(table._tbl.tr_lst) == many + 1
    assert many < 1000 or table.cell(many, 0).text.startswith(f"{many // 1000}.")


NAMES = [
    "Sở <Y tế> & “Dân số” 'mới'",
    'UBND xã "Ia Krái"',
    "UBND xã {{ paper.subject }} {% for x in y %}",
    "UBND xã " + "rất dài " * 36,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_as_it_is(tmp_path: Path, name: str) -> None:
    folder = keep(DataFolder(tmp_path / "data"), rows(("H21.1", name, "commune", *POINTS)), "2026-10-07")
    _, data = made(folder, DocumentKind.WEEK, ReportRequest("H21"))
    (table,) = annexes(Document(BytesIO(data)))
    assert table.cell(1, 1).text == name.strip()


def test_groups_that_are_missing_are_dashes_and_their_units_are_not_ranked(tmp_path: Path) -> None:
    units = rows(
        ("H21.1", "UBND xã Một", "commune", *POINTS),
        ("H21.2", "UBND xã Hai", "commune", 11.79, None, 6.72, None, 18.0, 14.1),
    )
    facts, data = made(
        keep(DataFolder(tmp_path / "data"), units, "2026-10-07"), DocumentKind.WEEK, ReportRequest("H21")
    )
    (table,) = annexes(Document(BytesIO(data)))
    assert list(cells(table))[1] == [
        "–", "11,79", "–", "6,72", "–", "18,00", "14,10", "–", "Chưa xếp loại",
    ]  # fmt: skip
    assert facts.levels[0].level is Level.COMMUNE


def test_totals_alone_make_an_annex_without_columns_of_groups(tmp_path: Path) -> None:
    table = "unit,unit_name,level,parent,total\nH21.1,UBND xã Một,commune,H21,88.72\n"
    _, data = made(
        keep(DataFolder(tmp_path / "data"), table, "2026-10-07"), DocumentKind.WEEK, ReportRequest("H21")
    )
    (annex,) = annexes(Document(BytesIO(data)))
    assert [cell.text for cell in annex.rows[1].cells] == ["1", "UBND xã Một", "88,72", "Tốt"]
