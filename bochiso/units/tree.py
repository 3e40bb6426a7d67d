"""Units as a tree of any depth: what stands above each and below it, from what lists say of them.

Lists are typed by people: a unit above itself, two above one another, one whose superior isn't there.
None of these makes a province, and none is counted twice: each gets a place, and is told of.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from bochiso.text import Text, say
from bochiso.units.codes import guess_level, natural_key, normalise_code
from bochiso.units.model import Level, Unit
from bochiso.units.provinces import province, successor
from bochiso.units.tops import province_of

TOPS = {"H": Level.PROVINCE, "G": Level.MINISTRY}
"""What codes of one part are, by their letter."""

_TOP = re.compile(rf"[{''.join(TOPS)}][0-9]{{2}}")


class Listed(Struct, frozen=True):
    """A unit as a list has it: name, level and superior where it says them."""

    code: str
    name: str | None = None
    level: Level | None = None
    parent: str | None = None


class UnitTree(Struct, frozen=True):
    """Units, each under the one above it, by code. `remarks`: what lists said that can't be so."""

    units: Mapping[str, Unit]
    remarks: tuple[Text, ...] = ()

    def above(self, code: str) -> list[str]:
        """What stands above a unit, the nearest first; never itself."""
        found: list[str] = []
        unit = self.units.get(code)
        while unit is not None and unit.parent is not None and unit.parent not in (code, *found):
            found.append(unit.parent)
            unit = self.units.get(unit.parent)
        return found

    def within(self, code: str) -> list[str]:
        """The codes of the unit itself and of everything below it."""
        return [each for each in self.units if each == code or code in self.above(each)]


def tree_of(units: Iterable[Unit]) -> UnitTree:
    """The tree of units that name what is above them."""
    return UnitTree({unit.code: unit for unit in units})


def below(top: str, units: Iterable[Unit]) -> set[str]:
    """The codes of the units that are below another, by those above them, else by their codes.

    A table may have communes that name their district, which it doesn't have.
    """
    above = {unit.code: unit.parent for unit in units}
    lines = {code: [code, *_chain(code, above)] for code in above if code != top}
    return {code for code, line in lines.items() if top in line or line[-1].startswith(f"{top}.")}


def tops(units: Iterable[Unit]) -> dict[str, str]:
    """The province or ministry that each unit belongs to, by those above it, else by its code."""
    above = {unit.code: unit.parent for unit in units}
    return {code: province_of(code, above) for code in above}


def top_of(code: str, units: Iterable[Unit]) -> str:
    """The province or ministry that one of these units belongs to, as `tops` has it."""
    return province_of(code, {unit.code: unit.parent for unit in units})


def planted(listed: Sequence[Listed], day: date) -> UnitTree:
    """The tree of listed units and of the provinces and ministries that are above them on a day.

    A unit that no list places is under the longest code in front of its own, else under its province,
    or the one that this was merged into by that day.
    """
    known = {each.code: each for each in listed}
    remarks: list[Text] = []
    above = {code: _parent(each, known, day, remarks) for code, each in known.items()}
    while round_about := sorted((c for c in known if c in _chain(c, above)), key=natural_key):
        remarks.append(_say(_CIRCLE, list=", ".join(round_about)))
        for code in round_about:
            above[code] = _by_code(code, known, day)
    units: dict[str, Unit] = {}
    for code in sorted(known, key=lambda each: len(_chain(each, above))):
        top = above[code]
        if top is not None and top not in units:
            units[top] = Unit(top, top, TOPS.get(top[:1], Level.PROVINCE))
        level = _level(known[code], units.get(top or ""), remarks)
        units[code] = Unit(code, known[code].name or code, level, top)
    return UnitTree(dict(sorted(units.items(), key=lambda each: natural_key(each[0]))), tuple(remarks))


