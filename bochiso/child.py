"""Processes of our own that answer messages, so that what takes long or much memory is done apart.

A child is another Python with nothing of this one's memory: it takes bytes over a pipe and gives
bytes back, one message at a time. It ends when the process that started it does, however that ends.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from typing import Self

from bochiso.errors import frames

_SPAWN = multiprocessing.get_context("spawn")

_SECONDS_TO_END = 5


class ChildError(Exception):
    """A message was not answered: where it failed, never what it held."""


class Child:
    """A process that answers by a function of a module, for one caller at a time.

    `prepare` is called once, before the first message.
    """

    def __init__(
        self, answer: Callable[[bytes], bytes], *, prepare: Callable[[], None] | None = None, name: str
    ) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        with theirs:  # only the child holds its end: it is the end of the pipe where the child is gone
            self._process = _SPAWN.Process(
                target=_answer_all, args=(theirs, answer, prepare), name=name, daemon=True
            )
            self._process.start()
        # It ignores the signal that ends children: a program that ends with one open would wait for it,
        # so its pipe is closed before multiprocessing ends and awaits all children (those without priority
        # come after that).
        Finalize(self, self._pipe.close, exitpriority=10)

    @property
    def pid(self) -> int | None:
        """The process."""
        return self._process.pid

    def ask(self, message: bytes, *, seconds: float | None = None) -> bytes:
        """The answer to a message.

        Raises ChildError where the function fails, EOFError or OSError where the process has
        ended, TimeoutError (an OSError) where it takes longer than `seconds`.
        """
        self._pipe.send_bytes(message)
        if not self._pipe.poll(seconds):
            raise TimeoutError(f"no answer within {seconds} seconds")
        failure: str | None = self._pipe.recv()
        if failure is not None:
            raise ChildError(failure)
        return self._pipe.recv_bytes()

    def close(self) -> None:
        """End it; what it is doing is not waited for long."""
        self._pipe.close()
        self._process.join(_SECONDS_TO_END)
        self.kill()

    def kill(self) -> None:
        """End it now."""
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _answer_all(
    pipe: Connection, answer: Callable[[bytes], bytes], prepare: Callable[[], None] | None
) -> None:
    """Answer until the other end is closed: the child."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # who started it is told too, and lets calls end first
    if prepare is not None:
        prepare()
    with suppress(EOFError, OSError):
        while True:
            message = pipe.recv_bytes()
            try:
                reply = answer(message)
            except Exception as error:
                pipe.send(frames(error))
            else:
                pipe.send(None)
                pipe.send_bytes(reply)
    os._exit(0)
