"""One history of totals: page, table, chart and document show the same points."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from reading_samples import keep

from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.history import DAILY, histories, history

FIRST = date(2026, 6, 1)


def collected(folder: DataFolder, days: int) -> None:
    for n in range(days):
        day = (FIRST + timedelta(days=n)).isoformat()
        table = f"unit,unit_name,level,parent,total\nH21.17,Sở Y tế,department,H21,{60 + n / 100:.2f}\n"
        keep(folder, table, day=day)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Figures of a day more than is shown day by day, and of five more; only to be read."""
    folder = DataFolder(tmp_path_factory.mktemp("month") / "data")
    collected(folder, DAILY + 6)
    return folder


@pytest.mark.parametrize(("days", "points"), [(1, 1), (DAILY, DAILY), (DAILY + 6, 5)])
def test_every_day_is_shown_and_of_many_the_newest_of_each_week(
    month: DataFolder, days: int, points: int
) -> None:
    with open_store(month) as store:
        last = store.snapshots()[days - 1]
        found = history(store, "H21.17", last)
        assert found == histories(store, "H21", last)["H21.17"]
    assert len(found) == points
    assert found[-1].day == FIRST + timedelta(days=days - 1)
    assert [each.total for each in found] == sorted(each.total for each in found)


def test_nothing_after_the_snapshot_that_is_read_is_in_its_history(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    collected(folder, 3)
    with open_store(folder) as store:
        assert len(history(store, "H21.17", store.snapshots()[1])) == 2
