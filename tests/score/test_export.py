"""Scores, rankings, explanations and checks as the plain objects that are promised."""

from datetime import date
from decimal import Decimal

from figure_builders import (
    commune,
    department,
    every_count,
    figures,
    province,
    published_metrics,
    published_provinces,
)

from bochiso.rules.loader import load_rules
from bochiso.score.changes import compare_levels
from bochiso.score.explanation import explain, split_change
from bochiso.score.export import (
    cause_object,
    change_object,
    indicator_row,
    loss_object,
    plain,
    ranking_row,
    standing_object,
    standing_row,
    verdict_object,
)
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.ranking import Standing, rank_units
from bochiso.score.recomputation import check_scores
from bochiso.score.scoring import score_units
from bochiso.text import Lang
from bochiso.units.model import Level

QD766 = load_rules("qd766")


def standing(one: UnitFigures) -> Standing:
    return rank_units(score_units([one], QD766), QD766).rows[0]


def test_a_ranked_unit_has_every_promised_key() -> None:
    dong_thap = next(each for each in published_provinces("2026-10-06") if each.unit.code == "H20")
    assert standing_object(standing(dong_thap), QD766, Lang.VI) == {
        "unit": "H20",
        "unit_name": "UBND tỉnh Đồng Tháp",
        "level": "province",
        "parent": None,
        "total": Decimal("68.26"),
        "grade": "Trung bình",
        "rank": 1,
        "of": 1,
        "out_of": Decimal(100),
        "basis": "points",
        "complete": True,
        "groups": {
            "CKMB": Decimal("11.46"),
            "TDGQ": Decimal("17.67"),
            "CLGQ": Decimal("8.88"),
            "TTTT": Decimal("6.36"),
            "MDHL": Decimal("14.25"),
            "MDSH": Decimal("9.64"),
        },
        "indicators": [],
        "notes": [],
    }
    assert standing_object(standing(dong_thap), QD766, Lang.EN)["grade"] == "Average"


def test_an_incomplete_unit_has_null_where_a_thing_was_not_measured() -> None:
    found = standing_object(standing(figures(commune(), points={"TDGQ": "0"})), QD766, Lang.VI)
    assert (found["total"], found["grade"], found["rank"], found["basis"]) == (None, None, None, None)
    assert found["complete"] is False
    assert found["groups"]["TDGQ"] == 0
    assert found["groups"]["MDSH"] is None
    assert len(found["notes"]) == 1


def test_an_indicator_has_its_counts_rate_target_and_published_points() -> None:
    dong_thap = score_units(published_metrics(), QD766)[0]
    found = {each.rule.code: plain(indicator_row(each)) for each in dong_thap.indicators}
    assert found["DOSSIER_RECEIVING_SATISFACTION"] == {
        "code": "DOSSIER_RECEIVING_SATISFACTION",
        "group": "MDHL",
        "numerator": 358522,
        "denominator": 405424,
        "rate": Decimal("0.884314"),
        "target": Decimal("0.9"),
        "points": Decimal("5.90"),
        "max_points": 6,
        "published": Decimal("5.90"),
        "inherited_from": None,
    }


def test_null_zero_and_empty_stay_apart_in_an_indicator() -> None:
    counts = {
        "RESOLVED_ON_TIME": Count(None, None),
        "DOSSIER_SYNC": Count(0, 4),
        "PETITION_PROCESSING_ON_TIME": Count(0, 0),
        "PETITION_CLASSIFICATION_STAFF": Count(0, 4),
    }
    score = score_units([figures(commune(), counts)], QD766)[0]
    found = {each.rule.code: plain(indicator_row(each)) for each in score.indicators}
    kept = {code: (one["numerator"], one["rate"], one["points"]) for code, one in found.items()}
    assert kept == {
        "RESOLVED_ON_TIME": (None, None, None),
        "DOSSIER_SYNC": (0, 0, 0),
        "PETITION_PROCESSING_ON_TIME": (0, None, 6),
        "PETITION_CLASSIFICATION_STAFF": (0, 0, None),
    }


def test_a_row_has_a_column_for_each_box_that_is_asked_for() -> None:
    one = standing(figures(department(), rates=dict.fromkeys(QD766.boxes, "75")))
    assert standing_row(one, ["MDSH", "ONLINE_SERVICE"], Lang.VI) == {
        "rank": 1,
        "of": 1,
        "unit": "H15.01",
        "unit_name": "Sở Nội vụ",
        "level": "department",
        "total": Decimal("75.00"),
        "grade": "Khá",
        "MDSH": Decimal("16.50"),
        "ONLINE_SERVICE": None,
    }


