"""The templates of pages: what they are given is text, never markup; every static file has its version; and a
page as an answer, with how long it may be kept."""

import gzip
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

import jinja2
from fastapi import Request, Response

from bochiso.units.codes import search_names
from bochiso.web.core.template_context import HERE, PUBLIC_CACHE_CONTROL, SECURITY, Person, TemplateContext

_SESSION = re.compile(r"(?:^|[;\s-])bochiso=")


@cache
def environment() -> jinja2.Environment:
    """The templates: what they are given is text, never markup, and a name that isn't there is an error."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["asset"] = asset
    found.globals["search_names"] = search_names
    found.globals["policy"] = SECURITY["Content-Security-Policy"].partition("; frame-ancestors")[0]
    return found


@cache
def asset(name: str) -> str:
    """The path of a static file with what tells its version, so that browsers may keep it for ever."""
    digest = sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def render(template: str, context: TemplateContext, **page: Any) -> str:
    """A page as text."""
    return environment().get_template(template).render(f=context, **page)


def html_response(request: Request, html: str, person: Person | None, status: int = 200) -> Response:
    """A page as an answer: what isn't for everyone is kept nowhere."""
    body, kind = html.encode(), "text/html; charset=utf-8"
    if person is not None or status != 200 or is_personal(request):
        return Response(body, status, {**SECURITY, "Cache-Control": "no-store"}, kind)
    return public(request, body, kind, SECURITY)


PERSONAL = ("/dang-nhap", "/dang-xuat", "/mat-khau")
"""What stands below these is somebody's, whoever it is and at whatever step of signing in."""


def is_personal(request: Request) -> bool:
    """Whether an answer may be somebody's own: never kept by a browser or on the way."""
    path = request.scope["path"]
    mine = any(path == each or path.startswith(f"{each}/") for each in PERSONAL)
    return mine or any(_SESSION.search(each) for each in request.headers.getlist("cookie"))


def public(request: Request, body: bytes, kind: str, headers: Mapping[str, str]) -> Response:
    """An answer that is the same for everyone: told apart by what it says, packed where that helps."""
    if is_personal(request):
        return Response(body, 200, {**headers, "Cache-Control": "no-store"}, kind)
    tag = f'"{sha256(body).hexdigest()[:24]}"'
    kept = {"Cache-Control": PUBLIC_CACHE_CONTROL, "Vary": "Cookie, Accept-Encoding"}
    headers = {**headers, "ETag": tag, **kept}
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if "gzip" in request.headers.get("accept-encoding", "") and "officedocument" not in kind:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 5, mtime=0)
    return Response(body, 200, headers, kind)
