"""The newest figures of a province and its units with those before, and whether they may be sent."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.signals import UnitReadings
from bochiso.rules.rule_set import RuleSet
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.score.shifts import Empty, find_empty
from bochiso.store.figures.collection_record import STATE_NAMES, ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import view
from bochiso.text import Text, say
from bochiso.units.model import Level

MOST_READINGS = 10
"""How many readings back a unit is followed."""


class LevelReadings(Struct, frozen=True):
    """The units of one level, with the table that they stand in. `empty`: groups that are 0 for all."""

    level: Level
    snapshot: Snapshot
    standings: LevelStandings
    units: tuple[UnitReadings, ...]
    empty: tuple[Empty, ...]
    rules: RuleSet


class ProvinceReadings(Struct, frozen=True):
    """The province itself among the provinces, None where it has no figures, and the levels below it."""

    province: UnitReadings | None
    levels: tuple[LevelReadings, ...]
    snapshot: Snapshot
    rules: RuleSet


class WithheldFigures(Struct, frozen=True):
    """Why nothing is sent. `key`: the same as long as the reason is."""

    key: str
    why: Text


def latest_readings(
    store: Store, province: str, today: date, stale_days: int
) -> ProvinceReadings | WithheldFigures:
    """The newest figures, or why they may not go out: too old, torn, incomplete, none."""
    newest = next(iter(store.snapshots()[::-1]), None)
    if newest is None:
        return WithheldFigures("none", say("chưa có số liệu nào", "there are no figures"))
    if newest.state is not ReadingState.COMPLETE:
        return WithheldFigures(
            f"{newest.state}:{newest.as_of.isoformat()}",
            say(
                "số liệu ngày {day} thu thập {state}",
                "the figures of {day} were collected {state}",
                day=newest.as_of,
                state=STATE_NAMES[newest.state],
            ),
        )
    if (today - newest.as_of).days > stale_days:
        return WithheldFigures(
            f"stale:{newest.as_of.isoformat()}",
            say("số liệu mới nhất là của ngày {day}", "the newest figures are of {day}", day=newest.as_of),
        )
    levels = tuple(level_readings(store, province))
    return ProvinceReadings(_province(store, province), levels, newest, store.rules(newest))


def level_readings(store: Store, province: str) -> Iterator[LevelReadings]:
    """The levels below a province that have figures."""
    for level in (Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE):
        found = _series(store, level)
        if not found:
            continue
        last = view(store, found[-1])
        table = last.standings.level(level, province)
        if not table.rows:
            continue
        rows: dict[str, list[tuple[date, Standing]]] = {}
        for snapshot in found:
            for standing in view(store, snapshot).standings.level(level, province).rows:
                rows.setdefault(standing.score.unit.code, []).append((snapshot.as_of, standing))
        units = tuple(UnitReadings(each.score.unit, tuple(rows[each.score.unit.code])) for each in table.rows)
        yield LevelReadings(level, found[-1], table, units, tuple(find_empty(table)), last.rules)


def _province(store: Store, code: str) -> UnitReadings | None:
    rows = []
    for snapshot in _series(store, Level.PROVINCE):
        with suppress(ComputeError):
            if (standing := view(store, snapshot).standings.find(code)) is not None:
                rows.append((snapshot.as_of, standing))
    return UnitReadings(rows[-1][1].score.unit, tuple(rows)) if rows else None


def _series(store: Store, level: Level) -> list[Snapshot]:
    """The whole snapshots of a level that can be compared with its newest, oldest first."""
    having = [
        each
        for each in store.snapshots()
        if each.state is ReadingState.COMPLETE and level in store.levels(each)
    ]
    if not having:
        return []
    last = having[-1]
    same = [each for each in having if each.period == last.period and each.rules == last.rules]
    era = store.era(last)
    one_day = {each.as_of: each for each in same[-2 * MOST_READINGS :] if store.era(each) == era}
    return list(one_day.values())[-MOST_READINGS:]


def newest_standing(store: Store, unit: str) -> tuple[date | None, Standing | None]:
    """A unit's newest standing and the day of its figures; None where it has none."""
    for snapshot in reversed(store.snapshots()):
        if (standing := view(store, snapshot).standings.find(unit)) is not None:
            return snapshot.as_of, standing
    return None, None
