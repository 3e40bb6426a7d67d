"""Whom a name without a code means, among the known units of one province and one level.

Sure is what differs in writing alone: capitals, spaces, the place of a tone, Đắk or Đăk, apostrophes,
footnote marks, "UBND", the province behind. Anything more is a question with candidates.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from bochiso.units.codes import fold, name_forms
from bochiso.units.model import Level, Unit
from bochiso.units.names import short_name

_LIKENESS = 0.84
_MOST = 3
_OWN_TAIL = re.compile(r"(?<=.) (?:tỉnh|thành phố)$")
_NAMED_TAIL = re.compile(r"(?<=.) (?:tỉnh|thành phố) (?P<name>[^,]+)$")


@dataclass(frozen=True)
class NameMatch:
    """The unit that a name surely means, or those that it may."""

    unit: Unit | None = None
    candidates: tuple[Unit, ...] = ()


class NameIndex:
    """Known units of one province and level by the forms of their names."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.exact: dict[str, list[Unit]] = {}
        self.bare: dict[str, list[Unit]] = {}
        self.folded: dict[str, list[Unit]] = {}
        self.compact: dict[str, list[Unit]] = {}
        for unit in units:
            whole, bare = _forms(unit.name, unit.level)
            for index, key in (
                (self.exact, whole),
                (self.bare, bare),
                (self.folded, fold(whole)),
                (self.folded, fold(bare)),
                (self.compact, _letters(whole)),
                (self.compact, _letters(bare)),
            ):
                same = index.setdefault(key, [])
                if all(unit.code != other.code for other in same):
                    same.append(unit)

    def match(self, name: str, level: Level, parent: str | None = None) -> NameMatch:
        """Whom a name means; `parent`, where it was given, tells units of one name apart."""
        whole, bare = _forms(name, level)
        sure = [self.exact.get(whole), self.compact.get(_letters(whole))]
        if whole == bare:  # "Ea Drăng", without its kind
            sure.append(self.bare.get(bare))
        if whole.isascii():
            sure.append(self.folded.get(whole))
        for found in sure:
            if found:
                mine = [unit for unit in found if unit.parent == parent] if len(found) > 1 else found
                return NameMatch(mine[0]) if len(mine) == 1 else NameMatch(None, tuple(found))
        near = self.bare.get(bare) or self.folded.get(fold(whole)) or self.folded.get(fold(bare))
        if near:
            return NameMatch(None, tuple(near[:_MOST]))
        close = get_close_matches(fold(whole), self.folded, _MOST, _LIKENESS)
        units = {unit.code: unit for key in close for unit in self.folded[key]}
        return NameMatch(None, tuple(units.values())[:_MOST])


def match_key(name: str, level: Level) -> str:
    """What two writings of one name share."""
    return _forms(name, level)[0]


def _forms(name: str, level: Level) -> tuple[str, str]:
    """A name for matching, and the same without its kind; a department's without "tỉnh" behind it."""
    whole, bare = name_forms(short_name(name))
    if level is Level.DEPARTMENT:
        tail = _NAMED_TAIL.search(whole)
        if tail and short_name(f"x - tỉnh {tail['name']}") == "x":
            whole = whole[: tail.start()]
        whole = bare = _OWN_TAIL.sub("", whole)
    return whole, bare


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w+", text))
