"""How units stand to their targets: by the newest figures of each level, and the pace since those before."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from bochiso.errors import ComputeError
from bochiso.followup.targets import Target, TargetProgress, in_force, progress, target_phrase, targets_of
from bochiso.rules.rule_set import RuleSet
from bochiso.score.ranking import Standing
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import COUNTRYWIDE, Ranked, rankings, view
from bochiso.text import Text
from bochiso.units.kinds import names_with_provinces
from bochiso.units.model import Level, Unit
from bochiso.units.names import short_name
from bochiso.units.tree import TOPS


class TargetLevel(Struct, frozen=True):
    """How the units of one level stand, in the order of their ranking. `day`: of their figures."""

    level: Level
    day: date
    rows: tuple[TargetProgress, ...]


class TargetTable(Struct, frozen=True):
    """What one decision asks of one thing, with how every unit stands to it; names by unit."""

    decision: str
    what: str
    levels: tuple[TargetLevel, ...]
    names: dict[str, str]
    rules: RuleSet

    @property
    def phrase(self) -> Text:
        """How many reached it, and who did not, as letters say it."""
        return self.phrase_of(None)

    def phrase_of(self, most: int | None) -> Text:
        """The same, naming so many of those who did not."""
        levels = [(each.level, each.rows) for each in self.levels]
        return target_phrase(self.what, levels, self.names, self.rules, most)


def target_tables(
    store: Store, targets: Iterable[Target], day: date, within: str | None = None
) -> list[TargetTable]:
    """How units stand on a day to the targets that hold then, thing by thing.

    `within`: the units of this province alone, or of all (COUNTRYWIDE), and the provinces. Levels without
    figures have no rows.
    """
    held = in_force(targets, day)
    tables: dict[tuple[str, str], TargetTable] = {}
    units: dict[str, Unit] = {}
    for ranked in _newest(store, within) if held else ():
        before = _before(store, ranked, within)
        rows: dict[tuple[str, str], list[TargetProgress]] = {}
        names: dict[str, str] = {}
        for standing in ranked.standings.rows:
            unit = units[standing.score.unit.code] = standing.score.unit
            names[unit.code] = short_name(unit.name)
            for target in targets_of(held, unit.code, unit.level):
                key = (target.decision, target.what)
                earlier = before.get(unit.code)
                now = ranked.after.snapshot.as_of, standing
                rows.setdefault(key, []).append(progress(target, now, earlier, ranked.after.rules))
        for key, some in rows.items():
            level = TargetLevel(ranked.level, ranked.after.snapshot.as_of, tuple(some))
            known = tables.get(key) or TargetTable(*key, (), {}, ranked.after.rules)
            tables[key] = TargetTable(*key, (*known.levels, level), known.names | names, known.rules)
    named = names_with_provinces(units.values(), day)
    return [replace(each, names=_renamed(each.names, named)) for each in tables.values()]


def _renamed(names: dict[str, str], by: dict[str, str]) -> dict[str, str]:
    return {code: by.get(code, name) for code, name in names.items()}


def _before(store: Store, ranked: Ranked, within: str | None) -> dict[str, tuple[date, Standing]]:
    """The standings of the level on the day before of the same period, where they are on one scale."""
    now, level = ranked.after.snapshot, ranked.level
    earlier = [
        each for each in store.snapshots()
        if each.period == now.period and each.as_of < now.as_of and level in store.levels(each)
    ]  # fmt: skip
    if not earlier:
        return {}
    found = view(store, earlier[-1], within=within if within == COUNTRYWIDE else None)
    if found.era != ranked.after.era:
        return {}
    rows = found.standings.level(level, ranked.standings.province).rows
    return {each.score.unit.code: (earlier[-1].as_of, each) for each in rows}


def _newest(store: Store, within: str | None) -> Iterator[Ranked]:
    """The newest ranking of each level that has one."""
    for level in Level:
        top = level in TOPS.values()
        asked = rankings(
            store, level=level, as_of=None, period=None, against=None, rules=None,
            within=None if top else within,
        )  # fmt: skip
        with suppress(ComputeError):  # no figures of this level
            yield from asked
