"""One indicator across all units of a level."""

from decimal import Decimal

import pytest
from figure_builders import commune, figures, province, published_dak_lak

from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.indicator_table import indicator_table
from bochiso.score.ranking import LevelStandings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level

QD766 = load_rules("qd766")
ON_TIME = "RESOLVED_ON_TIME"


def communes(units: list[UnitFigures]) -> LevelStandings:
    return rank_units(score_units(units, QD766), QD766).level(Level.COMMUNE, "H15")


@pytest.fixture(scope="module")
def dak_lak() -> LevelStandings:
    return communes(published_dak_lak())


def some(*pairs: tuple[int, int]) -> LevelStandings:
    return communes(
        [figures(commune(f"H15.{n}"), {ON_TIME: Count(*pair)}) for n, pair in enumerate(pairs, 101)]
    )


def test_the_communes_of_dak_lak_are_ranked_by_their_points_as_published(dak_lak: LevelStandings) -> None:
    found = indicator_table(dak_lak, None, ON_TIME, QD766)
    points = [row.points for row in found.rows if row.points is not None]
    assert points == sorted(points, reverse=True)
    for row in found.rows:
        better = sum(each > row.points for each in points) if row.points is not None else None
        assert row.rank == (None if better is None else better + 1)
    assert found.mean == (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01"))
    assert found.find("H15.138").score.count.numerator == 1887  # type: ignore[union-attr]


def test_nobody_is_ranked_in_what_all_take_from_the_province(dak_lak: LevelStandings) -> None:
    found = indicator_table(dak_lak, None, "PUBLISH_ON_TIME", QD766)
    assert found.shared
    assert {row.rank for row in found.rows} == {None}


def test_nobody_is_ranked_among_a_few_of_many() -> None:
    units = [figures(province(f"H{n}"), total="60") for n in range(10, 30)]
    units += [figures(province("H30"), {ON_TIME: Count(9, 10)}, total="61")]
    level = rank_units(score_units(units, QD766), QD766).level(Level.PROVINCE)
    found = indicator_table(level, None, ON_TIME, QD766)
    assert [(row.unit.code, row.rank) for row in found.rows] == [("H30", None)]
    assert found.lacking == 20


def test_equals_share_a_rank_and_the_one_with_the_better_rate_stands_first() -> None:
    found = indicator_table(some((99_999, 100_000), (1, 1), (1, 2)), None, ON_TIME, QD766)
    assert [(row.unit.code, row.rank) for row in found.rows] == [
        ("H15.102", 1), ("H15.101", 1), ("H15.103", 3),
    ]  # fmt: skip
    assert [row.small for row in found.rows] == [True, False, True]


def test_what_earns_no_points_is_ordered_by_its_rate_without_ranks() -> None:
    shown = [figures(commune(f"H15.{n}"), {"PETITION_CLASSIFICATION_TTHC": Count(n, 200)}) for n in (1, 3, 2)]
    found = indicator_table(communes(shown), None, "PETITION_CLASSIFICATION_TTHC", QD766)
    assert [(row.unit.code, row.rank, row.points) for row in found.rows] == [
        ("H15.3", None, None), ("H15.2", None, None), ("H15.1", None, None),
    ]  # fmt: skip


def test_who_moved_stands_with_its_cases_the_greatest_fall_first() -> None:
    before, after = some((90, 100), (80, 100), (50, 100)), some((90, 110), (85, 105), (50, 100))
    found = indicator_table(after, before, ON_TIME, QD766)
    moved = [(row.unit.code, row.change.added, row.change.missed) for row in found.moved if row.change]
    assert moved == [("H15.101", 10, 10), ("H15.102", 5, 0)]
