"""Provinces that share procedures, numbers of petitions and codes: each one's figures are its own."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from dossier_sending import Item, message, settle
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import tries

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.measure.indicators import Measure
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.code_mapping import Mapped
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches
from bochiso.store.journal.reference_lists import with_provinces
from bochiso.store.measuring.measurement import measure, measured_units

PROVINCES = ("H15", "H19", "H21")
CODES = tuple(f"1.00000{n}" for n in range(6))
PERIOD, END = parse_period("2026-Q1"), datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC)


def day(dice: random.Random) -> date:
    return date(2026, 1, 5) + timedelta(days=dice.randrange(80))


def units(province: str) -> str:
    below = "".join(
        f"{province}.{n:02d},Đơn vị {n},{level},{province}\n"
        for n, level in ((1, "sở"), (2, "sở"), (50, "xã"), (51, "xã"))
    )
    return f"unit,name,level,parent\n{province},Tỉnh,tỉnh,\n{below}"


def procedures(province: str, dice: random.Random) -> str:
    rows = [
        "province,procedure,authority,office,fee,online,citizens,returns_document,content_full,working_days,"
        "decided,effective,entered"
    ]
    for code in dice.sample(CODES, 4):
        for _ in range(dice.randrange(1, 3)):
            decided, commune = day(dice), dice.random() < 0.5
            flags = [dice.choice("01") for _ in range(4)]
            cells = [
                province, code, "commune" if commune else "department",
                "" if commune else f"{province}.0{dice.randrange(1, 3)}.03", flags[0],
                dice.choice(("none", "partial", "full")), *flags[1:], dice.randrange(1, 9), decided,
                decided + timedelta(days=dice.randrange(20)), decided + timedelta(days=dice.randrange(15)),
            ]  # fmt: skip
            rows.append(",".join(map(str, cells)))
    return "\n".join(rows) + "\n"


def dossiers(province: str, dice: random.Random) -> list[Item]:
    made = []
    for n in range(12):
        received, front = day(dice), dice.choice(("01", "02.07", "50", "51", "77"))
        item = {
            "MaHoSo": f"{province}.{front}-{received:%y%m%d}-{n:04d}",
            "MaTTHC": dice.choice((*CODES, "KT-1")),
            "NgayTiepNhan": f"{received:%Y%m%d}080000", "KenhThucHien": dice.choice("12"),
            "TrangThaiHoSo": "9", "DuocThanhToanTrucTuyen": dice.choice("01"),
            "NgayKetThucXuLy": f"{received + timedelta(days=dice.randrange(12)):%Y%m%d}100000",
        }  # fmt: skip
        if dice.random() < 0.6:
            item["NgayHenTra"] = f"{received + timedelta(days=6):%Y%m%d}170000"
        made.append(item)
    return made


def petitions(province: str, dice: random.Random) -> str:
    rows = ["petition,unit,dossier,about,sent,resolved"]
    for n in range(5):
        sent, unit = day(dice), dice.choice((f"{province}.01", f"{province}.50.02", ""))
        dossier = f"{province}.02-260105-0001" if not unit or dice.random() < 0.3 else ""
        resolved = sent + timedelta(days=dice.randrange(12, 26))
        rows.append(f"P{n},{unit},{dossier},staff,{sent},{resolved}")
    return "\n".join(rows) + "\n"


def pieces(province: str, seed: int) -> list[Batches]:
    """What one province brings in: each piece may come before any other."""
    dice = random.Random(f"{province} {seed}")
    lists = {
        "units": read_units("a.csv", units(province).encode()),
        "procedures": read_procedures("a.csv", procedures(province, dice).encode()),
        "petitions": read_petitions("a.csv", petitions(province, dice).encode()),
    }
    made: list[Batches] = []
    for kind, found in lists.items():
        assert not found.refusals
        made.append([(kind, found.batch if kind == "units" else with_provinces(found.batch, kind))])
    off = f"days: [{{day: {day(dice)}, is: off, name: Lễ hội, source: 1/TB-UBND}}]"
    made.append([("days", pa.record_batch({"text": [off], "province": [province]}))])
    made.append(Mapped("procedure", "KT-1", dice.choice(CODES), province).batches)
    made.append(Mapped("unit", f"{province}.77", f"{province}.51").batches)
    whole = dossiers(province, dice)
    return [*made, message(whole[:6], sender=province), message(whole[6:], sender=None)]


def figures(folder: DataFolder) -> list[Measure]:
    with open_dossiers(folder) as db:
        units, calendar = measured_units(db), calendar_of(db)
        return measure(db, units, PERIOD, END, load_rules("qd766"), calendar)


def figures_of(parts: Sequence[Batches], folder: DataFolder) -> dict[str, list[Measure]]:
    settle(folder, parts)
    found = figures(folder)
    return {province: [row for row in found if row.unit.startswith(province)] for province in PROVINCES}


@settings(max_examples=tries(6, 1), deadline=None)
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_figures_are_the_same_alone_and_together_in_any_order(seed: int, order: random.Random) -> None:
    with TemporaryDirectory() as scratch:
        alone = {
            province: figures_of(pieces(province, seed), DataFolder(Path(scratch, province)))[province]
            for province in PROVINCES
        }
        parts = [part for province in PROVINCES for part in pieces(province, seed)]
        order.shuffle(parts)
        folder = DataFolder(Path(scratch, "together"))
        assert figures_of(parts, folder) == alone
        before = figures(folder)
        rebuild_dossiers(folder)
        assert figures(folder) == before
    for province, code in product(
        PROVINCES, ("PUBLISH_ON_TIME", "ONLINE_FILING", "PETITION_PROCESSING_ON_TIME")
    ):
        counted = [
            row.denominator for row in alone[province] if (row.unit, row.indicator) == (province, code)
        ]
        assert counted != [0]
