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

INPUTS = int(os.environ.get("BOCHISO_INPUTS", "300"))
"""How many odd inputs are tried, of all kinds together; in CI 20,000 (.ci/run)."""

MEMORY_BYTES = 3 * 2**30
BATCH = 200


def seeds() -> Iterator[int]:
    """The numbers of the inputs of one kind: so many, or for its part of the minutes."""
    until = time.monotonic() + MINUTES * 60 / 2 / len(KINDS)
    if not MINUTES:
        return islice(count(SEED), INPUTS // len(KINDS))
    return (each for each in count(SEED) if time.monotonic() < until)


def tried(name: str, numbers: list[int]) -> list[tuple[int, str]]:
    """What went wrong with which of them; runs in a process of its own, which has so much memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    found, wrong = corpus(name), []
    for number in numbers:
        try:
            found.read(bent(found.seeds, Random(f"{name} {number}")))
        except BochisoError:
            continue
        except Exception as error:
            wrong.append((number, f"{type(error).__name__} {frames(error)}"))
    return wrong


def batches(numbers: Iterator[int]) -> Iterator[list[int]]:
    while some := list(islice(numbers, BATCH)):
        yield some


def apart(name: str, numbers: list[int]) -> list[tuple[int, str]]:
    """`tried` in a process of its own; one that ends itself is something wrong, too."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=lambda: theirs.send_bytes(json.dumps(tried(name, numbers)).encode()))
    child.start()
    theirs.close()
    try:
        found: list[tuple[int, str]] = json.loads(ours.recv_bytes())
    except EOFError:
        found = [(numbers[0], f"one of {len(numbers)} inputs ended its process")]
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
    done = 0
    for numbers in batches(seeds()):
        wrong = apart(name, numbers)
        assert not wrong, f"{name}: {wrong[:3]}"
        done += len(numbers)
    print(f"{name}: {done} inputs", flush=True)
