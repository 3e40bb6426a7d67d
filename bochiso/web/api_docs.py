"""The API explained on a page, from the schema that the API itself gives."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response

from bochiso.web.api import create_api
from bochiso.web.site import Site


@dataclass(frozen=True)
class Call:
    """One call: its path, what it does, its parameters, and the fields of what it answers."""

    path: str
    summary: str
    example: str
    parameters: tuple[dict[str, Any], ...]
    answer: str
    fields: tuple[tuple[str, str], ...]


def calls(schema: dict[str, Any]) -> tuple[Call, ...]:
    """Every call of an OpenAPI schema, in its order."""
    return tuple(_call(path, each["get"], schema) for path, each in schema["paths"].items())


def _call(path: str, told: dict[str, Any], schema: dict[str, Any]) -> Call:
    answered = told["responses"]["200"]["content"]["application/json"]["schema"]
    name = answered["$ref"].rpartition("/")[2]
    parameters = tuple(told.get("parameters", ()))
    example = path
    for each in parameters:
        if each["in"] == "path":
            examples = each["schema"].get("examples") or each["schema"].get("enum") or [""]
            example = example.replace("{" + each["name"] + "}", str(examples[0]))
    found = schema["components"]["schemas"][name]
    fields = tuple((field, _kind(kind)) for field, kind in found["properties"].items())
    return Call(
        path, told.get("description", ""), f"/api/v1{example}", parameters, found.get("title", name), fields
    )


def _kind(kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return str(kind["$ref"]).rpartition("/")[2]
    if "anyOf" in kind:
        return " | ".join(_kind(each) for each in kind["anyOf"])
    if kind.get("type") == "array":
        return f"[{_kind(kind['items'])}]"
    return str(kind.get("format") or kind.get("type", ""))


def routes(site: Site) -> APIRouter:
    """The page about the API."""
    router = APIRouter()

    @cache
    def told() -> tuple[Call, ...]:
        return calls(create_api(site).openapi())

    @router.get("/api")
    def page(request: Request) -> Response:
        return site.page(request, "api.html", calls=told())

    return router
