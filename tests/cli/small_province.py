"""A small province in files, brought in and measured as a clerk does it."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from command_runner import Done, run

Row = dict[str, Any]
Figures = dict[tuple[str, str], tuple[int | None, int | None]]

UNITS: list[Row] = [
    {"unit": "H15", "unit_name": "UBND tỉnh Đắk Lắk", "level": "province", "parent": ""},
    {"unit": "H15.01", "unit_name": "Sở Một", "level": "department", "parent": "H15"},
    {"unit": "H15.02", "unit_name": "Sở Hai", "level": "department", "parent": "H15"},
    {"unit": "H15.50", "unit_name": "UBND xã Năm", "level": "commune", "parent": "H15"},
]


def dossier(number: str = "H15.01-260301-0001", **changes: Any) -> Row:
    """A dossier in progress."""
    item = {
        "MaHoSo": number, "MaTTHC": "1.000001", "KenhThucHien": "2", "NgayNopHoSo": "20260301080000",
        "NgayTiepNhan": "20260301080000", "NgayHenTra": "20260310170000", "TrangThaiHoSo": "4",
    }  # fmt: skip
    return item | changes


def procedure(code: str = "1.000001", **changes: Any) -> Row:
    """A procedure of a department, online, with a fee."""
    row = {
        "procedure": code, "procedure_name": "Cấp phép", "authority": "department", "office": "H15.01",
        "fee": 1, "returns_document": 1, "online": "full", "portal_payment": 1, "citizens": 1,
        "decided": "", "effective": "", "entered": "",
    }  # fmt: skip
    return row | changes


def petition(number: str = "P1", **changes: Any) -> Row:
    """A petition about a rule, handled in time."""
    row = {
        "petition": number, "unit": "H15.01", "dossier": "", "classification": "rules",
        "sent": "20260301080000", "forwarded": "", "resolved": "20260310080000", "published": "",
        "rating": "", "repeated": "",
    }  # fmt: skip
    return row | changes


def bring(data: Path, kind: str, rows: Sequence[Row], *options: str, code: int = 0) -> Done:
    """Import rows of one kind into a data folder."""
    data.parent.mkdir(parents=True, exist_ok=True)
    if kind == "dossiers":
        path = data.parent / "ho-so.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    else:
        path = data.parent / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(rows)
    done = run("import", kind, path, "--data", data, *options)
    assert done.code == code, done.err
    return done


def measured(data: Path, as_of: str = "2026-09-30", period: str = "2026-01-01..2026-09-30") -> Figures:
    """The figures of every unit, by unit and indicator."""
    done = run("measure", "--as-of", as_of, "--period", period, "--data", data, "--format", "json")
    assert done.code == 0, done.err
    return {(row["unit"], row["indicator"]): (row["numerator"], row["denominator"]) for row in done.json}
