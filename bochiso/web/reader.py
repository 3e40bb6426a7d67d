"""Reading messages in a process of their own, so that other calls are answered meanwhile.

Decoding and checking keeps Python to itself: within the server's process pages would stand still
and answers would wait for each other. The process takes groups on its standard input and gives
what came of them on its standard output; nothing of a message reaches a disk. It ends when the
server does, however that ends; where it ends by itself, the next group gets another one.
"""

import gc
import os
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from typing import Any

import msgspec

from bochiso.errors import frames
from bochiso.web.reading import Group, Outcome, Told, read_group

_PIPE = 2**20
"""Bytes that a pipe holds where the system lets it: each time it is full both sides wait for each other."""

_SIZE = struct.Struct("<Q")
_GROUP = msgspec.msgpack.Decoder(Group)
_FIRST = msgspec.msgpack.encode(Group(Told("H00", "H00", False, False), 1, [b'[{"MaHoSo":"H00-000000-0"}]']))
"""Read for nobody when the process begins: what is made once is made before anyone waits for it."""
_REPLY: msgspec.msgpack.Decoder[Outcome | str] = msgspec.msgpack.Decoder(Outcome | str)


class ReaderError(Exception):
    """A group could not be read: where it failed, never what it held."""


class Reader:
    """The process, for one caller at a time."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        # It finds the program where this process did, wherever that was started.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-P", "-c", "from bochiso.web.reader import main; main()"]
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, pipesize=_PIPE
        )

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def read(self, group: Group) -> Outcome:
        """What comes of a group. Raises ReaderError where the program fails over it."""
        try:
            _send(self._process.stdin, msgspec.msgpack.encode(group))
            reply = _REPLY.decode(_receive(self._process.stdout))
        except (OSError, EOFError):
            self._process.kill()
            self.close()
            self._start()
            raise ReaderError("the reader ended") from None
        if isinstance(reply, str):
            raise ReaderError(reply)
        return reply

    def close(self) -> None:
        """End it."""
        with suppress(OSError), self._process:  # closes the pipes, which it takes for the end
            pass


def main() -> None:
    """Read groups until the server is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the server is told too, and lets calls end first
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray word is no answer
    # Messages hold no cycles, yet each makes thousands of objects: at the usual threshold the
    # collector would look at all there is several times a second.
    _read(_FIRST)
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        while True:
            _send(output, msgspec.msgpack.encode(_read(_receive(sys.stdin.buffer))))
    except (EOFError, OSError):
        os._exit(0)


def _read(frame: bytes) -> Outcome | str:
    try:
        return read_group(_GROUP.decode(frame))
    except Exception as error:
        return frames(error)


def _send(stream: Any, data: bytes) -> None:
    stream.write(_SIZE.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: Any) -> bytes:
    (size,) = _SIZE.unpack(_exactly(stream, _SIZE.size))
    return _exactly(stream, size)


def _exactly(stream: Any, size: int) -> bytes:
    data: bytes = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
