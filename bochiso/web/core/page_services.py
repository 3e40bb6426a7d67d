"""What every page is made with: the figures that its reader may see, who that is, and how it is drawn."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from duckdb import DuckDBPyConnection
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.types import Message, Receive

from bochiso.office.backend import Backend
from bochiso.office.collection_desk import CollectionDesk
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.own_basis import lacking
from bochiso.store.decisions.publications import Publication, in_force
from bochiso.store.dossiers.ingest import Lag
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.permissions import Action
from bochiso.store.people.settings import ServerSettings
from bochiso.text import Text, say
from bochiso.units.boundaries import Boundaries
from bochiso.units.model import Level
from bochiso.web.auth.signing_in import NotSignedInError, SignedIn, SigningIn, WebError
from bochiso.web.core.day_band import DayBand, snapshots_of
from bochiso.web.core.navigation import is_dated, of_a_source
from bochiso.web.core.page_templates import html_response, public, render
from bochiso.web.core.query_cache import QueryCache
from bochiso.web.core.template_context import (
    Person,
    TemplateContext,
    address_of,
    asks_for_own,
)
from bochiso.web.core.visible_snapshots import gives_measured, has_measured

P = ParamSpec("P")
T = TypeVar("T")

UNABLE = Text(
    "Máy chủ tạm thời chưa trả lời được. Xin thử lại sau ít phút.",
    "The server can't answer for the moment. Please try again in a few minutes.",
)

UPLOAD_SECONDS, STALL_SECONDS = 900.0, 30.0
"""How long a file may take to come, and how long without a single byte."""

LAG_SECONDS = 10
"""Facts that are behind for longer are said to be, on the pages that show them."""

WORKLISTS = {"qua-han": None, "sap-den-han": 3}
"""The lists of open dossiers by their address: those overdue, and those due within so many days."""

SOURCES = {
    False: Text(
        "Số liệu công bố, thu thập từ Cổng hoặc nạp từ bảng",
        "Figures as published, collected from the portal or brought in as tables",
    ),
    True: Text("Số liệu tự đo từ hồ sơ", "Figures measured here from dossiers"),
}
"""What is said of figures where there are those that were published and those that were measured here."""

_NAME = re.compile(r'(filename="?)')

OpenDossiers = Callable[[], AbstractContextManager[DuckDBPyConnection]]


@dataclass(frozen=True)
class Renderer:
    """How pages become answers. `settings`: whose site it is; `static`: pages become files; `emblem`: the
    digest of the one above every page."""

    settings: Callable[[], ServerSettings]
    static: bool = False
    emblem: Callable[[], str | None] = lambda: None

    def draw(
        self,
        request: Request,
        template: str,
        person: Person | None,
        status: int,
        page: Mapping[str, Any],
        band: DayBand | None = None,
        origin: Text | None = None,
    ) -> Response:
        """A page of a template; `band`: the day of its figures; `origin`: which they are, if said."""
        made = self.text(request, template, person, band, origin, **page)
        return html_response(request, made, person, status)

    def text(
        self,
        request: Request,
        template: str,
        person: Person | None = None,
        band: DayBand | None = None,
        origin: Text | None = None,
        **page: Any,
    ) -> str:
        """The same as text."""
        address = address_of(request).as_file() if self.static else address_of(request)
        return render(
            template, TemplateContext(address, person, self.settings(), band, self.emblem(), origin), **page
        )

    def link(self, request: Request, path: str) -> str:
        """The link to a path in the reader's language."""
        return address_of(request).now(path)


@dataclass(frozen=True)
class ReaderView:
    """What one reader sees in one call. `shown`: the snapshots; None for all, for whom that is allowed."""

    shown: tuple[Snapshot, ...] | None


