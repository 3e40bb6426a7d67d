"""The application: its parts opened in order, its routes, and what is logged of a call."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bochiso.errors import BochisoError, frames
from bochiso.office.backend import Backend, open_for_server
from bochiso.office.collection_desk import CollectionDesk, OpenPortal
from bochiso.rules.file.parse import canonical
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.sync_source import PublishedFor
from bochiso.store.people.ledger import Ledger
from bochiso.text import say
from bochiso.web import monitoring
from bochiso.web.auth.signing_in import SigningIn
from bochiso.web.core.ledger_cache import (
    Decisions,
    LedgerCache,
    decisions_of,
    decisions_shown,
    kept_boundaries,
    kept_emblem,
)
from bochiso.web.core.page_services import PageServices, Renderer
from bochiso.web.core.query_cache import QueryCache
from bochiso.web.core.request_log import RequestCounts, new_request_id
from bochiso.web.core.units_below import UnitsBelow
from bochiso.web.core.visible_snapshots import VisibleSnapshots
from bochiso.web.public.page_cache import PublicPageCache
from bochiso.web.site_app import Dispatcher, create_pages
from bochiso.web.sync.live_events import Live
from bochiso.web.sync.live_stream import LiveStream
from bochiso.web.sync.records_api import list_routes
from bochiso.web.sync.request_limits import Limits
from bochiso.web.sync.sync_calls import SyncProtocol, routes
from bochiso.web.sync.sync_responses import CallError, Code, SyncResponse, fault, refusal, unavailable

log = logging.getLogger("bochiso.web")
"""One line a call: method, route, HTTP status, error_code, milliseconds. Never a query, a header, a body."""


@dataclass(frozen=True)
class Application:
    """The application and the parts that whoever runs it asks about."""

    app: ASGIApp
    sync: SyncProtocol
    live: Live
    services: PageServices


@contextmanager
def open_application(
    folder: DataFolder,
    limits: Limits | None = None,
    rules: RuleSet | None = None,
    portal: OpenPortal | None = None,
) -> Iterator[Application]:
    """Own a folder's journal and serve it; at the end what was taken is on disk and in the facts.

    `rules` score what is measured live and what pages bring in; qd766 unless said otherwise. `portal`: opens
    what officers collect from; None where they can't.
    Raises StoreError where the folder can't be used or another process takes dossiers into it.
    """
    live = Live()
    with open_for_server(folder, live.settled) as (ledger, ingest):
        sync = SyncProtocol(ingest, ledger, live, limits or Limits())
        decisions = decisions_of(ledger)
        services = open_site(folder, ledger, ingest, decisions, rules or load_rules("qd766"))
        if portal is not None:
            desk = CollectionDesk(services.backend, portal, canonical(services.rules))
            services = replace(services, desk=desk)
        pages = create_pages(services)
        pages.add_middleware(PublicPageCache, folder=folder, decisions=decisions)
        counts = RequestCounts()
        watched = monitoring.Monitoring(folder, monitoring.last_backup_of(ledger), ingest, live, counts)
        pages.include_router(monitoring.routes(watched))
        pages.add_middleware(
            Outermost, stall_seconds=sync.limits.stall_seconds, broken=services.broken, counts=counts
        )
        live.start(ingest.facts, services.rules, PublishedFor(folder))
        try:
            systems = create_app(sync, live, services, counts)
            yield Application(Dispatcher(pages, systems), sync, live, services)
        finally:
            live.stop()
            sync.close()
            if services.desk is not None:
                services.desk.close()


def open_site(
    folder: DataFolder,
    ledger: Ledger,
    ingest: DossierIngest,
    decisions: LedgerCache[None, Decisions],
    rules: RuleSet,
) -> PageServices:
    """What the pages of a folder are made with."""
    drawing = Renderer(
        lambda: decisions_shown(decisions).settings, emblem=lambda: decisions_shown(decisions).emblem
    )
    query_cache = QueryCache(folder)
    visible = VisibleSnapshots(query_cache, lambda: decisions(None))
    return PageServices(
        drawing,
        query_cache,
        visible,
        lambda: ingest.facts.open(write=True),
        lambda: decisions(None).settings.province,
        SigningIn(ledger, drawing, below=UnitsBelow(folder, ledger, ingest)),
        Backend(folder, ledger, ingest),
        rules,
        ingest.lag,
        lambda: decisions(None).publications,
        kept_boundaries(ledger, lambda: decisions(None)),
        emblem=kept_emblem(ledger, lambda: decisions(None)),
        own_published=visible.own,
    )


def public_site(folder: DataFolder, ledger: Ledger) -> PageServices:
    """What the pages of the public site are made with: nobody signs in, dossiers aren't shown."""
    decisions = decisions_of(ledger)(None)
    drawing = Renderer(lambda: decisions.settings, static=True, emblem=lambda: decisions.emblem)
    query_cache = QueryCache(folder)
    visible = VisibleSnapshots(query_cache, lambda: decisions)
    return PageServices(
        drawing,
        query_cache,
        visible,
        lambda: open_dossiers(folder),
        lambda: decisions.settings.province,
        versions=lambda: decisions.publications,
        boundaries=kept_boundaries(ledger, lambda: decisions),
        emblem=kept_emblem(ledger, lambda: decisions),
        own_published=visible.own,
    )


def create_app(
    sync: SyncProtocol, live: Live, services: PageServices, counts: RequestCounts | None = None
) -> Starlette:
    """The application for systems, of parts that are open.

    Without what FastAPI adds: a call's body is the protocol's own, and pages wait while calls are answered.
    """
    still = services.signing.still if services.signing else services.person_of
    live_route = Route("/live", LiveStream(live, sync, services.person_of, still))
    outermost = Middleware(
        Outermost, stall_seconds=sync.limits.stall_seconds, broken=lambda _: refusal(fault()), counts=counts
    )
    return Starlette(
        routes=[*routes(sync), *list_routes(sync), live_route],
        exception_handlers={BochisoError: _refused, HTTPException: _unknown},
        middleware=[outermost],
    )


async def _refused(_: Request, error: Exception) -> SyncResponse:
    known = cast(BochisoError, error)
    return refusal(known if isinstance(known, CallError) else unavailable(known))


async def _unknown(_: Request, error: Exception) -> SyncResponse:
    text = say("không có địa chỉ này, hoặc sai phương thức.", "no such address, or the wrong method.")
    found = refusal(CallError(Code.NO_SUCH_CALL, text))
    found.status_code = cast(HTTPException, error).status_code
    return found


class Outermost:
    """Logs calls, gives up on who doesn't read, and answers for what went wrong inside."""

    def __init__(
        self,
        app: ASGIApp,
        stall_seconds: float,
        broken: Callable[[Request], Response],
        counts: RequestCounts | None = None,
    ) -> None:
        self._app, self._stall, self._broken = app, stall_seconds, broken
        self._counts = counts or RequestCounts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, number = time.monotonic(), 0, new_request_id()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", number.encode())]}
            try:
                async with asyncio.timeout(self._stall):
                    await send(message)
            except TimeoutError:
                raise ClientDisconnect from None

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except Exception as error:
            log.error("fault: %s", frames(error))
            if not status:
                await self._broken(Request(scope))(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            taken = time.monotonic() - began
            code, method, ms = scope.get("error_code", "-"), scope["method"], round(taken * 1000)
            self._counts.add(method, route, status, taken)
            said = {"method": method, "route": route, "status": status, "error_code": code, "ms": ms}
            log.info("%s %s %d %s %d ms", *said.values(), extra=said)
