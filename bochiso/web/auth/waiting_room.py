"""Where people wait whose password is to be checked: a hash takes 64 MB and a while, and pages go on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from bochiso.text import say
from bochiso.web.auth.signing_in import WebError

T = TypeVar("T")

AT_ONCE = 2
MOST_WAITING = 40
"""Beyond so many whoever comes is asked to come again: a flood ends here, not in everyone's pages."""


class WaitingRoom:
    """Does what takes long for a few at a time; all others wait, but not too many."""

    def __init__(self, at_once: int = AT_ONCE, most: int = MOST_WAITING) -> None:
        self._workers = ThreadPoolExecutor(at_once, "sign-in")
        self._most, self._waiting = most, 0

    async def run(self, work: Callable[[], T]) -> T:
        """What the work comes to. Raises WebError (503) where too many wait already."""
        if self._waiting >= self._most:
            raise WebError(
                503,
                say("có quá nhiều người đang đăng nhập cùng lúc.", "too many are signing in at once."),
                say("Đợi vài giây rồi đăng nhập lại.", "Wait some seconds and sign in again."),
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, copy_context().run, work)
        finally:
            self._waiting -= 1
