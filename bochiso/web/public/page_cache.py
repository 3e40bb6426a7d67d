"""What the public is shown, kept ready as it is sent until what it was made from changes.

Published figures stay the same from day to day while thousands read them and systems push beside
them: drawing the same page again would only take from both. It is in the application and not in a proxy
because a withdrawal must be seen at once (docs/decisions/0012-pages.md).
"""

import asyncio
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cachetools import LRUCache
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bochiso.errors import StoreError
from bochiso.store.folder import DataFolder
from bochiso.web.auth.signing_in import SESSION
from bochiso.web.core.ledger_cache import Decisions, LedgerCache
from bochiso.web.core.query_cache import FactsState
from bochiso.web.core.template_context import PUBLIC_CACHE_CONTROL

MOST_BYTES = 64_000_000
"""How much is kept; what nobody asked for longest goes first."""

_Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _CachedResponse:
    tag: bytes
    headers: _Headers
    body: bytes
    route: object


class PublicPageCache:
    """Answers calls of the public itself where it has the answer; keeps what the application answers.

    Only what has an address without a query, and what the application says anyone may keep.
    """

    def __init__(
        self,
        app: ASGIApp,
        folder: DataFolder,
        decisions: LedgerCache[None, Decisions],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._app, self._decisions = app, decisions
        self._refreshing: asyncio.Task[None] | None = None
        self._facts = FactsState(folder)
        self._state: Hashable = None
        self._answers: LRUCache[Hashable, _CachedResponse] = LRUCache(most_bytes, getsizeof=_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        headers = Headers(scope=scope)
        if scope["method"] != "GET" or scope["query_string"] or _is_personal(headers):
            await self._app(scope, receive, send)
            return
        try:
            decided = await self._decided()
        except StoreError:
            await self._app(scope, receive, send)
            return
        if (state := (self._facts(), decided)) != self._state:
            self._state = state
            self._answers.clear()
        key = scope["address"], "gzip" in headers.get("accept-encoding", "")
        if (found := self._answers.get(key)) is None:
            recorder, state = _ResponseRecorder(send), self._state
            await self._app(scope, receive, recorder)
            if (made := recorder.answer(scope.get("route"))) and self._state is state:
                with suppress(ValueError):  # larger than all that may be kept
                    self._answers[key] = made
            return
        scope["route"] = found.route
        same = found.tag in headers.get("if-none-match", "").encode()
        await send({"type": "http.response.start", "status": 304 if same else 200,
                    "headers": _unchanged(found.headers) if same else found.headers})  # fmt: skip
        await send({"type": "http.response.body", "body": b"" if same else found.body})

    async def _decided(self) -> Decisions:
        """What people decided, as it was a moment ago at the earliest. Raises StoreError."""
        age, seconds = self._decisions.age(None), self._decisions.seconds
        if age > seconds:
            return await run_in_threadpool(self._decisions, None)
        if age > seconds / 2 and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = asyncio.create_task(self._refresh())  # the next one needn't wait for it
        return self._decisions(None)

    async def _refresh(self) -> None:
        with suppress(StoreError):  # whoever has to wait for it is told
            await run_in_threadpool(self._decisions.refresh, None)


def _is_personal(headers: Headers) -> bool:
    """Whether any cookie of ours comes along, in whichever of several headers."""
    return any(SESSION in each for each in headers.getlist("cookie"))


def _size(answer: _CachedResponse) -> int:
    return len(answer.body)


class _ResponseRecorder:
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

    def answer(self, route: object) -> _CachedResponse | None:
        """The recorded response; None where it may not be cached for everyone, or is incomplete."""
        said = dict(self._headers)
        if (
            self._parts is None
            or said.get(b"cache-control") != PUBLIC_CACHE_CONTROL.encode()
            or b"set-cookie" in said
        ):
            return None
        return _CachedResponse(said[b"etag"], self._headers, b"".join(self._parts), route)


def _unchanged(headers: Sequence[tuple[bytes, bytes]]) -> _Headers:
    """The headers of an answer without a body."""
    return [
        each for each in headers if each[0] not in (b"content-length", b"content-encoding", b"content-type")
    ]
