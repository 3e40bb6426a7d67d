"""A unit's goal by kept figures: against whom, by which days, and what is expected at the period's end."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from reading_samples import keep

from bochiso.errors import ComputeError
from bochiso.followup.goals.aims import place_goal, total_goal
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.goal_view import GoalAsked, GoalView, goal_view

DAYS = ("2026-09-01", "2026-09-08", "2026-09-15", "2026-09-22")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Four communes; ours rises by 0.7 a week, the second place by 0.07."""
    found = DataFolder(tmp_path_factory.mktemp("goal") / "data")
    for n, day in enumerate(DAYS):
        totals = (80, Decimal("70") + n * Decimal("0.07"), Decimal("60") + n * Decimal("0.7"), 50)
        rows = [f"H15.10{k},UBND xã {k},commune,H15,{total}" for k, total in enumerate(totals)]
        keep(found, "\n".join(["unit,unit_name,level,parent,total", *rows, ""]), day=day)
    return found


def seen(folder: DataFolder, asked: GoalAsked) -> GoalView:
    with open_store(folder) as store:
        return goal_view(store, asked)


def test_the_place_and_the_unit_each_go_on_by_their_own_slope(folder: DataFolder) -> None:
    found = seen(folder, GoalAsked("H15.102", place_goal(2)))
    assert found.aim is not None
    assert (found.place, found.of, found.aim.needed, found.aim.short) == (
        3, 4, Decimal("70.21"), Decimal("8.11"),
    )  # fmt: skip
    assert found.own_end is not None
    assert found.needed_end is not None
    assert found.own_end.day == date(2026, 12, 31)
    assert found.own_end.total == Decimal("72.10")  # 62.10 and 0.1 a day for 100 days
    assert found.needed_end.total == Decimal("71.21")
    assert found.own_end.error is not None
    assert found.own_end.error.worst == 0


def test_an_older_day_is_forecast_from_what_was_known_by_then(folder: DataFolder) -> None:
    found = seen(folder, GoalAsked("H15.102", place_goal(2), as_of=DAYS[1]))
    assert found.own_end is None  # a week by then, and months to come
    assert found.own.snapshot.as_of == date(2026, 9, 8)


def test_a_goal_that_cannot_be_measured_says_why_and_shows_the_rest(folder: DataFolder) -> None:
    found = seen(folder, GoalAsked("H15.102", place_goal(10)))
    assert found.aim is None
    assert found.way is None
    assert found.problem is not None
    assert found.own_end is not None
    assert found.needed_end is None


def test_a_total_needs_no_peers_and_a_unit_must_be_known(folder: DataFolder) -> None:
    found = seen(folder, GoalAsked("H15.102", total_goal(Decimal(65))))
    assert found.aim is not None
    assert found.aim.short == Decimal("2.90")
    assert found.needed_end is None
    with pytest.raises(ComputeError, match="no figures of the unit"):
        seen(folder, GoalAsked("H99.1", place_goal(2)))


def test_days_that_rank_other_numbers_of_peers_tell_nothing_of_a_place(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    head = "unit,unit_name,level,parent,total\n"
    for day, extra in (("2026-09-01", ""), ("2026-10-02", "H15.3,UBND xã 3,commune,H15,90\n")):
        rows = "H15.1,UBND xã 1,commune,H15,60\nH15.2,UBND xã 2,commune,H15,70\n"
        keep(folder, head + rows + extra, day=day)
    found = seen(folder, GoalAsked("H15.1", place_goal(2)))
    assert found.own_end is not None
    assert found.needed_end is None
