"""What a person asks of the store: rankings, explanations, checks, each with its remarks."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import date, datetime
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from bochiso.errors import ComputeError
from bochiso.periods import Period
from bochiso.rules.eras import Era
from bochiso.rules.rule_set import RuleSet
from bochiso.score.bands.few_cases import FewCases, fall_by_few
from bochiso.score.changes import Change, LevelComparison, compare_levels
from bochiso.score.own_basis import MeasuredBasis
from bochiso.score.ranking import LevelStandings, Standing, Standings, nationwide, rank_units
from bochiso.score.recomputation import CheckResult, check_ranks, check_scores
from bochiso.score.reconcile import Reconciliation, reconcile
from bochiso.score.scoring import score_units
from bochiso.score.shifts import find_empty, find_shifts
from bochiso.store.figures.collection_record import STATE_NAMES, ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.comparison_remarks import across_eras, different_rules, other_most, silent
from bochiso.store.snapshots.series_breaks import DatedBreak, breaks_between
from bochiso.store.snapshots.snapshot_selection import (
    NothingToCompareError,
    choose,
    choose_against,
    comparable_spans,
    snapshot_title,
    which_unit,
)
from bochiso.text import Lang, Text, say
from bochiso.units.codes import find_unit
from bochiso.units.model import Level

COUNTRYWIDE = "all"
"""Stands for all provinces together, where one may be named."""


class View(Struct, frozen=True):
    """A snapshot that was scored: its rules, its standings, its three moments.

    `era`: of the published scale; None for what was measured here, on `basis`. `key`: what it was made of.
    """

    snapshot: Snapshot
    rules: RuleSet
    standings: Standings
    changed_at: datetime
    era: Era | None = None
    basis: MeasuredBasis | None = None
    key: tuple[Hashable, ...] = ()

    @property
    def title(self) -> Text:
        """`năm 2026, số liệu ngày 07/10/2026`, with the label where it has one."""
        return snapshot_title(self.snapshot)

    @property
    def moments(self) -> Text:
        """When the source was read, and when the figures last changed."""
        return say(
            "Nguồn đọc lúc {read}; số liệu thay đổi lần cuối lúc {changed}.",
            "Source read at {read}; figures last changed at {changed}.",
            read=self.snapshot.read_at,
            changed=self.changed_at,
        )


def view(
    store: Store,
    snapshot: Snapshot,
    rules: RuleSet | None = None,
    within: str | None = None,
    kind: str | None = None,
) -> View:
    """The standings of a snapshot by the rules that it remembers, or by others.

    `within`: only the units of this province. Units are ranked among those of their province either way,
    but for COUNTRYWIDE: then among those of the whole country, of one `kind` where that is asked for.
    """
    key = (snapshot, None if rules is None else rules.model_dump_json())
    whole = store.cached(key, lambda: _view(store, snapshot, rules or store.rules(snapshot), key))
    if within is None:
        return whole
    if within == COUNTRYWIDE:
        standings = store.cached((*key, within, kind), lambda: nationwide(whole.standings, whole.rules, kind))
    else:
        standings = whole.standings.within(within)
    return replace(whole, standings=standings, key=(*key, within, kind))


def _view(store: Store, snapshot: Snapshot, rules: RuleSet, key: tuple[Hashable, ...]) -> View:
    standings = rank_units(score_units(store.figures(snapshot, rules), rules), rules)
    changed, era, basis = store.changed_at(snapshot), store.era(snapshot), store.basis(snapshot)
    return View(snapshot, rules, standings, changed, era, basis, key)


def compare_views(before: View, after: View, level: Level, province: str | None = None) -> LevelComparison:
    """What changed on one level of one province (None: among the provinces) between two views."""
    return compare_levels(
        before.standings.level(level, province),
        after.standings.level(level, province),
        after.rules,
        before.snapshot.as_of,
        after.snapshot.as_of,
        one_scale=before.era == after.era and _same_most(before, after, level, province),
    )


def _same_most(before: View, after: View, level: Level, province: str | None) -> bool:
    """Whether totals of a level are out of as many points, where both have any."""
    found = (each.standings.level(level, province).most for each in (before, after))
    known = {most for most in found if most is not None}
    return len(known) < 2


def warnings(store: Store, before: View, after: View, comparison: LevelComparison) -> list[Text]:
    """What a reader must know before trusting a comparison."""
    found = []
    if before.era != after.era and before.era and after.era:
        found.append(across_eras(before.snapshot, before.era, after.snapshot, after.era))
    elif not comparison.points_comparable:
        found.append(other_most(before.snapshot, after.snapshot, comparison))
    if before.rules != after.rules:
        found.append(different_rules(before.rules, after.rules))
    if not comparable_spans(before.snapshot, after.snapshot):
        found.append(
            say(
                "Số liệu {a} so với số liệu {b} không cùng độ dài kỳ, chỉ để tham khảo.",
                "Figures of {a_en} and of {b_en} don't span as long: the comparison is to be read with care.",
                a=after.snapshot.period.show(Lang.VI),
                b=before.snapshot.period.show(Lang.VI),
                a_en=after.snapshot.period.show(Lang.EN),
                b_en=before.snapshot.period.show(Lang.EN),
            )
        )
    if not comparison.ranks_comparable:
        found.append(
            say(
                "Từ 01/7/2025 cả nước có 34 tỉnh, thành phố (trước đó 63): thứ hạng {a} và {b} "
                "không trừ được cho nhau.",
                "Since 1 July 2025 there are 34 provinces (63 before): "
                "ranks of {a} and {b} are not subtracted.",
                a=before.snapshot.as_of,
                b=after.snapshot.as_of,
            )
        )
    elif not comparison.same_population:
        found.append(
            say(
                "Số đơn vị được xếp hạng khác nhau ({a} và {b}).",
                "A different number of units was ranked ({a} and {b}).",
                a=comparison.before.ranked,
                b=comparison.after.ranked,
            )
        )
    key = "breaks", tuple(store.snapshots()), before.key, after.key
    breaks = store.cached(key, lambda: _breaks(store, before, after))
    if comparison.points_comparable:
        found += [each.sentence(after.rules) for each in find_shifts(comparison)]
    found += [each.sentence(after.rules) for each in find_empty(comparison.after)]
    return [
        *partial(before),
        *silent(after.snapshot, comparison.after),
        *found,
        *(each.sentence(after.rules) for each in breaks),
    ]


def _breaks(store: Store, before: View, after: View) -> list[DatedBreak]:
    known = {
        each.snapshot: check_scores(row.score for row in each.standings.rows).compared
        for each in (before, after)
    }
    return breaks_between(store, before.snapshot, after.snapshot, after.rules, known)


def alone(view: View, table: LevelStandings) -> list[Text]:
    """What a reader of one table must know where it is compared with nothing."""
    empty = find_empty(table)
    return [*partial(view), *silent(view.snapshot, table), *(each.sentence(view.rules) for each in empty)]


def partial(view: View) -> list[Text]:
    """That a snapshot was collected only in part, where it was; what one that was measured stands on."""
    stands_on = [] if view.basis is None else view.basis.sentences(view.rules)
    if view.snapshot.state is ReadingState.COMPLETE:
        return stands_on
    return [
        *stands_on,
        say(
            "Chú ý: số liệu ngày {day} thu thập {state}, chỉ để tham khảo; lý do: xem `bochiso runs`.",
            "Note: the figures of {day} were collected {state}, to be read with care; see `bochiso runs`.",
            day=view.snapshot.as_of,
            state=STATE_NAMES[view.snapshot.state],
        ),
    ]


def _new(remarks: Sequence[Text], said: Sequence[Text]) -> list[Text]:
    """Remarks without those that were said already: of two days that lack the same, it is said once."""
    return [each for each in remarks if each not in said]


class Ranked(Struct, frozen=True):
    """The ranking of one level of one province, with its comparison and remarks where one was asked for."""

    after: View
    standings: LevelStandings
    comparison: LevelComparison | None
    remarks: list[Text]
    before: Snapshot | None = None

    @property
    def level(self) -> Level:
        """The level."""
        return self.standings.level


def rankings(
    store: Store,
    *,
    level: Level | None,
    as_of: str | None,
    period: Period | None,
    against: str | None,
    rules: RuleSet | None,
    within: str | None,
    kind: str | None = None,
) -> Iterator[Ranked]:
    """The ranking of one level, or of each, province by province: of the snapshot asked for, else of the
    level's newest one. `within`: of this province alone, or COUNTRYWIDE, and then of one `kind` if asked for.

    Raises ComputeError where what was asked for isn't there.
    """
    scored = cache(lambda snapshot: view(store, snapshot, rules, within, kind))
    for one in [level] if level else Level:

        def shows(snapshot: Snapshot, one: Level = one) -> bool:
            return one in store.levels(snapshot) and bool(_tables(scored(snapshot), one))

        def ranks(snapshot: Snapshot, one: Level = one) -> bool:
            return shows(snapshot, one) and any(each.ranked for each in _tables(scored(snapshot), one))

        def ranks_several(snapshot: Snapshot, one: Level = one) -> bool:
            return shows(snapshot, one) and any(each.ranked > 1 for each in _tables(scored(snapshot), one))

        snapshot = choose(store, as_of, period, ranks_several, ranks, shows)
        if not shows(snapshot):
            continue
        after = scored(snapshot)
        tables = _tables(after, one)
        if against is None:
            yield from (Ranked(after, each, None, alone(after, each)) for each in tables)
            continue
        try:
            before = scored(choose_against(store, against, snapshot, one, ranks, shows))
        except NothingToCompareError as error:
            if level:
                raise
            yield from (Ranked(after, each, None, [*alone(after, each), error.what]) for each in tables)
            continue
        title = say("So với {title}.", "Compared with {title}.", title=before.title)
        for table in tables:
            comparison = compare_views(before, after, one, table.province)
            told = warnings(store, before, after, comparison)
            remarks = [*partial(after), title, *_new(told, partial(after))]
            yield Ranked(after, table, comparison, remarks, before.snapshot)


def _tables(of: View, level: Level) -> list[LevelStandings]:
    return [each for each in of.standings.tables if each.level is level]


class ExplainedUnit(Struct, frozen=True):
    """One unit's standing, and what it was in the snapshot that it is compared with."""

    after: View
    standing: Standing
    before: Standing | None = None
    before_title: Text | None = None
    change: Change | None = None
    remarks: tuple[Text, ...] = ()
    before_day: date | None = None


