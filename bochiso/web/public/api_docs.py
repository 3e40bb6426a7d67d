"""The API explained on a page, from the schema that the API itself gives, with examples that work here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response

from bochiso.store.figures.queries import view
from bochiso.store.figures.snapshot_store import Store
from bochiso.text import Text
from bochiso.web.core.page_services import PageServices
from bochiso.web.public.api import create_api

_PERIOD = Text(
    "Kỳ số liệu: 2026, 2026-Q3, 2026-08, 2026-W46…", "The period: 2026, 2026-Q3, 2026-08, 2026-W46 …"
)
_DAY = Text("Ngày số liệu, như 2026-10-07", "The day that figures are of, as 2026-10-07")
_ONE = "/snapshots/{period}/{day}"

CALLS = {
    "/snapshots": Text(
        "Các kỳ số liệu đã công bố, mới nhất trước.", "Every published snapshot, newest first."
    ),
    _ONE: Text("Một kỳ số liệu.", "One snapshot."),
    f"{_ONE}/units": Text(
        "Điểm, xếp loại, xếp hạng của các đơn vị, cao nhất trước trong từng cấp.",
        "The units of a snapshot, best first within each level.",
    ),
    f"{_ONE}/units/{{unit}}": Text("Điểm từng chỉ số của một đơn vị.", "One unit's points, by indicator."),
    f"{_ONE}/indicators": Text(
        "Tử số, mẫu số, điểm: mỗi dòng một đơn vị, một chỉ số.",
        "Every count of a snapshot: one row a unit and indicator.",
    ),
    "/comparison/{level}/{period_a}/{day_a}/{period_b}/{day_b}": Text(
        "Thay đổi của một cấp từ kỳ trước đến kỳ sau.",
        "What changed on one level from the first snapshot to the second.",
    ),
    "/rules": Text(
        "Các nhóm chỉ số, chỉ số, xếp loại và căn cứ pháp lý.",
        "The groups, indicators and grades, with their legal sources.",
    ),
}
"""What each call answers."""

PARAMETERS = {
    "period": _PERIOD, "period_a": _PERIOD, "period_b": _PERIOD, "day": _DAY, "day_a": _DAY, "day_b": _DAY,
    "unit": Text("Mã đơn vị", "A unit's code"),
    "level": Text("Cấp:", "The level:"),
    "parent": Text("Mã tỉnh quản lý, như H15", "The code of the province above, as H15"),
    "indicator": Text("Mã chỉ số, như RESOLVED_ON_TIME", "An indicator's code, as RESOLVED_ON_TIME"),
    "search": Text("Tìm theo tên, không cần dấu", "A part of the name; accents may be left out"),
    "page": Text("Trang thứ mấy của danh sách", "Which part of the list"),
    "size": Text("Số mục mỗi trang, nhiều nhất 1000", "How many items a part has, at most 1000"),
    "lang": Text("Ngôn ngữ của tên và ghi chú:", "The language of names and remarks:"),
}  # fmt: skip
"""What each parameter is; the values that it may have follow."""


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
    return ApiCall(path, CALLS[path], parameters, found.get("title", name), fields)


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
    before = next((each for each in reversed(snapshots[:-1]) if unit.level in store.levels(each)), last)
    return {
        "period": last.period.code, "day": last.as_of.isoformat(),
        "unit": unit.code, "level": unit.level.value,
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
        return services.page(request, "api.html", calls=told(), examples=services.ask(request, examples))

    return router
