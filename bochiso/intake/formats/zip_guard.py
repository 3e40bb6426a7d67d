"""Workbooks are archives, looked into before anything unpacks them: a small file can't fill memory."""

import io
import lzma
import re
import struct
import zipfile
import zlib

from bochiso.errors import SourceError, Where
from bochiso.text import say

MAX_UNPACKED = 200 * 2**20
"""Bytes that a workbook may hold once unpacked."""

MAX_CELLS = 5_000_000
"""Cells between the first and the last used one of a sheet: all of them are held in memory."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,3})([0-9]{1,7})\s*["']""")
_NAMELESS_CELL = re.compile(rb"""<(?:\w+:)?c(?:\s(?![^>]*\br\s*=)[^>]*)?/?>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']\s*([0-9]{1,7})\s*["']""")
_ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated=["']([0-9]{1,9})["']""")
_CHUNK = 2**20


BROKEN_ZIP = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError,
    NotImplementedError, RuntimeError, ValueError, OverflowError, OSError,
)  # fmt: skip
"""What zipfile raises of archives whose bytes aren't what an archive's are."""


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an archive (XLSX, ODS) or an old Office document (XLS)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def check_workbook(name: str, data: bytes) -> None:
    """Raise SourceError for a workbook that is locked, broken or would unpack beyond all measure."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise SourceError(
                say("sổ tính đặt mật khẩu.", "the workbook is protected by a password."),
                where=Where(name),
                do=say(
                    "Hãy mở bằng Excel, bỏ mật khẩu, lưu lại rồi nạp lại.",
                    "Open it in Excel, remove the password, save it and try again.",
                ),
            )
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _unpack(name, archive)
    except BROKEN_ZIP as error:
        raise broken(name) from error


def broken(name: str) -> SourceError:
    """The error for an archive that can't be read to its end."""
    return SourceError(
        say(
            "sổ tính bị hỏng hoặc không phải XLSX, XLS, ODS.",
            "the workbook is broken, or no XLSX, XLS or ODS.",
        ),
        where=Where(name),
        do=say(
            "Hãy mở bằng Excel, lưu lại thành .xlsx (hoặc .csv) rồi nạp lại.",
            "Open it in Excel, save it as .xlsx (or .csv) and try again.",
        ),
    )


def _unpack(name: str, archive: zipfile.ZipFile) -> None:
    """Inflate every member bit by bit, counting what really comes out: the sizes it states may lie."""
    unpacked = 0
    for member in archive.infolist():
        if member.filename.lower().endswith("workbook.bin"):
            raise broken(name)  # XLSB isn't read; nothing here could look into it
        # Which part is a sheet, whoever reads the workbook finds out by links: each may be one.
        extents = _SheetExtent(), _ContentExtent()
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED:
                    raise _bomb(name)
                for extent in extents:
                    extent.feed(chunk)
        for extent in extents:
            if extent.right * extent.bottom > MAX_CELLS:
                raise _sprawling(name, extent.right, extent.bottom)


class _SheetExtent:
    """How far a sheet of XLSX reaches; each cell says where it stands, or else its row does."""

    def __init__(self) -> None:
        self.right = self.bottom = 0
        self._rest = b""
        self._row, self._nameless = 0, False

    def feed(self, chunk: bytes) -> None:
        """Look at the next piece of the sheet's XML."""
        text = self._rest + chunk
        for column, row in _CELL.findall(text):
            self.right, self.bottom = max(self.right, _number(column)), max(self.bottom, int(row))
        self._row = max(self._row, *map(int, _ROW.findall(text)), 0)
        self._nameless = self._nameless or _NAMELESS_CELL.search(text) is not None
        if self._nameless:
            self.right, self.bottom = max(self.right, 1), max(self.bottom, self._row)
        self._rest = text[-256:]


class _ContentExtent:
    """How far the sheets of ODS reach; a row or cell says how often it is repeated."""

    def __init__(self) -> None:
        self.right = self.bottom = 0
        self._rest = b""
        self._rows = self._cells = 0

    def feed(self, chunk: bytes) -> None:
        """Look at the next piece of the workbook's XML; empty cells at the end don't count."""
        text = self._rest + chunk
        whole = text.rfind(b"<")
        self._rest = text[whole:][-_CHUNK:]
        for kind, said in _ODS_TAG.findall(text, 0, whole):
            times = int(repeated[1]) if (repeated := _REPEATED.search(said)) else 1
            if kind == b"table":
                self._rows = 0
            elif kind == b"table-row":
                self._rows, self._cells = self._rows + times, 0
            else:
                self._cells += times
                if not said.endswith(b"/") or b"value" in said:
                    self.right, self.bottom = max(self.right, self._cells), max(self.bottom, self._rows)


def _number(column: bytes) -> int:
    """A column's number: A is 1, XFD is 16384."""
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number


def _bomb(name: str) -> SourceError:
    return SourceError(
        say(
            "giải nén ra hơn {most} MB nên không đọc: tệp nén bất thường.",
            "it unpacks to more than {most} MB and is not read: no ordinary workbook does.",
            most=MAX_UNPACKED // 2**20,
        ),
        where=Where(name),
        do=say(
            "Nếu đây đúng là bảng số liệu, hãy lưu riêng trang cần nạp thành .csv.",
            "If it really holds figures, save the sheet that you need as .csv.",
        ),
    )


def _sprawling(name: str, right: int, bottom: int) -> SourceError:
    return SourceError(
        say(
            "trang tính trải đến dòng {bottom}, cột thứ {right}, quá rộng để đọc.",
            "a sheet reaches row {bottom}, column {right}: too wide to read.",
            bottom=bottom,
            right=right,
        ),
        where=Where(name),
        do=say(
            "Hãy xóa các ô thừa ở cuối trang (Ctrl+End để tìm), lưu lại rồi nạp lại.",
            "Delete the stray cells at its end (Ctrl+End finds them), save it and try again.",
        ),
    )
