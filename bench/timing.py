"""Time and memory: ours and the peer in turn, the best of several rounds; a peak in a process of its own."""

import gc
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

Timed = Callable[[], object]


@dataclass(frozen=True)
class Line:
    """One promise and what was measured of it.

    ours and peer are in `unit`. The promise is a ratio of at most `promised`; without a peer, ours itself.
    """

    what: str
    ours: float
    peer: float | None
    promised: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """What is held against the promise: ours over the peer's, ours alone where there is no peer."""
        return self.ours if self.peer is None else self.ours / self.peer

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.ratio <= self.promised


def race(ours: Timed, peer: Timed, rounds: int) -> tuple[float, float]:
    """Milliseconds of both, each the best of the rounds; they take turns, so both meet the same weather."""
    best = [float("inf")] * 2
    for _ in range(rounds):
        for place, run in enumerate((ours, peer)):
            gc.collect()
            start = perf_counter()
            run()
            best[place] = min(best[place], (perf_counter() - start) * 1000)
    return best[0], best[1]


def peak(module: str, function: str, *arguments: str) -> float:
    """Peak memory (resident, MB) of a fresh process that calls `module.function(*arguments)`.

    Call it while this process is still small: on Linux a child's peak starts at its parent's.
    """
    program = (
        "import resource, sys\n"
        f"from {module} import {function}\n"
        f"{function}(*sys.argv[1:])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=True, stdout=subprocess.PIPE)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return int(done.stdout) / unit
