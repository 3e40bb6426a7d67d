"""The settings of an office's documents: kept in the ledger, taken from where they are."""

from bochiso.errors import ReportError, Where
from bochiso.office.backend import Backend
from bochiso.report.office_settings import DEFAULT, OfficeSettings, default_settings, read_settings
from bochiso.store.folder import DataFolder, disk_errors
from bochiso.store.people import office_texts
from bochiso.store.people.audit import By
from bochiso.text import say

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
