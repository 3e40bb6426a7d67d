"""Processes of our own that answer messages, so that what takes long or much memory is done apart.

A child is another Python with nothing of this one's memory: it takes bytes over a pair of sockets and gives
bytes back, one message at a time. It ends when the process that started it does, however that ends.
A message is written and read by one call each, into memory of its size: by multiprocessing's own pipes one
of 1.6 MB took the child twenty times as long (2 ms, not 0.1).
"""

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.util import Finalize
from typing import Self

from bochiso.errors import frames

_SPAWN = multiprocessing.get_context("spawn")

_SECONDS_TO_END = 5


Answer = Callable[[bytearray], bytes]
"""What a child does with a message; it may keep no part of it."""

_SIZE = 8
_ANSWERED, _FAILED = b"\0", b"\1"


class ChildError(Exception):
    """A message was not answered: where it failed, never what it held."""


class Child:
    """A process that answers by a function of a module, for one caller at a time.

    `prepare` is called once, before the first message.
    """

    def __init__(self, answer: Answer, *, prepare: Callable[[], None] | None = None, name: str) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:  # only the child holds its end: nothing comes any more where the child is gone
            self._process = _SPAWN.Process(
                target=_answer_all, args=(theirs, answer, prepare), name=name, daemon=True
            )
            try:
                self._process.start()
            except BaseException:
                self._socket.close()
                raise
        # It ignores the signal that ends children: a program that ends with one open would wait for it,
        # so its socket is closed before multiprocessing ends and awaits all children (those without priority
        # come after that).
        Finalize(self, self._socket.close, exitpriority=10)

    @property
    def pid(self) -> int | None:
        """The process."""
        return self._process.pid

    def ask(self, message: bytes, *, seconds: float | None = None) -> bytes:
        """The answer to a message.

        Raises ChildError where the function fails, EOFError or OSError where the process has
        ended, TimeoutError (an OSError) where it takes longer than `seconds`.
        """
        _send(self._socket, message)
        if seconds is not None and not wait([self._socket], seconds):
            raise TimeoutError(f"no answer within {seconds} seconds")
        answered = _receive(self._socket, 1) == _ANSWERED
        answer = bytes(_receive_message(self._socket))
        if not answered:
            raise ChildError(answer.decode())
        return answer

    def close(self) -> None:
        """End it; what it is doing is not waited for long."""
        self._socket.close()
        self._process.join(_SECONDS_TO_END)
        self.kill()

    def kill(self) -> None:
        """End it now."""
        self._socket.close()
        self._process.kill()
        self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _answer_all(ours: socket.socket, answer: Answer, prepare: Callable[[], None] | None) -> None:
    """Answer until the other end is closed: the child."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # who started it is told too, and lets calls end first
    if prepare is not None:
        prepare()
    with suppress(EOFError, OSError):
        while True:
            message = _receive_message(ours)
            try:
                reply = answer(message)
            except Exception as error:
                ours.sendall(_FAILED)
                _send(ours, frames(error).encode())
            else:
                ours.sendall(_ANSWERED)
                _send(ours, reply)
    os._exit(0)


def _send(to: socket.socket, message: bytes) -> None:
    to.sendall(len(message).to_bytes(_SIZE))
    to.sendall(message)


def _receive_message(of: socket.socket) -> bytearray:
    return _receive(of, int.from_bytes(_receive(of, _SIZE)))


def _receive(of: socket.socket, size: int) -> bytearray:
    """So many bytes. Raises EOFError where the other end is closed before."""
    found = bytearray(size)
    rest = memoryview(found)
    while rest:
        if not (got := of.recv_into(rest, len(rest), socket.MSG_WAITALL)):
            raise EOFError
        rest = rest[got:]
    return found
