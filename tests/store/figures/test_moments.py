"""Three moments: the day and period of the figures, when they were read, when they last changed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from reading_samples import COMMUNES, DEPARTMENTS, LATER, MORNING, answers, keep

from bochiso.store.figures.snapshot_store import rebuild
from bochiso.store.folder import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def moments(folder: DataFolder) -> list[tuple[str, int, int]]:
    """Of each snapshot: its day, and after how many hours it was read and last changed."""

    def hours(text: str) -> int:
        return (datetime.fromisoformat(text) - MORNING) // timedelta(hours=1)

    return [(a["as_of"][8:], hours(a["read_at"]), hours(a["changed_at"])) for a in answers(folder)]


def test_the_first_reading_is_when_figures_changed(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, hour=2)
    assert moments(folder) == [("07", 2, 2)]


def test_the_same_figures_read_again_the_next_day_did_not_change(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, DEPARTMENTS, day="2026-10-08", hour=24)
    assert moments(folder) == [("07", 0, 0), ("08", 24, 0)]


def test_one_changed_figure_moves_the_moment_of_change(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, LATER, day="2026-10-08", hour=24)
    keep(folder, LATER, day="2026-10-09", hour=48)
    assert moments(folder) == [("07", 0, 0), ("08", 24, 24), ("09", 48, 24)]


def test_a_figure_that_went_and_came_back_changed_twice(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, LATER, hour=1)
    keep(folder, DEPARTMENTS, hour=2)
    assert moments(folder) == [("07", 2, 2)]


def test_a_day_that_came_in_two_tables_did_not_change_by_coming_again(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, COMMUNES, hour=1)
    keep(folder, DEPARTMENTS, day="2026-10-08", hour=24)
    keep(folder, COMMUNES, day="2026-10-08", hour=25)
    assert moments(folder) == [("07", 1, 1), ("08", 25, 1)]


def test_figures_of_other_units_in_between_do_not_count(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, COMMUNES, day="2026-10-08", hour=24)
    keep(folder, DEPARTMENTS, day="2026-10-09", hour=48)
    assert moments(folder) == [("07", 0, 0), ("08", 24, 24), ("09", 48, 0)]


def test_figures_of_another_period_do_not_count(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, period="2026-10")
    keep(folder, DEPARTMENTS, day="2026-10-08", hour=24)
    assert moments(folder) == [("07", 0, 0), ("08", 24, 24)]


def test_an_earlier_day_that_is_brought_in_afterwards_does_not_make_a_later_one_younger(
    folder: DataFolder,
) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-08", hour=24)
    keep(folder, DEPARTMENTS, day="2026-10-07", hour=48)
    assert moments(folder) == [("07", 48, 48), ("08", 24, 24)]


def test_moments_survive_a_rebuild(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, LATER, day="2026-10-08", hour=24)
    keep(folder, COMMUNES, day="2026-10-08", hour=25)
    before = moments(folder)
    rebuild(folder)
    assert moments(folder) == before


def test_equal_figures_have_equal_fingerprints_and_others_others(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, DEPARTMENTS, day="2026-10-08")
    keep(folder, LATER, day="2026-10-09")
    one, two, three = (each["figures"] for each in answers(folder))
    assert one == two != three
