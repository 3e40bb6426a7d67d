"""A server that is pushed to and read while its disk is slow or full, its ledger locked, itself killed.

Nothing that it acknowledged is lost, every public page is answered, who is refused is told what to do.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
from fault_driver import MINUTES, dice
from faulty_files import Fault, FaultyFiles, needs_compiler
from faulty_load import PAGES, Load
from ledger_databases import by
from loopback_server import make_key
from public_pages import UNITS, bring_in

from bochiso.office.publication_decisions import propose
from bochiso.store.backup.integrity_check import check_folder
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now

pytestmark = needs_compiler

SECONDS = 5.0 if MINUTES else 1.5
"""How long each state of the disk lasts."""

SLOW_MICROSECONDS = 250_000


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    (disk := tmp_path / "disk").mkdir()
    folder = bring_in(DataFolder(disk / "data"), *UNITS)
    secret = make_key(folder)
    with open_ledger(folder) as ledger:
        change_settings(ledger, {"province": "H21"}, by())
        with open_store(folder) as store:
            for snapshot in store.snapshots():
                propose(ledger, by(), store, snapshot)
    load = Load(folder, FaultyFiles(tmp_path, disk), ("h15", secret))
    load.files.set(recording=False)
    load.begin()
    try:
        yield load
    finally:
        load.kill()


@contextmanager
def faulty(load: Load, fault: Fault) -> Iterator[None]:
    load.files.set(fault, 0, lasting=True, slow_us=SLOW_MICROSECONDS, recording=False)
    yield
    load.files.set(recording=False)


@contextmanager
def locked(load: Load, how: str) -> Iterator[None]:
    with closing(sqlite3.connect(load.folder.ledger, isolation_level=None)) as other:
        other.execute(f"begin {how}")
        yield
        other.execute("rollback")


def slow_disk(load: Load) -> None:
    with faulty(load, Fault.SYNC_SLOW):
        load.until_more("acknowledged", "read")
        time.sleep(SECONDS)
    load.until_more("acknowledged", "read")


def full_disk(load: Load) -> None:
    with faulty(load, Fault.FULL):
        load.until_more("refused", "read")
        time.sleep(SECONDS)
    load.until_more("acknowledged", "read")


def ledger_that_takes_nothing(load: Load) -> None:
    with locked(load, "immediate"):
        load.until_more("acknowledged", "read")
        time.sleep(SECONDS)
    load.until_more("acknowledged", "read")


def ledger_that_nobody_reads(load: Load) -> None:
    with locked(load, "exclusive"):
        load.until_more("acknowledged", "read", by=3 * len(PAGES))
        time.sleep(SECONDS)
    load.until_more("acknowledged", "read")


def kill(load: Load) -> None:
    load.until_more("acknowledged", "read")
    load.kill()
    load.begin()
    load.until_more("acknowledged", "read")


STATES: tuple[Callable[[Load], None], ...] = (
    slow_disk, full_disk, ledger_that_takes_nothing, ledger_that_nobody_reads, kill
)  # fmt: skip


@pytest.mark.landing
def test_nothing_is_lost_and_public_pages_are_answered_whatever_befalls_the_disk(load: Load) -> None:
    until = time.monotonic() + MINUTES * 60 / 4
    random_ = next(dice("load"))
    with load.running():
        for round_ in count():
            for state in random_.sample(STATES, len(STATES)):
                print(f"load: round {round_}, {state.__name__}", flush=True)
                state(load)
                assert not load.wrong, load.wrong[:3]
            if time.monotonic() >= until:
                break
    assert load.end() == 0
    kept = _dossiers(load.folder)
    assert load.acknowledged.items() <= kept.items()
    assert not rebuild_dossiers(load.folder).lost
    assert _dossiers(load.folder) == kept
    with open_ledger(load.folder) as ledger:
        assert check_folder(load.folder, ledger, now()).faults == ()


def _dossiers(folder: DataFolder) -> dict[str, int]:
    with open_dossiers(folder) as db:
        return dict(db.execute("select dossier, status from dossiers").fetchall())
