"""A whole scale that changes shows in totals and groups: all units move together, or a group is empty."""

from datetime import date
from decimal import Decimal

import pytest
from figure_builders import BOXES, commune, figures, published_provinces, totals

from bochiso.rules.loader import load_rules
from bochiso.score.changes import LevelComparison, compare_levels
from bochiso.score.figures import TOTAL, UnitFigures
from bochiso.score.ranking import LevelStandings, rank_units
from bochiso.score.scoring import score_units
from bochiso.score.shifts import find_empty, find_shifts
from bochiso.text import Lang
from bochiso.units.model import Level

QD766 = load_rules("qd766")
POINTS = dict(zip(BOXES, ("12", "17", "8", "6", "14", "10"), strict=True))


def standings(units: list[UnitFigures], level: Level) -> LevelStandings:
    return rank_units(score_units(units, QD766), QD766).levels[level]


def compared(before: list[UnitFigures], after: list[UnitFigures], level: Level) -> LevelComparison:
    days = date(2026, 9, 17), date(2026, 10, 6)
    return compare_levels(standings(before, level), standings(after, level), QD766, *days)


def communes(**other: str) -> list[UnitFigures]:
    return [figures(commune(f"H15.{n}"), points=POINTS | other) for n in range(101, 111)]


def test_three_weeks_of_the_real_provinces_are_no_change_of_the_scale() -> None:
    found = compared(published_provinces("2026-09-17"), published_provinces("2026-10-06"), Level.PROVINCE)
    assert list(find_shifts(found)) == []
    assert list(find_empty(found.after)) == []


def test_totals_that_all_fall_together_are_told() -> None:
    was = totals(Level.PROVINCE, *(f"{90 + n / 10}" for n in range(10)))
    now = totals(Level.PROVINCE, *(f"{61 + n / 10}" for n in range(10)))
    (shift,) = find_shifts(compared(was, now, Level.PROVINCE))
    assert (shift.code, shift.moved, shift.compared, shift.middle) == (TOTAL, 10, 10, -29)
    assert (
        shift.sentence(QD766)
        .render(Lang.VI)
        .startswith(
            "Chú ý: tổng điểm của 10/10 đơn vị cấp “Tỉnh, thành phố” cùng giảm, mức giữa 29,00 điểm; "
        )
    )


def test_a_group_that_alone_moves_everywhere_is_named() -> None:
    (shift,) = find_shifts(compared(communes(), communes(TTTT="8"), Level.COMMUNE))
    assert (shift.code, shift.middle) == ("TTTT", Decimal(2))


@pytest.mark.parametrize("others", [2, 8])
def test_units_that_go_different_ways_do_not_move_together(others: int) -> None:
    now = communes(TTTT="8")[:-others] + communes(TTTT="5")[-others:]
    assert list(find_shifts(compared(communes(), now, Level.COMMUNE))) == []


def test_few_units_or_a_small_step_are_chance() -> None:
    few = communes()[:4], communes(TTTT="8")[:4]
    assert list(find_shifts(compared(*few, Level.COMMUNE))) == []
    assert list(find_shifts(compared(communes(), communes(TTTT="6.4"), Level.COMMUNE))) == []


def test_a_group_that_is_0_for_every_unit_is_told() -> None:
    (empty,) = find_empty(standings(communes(TTTT="0"), Level.COMMUNE))
    assert (empty.code, empty.units) == ("TTTT", 10)
    assert (
        empty.sentence(QD766)
        .render(Lang.VI)
        .startswith(
            "Chú ý: điểm nhóm “Thanh toán trực tuyến” bằng 0 ở cả 10 đơn vị cấp “Xã, phường, đặc khu”"
        )
    )
    one = [*communes(TTTT="0"), figures(commune("H15.200"), points=POINTS)]
    assert list(find_empty(standings(one, Level.COMMUNE))) == []
