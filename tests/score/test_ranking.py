"""Ranks, grades, their counts and the means of each level."""

from decimal import Decimal

import pytest
from figure_builders import (
    commune,
    department,
    figures,
    province,
    published_provinces,
    published_units,
    totals,
)
from hypothesis import given
from hypothesis import strategies as st

from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import UnitFigures
from bochiso.score.ranking import LevelStandings, Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level

QD766 = load_rules("qd766")


def ranked(figures: list[UnitFigures], rules: RuleSet = QD766) -> Standings:
    return rank_units(score_units(figures, rules), rules)


def places(level: LevelStandings) -> list[tuple[str, int | None]]:
    return [(row.score.unit.code, row.rank) for row in level.rows]


def test_equal_totals_share_a_rank_and_the_next_one_is_skipped() -> None:
    level = ranked(totals(Level.COMMUNE, "71.42", "88", "71.42", "60.10")).levels[Level.COMMUNE]
    assert places(level) == [("H15.2", 1), ("H15.1", 2), ("H15.3", 2), ("H15.4", 4)]
    assert {row.of for row in level.rows} == {4}


def test_totals_that_are_written_differently_are_equal() -> None:
    level = ranked(totals(Level.COMMUNE, "71.4", "71.40", "71.400000")).levels[Level.COMMUNE]
    assert [row.rank for row in level.rows] == [1, 1, 1]


def test_among_equals_the_order_is_that_of_their_codes_as_people_number_them() -> None:
    codes = ["H21.227", "H21.17", "H21.2"]
    level = ranked([figures(commune(code), total="70") for code in codes]).levels[Level.COMMUNE]
    assert places(level) == [("H21.2", 1), ("H21.17", 1), ("H21.227", 1)]


def test_each_province_s_units_are_ranked_apart() -> None:
    points = {"H21.1": "70", "H15.1": "60", "H15.2": "65", "H21.2": "80"}
    standings = ranked(
        [figures(commune(code, parent=code[:3]), total=total) for code, total in points.items()]
    )
    assert [each.province for each in standings.tables] == ["H15", "H21"]
    assert places(standings.level(Level.COMMUNE, "H15")) == [("H15.2", 1), ("H15.1", 2)]
    assert places(standings.level(Level.COMMUNE, "H21")) == [("H21.2", 1), ("H21.1", 2)]
    assert {row.of for row in standings.rows} == {2}
    assert standings.within("H21").levels == {Level.COMMUNE: standings.level(Level.COMMUNE, "H21")}
    assert not standings.level(Level.DEPARTMENT, "H15").rows
    with pytest.raises(ValueError, match="several provinces"):
        _ = standings.levels


def test_each_level_is_ranked_apart() -> None:
    standings = ranked(
        [
            figures(commune("H15.101"), total="70"),
            figures(department("H15.01"), total="60"),
            figures(province(), total="88.72"),
            figures(commune("H15.102"), total="80"),
            figures(department("H15.02"), total="90"),
        ]
    )
    assert list(standings.levels) == [Level.PROVINCE, Level.DEPARTMENT, Level.COMMUNE]
    assert places(standings.levels[Level.DEPARTMENT]) == [("H15.02", 1), ("H15.01", 2)]
    assert places(standings.levels[Level.COMMUNE]) == [("H15.102", 1), ("H15.101", 2)]
    assert [row.score.unit.code for row in standings.rows] == [
        *("H15", "H15.02", "H15.01", "H15.102", "H15.101")
    ]


def test_an_incomplete_unit_is_shown_last_without_rank_or_grade_and_not_counted() -> None:
    lacking = figures(commune("H15.100"), points={"TDGQ": "20"})
    level = ranked([lacking, *totals(Level.COMMUNE, "70", "80")]).levels[Level.COMMUNE]
    assert places(level) == [("H15.2", 1), ("H15.1", 2), ("H15.100", None)]
    last = level.rows[-1]
    assert (last.grade, last.of, level.ranked) == (None, 2, 2)
    assert sum(level.grade_counts.values()) == 2
    assert level.mean == 75


def test_a_level_without_a_complete_unit_has_no_mean() -> None:
    level = ranked([figures(commune())]).levels[Level.COMMUNE]
    assert (level.mean, level.means, level.ranked) == (None, {}, 0)
    assert set(level.grade_counts.values()) == {0}


