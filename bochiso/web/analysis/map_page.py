"""Maps of the communes of the province and of the provinces, by grade, group or indicator; tables beside."""

from dataclasses import dataclass
from pathlib import PurePath

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bochiso.errors import BochisoError, ComputeError, SourceError
from bochiso.office.unit_boundaries import drop_boundaries, keep_boundaries
from bochiso.rules.rule_set import RuleSet
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.people.permissions import Action
from bochiso.store.snapshots.queries import Ranked
from bochiso.text import Lang, Text
from bochiso.units.boundaries import MOST_BYTES, Boundaries, some_of
from bochiso.units.codes import order_key
from bochiso.units.model import Level
from bochiso.units.names import province_title
from bochiso.web.core.day_choice import home_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of
from bochiso.web.graphics.map_shades import MapUnit
from bochiso.web.graphics.page_chart import PageChart
from bochiso.web.graphics.tile_map import MapSet
from bochiso.web.graphics.unit_maps import GRADES, map_of, map_set, title_of
from bochiso.web.pages.unit_tables import ranked_levels


@dataclass(frozen=True)
class LevelMap:
    """The map of one level; `picture` is None where no grid of it comes along: then its table alone."""

    ranked: Ranked
    found: MapSet
    picture: PageChart | None

    @property
    def name(self) -> Text:
        """The level's name."""
        return self.ranked.standings.title

    @property
    def units(self) -> list[MapUnit]:
        """Its units in the order of their names."""
        return sorted(self.found.units, key=lambda each: order_key(each.name))

    @property
    def level(self) -> Level:
        """The level."""
        return self.ranked.level

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that it shows."""
        return self.ranked.after.snapshot


@dataclass(frozen=True)
class MapsPage:
    """The maps of a province; `what` they show, in words `title`."""

    rules: RuleSet
    name: Text
    what: str
    title: Text
    maps: tuple[LevelMap, ...]


def maps_page(
    store: Store, code: str, what: str, at: SnapshotRef | None, lang: Lang, kept: Boundaries | None = None
) -> MapsPage:
    """`kept`: the boundaries of the communes. Raises ComputeError where there are no figures, or the rules
    don't have what is asked for.
    """
    below = [each for each in ranked_levels(store, code, at) if each.level is Level.COMMUNE]
    ranked = [*below, *ranked_levels(store, None, at)]
    if not ranked:
        raise ComputeError(Text("chưa có số liệu nào.", "there are no figures."))
    maps = []
    for each in ranked:
        rules = each.after.rules
        found = map_set(each.standings, rules, what, code, lang)
        if sum(unit.value is not None for unit in found.units) > 1:  # one alone makes no map
            maps.append(LevelMap(each, found, map_of(each.standings, rules, what, code, lang, kept)))
    rules = ranked[0].after.rules
    day = ranked[0].after.snapshot.as_of
    return MapsPage(rules, province_title(code, day), what, title_of(rules, what), tuple(maps))


def routes(services: PageServices) -> APIRouter:
    """The maps of the home province."""
    router = APIRouter()

    def shown(request: Request, what: str, told: BochisoError | None = None) -> Response:
        code = home_of(services, request)
        if code is None:
            return services.page(request, "first-run.html")
        address = address_of(request)
        kept = services.boundaries(code)
        page = services.ask(request, maps_page, code, what, address.at, address.lang, kept)
        days = tuple(each.snapshot for each in page.maps)
        return services.page(
            request,
            "map.html",
            200 if told is None else 422,
            of_days=days,
            page=page,
            grades=GRADES,
            kept=kept,
            code=code,
            told=told,
            some_of=some_of,
        )

    @router.get("/ban-do")
    def by_grade(request: Request) -> Response:
        return shown(request, GRADES)

    @router.get("/ban-do/{what}")
    def by(request: Request, what: str) -> Response:
        return shown(request, what)

    @router.post("/ban-do/dia-gioi")
    async def bring_in(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.upload(request, MOST_BYTES, 1)
        file, province = form.get("tep"), str(form.get("tinh", ""))
        data = await file.read() if isinstance(file, UploadFile) else b""
        name = PurePath(file.filename or "").name if isinstance(file, UploadFile) else ""
        await form.close()
        by, backend = services.by(request), services.backend
        try:
            if name:
                await run_in_threadpool(keep_boundaries, backend, by, province, name[:200], data)
            else:
                await run_in_threadpool(drop_boundaries, backend, by, province)
        except SourceError as error:
            return await run_in_threadpool(shown, request, GRADES, error)
        return services.redirect(request, "/ban-do")

    return router
