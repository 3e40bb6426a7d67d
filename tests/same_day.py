"""Tests run on one day, whatever the day: a Wednesday in November, from ten in the morning on.

What is late, due soon or of this year would otherwise be so on the day on which its test was written, and no
longer after a midnight, on a holiday or in January.
"""

import os
import time
from datetime import UTC, datetime
from types import SimpleNamespace

BEGINS = datetime(2026, 11, 25, 3, tzinfo=UTC)
_BEGAN = "TESTS_BEGAN"


def stay() -> None:
    """Let it be that day for bochiso in this process, and in those that it loads Python for."""
    # bochiso.text knows the only clock; what else it imports is loaded when a process is ready for it.
    from bochiso import text

    began = float(os.environ.setdefault(_BEGAN, repr(time.time())))
    shift = BEGINS.timestamp() - began
    vars(text)["time"] = SimpleNamespace(time=lambda: time.time() + shift)
