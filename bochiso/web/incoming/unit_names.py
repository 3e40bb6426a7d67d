"""Names without codes: which unit each is, asked once and remembered with who said it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError
from bochiso.office.figures import forget_name, match_name
from bochiso.store.decisions.name_choices import NameChoice, name_choices, question_of
from bochiso.store.figures.name_questions import NameQuestion, name_questions, units_of
from bochiso.store.people.permissions import Action
from bochiso.units.model import LEVEL_NAMES, Level, Unit
from bochiso.web.core.page_services import PageServices

OWN = "-"
"""What the form says of a name that is a unit by itself."""


@dataclass(frozen=True)
class NamesPage:
    """The open names, each with the units to choose from, and what was said before."""

    asked: tuple[tuple[NameQuestion, tuple[Unit, ...]], ...]
    matched: tuple[NameChoice, ...]
    fault: BochisoError | None = None


def routes(services: PageServices) -> APIRouter:
    """The page of names and its forms."""
    router = APIRouter()
    folder = services.query_cache.folder

    def listed(request: Request, fault: BochisoError | None = None) -> Response:
        asked = tuple((each, tuple(_choices(each))) for each in name_questions(folder))
        page = NamesPage(asked, tuple(name_choices(services.ledger)), fault)
        status = 422 if fault else 200
        return services.page(request, "unit-names.html", status, page=page, levels=LEVEL_NAMES, own=OWN)

    def _choices(asked: NameQuestion) -> list[Unit]:
        return [each for each in units_of(folder, asked.province) if each.level is asked.level]

    def given(request: Request, form: dict[str, str]) -> Response:
        try:
            level = Level(form["cap"]) if form.get("cap") in set(Level) else None
            asked = question_of(folder, form.get("ten", ""), level, form.get("tinh") or None)
            code = form.get("vao", "")
            match_name(services.backend, services.by(request), asked, None if code == OWN else code)
        except BochisoError as error:
            return listed(request, error)
        return services.redirect(request, "/ten-don-vi")

    def forgotten(request: Request, name: str) -> Response:
        try:
            forget_name(services.backend, services.by(request), name)
        except BochisoError as error:
            return listed(request, error)
        return services.redirect(request, "/ten-don-vi")

    @router.get("/ten-don-vi")
    def names(request: Request) -> Response:
        services.require(request, Action.SEE_DATA)
        return listed(request)

    @router.post("/ten-don-vi")
    async def give(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        return await run_in_threadpool(given, request, await services.form(request))

    @router.post("/ten-don-vi/bo")
    async def forget(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)
        return await run_in_threadpool(forgotten, request, form.get("ten", ""))

    return router
