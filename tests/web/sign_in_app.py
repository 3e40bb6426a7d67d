"""An application of signing in alone, served on loopback, and a browser's side of it."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jinja2
import uvicorn
from fastapi import FastAPI, Request, Response
from ledger_databases import PASSWORD, START, ledger_at, sqlite_url
from waiting import PATIENCE

from bochiso.store.people.ledger import Ledger
from bochiso.store.people.permissions import Action
from bochiso.text import Lang
from bochiso.web.auth import signing_in
from bochiso.web.auth.signing_in import SignedIn, SigningIn
from bochiso.web.auth.signing_in_routes import install
from bochiso.web.core.template_context import Address, TemplateContext
from bochiso.web.server import listen

BASE = (
    "<!doctype html><title>{% block title %}{% endblock %}</title>"
    "{% if person %}<b>{{ person.display }}</b>{% endif %}{% block content %}{% endblock %}"
)
TEMPLATES = jinja2.Environment(
    loader=jinja2.ChoiceLoader(
        [
            jinja2.DictLoader({"base.html": BASE}),
            jinja2.FileSystemLoader(Path(signing_in.__file__).parents[1] / "templates"),
        ]
    ),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)


class Words(TemplateContext):
    """What templates write with, without the language in addresses."""

    def to(self, path: str) -> str:
        return path


class PlainPages:
    """Pages without anything around them; `?lang=en` is English."""

    def draw(
        self, request: Request, template: str, person: SignedIn | None, status: int, page: Mapping[str, Any]
    ) -> Response:
        lang = Lang.EN if request.query_params.get("lang") == "en" else Lang.VI
        f = Words(Address("/", lang), None)
        text = TEMPLATES.get_template(template).render(f=f, person=person, **page)
        return Response(text, status, media_type="text/html")

    def link(self, request: Request, path: str) -> str:
        return path


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Office:
    """An application that runs, its ledger and its clock."""

    url: str
    ledger: Ledger
    clock: Clock

    @contextmanager
    def browser(self, **options: Any) -> Iterator["Browser"]:
        with httpx.Client(base_url=self.url, timeout=PATIENCE, **options) as client:
            yield Browser(client)


class Browser:
    """A browser: keeps cookies, posts forms with the token that the page gave."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    def post(
        self, path: str, fields: Mapping[str, str], page: str | None = None, **headers: str
    ) -> httpx.Response:
        """Post the form of a page (the path itself by default)."""
        token = csrf_in(self.client.get(page or path).text)
        return self.client.post(path, data={**fields, "csrf": token}, headers=headers)

    def sign_in(self, name: str = "lan", password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.post("/dang-nhap", {"name": name, "password": password, **more})

    def who(self) -> str | None:
        """The account that a page sees."""
        found: str | None = self.client.get("/ai").json()
        return found


def csrf_in(html: str) -> str:
    """The token in a page's form."""
    match = re.search(r'name="csrf" value="([0-9a-f]{64})"', html)
    assert match is not None, html
    return match[1]


def said(response: httpx.Response) -> str:
    """What a page tells of an error."""
    match = re.search(r'role="alert"[^>]*>([^<]*)<', response.text)
    assert match is not None, response.text
    return match[1]


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """An application's address while it is served."""
    config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none", proxy_headers=False)
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An application with an empty ledger and a few pages that ask who is there."""
    clock = Clock()
    with ledger_at(sqlite_url(folder), folder / "ledger.key") as ledger:
        signing = SigningIn(ledger, PlainPages(), clock)
        app = FastAPI()
        install(app, signing)

        @app.get("/ai")
        def who(request: Request) -> str | None:
            person = signing.person(request)
            return person.name if person else None

        @app.get("/ho-so/{unit}")
        def dossiers(request: Request, unit: str) -> str:
            return signing.require(request, Action.SEE_DOSSIERS, unit).name

        @app.post("/viec")
        async def work(request: Request) -> dict[str, str]:
            fields = await signing.form(request)
            signing.require(request, Action.PUBLISH)
            return fields

        @app.get("/tu")
        def address(request: Request) -> str:
            return signing.by(request).address

        with running(app) as url:
            yield Office(url, ledger, clock)
