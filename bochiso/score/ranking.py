"""Grades and ranks of the units of each level, how many units have each grade, and the means."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from bochiso.rules.rule_set import Grade, RuleSet
from bochiso.score.scoring import ScoredUnit
from bochiso.text import Text, hundredths
from bochiso.units.codes import natural_key, order_key
from bochiso.units.kinds import is_kind
from bochiso.units.model import Level, Unit
from bochiso.units.names import level_title
from bochiso.units.tree import TOPS, tops


class Standing(Struct, frozen=True):
    """One unit's place: rank among the `of` ranked units of its level in its province, a province's among
    the provinces. None: incomplete, not ranked. Ranked, it lacks a grade where what wasn't measured may
    decide it. Where its source published a rank among more units than are known here, that rank stands.
    """

    score: ScoredUnit
    grade: Grade | None
    rank: int | None
    of: int


class LevelStandings(Struct, frozen=True, dict=True):
    """All units of one level of one province, best first, those that can't be ranked last.

    `province`: None for the provinces themselves, and for units whose province isn't known.
    `grade_counts` by grade code, best grade first; `means` by box code and for the total
    (None where no unit has it), hundredths half up. What a page asks of them for each of thousands of
    units (title, most, find) is worked out once.
    """

    level: Level
    rows: tuple[Standing, ...]
    ranked: int
    grade_counts: dict[str, int]
    means: dict[str, Decimal]
    mean: Decimal | None
    province: str | None = None

    @cached_property
    def title(self) -> Text:
        """What its units are called together, by the kinds that there are among them."""
        return level_title(self.level, (row.score.unit.name for row in self.rows))

    @cached_property
    def most(self) -> Decimal | None:
        """The points that its ranked units could earn; None where none is ranked or they differ in it."""
        found = {row.score.most for row in self.rows if row.score.total is not None}
        return found.pop() if len(found) == 1 else None

    def within_reach(self, rules: RuleSet, code: str | None = None) -> Decimal:
        """The points of a box, or of all (None), that its ranked units could earn; the rules' where they
        differ in it."""
        if code is None:
            return self.most or rules.total_points
        boxes = (box for row in self.rows if row.score.total is not None for box in row.score.boxes)
        found = {box.max_points for box in boxes if box.code == code}
        return found.pop() if len(found) == 1 else rules.group[code].points

    def find(self, code: str) -> Standing | None:
        """The standing of the unit with this code."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, Standing]:
        return {row.score.unit.code: row for row in reversed(self.rows)}


class Standings(Struct, frozen=True, dict=True):
    """The standings of a snapshot: a table for each level, and below the provinces for each province."""

    tables: tuple[LevelStandings, ...]

    def within(self, province: str | None) -> "Standings":
        """The tables of one province; None: of the provinces themselves."""
        return Standings(tuple(each for each in self.tables if each.province == province))

    @property
    def levels(self) -> dict[Level, LevelStandings]:
        """The tables of one province by level. Raises ValueError where there are several provinces."""
        found = {each.level: each for each in self.tables}
        if len(found) < len(self.tables):
            raise ValueError("several provinces have this level: say which with within()")
        return found

    def level(self, level: Level, province: str | None = None) -> LevelStandings:
        """The table of one level of one province; without rows where there is none."""
        mine = (each for each in self.tables if (each.level, each.province) == (level, province))
        return next(mine, None) or LevelStandings(level, (), 0, {}, {}, None, province)

    def peers(self, unit: Unit) -> LevelStandings:
        """The table in which a unit is ranked."""
        return next((table for table in self.tables if table.find(unit.code)), None) or self.level(unit.level)

    def find(self, code: str) -> Standing | None:
        """The standing of the unit with this code."""
        return next((row for table in self.tables if (row := table.find(code))), None)

    @cached_property
    def rows(self) -> tuple[Standing, ...]:
        """Every unit, table after table."""
        return tuple(row for table in self.tables for row in table.rows)


def boxes_of(level: LevelStandings, rules: RuleSet) -> list[str]:
    """The boxes that the units of a level have, in the order of the rule set."""
    have = {box.code for row in level.rows for box in row.score.boxes if box.points is not None}
    order = [*rules.boxes, *(g.code for g in rules.groups if g.code not in rules.boxes)]
    return [code for code in order if code in have]


