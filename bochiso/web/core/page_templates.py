"""The templates of pages: what they are given is text, never markup; every static file has its version."""

from functools import cache
from hashlib import sha256
from typing import Any

import jinja2

from bochiso.units.codes import search_names
from bochiso.web.core.template_context import HERE, SECURITY, TemplateContext


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
