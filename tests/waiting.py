"""Waiting for what will come, however slow the machine: long at the most, no longer than it takes."""

import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds after which something that should have happened never will."""


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    last = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < last, "it never came"
        time.sleep(0.01)
