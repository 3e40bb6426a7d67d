"""Scoring and ranking every commune, ours and the same arithmetic in bare Python."""

from decimal import Decimal
from fractions import Fraction

from bench.country import communes, counts
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level

Row = tuple[str, tuple[tuple[int, int], ...]]
Scored = tuple[int, str, tuple[int, ...], tuple[int, ...]]
Ranked = tuple[int, str, Scored]
Ranking = tuple[list[Ranked], dict[str, int], list[int]]


class Scoring:
    """The communes' figures in both forms: for ours, and as tuples for the peer."""

    def __init__(self) -> None:
        self._rules = load_rules("qd766")
        codes = [indicator.code for indicator in self._rules.indicators if indicator.scored]
        self._figures = _figures(codes)
        self._rows: list[Row] = [
            (
                each.unit.code,
                tuple((int(c.numerator or 0), int(c.denominator or 0)) for c in each.counts.values()),
            )
            for each in self._figures
        ]
        self._boxes = len(self._rules.boxes)
        self._steps = _steps(self._rules)
        self._grades = [(int(grade.least * 100), grade.code) for grade in self._rules.grades.bounds]

    def ours(self) -> Standings:
        """Scored and ranked by bochiso."""
        return rank_units(score_units(self._figures, self._rules), self._rules)

    def peer(self) -> Ranking:
        """The same arithmetic over a list of tuples: points half up, sums, grades, ranks, means.

        All points are whole hundredths. Returns the communes best first, how many have each
        grade, and the means of the groups and the total.
        """
        boxes = self._boxes
        scored: list[Scored] = []
        for code, cells in self._rows:
            points = []
            groups = [0] * boxes
            for (numerator, denominator), (a, b, most, empty, box) in zip(cells, self._steps, strict=True):
                if denominator:
                    earned = (2 * numerator * a + denominator * b) // (2 * denominator * b)
                    earned = min(earned, most)
                else:
                    earned = empty
                points.append(earned)
                groups[box] += earned
            scored.append((sum(groups), code, tuple(groups), tuple(points)))
        scored.sort(key=lambda one: (-one[0], one[1]))
        ranked: list[Ranked] = []
        graded = dict.fromkeys((code for _, code in self._grades), 0)
        rank, last = 0, -1
        for place, one in enumerate(scored, start=1):
            if one[0] != last:
                rank, last = place, one[0]
            grade = next(code for least, code in self._grades if one[0] >= least)
            graded[grade] += 1
            ranked.append((rank, grade, one))
        sums = [*map(sum, zip(*(one[2] for one in scored), strict=True)), sum(one[0] for one in scored)]
        return ranked, graded, [(2 * each + len(scored)) // (2 * len(scored)) for each in sums]

    def check(self) -> None:
        """Both give every commune the same points, groups, total, grade and rank; and the same means."""
        standings = self.ours().levels[Level.COMMUNE]
        ours = {row.score.unit.code: row for row in standings.rows}
        peer, graded, means = self.peer()
        assert standings.grade_counts == graded
        assert [_cents(standings.means[box]) for box in self._rules.boxes] == means[:-1]
        assert _cents(standings.mean) == means[-1]
        assert len(ours) == len(peer)
        for rank, grade, (total, code, groups, points) in peer:
            row = ours[code]
            assert row.grade is not None
            assert row.score.total is not None
            found = (
                row.rank,
                row.grade.code,
                _cents(row.score.total),
                tuple(_cents(box.points) for box in row.score.boxes),
                tuple(_cents(one.points) for one in row.score.indicators),
            )
            assert found == (rank, grade, total, groups, points), code


def alone() -> None:
    """Ours by itself, for its memory."""
    Scoring.ours(Scoring())


def _figures(codes: list[str]) -> list[UnitFigures]:
    found: dict[str, UnitFigures] = {}
    for unit, code, numerator, denominator in counts(communes(), codes):
        each = found.setdefault(unit.code, UnitFigures(unit))
        each.counts[code] = Count(numerator, denominator)
    return list(found.values())


def _steps(rules: RuleSet) -> list[tuple[int, int, int, int, int]]:
    """Of each scored indicator: its slope as a fraction, maximum and empty points (hundredths), and box."""
    steps = []
    for one in rules.indicators:
        if one.scored:
            slope = Fraction(one.points) * 100 / Fraction(one.target or 1)
            most, empty = int(one.points * 100), int((one.empty or 0) * 100)
            steps.append((slope.numerator, slope.denominator, most, empty, rules.boxes.index(one.group)))
    return steps


def _cents(points: Decimal | None) -> int:
    assert points is not None
    return int(points * 100)
