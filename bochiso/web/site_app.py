"""The whole application: pages, open data, API and static files, beside the calls that take dossiers in."""

import gzip
from functools import lru_cache
from os import PathLike, stat_result
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bochiso.errors import BochisoError, ComputeError
from bochiso.store.figures.snapshot_store import Store
from bochiso.text import say
from bochiso.web.analysis import chart_addresses, indicator_list, indicator_page, map_page, unit_years
from bochiso.web.auth.signing_in_routes import install
from bochiso.web.core.day_choice import NoFiguresError
from bochiso.web.core.page_services import UNABLE, PageServices
from bochiso.web.core.template_context import HERE, SECURITY, Addresses, address_of
from bochiso.web.followup import (
    apology_pages,
    dossiers,
    explanation_asking,
    explanation_pages,
    heir_pages,
    objection_pages,
    petition_pages,
    portal_differences,
    target_pages,
    work_pages,
)
from bochiso.web.incoming import data, gathering, unit_names
from bochiso.web.pages import (
    about,
    compare,
    country,
    goal_pages,
    index_explained,
    live,
    province,
    publication_register,
    unit,
    units,
)
from bochiso.web.public import api_docs, open_data, site_files
from bochiso.web.public.api import create_api
from bochiso.web.staff import (
    administration,
    bulk_accounts,
    draft_pages,
    emblem_page,
    form_pages,
    handling_pages,
    issued_pages,
    publishing,
)
from bochiso.web.steering import alarm_pages, message_pages, task_pages, today_page

DOSSIER_CALLS = ("/dong-bo", "/live")
"""What the application for systems answers; everything else is for people and their programs."""

PUBLIC_PAGES = (
    province.routes,
    units.routes,
    unit.routes,
    unit_years.routes,
    country.routes,
    goal_pages.routes,
    compare.routes,
    index_explained.routes,
    indicator_list.routes,
    indicator_page.routes,
    map_page.routes,
    chart_addresses.routes,
    open_data.routes,
    api_docs.routes,
    about.routes,
    site_files.routes,
)
"""The pages that everyone may read."""


MAIN = ("/", "/don-vi", "/chi-so", "/ban-do", "/tinh")
"""Pages of figures that every reader is led to, before there are any, too."""


PACKED = (".css", ".js", ".svg")
"""Static files that are sent packed to whoever takes that; fonts are packed as they are."""


@lru_cache(16)
def packed(path: str, changed: float) -> bytes:
    """A file as it is sent, for as long as it isn't `changed`."""
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


class Static(StaticFiles):
    """Static files; cached for ever where the address has a version (`?v=`), else for a day."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """One file, with how long it may be kept."""
        found: Response = super().file_response(full_path, stat_result, scope, status_code)
        path, taken = str(full_path), Headers(scope=scope).get("accept-encoding", "")
        if found.status_code == 200 and path.endswith(PACKED) and "gzip" in taken:
            body, kept = packed(path, stat_result.st_mtime), found.headers["last-modified"]
            headers = {"Content-Encoding": "gzip", "Last-Modified": kept}
            found = Response(body, 200, headers, found.media_type)
        found.headers["Vary"] = "Accept-Encoding"
        found.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable"
            if scope["query_string"].startswith(b"v=")
            else "max-age=86400"
        )
        found.headers["X-Content-Type-Options"] = "nosniff"
        return found


STAFF_PAGES = (
    today_page.routes, live.routes, work_pages.routes, target_pages.routes, dossiers.routes,
    petition_pages.routes, portal_differences.routes, publication_register.routes, gathering.routes,
    data.routes, alarm_pages.routes, task_pages.routes, message_pages.routes, unit_names.routes,
    draft_pages.routes, handling_pages.routes, form_pages.routes, issued_pages.routes, publishing.routes,
    administration.routes, bulk_accounts.routes, emblem_page.routes,
    explanation_asking.routes, explanation_pages.routes, objection_pages.routes, apology_pages.routes,
    heir_pages.routes,
)  # fmt: skip
"""The pages for people who sign in."""


def create_pages(services: PageServices) -> FastAPI:
    """The pages as an application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for part in PUBLIC_PAGES:
        app.include_router(part(services))
    if services.signing is not None:
        install(app, services.signing)
        for part in STAFF_PAGES:
            app.include_router(part(services))
    app.mount("/api/v1", create_api(services))
    app.mount("/static", Static(directory=HERE / "static"))

    @app.exception_handler(ComputeError)
    def missing(request: Request, error: BochisoError) -> Response:
        if address_of(request).path in MAIN and not services.ask(request, Store.snapshots):
            return services.page(request, "first-run.html")
        lacks = isinstance(error, NoFiguresError)
        return services.page(request, "missing.html", 404, what=error.what, lacks=lacks)

    @app.exception_handler(BochisoError)
    def failed(request: Request, error: BochisoError) -> Response:
        told = error if services.person_of(request) else UNABLE
        return services.page(request, "failed.html", 503, told=told)

    @app.exception_handler(RequestValidationError)
    def wrong(request: Request, error: RequestValidationError) -> Response:
        if any(each["loc"][0] == "path" for each in error.errors()):
            return services.missing(request)
        names = ", ".join(dict.fromkeys(str(each["loc"][-1]) for each in error.errors()))
        told = ComputeError(
            say(
                "địa chỉ có phần chưa đúng: {names}.", "a part of the address is wrong: {names}.", names=names
            ),
            do=say("Mở lại trang từ thanh điều hướng.", "Open the page again from the navigation."),
        )
        return services.page(request, "failed.html", 422, told=told)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        if error.status_code in (404, 405):
            return services.missing(request)
        return Response(error.detail, error.status_code, {**SECURITY, **(error.headers or {})})

    return app


BARE = ((b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"))  # fmt: skip
"""What an answer tells browsers that says nothing of it itself: files, schemas, redirects."""


def guarded(send: Send) -> Send:
    """Passes an answer on with those of BARE that it lacks."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            known = {name.lower() for name, _ in message.get("headers", ())}
            lacking = [each for each in BARE if each[0] not in known]
            message = {**message, "headers": [*message.get("headers", ()), *lacking]}
        await send(message)

    return sent


class Dispatcher:
    """Sends each call to the application that it is for."""

    def __init__(self, pages: ASGIApp, systems: ASGIApp) -> None:
        self._pages, self._systems = Addresses(pages), systems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        mine = scope["type"] == "http" and scope["path"].startswith(DOSSIER_CALLS)
        if scope["type"] == "http" and scope["method"] == "HEAD" and not mine:
            # The server sends no body for it, whatever the application gives.
            scope = {**scope, "method": "GET"}
        if mine or scope["type"] != "http":
            await (self._systems if mine else self._pages)(scope, receive, send)
        else:
            await self._pages(scope, receive, guarded(send))
