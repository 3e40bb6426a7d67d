"""Whether what a Word document prints are the figures that it was made from: its text and annexes, read back.

The same figures are told once more, in every kind of document: a number with decimals that none of them says
isn't one of the figures, and a row of an annex on grades must be a row of theirs. Whether a sentence gives
the right one of the figures is not looked at, nor are words, whole numbers, percents, charts and pictures.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import docx
from docx.oxml.table import CT_Row

from bochiso.report.context import DocumentKind
from bochiso.report.docx.ooxml_guard import check_package
from bochiso.report.office_settings import default_settings
from bochiso.report.provenance import Provenance
from bochiso.report.report_data import ReportData, ReportRequest, gather, provinces_in
from bochiso.report.text.compose import context
from bochiso.store.figures.snapshot_store import Store
from bochiso.text import Text, say

_FIGURE = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})*,\d{1,2}(?![\d%])(?!\s?%)")


GRADED, JOIN = "Xếp hạng", " | "
"""What the heading of an annex on grades begins with; what parts the cells of a row where it is shown."""


@dataclass(frozen=True)
class PrintedFault:
    """A number that is printed and isn't one of the figures, with the words around it; or a `row`."""

    number: str
    beside: str
    row: bool = False


def printed_faults(
    name: str, data: bytes, provenance: Provenance, store: Store, now: datetime
) -> list[PrintedFault]:
    """What a Word document prints that its figures don't say. Raises ReportError, ComputeError."""
    check_package(name, data)
    document = docx.Document(BytesIO(data))
    lines = [paragraph.text.replace("\u00a0", " ") for paragraph in document.paragraphs]
    tables = [[_cells(row) for row in table._tbl.tr_lst] for table in document.tables]
    known = _Known()
    _gather_known(" ".join(lines), provenance, store, now, known)
    found = []
    for line in [*lines, *(JOIN.join(row) for rows in tables for row in rows)]:
        for match in _FIGURE.finditer(line):
            if match[0] not in known.numbers:
                found.append(PrintedFault(match[0], line[max(0, match.start() - 60) : match.end() + 20]))
    for rows in tables:
        if rows and rows[0][0] == GRADED and len(rows[0]) in known.widths:
            found += [
                PrintedFault(row[0], JOIN.join(row), True) for row in rows[1:] if tuple(row) not in known.rows
            ]
    return found


def _cells(row: CT_Row) -> list[str]:
    return ["".join(text.text or "" for text in cell.xpath(".//w:t")) for cell in row.tc_lst]


@dataclass
class _Known:
    """What documents of the same figures say: numbers, rows of annexes on grades, and how wide those are."""

    numbers: set[str] = field(default_factory=set)
    rows: set[tuple[str, ...]] = field(default_factory=set)
    widths: set[int] = field(default_factory=set)


def _gather_known(text: str, provenance: Provenance, store: Store, now: datetime, known: _Known) -> None:
    """Of the provinces that the text names."""
    units, against = provenance.units, provenance.against
    own = provenance.province_against
    for code in provinces_in(store):
        settings = default_settings(code)
        if settings.names(units.as_of, "")["province"].lower() not in text.lower():
            continue
        before, own_before = (
            f"{each.period}/{each.as_of.isoformat()}" if each else None for each in (against, own)
        )
        day = f"{units.period}/{units.as_of.isoformat()}"
        facts = gather(store, ReportRequest(code, day, None, before, None, own_before), now, None)
        for kind in DocumentKind:
            found = context(kind, facts, settings, now)
            known.numbers.update(_FIGURE.findall(repr(found)))
        known.numbers |= _maxima(facts)
        for annex in found.annexes:
            for row in annex.rows:
                cells = (row.rank, row.unit, *row.points, row.total, row.grade)
                cells = (*cells, row.change, row.rank_change) if annex.compared else cells
                known.rows.add(cells)
                known.widths.add(len(cells))


def _maxima(facts: ReportData) -> set[str]:
    return set(_FIGURE.findall(" ".join(str(g.points).replace(".", ",") for g in facts.rules.groups)))


UNCHECKED = say(
    "Không kiểm tra: câu chữ, điểm nêu trong câu có đúng của đơn vị ấy không, số nguyên, tỷ lệ phần trăm, số "
    "liệu hồ sơ, biểu đồ, hình ảnh.",
    "Not checked: words, whether a sentence gives a unit its own figure, whole numbers, percents, figures of "
    "dossiers, charts, pictures.",
)
UNREAD: Text = say(
    "Không kiểm tra nội dung của tệp này, chỉ kiểm tra số liệu gốc.",
    "What this file prints was not checked, only the figures that it rests on.",
)