def explained(
    store: Store,
    unit: str,
    *,
    as_of: str | None,
    period: Period | None,
    against: str | None,
    rules: RuleSet | None,
) -> ExplainedUnit:
    """A unit by its code or its name, in the snapshot asked for, else in the newest that has it.

    Raises ComputeError where there is no such unit, or several.
    """
    matches = cache(lambda snapshot: find_unit(unit, store.units(snapshot)))
    snapshot = choose(store, as_of, period, lambda s: bool(matches(s)))
    found = matches(snapshot)
    if len(found) != 1:
        raise which_unit(unit, found, snapshot_title(snapshot))
    scored = cache(lambda s: view(store, s, rules))
    code, level = found[0].code, found[0].level
    after = scored(snapshot)
    standing = after.standings.find(code)
    assert standing is not None  # noqa: S101 (the unit was found in this very snapshot)
    if against is None:
        return ExplainedUnit(after, standing, remarks=tuple(alone(after, after.standings.peers(found[0]))))

    def has_level(other: Snapshot) -> bool:
        return level in store.levels(other)

    def has_unit(other: Snapshot) -> bool:
        return has_level(other) and scored(other).standings.find(code) is not None

    def ranks_unit(other: Snapshot) -> bool:
        standing = scored(other).standings.find(code) if has_level(other) else None
        return standing is not None and standing.rank is not None

    before = scored(choose_against(store, against, snapshot, level, ranks_unit, has_unit, has_level))
    comparison = compare_views(before, after, level, after.standings.peers(found[0]).province)
    change = comparison.find(code)
    few = few_cases_of(change, after.rules)
    return ExplainedUnit(
        after,
        standing,
        change.before if change else None,
        before.title,
        change,
        (
            *([few.sentence] if few else ()),
            *partial(after),
            *_new(warnings(store, before, after, comparison), partial(after)),
        ),
        before.snapshot.as_of,
    )


