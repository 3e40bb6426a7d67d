"""Running the application: a listening socket, connections that can't stall, a clean end at a signal."""

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bochiso.errors import StoreError, Where
from bochiso.text import say
from bochiso.web.sync.live_events import Live

IDLE_SECONDS = 60
"""How long a connection may be open without a whole request head."""

SWITCH_SECONDS = 0.001
"""After which a thread that computes lets in the one that answers; Python's own 5 ms are a page's time."""

DRAIN_SECONDS = 30
"""How long calls that are under way may take once the server is told to stop."""


class Server(uvicorn.Server):
    """Serves until it is told to stop (SIGTERM, Ctrl+C, `should_exit`), then lets calls end."""

    def __init__(self, app: ASGIApp, live: Live, ready: Callable[[], None] = lambda: None) -> None:
        config = uvicorn.Config(
            app, http=_Protocol, ws="none", lifespan="off", loop="asyncio", log_config=None, access_log=False,
            server_header=False, proxy_headers=False, timeout_keep_alive=IDLE_SECONDS, backlog=256,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )  # fmt: skip
        super().__init__(config)
        self._live, self._ready = live, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening; those who follow live are let go, since they would stay for ever."""
        self._live.close()
        await super().shutdown(sockets)

    def run_until_signal(self, listening: socket.socket) -> None:
        """Serve in the main thread; returns once a signal has ended it."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave_it)  # uvicorn raises what it caught again, behind the end
        # What was imported stays; looking for cycles in it would keep everyone waiting for 0.2 seconds.
        gc.freeze()
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            self.run([listening])
        finally:
            sys.setswitchinterval(interval)
            gc.unfreeze()


class _Protocol(H11Protocol):
    """A connection that is closed where no request comes, or only a part of its head.

    uvicorn has a limit between requests, none for a head that comes byte by byte: such connections would
    use up what the server may open. `cycle` isn't uvicorn's public interface, hence its pinned version.
    """

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.transport = _HeadWithBody(transport, self.loop)  # type: ignore[assignment]
        # asyncio leaves this out for sockets made without a protocol's number; an answer's body, sent
        # behind its head, would wait 40 ms for the other side.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._last: object = None
        self._look_again()

    def _look_again(self) -> None:
        self._look = self.loop.call_later(IDLE_SECONDS, self._looked)

    def _looked(self) -> None:
        if self.transport.is_closing():
            return
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self.cycle is self._last:
            self.transport.close()
            return
        self._last = self.cycle
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        self._look.cancel()
        super().connection_lost(exc)


_HEAD_SECONDS = 0.005
"""How long the head of an answer waits for its body."""


class _HeadWithBody:
    """A transport that sends the head of an answer together with the first of its body.

    Each sending lets other threads in, and the one that answers waits for its turn again: one instead of two.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._head: bytes | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send bytes, or keep them for a moment where a head begins."""
        if self._head is not None:
            data = self._taken() + data
        elif data.startswith(b"HTTP/1.1 2"):
            self._head = data
            self._timer = self._loop.call_later(_HEAD_SECONDS, self._flush)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Send what is kept, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head is not None:
            self._transport.write(self._taken())

    def _taken(self) -> bytes:
        head, self._head = self._head or b"", None
        if self._timer is not None:
            self._timer.cancel()
        return head


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises StoreError where that isn't possible."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        raise StoreError(
            say("cổng này đang được chương trình khác dùng.", "another program uses this port.")
            if taken
            else say("không mở được địa chỉ này.", "this address can't be opened."),
            where=Where(address(host, port)),
            do=say("Chọn --host hoặc --port khác.", "Choose another --host or --port."),
        ) from None


def address(host: str, port: int) -> str:
    """The address of a server, as a browser takes it."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _leave_it(number: int, frame: object) -> None:
    """Ignore the signal, which uvicorn raises again once it has shut down because of it."""
