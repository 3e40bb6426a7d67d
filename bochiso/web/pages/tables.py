"""What the pages with tables of units share: rankings and trends asked once, sparklines, a choice of days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fastapi import Request

from bochiso.report.facts import provinces_in
from bochiso.store.choose import PREVIOUS, NothingToCompareError, snapshot_title
from bochiso.store.store import Snapshot, Store
from bochiso.store.views import Ranked, rankings, view
from bochiso.text import Text
from bochiso.units.model import BELOW_PROVINCE, Level
from bochiso.web.frame import Address, At
from bochiso.web.pages.province import Point, as_of
from bochiso.web.site import Site

TREND = 24
"""So many snapshots make a trend at most, the latest ones."""

CHOICES = 60
"""So many snapshots are offered at most; the page of open data lists all."""

HEIGHT, WIDTH, MARGIN = 24, 100, 3
"""A sparkline's view box, and what its line keeps off the edges."""

CALM = Decimal(1)
"""Points that fill a sparkline's height at least: a hundredth must not look like a leap."""


@dataclass(frozen=True)
class Choice:
    """A snapshot that the page can be read for."""

    snapshot: Snapshot
    here: bool

    @property
    def title(self) -> Text:
        """The snapshot in words."""
        return snapshot_title(self.snapshot)

    def link(self, address: Address) -> str:
        """The link to the page of an address as of that day."""
        return replace(address, at=At(self.snapshot.period, self.snapshot.as_of)).to(address.path)


def home_of(site: Site, request: Request) -> str | None:
    """The province that pages without a province are about; None where there are no figures of units."""
    return site.home() or next(iter(site.ask(request, provinces_in)), None)


def ranked_levels(store: Store, within: str | None, at: At | None) -> tuple[Ranked, ...]:
    """The ranking of each level of a province, with what changed; of the provinces where it is None.

    Of the snapshot asked for where that has the level, else of the newest known by then. Raises
    ComputeError where there is no such snapshot.
    """
    known = as_of(store, at)
    if not known.snapshots():
        return ()
    levels = (Level.PROVINCE,) if within is None else BELOW_PROVINCE
    found = (
        ranked_level(known, level, within, at) or (ranked_level(known, level, within) if at else None)
        for level in levels
    )
    return tuple(each for each in found if each)


def ranked_level(store: Store, level: Level, within: str | None, at: At | None = None) -> Ranked | None:
    """The ranking of one level, compared where there is something before it; None where there is none."""
    day, period = (at.day.isoformat(), at.period) if at else (None, None)
    for against in (PREVIOUS, None):
        asked = rankings(
            store, level=level, as_of=day, period=period, against=against, rules=None, within=within
        )
        try:
            return next(asked, None)
        except NothingToCompareError:
            continue
    return None


def trends(store: Store, within: str | None, last: Snapshot) -> dict[str, tuple[Point, ...]]:
    """The totals of all units of a province (None: of the provinces), by code, oldest first, up to `last`."""
    level_of = (Level.PROVINCE,) if within is None else BELOW_PROVINCE
    wanted = [s for s in store.snapshots() if s.period == last.period and s.as_of <= last.as_of]
    wanted = [s for s in wanted if store.levels(s).intersection(level_of)]
    found: dict[str, list[Point]] = {}
    for snapshot in wanted[-TREND:]:
        levels = view(store, snapshot, within=within).standings.levels
        for row in (row for level in level_of if level in levels for row in levels[level].rows):
            if row.score.total is not None:
                point = Point(snapshot.as_of, row.score.total, row.rank, row.of)
                found.setdefault(row.score.unit.code, []).append(point)
    return {code: tuple(points) for code, points in found.items()}


def spark(points: Sequence[Point]) -> str:
    """The points of a sparkline's line, for drawing alone; empty where fewer than two are known."""
    if len(points) < 2:
        return ""
    totals = [point.total for point in points]
    low, high = min(totals), max(totals)
    span = max(high - low, CALM)
    top = (high + low + span) / 2
    first, days = points[0].day, (points[-1].day - points[0].day).days or 1
    return " ".join(
        f"{(point.day - first).days * WIDTH / days:.0f},"
        f"{float((top - point.total) / span) * (HEIGHT - 2 * MARGIN) + MARGIN:.0f}"
        for point in points
    )


def snapshots_of(store: Store, levels: tuple[Level, ...]) -> tuple[Snapshot, ...]:
    """The snapshots that have units of one of these levels, newest first."""
    return tuple(s for s in reversed(store.snapshots()) if store.levels(s).intersection(levels))


def choices(
    site: Site, request: Request, levels: tuple[Level, ...], shown: Snapshot | None
) -> tuple[Choice, ...]:
    """The days that a page of these levels can be read for, newest first."""
    found = site.ask(request, snapshots_of, levels)[:CHOICES]
    return tuple(Choice(snapshot, snapshot == shown) for snapshot in found)
