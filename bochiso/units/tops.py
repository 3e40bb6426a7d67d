"""The province, or the ministry, that a unit belongs to: the top of the units above it."""

import re
from collections.abc import Mapping

from bochiso.units.codes import normalise_code

_TOP = re.compile(r"[A-Z][0-9]{2}")


def province_of(code: str, above: Mapping[str, str | None] | None = None) -> str:
    """The top of the units above a unit, which is its own top where nothing stands above it.

    `above`: the unit above each listed one, which counts before what the code itself says: a unit
    keeps its code where its province was merged into another. A unit above itself, or one that neither a
    list has nor whose code tells a province, leads nowhere.

    >>> province_of("H15.50.05"), province_of("H45.01", {"H45.01": "H15"}), province_of("G05")
    ('H15', 'H15', 'G05')
    """
    known, seen = above or {}, {code}
    while (up := known.get(code)) is not None and up not in seen and (up in known or _top(up)):
        seen.add(up)
        code = up
    return _top(code) or code


def _top(code: str) -> str | None:
    top = code.partition(".")[0]
    if _TOP.fullmatch(top) is None:  # nearly every code is written as it should be: look twice at others only
        top = normalise_code(code).partition(".")[0]
    return top if _TOP.fullmatch(top) else None
