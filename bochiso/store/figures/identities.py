"""Who the names without codes in the readings are: worked out of all readings at once, so that names and
codes meet in either order, on one day and across days.

A name is matched within the province that its table is about: the one that was said, that stands in the
row or behind the name, that most of its communes' names belong to, or the only one of the folder. Two
names of one reading never become one unit in silence: both stay as they are, and are asked about.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from msgspec import Struct, json
from msgspec.structs import replace

from bochiso.store.folder import DataFolder, put_in_place
from bochiso.units.codes import is_code, parent_code
from bochiso.units.known_lists import LISTED_SINCE, shipped_units
from bochiso.units.matching import NameIndex, NameMatch, match_key
from bochiso.units.model import Level, Unit
from bochiso.units.names import named_province, province_behind

_ENOUGH = 0.6
"""So many of a table's communes must belong to a province for the table to be about it."""


class Identified(StrEnum):
    """How a name's unit is known. OPEN and TWICE are questions; OWN is a name that nothing is known of."""

    MATCHED = "matched"
    CHOSEN = "chosen"
    OPEN = "open"
    TWICE = "twice"
    OWN = "own"
    NAMED = "named"


class WrittenUnit(Struct, frozen=True):
    """A unit as a reading has it: `unit` is its code, or its name where it has none."""

    seq: int
    unit: str
    name: str
    level: Level
    parent: str | None
    as_of: date
    province: str | None


class Identity(Struct, frozen=True):
    """Who a unit of a reading is; `candidates` are codes, where it is asked."""

    seq: int
    unit: str
    code: str
    name: str
    parent: str | None
    how: Identified
    candidates: tuple[str, ...] = ()


class KeptChoice(Struct, frozen=True):
    """What a person said: this name, on this level of this province, is that unit; None: a unit by itself."""

    name: str
    level: Level
    province: str | None
    code: str | None

    @property
    def key(self) -> tuple[str, Level, str | None]:
        """What it is asked by."""
        return match_key(self.name, self.level), self.level, self.province


def kept_choices(folder: DataFolder) -> tuple[KeptChoice, ...]:
    """The choices that were written down beside the facts."""
    if not folder.choices.exists():
        return ()
    return json.decode(folder.choices.read_bytes(), type=tuple[KeptChoice, ...])


def keep_choices(folder: DataFolder, choices: Sequence[KeptChoice]) -> None:
    """Write down the choices that the ledger holds, for the facts; the caller holds the folder."""
    put_in_place(folder.choices, json.format(json.encode(choices)))


def withdrawn_readings(folder: DataFolder) -> frozenset[int]:
    """The numbers of the readings that were taken back, as they were written down beside the facts."""
    if not folder.withdrawn.exists():
        return frozenset()
    return json.decode(folder.withdrawn.read_bytes(), type=frozenset[int])


def keep_withdrawn(folder: DataFolder, seqs: Iterable[int]) -> None:
    """Write down which readings the ledger says were taken back; the caller holds the folder."""
    put_in_place(folder.withdrawn, json.encode(sorted(seqs)))


@dataclass
class KnownUnits:
    """The units with codes that readings have, and those of the lists that come along."""

    learned: Sequence[tuple[Unit, date]]
    _indices: dict[tuple[str, Level, bool], NameIndex] = field(default_factory=dict)
    _matches: dict[tuple[str, Level, bool, str, str | None], NameMatch] = field(default_factory=dict)

    def of(self, province: str, level: Level, *, listed: bool) -> list[Unit]:
        """The units of a province and level; `listed`: since the communes are those of the lists."""
        mine = [
            unit
            for unit, day in self.learned
            if (parent_code(unit.code), unit.level) == (province, level) and (day >= LISTED_SINCE) is listed
        ]
        if not listed:
            return mine
        codes = {unit.code for unit in mine}
        names = {match_key(unit.name, level) for unit in mine}
        shipped = (unit for unit in shipped_units() if (unit.parent, unit.level) == (province, level))
        return mine + [
            unit for unit in shipped if unit.code not in codes and match_key(unit.name, level) not in names
        ]

    def match(self, province: str, row: WrittenUnit) -> NameMatch:
        """Whom a row's name means in a province."""
        listed = row.as_of >= LISTED_SINCE
        key = (province, row.level, listed, row.name, row.parent)
        if key not in self._matches:
            place = (province, row.level, listed)
            if place not in self._indices:
                self._indices[place] = NameIndex(self.of(province, row.level, listed=listed))
            self._matches[key] = self._indices[place].match(row.name, row.level, row.parent)
        return self._matches[key]

    def provinces(self) -> list[str]:
        """Every province that a list is known of."""
        found = {parent_code(unit.code) for unit, _ in self.learned} | {u.parent for u in shipped_units()}
        return sorted(code for code in found if code)


