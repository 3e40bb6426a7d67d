"""The whole application: pages, open data, API and static files, beside the calls that take dossiers in."""

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bochiso.errors import BochisoError, ComputeError
from bochiso.store.store import Store
from bochiso.web import api_docs, open_data
from bochiso.web.api import create_api
from bochiso.web.frame import HERE, SECURITY, Addresses, address_of
from bochiso.web.pages import (
    administration,
    charts,
    compare,
    data,
    documents,
    dossiers,
    live,
    province,
    provinces,
    publications,
    publishing,
    rules,
    unit,
    units,
)
from bochiso.web.signing_in_routes import install
from bochiso.web.site import UNABLE, Site

DOSSIER_CALLS = ("/dong-bo", "/live")
"""What the application for systems answers; everything else is for people and their programs."""

PUBLIC = (
    province.routes, units.routes, unit.routes, provinces.routes, compare.routes, rules.routes, charts.routes,
    open_data.routes, api_docs.routes,
)  # fmt: skip
"""The pages that everyone may read."""


MAIN = ("/", "/don-vi", "/tinh")
"""Pages of figures that every reader is led to, before there are any, too."""


class Static(StaticFiles):
    """Files that browsers keep: for ever where the address tells the version."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """One file, with how long it may be kept."""
        found: Response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        scope: Scope = args[2]  # type: ignore[assignment]
        found.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable"
            if scope["query_string"].startswith(b"v=")
            else "max-age=86400"
        )
        found.headers["X-Content-Type-Options"] = "nosniff"
        return found


OFFICERS = (
    live.routes, dossiers.routes, publications.routes, data.routes, documents.routes, publishing.routes,
    administration.routes,
)  # fmt: skip
"""The pages for people who sign in."""


def create_pages(site: Site) -> FastAPI:
    """The pages as an application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for part in PUBLIC:
        app.include_router(part(site))
    if site.signing is not None:
        install(app, site.signing)
        for part in OFFICERS:
            app.include_router(part(site))
    app.mount("/api/v1", create_api(site))
    app.mount("/static", Static(directory=HERE / "static"))

    @app.exception_handler(ComputeError)
    def missing(request: Request, error: BochisoError) -> Response:
        if address_of(request).path in MAIN and not site.ask(request, Store.snapshots):
            return site.page(request, "first-run.html")
        return site.page(request, "missing.html", 404, what=error.what)

    @app.exception_handler(BochisoError)
    def failed(request: Request, error: BochisoError) -> Response:
        told = error if site.person_of(request) else UNABLE
        return site.page(request, "failed.html", 503, told=told)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        if error.status_code in (404, 405):
            return site.missing(request)
        return Response(error.detail, error.status_code, {**SECURITY, **(error.headers or {})})

    return app


class Front:
    """Sends each call to the application that it is for."""

    def __init__(self, pages: ASGIApp, systems: ASGIApp) -> None:
        self._pages, self._systems = Addresses(pages), systems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        mine = scope["type"] == "http" and scope["path"].startswith(DOSSIER_CALLS)
        await (self._systems if mine else self._pages)(scope, receive, send)
