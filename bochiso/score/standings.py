"""Grades and ranks of the units of each level, how many units have each grade, and the means."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.rules.model import Grade, RuleSet
from bochiso.score.scoring import UnitScore
from bochiso.text import hundredths
from bochiso.units.codes import natural_key
from bochiso.units.model import Level


class Standing(Struct, frozen=True):
    """One unit's place: rank among `of` ranked units of its level. None: incomplete, not ranked."""

    score: UnitScore
    grade: Grade | None
    rank: int | None
    of: int


class LevelStandings(Struct, frozen=True):
    """All units of one level, best first, those that can't be ranked last.

    `grade_counts` by grade code, best grade first; `means` by box code and for the total
    (None where no unit has it), hundredths half up.
    """

    level: Level
    rows: tuple[Standing, ...]
    ranked: int
    grade_counts: dict[str, int]
    means: dict[str, Decimal]
    mean: Decimal | None


class Standings(Struct, frozen=True):
    """The standings of a snapshot, level by level."""

    levels: dict[Level, LevelStandings]

    def find(self, code: str) -> Standing | None:
        """The standing of the unit with this code."""
        rows = (row for level in self.levels.values() for row in level.rows)
        return next((row for row in rows if row.score.unit.code == code), None)

    @property
    def rows(self) -> list[Standing]:
        """Every unit, level after level."""
        return [row for level in self.levels.values() for row in level.rows]


def rank_units(scores: Iterable[UnitScore], rules: RuleSet) -> Standings:
    """Standings of the units that were scored with `rules`.

    Ranks are within one level. Equal totals share a rank and the next rank is skipped
    (1, 2, 2, 4); among equals the order is that of their codes.
    """
    by_level: dict[Level, list[UnitScore]] = {level: [] for level in Level}
    for score in scores:
        by_level[score.unit.level].append(score)
    return Standings(
        {level: _rank_level(level, members, rules) for level, members in by_level.items() if members}
    )


def _rank_level(level: Level, scores: list[UnitScore], rules: RuleSet) -> LevelStandings:
    scores = sorted(scores, key=lambda score: natural_key(score.unit.code))
    complete = [score for score in scores if score.total is not None]
    complete.sort(key=lambda score: score.total or Decimal(0), reverse=True)
    incomplete = [score for score in scores if score.total is None]
    of = len(complete)
    counts = {grade.code: 0 for grade in rules.grades.bounds}
    rows: list[Standing] = []
    rank, last = 0, None
    for place, score in enumerate(complete, start=1):
        total = score.total or Decimal(0)
        if total != last:
            rank, last = place, total
        grade = rules.grade(total)
        counts[grade.code] += 1
        rows.append(Standing(score, grade, rank, of))
    rows += [Standing(score, None, None, of) for score in incomplete]
    totals = [score.total for score in complete if score.total is not None]
    return LevelStandings(level, tuple(rows), of, counts, _box_means(complete), _mean(totals))


def _box_means(scores: list[UnitScore]) -> dict[str, Decimal]:
    earned: dict[str, list[Decimal]] = {}
    for score in scores:
        for box in score.boxes:
            if box.points is not None:
                earned.setdefault(box.code, []).append(box.points)
    return {code: mean for code, points in earned.items() if (mean := _mean(points)) is not None}


def _mean(values: list[Decimal]) -> Decimal | None:
    if not values:
        return None
    return hundredths(Fraction(sum(values)) / len(values))
