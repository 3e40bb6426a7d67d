"""Reading files from outside in a process of its own, with bounds on memory, time and processor.

A file of some kilobytes can be made so that whoever reads it asks for more memory than there is, and what
reads spreadsheets then ends its process. That process must not be the server, nor a command that has
something to say. Whatever happens there is a refusal here. The system sets the bounds,
since it counts all that a parser takes, whatever the parser says of itself.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any, ParamSpec, TypeVar

from bochiso import errors
from bochiso.errors import BochisoError, SourceError, Where, frames
from bochiso.text import say

MEMORY_BYTES = 4 * 2**30
"""Addresses that the process may use; with nothing read yet it uses 1.4 GB of them."""

CPU_SECONDS = 120
WALL_SECONDS = 300.0

_READERS = 1
"""So many such processes at once: what one may use, several at a time could not."""

_TOO_MUCH = 3
_COMMAND = "from bochiso.intake.formats.isolated_reading import main; main()"
_turn = BoundedSemaphore(_READERS)
_inside = False
"""Whether this is such a process."""

P = ParamSpec("P")
T = TypeVar("T")


class ApartError(Exception):
    """The program failed over a file: where, never what it held."""


def apart(name: str | None, read: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function of a module makes of files, in a process of its own; `name`: the file's.

    Raises what the function raises, and SourceError where the process took too much or broke down. In such
    a process itself it is simply called.
    """
    if _inside:
        return read(*args, **kwargs)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    asked = pickle.dumps((read, args, kwargs, MEMORY_BYTES, CPU_SECONDS))
    with (
        _turn,
        subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-P", "-c", _COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as process,
    ):
        try:
            reply, _ = process.communicate(asked, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            reply = b""
        finally:
            process.kill()
    if process.returncode or not reply:
        raise _too_much(name)
    kind, *found = pickle.loads(reply)  # noqa: S301 (written by our own process)
    if kind == "done":
        result: T = found[0]
        return result
    if kind == "fault":
        raise ApartError(found[0])
    cls, what, where, do = found
    raise getattr(errors, cls, SourceError)(what, where=where, do=do)


def _too_much(name: str | None) -> SourceError:
    return SourceError(
        say(
            "đọc tệp này cần quá nhiều bộ nhớ hoặc thời gian, nên không đọc.",
            "reading this takes too much memory or time, so it is not read.",
        ),
        where=Where(name),
        do=say(
            "Hãy chép riêng bảng cần nạp sang một tệp mới, hoặc lưu thành .csv, rồi nạp lại.",
            "Copy the table that you need into a new file, or save it as .csv, and try again.",
        ),
    )


def main() -> None:
    """Read what was asked for on standard input, and say on standard output what came of it."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray word is no answer
    read, args, kwargs, memory, cpu = pickle.load(sys.stdin.buffer)  # noqa: S301 (written by our own process)
    _bound(memory, cpu)
    global _inside
    _inside = True
    try:
        reply = pickle.dumps(_reply(read, args, kwargs))
        output.write(reply)
        output.flush()
    except MemoryError:
        os._exit(_TOO_MUCH)
    os._exit(0)


def _reply(read: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    try:
        return "done", read(*args, **kwargs)
    except BochisoError as error:
        return "error", type(error).__name__, error.what, error.where, error.do
    except MemoryError:
        raise
    except Exception as error:
        return "fault", frames(error)


def _bound(memory: int, cpu: int) -> None:
    """Set the limits, where the system has any."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    os.nice(5)
