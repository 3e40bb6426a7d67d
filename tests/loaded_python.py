"""Processes that needn't load first: copies of a Python that has loaded what commands and servers load.

A new Python reads half a second of libraries before a command does anything, and tests start hundreds.
Where it isn't the start that is tested, one Python a session loads them once and forks whoever is asked for:
a process like another, with its own arguments, environment, folder and streams, to be waited for, signalled
and killed. What depends on the environment when it is loaded (`bochiso.cli`: the language) each copy loads
by itself.
"""

import atexit
import gc
import importlib
import io
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

LOADED = (
    "bochiso.web.app", "bochiso.web.server", "bochiso.office.backups", "bochiso.store.lake.lake_export",
    "bochiso.store.backup.integrity_check", "bochiso.report.build", "bochiso.report.verification",
    "rich.console", "rich.progress", "rich.table",
)  # fmt: skip
COPIES = hasattr(os, "fork") and hasattr(os, "pidfd_open")
STREAMS = ((0, "r"), (1, "w"), (2, "w"))


@cache
def _loaded() -> tuple[socket.socket, "subprocess.Popen[bytes]"]:
    """The Python that has loaded everything, and the door to it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, __file__, str(theirs.fileno())]
        return ours, subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)


def end_loaded() -> None:
    """End it, if any was asked for; what copies cost is then known to who asks what children cost."""
    if _loaded.cache_info().currsize:
        door, process = _loaded()
        _loaded.cache_clear()
        door.close()
        process.wait()


class _Copy(subprocess.Popen[Any]):
    """A process as any other, but for how it starts and by whom its end is told."""

    def _execute_child(self, args: Sequence[Any], *rest: Any) -> None:  # type: ignore[override]
        cwd, env, streams = rest[4], rest[5], rest[9:15]
        told, tells = os.pipe()
        self._told = io.FileIO(told)
        ends = (streams[0], streams[3], streams[5])
        fds = [number if end == -1 else end for number, end in enumerate(ends)]
        whole = dict(os.environ if env is None else env)
        asked = [str(each) for each in args[1:]], whole, str(cwd or Path.cwd())
        door, _ = _loaded()
        try:
            socket.send_fds(door, [json.dumps(asked).encode()], [*fds, tells])
        finally:
            os.close(tells)
            self._close_pipe_fds(*streams)  # type: ignore[attr-defined]
        self.pid = int(self._told.read(8))
        self._child_created = True

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        os.set_blocking(self._told.fileno(), not wait_flags)
        said = self._told.read(8)
        if said is None:
            return 0, 0
        self._told.close()
        return self.pid, int(said)

    def _internal_poll(self, *_: Any, **__: Any) -> int | None:
        with self._waitpid_lock:  # type: ignore[attr-defined]
            if self.returncode is None and not self._told.closed:
                pid, status = self._try_wait(os.WNOHANG)
                if pid:
                    self._handle_exitstatus(status)  # type: ignore[attr-defined]
        return self.returncode


def start(command: Sequence[str | Path], **options: Any) -> "subprocess.Popen[Any]":
    """`subprocess.Popen` of `[sys.executable, "-m" or "-c", …]`."""
    assert command[0] == sys.executable
    return (_Copy if COPIES else subprocess.Popen)(list(command), **options)


def run(
    command: Sequence[str | Path], *, timeout: float | None = None, check: bool = False, **options: Any
) -> "subprocess.CompletedProcess[Any]":
    """`subprocess.run` of the same, which keeps what is written to both streams."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(command, **pipes | options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
    done = subprocess.CompletedProcess(command, process.returncode, out, err)
    if check:
        done.check_returncode()
    return done


def _serve(door: socket.socket) -> tuple[list[str], dict[str, str], str, list[int]] | None:
    """Fork whoever is asked for and tell how each ended, until nobody asks; in a copy: what it is to be."""
    waiting = selectors.DefaultSelector()
    waiting.register(door, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.data is not None:
                pid, tells = key.data
                os.write(tells, b"%8d" % os.waitpid(pid, 0)[1])
                waiting.unregister(key.fd)
                os.close(key.fd)
                os.close(tells)
                continue
            message, fds, _, _ = socket.recv_fds(door, 1 << 20, 4)
            if not message:
                return None
            if not (pid := os.fork()):
                for each in waiting.get_map().values():
                    if each.data is not None:
                        os.close(each.data[1])
                    if each.fileobj is not door:
                        os.close(each.fd)
                waiting.close()
                return (*json.loads(message), fds)
            *streams, tells = fds
            for each in streams:
                os.close(each)
            os.write(tells, b"%8d" % pid)
            waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, tells))


def _become(words: list[str], env: dict[str, str], cwd: str, fds: list[int]) -> None:
    """Be the process that was asked for."""
    for number, fd in enumerate(fds[:3]):
        os.dup2(fd, number)
    for fd in fds:
        os.close(fd)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    for (number, mode), name in zip(STREAMS, ("stdin", "stdout", "stderr"), strict=True):
        raw = open(number, f"{mode}b", closefd=False)  # noqa: SIM115
        stream = io.TextIOWrapper(
            raw, encoding, "backslashreplace" if number == 2 else None,
            line_buffering=number == 2 or raw.isatty(), write_through=number == 2,
        )  # fmt: skip
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    how, what, *rest = words
    sys.argv = [how, *rest]
    sys.path.insert(0, cwd)
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        assert how == "-c"
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), main.__dict__)


def _end(code: object) -> NoReturn:
    """End as a Python ends, without freeing one by one what was loaded for others."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if isinstance(code, str):
        print(code, file=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what a person types reaches this too
    sys.path.insert(0, str(Path(__file__).parents[1]))
    for name in LOADED:
        importlib.import_module(name)
    importlib.import_module("kept_sql").keep_compiled()
    importlib.import_module("same_day").stay()
    del sys.path[:2]
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as door:
        asked = _serve(door)
    if asked is not None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code: object = 0
        try:
            _become(*asked)
        except SystemExit as end:
            code = end.code
        except BaseException:
            traceback.print_exc()
            code = 1
        _end(code)


if __name__ == "__main__":
    _main()
