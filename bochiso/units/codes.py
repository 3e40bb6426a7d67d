"""Codes, names and levels as sources write them, brought to the one form that is compared.

Codes follow QĐ 20/2020/QĐ-TTg and its amendment QĐ 09/2025/QĐ-TTg: H21 a province, H21.17 a unit
under it. Before, the same units were written 000.00.00.H21 and 000.00.17.H21.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from bochiso.units.model import Level, Unit
from bochiso.units.provinces import every_province

_CODE = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]+)*", re.IGNORECASE)
_LONG_CODE = re.compile(r"([0-9]{3})\.([0-9]{2})\.([0-9]{2})\.([A-Z][0-9]{2})", re.IGNORECASE)
PROVINCE_CODE = re.compile(r"H[0-9]{2}")
_TOP_CODE = re.compile(r"[A-Z][0-9]{2}")
_MINISTRY_CODE = re.compile(r"G[0-9]{2}(?:\.[0-9A-Z]+)*")


def normalise_code(text: str) -> str:
    """A code as it identifies a unit; what isn't a code (some tables hold only names) is trimmed.

    >>> normalise_code(" h21.17 "), normalise_code("000.00.18.H22"), normalise_code("000.12.34.H22")
    ('H21.17', 'H22.18', 'H22.34.12')
    """
    code = unicodedata.normalize("NFC", text).strip()
    if long_form := _LONG_CODE.fullmatch(code):
        *below, top = long_form.groups()
        return ".".join([top, *(part for part in reversed(below) if part.strip("0"))]).upper()
    return code.upper() if _CODE.fullmatch(code) else code


_CODE_IN_NAME = re.compile(
    r"(?P<code>[HG][0-9]{2}(?:\.[0-9]+)+)\s*[-–:]\s*(?P<name>\D.+)|"
    r"(?P<name2>.+?)\s*[(\[]\s*(?P<code2>[HG][0-9]{2}(?:\.[0-9]+)+)\s*[)\]]",
    re.IGNORECASE,
)


def code_and_name(text: str) -> tuple[str | None, str]:
    """A unit's code where its name's cell holds that too, and the name alone.

    >>> code_and_name("H15.05 - Sở Y tế"), code_and_name("Sở Nội vụ (H15.06)"), code_and_name("Sở Y tế")
    (('H15.05', 'Sở Y tế'), ('H15.06', 'Sở Nội vụ'), (None, 'Sở Y tế'))
    """
    if found := _CODE_IN_NAME.fullmatch(text.strip()):
        return normalise_code(found["code"] or found["code2"]), (found["name"] or found["name2"]).strip()
    return None, text


def is_code(text: str) -> bool:
    """Whether a text is a unit's code and no name.

    >>> is_code("H21.17"), is_code("Sở Y tế")
    (True, False)
    """
    return _CODE.fullmatch(normalise_code(text)) is not None


def parent_code(code: str) -> str | None:
    """The code of the province above a unit, as it was when the code was given: H15.50.05.13 has H15.

    None for a province, a ministry and what isn't such a code.
    """
    top, below, _ = normalise_code(code).partition(".")
    return top if below and PROVINCE_CODE.fullmatch(top) else None


def is_at_or_below(unit: str, code: str) -> bool:
    """Whether a code is the unit's or that of one below it.

    >>> is_at_or_below("H15", "H15.50"), is_at_or_below("H1", "H15")
    (True, False)
    """
    return f"{code}.".startswith(f"{unit}.")


def is_top(unit: str) -> bool:
    """Whether there is nobody above a unit: a province or a ministry itself.

    >>> is_top("H15"), is_top("H15.50"), is_top("G05.10"), is_top("15.06")
    (True, False, False, False)
    """
    return _TOP_CODE.fullmatch(unit) is not None


def of_ministry(code: str) -> bool:
    """Whether a code is a ministry's or that of a unit below one.

    >>> of_ministry("G01"), of_ministry("G01.899"), of_ministry("H15"), of_ministry("G1")
    (True, True, False, False)
    """
    return _MINISTRY_CODE.fullmatch(code) is not None


@lru_cache(8192)
def natural_key(code: str) -> tuple[list[tuple[str, int, str]], str]:
    """Sorts codes as people number them: H21.2, H21.17, H21.227."""
    parts = re.findall(r"([^0-9]*)([0-9]*)", code)
    significant = ((text, digits.lstrip("0")) for text, digits in parts)
    return [(text, len(digits), digits) for text, digits in significant], code


_ALPHABET = {letter: n for n, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONE_ORDER = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def order_key(code: str) -> tuple[int, Any, Any, str]:
    """Sorts units of equal rank: codes as people number them, names after them in Vietnamese order.

    >>> sorted(["Ân", "Xuân", "Đăk", "An", "Dang", "Ấp", "Ea"], key=order_key)
    ['An', 'Ân', 'Ấp', 'Dang', 'Đăk', 'Ea', 'Xuân']
    """
    if is_code(code):
        return 0, natural_key(code), (), code
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for part in re.findall(r"[0-9]+|.", unicodedata.normalize("NFC", code.lower())):
        apart = unicodedata.normalize("NFD", part)
        tone = next((sign for sign in apart if sign in _TONE_ORDER), "")
        letter = unicodedata.normalize("NFC", apart.replace(tone, "") if tone else apart)
        place = _ALPHABET.get(letter)
        number = (-1, int(part)) if part.isdecimal() else (-2, ord(letter[:1]))
        letters.append(number if place is None else (place, 0))
        tones.append(_TONE_ORDER[tone])
    return 1, letters, tones, code


# Names.

_TONES = "[\u0300\u0301\u0303\u0309\u0323]"
_TONE_ON_LAST_VOWEL = re.compile(rf"(o(?=[ae])|(?<!q)u(?=y))(\w)({_TONES})(?![\w\u0302\u0306\u031b])")
_PLAIN_D = str.maketrans("đð", "dd")
_OFFICE = ("ubnd", "ủy ban nhân dân")
_COMMUNE = ("xã", "phường", "thị trấn", "đặc khu")
_CITY = ("thành phố", "tp.", "tp")
_DISTRICT = ("huyện", "quận", "thị xã")
_DEPARTMENT = ("sở", "ban", "thanh tra", "văn phòng", "chi cục", "cục", "công an")
_BELOW_PROVINCE = r"\b(?:xã(?! hội)|phường|thị trấn|đặc khu|huyện|quận(?! lý)|thị xã)\b"


def fold(text: str) -> str:
    """Text as people type it in a hurry: no capitals, no accents, single spaces.

    >>> fold("UBND  xã Ea Drăng")
    'ubnd xa ea drang'
    """
    letters = (sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return " ".join("".join(letters).lower().translate(_PLAIN_D).split())


def same_name(a: str, b: str) -> bool:
    """Whether two names are one but for capitals, spaces, apostrophes and the way their accents are stored.

    Hoà and Hòa are one: both spellings place the same tone. Tỉnh and thành phố are two.
    """
    return _plain(a) == _plain(b)


def find_unit(query: str, units: Iterable[Unit]) -> list[Unit]:
    """The units that a person means, from the strictest reading that finds any; empty if none does.

    By code, by name (with or without "UBND" and "xã", "phường", …), by name without accents, by
    the start of a word in it, by any part of it, by any part whatever its spaces: `ea drang` finds UBND xã
    Ea Drăng, `m drak` M’Drắk, `phu` Phú Túc before the word phường. A code means the unit of that code alone.
    """
    known, code, plain = list(units), normalise_code(query), _plain(query)
    folded = fold(plain)
    if not folded or is_code(query):
        return [unit for unit in known if unit.code == code]
    readings: tuple[Callable[[Unit], bool], ...] = (
        lambda unit: unit.code == code,
        lambda unit: plain in _short_names(unit.name),
        lambda unit: folded in map(fold, _short_names(unit.name)),
        lambda unit: f" {folded}" in f" {fold(min(_short_names(unit.name), key=len))}",
        lambda unit: folded in fold(_plain(unit.name)),
        lambda unit: folded.replace(" ", "") in fold(_plain(unit.name)).replace(" ", ""),
    )
    found = ([unit for unit in known if reading(unit)] for reading in readings)
    return next((some for some in found if some), [])


_APOSTROPHES = re.compile(r"\s*['’‘ʼ`´ʹ′ʻ＇‛]\s*")
_NUMBERING = re.compile(r"^(?:[-–+•] ?|[0-9]{1,3}[.)] +|[0-9]{1,3}[.)](?=[^\W\d]))")
"""The dash or the number of a list before a name."""

_FOOTNOTE = re.compile(r"(?:\s*(?:[(\[]\s*(?:\*{1,3}|[0-9]{1,2})\s*[)\]]|[*†‡¹²³⁰-⁹]+))+$")
_KINDS_IN_SHORT = {
    "p": "phường", "x": "xã", "tt": "thị trấn", "đk": "đặc khu", "h": "huyện", "tx": "thị xã",
    "vp": "văn phòng", "bql": "ban quản lý",
}  # fmt: skip
_SHORTENED = re.compile(r"^(ubnd )?((?:p|x|tt|đk|h|tx)\. ?|(?:vp|bql)(?: |\. ?))(?=\w)")
"""P. Buôn Hồ, UBND X. Ea Kar, VP UBND tỉnh."""

_DAK = re.compile(r"\bđ[aăáắ]k\b")


def without_footnote(name: str) -> str:
    """A name on one line, without the mark of a footnote behind it, a dash or a number before it.

    >>> without_footnote("- Sở Y tế (*)"), without_footnote("2. UBND xã Phú Hòa 1")
    ('Sở Y tế', 'UBND xã Phú Hòa 1')
    """
    line = " ".join(unicodedata.normalize("NFC", name).split())
    return _FOOTNOTE.sub("", _NUMBERING.sub("", line)) or line


@lru_cache(8192)
def _plain(name: str) -> str:
    """A name for comparison: accents count, capitals, spaces and the place of the tone don't.

    Nor do apostrophes (M'Drắk), footnote marks, or whether one writes Đắk, Đăk or Đak.
    """
    apart = _TONE_ON_LAST_VOWEL.sub(r"\1\3\2", unicodedata.normalize("NFD", without_footnote(name).lower()))
    text = unicodedata.normalize("NFC", apart).replace("&", " và ")
    text = re.sub(r"\s*[-–—]\s*", "-", _APOSTROPHES.sub("", text))
    text = _SHORTENED.sub(lambda found: f"{found[1] or ''}{_KINDS_IN_SHORT[found[2].strip(' .')]} ", text)
    return _DAK.sub("đắk", " ".join(text.split()))


def _after(name: str, words: tuple[str, ...]) -> str | None:
    """What follows in a plain name that starts with one of the words; None if none starts it."""
    for word in words:
        start = _as_accented_as(name, word)
        rest = name.removeprefix(start)
        if rest != name and (start.endswith(".") or not rest[:1].isalnum()):
            return rest.strip()
    return None


def _as_accented_as(name: str, word: str) -> str:
    """The word without accents for a name that has none: Ban and Bản, Sở and Số stay two."""
    return fold(word) if name.isascii() else word


def _without_office(name: str) -> str:
    """A plain name without its "UBND"."""
    rest = _after(name, _OFFICE)
    return name if rest is None else rest


def name_forms(name: str) -> tuple[str, str]:
    """What names are matched by: without "UBND", then without "xã", "phường", …, too; both in plain form.

    >>> name_forms("UBND Xã  Cư M’gar (*)")
    ('xã cư mgar', 'cư mgar')
    """
    return _short_names(name)[1:]


def _short_names(name: str) -> tuple[str, str, str]:
    """A name in plain form, then without "UBND", then without "xã", "phường", …, too."""
    whole = _plain(name)
    short = _without_office(whole)
    return whole, short, _after(short, ("tỉnh", *_COMMUNE, *_CITY, *_DISTRICT)) or short


def search_names(name: str) -> tuple[str, ...]:
    """What a unit's name is searched by without accents: whole, without "UBND", without its kind, too.

    >>> search_names("UBND xã Cư M’gar")
    ('ubnd xa cu mgar', 'xa cu mgar', 'cu mgar')
    """
    return tuple(dict.fromkeys(fold(each) for each in _short_names(name)))


# Levels.


def guess_level(code: str, name: str) -> Level | None:
    """The level that a unit's code and name show; None where they don't.

    "Thành phố X" is a province with a province's code, or with no code and a province's name
    (Huế, Quảng Ninh); below a province, or with another name, it was a district (Biên Hòa).
    """
    if PROVINCE_CODE.fullmatch(normalise_code(code)):
        return Level.PROVINCE
    short = _without_office(_plain(name))
    below = parent_code(code) is not None
    if _after(short, _COMMUNE) is not None:
        return Level.COMMUNE
    if _after(short, _DISTRICT) is not None:
        return Level.DISTRICT
    if (department := _after(short, _DEPARTMENT)) is not None:
        # An office of a commune or a district isn't ranked with the departments of the province.
        lower = re.search(_as_accented_as(short, _BELOW_PROVINCE), department)
        return None if lower else Level.DEPARTMENT
    if (city := _after(short, _CITY)) is not None:
        return Level.PROVINCE if not below and _is_province("thành phố", city) else Level.DISTRICT
    if (of := _after(short, ("tỉnh",))) is not None and not below and _is_province("tỉnh", of):
        return Level.PROVINCE
    return None


def _is_province(kind: str, name: str) -> bool:
    return (kind, _letters(name)) in _province_names()


@cache
def _province_names() -> frozenset[tuple[str, str]]:
    names = {(province.kind.lower(), _letters(province.name)) for province in every_province()}
    return frozenset(names | {("thành phố", "hcm")})


def _letters(name: str) -> str:
    """A name without accents and signs: Bà Rịa-Vũng Tàu and Bà Rịa - Vũng Tàu are one."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(name)))


_LEVEL_WORDS = {
    Level.PROVINCE: r"provinces?|(?:cac )?tinh(?: thanh pho)?(?: truc thuoc trung uong)?",
    Level.DEPARTMENT: r"departments?|agency|agencies|(?:cac )?so(?: ban)?(?: nganh)?(?: cap)?(?: tinh)?",
    Level.DISTRICT: r"districts?|(?:ubnd )?(?:cac |cap )?(?:huyen|quan|thi xa)"
    r"(?: (?:huyen|quan|thi xa|thanh pho))*",
    Level.SUBUNIT: r"subunits?|subordinate units?|(?:cac )?don vi (?:truc )?thuoc(?: so)?|chi cuc|chi nhanh",
    Level.MINISTRY: r"ministr(?:y|ies)|(?:cac )?bo(?: nganh)?(?: co quan ngang bo)?",
    Level.COMMUNE: r"communes?|(?:ubnd )?(?:cac |cap )?(?:xa|phuong|thi tran|dac khu)"
    r"(?: (?:xa|phuong|thi tran|dac khu))*",
}


def parse_level(text: str) -> Level | None:
    """A level as a table names it; None where that doesn't settle it.

    "Cấp tỉnh" doesn't: the provinces' own reports head their lists of departments with it (cơ
    quan cấp tỉnh), a national table the provinces. The unit's code and name decide then. Nor
    does "thành phố" alone. PROVINCE is the province here; the portal's progress and online
    services call departments that, which is theirs to translate.
    """
    words = _letters(text)
    return next((level for level, form in _LEVEL_WORDS.items() if re.fullmatch(form, words)), None)
