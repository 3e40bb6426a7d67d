"""Đắk Lắk's 117 units as the portal published them: by file, and collected from a portal that serves them."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from collection_runs import RULES, Office

from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules, parse_rules
from bochiso.score.figures import TOTAL
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import Store, add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import View, checked, view
from bochiso.text import now
from bochiso.units.model import Level

DAY = date(2026, 10, 10)
EXAMPLES = files("bochiso") / "examples"
TABLES = {
    "points": "daklak-points-2026-10-10.csv",
    "measures": "daklak-measures-2026-10-10.csv",
}


def given() -> dict[str, bytes]:
    return {kind: (EXAMPLES / name).read_bytes() for kind, name in TABLES.items()}


def published() -> dict[str, dict[str, str]]:
    """The table of boxes and totals, by unit."""
    rows = csv.DictReader(io.StringIO(given()["points"].decode()))
    return {row["unit"]: row for row in rows}


def by_file(folder: DataFolder) -> None:
    for kind, content in given().items():
        add_reading(
            folder,
            NewReading(
                kind,
                [(TABLES[kind], content)],
                as_of=DAY,
                period=parse_period("2026"),
                rules_text=RULES,
                read_at=now(),
            ),
        )


@pytest.fixture(scope="module", params=["by file", "from the portal"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = DataFolder(tmp_path_factory.mktemp("dak-lak") / "data")
    by_file(folder)
    if request.param == "from the portal":
        with open_store(folder) as store:
            figures = store.figures(store.snapshots()[0], parse_rules(RULES, "qd766"))
        folder = DataFolder(folder.root.parent / "collected")
        with StandIn(simulate_portal("H15", 1, DAY, recorded=figures)) as portal:
            office = Office(folder, portal)
            office.at = office.at.replace(day=9)
            assert office.collect().state is ReadingState.COMPLETE
    with open_store(folder) as store:
        yield store


@pytest.fixture
def shown(store: Store) -> View:
    return view(store, store.snapshots()[-1])


def test_every_figure_that_can_be_recomputed_agrees_to_the_hundredth(store: Store) -> None:
    ((_, verdict),) = checked(store, as_of="2026-10-10", period=None, rules=None)
    ours = [each for each in verdict.compared if each.unit.code.startswith("H15")]
    assert {each.difference for each in ours} == {0}
    assert sum(each.code == TOTAL for each in ours) == 117
    assert verdict.differences == []


def test_every_indicator_box_total_grade_and_rank_is_the_published_one(shown: View) -> None:
    table = published()
    rows = [row for row in shown.standings.rows if row.score.unit.code in table]
    assert len(rows) == len(table) == 117
    for row in rows:
        score, told = row.score, table[row.score.unit.code]
        assert {box.code: box.points for box in score.boxes} == {
            box.code: Decimal(told[box.code]) for box in score.boxes
        }
        assert score.total == Decimal(told["total"])
        assert all(i.points == i.count.published for i in score.indicators if i.count.published)
        if score.unit.level is not Level.PROVINCE:
            peers = [Decimal(r["total"]) for r in table.values() if r["level"] == score.unit.level.value]
            assert row.rank == 1 + sum(total > score.total for total in peers)
        total = Decimal(told["total"])
        bounds = {90: "Xuất sắc", 80: "Tốt", 70: "Khá", 50: "Trung bình", 0: "Yếu"}
        assert row.grade
        assert row.grade.names.vi == next(name for least, name in bounds.items() if total >= least)


def test_a_tie_of_payment_does_not_move_a_rank(shown: View) -> None:
    third = shown.standings.find("H15.157")
    assert third
    assert (third.rank, third.score.total) == (3, Decimal("73.24"))
    assert [row.rank for row in shown.standings.levels[Level.COMMUNE].rows][:5] == [1, 2, 3, 4, 5]


def test_by_the_other_reading_the_same_snapshot_has_a_hundredth_less(store: Store) -> None:
    other = view(store, store.snapshots()[-1], load_rules("qd766-exact"))
    found = other.standings.find("H15.157")
    assert found
    assert found.score.total == Decimal("73.23")
