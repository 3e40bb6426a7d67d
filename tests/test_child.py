"""A process of our own: answers, failures, and ends."""

import os
import signal
import subprocess
import sys
import zlib

import pytest
from waiting import PATIENCE

from bochiso.child import Child, ChildError


def test_messages_are_answered_one_after_the_other_however_large() -> None:
    with Child(zlib.compress, name="packs") as child:
        for message in (b"", b"a", os.urandom(3_000_000)):
            assert zlib.decompress(child.ask(message)) == message


def test_a_failure_names_the_error_and_not_what_was_sent_and_the_next_is_answered() -> None:
    with Child(zlib.decompress, name="unpacks") as child:
        with pytest.raises(ChildError, match=r"^error .*child\.py:\d+") as failed:
            child.ask(b"Nguyen Van A")
        assert "Nguyen" not in str(failed.value)
        assert child.ask(zlib.compress(b"b")) == b"b"


def test_it_is_prepared_before_the_first_message() -> None:
    def never() -> None: ...

    with pytest.raises(AttributeError, match="local object"):
        Child(zlib.compress, prepare=never, name="local")
    child = Child(zlib.compress, prepare=sys.exit, name="leaves")  # as it is prepared
    with pytest.raises((EOFError, OSError)):
        child.ask(b"a")
    child.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGSTOP")
def test_one_that_takes_too_long_or_has_ended_is_told_apart_and_closed() -> None:
    child = Child(zlib.compress, name="stands")
    assert child.pid is not None
    child.ask(b"a")
    os.kill(child.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError, match=r"0\.2 seconds"):
        child.ask(b"a", seconds=0.2)
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises((EOFError, ConnectionError)):
        child.ask(b"a")
    child.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_signals_that_end_the_one_who_asks_let_it_answer_first() -> None:
    with Child(zlib.compress, name="stays") as child:
        assert child.pid is not None
        child.ask(b"a")
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(child.pid, number)
        assert zlib.decompress(child.ask(b"b")) == b"b"


ASKED_FIRST = "import weakref; weakref.finalize(kept := type('A', (), {})(), id, 0)"


@pytest.mark.parametrize("before", ["", ASKED_FIRST])
def test_a_program_that_ends_with_one_open_ends(before: str) -> None:
    """Whoever asked first to be told of the end."""
    program = f"""
{before}
import zlib
from bochiso.child import Child
child = Child(zlib.compress, name="kept")
print(len(child.ask(b"a")))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout) == (0, b"9\n"), done.stderr
