"""Whole inputs in any order, cut into any pieces, over several imports and a rebuild: identical figures."""

import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from dossier_sending import message, settle
from hypothesis import given, settings
from hypothesis import strategies as st
from provinces import made_up, table_of, units_of
from reference import VIETNAM, Folder, Item
from thoroughness import tries

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.intake.dossiers.publication_rows import read_publications
from bochiso.intake.dossiers.ratings import read_ratings
from bochiso.measure.indicators import Measure
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.code_mapping import Mapped
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches
from bochiso.store.journal.reference_lists import with_provinces
from bochiso.store.measuring.measurement import measure, unit_tree
from bochiso.store.worklists.late_list import late_list

PROVINCES = ("H15", "H19")
MOMENT = datetime(2026, 5, 20, 23, 59, 59, tzinfo=VIETNAM)
PERIOD = parse_period("2026-01-01..2026-06-30")


def once(rows: Sequence[Item], *key: str) -> list[Item]:
    """One row a key: of two the later received would hold, and that is what order means."""
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def register(province: str, dice: random.Random) -> list[Item]:
    rows = []
    for n in range(12):
        day, month = dice.randrange(10, 28), dice.randrange(1, 6)
        effective = f"2026-0{month + 1}-{day}" if dice.random() < 0.8 else ""
        rows.append(
            {
                "procedure": f"1.{dice.randrange(1, 25):06d}", "number": f"{n}/QĐ-UBND",
                "kind": dice.choice(("mới", "sửa đổi", "bãi bỏ")), "decided_on": f"2026-0{month}-{day}",
                "effective_on": effective, "entered_on": f"2026-0{month + 1}-01",
                "part_name": "có", "part_time": dice.choice(("có", "không")),
            }
        )  # fmt: skip
    return once(rows, "procedure", "decided_on")


def pieces(made: Folder, dice: random.Random, size: int) -> list[Batches]:
    """All that there is, in pieces of so many rows, each of which may come before any other."""
    found: list[Batches] = []

    def cut(rows: Sequence[Item]) -> list[list[Item]]:
        mixed = dice.sample(rows, len(rows))
        return [mixed[at : at + size] for at in range(0, len(mixed), size)]

    readers: tuple[tuple[str, Any, Sequence[Item]], ...] = (
        ("units", read_units, units_of(made)),
        ("procedures", read_procedures, made.procedures),
        ("petitions", read_petitions, made.petitions),
        ("ratings", read_ratings, once(made.ratings, "dossier", "rated_at")),
    )
    for kind, read, rows in readers:
        for part in cut(rows):
            batch = read("a.csv", table_of(part)).batch
            found.append([(kind, batch if kind == "units" else with_provinces(batch, kind))])
    for province in PROVINCES:
        for part in cut(register(province, random.Random(province))):
            batch = read_publications("a.csv", table_of(part)).batch
            column = pa.array([province] * batch.num_rows)
            found.append([("publications", batch.append_column("province", column))])
        day = {"H15": "2026-03-11", "H19": "2026-04-14"}[province]
        off = f"days: [{{day: {day}, is: off, name: Lễ hội, source: 1/TB-UBND}}]"
        found.append([("days", pa.record_batch({"text": [off], "province": [province]}))])
        found.append(Mapped("procedure", "9.999999", "1.000001", province).batches)
        found.append(Mapped("unit", f"{province}.77", f"{province}.51").batches)
    found += [message(part, sender=None) for part in cut(once(made.messages, "MaHoSo"))]
    found += [message(part) for part in cut(made.steps)]
    return dice.sample(found, len(found))


def figures(folder: DataFolder) -> tuple[list[Measure], tuple[Any, ...]]:
    with open_dossiers(folder) as db:
        tree, calendar = unit_tree(db), calendar_of(db)
        rows = measure(db, list(tree.units.values()), PERIOD, MOMENT, load_rules("qd766"), calendar)
        return rows, late_list(db, list(tree.units), PERIOD, MOMENT, calendar).rows


@settings(max_examples=tries(5, 1), deadline=None)
@given(seed=st.integers(0, 10_000), dice=st.randoms(use_true_random=False), size=st.integers(3, 60))
def test_figures_are_the_same_in_any_order_and_in_any_pieces(
    seed: int, dice: random.Random, size: int
) -> None:
    made = made_up(seed, PROVINCES, 80, shared=True)
    with TemporaryDirectory() as scratch:
        whole = DataFolder(Path(scratch, "whole"))
        settle(whole, pieces(made, random.Random(1), 1000))
        expected = figures(whole)
        cut = DataFolder(Path(scratch, "cut"))
        parts = pieces(made, dice, size)
        imports = sorted(dice.sample(range(1, len(parts)), min(3, len(parts) - 1)))
        for first, last in zip([0, *imports], [*imports, len(parts)], strict=True):
            settle(cut, parts[first:last])
        assert figures(cut) == expected
        settle(cut, dice.sample(parts, len(parts) // 2))  # some of it brought in again
        assert figures(cut) == expected
        rebuild_dossiers(cut)
        assert figures(cut) == expected
    assert sum(row.denominator or 0 for row in expected[0]) > 500
