"""Why a unit has its total, and what moved it between two snapshots."""

from decimal import Decimal

from figure_builders import (
    BOXES,
    INHERITED,
    commune,
    every_count,
    figures,
    measured,
    province,
    published_metrics,
    published_payment,
    published_provinces,
    published_units,
)
from hypothesis import given
from hypothesis import strategies as st

from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import ROUNDING, Cause, explain, split_change
from bochiso.score.figures import TOTAL, Count, UnitFigures
from bochiso.score.scoring import ScoredUnit, score_units

QD766 = load_rules("qd766")
SIX = {"CKMB": "11.4", "TDGQ": "19.3", "CLGQ": "5.8", "TTTT": "2.7", "MDHL": "18.0", "MDSH": "15.5"}


def score(one: UnitFigures, rules: RuleSet = QD766) -> ScoredUnit:
    return score_units([one], rules)[0]


def split(before: UnitFigures, after: UnitFigures, rules: RuleSet = QD766) -> list[tuple[str, Decimal]]:
    causes = split_change(score(before, rules), score(after, rules), rules)
    return [(cause.code, cause.change) for cause in causes]


# One snapshot.


def test_the_greatest_loss_stands_first() -> None:
    dong_thap = next(score(each) for each in published_metrics() if each.unit.code == "H20")
    lines = [line for line in explain(dong_thap, QD766) if line.lost is not None]
    assert [(line.code, line.points, line.lost) for line in lines[:3]] == [
        ("PUBLISH_ON_TIME", 0, 6),
        ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", Decimal("0.02"), Decimal("3.98")),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", Decimal("0.95"), Decimal("3.05")),
    ]
    lost = [line.lost for line in lines if line.lost is not None]
    assert lost == sorted(lost, reverse=True)


def test_a_line_has_counts_rate_and_target() -> None:
    phu_tho = score(published_payment()[0])
    line = next(line for line in explain(phu_tho, QD766) if line.code == "PAYMENT_INTEGRATED")
    assert line.indicator is not None
    assert (line.indicator.count.numerator, line.indicator.count.denominator) == (68, 313)
    assert line.indicator.rate is not None
    assert round(float(line.indicator.rate), 4) == 0.2173
    assert line.indicator.rule.target == Decimal("0.8")
    assert (line.points, line.max_points, line.lost) == (Decimal("0.54"), 2, Decimal("1.46"))


def test_losses_and_total_make_a_hundred() -> None:
    found = score(figures(province(), every_count(QD766, 5, 9)))
    lines = explain(found, QD766)
    assert len(lines) == 21
    assert sum(line.lost or 0 for line in lines) + (found.total or 0) == 100


def test_what_was_not_measured_stands_after_the_losses_and_what_is_only_shown_last() -> None:
    counts = every_count(QD766, 9, 10) | {
        "REUSED_DIGITIZED_DATA": Count(None, None),
        "PETITION_CLASSIFICATION_STAFF": Count(2, 7),
    }
    del counts["ONLINE_FILING"]
    lines = explain(score(figures(province(), counts)), QD766)
    assert [(line.code, line.points, line.max_points) for line in lines[-3:]] == [
        ("ONLINE_FILING", None, 6),
        ("REUSED_DIGITIZED_DATA", None, 2),
        ("PETITION_CLASSIFICATION_STAFF", None, 0),
    ]
    assert [line.lost for line in lines[-3:]] == [None, None, None]


def test_a_box_without_indicators_is_one_line() -> None:
    lines = explain(score(figures(province(), points=SIX, total="72.78")), QD766)
    assert [(line.code, line.lost) for line in lines] == [
        ("TTTT", Decimal("7.30")),
        ("CKMB", Decimal("6.60")),
        ("MDSH", Decimal("6.50")),
        ("CLGQ", Decimal("6.20")),
        ("TDGQ", Decimal("0.70")),
        ("MDHL", 0),
    ]
    assert all(line.indicator is None and not line.small for line in lines)


