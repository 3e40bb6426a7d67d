"""A listening socket that takes no more connections than there are files to open, less the server's own.

asyncio tries again hundreds of times where no file can be opened, and writes each try down: a hundred callers
that never finish asking would fill a disk with the log and take the processor from everyone.
"""

import errno
import logging
import os
import socket
import sys
import time
from contextlib import suppress
from typing import Any

log = logging.getLogger("bochiso.web")

OWN_FILES = 64
"""Files that the server has open itself: facts, ledger, journal, pipes of its children."""

TELL_SECONDS = 60.0
"""How often at most the log says that connections are let go."""

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

_NO_FILE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def most_connections() -> int:
    """How many connections there may be, by the files that this process may open, which it raises."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    return sys.maxsize if soft == resource.RLIM_INFINITY else max(soft - OWN_FILES, soft // 4, 1)


class BoundedSocket(socket.socket):
    """Accepts as a socket does; whoever comes when there are `most` is told to come again, and let go."""

    def __init__(self, listening: socket.socket, most: int) -> None:
        super().__init__(listening.family, listening.type, listening.proto, fileno=listening.detach())
        self.most, self.open = most, 0
        self._told = -TELL_SECONDS
        self._spare = os.open(os.devnull, os.O_RDONLY)

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. Raises BlockingIOError where there is none, or it was let go."""
        try:
            number, address = self._accept()  # type: ignore[attr-defined]
        except OSError as error:
            if error.errno not in _NO_FILE:
                raise
            self._let_go_by_the_spare()
            raise BlockingIOError from None
        if self.open >= self.most:
            self._let_go(number)
            raise BlockingIOError
        return _Connection(self, number), address

    def close(self) -> None:
        """Listen no more."""
        super().close()
        self._close_spare()

    def _close_spare(self) -> None:
        if self._spare >= 0:
            os.close(self._spare)
        self._spare = -1

    def _let_go_by_the_spare(self) -> None:
        """Take the connection in the place of a file that is kept open for this alone."""
        self._close_spare()
        with suppress(OSError):
            self._let_go(self._accept()[0])  # type: ignore[attr-defined]
        with suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY)

    def _let_go(self, number: int) -> None:
        with socket.socket(self.family, self.type, self.proto, fileno=number) as caller:
            caller.setblocking(False)
            with suppress(OSError):
                caller.send(BUSY)
                caller.shutdown(socket.SHUT_WR)
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            log.warning("connections: %d, no more can be (LimitNOFILE); new ones are let go", self.open)


class _Connection(socket.socket):
    """A connection that is counted until it is closed."""

    def __init__(self, listening: BoundedSocket, number: int) -> None:
        super().__init__(listening.family, listening.type, listening.proto, fileno=number)
        self._listening: BoundedSocket | None = listening
        listening.open += 1

    def close(self) -> None:
        """Close it."""
        if self._listening is not None:
            self._listening.open -= 1
            self._listening = None
        super().close()
