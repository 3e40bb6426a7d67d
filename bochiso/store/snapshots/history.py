"""Totals over time: the one history behind every trend, on pages, in tables, charts and documents.

And a unit's figures on the ground that it has now, those of its predecessors added up: numerators and
denominators, marked so. Points are nobody's sum: a total stands only where the unit itself was scored, on the
scale of the newest figures.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.periods import Period
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.headline import leaders_total
from bochiso.score.indicator_table import indicator_of
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import view
from bochiso.text import hundredths
from bochiso.units.model import Level
from bochiso.units.predecessors import PredecessorPart, Predecessors

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
        HistoryPoint(each, standing, era_of(store, each))
        for each in snapshots_before(store, last)
        if (standing := view(store, each, rules).standings.find(code))
    )
    return tuple(each for each in found if each.standing.score.total is not None)


def histories(store: Store, province: str | None, last: Snapshot) -> dict[str, tuple[HistoryPoint, ...]]:
    """The history of every unit of a province (None: of every province), by code."""
    found: dict[str, list[HistoryPoint]] = {}
    for snapshot in snapshots_before(store, last):
        era = era_of(store, snapshot)
        for row in view(store, snapshot).standings.within(province).rows:
            if row.score.total is not None:
                found.setdefault(row.score.unit.code, []).append(HistoryPoint(snapshot, row, era))
    return {code: tuple(points) for code, points in found.items()}


def era_of(store: Store, snapshot: Snapshot) -> str:
    """The code of the era of a snapshot's scale; empty for what was measured here."""
    found = store.era(snapshot)
    return found.code if found else ""


class HistoryLine(Struct, frozen=True):
    """One indicator of one snapshot. `parts`: the units that it is of; None for a figure that isn't known.

    `missing`: those of the parts that have no such figure, so that nothing is summed. `split`: only a share
    of a part counts here, so the figure is an estimate, to the nearest whole number. `unlisted`: the unit
    itself, where it has figures of its own though the table says that only others stood there: nothing is
    summed.
    """

    snapshot: Snapshot
    indicator: str
    numerator: Decimal | int | None
    denominator: Decimal | int | None
    parts: tuple[str, ...]
    missing: tuple[str, ...] = ()
    split: bool = False
    unlisted: str | None = None

    @property
    def summed(self) -> bool:
        """Whether it is a figure, and one of several units or of a share of one."""
        return self.numerator is not None and (len(self.parts) > 1 or self.split)

    @property
    def rate(self) -> Fraction | None:
        """Numerator over denominator; None where they aren't known, or nothing is counted."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator) / Fraction(self.denominator)


class SnapshotHistory(Struct, frozen=True):
    """What a unit was in one snapshot: its lines, and its total where points can be compared with today's."""

    snapshot: Snapshot
    lines: tuple[HistoryLine, ...]
    total: Decimal | None


def like_for_like(
    store: Store, code: str, predecessors: Predecessors, rules: RuleSet, until: date | None = None
) -> tuple[SnapshotHistory, ...]:
    """A unit's figures of each period, oldest first, as its newest whole snapshot has them (up to a day).

    Of a period that no snapshot has counts of, that with a total of the unit.
    """
    snapshots = [each for each in store.snapshots() if each.state is ReadingState.COMPLETE]
    snapshots = [each for each in snapshots if until is None or each.as_of <= until]
    newest = store.era(snapshots[-1]) if snapshots else None
    of_period: dict[Period, list[Snapshot]] = {}
    for each in reversed(snapshots):
        of_period.setdefault(each.period, []).append(each)
    found: list[SnapshotHistory] = []
    for same in of_period.values():
        without_counts: SnapshotHistory | None = None
        for one in same:  # a year has hundreds of days: no further back than to the first that says something
            told = _told(store, one, code, predecessors, rules, newest)
            if told is not None and told.lines:
                found.append(told)
                break
            without_counts = without_counts or told
        else:
            found += [without_counts] if without_counts else []
    return tuple(sorted(found, key=lambda each: (each.snapshot.period.last, each.snapshot.as_of)))


def _told(
    store: Store,
    snapshot: Snapshot,
    code: str,
    predecessors: Predecessors,
    rules: RuleSet,
    newest: object,
) -> SnapshotHistory | None:
    """None where a snapshot says nothing of the unit's ground."""
    parts = predecessors.parts(code, snapshot.as_of)
    wanted = {code, *(part.code for part in parts)}
    figures = {each.unit.code: each for each in store.figures(snapshot, store.rules(snapshot), wanted)}
    if code not in figures and not any(part.code in figures for part in parts):
        return None
    lines = tuple(
        _line(snapshot, each.code, code, parts, figures) for each in rules.indicators if each.kind == "share"
    )
    total = None
    if parts == (PredecessorPart(code, Decimal(1)),) and store.era(snapshot) == newest:
        standing = view(store, snapshot).standings.find(code)
        total = standing.score.total if standing else None
    lines = tuple(each for each in lines if _says(each))
    return SnapshotHistory(snapshot, lines, total) if lines or total is not None else None


def history_row(one: SnapshotHistory, line: HistoryLine, rules: RuleSet) -> dict[str, object]:
    """A line as files and programs are given it."""
    return {
        "period": one.snapshot.period.code,
        "as_of": one.snapshot.as_of.isoformat(),
        "indicator": line.indicator,
        "number": rules.indicator[line.indicator].number,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "units": " ".join(line.parts),
        "summed": line.summed,
        "estimated": line.split,
        "missing": " ".join(line.missing) or None,
        "unlisted": line.unlisted,
        "total": one.total,
    }


def _line(
    snapshot: Snapshot,
    indicator: str,
    unit: str,
    parts: Sequence[PredecessorPart],
    figures: Mapping[str, UnitFigures],
) -> HistoryLine:
    counts = {
        part.code: figures[part.code].counts.get(indicator, Count()) if part.code in figures else Count()
        for part in parts
    }
    codes = tuple(part.code for part in parts)
    missing = tuple(code for code, count in counts.items() if not count.counted)
    split = any(part.share != 1 for part in parts)
    own = figures.get(unit)
    if unit not in codes and own and own.counts.get(indicator, Count()).counted:
        return HistoryLine(snapshot, indicator, None, None, codes, unlisted=unit)
    if missing:
        return HistoryLine(snapshot, indicator, None, None, codes, missing, split)
    tops = [(counts[part.code].numerator or 0, part.share) for part in parts]
    bottoms = [(counts[part.code].denominator or 0, part.share) for part in parts]
    return HistoryLine(snapshot, indicator, _sum(tops), _sum(bottoms), codes, split=split)


def _sum(values: Sequence[tuple[Decimal | int, Decimal]]) -> Decimal | int:
    whole = sum((value * share for value, share in values), Decimal(0))
    if all(share == 1 for _, share in values) and whole % 1:
        return whole
    return int(whole.quantize(Decimal(1), "ROUND_HALF_UP"))


def _says(line: HistoryLine) -> bool:
    """Whether any part has the figure."""
    return len(line.missing) < len(line.parts)


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
        LevelPoint(each, view(store, each).standings.level(level, province), era_of(store, each))
        for each in snapshots_before(store, last)
    )
    return tuple(each for each in found if each.level.rows)
