"""Falls that few cases made: one petition is named, a real fall is not excused."""

from decimal import Decimal

import pytest
from figure_builders import commune, every_count, figures

from bochiso.rules.loader import load_rules
from bochiso.score.bands.few_cases import fall_by_few
from bochiso.score.figures import Count
from bochiso.score.scoring import ScoredUnit, score_units
from bochiso.text import Lang

RULES = load_rules("qd766")
PETITIONS = ("PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION")


def score(**counts: Count) -> ScoredUnit:
    (found,) = score_units([figures(commune(), every_count(RULES, 30, 40) | counts)], RULES)
    return found


def petitions(met: int, came: int) -> dict[str, Count]:
    return dict.fromkeys(PETITIONS, Count(met, came))


def test_one_petition_that_cost_twelve_points_is_named() -> None:
    found = fall_by_few(score(**petitions(0, 0)), score(**petitions(0, 1)), RULES)
    assert found is not None
    assert (found.cases, found.lost, found.fell, found.codes) == (1, 12, 12, PETITIONS)
    assert found.sentence.render(Lang.VI) == (
        "Tổng điểm giảm 12,00 điểm, trong đó 12,00 điểm chỉ do 01 phản ánh, kiến nghị."
    )
    assert (
        found.sentence.render(Lang.EN) == "The total fell by 12.00 points, 12.00 of them by 1 petition alone."
    )


def test_a_small_part_of_a_fall_excuses_nothing() -> None:
    worse = {"RESOLVED_ON_TIME": Count(10, 40), "ORIGINAL_RESULT_AVAILABLE": Count(0, 40)}
    assert fall_by_few(score(**petitions(3, 3)), score(**petitions(3, 4), **worse), RULES) is None


def test_few_dossiers_are_named_as_dossiers() -> None:
    found = fall_by_few(score(RESOLVED_ON_TIME=Count(5, 5)), score(RESOLVED_ON_TIME=Count(3, 5)), RULES)
    assert found is not None
    assert (found.cases, found.petitions, found.lost) == (2, False, Decimal(8))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (petitions(0, 1), petitions(0, 0)), (petitions(1, 1), petitions(1, 1)),
        (petitions(9, 9), petitions(5, 9)), ({}, dict.fromkeys(PETITIONS, Count(None, None, Decimal(0)))),
    ],
    ids=["a rise", "nothing", "four cases", "points alone"],
)  # fmt: skip
def test_otherwise_nothing_is_said(before: dict[str, Count], after: dict[str, Count]) -> None:
    assert fall_by_few(score(**before), score(**after), RULES) is None