@dataclass(frozen=True)
class PageServices:
    """What pages are made with.

    `published`: the snapshots that everyone may see; `own_published`: those of what was measured here, where
    other figures were published, too. `signing`: None for a site that nobody signs in
    to. `dossiers`: the facts of dossiers, for reading. `home`: the province that the start page shows,
    None for the only one. `held`: what the use cases work with, where anything can be changed.
    `rules`: what scores figures that no set has scored yet: those measured live, and those brought in
    on a page. `lag`: how far the facts of dossiers are behind what was taken in. `versions`: every version
    that was ever public. `boundaries`: those of a province's communes, where they are kept. `desk`: who
    collects when an officer asks; None where nobody can. `emblem`: the picture above every page, a PNG.
    """

    drawing: Renderer
    query_cache: QueryCache
    published: Callable[[], tuple[Snapshot, ...]]
    dossiers: OpenDossiers
    home: Callable[[], str | None]
    signing: SigningIn | None = None
    held: Backend | None = None
    rules: RuleSet = field(default_factory=lambda: load_rules("qd766"))
    lag: Callable[[], Lag] = Lag
    versions: Callable[[], tuple[Publication, ...]] = tuple
    boundaries: Callable[[str], Boundaries | None] = lambda _: None
    desk: CollectionDesk | None = None
    emblem: Callable[[], bytes | None] = lambda: None
    own_published: Callable[[], tuple[Snapshot, ...]] = tuple

    @property
    def ledger(self) -> Ledger:
        """What people decided. Raises NotSignedInError where nobody can sign in."""
        if self.signing is None:
            raise NotSignedInError
        return self.signing.ledger

    @property
    def backend(self) -> Backend:
        """What the use cases work with. Raises NotSignedInError where nobody can sign in."""
        if self.held is None:
            raise NotSignedInError
        return self.held

    def person_of(self, request: Request) -> SignedIn | None:
        """Who asks; None for the public."""
        return self.signing.person(request) if self.signing else None

    def sees_all(self, request: Request) -> bool:
        """Whether the reader sees what isn't published, too."""
        person = self.person_of(request)
        return person is not None and person.may(Action.SEE_UNPUBLISHED)

    def view_of(self, request: Request) -> ReaderView:
        """What the one who asks may see, found out once a call. Raises StoreError where it can't be told."""
        if not hasattr(request.state, "bochiso_view"):
            everything = self.sees_all(request)
            request.state.bochiso_view = ReaderView(None if everything else self.published_at(request))
        found: ReaderView = request.state.bochiso_view
        return found

    def public_days(self, request: Request) -> tuple[Snapshot, ...]:
        """What everyone may see, whoever asks; found out once a call of the public."""
        shown = self.view_of(request).shown
        return self.published_at(request) if shown is None else shown

    def published_at(self, request: Request) -> tuple[Snapshot, ...]:
        """The snapshots that everyone may see, of the source of figures that the address names."""
        return self.own_published() if asks_for_own(request) else self.published()

    def figures_at(self, request: Request) -> QueryCache:
        """The figures of the source that the address names."""
        return self.query_cache.own if asks_for_own(request) else self.query_cache

    def versions_at(self, request: Request) -> tuple[Publication, ...]:
        """Every version that was ever public, of the source of figures that the address names."""
        found = self.versions()
        kind = self.figures_at(request).ask(None, gives_measured) if found else False
        return tuple(each for each in found if each.measured == kind)

    def origin_at(self, request: Request) -> Text | None:
        """Which figures the address is of; None where this reader sees those of one source alone."""
        address, ask = address_of(request), self.query_cache.ask
        if not of_a_source(address.path) or ask(None, gives_measured):
            return None
        everything = self.view_of(request).shown is None
        both = ask(None, has_measured) if everything else bool(self.own_published())
        return SOURCES[address.measured] if both or address.measured else None

    def ask(
        self,
        request: Request,
        question: Callable[Concatenate[Store, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The answer to a question on the figures that this reader may see."""
        return self.figures_at(request).ask(self.view_of(request).shown, question, *args, **kwargs)

    def require(self, request: Request, action: Action, subject: str | None = None) -> SignedIn:
        """Who asks, who may do this; `subject`: the unit whose figures it is about.

        Raises NotSignedInError for the public, WebError (403) for others who may not.
        """
        if self.signing is None:
            raise NotSignedInError
        return self.signing.require(request, action, subject)

    async def enter(self, request: Request, action: Action) -> None:
        """`require`, while others are answered: whoever holds the ledger may take a while."""
        await run_in_threadpool(self.require, request, action)

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form that was posted. Raises WebError (403) where it isn't one of ours."""
        if self.signing is None:
            raise NotSignedInError
        return await self.signing.form(request)

    def ask_again(self, request: Request, form: dict[str, str]) -> Response | None:
        """The page on which they prove who they are before something that matters; None where they did."""
        if self.signing is None:
            raise NotSignedInError
        return self.signing.ask_again(request, form)

    async def upload(self, request: Request, most_bytes: int, most_files: int) -> FormData:
        """A form with files. Raises WebError where it isn't one of ours, or is too large."""
        if self.signing is None:
            raise NotSignedInError
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > most_bytes:
            raise WebError(
                413,
                say("tệp gửi lên quá lớn.", "what was sent is too large."),
                say("Gửi từng phần, hoặc nạp bằng lệnh bochiso import.", "Send less, or use bochiso import."),
            )
        patient = Request(request.scope, _never_silent(request.receive))
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                found = await patient.form(max_files=most_files, max_fields=50)
        except TimeoutError:
            raise WebError(
                408,
                say(
                    "tệp gửi lên quá chậm hoặc bị ngắt giữa chừng.",
                    "what was sent came too slowly or stopped.",
                ),
                say("Kiểm tra đường truyền rồi gửi lại.", "Check the line and send it again."),
            ) from None
        try:
            await run_in_threadpool(self.signing.check_csrf, request, str(found.get("csrf", "")))
        except WebError:
            await found.close()
            raise
        return found

    def by(self, request: Request) -> By:
        """Who does something, for the audit log. Raises NotSignedInError where nobody can sign in."""
        if self.signing is None:
            raise NotSignedInError
        return self.signing.by(request)

    def redirect(self, request: Request, path: str) -> Response:
        """Send the reader on to another page, in their language: what was asked for is done."""
        return RedirectResponse(self.drawing.link(request, path), 303, {"Cache-Control": "no-store"})

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        *,
        of_days: Sequence[Snapshot] = (),
        of_levels: tuple[Level, ...] = tuple(Level),
        **page: Any,
    ) -> Response:
        """A page for the one who asked.

        `of_days`: the snapshots that its figures are of, the leading one first, where they aren't the newest
        or the one that the address names; `of_levels`: those that its days must have.
        """
        dated = status == 200 and is_dated(address_of(request).path)
        band = self.band(request, of_days, of_levels) if dated else None
        origin = self.origin_at(request)
        return self.drawing.draw(request, template, self.person_of(request), status, page, band, origin)

    def band(
        self, request: Request, shown: Sequence[Snapshot] = (), levels: tuple[Level, ...] = tuple(Level)
    ) -> DayBand | None:
        """The day of the figures on a page; None where there are none."""
        known = self.ask(request, snapshots_of, levels)
        at = address_of(request).at
        if not shown:
            shown = [each for each in known if at is None or (each.period, each.as_of) == (at.period, at.day)]
            shown = shown[:1]
        if not shown:
            return None
        visible = set(self.public_days(request))
        public = tuple(each for each in in_force(self.versions_at(request)) if each.snapshot in visible)
        distinct = tuple(dict.fromkeys(shown))
        return DayBand(distinct, known, at is not None, self.view_of(request).shown is None, public)

    def file(self, request: Request, body: bytes, kind: str, headers: Mapping[str, str]) -> Response:
        """What isn't a page, of figures that this reader may see; its name says which are our own."""
        if asks_for_own(request) and (name := headers.get("Content-Disposition")):
            headers = {**headers, "Content-Disposition": _NAME.sub(r"\1tu-do-", name)}
        if self.person_of(request):
            return Response(body, 200, {**headers, "Cache-Control": "no-store"}, kind)
        return public(request, body, kind, headers)

    def behind(self) -> Text | None:
        """What is said of dossiers that were taken in and aren't shown yet; None where all is in time."""
        lag = self.lag()
        if not lag.items or not (lag.failed or lag.seconds > LAG_SECONDS):
            return lacking(lag.aside) if lag.aside else None
        if lag.failed:
            return say(
                "Số liệu dưới đây chưa đủ: {n} mục đã nhận nhưng chưa cập nhật được, đã {minutes} phút. "
                "Các mục này vẫn được giữ trong nhật ký; máy chủ đang tự thử lại. "
                "Báo người quản trị kiểm tra ổ đĩa và nhật ký của máy chủ.",
                "What follows is not complete: for {minutes} {minutes:minute|minutes} {n} "
                "{n:item|items} that came in could not be "
                "settled. They are kept in the journal; the server is trying again. "
                "Tell who runs the server to look at its disk and its log.",
                n=lag.items,
                minutes=round(lag.seconds / 60),
            )
        return say(
            "Số liệu dưới đây chưa đủ: {n} mục vừa nhận đang được cập nhật.",
            "What follows is not complete: {n} "
            "{n:item that came in is|items that came in are} being settled.",
            n=lag.items,
        )

    def broken(self, request: Request) -> Response:
        """The page for a call that went wrong inside."""
        return self.drawing.draw(request, "failed.html", None, 500, {"told": UNABLE})

    def missing(self, request: Request) -> Response:
        """The page for an address that names nothing, or nothing that this reader may see."""
        return self.page(request, "missing.html", 404, what=None, lacks=False)


def _never_silent(receive: Receive) -> Receive:
    """What a call receives. Raises TimeoutError where nothing comes for long."""

    async def received() -> Message:
        async with asyncio.timeout(STALL_SECONDS):
            return await receive()

    return received
