"""Totals over time: the one history behind every trend, on pages, in tables, charts and documents."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.headline import leaders_total
from bochiso.score.indicator_table import indicator_of
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import view
from bochiso.text import hundredths
from bochiso.units.model import Level

DAILY = 24
"""So many snapshots are all shown; of more, the newest of each week."""


class HistoryPoint(Struct, frozen=True):
    """What a unit was in one snapshot of a history. Its total is known, its rank may not be.

    `era`: the code of the era of the scale of its points; empty for what was measured here.
    """

    snapshot: Snapshot
    standing: Standing
    era: str

    @property
    def day(self) -> date:
        """The day of its figures."""
        return self.snapshot.as_of

    @property
    def total(self) -> Decimal:
        """The unit's total then."""
        return self.standing.score.total or Decimal(0)

    @property
    def rank(self) -> int | None:
        """The unit's rank then."""
        return self.standing.rank

    @property
    def of(self) -> int:
        """Among how many it was ranked."""
        return self.standing.of


def snapshots_before(store: Store, last: Snapshot) -> list[Snapshot]:
    """The snapshots of a history that ends with `last`, oldest first: of its period, whole ones.

    Of more than DAILY the newest of each week; `last` itself is always there.
    """
    found = [
        each
        for each in store.snapshots()
        if each.period == last.period and each.as_of <= last.as_of
        and (each.state is ReadingState.COMPLETE or each == last)
    ]  # fmt: skip
    if len(found) <= DAILY:
        return found
    weekly = {each.as_of.isocalendar()[:2]: each for each in found}
    return list(weekly.values())


def history(
    store: Store, code: str, last: Snapshot, rules: RuleSet | None = None
) -> tuple[HistoryPoint, ...]:
    """A unit's totals and ranks up to a snapshot, oldest first; those without a total are left out."""
    found = (
        HistoryPoint(each, standing, _era(store, each))
        for each in snapshots_before(store, last)
        if (standing := view(store, each, rules).standings.find(code))
    )
    return tuple(each for each in found if each.standing.score.total is not None)


def histories(store: Store, province: str | None, last: Snapshot) -> dict[str, tuple[HistoryPoint, ...]]:
    """The history of every unit of a province (None: of every province), by code."""
    found: dict[str, list[HistoryPoint]] = {}
    for snapshot in snapshots_before(store, last):
        era = _era(store, snapshot)
        for row in view(store, snapshot).standings.within(province).rows:
            if row.score.total is not None:
                found.setdefault(row.score.unit.code, []).append(HistoryPoint(snapshot, row, era))
    return {code: tuple(points) for code, points in found.items()}


def _era(store: Store, snapshot: Snapshot) -> str:
    found = store.era(snapshot)
    return found.code if found else ""


class LevelPoint(Struct, frozen=True):
    """What the units of one level were in one snapshot of a history. `leaders`: the total of the last of the
    leaders, None where no more are ranked than those.
    """

    snapshot: Snapshot
    level: LevelStandings
    era: str

    @property
    def leaders(self) -> Decimal | None:
        """The total of the last of the leaders."""
        return leaders_total(self.level)

    def indicator_mean(self, code: str) -> Decimal | None:
        """The mean of the points of an indicator, half up; None where no unit has any."""
        found = [
            each.points
            for row in self.level.rows
            if (each := indicator_of(row.score, code)) and each.points is not None
        ]
        return hundredths(Fraction(sum(found, Decimal(0))) / len(found)) if found else None


def level_history(store: Store, level: Level, province: str | None, last: Snapshot) -> tuple[LevelPoint, ...]:
    """The standings of a level (None: of the provinces) up to a snapshot, oldest first."""
    found = (
        LevelPoint(each, view(store, each).standings.level(level, province), _era(store, each))
        for each in snapshots_before(store, last)
    )
    return tuple(each for each in found if each.level.rows)
