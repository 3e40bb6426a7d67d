"""The public API, version 1: what was published, as JSON with a schema. Read-only."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, FastAPI, Path, Query, Request, Response
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.periods import Period, parse_day, parse_period
from bochiso.rules.rule_set import RuleSet
from bochiso.score.export import change_object, indicator_object, standing_object
from bochiso.score.ranking import Standing
from bochiso.store.figures.queries import View, compare_views, snapshot_object, view, warnings
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.text import Lang, say
from bochiso.units.codes import fold
from bochiso.units.model import Level
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.problem_details import Problem, answer_problems
from bochiso.web.core.template_context import SECURITY
from bochiso.web.public import api_models as model

MOST = 1000
"""How many items a page may have."""

PeriodCode = Annotated[str, Path(description="2026, 2026-Q3, 2026-08, 2026-W46 …", examples=["2026"])]
Day = Annotated[str, Path(description="The day that figures are of.", examples=["2026-10-07"])]
Unit = Annotated[str, Path(description="A unit's code.", examples=["H21.17"], max_length=60)]
LevelOf = Annotated[model.LevelName | None, Query()]
Number = Annotated[int, Query(ge=1, le=1_000_000, description="Which part of the list.")]
Size = Annotated[int, Query(ge=1, le=MOST, description="How many items a part has.")]
Language = Annotated[Literal["vi", "en"], Query(description="The language of names and remarks.")]
FAILURES: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "content": {"application/problem+json": {}}} for code in (404, 422, 503)
}

_encoder = msgspec.json.Encoder(decimal_format="number")


class Paging(Struct, frozen=True):
    """Which part of a list is asked for."""

    page: int
    size: int


def create_api(services: PageServices) -> FastAPI:
    """The API as an application of its own, to be mounted at /api/v1."""
    api = FastAPI(
        title="bochiso",
        version="1",
        description="Bộ chỉ số phục vụ người dân, doanh nghiệp: số liệu đã công bố. Published figures.",
        docs_url=None,
        redoc_url=None,
        responses=FAILURES,
    )
    for part in (_snapshot_routes, _score_routes, _comparison_routes, _rule_routes):
        api.include_router(part(services))
    answer_problems(api)
    return api


def _snapshot_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["snapshots"])

    @router.get("/snapshots", response_model=model.Page[model.SnapshotRow])
    def snapshots(request: Request, page: Number = 1, size: Size = 100) -> Response:
        """Every published snapshot, newest first."""
        return _listed(services, request, Paging(page, size), services.ask(request, _snapshots))

    @router.get("/snapshots/{period}/{day}", response_model=model.SnapshotRow)
    def snapshot(request: Request, period: PeriodCode, day: Day) -> Response:
        """One snapshot."""
        return _answer(services, request, services.ask(request, _snapshot, period, day))

    return router


def _score_routes(services: PageServices) -> APIRouter:
    router = APIRouter(prefix="/snapshots/{period}/{day}", tags=["scores"])

    @router.get("/units", response_model=model.Page[model.UnitRow])
    def units(
        request: Request,
        period: PeriodCode,
        day: Day,
        level: LevelOf = None,
        parent: Annotated[str | None, Query(max_length=60)] = None,
        search: Annotated[str | None, Query(max_length=200, description="Accents may be left out.")] = None,
        page: Number = 1,
        size: Size = 100,
        lang: Language = "vi",
    ) -> Response:
        """The units of a snapshot, best first within each level."""
        rows = services.ask(request, _units, period, day, lang)
        wanted = fold(search) if search else ""
        found = [
            row
            for row in rows
            if (level is None or row["level"] == level)
            and (parent is None or row["parent"] == parent)
            and wanted in fold(row["unit_name"])
        ]
        return _listed(services, request, Paging(page, size), found)

    @router.get("/units/{unit}", response_model=model.UnitScore)
    def unit(request: Request, period: PeriodCode, day: Day, unit: Unit, lang: Language = "vi") -> Response:
        """One unit's points, indicator by indicator."""
        return _answer(services, request, services.ask(request, _unit, period, day, unit, lang))

    @router.get("/indicators", response_model=model.Page[model.FigureRow])
    def indicators(
        request: Request,
        period: PeriodCode,
        day: Day,
        indicator: Annotated[str | None, Query(max_length=60)] = None,
        level: LevelOf = None,
        page: Number = 1,
        size: Size = 100,
    ) -> Response:
        """Every count of a snapshot: one row a unit and indicator."""
        rows = services.ask(request, _indicators, period, day)
        found = [
            row
            for row in rows
            if (level is None or row["level"] == level)
            and (indicator is None or row["indicator"] == indicator)
        ]
        return _listed(services, request, Paging(page, size), found)

    return router


def _comparison_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["comparison"])

    @router.get("/comparison/{level}/{period_a}/{day_a}/{period_b}/{day_b}", response_model=model.Comparison)
    def comparison(
        request: Request,
        level: model.LevelName,
        period_a: PeriodCode,
        day_a: Day,
        period_b: PeriodCode,
        day_b: Day,
        page: Number = 1,
        size: Size = 100,
        lang: Language = "vi",
    ) -> Response:
        """What changed on one level from the first snapshot to the second."""
        found = services.ask(request, _comparison, level, (period_a, day_a), (period_b, day_b), lang)
        rows = found["items"]
        return _listed(
            services, request, Paging(page, size), rows, **{k: v for k, v in found.items() if k != "items"}
        )

    return router


