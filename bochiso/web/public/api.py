"""The public API, version 1: what was published, as JSON with a schema. Read-only."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from fastapi import APIRouter, FastAPI, Path, Query, Request, Response
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.goals.aims import parse_goal
from bochiso.rules.rule_set import LevelName
from bochiso.score.export import UnitRow, UnitScore, change_row, unit_row, unit_score
from bochiso.store.decisions.publications import in_force
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.band_view import BandRow, band_rows, band_views
from bochiso.store.snapshots.goal_view import GoalAnswer, GoalAsked, goal_answer, goal_view
from bochiso.store.snapshots.queries import compare_views, view, warnings
from bochiso.store.snapshots.snapshot_row import snapshot_row
from bochiso.store.snapshots.snapshot_selection import find_snapshot
from bochiso.text import Lang, say
from bochiso.units.codes import find_unit
from bochiso.units.model import BELOW_PROVINCE, Level, Unit
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY
from bochiso.web.public import api_models as models
from bochiso.web.public.api_models import (
    CALLS,
    PARAMETERS,
    Comparison,
    FigureRow,
    Page,
    PublishedSnapshot,
    Rules,
    figure_row,
    rules_answer,
)
from bochiso.web.public.open_tables import OPEN_TO_ALL, Versions, version_of
from bochiso.web.public.problem_details import Problem, answer_problems

Item = TypeVar("Item")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Response])

MAX_PAGE_SIZE = 1000
"""How many items a page may have."""


def _told(name: str) -> str:
    return PARAMETERS[name].en


PeriodCode = Annotated[str, Path(description=_told("period"), examples=["2026"])]
Day = Annotated[str, Path(description=_told("day"), examples=["2026-10-07"])]
UnitCode = Annotated[str, Path(description=_told("unit"), examples=["H21.17"], max_length=60)]
ProvinceCode = Annotated[str, Path(description=_told("province"), examples=["H21"], max_length=60)]
GoalWords = Annotated[str, Query(description=_told("goal"), max_length=60)]
LevelOf = Annotated[LevelName | None, Query()]
Parent = Annotated[str | None, Query(description=_told("parent"), max_length=60)]
IndicatorCode = Annotated[str | None, Query(description=_told("indicator"), max_length=60)]
Search = Annotated[str | None, Query(description=_told("search"), max_length=200)]
Number = Annotated[int, Query(description=_told("page"), ge=1, le=1_000_000)]
Size = Annotated[int, Query(description=_told("size"), ge=1, le=MAX_PAGE_SIZE)]
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
    for part in (_snapshot_routes, _score_routes, _goal_routes, _comparison_routes, _rule_routes):
        api.include_router(part(services))
    answer_problems(api)
    return api


def _get(router: APIRouter, path: str, answer: object) -> Callable[[Endpoint], Endpoint]:
    """A call of the API as it is told of in CALLS."""
    return router.get(path, response_model=answer, description=CALLS[path].en)


def _snapshot_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["snapshots"])

    @_get(router, models.SNAPSHOTS, Page[PublishedSnapshot])
    def snapshots(request: Request, page: Number = 1, size: Size = 100) -> Response:
        return _listed(
            services,
            request,
            Paging(page, size),
            services.ask(request, _snapshots, services.versions_at(request)),
        )

    @_get(router, models.SNAPSHOT, PublishedSnapshot)
    def snapshot(request: Request, period: PeriodCode, day: Day) -> Response:
        return _answer(
            services, request, services.ask(request, _snapshot, period, day, services.versions_at(request))
        )

    return router


def _score_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["scores"])

    @_get(router, models.UNITS, Page[UnitRow])
    def units(
        request: Request,
        period: PeriodCode,
        day: Day,
        level: LevelOf = None,
        parent: Parent = None,
        search: Search = None,
        page: Number = 1,
        size: Size = 100,
        lang: Language = "vi",
    ) -> Response:
        rows = services.ask(request, _units, period, day, lang)
        found = [
            row
            for row in rows
            if (level is None or row.level == level) and (parent is None or row.parent == parent)
        ]
        if search and search.strip():
            listed = (Unit(row.unit, row.unit_name, Level(row.level), row.parent) for row in found)
            meant = {each.code for each in find_unit(search, listed)}
            found = [row for row in found if row.unit in meant]
        return _listed(services, request, Paging(page, size), found)

    @_get(router, models.UNIT, UnitScore)
    def unit(
        request: Request, period: PeriodCode, day: Day, unit: UnitCode, lang: Language = "vi"
    ) -> Response:
        return _answer(services, request, services.ask(request, _unit, period, day, unit, lang))

    @_get(router, models.INDICATORS, Page[FigureRow])
    def indicators(
        request: Request,
        period: PeriodCode,
        day: Day,
        indicator: IndicatorCode = None,
        level: LevelOf = None,
        page: Number = 1,
        size: Size = 100,
    ) -> Response:
        rows = services.ask(request, _indicators, period, day)
        found = [
            row
            for row in rows
            if (level is None or row.level == level) and (indicator is None or row.indicator == indicator)
        ]
        return _listed(services, request, Paging(page, size), found)

    return router


def _goal_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["goals"])

    @_get(router, models.GOAL, GoalAnswer)
    def goal(
        request: Request,
        period: PeriodCode,
        day: Day,
        unit: UnitCode,
        goal: GoalWords = "top-10",
        lang: Language = "vi",
    ) -> Response:
        return _answer(services, request, services.ask(request, _goal, period, day, unit, goal, lang))

    @_get(router, models.BANDS, Page[BandRow])
    def bands(
        request: Request,
        period: PeriodCode,
        day: Day,
        province: ProvinceCode,
        page: Number = 1,
        size: Size = 100,
    ) -> Response:
        rows = services.ask(request, _bands, period, day, province)
        return _listed(services, request, Paging(page, size), rows)

    return router


def _comparison_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["comparison"])

    @_get(router, models.COMPARISON, Comparison)
    def comparison(
        request: Request,
        level: LevelName,
        period_a: PeriodCode,
        day_a: Day,
        period_b: PeriodCode,
        day_b: Day,
        page: Number = 1,
        size: Size = 100,
        lang: Language = "vi",
    ) -> Response:
        found = services.ask(request, _comparison, level, (period_a, day_a), (period_b, day_b), lang)
        part = _part(request, Paging(page, size), found.items)
        whole = replace(found, items=part.items, page=part.page, size=part.size, next=part.next)
        return _answer(services, request, whole, part.next)

    return router


def _rule_routes(services: PageServices) -> APIRouter:
    router = APIRouter(tags=["rules"])

    @_get(router, models.RULES, Rules)
    def rules(request: Request) -> Response:
        return _answer(services, request, rules_answer(services.rules))

    return router


def _part(request: Request, part: Paging, rows: list[Item]) -> Page[Item]:
    start = (part.page - 1) * part.size
    behind = None
    if start + part.size < len(rows):
        behind = str(request.url.include_query_params(page=part.page + 1).replace(scheme="", netloc=""))
    return Page(rows[start : start + part.size], len(rows), part.page, part.size, behind)


def _listed(services: PageServices, request: Request, paging: Paging, rows: list[Item]) -> Response:
    part = _part(request, paging, rows)
    return _answer(services, request, part, part.next)


def _answer(services: PageServices, request: Request, value: object, behind: str | None = None) -> Response:
    more = {"Link": f'<{behind}>; rel="next"'} if behind else {}
    return services.file(
        request, _encoder.encode(value), "application/json", {**SECURITY, **OPEN_TO_ALL, **more}
    )


def _snapshots(store: Store, versions: Versions) -> list[PublishedSnapshot]:
    return [_with_version(store, each, versions) for each in reversed(store.snapshots())]


def _snapshot(store: Store, period: str, day: str, versions: Versions) -> PublishedSnapshot:
    return _with_version(store, find_snapshot(store, period, day), versions)


def _with_version(store: Store, snapshot: Snapshot, versions: Versions) -> PublishedSnapshot:
    found = next((each for each in in_force(versions) if each.snapshot == snapshot), None)
    return PublishedSnapshot(
        **asdict(snapshot_row(store, snapshot)), **version_of(found), measured=store.measured
    )


def _units(store: Store, period: str, day: str, lang: str) -> list[UnitRow]:
    found = view(store, find_snapshot(store, period, day))
    return [unit_row(standing, Lang(lang)) for standing in found.standings.rows]


def _unit(store: Store, period: str, day: str, unit: str, lang: str) -> UnitScore:
    found = view(store, find_snapshot(store, period, day))
    standing = found.standings.find(unit)
    if standing is None:
        raise ComputeError(say("không có đơn vị này.", "there is no such unit."))
    return unit_score(standing, found.rules, Lang(lang))


def _goal(store: Store, period: str, day: str, unit: str, goal: str, lang: str) -> GoalAnswer:
    snapshot = find_snapshot(store, period, day)
    meant = parse_goal(goal, store.rules(snapshot))
    asked = GoalAsked(unit, meant, as_of=snapshot.as_of.isoformat(), period=snapshot.period)
    return goal_answer(goal_view(store, asked), Lang(lang))


def _bands(store: Store, period: str, day: str, province: str) -> list[BandRow]:
    snapshot = find_snapshot(store, period, day)
    levels = {each.level for each in store.units(snapshot) if each.level in BELOW_PROVINCE}
    found = [
        each
        for level in BELOW_PROVINCE
        if level in levels
        for each in band_views(store, level, snapshot.as_of.isoformat(), snapshot.period, province)
    ]
    if not found:
        raise ComputeError(say("không có đơn vị nào của tỉnh này.", "there is no unit of this province."))
    return [row for each in found for row in band_rows(each)]


def _indicators(store: Store, period: str, day: str) -> list[FigureRow]:
    found = view(store, find_snapshot(store, period, day))
    return [
        figure_row(standing.score.unit, each)
        for standing in found.standings.rows
        for each in standing.score.indicators
    ]


def _comparison(
    store: Store, level: str, first: tuple[str, str], second: tuple[str, str], lang: str
) -> Comparison:
    """Every change of a level as one part."""
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
    rows = [change_row(each) for one in found for each in one.changes]
    return Comparison(
        items=rows,
        total=len(rows),
        page=1,
        size=max(len(rows), 1),
        next=None,
        level=Level(level),
        ranks_comparable=all(one.ranks_comparable for one in found),
        points_comparable=all(one.points_comparable for one in found),
        grade_counts=dict(grades),
        mean=found[0].mean if len(found) == 1 else None,
        remarks=list(dict.fromkeys(remarks)),
    )
