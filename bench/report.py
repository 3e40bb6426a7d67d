"""Documents and workbook, ours beside the same tables written by python-docx and XlsxWriter alone."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from random import Random

from bench.timing import Line, peak, race

PROVINCE = "H21"
DEPARTMENTS, COMMUNES, COUNTRY = 14, 102, 3_321
NOW = datetime(2026, 10, 8, tzinfo=UTC)
DAYS = (date(2026, 10, 2), date(2026, 10, 7))

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
        for count, most in peaks.items():
            yield Line(f"memory: documents of {DEPARTMENTS + count:,} units", most, None, 400, "MB")


def _raced(folder: str, units: int, rounds: int) -> Line:
    reports = Reports(folder)
    ours, peer = race(reports.ours, reports.peer, rounds)
    return Line(f"5 documents and the workbook, {units:,} units | python-docx, XlsxWriter", ours, peer, 5)


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