def identify_units(
    written: Sequence[WrittenUnit], learned: Sequence[tuple[Unit, date]], choices: Iterable[KeptChoice]
) -> list[Identity]:
    """Who every unit of some readings is that has no code, or a code and no name."""
    known = KnownUnits(learned)
    chosen = {choice.key: choice for choice in choices}
    names = {unit.code: unit.name for unit, _ in learned if unit.name != unit.code}
    nameless = [row for row in written if is_code(row.unit) and row.name == row.unit and row.unit in names]
    found = [
        Identity(row.seq, row.unit, row.unit, names[row.unit], row.parent, Identified.NAMED)
        for row in nameless
    ]
    bare = [row for row in written if not is_code(row.unit)]
    if not bare:
        return found
    homes = _homes(written, known)
    first: dict[tuple[str, Level, str | None, str | None], str] = {}
    by_name = [_identity(row, homes.get((row.seq, row.unit)), known, chosen, names, first) for row in bare]
    return found + _not_twice(by_name, written)


def _identity(
    row: WrittenUnit,
    home: str | None,
    known: KnownUnits,
    chosen: dict[tuple[str, Level, str | None], KeptChoice],
    names: dict[str, str],
    first: dict[tuple[str, Level, str | None, str | None], str],
) -> Identity:
    if row.level is Level.PROVINCE:
        code = named_province(row.name, row.as_of)
        return Identity(row.seq, row.unit, code or row.unit, row.name, None, _sure(code))
    key = (match_key(row.name, row.level), row.level, home)
    parent = row.parent or home
    below = None if row.parent == home else row.parent
    if choice := chosen.get(key):
        if choice.code:
            name = names.get(choice.code) or _listed_name(choice.code) or row.name
            return Identity(row.seq, row.unit, choice.code, name, parent_code(choice.code), Identified.CHOSEN)
    elif home:
        match = known.match(home, row)
        if match.unit:
            above = match.unit.parent or parent
            return Identity(row.seq, row.unit, match.unit.code, match.unit.name, above, Identified.MATCHED)
        if known.of(home, row.level, listed=row.as_of >= LISTED_SINCE):
            own = first.setdefault((*key, below), row.unit)
            codes = tuple(unit.code for unit in match.candidates)
            return Identity(row.seq, row.unit, own, row.name, parent, Identified.OPEN, codes)
    own = first.setdefault((*key, below), row.unit)
    return Identity(row.seq, row.unit, own, row.name, parent, Identified.OWN)


def _sure(code: str | None) -> Identified:
    return Identified.MATCHED if code else Identified.OWN


def _listed_name(code: str) -> str | None:
    return next((unit.name for unit in shipped_units() if unit.code == code), None)


def _homes(written: Sequence[WrittenUnit], known: KnownUnits) -> dict[tuple[int, str], str]:
    """The province of each name, by reading and name; those that nothing tells lack."""
    by_reading: dict[int, list[WrittenUnit]] = defaultdict(list)
    for row in written:
        if row.level is not Level.PROVINCE:
            by_reading[row.seq].append(row)
    voted = {seq: _home_of(rows, known) for seq, rows in by_reading.items()}
    whole = {*voted.values(), *(parent_code(unit.code) for unit, _ in known.learned)} - {None}
    only = whole.pop() if len(whole) == 1 else None
    homes = {}
    for seq, rows in by_reading.items():
        of = voted[seq] or (only if only and _belong(rows, only, known) else None)
        for row in rows:
            if home := _own_home(row) or of:
                homes[seq, row.unit] = home
    return homes


def _belong(rows: Sequence[WrittenUnit], province: str, known: KnownUnits) -> bool:
    """Whether most of a table's names are those of a province's units."""
    names = [row for row in rows if not is_code(row.unit)]
    return sum(known.match(province, row).unit is not None for row in names) >= _ENOUGH * len(names)


def _own_home(row: WrittenUnit) -> str | None:
    """The province that a row tells of itself."""
    if row.parent and is_code(row.parent):
        return parent_code(row.parent) or row.parent
    return row.province or province_behind(row.name, row.as_of)


def _home_of(rows: Sequence[WrittenUnit], known: KnownUnits) -> str | None:
    """The province that a table as a whole is about."""
    said = {parent_code(row.unit) or _own_home(row) for row in rows} - {None}
    if len(said) == 1:
        return said.pop()
    places = [row for row in rows if row.level in (Level.COMMUNE, Level.DISTRICT) and not is_code(row.unit)]
    if said or len(places) < 2:
        return None
    votes = Counter(
        {code: sum(known.match(code, row).unit is not None for row in places) for code in known.provinces()}
    )
    ranked = votes.most_common(2)
    if not ranked or ranked[0][1] < max(2, _ENOUGH * len(places)):
        return None
    return None if len(ranked) > 1 and ranked[1][1] == ranked[0][1] else ranked[0][0]


def _not_twice(found: Sequence[Identity], written: Sequence[WrittenUnit]) -> list[Identity]:
    """The identities, without those that would make two units of one reading one."""
    taken = Counter((row.seq, row.unit) for row in written if is_code(row.unit))
    taken.update((each.seq, each.code) for each in found)
    names = {(row.seq, row.unit): row.name for row in written}
    return [
        each
        if taken[each.seq, each.code] == 1
        else replace(
            each,
            code=each.unit,
            name=names[each.seq, each.unit],
            how=Identified.TWICE,
            candidates=(each.code,),
        )
        for each in found
    ]
