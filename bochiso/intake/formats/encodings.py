"""What the bytes of a text mean: UTF-8, UTF-16, Windows-1258, or fonts of before Unicode."""

import re
import unicodedata
from codecs import BOM_UTF8

import pyarrow as pa

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.legacy_fonts import (
    BETWEEN_CELLS,
    FONTS,
    MOST_BY_PARTS,
    SAMPLE,
    convert_parts,
    font_of,
    typed_for,
)
from bochiso.text import Text, say

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_COMBINING = (b"\xcc", b"\xcd")
"""First bytes, in UTF-8, of the accents of decomposed letters."""

_UNREAD = "\ufffd"


def decode(name: str, data: bytes) -> tuple[bytes, tuple[Text, ...]]:
    """The text as UTF-8, composed (NFC), without a byte order mark; a note where its letters were converted.

    UTF-8, UTF-16 with its mark, else Windows-1258 as older Vietnamese Excel saves, or TCVN3 or VNI.
    SourceError for bytes that aren't text, or text of two encodings.

    Raises SourceError for what is no text.
    """
    if wide := _wide(data):
        try:
            return _composed(data.decode(wide).removeprefix("\ufeff").encode()), ()
        except UnicodeDecodeError as error:
            raise not_text(name) from error
    if b"\0" in data:
        raise not_text(name)
    while data.startswith(BOM_UTF8):
        data = data.removeprefix(BOM_UTF8)
    if is_utf8(data):
        return _unicode(name, data)
    return _of_bytes(name, data)


def _wide(data: bytes) -> str | None:
    """The UTF-16 that a text is in, by its mark, else by the zeros beside its marks and figures."""
    if data.startswith(_UTF16):
        return "utf-16"
    sample = data[:4096]
    if len(sample) < 8 or len(data) % 2:
        return None
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    for name, zeros, others in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        # A combining grave (U+0300) has a zero on the other side.
        if 4 * zeros >= len(sample) // 2 and zeros > 8 * others:
            return name
    return None


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8, without a copy of them."""
    ends = pa.array([0, len(data)], pa.int32()).buffers()[1]
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def encoding_of(name: str, opening: bytes) -> str:
    """The encoding of a text that starts so, as Python calls it. Raises SourceError where it is none."""
    if wide := _wide(opening):
        return wide
    if b"\0" in opening:
        raise not_text(name)
    whole = opening[: opening.rfind(b"\n") + 1] or opening
    if is_utf8(whole):
        return "utf-8-sig"
    _check_mixed(name, whole)
    return "latin-1" if font_of(whole.decode("latin-1"), _windows_1258(whole) or "") else "cp1258"


def not_text(name: str) -> SourceError:
    """The error for bytes that are no text at all."""
    return SourceError(
        say("đây không phải bảng số liệu dạng văn bản.", "this is no table in text form."),
        where=Where(name),
        do=say(
            "Hãy lưu bảng thành .csv (UTF-8) hoặc .xlsx rồi nạp lại.",
            "Save the table as .csv (UTF-8) or .xlsx and try again.",
        ),
    )


def _unicode(name: str, data: bytes) -> tuple[bytes, tuple[Text, ...]]:
    """UTF-8, whose letters may still be those of an old font."""
    if data[:SAMPLE].isascii() and data.isascii():
        return data, ()
    opening = data[: 4 * SAMPLE].decode("utf-8", "ignore")
    if (font := font_of(opening)) is not None:
        return FONTS[font](data.decode()).encode(), (typed_for(name, font),)
    if _TWICE.search(opening) and (once := _once(data.decode())) is not None:
        return _composed(once), (_encoded_twice(name),)
    if len(data) > MOST_BY_PARTS:
        return _composed(data), ()
    text, fonts = convert_parts(data.decode(), BETWEEN_CELLS)
    return _composed(text.encode()), tuple(typed_for(name, font) for font in fonts)


_TWICE = re.compile("[ÃÄÅÆ][\u0080-\u00bf\u2010-\u2122]|á[º»]")
"""What UTF-8 looks like where it was read as Western European and written as UTF-8 again."""


def _once(text: str) -> bytes | None:
    """The text before it was encoded a second time; None where it wasn't."""
    for western in ("latin-1", "cp1252"):
        try:
            found = text.encode(western)
            found.decode()
        except UnicodeError:
            continue
        return found
    return None


def _encoded_twice(name: str) -> Text:
    return say(
        "{file}: chữ bị mã hóa hai lần (UTF-8 đọc nhầm), đã sửa lại; hãy xem lại tên các đơn vị.",
        "{file}: the text was encoded twice, and is mended; look at the names of units.",
        file=name,
    )


def _of_bytes(name: str, data: bytes) -> tuple[bytes, tuple[Text, ...]]:
    _check_mixed(name, data)
    plain, vietnamese = data.decode("latin-1"), _windows_1258(data)
    font = font_of(plain, vietnamese or "")
    if font is not None:
        return FONTS[font](plain).encode(), (typed_for(name, font),)
    if vietnamese is None:
        raise not_text(name)
    return vietnamese.encode(), ()


def _windows_1258(data: bytes) -> str | None:
    try:
        return unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def _check_mixed(name: str, data: bytes) -> None:
    """Raise SourceError where most of a text is UTF-8 and some of it isn't."""
    text = data.decode("utf-8", "replace")
    bad = text.count(_UNREAD)
    good = sum(1 for sign in text if sign > "\x7f") - bad
    if good <= bad:
        return
    at = text.index(_UNREAD)
    line = text.count("\n", 0, at) + 1
    raise SourceError(
        say(
            "tệp lẫn hai bảng mã: phần lớn là UTF-8, nhưng từ dòng này có {bad} ký tự không phải UTF-8.",
            "two encodings are mixed: most is UTF-8, but from this line on {bad} signs aren't.",
            bad=bad,
        ),
        where=Where(name, line),
        do=say(
            "Hãy mở tệp gốc bằng Excel, lưu lại bằng “CSV UTF-8” hoặc .xlsx rồi nạp lại.",
            "Open the original in Excel, save it as “CSV UTF-8” or .xlsx and try again.",
        ),
    )


def _composed(text: bytes) -> bytes:
    if any(mark in text for mark in _COMBINING):
        return unicodedata.normalize("NFC", text.decode()).encode()
    return text