def rank_units(scores: Iterable[ScoredUnit], rules: RuleSet) -> Standings:
    """Standings of the units that were scored with `rules`.

    Ranks are within one level of one province, however many units stand in between. Equal totals share
    a rank and the next rank is skipped (1, 2, 2, 4); among equals the order is that of their codes, of
    names without codes the Vietnamese one.
    """
    scores = list(scores)
    top_of = tops(score.unit for score in scores)
    members: dict[tuple[Level, str | None], list[ScoredUnit]] = {}
    for score in scores:
        members.setdefault((score.unit.level, _province(score.unit, top_of)), []).append(score)
    order = sorted(members, key=lambda key: (_LEVELS[key[0]], natural_key(key[1] or "")))
    return Standings(tuple(rank_level(*key, members[key], rules) for key in order))


def nationwide(standings: Standings, rules: RuleSet, kind: str | None = None) -> Standings:
    """The same units, each level ranked in the whole country: a commune among all communes.

    `kind`: only those of one kind, such as all departments of health, among themselves.
    """
    members: dict[Level, list[ScoredUnit]] = {}
    for table in standings.tables:
        found = [row.score for row in table.rows if kind is None or is_kind(row.score.unit, kind)]
        members.setdefault(table.level, []).extend(found)
    return Standings(
        tuple(rank_level(level, None, members[level], rules) for level in Level if members.get(level))
    )


def _province(unit: Unit, top_of: Mapping[str, str]) -> str | None:
    if unit.level in TOPS.values():
        return None
    top = top_of[unit.code]
    return unit.parent if top == unit.code else top


_LEVELS = {level: n for n, level in enumerate(Level)}


def rank_level(
    level: Level, province: str | None, scores: Sequence[ScoredUnit], rules: RuleSet
) -> LevelStandings:
    """The table of these units, ranked among themselves."""
    complete = [(score.total, score) for score in scores if score.total is not None]
    incomplete = [score for score in scores if score.total is None]
    complete.sort(key=_TOTAL, reverse=True)
    of = len(complete)
    counts = {grade.code: 0 for grade in rules.grades.bounds}
    rows: list[Standing] = []
    for total, group in groupby(complete, key=_TOTAL):
        equals, rank = [score for _, score in group], len(rows) + 1
        for score in _by_code(equals):
            grade = sure_grade(total, score.most, rules)
            if grade is not None:
                counts[grade.code] += 1
            rows.append(Standing(score, grade, *_place(score, rank, of)))
    means = _box_means([score for _, score in complete])
    mean = _mean([total for total, _ in complete])
    rows += [Standing(score, None, None, of) for score in _by_code(incomplete)]
    return LevelStandings(level, tuple(rows), of, counts, means, mean, province)


_TOTAL: Callable[[tuple[Decimal, ScoredUnit]], Decimal] = itemgetter(0)


def sure_grade(total: Decimal, most: Decimal, rules: RuleSet) -> Grade | None:
    """The grade of a total; None where points that could not be measured (100 less `most`) may change it."""
    grade, whole = rules.grade(total), rules.total_points
    return grade if most >= whole or rules.grade(min(total + whole - most, whole)) == grade else None


def _place(score: ScoredUnit, rank: int, of: int) -> tuple[int, int]:
    published = score.published_rank
    return published if published and published[1] > of else (rank, of)


def ranks_by(points: Mapping[str, Decimal]) -> dict[str, int]:
    """Ranks by points, best first; equals share one and the next is skipped.

    >>> ranks_by({"a": Decimal(2), "b": Decimal(3), "c": Decimal(2), "d": Decimal(1)})
    {'b': 1, 'a': 2, 'c': 2, 'd': 4}
    """
    order = sorted(points, key=lambda code: points[code], reverse=True)
    found: dict[str, int] = {}
    for n, code in enumerate(order, 1):
        before = order[n - 2] if n > 1 else None
        found[code] = found[before] if before and points[before] == points[code] else n
    return found


def _by_code(scores: list[ScoredUnit]) -> list[ScoredUnit]:
    return sorted(scores, key=lambda score: order_key(score.unit.code)) if len(scores) > 1 else scores


def _box_means(scores: list[ScoredUnit]) -> dict[str, Decimal]:
    earned: dict[str, list[Decimal]] = defaultdict(list)
    for score in scores:
        for box in score.boxes:
            if (points := box.points) is not None:
                earned[box.code].append(points)
    return {code: mean for code, points in earned.items() if (mean := _mean(points)) is not None}


def _mean(values: list[Decimal]) -> Decimal | None:
    return hundredths(Fraction(sum(values)) / len(values)) if values else None
