"""A unit and its goal by the figures that are kept: what it asks, where points are, what to expect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from msgspec import Struct
from pydantic import Field

from bochiso.errors import ComputeError
from bochiso.followup.goals.aims import Aim, Goal, GoalKind, aim_at, others_of, place_among
from bochiso.followup.goals.closing_forecast import ClosingForecast, closing_forecast
from bochiso.followup.goals.levers import Lever, Remedy, levers_of
from bochiso.followup.goals.way import WayToGoal, way_to
from bochiso.periods import Period
from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import box_points
from bochiso.score.export import JsonCount, JsonNumber, LevelCode
from bochiso.score.ranking import LevelStandings
from bochiso.score.scoring import ScoredUnit
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.history import snapshots_before
from bochiso.store.snapshots.queries import View, view
from bochiso.store.snapshots.snapshot_selection import choose
from bochiso.text import Lang, Text, say
from bochiso.units.model import Level


class GroupGap(Struct, frozen=True):
    """One group: the unit's points, those of the peer whose place it takes, the mean and best of its peers.

    `ahead`: by how much that peer has more; None for a goal that isn't a place, or where a side is unknown.
    """

    code: str
    name: Text
    most: Decimal
    own: Decimal | None
    holder: Decimal | None
    mean: Decimal | None
    best: Decimal | None

    @property
    def ahead(self) -> Decimal | None:
        """By how much the peer is ahead; negative where it is behind."""
        return None if self.own is None or self.holder is None else self.holder - self.own


class GoalView(Struct, frozen=True):
    """A unit's way to a goal. `own`: the figures of the unit; `peers`: those that it is measured against.

    place: its own among them, of how many; None where that can't be told. aim, way: None where the goal
    can't be measured, and then `problem` says why. own_end, needed_end: the totals expected at the end of the
    period, of the unit and of the place that is aimed at.
    """

    own: View
    peers: View
    score: ScoredUnit
    level: LevelStandings
    goal: Goal
    levers: tuple[Lever, ...]
    gaps: tuple[GroupGap, ...]
    place: int | None
    of: int
    aim: Aim | None = None
    way: WayToGoal | None = None
    problem: ComputeError | None = None
    own_end: ClosingForecast | None = None
    needed_end: ClosingForecast | None = None

    @property
    def rules(self) -> RuleSet:
        """The rules that scored the unit."""
        return self.own.rules

    @property
    def other_day(self) -> date | None:
        """The day of the peers' figures, where it isn't that of the unit's."""
        same = self.peers.snapshot == self.own.snapshot
        return None if same else self.peers.snapshot.as_of


class GoalAsked(Struct, frozen=True):
    """Whose goal: the unit's code, the snapshot asked for (the newest that has a total of it if None).

    open_items: by indicator, how many missed dossiers are still open, where that is known. costs: what one
    case of an indicator costs, where it isn't 1.
    """

    unit: str
    goal: Goal
    as_of: str | None = None
    period: Period | None = None
    open_items: tuple[tuple[str, int], ...] | None = None
    costs: tuple[tuple[str, int], ...] = ()


def goal_view(store: Store, asked: GoalAsked) -> GoalView:
    """The way of a unit to a goal. Raises ComputeError where nothing is known of the unit."""
    own, peers, level = _figures(store, asked)
    standing = own.standings.find(asked.unit)
    assert standing is not None  # noqa: S101 (the snapshot was chosen by it)
    score, rules, goal = standing.score, own.rules, asked.goal
    levers = levers_of(score, rules, None if asked.open_items is None else dict(asked.open_items))
    aim, way, problem = None, None, None
    try:
        aim = aim_at(goal, score, level)
        way = way_to(aim, levers, dict(asked.costs))
    except ComputeError as error:
        problem = error
    last = own.snapshot.period.last
    found = GoalView(
        own, peers, score, level, goal, levers, _gaps(score, level, aim, rules),
        None if score.total is None else place_among(score, score.total, level),
        len(others_of(score, level)) + 1, aim, way, problem,
    )  # fmt: skip
    return _with_forecasts(store, found, last)


