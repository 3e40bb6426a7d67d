"""Names of units as tables of one province show them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache

from bochiso.text import Lang, Text
from bochiso.units.codes import fold, name_forms
from bochiso.units.model import LEVEL_NAMES, Level
from bochiso.units.provinces import COUNTRY, every_province, province, provinces_on

_PROVINCE = r"(?:tỉnh|thành phố|tp\.?)"
_BETWEEN = re.compile(rf"\s*[-–,]\s*(?:{_PROVINCE}\s+)?|\s+{_PROVINCE}\s+", re.IGNORECASE)
"""What stands between a unit and its province."""

_OFFICE = r"(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân)"
_GOVERNS = re.compile(rf"\b{_OFFICE}\s+{_PROVINCE}$", re.IGNORECASE)
"""What the province's name belongs to, and is not left without."""

_COMMITTEE = re.compile(rf"^{_OFFICE}\s+", re.IGNORECASE)
_KINDS = re.compile(r"^(xã|phường|đặc khu|thị trấn|huyện|quận|thị xã|thành phố|tỉnh)\b", re.IGNORECASE)


_KINDS_OF = {
    Level.DISTRICT: ("huyện", "quận", "thị xã", "thành phố"),
    Level.COMMUNE: ("xã", "phường", "thị trấn", "đặc khu"),
}


def level_title(level: Level, names: Iterable[str]) -> Text:
    """What units of a level are called together, by the kinds that there are among them.

    >>> level_title(Level.COMMUNE, ["UBND xã Ayun", "Ủy ban nhân dân Phường Pleiku"]).vi
    'Xã, phường'
    >>> level_title(Level.COMMUNE, ["UBND đặc khu Côn Đảo"]).vi, level_title(Level.COMMUNE, ["Ayun"]).vi
    ('Đặc khu', 'Xã, phường, đặc khu')
    """
    known = {found[1].lower() for name in names if (found := _KINDS.search(_COMMITTEE.sub("", name.strip())))}
    kinds = ", ".join(kind for kind in _KINDS_OF.get(level, ()) if kind in known)
    usual = LEVEL_NAMES[level]
    return Text(kinds[:1].upper() + kinds[1:], usual.en) if kinds else usual


def is_level_title(words: str) -> bool:
    """Whether units of some level are called this together, as `level_title` has it, in either language.

    >>> is_level_title("Xã, phường"), is_level_title("Đặc khu"), is_level_title("Phường, nguồn")
    (True, True, False)
    """
    if any(words in (usual.vi, usual.en) for usual in LEVEL_NAMES.values()):
        return True
    kinds = words.lower().split(", ")
    return any(set(kinds) <= set(known) for known in _KINDS_OF.values())


_ABBREVIATION = 5
"""No place has a name so short that stands in capitals."""


def short_name(name: str) -> str:
    """A unit's name as offices write it: UBND in short, without the province behind it.

    >>> short_name("Sở Y tế - tỉnh Gia Lai"), short_name("Ủy ban nhân dân Xã Ayun")
    ('Sở Y tế', 'UBND xã Ayun')
    >>> short_name("Văn phòng UBND Tỉnh - Tỉnh Phú Thọ"), short_name("UBND tỉnh Phú Thọ")
    ('Văn phòng UBND Tỉnh', 'UBND tỉnh Phú Thọ')
    >>> short_name("UBND XÃ KRÔNG PẮC"), short_name("UBND Phường 12")
    ('UBND xã Krông Pắc', 'UBND phường 12')
    """
    text = " ".join(unicodedata.normalize("NFC", name).split())
    for between in _BETWEEN.finditer(text):
        head, tail = text[: between.start()].rstrip(), text[between.end() :]
        if fold(tail) in _provinces() and head and not _GOVERNS.search(f"{head}{between[0].rstrip()}"):
            text = head
            break
    if found := _COMMITTEE.match(text):
        place = text[found.end() :]
        if kind := _KINDS.match(place):
            name = place[kind.end() :]
            # Sources write some names in capitals throughout.
            place = kind[0].lower() + (name.title() if name.isupper() and len(name) > _ABBREVIATION else name)
        text = f"UBND {place}"
    return text


_BRACKETED = re.compile(r"\s*\(\s*([^()]*?)\s*\)\s*")


