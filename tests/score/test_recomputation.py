"""Recomputed points against those that the source published."""

from decimal import Decimal

import pytest
from figure_builders import (
    INHERITED,
    department,
    every_count,
    figures,
    province,
    published_dak_lak,
    published_metrics,
    published_payment,
    published_provinces,
    published_units,
)

from bochiso.rules.loader import load_rules
from bochiso.score.figures import TOTAL, Count, UnitFigures
from bochiso.score.recomputation import CheckResult, check_scores
from bochiso.score.scoring import score_units

QD766 = load_rules("qd766")


def check(*units: UnitFigures, rules: str = "qd766") -> CheckResult:
    return check_scores(score_units(units, load_rules(rules)))


def published(code: str, numerator: int, denominator: int, points: str) -> UnitFigures:
    return figures(department(), {code: Count(numerator, denominator, Decimal(points))})


def codes(verdict: CheckResult) -> list[str]:
    return [each.code for each in verdict.compared]


# The real tables.


@pytest.mark.parametrize("rules", ["qd766", "qd766-five-groups"])
def test_every_figure_of_dak_lak_is_found_again_to_the_hundredth(rules: str) -> None:
    verdict = check(*published_dak_lak(), rules=rules)
    assert sum(each.code == TOTAL for each in verdict.compared) == 117
    assert sum(each.code in QD766.indicator for each in verdict.compared) == 1_639
    assert {each.difference for each in verdict.compared} == {0}


def test_exact_fractions_miss_payment_boxes_by_a_hundredth() -> None:
    wrong = check(*published_dak_lak(), rules="qd766-exact").differences
    assert {each.code for each in wrong} == {"TTTT", TOTAL}
    assert {abs(each.difference) for each in wrong} == {Decimal("0.01")}
    assert [(each.published, each.computed) for each in wrong if each.unit.code == "H15.157"] == [
        (Decimal("7.46"), Decimal("7.45")), (Decimal("73.24"), Decimal("73.23")),
    ]  # fmt: skip


def test_no_published_indicator_differs_from_its_recomputation() -> None:
    verdict = check(*published_metrics())
    assert len(verdict.compared) == 53
    assert verdict.differences == []
    assert verdict.largest is not None
    assert verdict.largest.difference == 0


@pytest.mark.parametrize("rules", ["qd766", "qd766-five-groups"])
def test_no_published_payment_box_differs_from_its_recomputation(rules: str) -> None:
    verdict = check(*published_payment(), rules=rules)
    assert codes(verdict) == ["TTTT"] * 11
    assert verdict.differences == []


def test_the_totals_of_the_real_snapshots_are_the_sums_of_their_boxes() -> None:
    for units in (published_provinces("2026-10-06"), published_units("2026-10-07")):
        verdict = check(*units)
        assert set(codes(verdict)) == {TOTAL}
        assert len(verdict.compared) == len(units)
        assert verdict.differences == []


def test_the_written_target_disagrees_with_what_the_portal_published() -> None:
    verdict = check(*published_metrics(), rules="qd766-target80")
    assert {each.code for each in verdict.differences} == {"SO_HOA_GIAY_TO_GIAI_QUYET"}
    largest = verdict.differences[0]
    assert largest == verdict.largest
    assert (largest.unit.code, largest.published, largest.computed) == (
        "H21.227",
        Decimal("2.32"),
        Decimal("2.90"),
    )


# What is found.


def test_a_wrong_published_point_is_found() -> None:
    verdict = check(published("RESOLVED_ON_TIME", 653, 654, "19.96"))
    (found,) = verdict.differences
    assert (found.code, found.published, found.computed) == (
        "RESOLVED_ON_TIME",
        Decimal("19.96"),
        Decimal("19.97"),
    )
    assert found.difference == Decimal("-0.01")


@pytest.mark.parametrize(("points", "agrees"), [("19.97", True), ("19.970000", True), ("19.98", False)])
def test_a_hundredth_is_a_difference_of_an_indicator(points: str, agrees: bool) -> None:
    verdict = check(published("RESOLVED_ON_TIME", 653, 654, points))
    assert [each.agrees for each in verdict.compared] == [agrees]


@pytest.mark.parametrize(("points", "agrees"), [("6.67", True), ("6.66", False), ("6.68", False)])
def test_a_hundredth_is_a_difference_of_a_box(points: str, agrees: bool) -> None:
    phu_tho = published_payment()[0]
    phu_tho.points["TTTT"] = Decimal(points)
    assert [each.agrees for each in check(phu_tho).compared] == [agrees]


