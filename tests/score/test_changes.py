"""What changed between two snapshots, and what can't be compared."""

from datetime import date
from decimal import Decimal

from figure_builders import (
    commune,
    every_count,
    figures,
    province,
    published_provinces,
    published_units,
    totals,
)

from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change, Fate, LevelComparison, compare_levels
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.ranking import LevelStandings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level, Unit

QD766 = load_rules("qd766")
SEPTEMBER, OCTOBER = date(2026, 9, 17), date(2026, 10, 6)


def standings(units: list[UnitFigures], level: Level, rules: RuleSet = QD766) -> LevelStandings:
    return rank_units(score_units(units, rules), rules).levels[level]


def compared(
    before: list[UnitFigures],
    after: list[UnitFigures],
    level: Level,
    days: tuple[date, date] = (SEPTEMBER, OCTOBER),
) -> LevelComparison:
    return compare_levels(standings(before, level), standings(after, level), QD766, *days)


def change(comparison: LevelComparison, code: str) -> Change:
    found = comparison.find(code)
    assert found is not None
    return found


# Real snapshots.


def provinces_of_autumn_2026() -> LevelComparison:
    return compared(published_provinces("2026-09-17"), published_provinces("2026-10-06"), Level.PROVINCE)


def test_gia_lai_rose_from_twelfth_to_fourth_with_three_points_more() -> None:
    found = change(provinces_of_autumn_2026(), "H21")
    assert found.before is not None
    assert found.after is not None
    assert (found.before.rank, found.after.rank, found.rank) == (12, 4, 8)
    assert found.total == Decimal("3.02")
    assert sum(found.boxes.values()) == found.total


def test_two_provinces_that_became_cities_are_the_same_units_under_new_names() -> None:
    comparison = provinces_of_autumn_2026()
    assert {each.code for each in comparison.of(Fate.RENAMED)} == {"H49", "H05"}
    assert change(comparison, "H49").total == Decimal("-0.21")
    assert change(comparison, "H05").total == Decimal("0.36")
    assert len(comparison.of(Fate.STAYED)) == 32
    assert comparison.of(Fate.APPEARED, Fate.VANISHED, Fate.MERGED) == []


def test_the_whole_level_is_compared_too() -> None:
    comparison = provinces_of_autumn_2026()
    assert comparison.mean == Decimal("0.33")  # 61.55 to 61.88
    assert set(comparison.grade_counts.values()) == {0}
    assert comparison.ranks_comparable
    assert comparison.same_population
    assert [each.code for each in comparison.changes] == [
        row.score.unit.code for row in comparison.after.rows
    ]


def test_one_petition_moves_a_small_commune_by_twelve_points_either_way() -> None:
    comparison = compared(published_units("2026-10-02"), published_units("2026-10-07"), Level.COMMUNE)
    gained, lost = change(comparison, "H21.194"), change(comparison, "H21.212")
    assert (gained.boxes["MDHL"], gained.total, gained.rank) == (12, Decimal("11.77"), 124 - 39)
    assert (lost.boxes["MDHL"], lost.total, lost.rank) == (-12, Decimal("-11.80"), 30 - 122)
    assert comparison.grade_counts["FAIR"] == -3
    assert comparison.grade_counts["AVERAGE"] == 3


# Units that come and go.


def test_a_unit_in_one_snapshot_only_appeared_or_vanished_and_has_no_change() -> None:
    before = [figures(commune("H15.1"), total="70"), figures(commune("H15.2"), total="80")]
    after = [figures(commune("H15.2"), total="81"), figures(commune("H15.3"), total="60")]
    comparison = compared(before, after, Level.COMMUNE)
    appeared, vanished = change(comparison, "H15.3"), change(comparison, "H15.1")
    assert (appeared.fate, appeared.total, appeared.rank, appeared.boxes) == (Fate.APPEARED, None, None, {})
    assert (vanished.fate, vanished.after, vanished.became) == (Fate.VANISHED, None, None)
    assert [each.code for each in comparison.changes] == ["H15.2", "H15.3", "H15.1"]
    assert comparison.find("H15.4") is None


def test_a_new_spelling_of_the_same_name_is_no_renaming() -> None:
    before = [figures(commune(name="UBND xã Hoà Phú"), total="70")]
    after = [figures(commune(name="UBND  xã Hòa Phú"), total="70")]
    assert change(compared(before, after, Level.COMMUNE), "H15.101").fate is Fate.STAYED


def test_the_provinces_of_63_and_of_34_are_compared_without_subtracting_ranks() -> None:
    before = [
        figures(province("H15"), total="72.78"),
        figures(province("H45", "UBND tỉnh Phú Yên"), total="75"),
    ]
    after = [figures(province("H15"), total="88.72")]
    days = (date(2024, 8, 5), date(2025, 11, 14))
    comparison = compared(before, after, Level.PROVINCE, days)
    assert not comparison.ranks_comparable
    assert not comparison.same_population
    dak_lak, phu_yen = change(comparison, "H15"), change(comparison, "H45")
    assert (dak_lak.total, dak_lak.rank) == (Decimal("15.94"), None)
    assert (phu_yen.fate, phu_yen.became, phu_yen.total) == (Fate.MERGED, "H15", None)


