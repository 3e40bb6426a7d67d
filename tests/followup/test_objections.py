"""Objections: what a claim changes, for the unit, its province and all others; claims that can't be."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bochiso.errors import ComputeError
from bochiso.followup.objections import FigureClaim, checked_claim, corrected, effect_of
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.scoring import score_units
from bochiso.units.model import Level, Unit

RULES = load_rules("qd766")
RESULTS = "ORIGINAL_RESULT_AVAILABLE"  # 4.1, 6 points
PUBLISHED = "PUBLISH_ON_TIME"  # 1.1, of the province alone
BOXES = {"CKMB": "10", "TDGQ": "15", "CLGQ": "8", "TTTT": "7", "MDHL": "15", "MDSH": "10"}


def unit(n: int, done: int, **points: str) -> UnitFigures:
    boxes = {code: Decimal(points.get(code, value)) for code, value in BOXES.items()}
    own = Unit(f"H15.{n}", f"Sở {n}", Level.DEPARTMENT, "H15")
    return UnitFigures(own, {RESULTS: Count(done, 100)}, {}, boxes, sum(boxes.values(), Decimal(0)))


def province(done: int) -> UnitFigures:
    boxes = {code: Decimal(value) for code, value in BOXES.items()}
    counts = {RESULTS: Count(done, 200), PUBLISHED: Count(0, 10)}
    return UnitFigures(Unit("H15", "Đắk Lắk", Level.PROVINCE), counts, {}, boxes, Decimal(65))


FIGURES = [province(100), unit(1, 40), unit(2, 60, TDGQ="15.5")]


def test_a_right_count_moves_published_points_by_what_the_formula_makes_of_it() -> None:
    found = effect_of(FIGURES, [FigureClaim("H15.1", RESULTS, 50, 100)], RULES)
    own, whole, other = found.of("H15.1"), found.of("H15"), found.of("H15.2")
    assert own is not None
    assert (own.before, own.after, own.change) == (Decimal(65), Decimal("65.60"), Decimal("0.60"))
    assert (own.rank_before, own.rank_after, own.of, own.places) == (2, 1, 2, 1)
    assert other is not None
    assert (other.change, other.rank_after) == (0, 2)
    assert whole is not None
    assert whole.change == Decimal("0.30")  # 110 of 200
    assert found.moved[0].unit == "H15.1"


def test_what_units_inherit_moves_all_of_them() -> None:
    found = effect_of(FIGURES, [FigureClaim("H15.1", PUBLISHED, 5, 10)], RULES)
    assert {each.unit: each.change for each in found.moved} == {
        code: Decimal("3.00") for code in ("H15", "H15.1", "H15.2")
    }  # 3 of the 6 points of 1.1


def test_points_of_a_group_are_claimed_where_there_are_no_counts() -> None:
    found = effect_of(FIGURES, [FigureClaim("H15.1", "TDGQ", points=Decimal(16))], RULES)
    assert {each.unit: (each.change, each.rank_after) for each in found.moved} == {
        "H15.1": (Decimal(1), 1), "H15.2": (Decimal(0), 2),
    }  # fmt: skip


@settings(max_examples=40)
@given(done=st.integers(0, 100), asked=st.integers(0, 100), total=st.integers(1, 300))
def test_points_from_counts_alone_are_those_of_the_right_count(done: int, asked: int, total: int) -> None:
    bare = UnitFigures(Unit("H15.1", "Sở 1", Level.DEPARTMENT, "H15"), {RESULTS: Count(done, 100)})
    right = FigureClaim("H15.1", RESULTS, min(asked, total), total)
    (now,) = score_units(corrected([bare], [right], RULES), RULES)
    expected = UnitFigures(bare.unit, {RESULTS: Count(min(asked, total), total)})
    assert now == score_units([expected], RULES)[0]
    assert bare.counts[RESULTS] == Count(done, 100)  # what was given is not touched


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (FigureClaim("H15.9", RESULTS, 1, 2), "don't have H15.9"),
        (FigureClaim("H15.1", "FUN", 1, 2), "no indicator or group"),
        (FigureClaim("H15.1", RESULTS, 5), "denominator lack"),
        (FigureClaim("H15.1", RESULTS, 101, 100), "from 0 to its denominator"),
        (FigureClaim("H15.1", RESULTS, 40, 100), "says? already"),
        (FigureClaim("H15.1", "ONLINE_FILING", 1, 2), "no count of it"),
        (FigureClaim("H15.1", "TDGQ", points=Decimal(21)), "from 0 to 20"),
        (FigureClaim("H15.1", "TDGQ", points=Decimal(15)), "says? already"),
        (FigureClaim("H15.1", "TDGQ"), "from 0 to 20"),
    ],
)
def test_a_claim_that_cannot_be_says_why(claim: FigureClaim, said: str) -> None:
    with pytest.raises(ComputeError, match=said):
        checked_claim(claim, FIGURES, RULES)