def name_in_sentence(name: str) -> str:
    """A name for a sentence, which may stand in its brackets: what it has in brackets comes after a dash.

    >>> name_in_sentence("Ban Quản lý khu kinh tế (Phú Yên)"), name_in_sentence("Trạm (số 2) Ea Kar")
    ('Ban Quản lý khu kinh tế – Phú Yên', 'Trạm – số 2 – Ea Kar')
    >>> name_in_sentence("Sở Y tế"), name_in_sentence("Đội 1 (cũ (2024))")
    ('Sở Y tế', 'Đội 1 – cũ – 2024')
    """
    while found := _BRACKETED.search(name):
        parts = (name[: found.start()], found[1], name[found.end() :])
        name = " – ".join(part for each in parts if (part := each.strip(" –")))
    return name


def province_behind(name: str, on: date) -> str | None:
    """The code of the province that is named behind a unit's name; None where none is.

    >>> province_behind("Sở Y tế - tỉnh Gia Lai", date(2026, 10, 7))
    'H21'
    """
    text = " ".join(unicodedata.normalize("NFC", name).split())
    tails = [text[between.end() :] for between in _BETWEEN.finditer(text)]
    return next((code for tail in tails if (code := _province_codes(on).get(fold(tail)))), None)


def named_province(name: str, on: date) -> str | None:
    """The code of the province that a name is, with or without its office and its kind; None for another.

    >>> named_province("UBND tỉnh Đắk Lắk", date(2026, 10, 7)), named_province("TP. HCM", date(2026, 10, 7))
    ('H15', 'H29')
    """
    bare = fold(name_forms(name)[1])
    return _province_codes(on).get(_SHORT.get(bare, bare))


_SHORT = {"hcm": "ho chi minh", "tphcm": "ho chi minh", "sai gon": "ho chi minh"}


@lru_cache(64)
def _province_codes(on: date) -> dict[str, str]:
    """The codes of the provinces of a day by their folded names."""
    return {fold(name_forms(each.name)[1]): each.code for each in provinces_on(on)}


@cache
def _provinces() -> frozenset[str]:
    """The names that provinces have had, folded."""
    return frozenset(fold(each.name) for each in every_province())


def place_name(name: str, lang: Lang = Lang.VI) -> str:
    """A province's name without the office that governs it; in English without its kind, too.

    >>> place_name("UBND tỉnh Đồng Tháp"), place_name("Tỉnh Gia Lai"), place_name("Tỉnh Gia Lai", Lang.EN)
    ('Tỉnh Đồng Tháp', 'Tỉnh Gia Lai', 'Gia Lai')
    """
    if lang is Lang.EN:
        return bare_name(name)
    name = _COMMITTEE.sub("", name)
    return name[:1].upper() + name[1:]


def province_title(code: str, on: date) -> Text:
    """A province as a heading names it on a day, or the country; its code where there was none.

    >>> province_title("H21", date(2026, 10, 7))
    Text(vi='tỉnh Gia Lai', en='Gia Lai', values={})
    """
    if code == COUNTRY:
        return Text("cả nước", "the country")
    found = province(code, on)
    return Text(code, code) if found is None else Text(f"{found.kind} {found.name}", found.name)


def with_names(codes: Iterable[str], on: date) -> str:
    """Codes of a day, provinces' with their names: for people, who know few codes by heart.

    >>> with_names(["H60", "G12"], date(2026, 10, 7))
    'Tuyên Quang (H60), G12'
    """
    found = ((code, province(code, on)) for code in codes)
    return ", ".join(code if one is None else f"{one.name} ({code})" for code, one in found)


def bare_name(name: str) -> str:
    """A place's name without its office and its kind, as a map writes it.

    >>> [bare_name(each) for each in ("UBND xã Cư Pơng", "UBND XÃ KRÔNG PẮC", "UBND Thành phố Huế")]
    ['Cư Pơng', 'Krông Pắc', 'Huế']
    >>> bare_name("Sở Y tế - tỉnh Gia Lai")
    'Sở Y tế'
    """
    text = _KINDS.sub("", _COMMITTEE.sub("", short_name(name))).strip() or name
    return text.title() if text.isupper() else text
