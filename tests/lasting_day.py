"""Today in Việt Nam, for tests of what is late, due or collected "today": no midnight comes between
what such a test sends and what it reads."""

import time
from datetime import date, datetime, timedelta

from bochiso.text import VIETNAM, now

NEAR = timedelta(minutes=2)
"""What the tests of one file may take on a busy machine."""


def today() -> date:
    return now().astimezone(VIETNAM).date()


def until_midnight() -> timedelta:
    here = now().astimezone(VIETNAM)
    return datetime.combine(here.date() + timedelta(days=1), datetime.min.time(), VIETNAM) - here


def wait_out_midnight() -> None:
    """Let a midnight go by that is near."""
    left = until_midnight()
    if left <= NEAR:
        time.sleep(left.total_seconds() + 1)