def test_a_standing_is_found_by_its_code() -> None:
    standings = ranked([*totals(Level.COMMUNE, "70", "80"), figures(province(), total="88.72")])
    found = standings.find("H15.1")
    assert found is not None
    assert (found.rank, found.of) == (2, 2)
    assert standings.find("H99") is None


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "Xuất sắc"),
        ("90", "Xuất sắc"),
        ("89.99", "Tốt"),
        ("80", "Tốt"),
        ("79.99", "Khá"),
        ("70", "Khá"),
        ("69.99", "Trung bình"),
        ("50", "Trung bình"),
        ("49.99", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_a_grade_includes_its_lower_bound(total: str, grade: str) -> None:
    row = ranked(totals(Level.COMMUNE, total)).rows[0]
    assert row.grade is not None
    assert row.grade.names.vi == grade


@pytest.mark.parametrize(
    ("level", "counts"),
    [
        (Level.DEPARTMENT, [0, 2, 4, 11, 0]),  # Đồng Nai, second quarter of 2024: 17, 11 and 170 units
        (Level.DISTRICT, [0, 0, 2, 9, 0]),
        (Level.COMMUNE, [0, 0, 18, 150, 2]),
        (Level.DEPARTMENT, [10, 3, 0, 1, 0]),  # Đắk Lắk, November 2025: 14 and 102 units
        (Level.COMMUNE, [87, 15, 0, 0, 0]),
    ],
)
def test_grades_are_counted_as_the_provinces_report_them(level: Level, counts: list[int]) -> None:
    within = ["93.5", "84.25", "75", "61.8", "42"]
    written = [total for total, count in zip(within, counts, strict=True) for _ in range(count)]
    found = ranked(totals(level, *written)).levels[level]
    assert list(found.grade_counts) == ["EXCELLENT", "GOOD", "FAIR", "AVERAGE", "WEAK"]
    assert list(found.grade_counts.values()) == counts
    assert found.ranked == sum(counts)


def test_the_means_are_rounded_half_up_to_the_hundredth() -> None:
    first, second = {"TDGQ": "19.01"}, {"TDGQ": "19.02"}
    units = [figures(commune(), points=first), figures(commune("H15.102"), points=second)]
    level = ranked([*units, *totals(Level.COMMUNE, "70", "70.01")]).levels[Level.COMMUNE]
    assert level.mean == Decimal("70.01")
    assert level.means == {}  # boxes of ranked units only


def test_the_real_provinces_are_ranked_as_published() -> None:
    level = ranked(published_provinces("2026-10-06")).levels[Level.PROVINCE]
    assert level.ranked == 34
    assert level.rows[0].score.unit.code == "H20"
    assert level.mean == Decimal("61.88")  # 61.875 exactly
    assert level.means["MDHL"] > level.means["TTTT"]
    gia_lai = next(row for row in level.rows if row.score.unit.code == "H21")
    assert gia_lai.rank == 4


def test_the_real_units_of_gia_lai_have_their_grades_and_ties() -> None:
    standings = ranked(published_units("2026-10-07"))
    departments, communes = standings.levels[Level.DEPARTMENT], standings.levels[Level.COMMUNE]
    assert list(departments.grade_counts.values()) == [0, 0, 4, 7, 3]
    assert list(communes.grade_counts.values()) == [0, 0, 85, 50, 0]
    assert (departments.mean, communes.mean) == (Decimal("60.08"), Decimal("69.34"))
    ranks = [row.rank for row in communes.rows]
    assert len(set(ranks)) < len(ranks)


hundredths = st.integers(0, 10_000).map(lambda n: str(Decimal(n).scaleb(-2)))


@given(st.lists(hundredths, min_size=1, max_size=40))
def test_a_rank_is_one_more_than_the_number_of_better_units(written: list[str]) -> None:
    level = ranked(totals(Level.COMMUNE, *written)).levels[Level.COMMUNE]
    values = [Decimal(each) for each in written]
    for row in level.rows:
        total = row.score.total
        assert total is not None
        assert row.rank == 1 + sum(each > total for each in values)
        assert row.grade == QD766.grade(total)
    assert sum(level.grade_counts.values()) == level.ranked == len(written)
    assert level.mean is not None
    assert min(values) <= level.mean <= max(values)


@given(st.permutations(published_units("2026-10-02")[:30] + totals(Level.COMMUNE, "71.37", "60")))
def test_the_order_of_rows_does_not_change_the_standings(shuffled: list[UnitFigures]) -> None:
    straight = published_units("2026-10-02")[:30] + totals(Level.COMMUNE, "71.37", "60")
    assert ranked(shuffled) == ranked(straight)
