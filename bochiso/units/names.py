"""Names of units as tables of one province show them."""

from datetime import date

from bochiso.text import Text
from bochiso.units.codes import fold, guess_level
from bochiso.units.model import Level
from bochiso.units.provinces import province

_BETWEEN = (" - ", " – ")
_OFFICES = ("ubnd ", "ủy ban nhân dân ")
_PROVINCE = ("tinh ", "thanh pho ", "tp. ", "tp ")


def short_name(name: str) -> str:
    """A name without the province that the national portal puts after it.

    >>> short_name("Sở Y tế - tỉnh Gia Lai"), short_name("Văn phòng UBND Tỉnh - Tỉnh Phú Thọ")
    ('Sở Y tế', 'Văn phòng UBND Tỉnh')
    >>> short_name("Ban Quản lý Khu kinh tế - Khu công nghiệp")
    'Ban Quản lý Khu kinh tế - Khu công nghiệp'
    """
    for between in _BETWEEN:
        head, found, tail = name.rpartition(between)
        if found and head.strip() and _is_province(tail):
            return head.strip()
    return name


def _is_province(name: str) -> bool:
    return fold(name).startswith(_PROVINCE) and guess_level("", name) is Level.PROVINCE


def place_name(name: str) -> str:
    """A province's name without the office that governs it.

    >>> place_name("UBND tỉnh Đồng Tháp"), place_name("Tỉnh Gia Lai")
    ('Tỉnh Đồng Tháp', 'Tỉnh Gia Lai')
    """
    for office in _OFFICES:
        if name.lower().startswith(office):
            name = name[len(office) :]
    return name[:1].upper() + name[1:]


def province_title(code: str, on: date) -> Text:
    """A province as a heading names it on a day; its code where there was none.

    >>> province_title("H21", date(2026, 10, 7))
    Text(vi='tỉnh Gia Lai', en='Gia Lai', values={})
    """
    found = province(code, on)
    return Text(code, code) if found is None else Text(f"{found.kind} {found.name}", found.name)
