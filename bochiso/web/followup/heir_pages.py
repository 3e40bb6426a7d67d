"""A unit that ended: what came after it, what waits for it, and who is to do that; for the office alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, SourceError
from bochiso.followup.duties import Duty
from bochiso.office.followup import heir_deeds
from bochiso.office.waiting import WaitingSources, unit_names, what_waits
from bochiso.rules.verdict import day_of
from bochiso.store.followup.heir_choices import chosen_heirs
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.permissions import Action
from bochiso.text import now
from bochiso.units.codes import normalise_code
from bochiso.units.tree import UnitTree
from bochiso.web.core.page_services import PageServices

PAGE = "/ke-thua/{unit}"


@dataclass(frozen=True)
class UnitHeirPage:
    """A unit that ended. `heirs`: what came after it, by the table of predecessors; `chosen`: its heir."""

    unit: str
    names: dict[str, str]
    heirs: Sequence[str]
    chosen: str | None
    waits: Sequence[Duty]
    today: date
    fault: BochisoError | None = None

    def name(self, unit: str) -> str:
        """A unit's name."""
        return self.names.get(unit, unit)


def routes(services: PageServices) -> APIRouter:
    """The page and its form."""
    router = APIRouter()

    @router.get(PAGE)
    def shown(request: Request, unit: str) -> Response:
        services.require(request, Action.STEER)
        return _page(services, request, normalise_code(unit))

    @router.post(PAGE)
    async def chosen(request: Request, unit: str) -> Response:
        await services.enter(request, Action.STEER)
        form = await services.form(request)
        return await run_in_threadpool(_choose, services, request, normalise_code(unit), form)

    return router


def _page(services: PageServices, request: Request, unit: str, fault: BochisoError | None = None) -> Response:
    today, tree = day_of(now()), _tree(services)
    heirs: tuple[str, ...] = ()
    try:
        heirs = tuple(each for each in heir_deeds.came_after(services.backend, unit, today) if each != unit)
    except SourceError as error:
        fault = fault or error
    chosen = chosen_heirs(services.ledger).get(unit)
    if not heirs and chosen is None and (not tree.units or unit in tree.units):
        return services.missing(request)  # it stands, for all that is known
    sources = WaitingSources(services.backend.folder, services.ledger, now(), services.dossiers)
    waits = [each for each in what_waits(sources)[0] if each.unit == unit]
    if not heirs and chosen is None and not waits and fault is None:
        return services.missing(request)
    page = UnitHeirPage(unit, unit_names(services.backend, tree), heirs, chosen, waits, today, fault)
    return services.page(request, "unit-heir.html", 422 if fault else 200, page=page)


def _choose(services: PageServices, request: Request, unit: str, form: dict[str, str]) -> Response:
    by = services.by(request)
    try:
        heir = normalise_code(form.get("don-vi", ""))
        listed = _tree(services).units
        heir_deeds.choose_heir(services.backend, by, unit, heir, listed, day_of(by.at))
    except (ComputeError, SourceError) as error:
        return _page(services, request, unit, error)
    return services.redirect(request, f"/ke-thua/{unit}")


def _tree(services: PageServices) -> UnitTree:
    with services.dossiers() as db:
        return unit_tree(db, day_of(now()))