def test_a_bare_total_has_boxes_without_points() -> None:
    lines = explain(score(figures(commune(), total="91.2")), QD766)
    assert sorted(line.code for line in lines) == sorted(BOXES)
    assert {line.points for line in lines} == {None}


def test_a_rate_over_three_dossiers_or_fewer_is_marked_and_an_empty_one_is_not() -> None:
    sizes = {"ONLINE_FILING": 4, "RESOLVED_ON_TIME": 3, "DOSSIER_SYNC": 1, "PAYMENT_DOSSIERS": 0}
    counts = every_count(QD766, 9, 10) | {code: Count(0, size) for code, size in sizes.items()}
    lines = explain(score(figures(commune(), counts)), QD766)
    assert {line.code for line in lines if line.small} == {"RESOLVED_ON_TIME", "DOSSIER_SYNC"}


# Two snapshots.


def test_the_change_of_a_measured_unit_is_split_among_its_indicators() -> None:
    before = every_count(QD766, 3, 4)
    after = before | {"RESOLVED_ON_TIME": Count(9, 10), "PETITION_PROCESSING_ON_TIME": Count(0, 1)}
    parts = split(figures(commune(), before), figures(commune(), after))
    assert parts[:2] == [("PETITION_PROCESSING_ON_TIME", Decimal("-4.50")), ("RESOLVED_ON_TIME", 3)]
    assert {change for _, change in parts[2:]} == {0}


def test_equal_parts_stand_in_the_order_of_the_boxes() -> None:
    same = figures(commune(), every_count(QD766))
    in_order = [i.code for box in QD766.boxes for i in QD766.in_group[box] if i.scored]
    assert [code for code, _ in split(same, same)] == in_order


def test_gia_lais_three_points_come_from_these_boxes() -> None:
    before, after = (
        next(each for each in published_provinces(day) if each.unit.code == "H21")
        for day in ("2026-09-17", "2026-10-06")
    )
    parts = split(before, after)
    assert sum(change for _, change in parts) == Decimal("3.02")
    assert {code for code, _ in parts} == set(BOXES)
    assert abs(parts[0][1]) == max(abs(change) for _, change in parts)


def test_every_change_between_the_two_readings_of_gia_lai_is_split_to_the_hundredth() -> None:
    before = {each.unit.code: each for each in score_units(published_units("2026-10-02"), QD766)}
    for now in score_units(published_units("2026-10-07"), QD766):
        was = before[now.unit.code]
        assert was.total is not None
        assert now.total is not None
        assert sum(c.change for c in split_change(was, now, QD766)) == now.total - was.total


def test_what_a_source_rounded_away_is_a_part_of_its_own() -> None:
    before = figures(province(), points=SIX, total="72.78")
    after = figures(province(), points=SIX | {"TTTT": "3.9"}, total="73.95")
    assert split(before, after)[:2] == [("TTTT", Decimal("1.20")), (ROUNDING, Decimal("-0.03"))]
    assert sum(change for _, change in split(before, after)) == Decimal("1.17")
    causes = split_change(score(before), score(after), QD766)
    assert Cause(ROUNDING, Decimal("0.08"), Decimal("0.05")) in causes


def test_a_bare_total_is_one_part() -> None:
    bare, full = figures(commune(), total="70.5"), figures(commune(), every_count(QD766, 1, 1))
    assert split(bare, figures(commune(), total="71")) == [(TOTAL, Decimal("0.50"))]
    assert split(bare, full) == [(TOTAL, Decimal("29.50"))]
    assert split(full, bare) == [(TOTAL, Decimal("-29.50"))]


def test_a_box_measured_on_one_side_only_is_one_part() -> None:
    measured_one = figures(commune(), every_count(QD766, 1, 2))
    boxes = {box.code: str(box.points) for box in score(measured_one).boxes}
    published = figures(commune(), points=boxes | {"TDGQ": "13"})
    parts = split(measured_one, published)
    assert parts[0] == ("TDGQ", 3)
    assert {code for code, _ in parts} == set(BOXES)


