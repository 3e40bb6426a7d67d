"""The simulated portal's figures: they hold together, and are the same for the same seed and day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import tries

from bochiso.errors import ComputeError
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.score.figures import UnitFigures
from bochiso.score.recomputation import check_scores
from bochiso.score.scoring import score_units
from bochiso.simulate.portal_figures import BORROWED, UNREPORTED, PortalFigures, simulate_portal
from bochiso.units.model import Level, Unit

RULES = load_rules("qd766")
DAY = date(2026, 10, 6)
FIGURES = simulate_portal("H15", 1, DAY)
INHERITED = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL")


def everyone(figures: PortalFigures) -> list[UnitFigures]:
    return [*figures.provinces, *figures.units]


def test_dak_lak_has_14_departments_and_102_communes_among_34_provinces() -> None:
    levels = [each.unit.level for each in FIGURES.units]
    assert (levels.count(Level.DEPARTMENT), levels.count(Level.COMMUNE)) == (14, 102)
    assert len({each.unit.code for each in everyone(FIGURES)}) == 34 + 116
    assert len({each.unit.name for each in FIGURES.units}) == 116
    assert FIGURES.province.unit.name == "UBND tỉnh Đắk Lắk"
    assert "UBND xã Ea Drăng" in {each.unit.name for each in FIGURES.units}


def test_names_are_those_of_the_day() -> None:
    before = simulate_portal("H49", 1, date(2026, 8, 31))
    assert before.province.unit.name == "UBND tỉnh Quảng Ninh"
    after = before.on(date(2026, 9, 1))
    assert after.province.unit.name == "UBND Thành phố Quảng Ninh"
    assert after.units[11].unit.name == "Thanh tra thành phố - thành phố Quảng Ninh"


def test_an_abolished_province_is_refused() -> None:
    with pytest.raises(
        ComputeError, match=r"there is no province H45 on 2026-10-06\. Write a code such as H15"
    ):
        simulate_portal("H45", 1, DAY)


def test_the_size_is_that_of_the_real_province() -> None:
    received = FIGURES.province.counts["RESOLVED_ON_TIME"].denominator
    assert received is not None
    assert 250_000 < received < 600_000


@settings(max_examples=tries(12, 5), deadline=None)
@given(
    province=st.sampled_from(["H15", "H21", "H26", "H57"]),
    seed=st.integers(0, 10**6),
    day=st.dates(date(2025, 7, 1), date(2027, 12, 31)),
)
def test_recomputed_points_are_the_published_ones_whatever_the_seed(
    province: str, seed: int, day: date
) -> None:
    figures = simulate_portal(province, seed, day)
    verdict = check_scores(score_units(everyone(figures), RULES))
    assert verdict.differences == []
    assert len(verdict.compared) > 3000
    for each in everyone(figures):
        assert each.total == sum(each.points.values(), Decimal(0))
        for count in each.counts.values():
            if count.denominator is not None:
                assert count.numerator is not None
                assert 0 <= count.numerator <= count.denominator


def test_the_same_seed_and_day_give_the_same_figures() -> None:
    assert simulate_portal("H15", 1, DAY) == FIGURES
    assert FIGURES.on(DAY + timedelta(days=1)).on(DAY) == FIGURES
    assert simulate_portal("H15", 2, DAY).units != FIGURES.units


def test_a_day_later_counts_have_grown_a_little() -> None:
    later = FIGURES.on(DAY + timedelta(days=1))
    changed = 0
    for old, new in zip(FIGURES.units, later.units, strict=True):
        assert old.total is not None
        assert new.total is not None
        changed += old.total != new.total
        before, after = old.counts["RESOLVED_ON_TIME"], new.counts["RESOLVED_ON_TIME"]
        assert before.numerator is not None
        assert after.numerator is not None
        assert before.numerator <= after.numerator
    assert 20 < changed < 117
    assert FIGURES.province.total != FIGURES.on(DAY + timedelta(days=7)).province.total


def test_the_months_of_a_quarter_add_up_to_it() -> None:
    def received(period: str) -> int:
        count = FIGURES.over(parse_period(period)).province.counts["RESOLVED_ON_TIME"]
        return int(count.denominator or 0)

    assert received("2026-07") + received("2026-08") + received("2026-09") == received("2026-Q3")
    assert received("2026-07-01..2026-07-10") + received("2026-07-11..2026-09-30") == received("2026-Q3")


def test_a_period_to_come_has_counted_nothing() -> None:
    count = FIGURES.over(parse_period("2026-12")).province.counts["RESOLVED_ON_TIME"]
    assert (count.numerator, count.denominator, count.published) == (0, 0, Decimal(0))


def test_units_inherit_the_provinces_publication_figures() -> None:
    own = [FIGURES.province.counts[code] for code in INHERITED]
    for each in FIGURES.units:
        assert [each.counts[code] for code in INHERITED] == own


def test_certified_copies_are_null_and_earn_two_points() -> None:
    for each in FIGURES.units:
        copies = each.counts["ELECTRONIC_CERTIFIED_COPY"]
        assert (copies.numerator, copies.denominator, copies.published) == (None, None, Decimal(2))


def test_what_a_province_counts_of_dossiers_is_the_sum_of_its_units() -> None:
    units = sum(int(each.counts["PAYMENT_DOSSIERS"].denominator or 0) for each in FIGURES.units)
    assert units == FIGURES.province.counts["PAYMENT_DOSSIERS"].denominator


def test_the_odd_cases_of_reality_are_there() -> None:
    feeless = [each for each in FIGURES.units if each.counts["PAYMENT_DOSSIERS"].denominator == 0]
    tiny = [each for each in FIGURES.units if (each.counts["RESOLVED_ON_TIME"].denominator or 0) <= 6]
    sync = [each.counts["DOSSIER_SYNC"] for each in FIGURES.units]
    assert all(each.points["TTTT"] < 4 for each in feeless)
    assert sum(each.counts["PAYMENT_PROCEDURES"].denominator == 0 for each in FIGURES.units) == 4
    assert 3 <= len(feeless) <= 8
    assert 2 <= len(tiny) <= 3
    assert 3 <= sum(count.quality == BORROWED for count in sync) <= 4
    (unreported,) = [count for count in sync if count.quality == UNREPORTED]
    assert (unreported.numerator, unreported.denominator, unreported.published) == (None, None, Decimal(0))


def test_recorded_provinces_are_published_as_recorded_and_recorded_units_named_so() -> None:
    boxes = {
        "CKMB": "11.46",
        "TDGQ": "17.67",
        "CLGQ": "8.88",
        "TTTT": "6.36",
        "MDHL": "14.25",
        "MDSH": "9.64",
    }
    dong_thap = UnitFigures(
        Unit("H20", "UBND tỉnh Đồng Tháp", Level.PROVINCE),
        points={code: Decimal(points) for code, points in boxes.items()},
        total=Decimal("68.26"),
    )
    van_canh = UnitFigures(Unit("H21.227", "UBND xã Vân Canh", Level.COMMUNE, "H21"), total=Decimal("75.45"))
    figures = simulate_portal("H21", 1, DAY, recorded=[dong_thap, van_canh])
    assert dong_thap in figures.provinces
    assert len(figures.provinces) == 34
    assert [each.unit for each in figures.units] == [van_canh.unit]
    assert figures.units[0].counts["RESOLVED_ON_TIME"] == figures.province.counts["RESOLVED_ON_TIME"]
