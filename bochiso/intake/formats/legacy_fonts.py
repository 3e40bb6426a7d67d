"""Vietnamese typed for the fonts of before Unicode: TCVN3 (.VnTime) and VNI (VNI-Times), to Unicode.

Such text holds the letters of Western Europe in places of others: "UBND x· V©n Canh" shows as
"UBND xã Vân Canh" in a .Vn font only. It is known by its words: converted they are Vietnamese syllables.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from bochiso.text import Text, say

_TCVN3_FROM = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_TO = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = str.maketrans(_TCVN3_FROM, _TCVN3_TO)

_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
}  # fmt: skip
_VNI_ALONE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư"}
_VNI_PAIR = re.compile(rf"([aeouyôö])([{''.join(_VNI_MARKS)}])", re.IGNORECASE)

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_RIMES = """
oai oay oao oeo uay uây uôi ươi ươu iêu yêu uya uyê uyu ai ao au ay âu ây eo êu ia iu iê yê oa oă oe oi oo
ôi ôô ơi ua uâ uê ui uô uơ uy ưa ưi ưu ươ a ă â e ê i o ô ơ u ư y
"""
_NUCLEUS = "|".join(_RIMES.split())
_SYLLABLE = re.compile(rf"{_ONSET}(?:{_NUCLEUS})(?:ng|nh|ch|[cmnptkl])?")
_WORDS = re.compile(r"[^\s,;|/()<>\"“”'’:.0-9%–-]+")
_FOREIGN = re.compile("[ñçäëïöüÿåøæß]", re.IGNORECASE)
"""Letters that a language with Vietnamese's tones hasn't."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ENOUGH = 0.6
SAMPLE = 65_536
"""Signs that are looked at to know a text by."""


def tcvn3(text: str) -> str:
    """Text of TCVN3 as Unicode.

    >>> tcvn3("UBND x· V©n Canh"), tcvn3("Së N«ng nghiÖp")
    ('UBND xã Vân Canh', 'Sở Nông nghiệp')
    """
    return text.translate(_TCVN3)


def vni(text: str) -> str:
    """Text of VNI as Unicode.

    >>> vni("UBND xaõ Ñaêk Song"), vni("Toång ñieåm")
    ('UBND xã Đăk Song', 'Tổng điểm')
    """

    def joined(match: re.Match[str]) -> str:
        return _alone(match[1]) + _VNI_MARKS[match[2].lower()]

    # Pairs first: alone, the same signs are other letters.
    parts = re.split(rf"({_VNI_PAIR.pattern.replace('(', '(?:')})", text, flags=re.IGNORECASE)
    found = (_VNI_PAIR.sub(joined, part) if at % 2 else _alone(part) for at, part in enumerate(parts))
    return unicodedata.normalize("NFC", "".join(found))


def _alone(text: str) -> str:
    found = (_VNI_ALONE.get(sign.lower(), sign) for sign in text)
    return "".join(new.upper() if old.isupper() else new for old, new in zip(text, found, strict=True))


FONTS: dict[str, Callable[[str], str]] = {"TCVN3 (ABC)": tcvn3, "VNI": vni}


def font_of(text: str, instead: str | None = None) -> str | None:
    """The name of the fonts that a text was typed for; None where it is Unicode already.

    `instead`: what else its bytes may mean.

    >>> font_of("UBND x· V©n Canh"), font_of("UBND xã Vân Canh"), font_of("Toång ñieåm")
    ('TCVN3 (ABC)', None, 'VNI')
    """
    words = _odd_words(text)
    if not words or any(sign > "\u02ff" for word in words for sign in word):
        return None  # đ may be in either, but ế, ộ, ư are Unicode's alone
    as_is = _vietnamese(words if instead is None else _odd_words(instead))
    shares = {name: _vietnamese(map(convert, words)) for name, convert in FONTS.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _ENOUGH and shares[best] > as_is else None


_WESTERN = re.compile(r"(?<!\w)[A-Za-z\x80-\u02fe]*[\x80-\u02fe][A-Za-z\x80-\u02fe]*(?!\w)")
"""Words without a letter that Unicode alone has."""

BETWEEN_CELLS = re.compile('[^;,\t|"\n\r]+')
MOST_BY_PARTS = 2**18
"""Longer texts are written by machines, in one encoding."""


def convert_parts(text: str, parts: re.Pattern[str]) -> tuple[str, list[str]]:
    """A text of which some parts (cells) were typed for old fonts, in Unicode; which fonts those were.

    >>> convert_parts("UBND xã Ea Kar;UBND x· V©n Canh", BETWEEN_CELLS)
    ('UBND xã Ea Kar;UBND xã Vân Canh', ['TCVN3 (ABC)'])
    """
    fonts: set[str] = set()
    if all(map(_is_syllable, set(_WESTERN.findall(text)))):
        return text, []  # nothing that isn't Vietnamese as it stands

    def converted(match: re.Match[str]) -> str:
        part = match[0]
        font = None if part.isascii() else _font_of_part(part)
        if font is None:
            return part
        fonts.add(font)
        return FONTS[font](part)

    return parts.sub(converted, text), sorted(fonts)


@cache
def _font_of_part(part: str) -> str | None:
    return font_of(part) if any(sign.isascii() and sign.isalpha() for sign in part) else None


def _odd_words(text: str) -> set[str]:
    return {word for word in _WORDS.findall(text[:SAMPLE]) if not word.isascii()}


def _vietnamese(words: Iterable[str]) -> float:
    """The share of words that are syllables of Vietnamese."""
    found = [_is_syllable(word) for word in words]
    return sum(found) / len(found) if found else 0.0


@cache
def _is_syllable(word: str) -> bool:
    if _FOREIGN.search(word):
        return False
    letters = unicodedata.normalize("NFD", word.lower())
    if sum(sign in _TONES for sign in letters) > 1:
        return False
    plain = unicodedata.normalize("NFC", "".join(sign for sign in letters if sign not in _TONES))
    return _SYLLABLE.fullmatch(plain) is not None


def typed_for(name: str, font: str) -> Text:
    """A note on text that was typed for fonts of before Unicode."""
    return say(
        "{file}: chữ gõ theo bảng mã {font}, đã chuyển sang Unicode; hãy xem lại tên các đơn vị.",
        "{file}: typed for {font} fonts and converted to Unicode; look at the names of units.",
        file=name,
        font=font,
    )
