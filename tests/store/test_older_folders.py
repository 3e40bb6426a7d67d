"""Folders that older versions made: what they hold is read, counted and gone on with.

folders/<day>: made by the program as it was on that day, with `import dossiers`, `procedures`, `petitions`
and `units`; only what can't be made again is kept. For each change of what the journal holds there is one.
"""

import shutil
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from dossier_sending import message, rows, settle

from bochiso.errors import StoreError
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Journal

FOLDERS = sorted((Path(__file__).parent / "folders").iterdir())
DOSSIERS = [
    ("H15.50-260901-00001", "H15.50", 10, "2026-09-03T09:00:00", 0, 0, None),
    ("H15.50-260902-00002", "H15.50", 5, None, 1, 86400, None),
    ("H15.51-260903-00003", "H15.51", 9, "2026-09-08T02:00:00", 0, 0, "2026-09-10T01:00:00"),
]


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> DataFolder:
    shutil.copytree(request.param, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def dossiers(folder: DataFolder) -> list[tuple[object, ...]]:
    names = ("dossier", "unit", "status", "done_at", "open", "waited", "complained_at")
    return [tuple(_plain((row | _waiting(row["requests"]))[name]) for name in names) for row in rows(folder)]


def _waiting(requests: list[dict[str, datetime | None]] | None) -> dict[str, int]:
    """How many requests for supplements are open, and how many seconds the others took."""
    pairs = [(each["asked_at"], each["answered_at"]) for each in requests or ()]
    took = [answered - asked for asked, answered in pairs if asked and answered]
    waited = sum(each.total_seconds() for each in took)
    return {"open": len(pairs) - len(took), "waited": int(waited)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def test_what_an_older_version_received_is_read(folder: DataFolder) -> None:
    evidence = {path: path.read_bytes() for path in folder.journal.glob("*.log")}
    assert dossiers(folder) == DOSSIERS
    procedures = [(each["procedure"], each["fee"]) for each in rows(folder, "procedures")]
    assert procedures == [("1.000656", False), ("2.000001", True)]
    assert [each["unit"] for each in rows(folder, "petitions")] == ["H15.51"]
    assert [each["unit"] for each in rows(folder, "unit_list")] == ["H15.50", "H15.51"]
    assert [each["why"] for each in rows(folder, "refusals")] == ["status"]
    before = {table: rows(folder, table) for table in ("dossiers", "steps", "procedures", "petitions")}
    assert rebuild_dossiers(folder).items == 10
    assert {table: rows(folder, table) for table in before} == before
    assert {path: path.read_bytes() for path in evidence} == evidence


def test_an_older_folder_is_gone_on_with(folder: DataFolder) -> None:
    done = {"MaHoSo": "H15.50-260902-00002", "TrangThaiHoSo": "9", "NgayKetThucXuLy": "20260908090000"}
    settle(folder, [message([done], updating=True)])
    assert [row[2] for row in dossiers(folder)] == [10, 9, 9]
    assert rebuild_dossiers(folder).items == 11
    assert [row[2] for row in dossiers(folder)] == [10, 9, 9]


NEWER = "a newer version of bochiso wrote this journal"
COLUMN = pa.array(["x"], pa.string())
STEP = {"dossier": COLUMN, "moment": pa.array([0], pa.timestamp("us")), "status": pa.array([9], pa.int8())}


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("of-tomorrow", {"x": COLUMN}),
        ("steps", STEP | {"of_tomorrow": COLUMN}),
        ("steps", STEP | {"moment": pa.array([[1]])}),
        ("petitions", {"petition": COLUMN, "of_tomorrow": COLUMN}),
    ],
)
def test_what_a_newer_version_wrote_is_refused_clearly_and_left_alone(
    tmp_path: Path, kind: str, columns: dict[str, pa.Array]
) -> None:
    folder = DataFolder(tmp_path / "data")
    settle(folder, [message([{"MaHoSo": "H15.50-260902-00001", "TrangThaiHoSo": "4"}])])
    with Journal(folder) as journal:
        journal.submit([(kind, pa.record_batch(columns))]).result()
    before = (folder.journal / "000001.log").read_bytes()
    with pytest.raises(StoreError, match=NEWER), open_dossiers(folder):
        pass
    with pytest.raises(StoreError, match=NEWER):
        rebuild_dossiers(folder)
    assert (folder.journal / "000001.log").read_bytes() == before