def few_cases_of(change: Change | None, rules: RuleSet) -> FewCases | None:
    """The few cases that made most of a fall, where points can be subtracted."""
    if change is None or change.before is None or change.after is None or not change.one_scale:
        return None
    return fall_by_few(change.before.score, change.after.score, rules)


def checked(
    store: Store, *, as_of: str | None, period: Period | None, rules: RuleSet | None
) -> list[tuple[View, CheckResult]]:
    """The verdict on the snapshot asked for, else on every snapshot."""
    everything = as_of is None and period is None
    wanted = store.snapshots() if everything else [choose(store, as_of, period)]
    found = []
    for snapshot in wanted:
        one = view(store, snapshot, rules)
        points = check_scores(row.score for row in one.standings.rows).compared
        found.append((one, CheckResult((*points, *check_ranks(one.standings)))))
    return found


class Reconciled(Struct, frozen=True):
    """Own counts beside published ones, and the two snapshots that they are of."""

    own: Snapshot
    published: Snapshot
    rules: RuleSet
    found: Reconciliation


def reconciled(own: Store, published: Store, as_of: str | None, period: Period | None) -> Reconciled:
    """What was measured beside what was published for the same period, of the nearest day.

    Raises ComputeError where nothing was published for that period.
    """
    mine = choose(own, as_of, period)
    same = [s for s in published.snapshots() if s.period == mine.period]
    if not same:
        raise ComputeError(
            say(
                "chưa có số liệu công bố nào của kỳ {period} để đối chiếu.",
                "nothing was published for {period} to compare with.",
                period=mine.period.code,
            ),
            do=say("Thu thập hoặc nạp số liệu của kỳ này.", "Collect or bring in figures of that period."),
        )
    other = min(same, key=lambda s: (abs(s.as_of - mine.as_of), s.as_of))
    rules = own.rules(mine)
    return Reconciled(
        mine, other, rules, reconcile(own.figures(mine, rules), published.figures(other, rules))
    )
