"""From the figures of a unit to its boxes and total, and on what they stand."""

from decimal import Decimal

import pytest
from figure_builders import (
    BOXES,
    INHERITED,
    commune,
    department,
    every_count,
    figures,
    measured,
    province,
    published_metrics,
    published_payment,
    published_provinces,
    published_units,
    read_table,
)
from hypothesis import given
from hypothesis import strategies as st

from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import TOTAL, Count, UnitFigures
from bochiso.score.scoring import Basis, ScoredUnit, score_units
from bochiso.units.model import Level, Unit

QD766 = load_rules("qd766")
PETITIONS_EMPTY = {
    "PETITION_PROCESSING_ON_TIME": Count(0, 0),
    "PETITION_HANDLING_SATISFACTION": Count(0, 0),
}
DAK_LAK_2025 = {"CKMB": "14.53", "TDGQ": "18.62", "MDSH": "20.1", "ONLINE_SERVICE": "17.94", "MDHL": "17.53"}
DAK_LAK_2024 = {"CKMB": "11.4", "TDGQ": "19.3", "CLGQ": "5.8", "TTTT": "2.7", "MDHL": "18.0", "MDSH": "15.5"}


def score(one: UnitFigures, rules: RuleSet) -> ScoredUnit:
    return score_units([one], rules)[0]


def box(found: ScoredUnit, code: str) -> Decimal | None:
    return next(each.points for each in found.boxes if each.code == code)


# Measured: counts to indicators, boxes and the total.


def test_the_payment_box_of_every_published_unit_is_recomputed_exactly(qd766: RuleSet) -> None:
    scores = score_units(published_payment(), qd766)
    assert len(scores) == 11
    found = {each.unit.code: box(each, "TTTT") for each in scores}
    assert found == {row["unit"]: Decimal(row["score"]) for row in read_table("payment-2026.csv")}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([(52, 89), (516, 1884), (589_496, 597_894)], "8.56"),
        ([(52, 56), (406, 1968), (150_956, 152_595)], "8.83"),
    ],
)
def test_the_online_box_of_phu_tho_is_the_published_one(
    qd766: RuleSet, counts: list[tuple[int, int]], expected: str
) -> None:
    codes = ("ONLINE_PROVISION", "ONLINE_WITH_DOSSIERS", "ONLINE_FILING")
    given_counts = {code: Count(*each) for code, each in zip(codes, counts, strict=True)}
    assert box(score(figures(province("H44"), given_counts), qd766), "CLGQ") == Decimal(expected)


def test_boxes_are_sums_of_rounded_indicators_and_the_total_the_sum_of_boxes(qd766: RuleSet) -> None:
    found = score(figures(province(), every_count(qd766, 1, 3)), qd766)
    assert {each.code: each.points for each in found.boxes} == {
        "CKMB": Decimal("6.00"),  # 2.00 + 1.33 + 0.67 + 2.00
        "TDGQ": Decimal("6.67"),
        "CLGQ": Decimal("6.16"),  # 0.83 + 1.33 + 4.00
        "TTTT": Decimal("3.66"),  # 0.83 + 0.83 + 2.00
        "MDHL": Decimal("6.22"),  # 2.00 + 2.00 + 2.22
        "MDSH": Decimal("7.50"),  # 2.00 + 1.33 + 0.83 + 1.33 + 0.67 + 0.67 + 0.67
    }
    assert found.total == Decimal("36.21")
    assert found.basis is Basis.MEASURED


def test_everything_done_is_a_hundred_points_and_nothing_done_is_none(qd766: RuleSet) -> None:
    assert score(figures(province(), every_count(qd766, 7, 7)), qd766).total == 100
    assert score(figures(province(), every_count(qd766, 0, 7)), qd766).total == 0


def test_a_unit_without_petitions_has_their_points_and_one_without_dossiers_has_nothing(
    qd766: RuleSet,
) -> None:
    counts = every_count(qd766, 0, 0)
    found = score(figures(province(), counts), qd766)
    assert box(found, "MDHL") == 12
    assert box(found, "MDSH") == 2  # certified copies
    assert found.total == 14


def test_the_written_target_of_digitisation_changes_that_indicator_alone(
    qd766: RuleSet, target80: RuleSet
) -> None:
    counts = every_count(qd766, 3, 5)
    ours, theirs = (score(figures(province(), counts), rules) for rules in (qd766, target80))
    assert (box(ours, "MDSH"), box(theirs, "MDSH")) == (Decimal("13.50"), Decimal("14.10"))
    assert ours.boxes[:5] == theirs.boxes[:5]


