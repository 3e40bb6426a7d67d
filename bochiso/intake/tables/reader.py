"""The one reader of tables that people send: bytes → sheets of cells → heading → columns, or a reason.

CSV, TSV, XLSX, XLS, ODS, HTML, Excel's XML and JSON, told by their content whatever their name.
"""

import io
import zipfile
from dataclasses import replace

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.encodings import decode
from bochiso.intake.formats.isolated_reading import apart
from bochiso.intake.formats.markup import is_markup, markup_sheets
from bochiso.intake.formats.zip_guard import BROKEN_ZIP, is_workbook
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.headings.headings import Headings, Vocabulary
from bochiso.intake.tables.delimited import read_delimited
from bochiso.intake.tables.json_table import read_json
from bochiso.intake.tables.spreadsheet import converted, is_ours, sheet_tables, workbook_sheets
from bochiso.intake.tables.table_reader import RawTable, empty
from bochiso.text import Text, say

_WORD = "word/document.xml"
_OLD_WORD = "WordDocument".encode("utf-16-le")
_OLD_EXCEL = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


def tables_of(
    name: str, data: bytes, vocabulary: Vocabulary, choice: Choice = NO_CHOICE
) -> tuple[RawTable, ...]:
    """The tables of one file. Raises SourceError where it is empty or holds none of the kind."""
    _check_kind(name, data)
    if is_workbook(data) or is_markup(data):
        book = is_workbook(data)
        # What opens workbooks isn't Python: it may take all memory, or end the process.
        sheets = apart(name, workbook_sheets if book else markup_sheets, name, data)
        sheets, notes = converted(name, sheets)
        return _noted(sheet_tables(name, sheets, vocabulary, choice, ours=book and is_ours(data)), notes)
    text, notes = decode(name, data)
    if not text.strip():
        raise empty(name)
    if isinstance(vocabulary, Headings) and text.lstrip()[:1] in (b"[", b"{"):
        return read_json(name, text, vocabulary, choice)
    return _noted(read_delimited(name, text, vocabulary, choice), notes)


def _noted(tables: tuple[RawTable, ...], notes: tuple[Text, ...]) -> tuple[RawTable, ...]:
    first, *others = tables
    return (replace(first, notes=(*notes, *first.notes)), *others)


def _check_kind(name: str, data: bytes) -> None:
    """Raise SourceError for files of other programs, naming what they are."""
    if data.lstrip()[:5] == b"%PDF-":
        raise _other(name, "PDF")
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = set(archive.namelist())
        except BROKEN_ZIP:
            return
        if _WORD in names:
            raise _other(name, "Word")
    elif data.startswith(b"\xd0\xcf\x11\xe0") and _OLD_WORD in data:
        if not any(each in data for each in _OLD_EXCEL):
            raise _other(name, "Word")
    elif data.lstrip()[:5] == b"{\\rtf":
        raise _other(name, "RTF (Word)")
    elif data[:1024].lstrip().lower().startswith((b"mime-version:", b"from: <saved by")):
        raise _other(name, "MHTML")


def _other(name: str, kind: str) -> SourceError:
    return SourceError(
        say("đây là tệp {kind}, không phải bảng tính.", "this is {kind}, no spreadsheet.", kind=kind),
        where=Where(name),
        do=say(
            "Hãy chép bảng sang Excel, kiểm tra lại các cột, lưu thành .xlsx rồi nạp lại; "
            "hoặc xin tệp bảng tính gốc.",
            "Copy the table into Excel, look over its columns, save it as .xlsx and try again; "
            "or ask for the spreadsheet that it was made from.",
        ),
    )