def test_differences_stand_largest_first() -> None:
    verdict = check(
        published("RESOLVED_ON_TIME", 1, 2, "10.02"),
        published("RESOLVED_ON_TIME", 1, 2, "3"),
        published("RESOLVED_ON_TIME", 1, 2, "10"),
        published("RESOLVED_ON_TIME", 1, 2, "11"),
    )
    assert [each.difference for each in verdict.differences] == [-7, 1, Decimal("0.02")]
    assert len(verdict.compared) == 4
    assert verdict.largest == verdict.differences[0]


def test_a_torn_total_is_found_and_the_sum_is_ours() -> None:
    torn = {"CKMB": "11.79", "TDGQ": "19.97", "CLGQ": "6.72", "TTTT": "8.51", "MDHL": "18.0", "MDSH": "14.16"}
    (found,) = check(figures(department("H21.17"), points=torn, total="79.09")).differences
    assert (found.code, found.published, found.computed) == (TOTAL, Decimal("79.09"), Decimal("79.15"))


@pytest.mark.parametrize("rules", ["qd766", "qd766-five-groups"])
def test_a_total_that_its_printed_boxes_explain_agrees(rules: str) -> None:
    six = {"CKMB": "11.4", "TDGQ": "19.3", "CLGQ": "5.8", "TTTT": "2.7", "MDHL": "18.0", "MDSH": "15.5"}
    verdict = check(figures(province(), points=six, total="72.78"), rules=rules)
    assert [(each.difference, each.agrees) for each in verdict.compared] == [(Decimal("0.08"), True)]


def test_a_group_is_checked_though_the_total_counts_it_otherwise() -> None:
    counts = every_count(QD766, 3, 5)
    one = figures(province(), counts, points={"ONLINE_SERVICE": "16", "TTTT": "6.60"})
    verdict = check(one)
    assert [(each.code, each.computed) for each in verdict.compared] == [
        ("TTTT", Decimal("6.60")),
        ("ONLINE_SERVICE", Decimal("16.50")),
    ]
    assert [each.code for each in verdict.differences] == ["ONLINE_SERVICE"]
    assert codes(check(one, rules="qd766-five-groups")) == ["ONLINE_SERVICE", "TTTT"]


def test_points_of_a_rate_are_checked_against_published_ones() -> None:
    one = figures(department(), rates={"MDSH": "75"}, points={"MDSH": "16.4"})
    assert [(each.code, each.difference) for each in check(one).differences] == [("MDSH", Decimal("-0.10"))]


def test_a_hundredth_is_a_difference_of_a_total() -> None:
    counts = every_count(QD766, 3, 5)
    ours = score_units([figures(province(), counts)], QD766)[0].total
    assert ours is not None
    for off, agrees in (("0.00", True), ("0.01", False)):
        (each,) = check(figures(province(), counts, total=str(ours + Decimal(off)))).compared
        assert (each.code, each.agrees) == (TOTAL, agrees)


# What there is nothing to compare with.


def test_points_without_counts_and_bare_totals_are_not_compared_with_themselves() -> None:
    verdict = check(
        figures(department(), {"RESOLVED_ON_TIME": Count(published=Decimal("19.97"))}),
        figures(department("H15.02"), points={"TDGQ": "19.97"}),
        figures(department("H15.03"), total="88.72"),
        figures(province(), {"ELECTRONIC_CERTIFIED_COPY": Count(None, None, Decimal(2))}),
    )
    assert verdict.compared == ()
    assert verdict.largest is None
    assert verdict.differences == []


def test_an_incomplete_unit_has_no_total_to_compare() -> None:
    assert check(figures(department(), points={"TDGQ": "19"}, total="75")).compared == ()


def test_what_units_inherit_is_compared_once_at_the_province() -> None:
    above = figures(province(), dict.fromkeys(INHERITED, Count(45, 52, Decimal("5.00"))))
    below = [
        figures(department(f"H15.{n:02d}"), {"DOSSIER_SYNC": Count(1, 1, Decimal(6))}) for n in range(1, 15)
    ]
    verdict = check(above, *below)
    assert len(verdict.compared) == 3 + 14
    assert {each.unit.code for each in verdict.differences} == {"H15"}


def test_an_empty_denominator_is_compared_too() -> None:
    verdict = check(
        published("PETITION_PROCESSING_ON_TIME", 0, 0, "6"), published("RESOLVED_ON_TIME", 0, 0, "20")
    )
    assert [each.agrees for each in verdict.compared] == [True, False]
