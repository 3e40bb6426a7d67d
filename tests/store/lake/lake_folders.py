"""Provinces made up by dice and exported to a lake: what the lake's tests share."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dossier_sending import settle
from provinces import batches, made_up, moment

from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.portal_import import PortalListAsked, import_portal_list
from bochiso.store.dossiers.province_calendar import calendar_of, keep_days
from bochiso.store.folder import DataFolder
from bochiso.store.lake.lake_duckdb import DuckEngine, LakeEngine, duck
from bochiso.store.lake.lake_facts import open_lake
from bochiso.store.lake.lake_measurement import LakeAsked, LakeMeasured, measure_lake
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.measuring.deadline_table import furthest_limit
from bochiso.store.measuring.measured_basis import basis_of
from bochiso.store.measuring.measurement import measure, unit_tree
from bochiso.store.measuring.sync_source import find_sync

RULES = load_rules("qd766")
PROVINCES = ("H15", "H19", "H21")
DAYS = """days:
- {day: 2026-02-10, is: off, name: Lễ hội, source: Thông báo số 12/TB-UBND}
- {day: 2026-03-05, is: off, name: Lễ hội, source: Thông báo số 13/TB-UBND}
"""
ASKED = [
    ("2026-Q1", "2026-03-31"),  # as it ended
    ("2026-Q1", "2026-06-10"),  # closed long ago
    ("2026-01-01..2026-06-30", "2026-04-15"),  # not yet over
    ("2026-02", "2026-06-30"),
    ("2026-03@15", "2026-06-30"),  # from the middle of a month
    ("2026-W10", "2026-03-09"),
    ("2026", "2026-11-20"),
]
"""Each kind of period, on days in it, at its end and after it."""


def made_folder(where: Path, provinces: Sequence[str] = PROVINCES, count: int = 450) -> DataFolder:
    """A data folder of some provinces: one with days off of its own, one with a list of the portal."""
    folder = DataFolder(where / "data")
    made = made_up(2, tuple(provinces), count, shared=True)
    settle(folder, batches(made))
    keep_days(folder, "ngay.yaml", DAYS.encode(), "H19")
    listed = where / "cong.csv"
    numbers = sorted({each["MaHoSo"] for each in made.messages if each["MaHoSo"].startswith("H15")})
    with listed.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Mã hồ sơ", "Ngày tiếp nhận"])
        rows.writerows([number, "15/02/2026"] for number in numbers[::2])
    asked = PortalListAsked("H15", date(2026, 6, 1), moment("2026-06-01"), parse_period("2026"))
    import_portal_list(folder, [listed], asked)
    return folder


def asked_for(period: str, day: str, *, remember: bool = False) -> LakeAsked:
    return LakeAsked(parse_period(period), moment(day), RULES, remember=remember)


def of_folder(folder: DataFolder, asked: LakeAsked) -> LakeMeasured:
    """What the folder's own facts come to, without any lake."""
    with open_dossiers(folder) as db:
        tree, calendar = unit_tree(db, asked.day), calendar_of(db)
        units = list(tree.units.values())
        sync = find_sync(db, units, asked.period, asked.as_of)
        rows = measure(db, units, asked.period, asked.as_of, asked.rules, calendar, sync)
        basis = basis_of(db, (units, rows), sync, asked.period, asked.as_of, calendar)
        reached = furthest_limit(db, asked.period, asked.as_of, calendar)
    return LakeMeasured(tree, units, rows, calendar, basis, reached)


def of_lake(place: LakePlace, asked: LakeAsked, engine: LakeEngine | None = None) -> LakeMeasured:
    """What a lake comes to, by DuckDB or another engine."""
    with duck() as db:
        return measure_lake(db, open_lake(place), engine or DuckEngine(db), asked)
