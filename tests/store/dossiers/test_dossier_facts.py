"""The file of facts of dossiers: who else has it open, and what is said where it is damaged."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import loaded_python
import pytest

from bochiso.errors import StoreError
from bochiso.store.dossiers.projection import DossierFacts, seen_by
from bochiso.store.figures.facts import database_errors
from bochiso.store.journal.journal import Position


@pytest.fixture(params=["data", "Could not set lock, no block, disk full"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of facts, in folders whose names mean nothing."""
    path = tmp_path / request.param / "dossiers.duckdb"
    path.parent.mkdir()
    with DossierFacts(path).open(write=True) as db:
        db.execute("insert into unit_list (unit, name) values ('H15.50', 'Sở')")
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"not a database " * 1000,
        lambda data: data[:5000],
        lambda data: data[:4096] + bytes(8192) + data[12288:],
    ],
    ids=["another file", "cut off", "headers lost"],
)
def test_a_damaged_file_is_told_as_such_wherever_it_lies(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path.write_bytes(damage(path.read_bytes()))
    for write in (False, True):
        facts = DossierFacts(path)
        with (
            pytest.raises(StoreError, match=r"can't be read\. Run `bochiso rebuild`"),
            facts.open(write=write, wait=0),
        ):
            pass


@pytest.mark.parametrize("write", [False, True])
def test_a_file_that_another_process_has_open_is_busy(path: Path, write: bool) -> None:
    holding = f"import duckdb; held = duckdb.connect({str(path)!r}); print(flush=True); input()"
    with loaded_python.start(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with (
            pytest.raises(StoreError, match="another command is writing"),
            DossierFacts(path).open(write=write, wait=0),
        ):
            pass
        other.communicate("")
    with DossierFacts(path).open(write=write, wait=0) as db:
        assert db.execute("select unit from unit_list").fetchall() == [("H15.50",)]


def test_a_full_disk_is_told_by_what_was_said_and_not_by_a_name(path: Path) -> None:
    for said, told in [("no space, No space left on device", "disk is full"), ("odd", "bochiso rebuild")]:
        with pytest.raises(StoreError, match=told), database_errors(path):
            raise duckdb.IOException(f"IO Error: {path}: {said}")


def test_of_two_who_read_it_the_first_to_close_leaves_it_locked_for_the_other(path: Path) -> None:
    writing = f"import duckdb; duckdb.connect({str(path)!r})"
    with DossierFacts(path).open(write=False):
        with DossierFacts(path).open(write=False):
            assert seen_by(path) == Position()
        done = loaded_python.run([sys.executable, "-c", writing], text=True)
        assert "Could not set lock" in done.stderr
    loaded_python.run([sys.executable, "-c", writing], check=True)


def test_after_writing_failed_whoever_comes_next_writes(path: Path) -> None:
    facts = DossierFacts(path)
    with pytest.raises(StoreError), facts.open(write=True):
        raise duckdb.FatalException("the database has been invalidated")
    with facts.open(write=True) as db:
        db.execute("insert into unit_list (unit) values ('H15.52')")
    with DossierFacts(path).open(write=False) as db:
        assert db.execute("select unit from unit_list order by unit").fetchall()[-1] == ("H15.52",)
