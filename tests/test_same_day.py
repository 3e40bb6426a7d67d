"""What tests take for now is the same day, here and in the processes that they ask for."""

import json
import sys
from datetime import timedelta

import loaded_python
from same_day import BEGINS

from bochiso.text import now

ASKED = "import json; from bochiso.text import now; print(json.dumps(now().isoformat()))"


def test_it_is_the_day_of_the_tests_here_and_in_a_process_that_was_loaded() -> None:
    assert timedelta() <= now() - BEGINS < timedelta(hours=12)
    done = loaded_python.run([sys.executable, "-c", ASKED], check=True)
    assert json.loads(done.stdout)[:10] == f"{BEGINS:%Y-%m-%d}"
