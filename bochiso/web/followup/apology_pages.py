"""Apologies: dossiers to apologise for today, the record with the one new date, the letter, the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.apologies import STAGE_NAMES, Apology, ApologyCase, ApologyCounts, apology_sentence
from bochiso.followup.personal_marks import MARK_NAMES, PersonalMark, personal_marks
from bochiso.office.followup import apology_deeds
from bochiso.office.office_papers import settings_of
from bochiso.periods import parse_day, parse_period
from bochiso.rules.verdict import day_of
from bochiso.store.decisions.office_texts import office_text
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.followup.apology_cases import ToApologise, apology_case, apology_counts, to_apologise
from bochiso.store.followup.apology_register import apologies, find_apology, standing_apologies
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.dossier_record import unit_of_dossier
from bochiso.store.worklists.worklist import dossiers_known
from bochiso.text import Text, now, say
from bochiso.units.tops import province_of
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY
from bochiso.web.followup.explanation_pages import require_answer
from bochiso.web.followup.work_pages import only_top

PAGE = "/xin-loi"
SHOWN = 300
"""Rows of each table on the page."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class ApologiesPage:
    """What waits, how late dossiers of this year were apologised for, what was recorded."""

    waiting: tuple[ToApologise, ...]
    counts: tuple[ApologyCounts, ...]
    recorded: tuple[Apology, ...]
    year: int
    fault: BochisoError | None = None

    @property
    def sentence(self) -> Text | None:
        """The counts as letters say them; None where nothing is late."""
        return apology_sentence(self.counts[0]) if self.counts and self.counts[0].late else None


@dataclass(frozen=True)
class ApologyPage:
    """One dossier and the form of its apology."""

    case: ApologyCase
    standing: Apology | None
    typed: Mapping[str, str]
    marks: tuple[PersonalMark, ...] = ()
    fault: BochisoError | None = None

    def mark(self, mark: PersonalMark) -> Text:
        """What was found, in words."""
        return MARK_NAMES[mark]


def routes(services: PageServices) -> APIRouter:
    """The page, a dossier's form, the letter."""
    router = APIRouter()

    @router.get(PAGE)
    def listed(request: Request) -> Response:
        return _page(services, request)

    @router.get(PAGE + "/ho-so/{number}")
    def one(request: Request, number: str) -> Response:
        return _form(services, request, number)

    @router.post(PAGE + "/ho-so/{number}")
    async def record(request: Request, number: str) -> Response:
        form = await services.form(request)
        return await run_in_threadpool(_record, services, request, number, form)

    @router.get(PAGE + "/{number}/thu.docx")
    def letter(request: Request, number: int) -> Response:
        _reader(services, request)
        found = find_apology(services.ledger, number)
        services.require(request, Action.SEE_DOSSIERS, found.unit)
        province = province_of(found.unit)
        settings = settings_of(services.query_cache.folder, province, office_text(services.ledger, province))
        body = apology_deeds.write_letter(services.backend, services.by(request), found, settings)
        name = f'attachment; filename="xin-loi-{number}.docx"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store", **SECURITY}
        return Response(body, headers=headers, media_type=_WORD)

    @router.post(PAGE + "/{number}")
    async def withdraw(request: Request, number: int) -> Response:
        form = await services.form(request)
        return await run_in_threadpool(_withdraw, services, request, number, form)

    return router


def _reader(services: PageServices, request: Request) -> SignedIn:
    own = services.person_of(request)
    return services.require(request, Action.SEE_DOSSIERS, own.unit if own else None)


def _page(services: PageServices, request: Request, fault: BochisoError | None = None) -> Response:
    person, moment = _reader(services, request), now()
    year = day_of(moment).year
    waiting: list[ToApologise] = []
    counts: list[ApologyCounts] = []
    with services.dossiers() as db:
        if dossiers_known(db):
            standing = standing_apologies(services.ledger)
            unit = person.unit or services.home() or only_top(db)
            waiting = to_apologise(db, unit, moment, standing)
            counts = apology_counts(db, standing, unit, parse_period(str(year)), moment)
    mine = [each for each in apologies(services.ledger) if person.may(Action.SEE_DOSSIERS, each.unit)]
    page = ApologiesPage(tuple(waiting), tuple(counts), tuple(mine), year, fault)
    return services.page(
        request, "apologies.html", 422 if fault else 200, page=page, stages=STAGE_NAMES, shown=SHOWN,
        behind=services.behind(),
    )  # fmt: skip


def _case(services: PageServices, request: Request, number: str, moment: datetime) -> ApologyCase:
    """A dossier, for who may answer for its unit. Raises WebError (403), ComputeError for none."""
    _reader(services, request)
    with services.dossiers() as db:
        require_answer(services, request, unit_of_dossier(db, number))
        return apology_case(db, number, moment)


def _form(
    services: PageServices, request: Request, number: str, typed: Mapping[str, str] | None = None,
    marks: tuple[PersonalMark, ...] = (), fault: BochisoError | None = None,
) -> Response:  # fmt: skip
    case = _case(services, request, number, now())
    standing = standing_apologies(services.ledger).get(number)
    page = ApologyPage(case, standing, typed or {}, marks, fault)
    return services.page(request, "apology.html", 422 if fault or marks else 200, page=page)


def _record(services: PageServices, request: Request, number: str, form: dict[str, str]) -> Response:
    by = services.by(request)
    case = _case(services, request, number, by.at)
    marks = tuple(personal_marks(form.get("ly-do", "")))
    if marks and form.get("van-ghi") != "1":
        return _form(services, request, number, form, marks)
    try:
        with services.dossiers() as db:
            calendar = calendar_of(db).of(province_of(case.unit))
        given = form.get("ly-do", ""), _day(form.get("hen-lai", ""))
        apology_deeds.record_apology(services.backend, by, case, given, calendar)
    except ComputeError as error:
        return _form(services, request, number, form, fault=error)
    return services.redirect(request, f"{PAGE}/ho-so/{number}")


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def _withdraw(services: PageServices, request: Request, number: int, form: dict[str, str]) -> Response:
    _reader(services, request)
    found = find_apology(services.ledger, number)
    require_answer(services, request, found.unit)
    try:
        if form.get("viec") != "huy":
            raise ComputeError(say("không rõ việc cần làm.", "it isn't clear what to do."))
        apology_deeds.withdraw_apology(services.backend, services.by(request), number, form.get("ly-do", ""))
    except ComputeError as error:
        return _page(services, request, error)
    return services.redirect(request, PAGE)
