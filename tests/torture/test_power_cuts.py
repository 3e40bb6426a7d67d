"""Disks that lose power, fill up, break, lie and forget: what was acknowledged is found, or missed aloud."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from acknowledged import WORK, cheap_passwords
from fault_driver import Driver, dice, drawn, driver, places
from faulty_files import Fault, needs_compiler
from power_cuts import flip
from thoroughness import THOROUGH, tries

from bochiso.errors import StoreError

pytestmark = needs_compiler

DISKS = {
    "journal": tries(1000, 250),
    "ledger": tries(90, 30),
    "figures": tries(36, 12),
    "dossiers": tries(18, 12),
}
"""How many disks are tried of each work where no minutes are given."""

NAMES = tuple(WORK)

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def under_faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Disks that are tried are written and read by the thousand: in memory, where there is room for that."""
    cheap_passwords()
    if not MEMORY.is_dir():
        with driver(tmp_path_factory.mktemp("faulty")) as made:
            yield made
        return
    with TemporaryDirectory(prefix="bochiso-faulty-", dir=MEMORY) as work, driver(Path(work)) as made:
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_the_log_tells_all_that_is_on_the_disk(under_faults: Driver, name: str) -> None:
    under_faults.run(name)
    with under_faults.laid_out(under_faults.log().whole()) as root:
        there = under_faults.work / "disk"
        for path in there.rglob("*"):
            copy = root / path.relative_to(there)
            assert copy.is_dir() if path.is_dir() else copy.read_bytes() == path.read_bytes(), path
        assert len([*root.rglob("*")]) == len([*there.rglob("*")])


@pytest.mark.parametrize("name", NAMES)
def test_the_power_cut_at_any_write_takes_nothing_that_was_acknowledged(
    under_faults: Driver, name: str
) -> None:
    log = under_faults.undisturbed(name)
    assert len(log.notes(len(log.steps))) > 2
    for each in dice(f"power {name}"):
        for cut, disk in drawn(log, each, 4, DISKS[name]):
            assert under_faults.found(name, disk) >= {*log.notes(cut)}, (
                f"cut behind {log.steps[cut - 1].call}"
            )


FAULTS = (Fault.FULL, Fault.BROKEN, Fault.SHORT, Fault.SYNC_BROKEN, Fault.RENAME_BROKEN, Fault.OPEN_FULL)
FAILING = [
    pytest.param(name, fault, id=f"{fault.name.lower()}-{name}")
    for n, fault in enumerate(FAULTS)
    for m, name in enumerate(NAMES)
    if THOROUGH or name == "journal" or (n + m) % 6 == 0
]
"""Every work under every fault; elsewhere the journal is, and of the others each under one of them."""


@pytest.mark.parametrize(("name", "fault"), FAILING)
def test_a_call_that_fails_fails_aloud_and_takes_nothing_that_was_acknowledged(
    under_faults: Driver, name: str, fault: Fault
) -> None:
    most = tries(12, 6) if name == "journal" else 1
    calls = under_faults.run(name, fault, 10**9)
    for each in dice(f"{fault.name} {name}"):
        for at in places(calls, each, most):
            lasting = each.random() < 0.3
            under_faults.run(name, fault, at, lasting=lasting)
            log = under_faults.log()
            end = len(log.steps)
            for cut, disk in [(end, log.whole()), *drawn(log, each, 1, 2)]:
                assert under_faults.found(name, disk) >= {*log.notes(cut)}, (at, lasting, cut)


@pytest.mark.landing
@pytest.mark.parametrize("at", [4, 11, 12])
def test_a_folder_and_facts_whose_first_flush_failed_are_made_anew(under_faults: Driver, at: int) -> None:
    """A name that wasn't flushed may be gone after a power cut, whatever was kept below it since."""
    under_faults.run("dossiers", Fault.SYNC_BROKEN, at)
    log = under_faults.log()
    for cut, disk in drawn(log, Random(f"first flush {at}"), 4, 30):
        assert under_faults.found("dossiers", disk) >= {*log.notes(cut)}, cut


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_lies_about_flushes_makes_nothing_up(under_faults: Driver, name: str) -> None:
    sent = {*under_faults.undisturbed(name).notes(10**9)}
    for each in dice(f"lies {name}"):
        under_faults.run(name, Fault.SYNC_LOST, each.randrange(20), lasting=each.random() < 0.5)
        log = under_faults.log()
        for cut, disk in drawn(log, each, 2, DISKS[name] // 3):
            try:
                found = under_faults.found(name, disk)
            except StoreError:
                continue
            assert found <= sent, f"cut behind {log.steps[cut - 1].call}"


@pytest.mark.parametrize("name", NAMES)
def test_a_bit_that_turned_changes_nothing_or_is_told(under_faults: Driver, name: str) -> None:
    log = under_faults.undisturbed(name)
    whole, sent = log.whole(), {*log.notes(len(log.steps))}
    for each in dice(f"bits {name}"):
        for _ in range(8 if name in ("journal", "ledger") else tries(3, 1)):
            with under_faults.laid_out(whole) as root:
                which = flip(root, each, ("data/evidence/**/*", "data/*.sqlite", "data/*.duckdb"))
                found = under_faults.told(name, root)
                assert found is None or found >= sent, which
