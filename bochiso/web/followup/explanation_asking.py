"""Asking for explanations: the office chooses a list or a fall, sees whom it concerns, sends the request."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.explanations import ExplanationRequest
from bochiso.followup.work_kinds import KIND_BY_SLUG
from bochiso.office.followup import explanation_deeds
from bochiso.office.office_papers import settings_of
from bochiso.periods import Period, parse_day, parse_period
from bochiso.report.report_data import provinces_in
from bochiso.rules.verdict import day_of
from bochiso.store.decisions.office_texts import office_text
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.followup.asked_lists import (
    Concerned,
    chosen_units,
    fall_draft,
    list_draft,
)
from bochiso.store.followup.explanation_register import RequestDraft
from bochiso.store.measuring.sync_source import published_sync
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.work_lists import WorkAsked
from bochiso.text import VIETNAM, now, say
from bochiso.web.core.page_services import PageServices
from bochiso.web.followup.work_pages import only_top

NEW = "/giai-trinh-moi"


@dataclass(frozen=True)
class AskingPage:
    """Whom a list or a fall concerns, and what the request is to say. `slug`: None for a fall."""

    found: Concerned
    slug: str | None
    period: str
    least: str
    title: str
    last_day: date
    document: str = ""
    fault: BochisoError | None = None


@dataclass(frozen=True)
class _Asked:
    """What is to be asked about, as an address or a form says it."""

    slug: str | None
    period: Period
    least: Decimal
    province: str


def routes(services: PageServices) -> APIRouter:
    """The page and its form."""
    router = APIRouter()

    @router.get(NEW)
    def choose_whom(request: Request) -> Response:
        services.require(request, Action.STEER)
        return _page(services, request, dict(request.query_params))

    @router.post(NEW)
    async def send(request: Request) -> Response:
        await services.enter(request, Action.STEER)
        form = await services.form(request)
        try:
            made = await run_in_threadpool(_send, services, request, form)
        except ComputeError as error:
            return await run_in_threadpool(_page, services, request, form, error)
        return services.redirect(request, f"/giai-trinh/{made.number}")

    return router


def _asked(services: PageServices, request: Request, form: dict[str, str]) -> _Asked:
    """What is asked about. Raises ComputeError for no such list, period or number of points."""
    slug = form.get("danh-sach") or None
    if slug is not None and slug not in KIND_BY_SLUG:
        raise ComputeError(say("không có danh sách này.", "there is no such list."))
    period = parse_period(form.get("ky") or str(now().astimezone(VIETNAM).year))
    try:
        least = Decimal(form.get("giam", "1").strip().replace(",", "."))
    except InvalidOperation:
        least = Decimal(-1)
    if not Decimal("0.01") <= least <= 100:
        raise ComputeError(say("số điểm giảm phải từ 0,01 đến 100.", "a fall is of 0.01 to 100 points."))
    return _Asked(slug, period, least, services.home() or _known_province(services, request, slug))


def _known_province(services: PageServices, request: Request, slug: str | None) -> str:
    """The one province that has dossiers, or figures of units. Raises ComputeError where it isn't one."""
    if slug is None:
        return next(iter(services.ask(request, provinces_in)), "")
    with services.dossiers() as db:
        return only_top(db)


def _found(services: PageServices, asked: _Asked) -> tuple[Concerned, RequestDraft]:
    """Whom it concerns now, and the request that would ask all of them; its last day isn't said yet."""
    if asked.slug is None:
        with open_store(services.query_cache.folder) as store:
            return fall_draft(store, asked.least, asked.province)
    moment = now()
    sync = published_sync(services.backend.folder, asked.period, day_of(moment))
    wanted = WorkAsked(asked.province, asked.period, moment, sync)
    with services.dossiers() as db:
        return list_draft(db, wanted, KIND_BY_SLUG[asked.slug], services.rules)


def _page(
    services: PageServices, request: Request, form: dict[str, str], fault: BochisoError | None = None
) -> Response:
    asked = _asked(services, request, form)
    found, draft = _found(services, asked)
    page = AskingPage(
        found, asked.slug, asked.period.code, form.get("giam", "1"), form.get("noi-dung") or draft.title,
        _last_day(services, asked.province, form), form.get("van-ban", ""), fault,
    )  # fmt: skip
    return services.page(request, "explanation-new.html", 422 if fault else 200, page=page, decimal=Decimal)


def _last_day(services: PageServices, province: str, form: dict[str, str]) -> date:
    """The last day of a form; else so many working days from today as the office's settings give."""
    try:
        if form.get("han"):
            return parse_day(form["han"])
    except ComputeError:
        pass
    text = office_text(services.ledger, province)
    within = settings_of(services.query_cache.folder, province, text).explain_within
    with services.dossiers() as db:
        calendar = calendar_of(db).of(province)
    return calendar.add_working_days(day_of(now()), within)


def _send(services: PageServices, request: Request, form: dict[str, str]) -> ExplanationRequest:
    """Keep the request that a form asks for. Raises ComputeError."""
    found, draft = _found(services, _asked(services, request, form))
    left_out = {name.removeprefix("bo-") for name in form if name.startswith("bo-")}
    wanted = [each.unit for each in found.units if each.unit not in left_out]
    if not form.get("han"):
        raise ComputeError(say("chưa ghi hạn báo cáo.", "the last day lacks."))
    sent = RequestDraft(
        " ".join(form.get("noi-dung", "").split()), draft.origin, draft.slug, draft.period, draft.as_of,
        parse_day(form["han"]), chosen_units(found, wanted), " ".join(form.get("van-ban", "").split())[:300],
    )  # fmt: skip
    return explanation_deeds.ask(services.backend, services.by(request), sent)
