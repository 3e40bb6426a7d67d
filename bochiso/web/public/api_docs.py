"""The API explained on a page, from the schema that the API itself gives, with examples that work here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response
from msgspec import json

from bochiso.intake.dossiers.list_schema import json_schema, list_calls
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import view
from bochiso.text import Text
from bochiso.units.tree import tops
from bochiso.web.core.page_services import PageServices
from bochiso.web.public.api import create_api
from bochiso.web.public.api_models import CALLS, PARAMETERS

LISTS_SCHEMA = "/api/danh-sach.json"
"""Where the schema of the lists that systems push is."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a call; `choices`: the values that it may have, where these are few."""

    name: str
    place: str
    required: bool
    what: Text
    choices: tuple[str, ...]


@dataclass(frozen=True)
class ApiCall:
    """One call: its path, what it does, its parameters, and the fields of what it answers."""

    path: str
    summary: Text
    parameters: tuple[Parameter, ...]
    answer: str
    fields: tuple[tuple[str, str], ...]

    def example(self, values: Mapping[str, str]) -> str | None:
        """An address that answers; None where nothing was published that it could ask for."""
        needed = {each.name: values.get(each.name) for each in self.parameters if each.place == "path"}
        return None if None in needed.values() else f"/api/v1{self.path.format_map(needed)}"


def calls(schema: dict[str, Any]) -> tuple[ApiCall, ...]:
    """Every call of an OpenAPI schema, in its order."""
    return tuple(_call(path, each["get"], schema) for path, each in schema["paths"].items())


def _call(path: str, told: dict[str, Any], schema: dict[str, Any]) -> ApiCall:
    answered = told["responses"]["200"]["content"]["application/json"]["schema"]
    name = answered["$ref"].rpartition("/")[2]
    found = schema["components"]["schemas"][name]
    fields = tuple((field, _kind(kind)) for field, kind in found["properties"].items())
    parameters = tuple(_parameter(each) for each in told.get("parameters", ()))
    return ApiCall(path, CALLS[path], parameters, _type_name(name), fields)


def _type_name(component: str) -> str:
    """The name of a component as Python has it: `Page_UnitRow_` is `Page[UnitRow]`."""
    outer, _, inner = component.rstrip("_").partition("_")
    return f"{outer}[{inner}]" if inner else outer


def _parameter(told: dict[str, Any]) -> Parameter:
    kinds = (told["schema"], *told["schema"].get("anyOf", ()))
    choices = next((tuple(kind["enum"]) for kind in kinds if "enum" in kind), ())
    return Parameter(told["name"], told["in"], told.get("required", False), PARAMETERS[told["name"]], choices)


def examples(store: Store) -> dict[str, str]:
    """Values of the parameters in a path for which there are figures: of the two newest snapshots."""
    snapshots = store.snapshots()
    if not snapshots:
        return {}
    last = snapshots[-1]
    unit = view(store, last).standings.rows[0].score.unit
    province = tops(store.units(last)).get(unit.code, unit.code)
    before = next((each for each in reversed(snapshots[:-1]) if unit.level in store.levels(each)), last)
    return {
        "period": last.period.code, "day": last.as_of.isoformat(),
        "unit": unit.code, "level": unit.level.value, "province": province,
        "period_a": before.period.code, "day_a": before.as_of.isoformat(),
        "period_b": last.period.code, "day_b": last.as_of.isoformat(),
    }  # fmt: skip


def _kind(kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return str(kind["$ref"]).rpartition("/")[2]
    if "anyOf" in kind:
        return " | ".join(_kind(each) for each in kind["anyOf"])
    if kind.get("type") == "array":
        return f"[{_kind(kind['items'])}]"
    return str(kind.get("format") or kind.get("type", ""))


def routes(services: PageServices) -> APIRouter:
    """The page about the API."""
    router = APIRouter()

    @cache
    def told() -> tuple[ApiCall, ...]:
        return calls(create_api(services).openapi())

    @router.get("/api")
    def page(request: Request) -> Response:
        return services.page(
            request, "api.html", calls=told(), examples=services.ask(request, examples), lists=list_calls()
        )

    @router.get(LISTS_SCHEMA)
    def lists(request: Request) -> Response:
        return services.file(request, json.encode(json_schema()), "application/schema+json", {})

    return router
