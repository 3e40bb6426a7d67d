"""An office's papers: the settings of its documents, and the documents as they were signed and issued."""

import zipfile
from io import BytesIO

from msgspec.structs import replace

from bochiso.errors import ComputeError, ReportError, Where
from bochiso.intake.dossiers.records import Records
from bochiso.intake.formats.zip_guard import BROKEN_ZIP
from bochiso.office.backend import Backend
from bochiso.report.context import DocumentKind
from bochiso.report.docx.properties import identity_of
from bochiso.report.office_settings import DEFAULT, OfficeSettings, default_settings, read_settings
from bochiso.store.decisions import handling_tables, issued_documents, office_texts
from bochiso.store.decisions.handed_units import HandedUnit, HandlingTable
from bochiso.store.decisions.issued_documents import IssuedDocument
from bochiso.store.figures.name_questions import units_of
from bochiso.store.folder import DataFolder, disk_errors
from bochiso.store.people.audit import By
from bochiso.text import say
from bochiso.units.codes import find_unit

KEPT = "office.yaml (sổ cái)"
"""What the kept settings are called in messages."""


def keep_settings(backend: Backend, by: By, text: str, file: str, province: str | None) -> OfficeSettings:
    """Keep a file of settings for its province, in place of those before, once all of it is right.

    `province`: whose documents they are; where the file says another, it is refused. Raises
    OfficeFileError with every problem, ReportError.
    """
    found = read_settings(text, file, province)
    if province and found.province != province:
        raise another_province(found.province, province, file)
    with backend.open_ledger() as ledger:
        office_texts.keep_office_text(ledger, found.province, text, by)
    return found


def settings_of(folder: DataFolder, province: str, kept: office_texts.OfficeText | None) -> OfficeSettings:
    """A province's settings: those kept in the ledger, else the data folder's office.yaml, else ours.

    Raises OfficeFileError, and ReportError where the file is another province's.
    """
    if kept is not None:
        return read_settings(kept.text, KEPT, province)
    path = folder.root / DEFAULT
    with disk_errors(path):
        text = path.read_text("utf-8-sig") if path.exists() else None
    if text is None:
        return default_settings(province)
    found = read_settings(text, DEFAULT, province)
    if found.province != province:
        raise another_province(found.province, province, DEFAULT)
    return found


def another_province(stated: str, own: str, file: str) -> ReportError:
    """What is said of settings that are another province's."""
    return ReportError(
        say(
            "thông tin cơ quan là của tỉnh {stated}, văn bản là của tỉnh {own}.",
            "the office's settings are of {stated}, the document of {own}.",
            stated=stated,
            own=own,
        ),
        where=Where(file),
        do=say("Sửa mục province, hoặc bỏ mục ấy.", "Mend its province, or take it out."),
    )


def import_handling(backend: Backend, by: By, table: HandlingTable, records: Records) -> HandlingTable:
    """Keep the rows of a table of handling, its units found among those known; all of it or nothing.

    `table`: whose and of when. Returns what was kept. Raises ComputeError for units that aren't known, or
    where no row can be used.
    """
    known = units_of(backend.folder, table.province)
    rows, unknown = [], []
    for row in records.batch.to_pylist():
        found = find_unit(row["unit"], known)
        if len(found) == 1:
            rows.append(HandedUnit(**row | {"unit": found[0].code}, name=found[0].name))
        else:
            unknown.append(row["unit"])
    if unknown or not rows:
        raise ComputeError(
            say(
                "không nhận ra đơn vị: {names}.", "units that aren't known: {names}.",
                names="; ".join(unknown[:10]),
            )
            if unknown
            else say("không có dòng nào dùng được.", "no row can be used."),
            do=say(
                "Ghi mã hoặc đúng tên đơn vị của tỉnh như ở `bochiso units list`.",
                "Write codes or names as `bochiso units list` has them.",
            ),
        )  # fmt: skip
    codes = [row.unit for row in rows]
    if twice := sorted({row.name for row in rows if codes.count(row.unit) > 1}):
        raise ComputeError(
            say("bảng ghi hai dòng cho một đơn vị: {names}.", "a unit has two rows: {names}.",
                names="; ".join(twice[:10])),
            do=say("Gộp thành một dòng, hoặc bỏ dòng ghi trùng, rồi nạp lại cả bảng.",
                   "Bring them together in one, or leave one out, and bring the table in again."),
        )  # fmt: skip
    kept = replace(table, rows=tuple(rows))
    with backend.open_ledger() as ledger:
        handling_tables.keep_handling(ledger, kept, by)
    return kept


MOST_BYTES = 20_000_000
"""How large a signed file may be."""


def issue_document(backend: Backend, by: By, document: IssuedDocument, data: bytes) -> IssuedDocument:
    """Keep a document as it was signed, with the mark of its figures where its file still carries one.

    Raises ReportError for a file that is neither Word nor PDF or too large, and for no such kind;
    ComputeError where its number and day are taken.
    """
    where = Where(document.file_name)
    if document.kind not in set(DocumentKind):
        raise ReportError(
            say("không có loại văn bản này.", "there is no such kind of document."), where=where
        )
    if len(data) > MOST_BYTES or not (data.startswith(b"%PDF-") or _is_word(data)):
        raise ReportError(
            say(
                "không phải là tệp PDF hoặc Word, hoặc lớn hơn {most} MB.",
                "is neither PDF nor Word, or larger than {most} MB.",
                most=MOST_BYTES // 1_000_000,
            ),
            where=where,
            do=say("Chọn tệp đã ký, dạng .pdf hoặc .docx.", "Choose the signed file, .pdf or .docx."),
        )
    identity = identity_of(data)
    marked = replace(document, figures=identity.keywords() if identity else "")
    with backend.open_ledger() as ledger:
        return issued_documents.keep_document(ledger, marked, data, by)


def _is_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return "word/document.xml" in parts.namelist()
    except BROKEN_ZIP:
        return False


def set_public(backend: Backend, by: By, number: int, public: bool) -> None:
    """Say whether an issued document was published. Raises ComputeError where there is none."""
    with backend.open_ledger() as ledger:
        issued_documents.set_public(ledger, number, public, by)