def _rule_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["rules"])

    @router.get("/rules", response_model=model.Rules)
    def rules(request: Request) -> Response:
        """The groups, indicators and grades, with their legal sources."""
        return _answer(services, request, _rules(services.rules))

    return router


def _listed(
    services: PageServices, request: Request, part: Paging, rows: list[dict[str, Any]], **more: Any
) -> Response:
    start = (part.page - 1) * part.size
    behind = None
    if start + part.size < len(rows):
        behind = str(request.url.include_query_params(page=part.page + 1).replace(scheme="", netloc=""))
    items = rows[start : start + part.size]
    head = {"total": len(rows), "page": part.page, "size": part.size, "next": behind}
    return _answer(services, request, {"items": items, **head, **more}, behind)


def _answer(services: PageServices, request: Request, value: Any, behind: str | None = None) -> Response:
    more = {"Link": f'<{behind}>; rel="next"'} if behind else {}
    return services.file(request, _encoder.encode(value), "application/json", {**SECURITY, **more})


def find_snapshot(store: Store, period: str, day: str) -> Snapshot:
    """The snapshot of that day and period. Raises ComputeError where there is none."""
    wanted: tuple[Period, Any] = parse_period(period), parse_day(day)
    for snapshot in store.snapshots():
        if (snapshot.period, snapshot.as_of) == wanted:
            return snapshot
    raise ComputeError(say("không có kỳ số liệu này.", "there is no such snapshot."))


def _snapshots(store: Store) -> list[dict[str, Any]]:
    return [snapshot_object(store, each) for each in reversed(store.snapshots())]


def _snapshot(store: Store, period: str, day: str) -> dict[str, Any]:
    return snapshot_object(store, find_snapshot(store, period, day))


def _rows(store: Store, period: str, day: str, make: Callable[[View, Standing], Iterator[dict[str, Any]]]
          ) -> list[dict[str, Any]]:  # fmt: skip
    found = view(store, find_snapshot(store, period, day))
    return [row for standing in found.standings.rows for row in make(found, standing)]


def _units(store: Store, period: str, day: str, lang: str) -> list[dict[str, Any]]:
    def row(found: View, standing: Standing) -> Iterator[dict[str, Any]]:
        whole = standing_object(standing, found.rules, Lang(lang))
        yield {key: whole[key] for key in model.UnitRow.model_fields}

    return _rows(store, period, day, row)


def _unit(store: Store, period: str, day: str, unit: str, lang: str) -> dict[str, Any]:
    found = view(store, find_snapshot(store, period, day))
    standing = found.standings.find(unit)
    if standing is None:
        raise ComputeError(say("không có đơn vị này.", "there is no such unit."))
    return standing_object(standing, found.rules, Lang(lang))


def _indicators(store: Store, period: str, day: str) -> list[dict[str, Any]]:
    def rows(_: View, standing: Standing) -> Iterator[dict[str, Any]]:
        unit = standing.score.unit
        for each in standing.score.indicators:
            whole = indicator_object(each) | {"indicator": each.rule.code}
            whole |= {"unit": unit.code, "unit_name": unit.name, "level": unit.level.value}
            yield {key: whole[key] for key in model.FigureRow.model_fields}

    return _rows(store, period, day, rows)


def _comparison(
    store: Store, level: str, first: tuple[str, str], second: tuple[str, str], lang: str
) -> dict[str, Any]:
    before, after = (view(store, find_snapshot(store, *each)) for each in (first, second))
    both = [
        dict.fromkeys(each.province for each in one.standings.tables if each.level is Level(level))
        for one in (after, before)
    ]
    if not all(both):
        raise ComputeError(say("một trong hai kỳ không có cấp này.", "one of them lacks this level."))
    found = [compare_views(before, after, Level(level), province) for province in both[0] | both[1]]
    remarks = [each.render(Lang(lang)) for one in found for each in warnings(store, before, after, one)]
    grades = Counter[str]()
    for one in found:
        grades.update(one.grade_counts)
    return {
        "items": [
            {"unit": each.code, **(change_object(each) or {})} for one in found for each in one.changes
        ],
        "level": level,
        "ranks_comparable": all(one.ranks_comparable for one in found),
        "points_comparable": all(one.points_comparable for one in found),
        "grade_counts": dict(grades),
        "mean": found[0].mean if len(found) == 1 else None,
        "remarks": list(dict.fromkeys(remarks)),
    }


_INDICATOR_FIELDS = ("number", "code", "group", "points", "target", "empty", "levels", "inherits", "source")


def _rules(rules: RuleSet) -> dict[str, Any]:
    def named(each: Any, *fields: str) -> dict[str, Any]:
        names = {"name": each.names.vi, "name_en": each.names.en}
        return {**names, **{field: getattr(each, field) for field in fields}}

    return {
        "id": rules.id,
        "name": rules.names.vi,
        "source": rules.source,
        "effective_from": rules.effective_from.isoformat(),
        "groups": [named(each, "code", "points", "source") for each in rules.groups],
        "indicators": [
            named(each, *_INDICATOR_FIELDS) | {"counts": each.counts.vi, "counts_en": each.counts.en}
            for each in rules.indicators
        ],
        "grades": [named(each, "code", "least") for each in rules.grades.bounds],
    }
