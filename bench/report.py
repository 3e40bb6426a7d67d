"""Documents and workbook, ours beside the same tables written by python-docx and XlsxWriter alone."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from random import Random

from bench import preview
from bench.timing import Line, peak, race

PROVINCE = "H21"
DEPARTMENTS, COMMUNES, COUNTRY = 14, 102, 3_321
NOW = datetime(2026, 10, 8, tzinfo=UTC)
DAYS = (date(2026, 10, 2), date(2026, 10, 7))

FIELDS = 60
"""Fields of work of a province's form 07b."""

_SEED = 766
_MOST = (18, 20, 12, 10, 18, 22)


def lines() -> Iterator[Line]:
    """Every promise, measured; memory first, while this process is small."""
    with tempfile.TemporaryDirectory(prefix="bochiso-bench-") as name:
        sizes = {count: str(Path(name) / str(count)) for count in (COMMUNES, COUNTRY)}
        for count, folder in sizes.items():
            peak("bench.report", "keep", folder, str(count))
        peaks = {count: peak("bench.report", "alone", folder) for count, folder in sizes.items()}
        for count, rounds in ((COMMUNES, 5), (COUNTRY, 1)):
            yield _raced(sizes[count], DEPARTMENTS + count, rounds)
        ours, peer = race(form_07b, form_by_hand, 5)
        yield Line(f"form 07b of {FIELDS} fields, workbook and annex | the same", ours, peer, 5)
        for count, most in peaks.items():
            yield Line(f"memory: documents of {DEPARTMENTS + count:,} units", most, None, 400, "MB")
    yield from preview.lines()


def _raced(folder: str, units: int, rounds: int) -> Line:
    reports = Reports(folder)
    ours, peer = race(reports.ours, reports.peer, rounds)
    return Line(f"5 documents and the workbook, {units:,} units | python-docx, XlsxWriter", ours, peer, 5)


def form_07b() -> list[bytes]:
    """Form 07b filled from counts, as a workbook whose sums are formulas and as a Word annex."""
    from bochiso.measure.forms.filling import filled
    from bochiso.measure.forms.handling import COUNTED
    from bochiso.periods import parse_period
    from bochiso.report.forms.form_document import form_document
    from bochiso.report.forms.form_layout import FilledForm
    from bochiso.report.forms.form_sheet import form_workbook
    from bochiso.rules.periodic_forms import report_forms

    own = report_forms().forms["07b"]
    rows = [
        {"unit": f"H21.{n % 2}", "field": f"Lĩnh vực số {n}"} | dict.fromkeys(COUNTED, n)
        for n in range(FIELDS)
    ]
    tables = tuple(filled(table, rows, {"H21.1"}) for table in own.tables)
    period = parse_period("2026-11@15")
    form = FilledForm("07b", own, "UBND tỉnh Gia Lai", "", "H21", "Gia Lai", period, tables)
    return [form_workbook([form], NOW), form_document([form], NOW)]


def form_by_hand() -> list[bytes]:
    """A table of as many cells by XlsxWriter and python-docx alone."""
    import docx
    import xlsxwriter

    sheet_file, page_file = BytesIO(), BytesIO()
    with xlsxwriter.Workbook(sheet_file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for n in range(FIELDS):
            sheet.write_row(n, 0, [n, f"Lĩnh vực số {n}", *[n] * 13])
    document = docx.Document()
    table = document.add_table(FIELDS, 15)
    for n, row in enumerate(table.rows):
        for cell, value in zip(row.cells, [n, f"Lĩnh vực số {n}", *[n] * 13], strict=True):
            cell.text = str(value)
    document.save(page_file)
    return [sheet_file.getvalue(), page_file.getvalue()]


def alone(folder: str) -> None:
    """Ours by itself, for its memory."""
    Reports(folder).ours()


class Reports:
    """The figures of two days, and the tables that the documents print of them."""

    def __init__(self, folder: str) -> None:
        from bochiso.report.context import DocumentKind
        from bochiso.report.office_settings import default_settings
        from bochiso.report.report_data import ReportRequest, gather
        from bochiso.report.text.compose import context
        from bochiso.store.figures.snapshot_store import open_store
        from bochiso.store.folder import DataFolder

        with open_store(DataFolder(Path(folder))) as store:
            self._facts = gather(store, ReportRequest(PROVINCE), NOW, None)
        self._settings = default_settings(PROVINCE)
        found = context(DocumentKind.WEEK, self._facts, self._settings, NOW)
        self._tables = [
            [
                ["Hạng", "Đơn vị", *(each.name for each in annex.columns), "Tổng", "Xếp loại", "+/-", "+/-"],
                *(
                    [row.rank, row.unit, *row.points, row.total, row.grade, row.change, row.rank_change]
                    for row in annex.rows
                ),
            ]
            for annex in found.annexes
        ]

    def ours(self) -> list[bytes]:
        """All five documents, worded and laid out, and the workbook that recomputes them."""
        from bochiso.report.build import document, drawings, find_template, workbook
        from bochiso.report.context import DocumentKind
        from bochiso.report.text.compose import context

        made, drawn = [], drawings(find_template(DocumentKind.WEEK, None), self._facts)
        for kind in DocumentKind:
            found = context(kind, self._facts, self._settings, NOW, drawn)
            made.append(document(kind, found, self._facts, find_template(kind, None), NOW))
        return [*made, workbook(self._facts, "Văn phòng UBND tỉnh", NOW)]

    def peer(self) -> list[bytes]:
        """The annexes' tables five times into bare documents, and once into a bare workbook."""
        return [*(_document(self._tables) for _ in range(5)), _workbook(self._tables)]


Table = Sequence[Sequence[str]]


def _document(tables: Sequence[Table]) -> bytes:
    from docx import Document

    document = Document()
    for rows in tables:
        table = document.add_table(len(rows), len(rows[0]))
        for line, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, row, strict=True):
                cell.text = text
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def _workbook(tables: Sequence[Table]) -> bytes:
    from xlsxwriter import Workbook

    output = BytesIO()
    with Workbook(output) as book:
        for rows in tables:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return output.getvalue()


def keep(folder: str, communes: str) -> None:
    """Keep the points of every unit on two days in a fresh data folder."""
    from bochiso.periods import parse_period
    from bochiso.rules.loader import rules_text
    from bochiso.store.figures.evidence import NewReading
    from bochiso.store.figures.snapshot_store import add_reading
    from bochiso.store.folder import DataFolder

    for number, day in enumerate(DAYS):
        add_reading(
            DataFolder(Path(folder)),
            NewReading(
                "points",
                [("points.csv", _table(int(communes), number).encode())],
                as_of=day,
                period=parse_period("2026"),
                rules_text=rules_text("qd766"),
                read_at=NOW,
            ),
        )


def _table(communes: int, day: int) -> str:
    random = Random(_SEED + day)
    rows = ["unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH,total"]
    for number in range(DEPARTMENTS + communes):
        department = number < DEPARTMENTS
        name, level = ("Sở số", "department") if department else ("UBND xã Ea Drăng", "commune")
        cents = [random.randrange(most * 50, most * 100) for most in _MOST]
        points = [f"{each / 100:.2f}" for each in (*cents, sum(cents))]
        rows.append(",".join([f"{PROVINCE}.{number + 1}", f"{name} {number}", level, PROVINCE, *points]))
    return "\n".join(rows)
