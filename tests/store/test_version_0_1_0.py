"""A data folder that version 0.1.0 wrote: it opens, gives the same figures, and says what it lacks."""

import csv
import io
import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.code_mapping import mapped
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.journal.kept_fields import NAMES, What, known_fields
from bochiso.store.measuring.measurement import measure, measured_units

OLDER = Path(__file__).parent / "older" / "0.1.0.tar.gz"
"""A simulated province with its lists, a table of days off, a code given, and what was measured then."""

PERIOD, END = parse_period("2026-01-01..2026-09-30"), datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)
Figures = dict[tuple[str, str], tuple[str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    with tarfile.open(OLDER) as packed:
        packed.extractall(tmp_path, filter="data")
    return DataFolder(tmp_path / "data")


def measured_then(folder: DataFolder) -> Figures:
    text = (folder.root.parent / "figures.csv").read_text("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return {(row["unit"], row["indicator"]): (row["numerator"], row["denominator"]) for row in rows}


def measured_now(folder: DataFolder) -> Figures:
    with open_dossiers(folder) as db:
        rows = measure(db, measured_units(db), PERIOD, END, load_rules("qd766"), calendar_of(db))
    return {
        (row.unit, row.indicator): tuple(
            "" if n is None else str(n) for n in (row.numerator, row.denominator)
        )
        for row in rows
    }  # type: ignore[misc] # two each


def test_it_opens_and_gives_the_figures_that_it_gave_then(folder: DataFolder) -> None:
    then = measured_then(folder)
    assert len(then) > 2_000
    # Synchronisation was not measured then, it was taken for whole.
    taken = [key for key in then if key[1] == "DOSSIER_SYNC"]
    assert all(then[key][0] == then[key][1] for key in taken)
    then |= dict.fromkeys(taken, ("", ""))
    assert measured_now(folder) == then
    rebuild_dossiers(folder)
    assert measured_now(folder) == then
    with open_store(folder, measured=True) as store:
        assert len(store.snapshots()) == 1


def test_its_lists_days_and_codes_are_of_the_one_province_that_it_has(folder: DataFolder) -> None:
    with open_dossiers(folder) as db:
        assert {each for (each,) in db.execute("select province from procedures").fetchall()} == {"H15"}
        assert [(each.province, held.dossiers) for each, held in mapped(db)] == [("H15", 33)]
        calendar = calendar_of(db)
    assert not calendar.of("H15").is_working(date(2026, 3, 12))
    assert calendar.of("H19").is_working(date(2026, 3, 12))


def test_it_says_which_fields_its_dossiers_lack(folder: DataFolder) -> None:
    with open_dossiers(folder) as db:
        found = known_fields(db)
    assert {each.what for each in found} == {What.LACKING}
    assert {each.name for each in found} == set(NAMES.values())
    assert {each.items for each in found if each.name == "LoaiDoiTuong"} == {120}
