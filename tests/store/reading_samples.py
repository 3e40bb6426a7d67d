"""Small real readings, and what a data folder says and holds."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from bochiso.periods import parse_period
from bochiso.rules.loader import rules_text
from bochiso.score.export import plain
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import Added, Snapshot, Store, add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.snapshot_row import snapshot_row

QD766 = rules_text("qd766")
MORNING = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)
"""08:00 in Việt Nam."""

DEPARTMENTS = """unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH,total
H21.17,"Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai",department,H21,11.79,19.97,6.72,8.51,18.0,14.08,79.07
H21.09,Sở Khoa học và Công nghệ - tỉnh Gia Lai,department,H21,11.79,19.58,6.48,6.33,18.0,10.83,73.01
"""
COMMUNES = """unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH,total
H21.227,UBND xã Vân Canh,commune,H21,11.79,19.41,6.33,7.23,18.0,12.69,75.45
H21.212,UBND xã Phù Mỹ Bắc,commune,H21,11.79,19.31,6.31,6.69,18.0,10.34,72.44
"""
LATER = DEPARTMENTS.replace("14.08,79.07", "14.10,79.09")
"""The same departments, one of which gained 0.02."""


def keep(
    folder: DataFolder,
    table: str,
    *,
    day: str = "2026-10-07",
    kind: str = "points",
    hour: int = 0,
    label: str | None = None,
    period: str = "2026",
    rules: str = QD766,
    province: str | None = None,
) -> Added:
    """Import one table, read so many hours after the morning."""
    return add_reading(
        folder,
        NewReading(
            kind,
            [("bảng.csv", table.encode())],
            as_of=date.fromisoformat(day),
            period=parse_period(period),
            label=label,
            rules_text=rules,
            read_at=MORNING + timedelta(hours=hour),
            province=province,
        ),
    )


def totals(store: Store, snapshot: Snapshot) -> dict[str, str]:
    """Published totals of a snapshot's units."""
    figures = store.figures(snapshot, store.rules(snapshot))
    return {each.unit.code: str(each.total) for each in figures}


def answers(folder: DataFolder) -> list[dict[str, Any]]:
    """What the folder answers of every snapshot, figures by their fingerprint."""
    with open_store(folder) as store:
        return [plain(snapshot_row(store, snapshot)) for snapshot in store.snapshots()]


def tree(root: Path) -> str:
    """Every file below a folder with the hash of its bytes, to be compared."""
    files = {
        str(path.relative_to(root)): sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(root.rglob("*"))
    }
    return json.dumps(files, indent=1)
