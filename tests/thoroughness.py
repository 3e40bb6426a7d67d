"""How often the same thing is tried: everywhere enough to notice, more where a change lands.

What is tried is the same; only the number of drawn examples differs.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

THOROUGH = bool(os.environ.get("BOCHISO_CI") or os.environ.get("BOCHISO_TORTURE"))
"""Where a change lands, and by `make torture`: nothing is left out."""


def tries(landing: int, everywhere: int) -> int:
    """How many examples: `landing` where everything is checked before a change lands."""
    return landing if THOROUGH else everywhere


def spread(cases: Iterable[T], everywhere: int) -> list[T]:
    """All cases where everything is checked before a change lands; elsewhere so many, from first to last."""
    found = list(cases)
    if THOROUGH or len(found) <= everywhere:
        return found
    last = max(1, everywhere - 1)
    return [found[round(n * (len(found) - 1) / last)] for n in range(everywhere)]