def test_ranks_of_both_sides_of_the_first_of_july_are_apart_and_of_one_side_not() -> None:
    before, after = totals(Level.PROVINCE, "70", "80"), totals(Level.PROVINCE, "81", "80")
    for days, comparable in (
        ((date(2025, 6, 30), date(2025, 7, 1)), False),
        ((date(2024, 1, 1), date(2025, 6, 30)), True),
        ((date(2025, 7, 1), date(2026, 11, 23)), True),
    ):
        comparison = compared(before, after, Level.PROVINCE, days)
        assert comparison.ranks_comparable is comparable
        assert change(comparison, "H15.1").rank == (1 if comparable else None)


def test_a_merged_province_whose_heir_is_not_there_only_vanished() -> None:
    before = [figures(province("H45", "UBND tỉnh Phú Yên"), total="75")]
    after = [figures(province("H21", "UBND tỉnh Gia Lai"), total="75")]
    comparison = compared(before, after, Level.PROVINCE, (date(2025, 6, 1), date(2025, 8, 1)))
    assert change(comparison, "H45").fate is Fate.VANISHED


# What is known on one side only.


def test_online_services_as_one_group_are_compared_with_the_sum_of_two_boxes() -> None:
    points = {"CKMB": "14.53", "TDGQ": "18.62", "MDSH": "20.1", "MDHL": "17.53"}
    before = [figures(province(), points=points | {"ONLINE_SERVICE": "17.94"})]
    after = [figures(province(), points=points | {"CLGQ": "10.5", "TTTT": "8"})]
    for first, second, sign in ((before, after, 1), (after, before, -1)):
        found = change(compared(first, second, Level.PROVINCE), "H15")
        assert found.boxes["ONLINE_SERVICE"] == sign * Decimal("0.56")
        assert found.total == sign * Decimal("0.56")
        assert not {"CLGQ", "TTTT"} & set(found.boxes)


def test_a_bare_total_changes_without_its_boxes() -> None:
    before = [figures(commune(), total="70")]
    after = [figures(commune(), every_count(QD766, 9, 10))]
    found = change(compared(before, after, Level.COMMUNE), "H15.101")
    assert found.total is not None
    assert (found.boxes, found.indicators) == ({}, {})


def test_an_incomplete_unit_has_changes_of_its_known_boxes_and_none_of_its_total() -> None:
    before = [figures(commune(), points={"TDGQ": "18", "MDSH": "10"}), *totals(Level.COMMUNE, "70")]
    after = [figures(commune(), points={"TDGQ": "19.5"}), *totals(Level.COMMUNE, "70")]
    found = change(compared(before, after, Level.COMMUNE), "H15.101")
    assert (found.total, found.rank, found.boxes) == (None, None, {"TDGQ": Decimal("1.5")})


def test_indicators_change_where_both_sides_know_them() -> None:
    before = {"RESOLVED_ON_TIME": Count(3, 4), "DOSSIER_SYNC": Count(1, 2), "ONLINE_FILING": Count()}
    after = {"RESOLVED_ON_TIME": Count(4, 5), "ONLINE_FILING": Count(1, 2)}
    shown = {"PETITION_CLASSIFICATION_STAFF": Count(1, 2)}
    comparison = compared(
        [figures(commune(), before | shown)], [figures(commune(), after | shown)], Level.COMMUNE
    )
    assert change(comparison, "H15.101").indicators == {"RESOLVED_ON_TIME": 1}


def test_no_unit_ranked_on_one_side_gives_no_change_of_the_mean() -> None:
    comparison = compared([figures(commune())], totals(Level.COMMUNE, "70"), Level.COMMUNE)
    assert comparison.mean is None


def test_the_country_of_old_and_new_is_compared_province_by_province() -> None:
    old = Unit("H08", "UBND tỉnh Bình Định", Level.PROVINCE)
    comparison = compared(
        [figures(old, total="70"), figures(province("H21", "UBND tỉnh Gia Lai"), total="65")],
        published_provinces("2026-10-06"),
        Level.PROVINCE,
        (date(2025, 6, 30), OCTOBER),
    )
    assert [(each.code, each.became) for each in comparison.of(Fate.MERGED)] == [("H08", "H21")]
    assert len(comparison.of(Fate.APPEARED)) == 33


def test_a_unit_alone_on_one_of_the_days_gained_and_lost_no_place() -> None:
    several, alone = published_provinces("2026-10-06"), published_provinces("2026-10-06")
    alone = [each for each in alone if each.unit.code == "H15"]
    assert change(compared(several, alone, Level.PROVINCE), "H15").rank is None
    assert change(compared(alone, several, Level.PROVINCE), "H15").rank is None
    assert change(compared(several, alone, Level.PROVINCE), "H15").total == 0
