"""Facts that can't be settled for a while: it is seen, and they go on by themselves."""

import json
import sys
from pathlib import Path

import loaded_python
import pytest
from waiting import PATIENCE

_BEGIN = """
import logging, signal
from dossier_sending import message

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
said = {}


def items(first, count):
    plain = {"MaTTHC": "1.000001", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261005080000"}
    return message([{"MaHoSo": f"H15.50-261005-{n:05d}", **plain} for n in range(first, first + count)])
"""

_FULL_FOR_A_WHILE = f"""
import json, os, resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from waiting import PATIENCE, until
from bochiso.errors import StoreError
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.folder import DataFolder

{_BEGIN}


root = Path(sys.argv[1])
with DossierIngest(DataFolder(root)) as receiver:
    receiver.wait(receiver.submit(items(0, 1000)).result())
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    size = (root / "evidence/journal/000001.log").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, hard))
    taken = receiver.submit(items(1000, 900)).result()
    until(lambda: receiver.lag().failed)
    said["behind"] = receiver.lag().items
    try:
        receiver.wait(taken)
    except StoreError:
        said["told"] = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    if sys.argv[2] == "by itself":
        until(lambda: not receiver.lag().items)
    else:
        said["waited"] = receiver.wait(receiver.submit(items(2000, 10)).result(), PATIENCE)
    said["at last"] = receiver.lag().items, receiver.lag().failed, receiver.settled.items
print(json.dumps(said))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")
@pytest.mark.parametrize(("how", "items"), [("by itself", 1900), ("somebody waits", 1910)])
def test_after_a_full_disk_facts_go_on_by_themselves_and_the_log_says_so(
    tmp_path: Path, how: str, items: int
) -> None:
    helpers = (str(folder) for folder in Path(__file__).parents[1:3])
    command = [sys.executable, "-c", _FULL_FOR_A_WHILE, str(tmp_path / "data"), how, *helpers]
    done = loaded_python.run(command, text=True, check=True, timeout=5 * PATIENCE)
    said = json.loads(done.stdout)
    assert said["behind"] == 900
    assert said["told"]
    assert said["at last"] == [0, False, items]
    log = done.stderr.splitlines()
    assert any(line.startswith("ERROR facts: 900 items behind the journal") for line in log)
    assert any(line.startswith("WARNING facts: settled again") for line in log)
    assert "H15.50-261005" not in done.stderr


_BROKEN_WHILE_READ = f"""
import json, resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
import duckdb
from waiting import until
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.folder import DataFolder

{_BEGIN}


with DossierIngest(DataFolder(Path(sys.argv[1]))) as receiver:
    receiver.wait(receiver.submit(items(0, 1000)).result())
    with receiver.facts.open(write=True) as db:
        receiver.wait(receiver.submit(items(1000, 1000)).result())
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        try:
            db.execute("checkpoint")
        except duckdb.Error as error:
            said["broken"] = "invalidated" in str(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        receiver.submit(items(2000, 900)).result()
        until(lambda: receiver.lag().failed)
    until(lambda: not receiver.lag().items)
    said["settled"] = receiver.settled.items
print(json.dumps(said))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")
def test_an_engine_that_broke_is_replaced_as_soon_as_nobody_reads_with_it(tmp_path: Path) -> None:
    helpers = (str(folder) for folder in Path(__file__).parents[1:3])
    command = [sys.executable, "-c", _BROKEN_WHILE_READ, str(tmp_path / "data"), *helpers]
    done = loaded_python.run(command, text=True, check=True, timeout=5 * PATIENCE)
    assert json.loads(done.stdout) == {"broken": True, "settled": 2900}
    assert "WARNING facts: settled again" in done.stderr
