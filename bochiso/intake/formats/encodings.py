"""What the bytes of a text mean: UTF-8, UTF-16, Windows-1258, or fonts of before Unicode."""

import unicodedata
from codecs import BOM_UTF8

import pyarrow as pa

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.legacy_fonts import FONTS, SAMPLE, font_of, typed_for
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
    if data.startswith(_UTF16):
        try:
            return _composed(data.decode("utf-16").encode()), ()
        except UnicodeDecodeError as error:
            raise not_text(name) from error
    if b"\0" in data:
        raise not_text(name)
    data = data.removeprefix(BOM_UTF8)
    if is_utf8(data):
        return _unicode(name, data)
    return _of_bytes(name, data)


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
    if opening.startswith(_UTF16):
        return "utf-16"
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
    font = font_of(data[: 4 * SAMPLE].decode("utf-8", "ignore"))
    if font is None:
        return _composed(data), ()
    return FONTS[font](data.decode()).encode(), (typed_for(name, font),)


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
