"""A simulated portal's list: 1.4 and every difference are those that were planted, and add up."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from bochiso.errors import StoreError
from bochiso.measure.sync_losses import VALUED
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.simulate.portal_export import DIFFERS, MISSING_HERE, MISSING_THERE, SyncFault, portal_truth
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.portal_import import PortalListAsked, import_portal_list
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import measure, measured_units, unit_tree
from bochiso.store.measuring.sync_source import find_sync
from bochiso.store.worklists.sync_differences import SyncDifferences, sync_differences
from bochiso.units.tree import tree_of

PERIOD = parse_period("2026-01-01..2026-09-30")
END = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)
COUNT, SEED = 5_000, 3
RULES = load_rules("qd766")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A province's dossiers, and the portal's list of them with its faults."""
    made = tmp_path_factory.mktemp("province")
    write_province(made, "H15", COUNT, SEED, Rhythm(PERIOD.first, PERIOD.last))
    folder = DataFolder(tmp_path_factory.mktemp("data") / "own")
    for kind in ("units", "procedures", "petitions"):
        table = made / f"{kind}.csv"
        import_records(folder, kind, [(table.name, table.read_bytes())])
    import_dossiers(folder, [made / "dossiers.jsonl", made / "steps.jsonl"])
    asked = PortalListAsked("H15", PERIOD.last, END)
    import_portal_list(folder, [made / "portal-list.csv"], asked)
    return folder


@pytest.fixture(scope="module")
def planted() -> list[SyncFault]:
    return portal_truth("H15", COUNT, SEED, PERIOD.first, PERIOD.last)


@contextmanager
def compared(folder: DataFolder) -> Iterator[tuple[duckdb.DuckDBPyConnection, SyncDifferences]]:
    with open_dossiers(folder) as db:
        tree = unit_tree(db, PERIOD.last)
        (found,) = sync_differences(db, tree, "H15", PERIOD, END, RULES, builtin_calendar())
        yield db, found


def test_the_differences_are_those_that_were_planted(folder: DataFolder, planted: list[SyncFault]) -> None:
    expected = {each.dossier: (each.kind, each.fields) for each in planted}
    with compared(folder) as (_, found):
        told = {row.dossier: (row.kind, frozenset(each.field for each in row.fields)) for row in found.rows}
    assert told == expected
    assert set(Counter(kind for kind, _ in told.values())) == {MISSING_THERE, MISSING_HERE, DIFFERS}
    assert {name for _, fields in told.values() for name in fields} >= {
        "status", "done_at", "due_at", "channel", "paid_online", "result_file", "procedure", "unit",
    }  # fmt: skip


def test_1_4_counts_what_the_list_has_in_every_unit(folder: DataFolder, planted: list[SyncFault]) -> None:
    missing = Counter(each.unit for each in planted if each.kind == MISSING_THERE)
    with open_dossiers(folder) as db:
        units = measured_units(db)
        sync = find_sync(db, units, PERIOD, END)
        rows = measure(db, units, PERIOD, END, RULES, builtin_calendar(), sync)
    received = {row.unit: row.denominator for row in rows if row.indicator == "ONLINE_FILING"}
    own = {row.unit: (row.numerator, row.denominator) for row in rows if row.indicator == "DOSSIER_SYNC"}
    lacks = {code: missing[code] for code in own} | {"H15": missing.total()}
    assert own == {code: ((received[code] or 0) - lacks[code], received[code]) for code in own}
    assert 0 < lacks["H15"] < 100


def test_the_differences_of_every_unit_add_up_to_its_points(folder: DataFolder) -> None:
    with compared(folder) as (_, found):
        sums: dict[str | None, Fraction] = {}
        for row in found.rows:
            sums[row.unit] = sums.get(row.unit, Fraction(0)) + row.lost
    assert {unit: lost for unit, lost in found.points.items() if lost} == {
        unit: lost for unit, lost in sums.items() if lost
    }
    assert all(set(each) == set(VALUED) for each in found.lost.values())
    assert sum(found.points.values()) > 10


def test_each_difference_says_the_indicators_that_it_changes(folder: DataFolder) -> None:
    with compared(folder) as (_, found):
        gone = [row for row in found.rows if row.kind == MISSING_THERE]
        assert all(row.indicators[0] == "DOSSIER_SYNC" for row in gone)
        channel = [row for row in found.rows if [each.field for each in row.fields] == ["channel"]]
        assert {row.indicators for row in channel} == {("ONLINE_FILING",)}
        paid = [row for row in found.rows if [each.field for each in row.fields] == ["paid_online"]]
        assert {row.indicators for row in paid} <= {("PAYMENT_DOSSIERS",), ()}
        assert all(row.sender for row in found.rows)


def test_a_dossier_counted_for_another_unit_stands_for_both(folder: DataFolder) -> None:
    with compared(folder) as (_, found):
        moved = [row for row in found.rows if any(each.field == "unit" for each in row.fields)]
    assert set(Counter(row.dossier for row in moved).values()) == {2}


def test_a_unit_sees_its_own(folder: DataFolder) -> None:
    with compared(folder) as (db, found):
        unit = next(row.unit for row in found.rows if row.unit)
        own = found.of(unit, tree_of(measured_units(db)))
    assert own.rows == tuple(row for row in found.rows if unit in (row.unit, row.own_unit))
    assert set(own.lost) == {unit}
    assert own.compared < found.compared


def test_a_list_of_part_of_a_period_measures_none_of_it(folder: DataFolder) -> None:
    earlier = parse_period("2025-01-01..2026-09-30")
    with open_dossiers(folder) as db:
        units = measured_units(db)
        sync = find_sync(db, units, earlier, END)
        assert (sync.lists, sync.uncovered) == ((), {"H15": date(2026, 9, 30)})
        with pytest.raises(StoreError, match="does not hold"):
            sync_differences(db, tree_of(units), None, earlier, END, RULES, builtin_calendar())


def test_before_a_list_was_read_there_is_none(folder: DataFolder) -> None:
    with open_dossiers(folder) as db:
        day_before = datetime(2026, 9, 29, 16, 59, 59, tzinfo=UTC)
        assert find_sync(db, measured_units(db), PERIOD, day_before).lists == ()


def test_a_later_list_of_the_same_day_takes_the_place_of_the_first(
    folder: DataFolder, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    heading = "Mã hồ sơ,Ngày tiếp nhận\n"
    first.write_text(f"{heading}H15.24-260105-0001,05/01/2026\nH15.24-260105-0002,05/01/2026\n", "utf-8")
    second.write_text(f"{heading}H15.24-260105-0003,05/01/2026\n", "utf-8")
    data, day = DataFolder(tmp_path / "data"), date(2026, 1, 31)
    asked = PortalListAsked("H15", day, datetime(2026, 1, 31, 16, tzinfo=UTC))
    assert import_portal_list(data, [first], asked).replaced is None
    kept = import_portal_list(data, [second], asked)
    assert (kept.replaced, kept.first_day, kept.last_day) == (2, date(2026, 1, 1), day)
    with open_dossiers(data) as db:
        assert db.execute("select number from portal_dossiers").fetchall() == [("H15.24-260105-0003",)]
        assert db.execute("select rows, list_day from portal_lists").fetchall() == [(1, day)]
