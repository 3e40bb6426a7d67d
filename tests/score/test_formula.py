"""The one formula: points of an indicator from its count."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from figure_builders import published_metrics, read_table
from hypothesis import given
from hypothesis import strategies as st

from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.figures import Count
from bochiso.score.formula import formula, points, points_from_rate

QD766 = load_rules("qd766")
scored = st.sampled_from([i for i in QD766.indicators if i.scored and i.arithmetic == "exact"])
payment = st.sampled_from([i for i in QD766.indicators if i.arithmetic == "portal"])
wholes = st.integers(0, 10**9)
decimals = st.decimals(0, 10**9, places=6)
numbers = wholes | decimals
above_zero = numbers.filter(bool)


def earned(rule: Indicator, numerator: object, denominator: object) -> Decimal:
    """The formula as the index states it, in fractions."""
    rate = Fraction(numerator) / Fraction(denominator)  # type: ignore[arg-type, call-overload]
    exact = Fraction(rule.points) * min(Fraction(1), rate / Fraction(rule.target or 1))
    return Decimal(int(exact * 100 + Fraction(1, 2))).scaleb(-2)


@pytest.mark.parametrize(
    "row", read_table("metrics-2026.csv"), ids=lambda row: f"{row['unit']}-{row['indicator']}"
)
def test_a_published_indicator_is_recomputed_exactly(row: dict[str, str], qd766: RuleSet) -> None:
    rule = qd766.indicator[row["indicator"]]
    assert points(rule, int(row["numerator"]), int(row["denominator"])) == Decimal(row["score"])


def test_the_published_table_covers_the_indicators_of_four_groups(qd766: RuleSet) -> None:
    groups = {qd766.indicator[code].group for unit in published_metrics() for code in unit.counts}
    assert groups == {"CKMB", "TDGQ", "MDHL", "MDSH"}


@pytest.mark.parametrize(
    ("percent", "code", "expected"),
    [
        (8575, "PAYMENT_DOSSIERS", "5.14"),
        (9325, "PAYMENT_DOSSIERS", "5.59"),
        (9575, "PAYMENT_DOSSIERS", "5.75"),
        (2340, "PAYMENT_PROCEDURES", "0.58"),
    ],
)
def test_the_portals_ties_in_payment_fall_as_binary_numbers_do(
    qd766: RuleSet, percent: int, code: str, expected: str
) -> None:
    assert points(qd766.indicator[code], percent, 10_000) == Decimal(expected)


@given(payment, st.integers(0, 10**6), st.integers(1, 10**6))
def test_payment_is_scored_from_the_rate_that_is_printed(
    rule: Indicator, numerator: int, denominator: int
) -> None:
    cent = Decimal("0.01")
    printed = (Decimal(numerator) * 100 / Decimal(denominator)).quantize(cent, ROUND_HALF_UP)
    binary = Decimal(float(printed) * float(rule.points) / float((rule.target or 1) * 100))
    found = min(binary.quantize(cent, ROUND_HALF_UP), rule.points)
    assert points(rule, numerator, denominator) == found


@given(payment, st.integers(1, 3000))
def test_points_of_payment_never_fall_as_more_is_paid(rule: Indicator, denominator: int) -> None:
    earned = [points(rule, n, denominator) or Decimal(0) for n in range(denominator + 1)]
    assert earned == sorted(earned)
    assert (earned[0], earned[-1]) == (0, rule.points)


@pytest.mark.parametrize(
    ("code", "numerator", "denominator", "expected"),
    [
        ("ONLINE_PROVISION", 31 + 21, 89, "1.46"),
        ("ONLINE_WITH_DOSSIERS", 516, 1884, "1.10"),
        ("ONLINE_FILING", 589_496, 597_894, "6.00"),
        ("ONLINE_PROVISION", 31 + 21, 56, "2.00"),
        ("ONLINE_WITH_DOSSIERS", 406, 1968, "0.83"),
        ("ONLINE_FILING", 150_956, 152_595, "6.00"),
    ],
)
def test_phu_tho_earns_for_online_services_what_the_portal_published(
    qd766: RuleSet, code: str, numerator: int, denominator: int, expected: str
) -> None:
    assert points(qd766.indicator[code], numerator, denominator) == Decimal(expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("RESOLVED_ON_TIME", 0),
        ("PAYMENT_DOSSIERS", 0),
        ("DOSSIER_RECEIVING_SATISFACTION", 0),
        ("PETITION_PROCESSING_ON_TIME", 6),
        ("PETITION_HANDLING_SATISFACTION", 6),
        ("ELECTRONIC_CERTIFIED_COPY", 2),
    ],
)
def test_an_empty_denominator_earns_what_the_rules_say(qd766: RuleSet, code: str, expected: int) -> None:
    assert points(qd766.indicator[code], 0, 0) == expected
    assert formula(qd766.indicator[code])(Count(None, 0)) == expected


def test_null_zero_and_empty_are_three_things(qd766: RuleSet) -> None:
    earn = formula(qd766.indicator["PETITION_PROCESSING_ON_TIME"])
    assert earn(Count(None, None)) is None
    assert earn(Count(0, 5)) == 0
    assert earn(Count(0, 0)) == 6


def test_half_a_count_is_not_measured(qd766: RuleSet) -> None:
    for code in ("RESOLVED_ON_TIME", "ELECTRONIC_CERTIFIED_COPY"):
        earn = formula(qd766.indicator[code])
        assert earn(Count(5, None)) is None
        assert earn(Count(None, 5)) is None


def test_certified_copies_without_figures_earn_their_points_as_the_portal_publishes_them(
    qd766: RuleSet,
) -> None:
    earn = formula(qd766.indicator["ELECTRONIC_CERTIFIED_COPY"])
    assert earn(Count(None, None)) == 2
    assert earn(Count(None, None, published=Decimal("1.2"))) == Decimal("1.20")


def test_an_indicator_that_is_only_shown_earns_neither_points_nor_zero(qd766: RuleSet) -> None:
    earn = formula(qd766.indicator["PETITION_CLASSIFICATION_STAFF"])
    for count in (Count(), Count(3, 8), Count(0, 0), Count(published=Decimal(0))):
        assert earn(count) is None


def test_points_without_counts_are_taken_as_published(qd766: RuleSet) -> None:
    earn = formula(qd766.indicator["RESOLVED_ON_TIME"])
    assert earn(Count(published=Decimal("19.470000"))) == Decimal("19.47")
    assert earn(Count(1, 2, published=Decimal("19.47"))) == 10


def test_digitisation_earns_all_its_points_at_the_target_that_the_set_states(
    qd766: RuleSet, target80: RuleSet
) -> None:
    code = "SO_HOA_GIAY_TO_GIAI_QUYET"
    assert [points(rules.indicator[code], 4, 5) for rules in (qd766, target80)] == [Decimal("3.20"), 4]
    assert [points(rules.indicator[code], 2, 5) for rules in (qd766, target80)] == [Decimal("1.60"), 2]


@pytest.mark.parametrize(
    ("code", "numerator", "denominator", "expected"),
    [
        ("PUBLIC_CONTENT_FULL", 1, 400, "0.01"),  # 0.005 exactly
        ("PUBLIC_CONTENT_FULL", 3, 400, "0.02"),  # 0.015
        ("RESOLVED_ON_TIME", 1, 4000, "0.01"),
        ("RESOLVED_ON_TIME", 3999, 4000, "20.00"),  # 19.995
        ("ONLINE_FILING", 1, 800, "0.02"),  # 6 × 2 / 800 = 0.015
        ("ONLINE_PROVISION", 1, 500, "0.01"),  # 2 / 0.8 / 500 = 0.005
        ("DOSSIER_RECEIVING_SATISFACTION", 3, 4000, "0.01"),  # 6 / 0.9 × 3 / 4000 = 0.005
        ("PUBLIC_CONTENT_FULL", 999_999, 400_000_000, "0.00"),  # a little less than a tie
    ],
)
def test_a_tie_is_rounded_half_up(
    qd766: RuleSet, code: str, numerator: int, denominator: int, expected: str
) -> None:
    assert points(qd766.indicator[code], numerator, denominator) == Decimal(expected)


def test_decimal_counts_are_exact_however_long_they_are(qd766: RuleSet) -> None:
    earn = formula(qd766.indicator["RESOLVED_ON_TIME"])
    assert earn(Count(Decimal("2541.5"), Decimal("2618.25"))) == Decimal("19.41")
    below = Decimal("0.00024999999999999999999999999999999999")
    assert earn(Count(below, 1)) == 0
    assert earn(Count(Decimal("0.00025"), Decimal(1))) == Decimal("0.01")


def test_a_count_below_zero_earns_nothing(qd766: RuleSet) -> None:
    earn = formula(qd766.indicator["PETITION_HANDLING_SATISFACTION"])
    assert earn(Count(-3, 8)) == 0
    assert earn(Count(Decimal("-0.5"), 8)) == 0


@given(scored, numbers, above_zero)
def test_the_whole_number_formula_equals_the_stated_one(
    rule: Indicator, numerator: int | Decimal, denominator: int | Decimal
) -> None:
    assert formula(rule)(Count(numerator, denominator)) == earned(rule, numerator, denominator)


@given(scored, numbers, numbers, above_zero)
def test_more_in_the_numerator_never_earns_less(
    rule: Indicator, a: int | Decimal, b: int | Decimal, denominator: int | Decimal
) -> None:
    less, more = sorted((a, b))
    low, high = (formula(rule)(Count(numerator, denominator)) for numerator in (less, more))
    assert low is not None
    assert high is not None
    assert low <= high


@given(scored, st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3), above_zero)
def test_points_stay_between_zero_and_the_maximum_with_two_decimals(
    rule: Indicator, numerator: int | Decimal, denominator: int | Decimal
) -> None:
    found = formula(rule)(Count(numerator, denominator))
    assert found is not None
    assert 0 <= found <= rule.points
    assert found.as_tuple().exponent == -2


@given(scored, wholes, wholes.filter(bool), st.integers(2, 1000))
def test_only_the_rate_counts(rule: Indicator, numerator: int, denominator: int, times: int) -> None:
    earn = formula(rule)
    assert earn(Count(numerator, denominator)) == earn(Count(numerator * times, denominator * times))


def test_three_quarters_of_digitisation_are_sixteen_and_a_half_points() -> None:
    assert points_from_rate(Decimal(75), Decimal(22)) == Decimal("16.5")
    assert points_from_rate(Decimal("75.000000"), Decimal(22)).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("rate", "most", "expected"),
    [("0", 18, "0"), ("100", 18, "18"), ("104.5", 18, "18"), ("-2", 18, "0"), ("62.525", 20, "12.51")],
)
def test_points_of_a_rate_stay_within_the_group(rate: str, most: int, expected: str) -> None:
    assert points_from_rate(Decimal(rate), Decimal(most)) == Decimal(expected)
