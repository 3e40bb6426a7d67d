"""Reading files from outside in a process of its own, with bounds on memory, time and processor.

A file of some kilobytes can be made so that whoever reads it asks for more memory than there is, and what
reads spreadsheets then ends its process. That process must not be the server, nor a command that has
something to say. Whatever happens there is a refusal here. The system sets the bounds,
since it counts all that a parser takes, whatever the parser says of itself.
"""

import importlib
import os
import pickle
import signal
import sys
from collections.abc import Callable
from threading import Lock
from typing import Any, NoReturn, ParamSpec, TypeVar

from bochiso import errors
from bochiso.child import Child, ChildError
from bochiso.errors import BochisoError, SourceError, Where, frames
from bochiso.text import say

MEMORY_BYTES = 4 * 2**30
"""Addresses that the process may use; with nothing read yet it uses 1.4 GB of them."""

CPU_SECONDS = 120
WALL_SECONDS = 300.0
_GRACE_SECONDS = 30.0
"""The system ends who reads too long; this much later whoever started it is given up too."""

_TOO_MUCH = 3
_turn = Lock()
"""One such process at once: what one may use, several at a time could not."""

_parent: Child | None = None
"""What has loaded the readers already and starts each process as a copy of itself."""

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
    asked = pickle.dumps((read, args, kwargs, MEMORY_BYTES, CPU_SECONDS, WALL_SECONDS))
    with _turn:
        reply = _answer_of(read.__module__.encode() + b"\n" + asked)
    if not reply:
        raise _too_much(name)
    kind, *found = pickle.loads(reply)  # noqa: S301 (written by our own process)
    if kind == "done":
        result: T = found[0]
        return result
    if kind == "fault":
        raise ApartError(found[0])
    cls, what, where, do = found
    raise getattr(errors, cls, SourceError)(what, where=where, do=do)


def _answer_of(message: bytes) -> bytes:
    """What the reading process answered; nothing where it was ended."""
    global _parent
    if _parent is None:
        _parent = Child(_answered_by_a_copy, name="readers")
    try:
        return _parent.ask(message, seconds=WALL_SECONDS + _GRACE_SECONDS)
    except ChildError as error:
        raise ApartError(str(error)) from None
    except (EOFError, OSError):
        _end_parent()
        return b""
    except BaseException:  # interrupted: the answer to this would be taken for that of the next
        _end_parent()
        raise


def _end_parent() -> None:
    global _parent
    if _parent is not None:
        _parent.kill()
        _parent = None


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


def _answered_by_a_copy(message: bytearray) -> bytes:
    """Have a copy of this process read what was asked for. What came from outside is touched by it alone."""
    module, _, asked = message.partition(b"\n")
    importlib.import_module(module.decode())  # loaded once, for all copies
    if not hasattr(os, "fork"):  # a system without copies, and without bounds to set
        return _read(asked)
    ours, theirs = os.pipe()
    process = os.fork()
    if not process:
        os.close(ours)
        _read_and_end(theirs, asked)
    os.close(theirs)
    try:
        with os.fdopen(ours, "rb") as pipe:
            reply = pipe.read()
    finally:
        _, status = os.waitpid(process, 0)
    return b"" if status else reply


def _read_and_end(output: int, asked: bytearray) -> NoReturn:
    """Read, within bounds, and write what came of it: the copy."""
    code = _TOO_MUCH
    try:
        for number in (signal.SIGINT, signal.SIGTERM):  # its parent goes on without it
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # a stray word is no answer
            os.dup2(nothing, stream)
        reply = _read(asked)
        with os.fdopen(output, "wb") as pipe:
            pipe.write(reply)
        code = 0
    finally:
        os._exit(code)


def _read(asked: bytearray) -> bytes:
    global _inside
    _inside = True
    read, args, kwargs, memory, cpu, wall = pickle.loads(asked)  # noqa: S301 (written by our own process)
    _bound(memory, cpu, wall)
    return pickle.dumps(_reply(read, args, kwargs))


def _reply(read: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    try:
        return "done", read(*args, **kwargs)
    except BochisoError as error:
        return "error", type(error).__name__, error.what, error.where, error.do
    except MemoryError:
        raise
    except Exception as error:
        return "fault", frames(error)


def _bound(memory: int, cpu: int, wall: float) -> None:
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
    signal.setitimer(signal.ITIMER_REAL, wall)
    os.nice(5)
