"""Work done under the layer of files, and what the next process finds; how much of it is tried."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import rmtree

from acknowledged import BY, WORK, Found
from faulty_files import Fault, FaultyFiles
from power_cuts import Disk, WriteLog

from bochiso.errors import StoreError
from bochiso.store.backup.integrity_check import check_folder
from bochiso.store.folder import DataFolder
from bochiso.store.people.ledger import open_ledger

PROGRAM = Path(__file__).with_name("acknowledged.py")

MINUTES = float(os.environ.get("BOCHISO_TORTURE", "0"))
"""For how long all of this room is tried, each time with other dice; 0: once, as `make test` does."""

SEED = int(os.environ.get("BOCHISO_SEED", "766"))
"""What is drawn is drawn from this number on: the same again for the same number."""

SHARES = 40
"""Into how many parts the minutes go, one a test."""


def dice(what: str) -> Iterator[random.Random]:
    """Dice by their seeds, each printed: once, or for a share of the minutes."""
    until = time.monotonic() + MINUTES * 60 / SHARES
    for seed in count(SEED):
        print(f"{what}: BOCHISO_SEED={seed}", flush=True)
        yield random.Random(f"{what} {seed}")
        if time.monotonic() >= until:
            return


@dataclass
class Driver:
    """A process under the layer, and a folder for what a disk may hold."""

    work: Path
    process: "subprocess.Popen[str]"
    files: FaultyFiles
    whole: dict[str, WriteLog] = field(default_factory=dict)

    def run(self, name: str, fault: Fault = Fault.NONE, at: int = 0, *, lasting: bool = False) -> int:
        """Do some work on an empty disk, under a fault; how many calls the fault is about."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{name} {int(fault)} {at} {int(lasting)}\n")
        stdin.flush()
        ended, left = map(int, stdout.readline().split())
        assert ended == 0, f"{name} ended under {fault.name} at {at}"
        return at - left

    def log(self) -> WriteLog:
        """What was written."""
        return WriteLog(self.work / "disk", self.files.calls())

    def undisturbed(self, name: str) -> WriteLog:
        """What some work writes where nothing fails; done once."""
        if name not in self.whole:
            self.run(name)
            self.whole[name] = self.log()
        return self.whole[name]

    @contextmanager
    def laid_out(self, disk: Disk) -> Iterator[Path]:
        """A disk as a folder."""
        at = self.work / "found"
        disk.lay_out(at)
        try:
            yield at
        finally:
            rmtree(at)

    def found(self, name: str, disk: Disk) -> Found:
        """What the next process finds. Raises StoreError where it is told that something is missing."""
        with self.laid_out(disk) as at:
            return WORK[name][1](DataFolder(at / "data"))

    def told(self, name: str, root: Path) -> Found | None:
        """What is found; None where who opens the folder, or has it checked, is told that it isn't whole."""
        folder = DataFolder(root / "data")
        try:
            with open_ledger(folder) as ledger:
                if check_folder(folder, ledger, BY.at).faults:
                    return None
            return WORK[name][1](folder)
        except StoreError:
            return None


def drawn(log: WriteLog, random_: random.Random, of_each: int, most: int) -> Iterator[tuple[int, Disk]]:
    """Disks that a cut may leave: about so many of all, taken at random."""
    cuts = log.cuts
    if len(cuts) * (2 + of_each) > most:
        cuts = sorted(random_.sample(cuts, max(1, most // (2 + of_each))))
    return log.disks(random_, of_each, cuts)


@contextmanager
def driver(work: Path) -> Iterator[Driver]:
    """Start the process; end it afterwards."""
    files = FaultyFiles(work, work / "disk")
    path = os.pathsep.join((str(PROGRAM.parent), str(PROGRAM.parents[1] / "store"), *sys.path))
    with subprocess.Popen(
        [sys.executable, PROGRAM, work],
        env={**files.environment, "PYTHONPATH": path},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield Driver(work, process, files)


def places(calls: int, random_: random.Random, most: int) -> list[int]:
    """At which of so many calls a fault is to strike."""
    return sorted(random_.sample(range(calls), min(most, calls)))
