"""Bulk import, and a receiver at work: killed, read beside, kept up with."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import loaded_python
import pytest
from command_runner import Done, run
from dossier_sending import message, rows, settle
from waiting import PATIENCE

from bochiso.errors import SourceError, StoreError
from bochiso.store.dossiers.file_import import RECORD_READERS, import_dossiers, import_records
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.projection import DossierFacts, dossiers_path
from bochiso.store.folder import DataFolder
from bochiso.store.journal import journal_kinds
from bochiso.store.journal.journal import read_journal


def dossier(n: int, **changes: Any) -> dict[str, Any]:
    return {
        "MaHoSo": f"H15.{n % 9}-261008-{n:05d}",
        "NgayTiepNhan": "20261008083000",
        "TrangThaiHoSo": "4",
    } | changes


def write(path: Path, items: list[Any]) -> Path:
    data = "\n".join(map(json.dumps, items)).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def bochiso(folder: DataFolder, *words: str) -> Done:
    return run("--data", folder.root, *words)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_files_are_kept_settled_and_summed_up(folder: DataFolder, tmp_path: Path) -> None:
    step = {"MaHoSo": "H15.1-261008-00001", "ThoiDiemXuLy": "20261010083000", "TrangThai": "9"}
    files = [
        write(tmp_path / "a.jsonl.gz", [dossier(n) for n in range(50)]),
        write(
            tmp_path / "b.jsonl", [step, dossier(1, NgayHenTra="x"), dossier(99, NgayHenTra="20261001083000")]
        ),
    ]
    watched: list[int] = []
    done = import_dossiers(folder, files, lambda now, of: watched.append(100 * now // of))
    assert (done.items, done.dossiers, done.steps, done.refused_count) == (53, 51, 1, 1)
    ((name, refused),) = done.refused
    assert (name, refused.item, refused.dossier) == ("b.jsonl", 2, "H15.1-261008-00001")
    assert sum(done.odd.values()) == 1
    assert watched[-1] == 100
    found = {row["dossier"]: row for row in rows(folder)}
    assert len(found) == 51
    assert found["H15.1-261008-00001"]["status"] == 9
    assert found["H15.1-261008-00001"]["unit"] == "H15.1"
    (kept,) = rows(folder, "refusals")
    assert (kept["item"], kept["why"], kept["field"]) == (2, "moment", "NgayHenTra")


def test_importing_again_changes_nothing(folder: DataFolder, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [dossier(n) for n in range(50)])
    import_dossiers(folder, [file])
    once = [row | {"version": None} for row in rows(folder)]
    import_dossiers(folder, [file, file])
    assert [row | {"version": None} for row in rows(folder)] == once


def test_a_broken_file_keeps_what_was_read_and_harms_no_other(folder: DataFolder, tmp_path: Path) -> None:
    whole = write(tmp_path / "a.jsonl.gz", [dossier(n) for n in range(20_000)])
    torn = tmp_path / "b.jsonl.gz"
    torn.write_bytes(whole.read_bytes()[:-3000])
    other = write(tmp_path / "c.jsonl", [dossier(30_000)])
    done = import_dossiers(folder, [torn, other])
    assert len(done.broken) == 1
    assert "H15.3-261008-30000" in {row["dossier"] for row in rows(folder)}


def test_nothing_usable_is_an_error(folder: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no item can be used"):
        import_dossiers(folder, [write(tmp_path / "a.jsonl", [{}, {}])])
    with pytest.raises(SourceError, match="no such file"):
        import_dossiers(folder, [tmp_path / "b.jsonl"])


def test_the_command_says_what_was_refused_and_by_its_exit_code(folder: DataFolder, tmp_path: Path) -> None:
    good = write(tmp_path / "a.jsonl", [dossier(n) for n in range(3)])
    assert bochiso(folder, "import", "dossiers", str(good)).code == 0
    bad = write(tmp_path / "b.jsonl", [dossier(1, TrangThaiHoSo="x")] * 30)
    some = bochiso(folder, "import", "dossiers", str(good), str(bad))
    assert some.code == 1
    assert "b.jsonl, mục 1 (H15.1-261008-00001): trạng thái" in some.err
    assert "… và 10 mục khác." in some.err
    assert "đọc 33 mục, nhận 3 hồ sơ và 0 bước xử lý, từ chối 30." in some.err
    assert bochiso(folder, "import", "dossiers", str(bad)).code == 2
    rebuilt = bochiso(folder, "rebuild")
    assert (rebuilt.code, "trong nhật ký" in rebuilt.err) == (0, True)
    assert len(rows(folder)) == 3


def test_petitions_procedures_and_units_are_replaced_by_their_keys(folder: DataFolder) -> None:
    for fee in ("1", "0"):
        import_records(
            folder, "procedures", [("a.csv", f"tỉnh,procedure,fee\nH15,1.000001,{fee}\n".encode())]
        )
    import_records(folder, "petitions", [("a.csv", b"petition,sent_at\nP1,20261008083000\n")])
    assert [row["fee"] for row in rows(folder, "procedures")] == [False]
    assert len(rows(folder, "petitions")) == 1
    with pytest.raises(SourceError, match="no row can be used"):
        import_records(folder, "units", [("a.csv", b"unit,level\nxx,xx\n")])


def test_an_import_waits_for_no_one_else_who_takes_dossiers_in(folder: DataFolder, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [dossier(1)])
    with DossierIngest(folder), pytest.raises(StoreError, match="another process is taking dossiers"):
        import_dossiers(folder, [file])


def test_facts_follow_by_themselves_and_are_told_of(folder: DataFolder) -> None:
    told = threading.Event()
    with DossierIngest(folder, lambda position: told.set()) as ingest:
        future = ingest.submit(message([dossier(1)]))
        assert ingest.wait(future.result(), timeout=PATIENCE)
        assert told.wait(PATIENCE)


def test_another_process_reads_facts_while_dossiers_come_in(folder: DataFolder) -> None:
    settle(folder, [message([dossier(n) for n in range(100)])])
    read = (
        "import sys; from pathlib import Path; from bochiso.store.dossiers.ingest import *;"
        "from bochiso.store.folder import DataFolder\n"
        "with open_dossiers(DataFolder(Path(sys.argv[1]))) as db:"
        " print(db.execute('select count(*) from dossiers').fetchone()[0])"
    )
    with DossierIngest(folder) as ingest:
        child = loaded_python.start(
            [sys.executable, "-c", read, str(folder.root)], stdout=subprocess.PIPE, text=True
        )
        n = 100
        while child.poll() is None:
            last = ingest.submit(message([dossier(n)])).result()
            n += 1
            time.sleep(0.005)
        assert child.stdout is not None
        seen = int(child.stdout.read())
        child.stdout.close()
        assert child.returncode == 0
        assert 100 <= seen <= n
        assert ingest.wait(last, timeout=PATIENCE)
    assert len(rows(folder)) == n


def test_a_journal_shorter_than_the_facts_is_said(folder: DataFolder) -> None:
    settle(folder, [message([dossier(1)]), message([dossier(2)])])
    for path in folder.journal.glob("*.log"):
        path.unlink()
    settle_new = DossierFacts(dossiers_path(folder)).position(write=False)
    assert settle_new.items == 2
    with pytest.raises(StoreError, match="the journal lacks 2 items"), DossierIngest(folder):
        pass


_CHILD = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from dossier_sending import message
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.folder import DataFolder

receiver = DossierIngest(DataFolder(Path(sys.argv[1])))
for n in range(int(sys.argv[2]), 10**6):
    item = {"MaHoSo": f"H15.{n % 9}-261008-{n:05d}", "NgayTiepNhan": "20261008083000", "TrangThaiHoSo": "4"}
    receiver.submit(message([item])).result()
    print(n, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_killed_while_receiving_all_that_was_acknowledged_is_in_the_facts_once(folder: DataFolder) -> None:
    dice, start = random.Random(4), 0
    for _ in range(4):
        command = [sys.executable, "-c", _CHILD, str(folder.root), str(start), str(Path(__file__).parents[1])]
        with loaded_python.start(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(dice.randrange(1, 80)):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
            acknowledged = [int(line) for line in child.stdout.read().split("\n")[:-1]]
        found = [row["dossier"] for row in rows(folder)]
        assert len(found) == len(set(found))
        assert len(found) > max(acknowledged, default=0)
        start = len(found)
    before = rows(folder)
    assert rebuild_dossiers(folder).items == sum(
        entry.batch.num_rows for _, entries in read_journal(folder.journal) for entry in entries
    )
    assert rows(folder) == before


def test_a_folder_without_dossiers_says_so(folder: DataFolder) -> None:
    with pytest.raises(StoreError), open_dossiers(folder):
        pass


def test_every_kind_that_is_imported_is_one_that_the_journal_knows() -> None:
    assert set(RECORD_READERS) <= set(journal_kinds.COLUMNS)
