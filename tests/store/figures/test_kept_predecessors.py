"""The table of predecessors as offices have it: a workbook with a title, text of any encoding; or refused."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from bochiso.errors import SourceError
from bochiso.store.figures.kept_predecessors import keep_predecessors, predecessors_of
from bochiso.store.folder import DataFolder

HEADS = ("TT", "Mã cũ", "Tên cũ", "Mã mới", "Đến hết ngày", "Tỷ lệ", "Nghị quyết")
ROWS = ((1, "H15.2", "Xã A", "H15.50", 0.25, "NQ 1660"), (2, "H15.2", "Xã A", "H15.51", 0.75, "NQ 1660"))


def workbook(where: Path, sheets: int = 1) -> Path:
    """A title above the headings, days and percents as cells have them."""
    with xlsxwriter.Workbook(where / "sap-xep.xlsx") as book:
        day, percent = (book.add_format({"num_format": each}) for each in ("dd/mm/yyyy", "0%"))
        for _ in range(sheets):
            sheet = book.add_worksheet()
            sheet.write(0, 0, "BẢNG SẮP XẾP, CẤP XÃ")
            sheet.write_row(2, 0, HEADS)
            for n, (*words, share, source) in enumerate(ROWS, 3):
                sheet.write_row(n, 0, words)
                sheet.write_datetime(n, 4, datetime(2025, 6, 30), day)  # noqa: DTZ001 (a cell has no zone)
                sheet.write_number(n, 5, share, percent)
                sheet.write(n, 6, source)
        book.add_worksheet("Trống")
    return where / "sap-xep.xlsx"


def own_lines(folder: DataFolder) -> set[tuple[str, str, date, str]]:
    lines = predecessors_of(folder).lines
    return {(each.old, each.new, each.last, str(each.share)) for each in lines if "." in each.old}


EXPECTED = {
    ("H15.2", "H15.50", date(2025, 6, 30), "0.25"),
    ("H15.2", "H15.51", date(2025, 6, 30), "0.75"),
}


def test_a_workbook_is_read_as_it_is(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep_predecessors(folder, workbook(tmp_path))
    assert own_lines(folder) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_text_of_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    rows = ["Mã cũ;Mã mới;Ngày cuối;Tỷ lệ;Căn cứ"]
    rows += [
        f"{old};{new};{last:%d/%m/%Y};{share.replace('.', ',')};NQ" for old, new, last, share in EXPECTED
    ]
    (tmp_path / "a.csv").write_bytes("\r\n".join(rows).encode(encoding))
    folder = DataFolder(tmp_path / "data")
    keep_predecessors(folder, tmp_path / "a.csv")
    assert own_lines(folder) == EXPECTED


def test_two_sheets_with_figures_are_refused_and_the_table_in_use_stays(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep_predecessors(folder, workbook(tmp_path))
    with pytest.raises(SourceError, match=r"sap-xep\.xlsx.*one sheet that isn't empty; it has 2"):
        keep_predecessors(folder, workbook(tmp_path, sheets=2))
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(SourceError, match=r"b\.xlsx"):
        keep_predecessors(folder, tmp_path / "b.xlsx")
    assert own_lines(folder) == EXPECTED
