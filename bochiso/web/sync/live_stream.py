"""`GET /live`: who may hear which scores, and the events sent to them for as long as they stay.

Below what the framework makes of a call: a thousand stay at once, and each would hold all of it.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bochiso.errors import BochisoError
from bochiso.store.people.permissions import Action
from bochiso.text import say
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.sync.live_events import HearingRight, Live
from bochiso.web.sync.sync_calls import SyncProtocol, call_of
from bochiso.web.sync.sync_responses import CallError, Code

PersonOf = Callable[[Request], SignedIn | None]

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class LiveStream:
    """The application of one path. `person`: who signed in; `still`: who of them still may."""

    def __init__(self, live: Live, sync: SyncProtocol, person: PersonOf, still: PersonOf) -> None:
        self._live, self._sync, self._person, self._still = live, sync, person, still
        self._rights: WeakValueDictionary[tuple[str, str, str, str, bytes], HearingRight] = (
            WeakValueDictionary()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the listener goes or may hear no more. Raises CallError for who may not."""
        unit, who = await run_in_threadpool(self._heard, scope, self._person)
        if scope["method"] == "HEAD":
            await Response(headers=_HEADERS)(scope, receive, send)
            return
        if self._live.full(who):
            raise CallError(Code.TOO_OFTEN, say("quá nhiều người đang theo dõi.", "too many are listening."))

        right = self._right(scope, unit, who)
        await send({"type": "http.response.start", "status": 200, "headers": Headers(_HEADERS).raw})
        gone = asyncio.ensure_future(_gone(receive))
        try:
            async with aclosing(self._live.listen(unit, who, right, gone)) as events:
                async for each in events:
                    await send({"type": "http.response.body", "body": each, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    def _right(self, scope: Scope, unit: str, who: str) -> HearingRight:
        """The one of all who listen with the same session."""

        def still() -> bool:
            try:
                return self._heard(scope, self._still) == (unit, who)
            except BochisoError:
                return False

        headers = Headers(scope=scope)
        session = headers.get("authorization", ""), headers.get("cookie", ""), scope["query_string"]
        return self._rights.setdefault((unit, who, *session), HearingRight(still))

    def _heard(self, scope: Scope, person_of: PersonOf) -> tuple[str, str]:
        """The unit whose scores a listener hears, with those below it, empty for every unit; and who it is.

        Scores that aren't published are for officers, and for the systems that send the dossiers. Raises
        CallError for who is neither.
        """
        request = Request(scope)
        person = person_of(request)
        if person is not None and person.may(Action.SEE_UNPUBLISHED):
            return "", f"person {person.name}"
        if person is not None and person.unit and person.may(Action.SEE_UNPUBLISHED, person.unit):
            return person.unit, f"person {person.name}"
        key = self._sync.key_of(self._sync.session(call_of(request, None).token))
        return key.unit, f"key {key.name}"


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