def test_online_services_are_one_part_where_one_side_has_them_as_one_group() -> None:
    five = {"CKMB": "14.53", "TDGQ": "18.62", "MDSH": "20.1", "ONLINE_SERVICE": "17.94", "MDHL": "17.53"}
    parts = split(figures(province(), points=five), figures(province(), points=SIX))
    assert ("ONLINE_SERVICE", Decimal("-9.44")) in parts
    assert sum(change for _, change in parts) == Decimal("72.7") - Decimal("88.72")
    assert len(parts) == 5


def test_an_incomplete_unit_has_the_parts_that_both_sides_know() -> None:
    before = figures(commune(), points={"TDGQ": "18", "MDSH": "10"})
    after = figures(commune(), points={"TDGQ": "19.5", "MDHL": "18"})
    assert split(before, after) == [("TDGQ", Decimal("1.50"))]


def test_totals_by_sets_with_other_boxes_are_one_part() -> None:
    whole = QD766.groups[0].model_copy(update={"code": "ALL", "points": Decimal(100)})
    fields = {name: getattr(QD766, name) for name in RuleSet.model_fields}
    other = RuleSet(**fields | {"boxes": ("ALL",), "groups": (whole,), "indicators": ()})
    before = score(figures(commune(), points={"ALL": "60"}), other)
    after = score(figures(commune(), every_count(QD766, 3, 4)))
    assert before.total is not None
    assert after.total is not None
    assert split_change(before, after, QD766) == [Cause(TOTAL, before.total, after.total)]


def test_totals_by_six_boxes_and_by_five_groups_are_split_into_indicators(five_groups: RuleSet) -> None:
    same = figures(commune(), every_count(QD766, 3, 4))
    parts = split_change(score(same), score(same, five_groups), five_groups)
    assert len(parts) == 21
    assert {part.change for part in parts} == {0}


def test_a_stricter_target_is_seen_in_its_own_indicator(target80: RuleSet) -> None:
    one = figures(commune(), every_count(QD766, 3, 5))
    first, *others = split_change(score(one, target80), score(one), QD766)
    assert (first.code, first.change) == ("SO_HOA_GIAY_TO_GIAI_QUYET", Decimal("-0.60"))
    assert {part.change for part in others} == {0}


units = measured(QD766, commune())
points = st.integers(0, 1000).map(lambda n: str(Decimal(n).scaleb(-2)))
boxes_only = st.builds(
    lambda values: figures(commune(), points=dict(zip(BOXES, values, strict=True))),
    st.lists(points, min_size=6, max_size=6),
)
bare = points.map(lambda total: figures(commune(), total=total))


@given(units | boxes_only | bare, units | boxes_only | bare)
def test_the_parts_always_add_up_to_the_change_of_the_total(before: UnitFigures, after: UnitFigures) -> None:
    was, now = score(before), score(after)
    assert was.total is not None
    assert now.total is not None
    causes = split_change(was, now, QD766)
    assert sum(cause.change for cause in causes) == now.total - was.total
    assert sum(cause.before for cause in causes) == was.total
    assert sum(cause.after for cause in causes) == now.total
    sizes = [abs(cause.change) for cause in causes]
    assert sizes == sorted(sizes, reverse=True)


@given(units, units)
def test_parts_add_up_for_a_unit_that_inherits(above: UnitFigures, below: UnitFigures) -> None:
    own = {code: count for code, count in below.counts.items() if code not in INHERITED}
    above = UnitFigures(province(), above.counts)
    was, now = (
        score_units([above, UnitFigures(commune(), counts)], QD766)[1] for counts in (below.counts, own)
    )
    assert now.total is not None
    assert was.total is not None
    causes = split_change(was, now, QD766)
    assert sum(cause.change for cause in causes) == now.total - was.total
    assert {cause.code for cause in causes if cause.change} <= set(INHERITED)
