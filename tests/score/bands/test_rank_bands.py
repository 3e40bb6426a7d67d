"""Rank bands: against every outcome there is, and on the real figures of Đắk Lắk."""

from itertools import product
from math import comb, exp, lgamma

import pytest
from figure_builders import commune, figures, published_dak_lak, published_units

from bochiso.rules.loader import load_rules
from bochiso.score.bands.rank_bands import LevelBands, rank_bands
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.formula import formula
from bochiso.score.ranking import LevelStandings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level

RULES = load_rules("qd766")
ON_TIME = RULES.indicator["RESOLVED_ON_TIME"]
HELD = {"CKMB": "12", "CLGQ": "8", "TTTT": "6", "MDHL": "18", "MDSH": "10"}


def level_of(units: list[UnitFigures]) -> LevelStandings:
    return rank_units(score_units(units, RULES), RULES).level(Level.COMMUNE, "H15")


def small(*on_time: tuple[int, int]) -> LevelStandings:
    """Communes that differ in 2.1 alone."""
    return level_of([
        figures(commune(f"H15.{100 + n}", f"UBND xã {n}"), {ON_TIME.code: Count(*both)}, points=HELD)
        for n, both in enumerate(on_time)
    ])  # fmt: skip


def by_every_outcome(counts: list[tuple[int, int]], place: int) -> dict[str, list[float]]:
    """The exact odds of each place, for every unit: every combination of outcomes, by its probability."""
    met, cases = (sum(side) for side in zip(*counts, strict=True))
    usual = (met + 0.5) / (cases + 1)

    def odds(k: int, n: int, d: int) -> float:
        def log_beta(a: float, b: float) -> float:
            return lgamma(a) + lgamma(b) - lgamma(a + b)

        a, b = n + usual, d - n + 1 - usual
        return comb(d, k) * exp(log_beta(k + a, d - k + b) - log_beta(a, b))

    found = {f"H15.{100 + n}": [0.0] * (len(counts) + 1) for n in range(len(counts))}
    for outcome in product(*(range(d + 1) for _, d in counts)):
        chance, points = 1.0, []
        for k, (n, d) in zip(outcome, counts, strict=True):
            chance *= odds(k, n, d)
            points.append(formula(ON_TIME)(Count(k, d)))
        for n, mine in enumerate(points):
            found[f"H15.{100 + n}"][1 + sum(other > mine for other in points)] += chance
    return found


@pytest.mark.parametrize("counts", [
    [(2, 2), (1, 2), (0, 1), (3, 3)], [(3, 3), (3, 3), (1, 3)], [(12, 12), (1, 2), (6, 12), (1, 12)],
], ids=["few cases", "equals", "sure beside unsure"])  # fmt: skip
def test_bands_are_those_of_every_outcome(counts: list[tuple[int, int]]) -> None:
    exact = by_every_outcome(counts, 2)
    found = rank_bands(small(*counts), place=2, draws=8000)
    for row in found.rows:
        odds = exact[row.code]
        assert sum(odds) == pytest.approx(1)
        assert row.top == pytest.approx(sum(odds[:3]), abs=0.02)
        up_to = [sum(odds[: place + 1]) for place in range(len(odds))]
        for edge, share in ((row.best, 0.05), (row.worst, 0.95)):
            # The place at which a twentieth is passed; either where the sample may fall on both sides.
            likely = {
                next(n for n, odds in enumerate(up_to) if odds >= share + off) for off in (-0.012, 0.012)
            }
            assert edge in likely | {row.rank}


def test_who_is_surely_and_who_is_possibly_among_the_best_is_known_where_nothing_overlaps() -> None:
    """Of 400 dossiers each: two all but perfect, two near half, one that failed at all."""
    found = rank_bands(small((399, 400), (398, 400), (205, 400), (200, 400), (1, 400)), place=3)
    assert found.surely == ("H15.100", "H15.101")
    assert found.possibly == ("H15.102", "H15.103")
    assert [(row.best, row.worst) for row in found.rows] == [(1, 2), (1, 2), (3, 4), (3, 4), (5, 5)]


def test_the_same_figures_give_the_same_bands() -> None:
    level = small((2, 3), (5, 9), (8, 9))
    assert rank_bands(level) == rank_bands(level)


@pytest.fixture(scope="module")
def dak_lak() -> LevelBands:
    return rank_bands(level_of(published_dak_lak()))


def test_without_petitions_nobody_of_dak_lak_is_surely_among_the_ten_best(dak_lak: LevelBands) -> None:
    """73 of 102 communes had no petition and so 12 points by luck: one that comes may cost sixty places."""
    assert len(dak_lak.rows) == 102
    assert dak_lak.drawn == 102
    assert dak_lak.held == ("CLGQ",)
    assert dak_lak.surely == ()
    assert 15 <= len(dak_lak.possibly) <= 25
    assert all(row.best <= row.rank <= row.worst for row in dak_lak.rows)
    first = dak_lak.rows[0]
    assert first.rank == 1
    assert first.worst > 60


def test_petitions_make_the_bands_wide(dak_lak: LevelBands) -> None:
    level = level_of(published_dak_lak())
    petitions = {
        row.score.unit.code: next(
            (i.count.denominator for i in row.score.indicators if i.rule.number == "5.2"), 0
        )
        for row in level.rows
    }
    none = [row.worst - row.best for row in dak_lak.rows if not petitions[row.code]]
    assert len(none) == 73
    without = [
        figures(each.unit, {c: n for c, n in each.counts.items() if "PETITION" not in c}, points={
            **{code: f"{points}" for code, points in each.points.items()}})
        for each in published_dak_lak()
    ]  # fmt: skip
    calm = rank_bands(level_of(without))
    widths = [row.worst - row.best for row in calm.rows]
    assert sum(widths) / len(widths) < sum(none) / len(none) / 2


def test_without_counts_there_is_no_band() -> None:
    level = rank_units(score_units(published_units("2026-10-07"), RULES), RULES).level(Level.COMMUNE, "H21")
    found = rank_bands(level)
    assert found.drawn == 0
    assert all(row.best == row.rank == row.worst for row in found.rows)
