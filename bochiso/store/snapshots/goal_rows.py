"""A goal and bands as they leave the house: what JSON, CSV and the API have of them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from bochiso.followup.goals.closing_forecast import ClosingForecast
from bochiso.followup.goals.levers import Lever, Remedy
from bochiso.score.export import JsonCount, JsonNumber, LevelCode
from bochiso.store.snapshots.band_view import BandView
from bochiso.store.snapshots.goal_view import GoalView
from bochiso.text import Lang

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


@dataclass(frozen=True)
class BandRow:
    """A unit's official rank and the places that chance alone allows.

    top: the share of draws in which it is among the best so many. surely, possibly: whether its whole band
    is, or a part of it. drawn: False where no counts were known, and nothing was left to chance.
    """

    unit: str
    unit_name: str
    level: LevelCode
    rank: int
    best: int
    worst: int
    top: float
    surely: bool
    possibly: bool
    drawn: bool


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


def band_rows(found: BandView) -> list[BandRow]:
    """The bands of a level, in the order of its ranking."""
    names = {row.score.unit.code: row.score.unit.name for row in found.level.rows}
    surely, possibly = set(found.bands.surely), set(found.bands.possibly)
    return [
        BandRow(
            row.code, names[row.code], found.level.level, row.rank, row.best, row.worst, row.top,
            row.code in surely,
            row.code in possibly, not row.fixed,
        )
        for row in found.bands.rows
    ]  # fmt: skip