def _figures(store: Store, asked: GoalAsked) -> tuple[View, View, LevelStandings]:
    """The unit's figures, and those of its peers."""
    code = asked.unit

    def has(snapshot: Snapshot) -> bool:
        return store.unit(snapshot, code) is not None

    def has_total(snapshot: Snapshot) -> bool:
        found = view(store, snapshot).standings.find(code) if has(snapshot) else None
        return found is not None and found.score.total is not None

    snapshot = choose(store, asked.as_of, asked.period, has_total, has)
    if not has(snapshot):
        raise ComputeError(
            say("chưa có số liệu của đơn vị {code}.", "there are no figures of the unit {code}.", code=code),
            do=say("Xem tên và mã bằng `bochiso rank`.", "See names and codes with `bochiso rank`."),
        )
    own = view(store, snapshot)
    return (own, *peers_of(store, own, code))


def peers_of(store: Store, own: View, code: str) -> tuple[View, LevelStandings]:
    """Whom a unit is measured against: its level in its own snapshot; where it stands alone there, in the
    newest by that day that ranks several, of the same period and scale."""
    snapshot = own.snapshot
    standing = own.standings.find(code)
    assert standing is not None  # noqa: S101 (whoever asks found it there)
    unit = standing.score.unit
    table = own.standings.peers(unit)
    if table.ranked > 1:
        return own, table
    for other in reversed(store.snapshots()):
        if (
            other.period == snapshot.period
            and other.as_of <= snapshot.as_of
            and unit.level in store.levels(other)
        ):
            found = view(store, other)
            level = found.standings.level(unit.level, table.province)
            if found.era == own.era and level.ranked > 1:
                return found, level
    return own, table


def _gaps(score: ScoredUnit, level: LevelStandings, aim: Aim | None, rules: RuleSet) -> tuple[GroupGap, ...]:
    holder = aim.holder.score if aim and aim.holder else None
    others = [row.score for row in others_of(score, level)]
    found = []
    for box in score.boxes:
        theirs = [points for each in others if (points := box_points(each, box.code, rules)) is not None]
        found.append(
            GroupGap(
                box.code, rules.label(box.code), box.max_points, box.points,
                None if holder is None else box_points(holder, box.code, rules),
                level.means.get(box.code), max(theirs, default=None),
            )
        )  # fmt: skip
    return tuple(found)


def _with_forecasts(store: Store, found: GoalView, last: date) -> GoalView:
    """The same with the totals expected on the last day of the period."""
    totals, needed = [], []
    place = int(found.goal.value) if found.goal.kind is GoalKind.PLACE and found.aim else None
    for day, score, others in _readings(store, found):
        if score is not None:
            totals.append((day, score))
        if place is not None and len(others) >= place:
            needed.append((day, others[place - 1]))
    own_end, needed_end = closing_forecast(totals, last), closing_forecast(needed, last)
    return GoalView(
        found.own, found.peers, found.score, found.level, found.goal, found.levers, found.gaps, found.place,
        found.of, found.aim, found.way, found.problem, own_end, needed_end,
    )  # fmt: skip


def _readings(store: Store, found: GoalView) -> Iterator[tuple[date, Decimal | None, Sequence[Decimal]]]:
    """Day by day of the period, on one scale: the unit's total and those of its peers, best first.

    Peers only of days that rank as many of them as today.
    """
    unit: Level = found.score.unit.level
    for snapshot in snapshots_before(store, found.own.snapshot):
        if unit not in store.levels(snapshot):
            continue
        then = view(store, snapshot)
        if then.era != found.own.era:
            continue
        own = then.standings.find(found.score.unit.code)
        others = others_of(found.score, then.standings.level(unit, found.level.province))
        totals = [row.score.total for row in others if row.score.total is not None]
        known = len(totals) == found.of - 1
        yield snapshot.as_of, own.score.total if own else None, totals if known else []


