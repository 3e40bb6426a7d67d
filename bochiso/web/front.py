"""The whole application: pages, open data, API and static files, beside the calls that take dossiers in."""

from collections.abc import Iterable
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bochiso.errors import BochisoError, ComputeError
from bochiso.text import Text
from bochiso.web import api_docs, open_data
from bochiso.web.api import create_api
from bochiso.web.frame import HERE, SECURITY, Addresses, address_of
from bochiso.web.pages import province
from bochiso.web.problems import NotFoundError
from bochiso.web.site import SignInNeededError, Site

DOSSIER_CALLS = ("/dong-bo/", "/live")
"""What the application for systems answers; everything else is for people and their programs."""

UNABLE = Text(
    "Máy chủ tạm thời chưa trả lời được. Xin thử lại sau ít phút.",
    "The server can't answer for the moment. Please try again in a few minutes.",
)

PUBLIC = (province.routes, open_data.routes, api_docs.routes)
"""The pages that everyone may read."""


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


def create_pages(site: Site, routers: Iterable[APIRouter] = ()) -> FastAPI:
    """The pages as an application; `routers` are those for people who sign in."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for part in PUBLIC:
        app.include_router(part(site))
    for router in routers:
        app.include_router(router)
    app.mount("/api/v1", create_api(site))
    app.mount("/static", Static(directory=HERE / "static"))

    @app.exception_handler(NotFoundError)
    @app.exception_handler(ComputeError)
    def missing(request: Request, error: BochisoError) -> Response:
        return site.page(request, "missing.html", 404, what=error.what)

    @app.exception_handler(BochisoError)
    def failed(request: Request, error: BochisoError) -> Response:
        person = site.person_of(request)
        trusted = person is not None and person.role is not None
        what = error.render(address_of(request).lang) if trusted else UNABLE.render(address_of(request).lang)
        return site.page(request, "failed.html", 503, what=what)

    @app.exception_handler(SignInNeededError)
    def sign_in(request: Request, _: SignInNeededError) -> Response:
        to = address_of(request).whole + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/dang-nhap?tiep={quote(to, safe='')}", 303, {"Cache-Control": "no-store"})

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        if error.status_code == 403:
            return site.page(request, "forbidden.html", 403)
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
