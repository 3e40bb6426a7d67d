"""`measure`, the lists of late dossiers and the plain reference agree on every figure and dossier."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dossier_sending import message, settle
from provinces import batches, made_up, moment
from reference import Folder
from thoroughness import spread

from bochiso.periods import Period, parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import measure, unit_tree
from bochiso.store.worklists.late_list import late_list
from bochiso.store.worklists.worklist import open_list

CASES = {
    "one province": (1, ("H15",), 300),
    "three provinces": (2, ("H15", "H19", "H21"), 450),
}
ASKED = [
    ("2026-Q1", "2026-03-31"),  # as it ended
    ("2026-Q1", "2026-06-10"),  # closed long ago
    ("2026-01-01..2026-06-30", "2026-04-15"),  # not yet over
    ("2026-02", "2026-06-30"),
]
NOT_TOLD = {"DOSSIER_SYNC", "AVERAGE_PROCESSING_DAYS", "ELECTRONIC_CERTIFIED_COPY"}
"""Of which the law says too little for a second opinion, or which facts can't give."""


@pytest.fixture(scope="module", params=CASES)
def sent(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Folder, DataFolder]:
    """What was made up, and the data folder that took it in."""
    seed, provinces, count = CASES[request.param]
    made = made_up(seed, provinces, count, shared=True)
    folder = DataFolder(tmp_path_factory.mktemp("made-up") / "data")
    settle(folder, batches(made))
    return made, folder


def measured(folder: DataFolder, period: Period, as_of: datetime) -> dict[tuple[str, str], tuple[int, int]]:
    with open_dossiers(folder) as db:
        units = list(unit_tree(db).units.values())
        rows = measure(db, units, period, as_of, load_rules("qd766"), builtin_calendar())
    return {
        (row.unit, row.indicator): (row.numerator, row.denominator)
        for row in rows
        if row.indicator not in NOT_TOLD
    }


@pytest.mark.parametrize(("period", "day"), spread(ASKED, 2))
def test_every_figure_is_that_of_the_reference(
    sent: tuple[Folder, DataFolder], period: str, day: str
) -> None:
    made, folder = sent
    span = parse_period(period)
    expected = made.count(span.first, span.last, moment(day))
    found = measured(folder, span, moment(day))
    keys = expected.keys() | found.keys()
    wrong = {key: (found.get(key), expected.get(key)) for key in keys
             if found.get(key, (0, 0)) != expected.get(key, (0, 0))}  # fmt: skip
    assert wrong == {}
    assert sum(of for _, of in expected.values()) > 500


@pytest.mark.parametrize(("period", "day"), spread(ASKED, 2))
def test_late_dossiers_are_those_that_2_1_counts_so_in_every_unit(
    sent: tuple[Folder, DataFolder], period: str, day: str
) -> None:
    made, folder = sent
    span = parse_period(period)
    expected = made.late(span.first, span.last, moment(day))
    figures = measured(folder, span, moment(day))
    with open_dossiers(folder) as db:
        tree = unit_tree(db)
        every = late_list(db, list(tree.units), span, moment(day), builtin_calendar())
        office = late_list(db, tree.within("H15.24"), span, moment(day), builtin_calendar())
    of_unit = {unit: {row["dossier"] for row in every.rows if unit in (row["unit"], *tree.above(row["unit"]))}
               for unit in tree.units}  # fmt: skip
    assert of_unit == {unit: expected.get(unit, set()) for unit in tree.units}
    for unit, late in of_unit.items():
        on_time, judged = figures[unit, "RESOLVED_ON_TIME"]
        assert len(late) == judged - on_time
    assert {row["dossier"] for row in office.rows} == of_unit["H15.24"]
    assert office.judged == figures["H15.24", "RESOLVED_ON_TIME"][1]


@pytest.mark.parametrize("day", ["2026-03-31", "2026-06-30"])
def test_overdue_dossiers_are_the_late_ones_that_are_open(sent: tuple[Folder, DataFolder], day: str) -> None:
    _, folder = sent
    period = parse_period(f"2025-01-01..{day}")
    with open_dossiers(folder) as db:
        tree = unit_tree(db)
        late = late_list(db, tree.within("H15"), period, moment(day), builtin_calendar()).rows
        overdue = open_list(db, moment(day), "H15", None)
    shown = {row["dossier"]: row["days_late"] for row in late if row["ended_at"] is None}
    assert {row["dossier"]: row["days_late"] for row in overdue} == shown
    assert all(days is None or days >= 0 for days in shown.values())


def test_a_closed_quarter_stays_as_it_was(tmp_path: Path) -> None:
    made = made_up(3, ("H15",), 200, shared=True)
    quarter, end = parse_period("2026-Q1"), moment("2026-03-31")
    ended = end.strftime("%Y%m%d%H%M%S")
    known = Folder(
        made.units,
        made.procedures,
        made.petitions,
        made.messages,
        [step for step in made.steps if step["ThoiDiemXuLy"] <= ended],
        made.ratings,
    )
    folder = DataFolder(tmp_path / "data")
    settle(folder, batches(known))
    before = measured(folder, quarter, end)
    later = end + timedelta(days=9)
    settle(folder, [message([step for step in made.steps if step["ThoiDiemXuLy"] > ended])])
    assert measured(folder, quarter, end) == before
    assert measured(folder, quarter, later) == made.count(quarter.first, quarter.last, later) | {
        key: pair for key, pair in measured(folder, quarter, later).items() if pair == (0, 0)
    }