def placed(units: Sequence[Unit]) -> list[Unit]:
    """Units of a table at a level of their own where they are below one that has none under it."""
    known = {unit.code: unit for unit in units}
    return [
        replace(unit, level=Level.SUBUNIT)
        if unit.parent != unit.code and _subordinate(unit.level, known.get(unit.parent or ""))
        else unit
        for unit in units
    ]


def _chain(code: str, above: Mapping[str, str | None]) -> list[str]:
    """The codes above one, the nearest first; none twice."""
    found: list[str] = []
    while (code := above.get(code) or "") and code not in found:
        found.append(code)
    return found


def _parent(unit: Listed, known: Mapping[str, Listed], day: date, remarks: list[Text]) -> str | None:
    """What is above a unit: as the list says where that can be, else by its code."""
    given = normalise_code(unit.parent) if unit.parent else None
    if _TOP.fullmatch(unit.code):
        if given is not None:
            remarks.append(_say(_TOP_ABOVE, unit=unit.code, parent=given))
        return None
    if given is None:
        return _by_code(unit.code, known, day)
    if given == unit.code:
        remarks.append(_say(_SELF, unit=unit.code))
        return _by_code(unit.code, known, day)
    if given in known:
        return given
    if _TOP.fullmatch(given):
        return _on(given, day)
    found = _by_code(given, known, day) or _by_code(unit.code, known, day)
    remarks.append(_say(_UNLISTED, unit=unit.code, parent=given, found=found or "–"))
    return found


def _by_code(code: str, known: Mapping[str, Listed], day: date) -> str | None:
    """The longest listed code in front of a code, else the province or ministry that it begins with."""
    front = code.rpartition(".")[0]
    while front:
        if front in known:
            return front
        if _TOP.fullmatch(front):
            return _on(front, day)
        front = front.rpartition(".")[0]
    return None


def _on(top: str, day: date) -> str:
    """A province, or the one that it had been merged into by that day."""
    return (province(top, day) is None and successor(top)) or top


def _level(unit: Listed, above: Unit | None, remarks: list[Text]) -> Level:
    given = unit.level
    if _TOP.fullmatch(unit.code):
        return TOPS[unit.code[0]]
    if given in TOPS.values() and _TOP.match(unit.code):
        remarks.append(_say(_NO_TOP, unit=unit.code))
        given = None
    level = given or guess_level(unit.code, unit.name or "") or Level.DEPARTMENT
    if level in TOPS.values() and _TOP.match(unit.code):
        level = Level.DEPARTMENT
    return Level.SUBUNIT if _subordinate(level, above) else level


def _subordinate(level: Level, above: Unit | None) -> bool:
    """Whether a unit is subordinate to one that isn't a level of government over its own."""
    if above is None or level in TOPS.values() or above.level is Level.PROVINCE:
        return False
    return level is Level.DEPARTMENT or level is above.level


_SELF = say(
    "{unit} ghi chính mình là đơn vị cấp trên: đã xếp theo mã.",
    "{unit} names itself as its superior: placed by its code.",
)
_TOP_ABOVE = say(
    "{unit} là mã cấp tỉnh hoặc bộ nên không có đơn vị cấp trên: bỏ qua “{parent}”.",
    "{unit} is the code of a province or ministry, which has no superior: “{parent}” is left out.",
)
_UNLISTED = say(
    "{unit} ghi đơn vị cấp trên là {parent}, không có trong danh sách: đã xếp dưới {found}.",
    "{unit} names {parent} as its superior, which isn't listed: placed under {found}.",
)
_CIRCLE = say(
    "Các đơn vị {list} ghi nhau là cấp trên thành vòng: đã xếp theo mã.",
    "The units {list} name one another as superiors, in a circle: placed by their codes.",
)
_NO_TOP = say(
    "{unit} ghi là cấp tỉnh hoặc bộ nhưng mã nằm dưới một tỉnh hoặc bộ: đã xếp cấp theo tên.",
    "{unit} is said to be a province or ministry, but its code lies below one: its name tells its level.",
)


def _say(what: Text, **values: object) -> Text:
    return say(what.vi, what.en, **values)
