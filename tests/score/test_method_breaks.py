"""A portal that changes its own formula is told from units that change their performance."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.rules.loader import load_rules
from bochiso.score.figures import TOTAL
from bochiso.score.method_breaks import Break, find_breaks
from bochiso.score.recomputation import FigureComparison
from bochiso.units.model import Level, Unit

RULES = load_rules("qd766")


def compared(code: str, units: int, wrong: int) -> list[FigureComparison]:
    """What was compared of one code: the first `wrong` units disagree by a tenth of a point."""
    return [
        FigureComparison(
            Unit(f"H15.{n}", f"Đơn vị {n}", Level.COMMUNE, "H15"),
            code,
            Decimal("3.10") if n < wrong else Decimal("3.00"),
            Decimal("3.00"),
        )
        for n in range(units)
    ]


def breaks(code: str, units: int, wrong: int, before: int = 0) -> tuple[Break, ...]:
    return find_breaks(compared(code, units, before), compared(code, units, wrong), RULES)


def test_many_units_that_stop_matching_at_once_are_a_break() -> None:
    assert breaks("DOSSIER_SYNC", 102, 40) == (Break("DOSSIER_SYNC", 40, 102),)


@pytest.mark.parametrize(
    ("units", "wrong", "found"),
    [(5, 5, True), (4, 4, False), (25, 5, True), (26, 5, False), (102, 20, False)],
)
def test_fewer_than_five_units_or_a_fifth_are_mistakes_of_units(units: int, wrong: int, found: bool) -> None:
    assert bool(breaks("DOSSIER_SYNC", units, wrong)) is found


def test_what_did_not_match_before_is_no_new_break() -> None:
    assert breaks("DOSSIER_SYNC", 100, 60, before=60) == ()


def test_units_that_were_not_there_before_do_not_count() -> None:
    assert find_breaks(compared("DOSSIER_SYNC", 4, 0), compared("DOSSIER_SYNC", 100, 100), RULES) == ()


def test_a_group_is_named_only_where_none_of_its_indicators_is() -> None:
    def found(*codes: str) -> list[str]:
        before = [each for code in codes for each in compared(code, 10, 0)]
        after = [each for code in codes for each in compared(code, 10, 10)]
        return [each.code for each in find_breaks(before, after, RULES)]

    assert found("DOSSIER_SYNC", "CKMB", TOTAL) == ["DOSSIER_SYNC"]
    assert found("TTTT", TOTAL) == ["TTTT"]
    assert found("DOSSIER_SYNC", "TTTT", "ONLINE_SERVICE") == ["DOSSIER_SYNC", "TTTT", "ONLINE_SERVICE"]


@given(units=st.integers(0, 60), wrong=st.integers(0, 60))
def test_the_same_figures_twice_are_never_a_break(units: int, wrong: int) -> None:
    same = compared("DOSSIER_SYNC", units, wrong)
    assert find_breaks(same, same, RULES) == ()
