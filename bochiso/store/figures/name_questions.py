"""Names without codes that are open: what each may be, and the units that may be chosen."""

from datetime import date

from msgspec import Struct

from bochiso.store.figures.facts import Facts, open_facts
from bochiso.store.figures.identities import Identified
from bochiso.store.folder import DataFolder
from bochiso.units.codes import natural_key, parent_code
from bochiso.units.known_lists import shipped_units
from bochiso.units.matching import match_key
from bochiso.units.model import Level, Unit


class NameQuestion(Struct, frozen=True):
    """A name that no known unit surely has. `twice`: another row of its table is the same unit."""

    name: str
    level: Level
    province: str | None
    candidates: tuple[Unit, ...]
    twice: bool = False


def name_questions(folder: DataFolder, *, unlisted: bool = False) -> list[NameQuestion]:
    """The open names, by province, level and name; `unlisted`: also where no list of units is known."""
    if not folder.facts.exists():
        return []
    asked = {Identified.OPEN, Identified.TWICE} | ({Identified.OWN} if unlisted else set())
    found: dict[tuple[str, str, str], NameQuestion] = {}
    with open_facts(folder) as facts:
        known = {unit.code: unit for unit in known_units(facts)}
        for each, level in facts.identified():
            if each.how not in asked:
                continue
            above = each.parent and (parent_code(each.parent) or each.parent)
            some = tuple(known[code] for code in each.candidates if code in known)
            asks = NameQuestion(each.name, level, above, some, each.how is Identified.TWICE)
            found.setdefault((above or "", level.value, match_key(each.name, level)), asks)
    return [found[key] for key in sorted(found)]


def known_units(facts: Facts | None, since: date | None = None) -> list[Unit]:
    """Every unit with a code that a reading (of a day `since` then) or a list that comes along has, under its
    newest name."""
    found = {unit.code: unit for unit in shipped_units()}
    learned = sorted(facts.learned_units(), key=lambda each: each[1]) if facts else ()
    found |= {unit.code: unit for unit, day in learned if since is None or day >= since}
    return sorted(found.values(), key=lambda unit: natural_key(unit.code))


def units_of(folder: DataFolder, province: str | None, since: date | None = None) -> list[Unit]:
    """The known units of a province and the province's own; of all provinces where none is given. `since`:
    of figures from that day on."""
    if folder.facts.exists():
        with open_facts(folder) as facts:
            every = known_units(facts, since)
    else:
        every = known_units(None)
    return [each for each in every if province in (None, each.code, parent_code(each.code))]
