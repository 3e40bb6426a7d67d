"""How often the same thing is tried: everywhere enough to notice, more where a change lands.

What is tried is the same; only the number of drawn examples differs.
"""

import os

THOROUGH = bool(os.environ.get("BOCHISO_CI"))


def tries(landing: int, everywhere: int) -> int:
    """How many examples: `landing` where everything is checked before a change lands."""
    return landing if THOROUGH else everywhere