def test_the_five_groups_of_the_decision_add_up_to_the_same_total(
    qd766: RuleSet, five_groups: RuleSet
) -> None:
    one = figures(province(), every_count(qd766, 5, 9))
    six, five = score(one, qd766), score(one, five_groups)
    assert [each.code for each in five.boxes] == ["CKMB", "TDGQ", "MDSH", "ONLINE_SERVICE", "MDHL"]
    assert five.total == six.total
    assert box(five, "ONLINE_SERVICE") == (box(six, "CLGQ") or 0) + (box(six, "TTTT") or 0)
    assert five.basis is Basis.MEASURED


def test_an_indicator_that_is_only_shown_is_kept_and_changes_no_points(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    plain = score(figures(province(), counts), qd766)
    shown = score(figures(province(), counts | {"PETITION_CLASSIFICATION_STAFF": Count(2, 7)}), qd766)
    assert shown.total == plain.total
    assert [(i.rule.code, i.points) for i in shown.indicators if not i.rule.scored] == [
        ("PETITION_CLASSIFICATION_STAFF", None)
    ]


def test_an_indicator_that_the_rules_do_not_know_changes_nothing(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    assert score(figures(province(), counts | {"OLD_ONE": Count(1, 2)}), qd766) == score(
        figures(province(), counts), qd766
    )


def test_the_rate_is_numerator_over_denominator_and_none_where_there_is_none(qd766: RuleSet) -> None:
    counts = every_count(qd766) | {"RESOLVED_ON_TIME": Count(0, 0), "DOSSIER_SYNC": Count(None, 4)}
    rates = {i.rule.code: i.rate for i in score(figures(province(), counts), qd766).indicators}
    assert rates["ONLINE_FILING"] == Decimal("0.75")
    assert rates["RESOLVED_ON_TIME"] is None
    assert rates["DOSSIER_SYNC"] is None


# From rates, points, bare totals, and mixtures.


def test_departments_are_scored_from_rates_as_the_offices_do(five_groups: RuleSet) -> None:
    rates = {"CKMB": "80", "TDGQ": "99.5", "MDSH": "75", "ONLINE_SERVICE": "62.5", "MDHL": "100"}
    found = score(figures(department(), rates=rates), five_groups)
    assert box(found, "MDSH") == Decimal("16.5")
    assert found.total == Decimal("14.40") + Decimal("19.90") + Decimal("16.50") + Decimal("13.75") + 18
    assert found.basis is Basis.RATES


@pytest.mark.parametrize("rules", ["qd766", "qd766-five-groups"])
def test_dak_laks_88_72_is_the_sum_of_its_five_groups(rules: str) -> None:
    found = score(figures(province(), points=DAK_LAK_2025, total="88.72"), load_rules(rules))
    assert found.total == Decimal("88.72")
    assert found.basis is Basis.POINTS
    assert found.rounding is None
    assert {each.code: each.points for each in found.boxes} == {
        code: Decimal(points) for code, points in DAK_LAK_2025.items()
    }
    assert sum(each.max_points for each in found.boxes) == 100


def test_two_online_boxes_make_the_one_group_of_the_decision(five_groups: RuleSet) -> None:
    points = {"CKMB": "11.46", "TDGQ": "17.67", "CLGQ": "8.88", "TTTT": "6.36", "MDHL": "14.25"}
    found = score(figures(province("H20"), points=points | {"MDSH": "9.64"}), five_groups)
    assert box(found, "ONLINE_SERVICE") == Decimal("15.24")
    assert found.total == Decimal("68.26")
    without = score(figures(province("H20"), points={"CLGQ": "8.88"}), five_groups)
    assert box(without, "ONLINE_SERVICE") is None


def test_two_online_boxes_are_kept_apart_where_both_are_known_beside_their_sum(qd766: RuleSet) -> None:
    points = dict(DAK_LAK_2024) | {"ONLINE_SERVICE": "8.5"}
    found = score(figures(province(), points=points), qd766)
    assert [each.code for each in found.boxes] == list(BOXES)
    assert found.total == Decimal("72.7")


@pytest.mark.parametrize("rules", ["qd766", "qd766-five-groups"])
def test_72_7_against_a_published_72_78_is_the_sources_own_rounding(rules: str) -> None:
    found = score(figures(province(), points=DAK_LAK_2024, total="72.78"), load_rules(rules))
    assert found.total == Decimal("72.78")
    assert found.rounding == Decimal("0.08")
    assert sum(each.points or 0 for each in found.boxes) == Decimal("72.70")


def test_a_total_further_off_than_rounding_allows_is_not_explained_by_it(qd766: RuleSet) -> None:
    found = score(figures(province(), points=DAK_LAK_2024, total="73.01"), qd766)
    assert (found.total, found.rounding, found.gap) == (Decimal("73.01"), None, Decimal("0.31"))
    torn = {"CKMB": "11.79", "TDGQ": "19.97", "CLGQ": "6.72", "TTTT": "8.51", "MDHL": "18.0", "MDSH": "14.16"}
    found = score(figures(department("H21.17"), points=torn, total="79.09"), qd766)
    assert (found.total, found.summed, found.rounding) == (Decimal("79.09"), Decimal("79.15"), None)


def test_a_bare_total_is_taken_as_published(qd766: RuleSet) -> None:
    found = score(figures(commune(), total="91.250000"), qd766)
    assert (found.total, found.basis) == (Decimal("91.25"), Basis.TOTAL)
    assert str(found.total) == "91.25"
    assert found.missing == BOXES
    assert found.complete


def test_departments_with_rates_and_communes_with_totals_go_together(five_groups: RuleSet) -> None:
    rates = dict.fromkeys(five_groups.boxes, "90")
    first, second = score_units(
        [figures(department(), rates=rates), figures(commune(), total="87.4")], five_groups
    )
    assert (first.total, first.basis) == (90, Basis.RATES)
    assert (second.total, second.basis) == (Decimal("87.4"), Basis.TOTAL)


def test_the_most_direct_figure_of_a_box_is_used_and_the_basis_is_the_least_direct(qd766: RuleSet) -> None:
    counts = {code: count for code, count in every_count(qd766).items() if code.startswith("PAYMENT")}
    points = dict.fromkeys(BOXES, "1.5")
    found = score(figures(department(), counts, rates={"MDSH": "50", "TTTT": "1"}, points=points), qd766)
    basis = {each.code: each.basis for each in found.boxes}
    assert basis["TTTT"] is Basis.MEASURED
    assert basis["MDSH"] is Basis.RATES
    assert basis["TDGQ"] is Basis.POINTS
    assert found.basis is Basis.POINTS


def test_a_box_of_indicators_with_published_points_alone_stands_on_points(qd766: RuleSet) -> None:
    codes = [i.code for i in qd766.in_group["TTTT"]]
    counts = {code: Count(published=Decimal("1.25")) for code in codes}
    found = score(figures(department(), counts), qd766)
    assert [(each.points, each.basis) for each in found.boxes if each.code == "TTTT"] == [
        (Decimal("3.75"), Basis.POINTS)
    ]


def test_certified_copies_without_counts_leave_digitisation_measured(qd766: RuleSet) -> None:
    copies = {"ELECTRONIC_CERTIFIED_COPY": Count(None, None, Decimal(2))}
    found = score(figures(province(), every_count(qd766, 4, 4) | copies), qd766)
    assert (found.total, found.basis) == (100, Basis.MEASURED)


def test_one_row_may_give_a_group_both_a_rate_and_points(qd766: RuleSet) -> None:
    one = UnitFigures(department())
    one.set_figure("MDSH", None, None, Decimal(75), Decimal("16.4"), None, groups=qd766.group)
    one.set_figure("TDGQ", None, None, None, Decimal("19.97"), None, groups=qd766.group)
    one.set_figure(
        "RESOLVED_ON_TIME", Decimal("653.000000"), Decimal("654.5"), None, None, "số tạm", groups=()
    )
    one.set_figure(TOTAL, None, None, None, Decimal(80), None, groups=qd766.group)
    assert one.rates == {"MDSH": 75}
    assert one.points == {"MDSH": Decimal("16.4"), "TDGQ": Decimal("19.97")}
    assert one.counts == {"RESOLVED_ON_TIME": Count(653, Decimal("654.5"), None, "số tạm")}
    assert isinstance(one.counts["RESOLVED_ON_TIME"].numerator, int)
    assert one.total == 80


# Published snapshots.


@pytest.mark.parametrize("day", ["2026-09-17", "2026-10-06"])
def test_every_province_has_its_published_total(qd766: RuleSet, day: str) -> None:
    published = published_provinces(day)
    assert len(published) == 34
    for one, found in zip(published, score_units(published, qd766), strict=True):
        assert (found.unit, found.total, found.rounding) == (one.unit, one.total, None)


def test_every_unit_of_gia_lai_has_its_published_total_by_either_set(
    qd766: RuleSet, five_groups: RuleSet
) -> None:
    published = published_units("2026-10-07")
    for rules in (qd766, five_groups):
        assert [each.total for each in score_units(published, rules)] == [each.total for each in published]


def test_a_department_with_nothing_to_pay_has_zero_for_payment_and_is_complete(qd766: RuleSet) -> None:
    scores = score_units(published_units("2026-10-07"), qd766)
    inspectorate = next(each for each in scores if each.unit.code == "H21.20")
    assert [box(inspectorate, code) for code in ("TDGQ", "CLGQ", "TTTT")] == [0, 0, 0]
    assert inspectorate.complete


# Inheritance from the province.


def without(counts: dict[str, Count], *codes: str) -> dict[str, Count]:
    return {code: count for code, count in counts.items() if code not in codes}


def test_a_unit_takes_from_its_province_what_only_the_province_has(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    above = counts | dict.fromkeys(INHERITED, Count(45, 52))
    scores = score_units(
        [
            figures(commune(), without(counts, *INHERITED)),
            figures(department(), without(counts, *INHERITED)),
            figures(province(), above),
            figures(commune("H21.227", parent="H21"), without(counts, *INHERITED)),
        ],
        qd766,
    )
    for found in scores[:2]:
        inherited = {i.rule.code: i for i in found.indicators if i.inherited_from}
        assert set(inherited) == set(INHERITED)
        assert inherited["PUBLIC_UPDATE_ON_TIME"].points == Decimal("3.46")
        assert inherited["PUBLIC_UPDATE_ON_TIME"].inherited_from == "H15"
        assert box(found, "CKMB") == box(scores[2], "CKMB")
    assert not [i for i in scores[2].indicators if i.inherited_from]
    assert box(scores[3], "CKMB") is None


def test_a_units_own_figure_wins_over_the_provinces(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    own = counts | {
        "PUBLISH_ON_TIME": Count(1, 47),
        "PUBLIC_UPDATE_ON_TIME": Count(None, None, quality="không có dữ liệu"),
    }
    found = score_units([figures(province(), counts), figures(department(), own)], qd766)[1]
    indicators = {i.rule.code: i for i in found.indicators}
    assert indicators["PUBLISH_ON_TIME"].points == Decimal("0.13")
    assert indicators["PUBLISH_ON_TIME"].inherited_from is None
    assert indicators["PUBLIC_UPDATE_ON_TIME"].inherited_from == "H15"


def test_nothing_else_is_inherited(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    lacking = without(counts, "DOSSIER_SYNC")
    found = score_units([figures(province(), counts), figures(commune(), lacking)], qd766)[1]
    assert found.missing == ("CKMB",)
    assert found.total is None


def test_a_unit_whose_province_is_not_there_is_incomplete(qd766: RuleSet) -> None:
    found = score(figures(commune(), without(every_count(qd766), *INHERITED)), qd766)
    assert (found.total, found.basis, found.missing) == (None, None, ("CKMB",))


def test_a_province_without_the_figure_has_none_to_pass_on(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    above = counts | {"PUBLISH_ON_TIME": Count(None, None)}
    one = figures(commune(), without(counts, "PUBLISH_ON_TIME"))
    found = score_units([figures(province(), above), one], qd766)[1]
    assert found.missing == ("CKMB",)
    assert "PUBLISH_ON_TIME" not in {i.rule.code for i in found.indicators}


def test_a_commune_of_before_july_2025_inherits_over_its_district(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    district = Unit("H15.30", "UBND huyện Ea H'leo", Level.DISTRICT, "H15")
    below = figures(commune("H15.30.01", parent="H15.30"), without(counts, *INHERITED))
    scores = score_units([below, figures(district, total="65"), figures(province(), counts)], qd766)
    assert scores[0].total == scores[2].total
    assert {i.inherited_from for i in scores[0].indicators} == {None, "H15"}


def test_a_unit_does_not_inherit_from_a_department_or_from_itself(qd766: RuleSet) -> None:
    counts = every_count(qd766)
    below = figures(department("H15.01.02", parent="H15.01"), without(counts, *INHERITED))
    own = figures(department("H15.03", parent="H15.03"), without(counts, *INHERITED))
    scores = score_units([figures(department(), counts), below, own], qd766)
    assert [each.complete for each in scores] == [True, False, False]


def test_a_commune_with_a_bare_total_keeps_it_beside_a_measured_province(qd766: RuleSet) -> None:
    shown = {"PETITION_CLASSIFICATION_TTHC": Count(1, 2), "RESOLVED_ON_TIME": Count(None, None)}
    scores = score_units(
        [
            figures(province(), every_count(qd766)),
            figures(commune(), total="91.2"),
            figures(commune("H15.102"), shown, total="88"),
        ],
        qd766,
    )
    assert [(each.total, each.basis) for each in scores[1:]] == [
        (Decimal("91.2"), Basis.TOTAL),
        (88, Basis.TOTAL),
    ]
    assert scores[1].indicators == ()


# Incomplete units.


def test_a_unit_that_lacks_one_group_has_the_total_that_the_source_published(qd766: RuleSet) -> None:
    points = without_box(DAK_LAK_2024, "TTTT")
    found = score(figures(province(), points=points, total="72.78"), qd766)
    assert (found.total, found.basis, found.missing) == (Decimal("72.78"), Basis.TOTAL, ("TTTT",))
    assert (found.published_total, found.summed) == (Decimal("72.78"), None)
    assert box(found, "TDGQ") == Decimal("19.3")


def test_a_set_that_recomputes_gives_no_total_to_a_unit_that_lacks_one_group(target80: RuleSet) -> None:
    points = without_box(DAK_LAK_2024, "TTTT")
    found = score(figures(province(), points=points, total="72.78"), target80)
    assert (found.total, found.complete, found.published_total) == (None, False, Decimal("72.78"))


def without_box(points: dict[str, str], code: str) -> dict[str, str]:
    return {each: value for each, value in points.items() if each != code}


def test_units_with_some_published_indicators_are_incomplete_and_say_which_boxes_lack(qd766: RuleSet) -> None:
    missing = {each.unit.code: each.missing for each in score_units(published_metrics(), qd766)}
    assert missing["H20"] == ("CLGQ", "TTTT", "MDSH")
    assert missing["H21.17"] == ("CKMB", "CLGQ", "TTTT", "MDSH")
    assert missing["H21.125"] == ("CKMB", "CLGQ", "TTTT", "MDHL", "MDSH")


def test_one_indicator_without_figures_leaves_its_box_unknown_not_zero(qd766: RuleSet) -> None:
    counts = every_count(qd766) | {"REUSED_DIGITIZED_DATA": Count(None, None)}
    found = score(figures(province(), counts), qd766)
    assert found.missing == ("MDSH",)
    assert [i.points for i in found.indicators if i.rule.code == "REUSED_DIGITIZED_DATA"] == [None]


def test_a_unit_without_any_figure_is_kept(qd766: RuleSet) -> None:
    found = score(figures(commune()), qd766)
    assert (found.total, found.basis, found.missing, found.indicators) == (None, None, BOXES, ())


# Properties.


@given(measured(QD766, province()))
def test_a_total_is_between_zero_and_a_hundred_and_the_sum_of_its_parts(one: UnitFigures) -> None:
    found = score(one, QD766)
    assert found.total is not None
    assert 0 <= found.total <= 100
    assert found.total == sum(each.points or 0 for each in found.boxes)
    assert found.total == sum(each.points or 0 for each in found.indicators)
    assert all(0 <= (each.points or 0) <= each.max_points for each in found.boxes)


@given(measured(QD766, province()), st.data())
def test_one_more_done_never_lowers_the_total(one: UnitFigures, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(one.counts)))
    count = one.counts[code]
    more = one.counts | {code: Count((count.numerator or 0) + 1, count.denominator)}
    before, after = score(one, QD766).total, score(UnitFigures(one.unit, more), QD766).total
    assert before is not None
    assert after is not None
    assert before <= after


@given(st.permutations(published_units("2026-10-07")[:20]))
def test_the_order_of_units_does_not_change_their_scores(shuffled: list[UnitFigures]) -> None:
    straight = {each.unit.code: each for each in score_units(published_units("2026-10-07")[:20], QD766)}
    assert {each.unit.code: each for each in score_units(shuffled, QD766)} == straight


@given(measured(QD766, province()), st.randoms())
def test_the_order_of_figures_does_not_change_a_score(one: UnitFigures, random: object) -> None:
    shuffled = list(one.counts.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(UnitFigures(one.unit, dict(shuffled)), QD766) == score(one, QD766)
