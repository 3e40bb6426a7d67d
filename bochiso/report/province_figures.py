"""The province's own place among the provinces: on the day, before it, a month and a year earlier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change
from bochiso.score.explanation import box_points
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.history import history
from bochiso.store.snapshots.queries import View, compare_views, view
from bochiso.store.snapshots.snapshot_selection import PREVIOUS, choose_against, same_kind
from bochiso.units.model import Level

NEAR_DAYS = 31
"""How far the ranking of provinces may be, in days, from the figures of the units."""

WEEKS = 12
"""How far back a trend goes."""

EARLIER = ((30, 8), (365, 20))
"""What it is compared with besides: so many days ago, give or take; a month and a year."""


@dataclass(frozen=True)
class ProvinceFigures:
    """The province in a ranking of provinces: where it stands, where it stood.

    `past`: its standing in the weeks of the period so far, with the day and the code of the era of
    its points, oldest first. `earlier`: what it stood at about a month and a year ago, the later first.
    `rates`: of its groups in percent, where the source gave those.
    """

    after: View
    standing: Standing
    before: View | None
    change: Change | None
    past: tuple[tuple[date, Standing, str], ...]
    earlier: tuple[tuple[View, Change], ...] = ()
    rates: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def peers(self) -> LevelStandings:
        """The provinces that it is ranked with."""
        return self.after.standings.level(Level.PROVINCE)

    @property
    def all_known(self) -> bool:
        """Whether all among whom the province is ranked are known, not its published rank alone."""
        return 1 < self.standing.of == self.peers.ranked

    def group_rank(self, code: str) -> tuple[int, int] | None:
        """The place by the points of one group, and among how many; None where not all are known."""
        rules = self.after.rules
        own = box_points(self.standing.score, code, rules)
        others = [box_points(row.score, code, rules) for row in self.peers.rows if row.rank is not None]
        known = [each for each in others if each is not None]
        if not self.all_known or own is None or len(known) < self.standing.of:
            return None
        return 1 + sum(each > own for each in known), len(known)


def province_figures(
    store: Store,
    code: str,
    against: str | None,
    rules: RuleSet | None,
    units: Snapshot,
    before: Snapshot | None,
) -> ProvinceFigures | None:
    """The province's own figures of the nearest day of the same period, and those compared with."""
    scored = cache(lambda snapshot: view(store, snapshot, rules))

    def standing(snapshot: Snapshot) -> Standing | None:
        if Level.PROVINCE not in store.levels(snapshot):
            return None
        found = scored(snapshot).standings.find(code)
        return found if found and found.rank is not None else None

    def near(snapshots: list[Snapshot], to: Snapshot) -> list[Snapshot]:
        """Those that rank the province, ranked among others first, then by their distance."""
        found = [
            (each, known)
            for each in snapshots
            if each.period == to.period
            and abs((each.as_of - to.as_of).days) <= NEAR_DAYS
            and (known := standing(each))
        ]
        # What came later was not known yet: a document of a past day stays what it was.
        found.sort(key=lambda f: (f[1].of < 2, f[0].as_of > to.as_of, abs(f[0].as_of - to.as_of)))
        return [each for each, _ in found]

    everything = store.snapshots()
    of_day = near(everything, units)
    if not of_day:
        return None
    after = scored(of_day[0])
    own = after.standings.find(code)
    assert own is not None  # noqa: S101 (this is how the snapshot was found)
    if against not in (None, PREVIOUS) and before is None:
        before = choose_against(store, against, units, Level.PROVINCE)
    earlier = [each for each in everything if each.as_of < after.snapshot.as_of]
    chosen = [before] if before and standing(before) and before in earlier else near(earlier, before or units)
    compared = scored(chosen[0]) if chosen else None
    change = compare_views(compared, after, Level.PROVINCE).find(code) if compared else None
    ranking = [each for each in earlier if each not in chosen[:1] and standing(each)]
    long_ago = tuple(
        (scored(each), found)
        for each in _long_ago(ranking, after.snapshot)
        if (found := compare_views(scored(each), after, Level.PROVINCE).find(code))
    )
    past = _past(store, code, rules, after.snapshot)
    figures = store.figures(after.snapshot, after.rules)
    rates = next((each.rates for each in figures if each.unit.code == code), {})
    return ProvinceFigures(after, own, compared, change, past, long_ago, rates)


def _long_ago(snapshots: list[Snapshot], after: Snapshot) -> Iterator[Snapshot]:
    """The nearest to a month ago and to a year ago, of the same kind of period."""
    for days, off in EARLIER:
        then = after.as_of - timedelta(days=days)
        found = [
            each
            for each in snapshots
            if same_kind(each.period, after.period) and abs((each.as_of - then).days) <= off
        ]
        if found:
            yield min(found, key=lambda each: abs((each.as_of - then).days))


def _past(
    store: Store, code: str, rules: RuleSet | None, last: Snapshot
) -> tuple[tuple[date, Standing, str], ...]:
    """The province's totals of the period up to a snapshot: the newest of each week, of the last WEEKS."""
    known = history(store, code, last, rules)
    weekly = {each.day.isocalendar()[:2]: (each.day, each.standing, each.era) for each in known}
    return tuple(weekly.values())[-WEEKS:]