def test_a_row_of_a_ranking_is_what_each_table_chooses_its_columns_from() -> None:
    one = standing(figures(department(), rates=dict.fromkeys(QD766.boxes, "75")))
    whole, row = ranking_row(one, QD766.boxes, Lang.VI), standing_row(one, list(QD766.boxes), Lang.VI)
    assert whole.keys() - row.keys() == {"parent"}
    assert {key: whole[key] for key in row} == row


def test_a_change_has_both_sides() -> None:
    before, after = (
        rank_units(score_units(published_provinces(day), QD766), QD766).levels[Level.PROVINCE]
        for day in ("2026-09-17", "2026-10-06")
    )
    comparison = compare_levels(before, after, QD766, date(2026, 9, 17), date(2026, 10, 6))
    found = change_object(comparison.find("H49"))
    assert found is not None
    assert (found["fate"], found["total"], found["became"]) == ("renamed", Decimal("-0.21"), None)
    assert found["before"]["unit_name"] == "UBND tỉnh Quảng Ninh"
    assert found["before"]["total"] == Decimal("65.65")
    assert found["before"]["of"] == 34
    assert list(found["groups"]) == list(QD766.boxes)
    assert change_object(None) is None


def test_a_unit_that_appeared_has_no_before() -> None:
    level = rank_units(score_units([figures(commune(), total="70")], QD766), QD766).levels[Level.COMMUNE]
    other = rank_units(score_units([figures(commune("H15.9"), total="70")], QD766), QD766)
    days = date(2026, 9, 17), date(2026, 10, 6)
    found = change_object(compare_levels(other.levels[Level.COMMUNE], level, QD766, *days).find("H15.101"))
    assert found is not None
    assert (found["fate"], found["before"], found["total"], found["groups"]) == ("appeared", None, None, {})


def test_a_line_of_an_explanation_has_the_same_keys_for_a_box_and_an_indicator() -> None:
    counts = every_count(QD766, 1, 2)
    boxes = {code: "9" for code in QD766.boxes if code != "TDGQ"}
    score = score_units([figures(commune(), {"RESOLVED_ON_TIME": Count(1, 2)}, points=boxes)], QD766)[0]
    lines = {line.code: loss_object(line, QD766, Lang.VI) for line in explain(score, QD766)}
    assert lines["RESOLVED_ON_TIME"].keys() == lines["MDSH"].keys()
    assert lines["RESOLVED_ON_TIME"]["lost"] == 10
    assert lines["RESOLVED_ON_TIME"]["small"] is True
    assert (lines["MDSH"]["name"], lines["MDSH"]["numerator"]) == ("Số hóa hồ sơ", None)
    assert (lines["MDSH"]["points"], lines["MDSH"]["lost"]) == (9, 13)
    assert len(explain(score_units([figures(commune(), counts)], QD766)[0], QD766)) == 21


def test_a_cause_has_before_after_and_their_difference() -> None:
    before, after = score_units(
        [figures(province(), total="88.45"), figures(province(), total="88.72")], QD766
    )
    (cause,) = split_change(before, after, QD766)
    assert cause_object(cause) == {
        "code": "TOTAL",
        "before": Decimal("88.45"),
        "after": Decimal("88.72"),
        "change": Decimal("0.27"),
    }


def test_a_verdict_has_the_number_compared_the_largest_and_the_differences() -> None:
    right = verdict_object(check_scores(score_units(published_metrics(), QD766)))
    assert (right["compared"], right["differences"]) == (53, [])
    wrong = figures(department(), {"RESOLVED_ON_TIME": Count(653, 654, Decimal("19.960000"))})
    found = verdict_object(check_scores(score_units([wrong], QD766)))
    assert found["largest"] == found["differences"][0]
    assert {key: str(value) for key, value in found["largest"].items()} == {
        "unit": "H15.01",
        "unit_name": "Sở Nội vụ",
        "code": "RESOLVED_ON_TIME",
        "published": "19.96",
        "computed": "19.97",
        "difference": "-0.01",
    }
    assert verdict_object(check_scores([])) == {"compared": 0, "largest": None, "differences": []}
