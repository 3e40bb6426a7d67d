"""What takes long is left out where somebody works, and nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LONG = "test_nothing_is_lost_and_public_pages_are_answered_whatever_befalls_the_disk"
FILE = Path(__file__).parent / "torture" / "test_faults_under_load.py"


@pytest.mark.parametrize("asked", ["BOCHISO_CI", "BOCHISO_TORTURE", None])
def test_load_with_kills_is_tried_where_a_change_lands_and_by_torture(asked: str | None) -> None:
    told = {name: value for name, value in os.environ.items() if not name.startswith("BOCHISO_")}
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", str(FILE)],
        env=told | ({asked: "1"} if asked else {}), cwd=FILE.parents[2], capture_output=True, text=True,
    )  # fmt: skip
    assert (LONG in found.stdout) is (asked is not None), found.stderr
