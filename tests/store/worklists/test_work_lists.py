"""Lists of work hold what indicators missed, item by item, and are worth what the unit lost."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from dossier_sending import settle
from hypothesis import given, settings
from hypothesis import strategies as st
from provinces import batches, made_up, moment
from thoroughness import THOROUGH, tries

from bochiso.followup.work_kinds import KIND_BY_SLUG, KIND_OF
from bochiso.periods import parse_period
from bochiso.report.xlsx.work_sheet import WorkSheet, work_rows
from bochiso.rules.loader import load_rules
from bochiso.score.scoring import score_units
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.live_scores import figures_of
from bochiso.store.measuring.measurement import measure, unit_tree
from bochiso.store.worklists.late_list import late_list
from bochiso.store.worklists.work_lists import (
    WorkAsked,
    WorkFilter,
    WorkOverview,
    work_list,
    work_overview,
)

RULES = load_rules("qd766")
CASES = {"one province": (1, ("H15",), 300), "two provinces": (5, ("H15", "H19"), 400)}
ASKED = [("2026-Q1", "2026-03-31"), ("2026-01-01..2026-06-30", "2026-04-15")]
UNITS = ("H15", "H15.24", "H15.30.01")[:: tries(1, 2)]


@pytest.fixture(scope="module", params=CASES if THOROUGH else ["two provinces"])
def facts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The facts of provinces made up by dice."""
    seed, provinces, count = CASES[request.param]
    folder = DataFolder(tmp_path_factory.mktemp("work") / "data")
    settle(folder, batches(made_up(seed, provinces, count, shared=True)))
    with open_dossiers(folder) as db:
        yield db


def overviews(db: duckdb.DuckDBPyConnection, period: str, day: str) -> Iterator[WorkOverview]:
    """The lists of a province, a department with others below it, and a commune."""
    for code in UNITS:
        yield work_overview(db, WorkAsked(code, parse_period(period), moment(day)), RULES)


@pytest.mark.parametrize(("period", "day"), ASKED)
def test_lists_and_what_has_none_come_to_what_the_unit_lost(
    facts: duckdb.DuckDBPyConnection, period: str, day: str
) -> None:
    for found in overviews(facts, period, day):
        unlisted = sum((each.lost for each in found.unlisted if each.lost is not None), Decimal(0))
        listed = sum((each.value.lost or Decimal(0) for each in found.lines if each.value), Decimal(0))
        assert listed + unlisted == found.lost
        for line in found.lines:
            if line.value is None or line.value.lost is None:
                continue
            assert line.value.each * line.items == (line.value.lost if line.items else 0)
            assert line.items or line.value.empty or not line.value.lost
            assert abs(line.value.rounding) <= Fraction(1, 100)


@pytest.mark.parametrize(("period", "day"), ASKED[:1])
def test_each_list_has_as_many_items_as_its_indicator_missed(
    facts: duckdb.DuckDBPyConnection, period: str, day: str
) -> None:
    seen = set()
    for found in overviews(facts, period, day):
        for line in found.lines:
            listed = work_list(facts, found.asked, line.kind, RULES)
            assert (line.kind.code, found.asked.unit, listed.total) == (
                line.kind.code,
                found.asked.unit,
                line.items,
            )
            assert sum(row["mendable"] for row in listed.rows) == line.mendable
            assert len({row["item"] for row in listed.rows}) == listed.total
            for groups in listed.groups.values():
                assert sum(each.items for each in groups) == listed.total
            if listed.total:
                seen.add(line.kind.code)
    assert len(seen) > 15


@pytest.mark.landing
@settings(max_examples=tries(3, 1), deadline=None)
@given(
    seed=st.integers(100, 100_000),
    provinces=st.sampled_from([("H15",), ("H15", "H19")]),
    count=st.integers(60, 200),
    asked=st.sampled_from([*ASKED, ("2026", "2026-06-30"), ("2026-02", "2026-02-10")]),
)
def test_the_rows_of_every_list_of_every_unit_of_any_province_add_up_to_the_points_of_its_page(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    provinces: tuple[str, ...],
    count: int,
    asked: tuple[str, str],
) -> None:
    folder = DataFolder(tmp_path_factory.mktemp("any") / "data")
    settle(folder, batches(made_up(seed, provinces, count, shared=True)))
    period, as_of = parse_period(asked[0]), moment(asked[1])
    with open_dossiers(folder) as db:
        units = list(unit_tree(db).units.values())
        scored = figures_of(units, measure(db, units, period, as_of, RULES, calendar_of(db)))
        for score in score_units(scored, RULES):
            points = {each.rule.code: each.points for each in score.indicators}
            overview = work_overview(db, WorkAsked(score.unit.code, period, as_of), RULES)
            for line in overview.lines:
                found = points.get(line.kind.code)
                if found is None or not line.items or not RULES.indicator[line.kind.code].scored:
                    continue
                listed = work_list(db, overview.asked, line.kind, RULES)
                sheet = WorkSheet(overview.asked, score.unit.name, listed, line.value)
                rows = [row["Số điểm"] for row in work_rows(sheet)]
                assert len(rows) == line.items
                lost = RULES.indicator[line.kind.code].points - found
                assert round(sum(rows, Decimal(0)), 2) == lost, (score.unit.code, line.kind.code)


def test_the_list_of_2_1_is_that_of_late_dossiers(facts: duckdb.DuckDBPyConnection) -> None:
    period, as_of = parse_period("2026"), moment("2026-06-10")
    listed = work_list(facts, WorkAsked("H15", period, as_of), KIND_BY_SLUG["2.1"], RULES)
    late = late_list(facts, unit_tree(facts).within("H15"), period, as_of, calendar_of(facts))
    assert {row["item"] for row in listed.rows} == {row["dossier"] for row in late.rows}
    assert {row["item"]: row["days"] for row in listed.rows} == {
        row["dossier"]: row["days_late"] for row in late.rows
    }


def test_a_part_of_a_list_is_what_was_asked_for(facts: duckdb.DuckDBPyConnection) -> None:
    asked = WorkAsked("H15", parse_period("2026"), moment("2026-06-10"))
    kind = KIND_OF["SO_HOA_GIAY_TO_GIAI_QUYET"]
    every = work_list(facts, asked, kind, RULES)
    for name in ("unit", "procedure", "field_name", "room", "why", "age"):
        for group in every.groups[name][: tries(1000, 3)]:
            some = work_list(facts, asked, kind, RULES, WorkFilter(**{name: group.key}))
            assert some.chosen == len(some.rows) == group.items
    size = max(1, every.total // 4)
    pages = [work_list(facts, asked, kind, RULES, part=(size, at)).rows for at in range(0, every.total, size)]
    assert [row for page in pages for row in page] == list(every.rows)
