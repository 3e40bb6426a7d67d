"""Units of one kind: what several of a level are called alike, whichever province they are of."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from bochiso.text import Lang
from bochiso.units.codes import fold
from bochiso.units.model import Level, Unit
from bochiso.units.names import province_title, short_name
from bochiso.units.tree import TOPS, tops

KINDS = {"phuong": "Phường", "xa": "Xã", "dac khu": "Đặc khu"}
"""The kinds of communes, as their names begin."""


def commune_kind(unit: Unit) -> str:
    """What kind of its level a unit is: ward, commune or special zone; empty for other levels.

    >>> commune_kind(Unit("H15.1", "UBND Phường Buôn Ma Thuột", Level.COMMUNE, "H15"))
    'phuong'
    """
    if unit.level is not Level.COMMUNE:
        return ""
    words = f" {fold(unit.name)} "
    found = [(words.find(f" {kind} "), kind) for kind in KINDS]
    return min(((place, kind) for place, kind in found if place >= 0), default=(0, ""))[1]


def kind_name(unit: Unit) -> str:
    """What units like this one are called: a department's name without its province, a commune's kind.

    Empty where a unit has no like: a province, a ministry, a commune whose kind isn't named.

    >>> kind_name(Unit("H21.05", "Sở Y tế - tỉnh Gia Lai", Level.DEPARTMENT, "H21"))
    'Sở Y tế'
    >>> kind_name(Unit("H15.1", "UBND Phường Buôn Ma Thuột", Level.COMMUNE, "H15"))
    'Phường'
    """
    if unit.level is Level.COMMUNE:
        return KINDS.get(commune_kind(unit), "")
    return "" if unit.level in TOPS.values() else short_name(unit.name)


def is_kind(unit: Unit, kind: str) -> bool:
    """Whether a unit is of a kind, however that is written.

    >>> is_kind(Unit("H21.05", "SỞ Y TẾ", Level.DEPARTMENT, "H21"), "so y te")
    True
    """
    return bool(name := kind_name(unit)) and fold(name) == _key(kind)


def kinds_of(units: Iterable[Unit]) -> dict[str, int]:
    """The kinds of which several provinces have one, as most of them write it, and of how many units; in
    the order of the alphabet."""
    units = list(units)
    above = tops(units)
    written: dict[str, Counter[str]] = {}
    places: dict[str, set[str]] = {}
    for unit in units:
        if name := kind_name(unit):
            written.setdefault(key := fold(name), Counter())[name] += 1
            places.setdefault(key, set()).add(above[unit.code])
    found = {
        names.most_common(1)[0][0]: names.total() for key, names in written.items() if len(places[key]) > 1
    }
    return dict(sorted(found.items(), key=lambda each: fold(each[0])))


def names_with_provinces(units: Iterable[Unit], on: date) -> dict[str, str]:
    """The names of units of several provinces or ministries by code, each with its own behind it; empty
    where they are of one, or are such themselves.

    >>> names_with_provinces([Unit("H15.05", "Sở Y tế", Level.DEPARTMENT, "H15"),
    ...                       Unit("H21.05", "Sở Y tế", Level.DEPARTMENT, "H21")], date(2026, 10, 7))
    {'H15.05': 'Sở Y tế, tỉnh Đắk Lắk', 'H21.05': 'Sở Y tế, tỉnh Gia Lai'}
    """
    units = [unit for unit in units if unit.level not in TOPS.values()]
    above = tops(units)
    titles = {top: province_title(top, on).render(Lang.VI) for top in set(above.values())}
    if len(titles) < 2:
        return {}
    return {unit.code: f"{short_name(unit.name)}, {titles[above[unit.code]]}" for unit in units}


@lru_cache(64)
def _key(kind: str) -> str:
    return fold(" ".join(kind.split()))
