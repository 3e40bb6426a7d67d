"""Scores of the current year that follow the facts: what changed is counted anew, the rest is kept."""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from msgspec.structs import replace

from bochiso.measure.compiled_sql import named, queries
from bochiso.measure.indicators import Measure, Row, combined, measures
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period, parse_period
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.ranking import Standing, rank_units
from bochiso.score.scoring import score_units
from bochiso.store.dossiers.projection import DossierFacts
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.measurement import (
    choose_units,
    keep_lists,
    measured_units,
    prepare,
    rows_of,
    run,
)
from bochiso.store.measuring.sync_source import PublishedSync, SyncSource, find_sync
from bochiso.text import VIETNAM
from bochiso.units.model import Unit

RECOUNT_SECONDS = 60.0
"""After which everything is counted again: open dossiers fall overdue without any message."""

REST = 20
"""And not before so many times what that takes have passed."""


class LiveScore(Struct, frozen=True):
    """A unit's score of the year as it stands: points by box, and its place among `of` of its level.

    null where figures lack; a unit that isn't measured has nothing.
    """

    unit: str
    at: datetime
    total: Decimal | None = None
    grade: str | None = None
    rank: int | None = None
    of: int | None = None
    boxes: dict[str, Decimal | None] = {}


class _Kept(Struct):
    """What was counted: rows by unit, what units did with procedures, and of when it all is."""

    units: list[Unit]
    period: Period
    fresh_until: float
    counted: tuple[dict[str, Row], ...]
    handled: pa.Table
    sync: SyncSource


class LiveScores:
    """The scores of one data folder. One thread at a time may use them."""

    def __init__(
        self,
        facts: DossierFacts,
        rules: RuleSet,
        published: Callable[[Period, date], PublishedSync | None] = lambda *_: None,
    ) -> None:
        self._facts, self._rules, self._published = facts, rules, published
        self._kept: _Kept | None = None
        self._scores: dict[str, LiveScore] = {}

    @property
    def present(self) -> tuple[LiveScore, ...]:
        """The scores of every unit, as they were counted last."""
        return tuple(self._scores.values())

    def forget(self) -> None:
        """Count everything the next time: something was missed."""
        self._kept = None

    def follow(self, changed: Collection[str], at: datetime) -> list[LiveScore]:
        """The scores of the units that changed, then of those whose score or rank moved with them.

        Only their dossiers and petitions are counted anew, as of `at`; once a minute, in a new year
        and where other units are measured, everything is. Raises StoreError as `DossierFacts.open`.
        """
        with self._facts.open(write=True) as db:
            scored = {each.unit: each for each in self._measured(db, changed, at)}
        before, self._scores = self._scores, scored
        moved = [unit for unit, each in scored.items() if before and _differs(before.get(unit), each)]
        return [scored.get(unit) or LiveScore(unit, at) for unit in dict.fromkeys([*sorted(changed), *moved])]

    def _measured(
        self, db: duckdb.DuckDBPyConnection, changed: Collection[str], at: datetime
    ) -> list[LiveScore]:
        units, kept = measured_units(db), self._kept
        period = parse_period(str(at.astimezone(VIETNAM).year))
        prepare(db, units, period, at, self._rules, calendar_of(db))
        sync = find_sync(db, units, period, at, self._published(period, at.astimezone(VIETNAM).date()))
        keep_lists(db, sync)
        whole = kept is None or (kept.units, kept.period, _lists(kept.sync)) != (units, period, _lists(sync))
        if kept is None or whole or time.monotonic() > kept.fresh_until:
            kept = self._kept = self._all(db, units, period, at, sync)
        elif changed:
            self._again(db, kept, changed, at)
        ask, values = queries(self._rules), query_values(period, at)
        db.register("handled", kept.handled)
        procedures, publications = (rows_of(run(db, q, values)) for q in (ask.procedures, ask.publications))
        added = [list(rows.values()) for rows in kept.counted]
        added.append(list(sync.zeros(units)))
        told = [*procedures, *sync.published_rows(units)]
        rows = list(measures(combined(units, added, told, publications)))
        scores = score_units(figures_of(units, rows), self._rules)
        return [_live(standing, at) for standing in rank_units(scores, self._rules).rows]

    def _all(
        self, db: duckdb.DuckDBPyConnection, units: list[Unit], period: Period, at: datetime, sync: SyncSource
    ) -> _Kept:
        began = time.monotonic()
        counted, handled = self._count(db, period, at, sync, subset=False)
        ended = time.monotonic()
        queries(self._rules, subset=True)  # compiled before anybody waits for what changed
        fresh_until = ended + max(RECOUNT_SECONDS, REST * (ended - began))
        return _Kept(units, period, fresh_until, counted, handled, sync)

    def _again(
        self, db: duckdb.DuckDBPyConnection, kept: _Kept, changed: Collection[str], at: datetime
    ) -> None:
        choose_units(db, sorted(changed))
        counted, handled = self._count(db, kept.period, at, kept.sync, subset=True)
        for rows, found in zip(kept.counted, counted, strict=True):
            for unit in changed:
                rows.pop(unit, None)
            rows |= found
        others = pc.invert(pc.is_in(kept.handled["unit"], pa.array(sorted(changed), pa.string())))
        kept.handled = pa.concat_tables([kept.handled.filter(others), handled]).combine_chunks()

    def _count(
        self, db: duckdb.DuckDBPyConnection, period: Period, at: datetime, sync: SyncSource, *, subset: bool
    ) -> tuple[tuple[dict[str, Row], ...], pa.Table]:
        ask, values = queries(self._rules, subset=subset), query_values(period, at)
        wanted = (ask.cube, ask.petitions, *((ask.sync,) if sync.lists else ()))
        counted = tuple({row["unit"]: row for row in rows_of(run(db, query, values))} for query in wanted)
        handled = db.sql(ask.handled, params=named(ask.handled, values)).to_arrow_table()
        return counted, handled


def figures_of(units: Sequence[Unit], rows: Sequence[Measure]) -> list[UnitFigures]:
    """What was measured, ready to be scored."""
    figures = {unit.code: UnitFigures(unit, own=True) for unit in units}
    for row in rows:
        figures[row.unit].counts[row.indicator] = Count(row.numerator, row.denominator, row.published)
    return list(figures.values())


def _lists(sync: SyncSource) -> list[tuple[str, date]]:
    return [(each.province, each.day) for each in sync.lists]


def _live(standing: Standing, at: datetime) -> LiveScore:
    score, grade = standing.score, standing.grade
    boxes = {box.code: box.points for box in score.boxes}
    code = grade.code if grade is not None else None
    return LiveScore(score.unit.code, at, score.total, code, standing.rank, standing.of, boxes)


def _differs(before: LiveScore | None, after: LiveScore) -> bool:
    return before is None or replace(before, at=after.at) != after
