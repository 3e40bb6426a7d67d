"""What says which dossiers the portal has: its own list, else what it published, else nothing (1.4)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

import duckdb
from msgspec import Struct, field

from bochiso.errors import StoreError
from bochiso.measure.indicators import SYNC, Measure, Row
from bochiso.periods import Period
from bochiso.score.figures import Count
from bochiso.score.own_basis import SyncBasis, SyncKnown
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.text import VIETNAM
from bochiso.units.codes import normalise_code
from bochiso.units.model import Level, Unit
from bochiso.units.tops import province_of


class ChosenList(Struct, frozen=True):
    """The list of a province that is gone by: its day; `until`: what came later can't be in it (UTC)."""

    province: str
    day: date
    until: datetime


class PublishedSync(Struct, frozen=True):
    """Indicator 1.4 as the portal published it for a period: of which day, by unit."""

    day: date
    counts: dict[str, Count]


class SyncSource(Struct, frozen=True):
    """Where 1.4 is known from. `published` by unit, of the provinces that have no list; `uncovered`: the day
    of the latest list of provinces whose lists don't hold the period; `provinces`: all that are measured.
    """

    provinces: tuple[str, ...] = ()
    lists: tuple[ChosenList, ...] = ()
    published: PublishedSync | None = None
    uncovered: dict[str, date] = field(default_factory=dict)

    def zeros(self, units: Iterable[Unit]) -> Iterator[Row]:
        """A row of nothing for the units of provinces with a list: without dossiers they have 0 of 0."""
        above, known = _above(units), {each.province for each in self.lists}
        for code in above:
            if province_of(code, above) in known:
                yield {"unit": code, "compared": 0, "synced": 0, "later": 0}

    def published_rows(self, units: Iterable[Unit]) -> Iterator[Row]:
        """What was published, for the units that are measured."""
        if self.published is None:
            return
        for unit in units:
            if (count := self.published.counts.get(unit.code)) is not None:
                yield {
                    "unit": unit.code,
                    "synced": count.numerator,
                    "compared": count.denominator,
                    "sync_published": count.published,
                }

    def bases(self, units: Iterable[Unit], rows: Iterable[Measure]) -> tuple[SyncBasis, ...]:
        """What is said of it, by province. `rows`: what was measured by it."""
        above = _above(units)
        later = {row.unit: row.left_out for row in rows if row.indicator == SYNC}
        lists = {each.province: each.day for each in self.lists}
        known = self.published.counts if self.published is not None else {}
        shown = {province_of(code, above) for code in known if code in above}
        found = []
        for province in self.provinces:
            if province in lists:
                found.append(SyncBasis(province, SyncKnown.LIST, lists[province], later.get(province, 0)))
            elif self.published is not None and province in shown:
                found.append(SyncBasis(province, SyncKnown.PUBLISHED, self.published.day))
            else:
                found.append(SyncBasis(province, SyncKnown.NOTHING, uncovered=self.uncovered.get(province)))
        return tuple(found)


NOTHING_KNOWN = SyncSource()


def find_sync(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    period: Period,
    as_of: datetime,
    published: PublishedSync | None = None,
    busy: Collection[str] | None = None,
) -> SyncSource:
    """What says which dossiers of a period the portal had at a moment.

    The latest list of each province that holds the whole period so far; else what was published, for
    the levels of a province of which it has every unit that has dossiers: units of one ranking are all
    measured in one way. `busy`: the units with dossiers, where they are known already.
    """
    day = as_of.astimezone(VIETNAM).date()
    above = _above(units)
    provinces = tuple(dict.fromkeys(province_of(code, above) for code in above))
    rows = db.execute(
        "select province, list_day, read_until, first_day, last_day from portal_lists where list_day <= ? "
        "order by list_day desc",
        [day],
    ).fetchall()
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    lists: dict[str, ChosenList] = {}
    uncovered: dict[str, date] = {}
    for province, list_day, until, first, last in rows:
        holds = first <= period.first and period.first <= list_day and last >= min(period.last, list_day)
        if holds and province in provinces:
            lists.setdefault(province, ChosenList(province, list_day, min(until, moment)))
        else:
            uncovered.setdefault(province, list_day)
    told = None
    if published is not None:
        if busy is None:
            busy = {code for (code,) in db.execute("select distinct unit from dossiers").fetchall()}
        rest = [unit for unit in units if province_of(unit.code, above) not in lists]
        told = PublishedSync(published.day, _whole_levels(rest, above, published.counts, busy))
    return SyncSource(provinces, tuple(lists.values()), told if told and told.counts else None, uncovered)


def _whole_levels(
    units: Sequence[Unit],
    above: dict[str, str | None],
    published: dict[str, Count],
    busy: Collection[str],
) -> dict[str, Count]:
    """The published counts of the levels of a province that lack none of a unit with dossiers."""
    lacking: set[tuple[str, Level]] = {
        (province_of(unit.code, above), unit.level)
        for unit in units
        if unit.code in busy and unit.code not in published
    }
    return {
        unit.code: published[unit.code]
        for unit in units
        if unit.code in published and (province_of(unit.code, above), unit.level) not in lacking
    }


def published_sync(folder: DataFolder, period: Period, day: date) -> PublishedSync | None:
    """Indicator 1.4 as the newest publication for a period has it, of a day at the latest."""
    try:
        with open_store(folder, measured=False) as store:
            return _published(store, period, day)
    except StoreError:
        return None


class PublishedFor:
    """`published_sync` of one folder, asked for again only where its figures changed."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._known: tuple[object, PublishedSync | None] = (None, None)

    def __call__(self, period: Period, day: date) -> PublishedSync | None:
        """What was published for a period, of a day at the latest."""
        facts = self._folder.facts
        key = (facts, facts.stat().st_mtime_ns if facts.exists() else 0, period, day)
        if self._known[0] != key:
            self._known = key, published_sync(self._folder, period, day)
        return self._known[1]


def _published(store: Store, period: Period, day: date) -> PublishedSync | None:
    for snapshot in reversed(store.snapshots()):
        if snapshot.period != period or snapshot.as_of > day:
            continue
        figures = store.figures(snapshot, store.rules(snapshot))
        counts = {each.unit.code: each.counts[SYNC] for each in figures if SYNC in each.counts}
        given = {code: _plain(count) for code, count in counts.items() if count.given}
        if given:
            return PublishedSync(snapshot.as_of, given)
    return None


def _plain(count: Count) -> Count:
    """A count with what stands in a table of measures: both sides or neither."""
    if count.numerator is None or count.denominator is None:
        return Count(None, None, count.published)
    return Count(int(count.numerator), int(count.denominator), count.published)


def old_fronts(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What stands in front of dossiers' numbers in another form than today's, and today's code."""
    rows = db.execute("select code from unit_codes where kind = 'prefix'").fetchall()
    return {code: today for (code,) in rows if (today := normalise_code(code)) != code}


def _above(units: Iterable[Unit]) -> dict[str, str | None]:
    return {unit.code: unit.parent for unit in units}
