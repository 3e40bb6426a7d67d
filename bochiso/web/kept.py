"""What the public is shown, kept ready as it is sent until what it was made from changes.

Published figures stay the same from day to day while thousands read them and systems push beside
them: drawing the same page again would only take from both.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bochiso.errors import StoreError
from bochiso.store.folder import DataFolder
from bochiso.store.ledger import Ledger
from bochiso.store.publications import public_versions
from bochiso.store.settings import read_settings
from bochiso.web.frame import PUBLIC
from bochiso.web.shelf import facts_state
from bochiso.web.signing_in import SESSION

FRESH_SECONDS = 2.0
"""How long a decision that another program writes into the ledger may go unseen."""

MOST_BYTES = 64_000_000
"""How much is kept; what nobody asked for longest goes first."""

_Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _Answer:
    tag: bytes
    headers: _Headers
    body: bytes
    route: object


class _Decided:
    """What people decided that public pages rest on, read again once it may have changed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: Hashable = None
        self._at, self._writes = 0.0, -1
        self._reading: asyncio.Task[None] | None = None

    async def __call__(self) -> Hashable:
        """It, as it was a moment ago at the earliest. Raises StoreError where the ledger can't be read."""
        age = time.monotonic() - self._at
        if self._writes != self._ledger.writes or age > FRESH_SECONDS:
            await run_in_threadpool(self._read)
        elif age > FRESH_SECONDS / 2 and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read_beside())  # the next one needn't wait for it
        return self._known

    async def _read_beside(self) -> None:
        with suppress(StoreError):  # whoever has to wait for it is told
            await run_in_threadpool(self._read)

    def _read(self) -> None:
        at, writes = time.monotonic(), self._ledger.writes
        self._known = tuple(public_versions(self._ledger)), read_settings(self._ledger)
        self._at, self._writes = at, writes


class Kept:
    """Answers calls of the public itself where it has the answer; keeps what the application answers.

    Only what has an address without a query, and what the application says anyone may keep.
    """

    def __init__(self, app: ASGIApp, folder: DataFolder, ledger: Ledger) -> None:
        self._app, self._folder = app, folder
        self._decided = _Decided(ledger)
        self._state: Hashable = None
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        headers = Headers(scope=scope)
        if scope["method"] != "GET" or scope["query_string"] or SESSION in headers.get("cookie", ""):
            await self._app(scope, receive, send)
            return
        try:
            decided = await self._decided()
        except StoreError:
            await self._app(scope, receive, send)
            return
        if (state := (facts_state(self._folder), decided)) != self._state:
            self._state, self._size = state, 0
            self._answers.clear()
        key = scope["address"], "gzip" in headers.get("accept-encoding", "")
        if (found := self._answers.get(key)) is None:
            taking, state = _Taking(send), self._state
            await self._app(scope, receive, taking)
            if (made := taking.answer(scope.get("route"))) and self._state is state:
                self._keep(key, made)
            return
        self._answers.move_to_end(key)
        scope["route"] = found.route
        same = found.tag in headers.get("if-none-match", "").encode()
        await send({"type": "http.response.start", "status": 304 if same else 200,
                    "headers": _unchanged(found.headers) if same else found.headers})  # fmt: skip
        await send({"type": "http.response.body", "body": b"" if same else found.body})

    def _keep(self, key: Hashable, made: _Answer) -> None:
        if key in self._answers:
            return  # another call was as quick
        self._answers[key] = made
        self._size += len(made.body)
        while self._size > MOST_BYTES:
            _, gone = self._answers.popitem(last=False)
            self._size -= len(gone.body)


class _Taking:
    """Passes an answer on, and remembers it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._headers: _Headers = []
        self._parts: list[bytes] | None = None

    async def __call__(self, message: Message) -> None:
        """One part of the answer."""
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._headers, self._parts = list(message["headers"]), []
        elif message["type"] == "http.response.body" and self._parts is not None:
            self._parts.append(message.get("body", b""))
        await self._send(message)

    def answer(self, route: object) -> _Answer | None:
        """The whole, where anyone may keep it."""
        said = dict(self._headers)
        if self._parts is None or said.get(b"cache-control") != PUBLIC.encode() or b"set-cookie" in said:
            return None
        return _Answer(said[b"etag"], self._headers, b"".join(self._parts), route)


def _unchanged(headers: Sequence[tuple[bytes, bytes]]) -> _Headers:
    """The headers of an answer without a body."""
    return [
        each for each in headers if each[0] not in (b"content-length", b"content-encoding", b"content-type")
    ]
