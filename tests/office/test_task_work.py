"""Whose task it is, where a folder has several provinces."""

from datetime import UTC, date, datetime

import pytest

from bochiso.errors import ComputeError
from bochiso.followup.steering_tasks import Task, TaskRound, TaskStanding
from bochiso.office.task_work import RoundStanding
from bochiso.units.model import Level, Unit
from bochiso.units.tree import UnitTree, tree_of

MERGED = tree_of([Unit("H45.01", "Sở Y tế", Level.DEPARTMENT, "H15"), Unit("H15", "Đắk Lắk", Level.PROVINCE)])


def standing(*units: str) -> RoundStanding:
    given = datetime(2026, 10, 1, tzinfo=UTC)
    task = Task(1, "Báo cáo", "Công văn số 3215", units, (), date(2026, 10, 9), False, True, given)
    return RoundStanding(TaskRound(task, "", task.last), dict.fromkeys(units, TaskStanding.WAITING), {})


def test_a_task_is_the_province_s_whose_units_were_asked() -> None:
    assert standing("H21.17", "H21.02").province(UnitTree({})) == "H21"
    assert standing("H15.10", "H45.01").province(MERGED) == "H15"


def test_of_units_of_several_provinces_none_is_guessed() -> None:
    with pytest.raises(ComputeError, match="whose document"):
        standing("H15.10", "H21.17").province(MERGED)
