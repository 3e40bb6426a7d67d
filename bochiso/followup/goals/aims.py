"""A goal of a unit: a place among its peers, a grade, a total; and what it asks by today's figures."""

import re
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.targets import GRADE, RANK, TOTAL_POINTS, Target
from bochiso.rules.rule_set import RuleSet
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.score.scoring import ScoredUnit
from bochiso.text import Lang, Text, say
from bochiso.units.codes import fold


class GoalKind(StrEnum):
    """What a goal is of."""

    PLACE = "place"
    GRADE = "grade"
    TOTAL = "total"


class Goal(Struct, frozen=True):
    """`value`: the worst place that reaches it, or the least total. `slug`: its name in addresses."""

    kind: GoalKind
    value: Decimal
    slug: str
    name: Text


def place_goal(place: int) -> Goal:
    """To be among so many best."""
    return Goal(GoalKind.PLACE, Decimal(place), f"top-{place}", say("Top {n}", "Top {n}", n=place))


TOP_TEN = place_goal(10)

_PLACE = re.compile(r"(?:top|hang|rank)[ -]?(\d{1,4})")
_TOTAL = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")


def parse_goal(words: str, rules: RuleSet) -> Goal:
    """A goal as people write it: `top 10`, a grade by name or code, a total.

    Raises ComputeError for what is none.

    >>> from bochiso.rules.loader import load_rules
    >>> rules = load_rules("qd766")
    >>> [parse_goal(each, rules).slug for each in ("Top 10", "hạng 3", "tốt", "GOOD", "72,5")]
    ['top-10', 'top-3', 'good', 'good', '72.5']
    """
    meant = fold(words)
    if (found := _PLACE.fullmatch(meant)) and int(found[1]):
        return place_goal(int(found[1]))
    for grade in rules.grades.bounds:
        if meant in (fold(grade.code), *(fold(grade.names.render(lang)) for lang in Lang)):
            return _grade_goal(grade.least, rules)
    if _TOTAL.fullmatch(words.strip()):
        value = Decimal(words.strip().replace(",", "."))
        if 0 < value <= rules.total_points:
            return total_goal(value)
    raise ComputeError(
        say("không có mục tiêu “{words}”.", "“{words}” is no goal.", words=words),
        do=say(
            "Ghi “top 10”, một mức xếp loại ({grades}), hoặc một số điểm đến {most}.",
            "Write “top 10”, a grade ({grades_en}), or a total up to {most}.",
            grades=", ".join(each.names.vi for each in rules.grades.bounds),
            grades_en=", ".join(each.names.en for each in rules.grades.bounds),
            most=int(rules.total_points),
        ),
    )


def total_goal(value: Decimal) -> Goal:
    """To have so many points."""
    return Goal(
        GoalKind.TOTAL, value, f"{value.normalize():f}", say("{n} điểm", "{n} {n:point|points}", n=value)
    )


def _grade_goal(least: Decimal, rules: RuleSet) -> Goal:
    grade = next(each for each in rules.grades.bounds if each.least == least)
    name = say(
        "xếp loại {vi} (từ {least} điểm)", "grade {en} (from {least} {least:point|points})",
        vi=grade.names.vi, en=grade.names.en, least=least,
    )  # fmt: skip
    return Goal(GoalKind.GRADE, least, fold(grade.code), name)


def goal_of_target(target: Target, rules: RuleSet) -> Goal | None:
    """What a target of the whole asks; None for one of an indicator or a group."""
    if target.what == RANK:
        return place_goal(int(target.value))
    if target.what == GRADE:
        known = any(each.least == target.value for each in rules.grades.bounds)
        return _grade_goal(target.value, rules) if known else total_goal(target.value)
    return total_goal(target.value) if target.what == TOTAL_POINTS else None


class Aim(Struct, frozen=True):
    """A goal and where a unit stands to it. `total`: its own; `needed`: the least total that reaches it
    while its peers keep theirs. `holder`: the peer whose place it takes; None for what isn't a place."""

    goal: Goal
    total: Decimal
    needed: Decimal
    holder: Standing | None = None

    @property
    def short(self) -> Decimal:
        """Points that lack; 0 where it is reached."""
        return max(self.needed - self.total, Decimal(0))

    @property
    def reached(self) -> bool:
        """Whether it is reached."""
        return self.total >= self.needed

    @property
    def margin(self) -> Decimal:
        """Points that can be lost before it is missed; 0 where it isn't reached."""
        return max(self.total - self.needed, Decimal(0))


def aim_at(goal: Goal, score: ScoredUnit, level: LevelStandings) -> Aim:
    """What a goal asks of a unit among its peers. Equal totals share a place.

    Raises ComputeError where the unit has no total, or where not enough peers are known to tell a place.
    """
    if score.total is None:
        raise ComputeError(
            say("chưa đủ số liệu để tính tổng điểm của {unit}.", "figures lack for a total of {unit}.",
                unit=score.unit.name)
        )  # fmt: skip
    if goal.kind is not GoalKind.PLACE:
        return Aim(goal, score.total, goal.value)
    others, place = others_of(score, level), int(goal.value)
    if len(others) < place or not all_known(score, level):
        raise ComputeError(
            say(
                "mới có tổng điểm của {n} đơn vị khác cùng cấp, chưa biết điểm của hạng {place}.",
                "totals of {n} other {n:unit|units} of this level are known: not what place {place} takes.",
                n=len(others), place=place,
            ),
            do=say("Nạp số liệu của các đơn vị cùng cấp, hoặc đặt mục tiêu theo điểm, theo xếp loại.",
                   "Bring their figures in, or aim at a total or a grade."),
        )  # fmt: skip
    holder = others[place - 1]
    return Aim(goal, score.total, holder.score.total or Decimal(0), holder)


def others_of(score: ScoredUnit, level: LevelStandings) -> list[Standing]:
    """The peers of a unit that have a total, best first, without itself."""
    code = score.unit.code
    return [row for row in level.rows if row.score.total is not None and row.score.unit.code != code]


def all_known(score: ScoredUnit, level: LevelStandings) -> bool:
    """Whether a place among the peers can be told: some are known, and no more are ranked by the source."""
    others = others_of(score, level)
    return bool(others) and all(row.of <= len(others) + 1 for row in others)


def place_among(score: ScoredUnit, total: Decimal, level: LevelStandings) -> int | None:
    """The place that a total would have among a unit's peers; None where that can't be told."""
    if not all_known(score, level):
        return None
    return 1 + sum((row.score.total or 0) > total for row in others_of(score, level))
