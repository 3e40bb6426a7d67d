"""Odd tables, workbooks, answers, messages, rules, templates: each is read or refused, none is a fault."""

import json
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from itertools import count, islice
from random import Random

import pytest
from fault_driver import MINUTES, SEED
from fuzz_inputs import KINDS, bent, corpus

from bochiso.errors import BochisoError, frames
from bochiso.intake.formats import isolated_reading

INPUTS = int(os.environ.get("BOCHISO_INPUTS", "300"))
"""How many odd inputs are tried, of all kinds together; in CI 20,000 (.ci/run)."""

MEMORY_BYTES = 3 * 2**30
OURS_AND_CHILDREN = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
BATCH = 200
BATCH_SECONDS = 60


def seeds() -> Iterator[int]:
    """The numbers of the inputs of one kind: so many, or for its part of the minutes."""
    until = time.monotonic() + MINUTES * 60 / 2 / len(KINDS)
    if not MINUTES:
        return islice(count(SEED), INPUTS // len(KINDS))
    return (each for each in count(SEED) if time.monotonic() < until)


def tried(name: str, numbers: list[int], inside: bool) -> tuple[int, list[tuple[int, str]]]:
    """The most memory a process took (KB), and what went wrong with which of them.

    Runs in a process of its own, which has so much memory and time.

    `inside`: workbooks are read in this process, too, and not each in one of its own.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    if inside:
        resource.setrlimit(resource.RLIMIT_CPU, (BATCH_SECONDS, BATCH_SECONDS))
        isolated_reading._inside = True
    found, wrong = corpus(name), []
    for number in numbers:
        try:
            found.read(bent(found.seeds, Random(f"{name} {number}")))
        except BochisoError:
            continue
        except Exception as error:
            if inside and isinstance(error, MemoryError):
                os._exit(1)
            wrong.append((number, f"{type(error).__name__} {frames(error)}"))
    return max(resource.getrusage(each).ru_maxrss for each in OURS_AND_CHILDREN), wrong


def batches(numbers: Iterator[int]) -> Iterator[list[int]]:
    while some := list(islice(numbers, BATCH)):
        yield some


def apart(name: str, numbers: list[int], inside: bool) -> tuple[int, list[tuple[int, str]]] | None:
    """`tried` in a process of its own; None where that ended itself."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(
        target=lambda: theirs.send_bytes(json.dumps(tried(name, numbers, inside)).encode())
    )
    child.start()
    theirs.close()
    try:
        found: tuple[int, list[tuple[int, str]]] | None = tuple(json.loads(ours.recv_bytes()))
    except EOFError:
        found = None
    child.join()
    ours.close()
    return found


@pytest.mark.parametrize("name", KINDS)
def test_what_is_right_is_read(name: str) -> None:
    found = corpus(name)
    for seed in found.seeds:
        found.read(seed)


@pytest.mark.parametrize("name", KINDS)
def test_an_odd_input_is_read_or_refused_and_never_a_fault(name: str) -> None:
    print(f"{name}: BOCHISO_SEED={SEED}", flush=True)
    corpus(name)  # made once, for every process
    done = peak = 0
    for numbers in batches(seeds()):
        found = apart(name, numbers, inside=True)
        if found is None:  # one of them ends whoever reads it: as it is read in truth, that is a refusal
            found = apart(name, numbers, inside=False)
        assert found is not None, f"{name}: one of {numbers[0]} to {numbers[-1]} ended its process"
        kilobytes, wrong = found
        assert not wrong, f"{name}: {wrong[:3]}"
        done, peak = done + len(numbers), max(peak, kilobytes)
    print(f"{name}: {done} inputs, at most {peak // 1024} MB", flush=True)
