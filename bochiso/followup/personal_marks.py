"""What in a text that an officer typed may be a citizen's: found by its shape, to be warned of.

Numbers of dossiers and of documents have digits, too, and aren't meant; a name alone has no shape of its own.
"""

import re
from enum import StrEnum
from unicodedata import normalize

from bochiso.text import Text


class PersonalMark(StrEnum):
    """What was found."""

    IDENTITY = "identity"
    TELEPHONE = "telephone"
    EMAIL = "email"
    NAMED = "named"
    ADDRESS = "address"


MARK_NAMES = {
    PersonalMark.IDENTITY: Text("số căn cước hoặc số định danh", "an identity number"),
    PersonalMark.TELEPHONE: Text("số điện thoại", "a telephone number"),
    PersonalMark.EMAIL: Text("địa chỉ thư điện tử", "an e-mail address"),
    PersonalMark.NAMED: Text("họ tên sau ông, bà, anh, chị", "a name behind a form of address"),
    PersonalMark.ADDRESS: Text("số nhà, thửa đất", "a house or a plot of land"),
}

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
_WORD = rf"(?:[{_UPPER}][{_UPPER.lower()}]+|[{_UPPER}]{{2,}})"
_CALLED = "[Ôô]ng|ÔNG|[Bb]à|BÀ|[Aa]nh|ANH|[Cc]hị|CHỊ|[Cc]ụ|CỤ"
_SHAPES = {
    PersonalMark.IDENTITY: re.compile(
        r"(?<![\w.\-/])(?<!\+84 )(?:\d{12}|\d{9}|\d{3} \d{3} \d{3}(?: \d{3})?)(?![\w\-/])"
    ),
    PersonalMark.TELEPHONE: re.compile(
        r"(?<![\w\-/])(?:\+84|0)[ .]?\d{2,3}[ .]?\d{3}[ .]?\d{3,4}(?![\w\-/])"
    ),
    PersonalMark.EMAIL: re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    PersonalMark.NAMED: re.compile(rf"\b(?:{_CALLED})(?: \((?:bà|ông)\))? {_WORD}(?: {_WORD}){{1,4}}"),
    PersonalMark.ADDRESS: re.compile(r"\b(?:[Ss]ố nhà|[Tt]hửa(?: đất)?(?: số)?) \d+"),
}


def personal_marks(text: str) -> list[PersonalMark]:
    """What a text may hold of a citizen, in a fixed order; nothing is kept of it.

    >>> personal_marks("Hồ sơ H15.05-261105-0001 theo Công văn số 123/UBND-VX trễ 03 ngày")
    []
    >>> [each.value for each in personal_marks("ông Nguyễn Văn An, CCCD 066099001234, 0905 123 456")]
    ['identity', 'telephone', 'named']
    >>> personal_marks("Hồ sơ của ông bà đã để lâu, bà đã được trả lời; anh chị đề đạt")
    []
    >>> [each.value for each in personal_marks(normalize("NFD", "BÀ LÊ THỊ HOA"))]
    ['named']
    """
    composed = normalize("NFC", text)
    return [mark for mark, shape in _SHAPES.items() if shape.search(composed)]