RemedyCode = Annotated[str, Field(json_schema_extra={"enum": [each.value for each in Remedy]})]


@dataclass(frozen=True)
class GapRow:
    """A group: the unit's points, those of the peer whose place it would take, the mean, the best."""

    group: str
    max_points: JsonNumber
    points: JsonNumber | None
    holder: JsonNumber | None
    mean: JsonNumber | None
    best: JsonNumber | None


@dataclass(frozen=True)
class LeverRow:
    """The points that an indicator, or a group without counts, lost. `cases`: how many can still be mended;
    `within_reach`: the points that they earn; `for_hundredth`: how many earn 0.01."""

    code: str
    number: str | None
    remedy: RemedyCode
    lost: JsonNumber
    numerator: JsonCount | None
    denominator: JsonCount | None
    cases: int | None
    within_reach: JsonNumber
    for_hundredth: int | None


@dataclass(frozen=True)
class StepRow:
    """A step of the cheapest way: so many cases of an indicator earn these points."""

    code: str
    cases: int
    points: JsonNumber


@dataclass(frozen=True)
class ExpectedRow:
    """A total expected on a day, and how far such forecasts of days that have passed were off."""

    day: date
    total: JsonNumber
    readings: int
    mean_error: JsonNumber | None
    worst_error: JsonNumber | None
    trials: int


@dataclass(frozen=True)
class GoalAnswer:
    """A unit's way to a goal. needed, short: null where the goal can't be measured (`problem` says why).

    `steps`: the cheapest set that reaches it; where `lacks` is above 0, all that can be mended.
    """

    unit: str
    unit_name: str
    level: LevelCode
    as_of: date
    period: str
    peers_as_of: date
    goal: str
    place: int | None
    of: int
    total: JsonNumber | None
    needed: JsonNumber | None
    short: JsonNumber | None
    reached: bool | None
    problem: str | None
    gaps: list[GapRow]
    levers: list[LeverRow]
    steps: list[StepRow]
    within_reach: JsonNumber | None
    lacks: JsonNumber | None
    expected: ExpectedRow | None
    expected_needed: ExpectedRow | None


def goal_answer(found: GoalView, lang: Lang) -> GoalAnswer:
    """A goal as the API tells it."""
    unit, aim, way = found.score.unit, found.aim, found.way
    return GoalAnswer(
        unit=unit.code,
        unit_name=unit.name,
        level=unit.level,
        as_of=found.own.snapshot.as_of,
        period=found.own.snapshot.period.code,
        peers_as_of=found.peers.snapshot.as_of,
        goal=found.goal.slug,
        place=found.place,
        of=found.of,
        total=found.score.total,
        needed=aim.needed if aim else None,
        short=aim.short if aim else None,
        reached=aim.reached if aim else None,
        problem=found.problem.render(lang) if found.problem else None,
        gaps=[GapRow(e.code, e.most, e.own, e.holder, e.mean, e.best) for e in found.gaps],
        levers=[lever_row(each) for each in found.levers],
        steps=[StepRow(each.lever.code, each.cases, each.gain) for each in way.steps] if way else [],
        within_reach=way.within_reach if way else None,
        lacks=way.lacks if way else None,
        expected=_expected(found.own_end),
        expected_needed=_expected(found.needed_end),
    )


def lever_row(each: Lever) -> LeverRow:
    """An indicator's lost points."""
    return LeverRow(
        each.code,
        each.rule.number if each.rule else None,
        each.remedy,
        each.lost,
        each.count.numerator,
        each.count.denominator,
        each.most if each.remedy is not Remedy.UNKNOWN else None,
        each.best,
        each.for_hundredth if each.remedy is not Remedy.UNKNOWN else None,
    )


def _expected(found: ClosingForecast | None) -> ExpectedRow | None:
    if found is None:
        return None
    error = found.error
    return ExpectedRow(
        found.day, found.total, found.readings, error.mean if error else None,
        error.worst if error else None, error.tests if error else 0,
    )  # fmt: skip
