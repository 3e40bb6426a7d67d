"""Scoring and ranking every commune within its province, ours and the same arithmetic in bare Python."""

from decimal import Decimal
from fractions import Fraction

from bench.country import COMMUNES, PROVINCES, communes, counts
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level

Row = tuple[str, str, tuple[tuple[int, int], ...]]
Step = tuple[int, int, int, int, int, tuple[float, float] | None]
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
                each.unit.parent or "",
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

    def peer(self) -> dict[str, Ranking]:
        """The same arithmetic over a list of tuples: points half up, sums, then each province's ranking.

        All points are whole hundredths; payment from the rate in percent as the portal prints it.
        """
        boxes = self._boxes
        provinces: dict[str, list[Scored]] = {}
        for code, province, cells in self._rows:
            points = []
            groups = [0] * boxes
            for (numerator, denominator), (a, b, most, empty, box, portal) in zip(
                cells, self._steps, strict=True
            ):
                if not denominator:
                    earned = empty
                elif portal:
                    percent = (numerator * 20_000 // denominator + 1) // 2 / 100
                    over, under = (percent * portal[0] / portal[1]).as_integer_ratio()
                    earned = min((over * 200 + under) // (2 * under), most)
                else:
                    earned = (2 * numerator * a + denominator * b) // (2 * denominator * b)
                    earned = min(earned, most)
                points.append(earned)
                groups[box] += earned
            provinces.setdefault(province, []).append((sum(groups), code, tuple(groups), tuple(points)))
        return {province: self._ranking(scored) for province, scored in provinces.items()}

    def _ranking(self, scored: list[Scored]) -> Ranking:
        """A province's communes best first, how many have each grade, and the means of groups and total."""
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
        """Both give every commune the same points, groups, total, grade and rank in its province; and every
        province the same means.
        """
        standings, peer = self.ours(), self.peer()
        assert len(standings.tables) == len(peer) == PROVINCES
        assert len(standings.rows) == COMMUNES
        for province, (ranked, graded, means) in peer.items():
            table = standings.level(Level.COMMUNE, province)
            ours = {row.score.unit.code: row for row in table.rows}
            assert table.grade_counts == graded
            assert [_cents(table.means[box]) for box in self._rules.boxes] == means[:-1]
            assert _cents(table.mean) == means[-1]
            assert len(ours) == len(ranked)
            for rank, grade, (total, code, groups, points) in ranked:
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


def _steps(rules: RuleSet) -> list[Step]:
    """Of each scored indicator: its slope as a fraction, maximum and empty points (hundredths), box; and
    points and target in percent where it is scored as the portal does.
    """
    steps = []
    for one in rules.indicators:
        if one.scored:
            slope = Fraction(one.points) * 100 / Fraction(one.target or 1)
            most, empty = int(one.points * 100), int((one.empty or 0) * 100)
            portal = (
                (float(one.points), float((one.target or 1) * 100)) if one.arithmetic == "portal" else None
            )
            box = rules.boxes.index(one.group)
            steps.append((slope.numerator, slope.denominator, most, empty, box, portal))
    return steps


def _cents(points: Decimal | None) -> int:
    assert points is not None
    return int(points * 100)
