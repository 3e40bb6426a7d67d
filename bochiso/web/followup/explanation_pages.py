"""Explanations: the office asks, units answer, the office accepts or sends back; for officers alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, SourceError
from bochiso.followup.explanations import (
    ASKED_STATES,
    AnswerGiven,
    AskedState,
    AskedUnit,
    ExplanationRequest,
    Origin,
    cause_counts,
    outcome_of,
)
from bochiso.followup.personal_marks import MARK_NAMES, PersonalMark, personal_marks
from bochiso.followup.work_kinds import KIND_BY_SLUG
from bochiso.office.dossiers import DossierExport, record_export
from bochiso.office.followup import explanation_deeds
from bochiso.office.office_papers import settings_of
from bochiso.periods import parse_day
from bochiso.report.xlsx.work_sheet import WorkSheet, work_workbook
from bochiso.rules.verdict import day_of
from bochiso.store.decisions.office_texts import office_text
from bochiso.store.figures.kept_predecessors import predecessors_of
from bochiso.store.followup.explanation_register import (
    find_request,
    frozen_rows,
    known_causes,
    requests,
)
from bochiso.store.followup.frozen_lists import frozen_list, thawed
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.permissions import Action
from bochiso.text import Text, now, say
from bochiso.units.codes import normalise_code
from bochiso.units.names import short_name
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY, address_of

PAGE = "/giai-trinh"
SHOWN = 200
"""Items of a frozen list on its page; the file has all."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class RequestLine:
    """One request in short, for its reader: `mine`: their own units' of those that it asks."""

    request: ExplanationRequest
    mine: tuple[AskedUnit, ...]
    today: date

    def number(self, *states: str) -> int:
        """How many units are in some states."""
        wanted = [AskedState(each) for each in states]
        return sum(each.state(self.request.last_day, self.today) in wanted for each in self.mine)

    @property
    def answered(self) -> int:
        """How many answered, whatever became of it."""
        return sum(bool(each.answers) for each in self.mine)


@dataclass(frozen=True)
class RequestsPage:
    """All requests that the reader may see, and the office's catalogue of causes."""

    lines: tuple[RequestLine, ...]
    causes: tuple[str, ...]
    fault: BochisoError | None = None


@dataclass(frozen=True)
class RequestPage:
    """One request with its units."""

    line: RequestLine
    fault: BochisoError | None = None

    @property
    def request(self) -> ExplanationRequest:
        """The request."""
        return self.line.request

    @property
    def causes(self) -> list[tuple[str, int]]:
        """The causes that units named, the commonest first."""
        return cause_counts(self.line.mine)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of those that have not answered."""
        return outcome_of(self.request).missing


@dataclass(frozen=True)
class AskedUnitPage:
    """One unit of a request: what it is asked about, what it answered, the form for what comes next.

    `typed`: what an answer that wasn't kept said; `marks`: what in it may be a citizen's. `heirs`: code and
    name of what came after a unit that ended, by the table of predecessors; none where it stands.
    """

    request: ExplanationRequest
    asked: AskedUnit
    rows: tuple[dict[str, Any], ...]
    causes: tuple[str, ...]
    today: date
    may_answer: bool
    typed: Mapping[str, str]
    marks: tuple[PersonalMark, ...] = ()
    fault: BochisoError | None = None
    heirs: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> AskedState:
        """Where the unit stands today."""
        return self.asked.state(self.request.last_day, self.today)

    @property
    def open(self) -> bool:
        """Whether an answer of it is awaited."""
        waits = self.state in (AskedState.OVERDUE, AskedState.WAITING, AskedState.RETURNED)
        return waits and self.request.ended_at is None

    def mark(self, mark: PersonalMark) -> Text:
        """What was found, in words."""
        return MARK_NAMES[mark]


def routes(services: PageServices) -> APIRouter:
    """The requests, one of them, one of its units; their forms and files."""
    router = APIRouter()

    @router.get(PAGE)
    def listed(request: Request) -> Response:
        return _requests(services, request)

    @router.post(PAGE)
    async def causes(request: Request) -> Response:
        await services.enter(request, Action.STEER)
        form = await services.form(request)
        try:
            lines = form.get("nguyen-nhan", "").splitlines()
            await run_in_threadpool(
                explanation_deeds.keep_causes, services.backend, services.by(request), lines
            )
        except ComputeError as error:
            return await run_in_threadpool(_requests, services, request, error)
        return services.redirect(request, PAGE)

    @router.get(PAGE + "/{number}")
    def one(request: Request, number: int) -> Response:
        return _request(services, request, number)

    @router.post(PAGE + "/{number}")
    async def withdraw(request: Request, number: int) -> Response:
        await services.enter(request, Action.STEER)
        form = await services.form(request)
        try:
            await run_in_threadpool(
                explanation_deeds.withdraw, services.backend, services.by(request), number,
                form.get("ly-do", ""),
            )  # fmt: skip
        except ComputeError as error:
            return await run_in_threadpool(_request, services, request, number, error)
        return services.redirect(request, f"{PAGE}/{number}")

    @router.get(PAGE + "/{number}/tep.docx")
    def report(request: Request, number: int) -> Response:
        services.require(request, Action.STEER)
        found = find_request(services.ledger, number)
        text = office_text(services.ledger, found.province)
        settings = settings_of(services.query_cache.folder, found.province, text)
        body = explanation_deeds.gather(services.backend, services.by(request), found, settings)
        return _file(body, f"bao-cao-giai-trinh-{number}.docx", _WORD)

    @router.get(PAGE + "/{number}/{unit}")
    def asked(request: Request, number: int, unit: str) -> Response:
        return _unit(services, request, number, unit)

    @router.get(PAGE + "/{number}/{unit}/danh-sach.xlsx")
    def frozen(request: Request, number: int, unit: str) -> Response:
        found, own = _seen(services, request, number, unit, Action.EXPORT_DOSSIERS)
        if found.origin is not Origin.LIST or found.slug not in KIND_BY_SLUG:
            return services.missing(request)
        what, body = frozen_list(services.ledger, found, own.unit)
        export = DossierExport(f"explanation:{number}", own.unit, "index", "xlsx", period=found.period)
        record_export(services.backend, services.by(request), export, own.items)
        sheet = WorkSheet(what, own.name, body, None, address_of(request).lang)
        return _file(work_workbook(sheet), f"giai-trinh-{number}-{own.unit}.xlsx", _EXCEL)

    @router.post(PAGE + "/{number}/{unit}")
    async def act(request: Request, number: int, unit: str) -> Response:
        form = await services.form(request)
        return await run_in_threadpool(_act, services, request, (number, unit), form)

    return router


def may_answer(person: SignedIn, unit: str | None) -> bool:
    """Whether someone answers for a unit: its own officers, and the office for what came on paper."""
    return person.may(Action.ANSWER, unit) or person.may(Action.STEER)


def require_answer(services: PageServices, request: Request, unit: str | None) -> None:
    """Raise NotSignedInError, or WebError (403), for who may not answer for a unit."""
    person = services.person_of(request)
    if person is None or not may_answer(person, unit):
        services.require(request, Action.ANSWER, unit)


def _file(body: bytes, name: str, kind: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        **SECURITY,
    }
    return Response(body, headers=headers, media_type=kind)


def _mine(person: SignedIn, request: ExplanationRequest, action: Action) -> tuple[AskedUnit, ...]:
    """The units of a request that someone may see, their own or those that they answer for."""
    return tuple(
        each for each in request.units
        if person.may(action, each.unit) or person.may(action, each.answering)
    )  # fmt: skip


def _requests(services: PageServices, request: Request, fault: BochisoError | None = None) -> Response:
    own = services.person_of(request)
    person = services.require(request, Action.SEE_DOSSIERS, own.unit if own else None)
    today = day_of(now())
    lines = (
        RequestLine(each, _mine(person, each, Action.SEE_DOSSIERS), today)
        for each in requests(services.ledger)
    )
    page = RequestsPage(
        tuple(each for each in lines if each.mine), tuple(known_causes(services.ledger)), fault
    )
    return services.page(
        request, "explanations.html", 422 if fault else 200, page=page, states=ASKED_STATES,
        lists=[each for each in KIND_BY_SLUG.values() if each.slug in OFFERED],
    )  # fmt: skip


OFFERED = ("2.1", "cho-tiep-nhan", "tu-choi", "5.2", "5.3", "5.4", "1.1", "1.2")
"""The lists that explanations are asked for as a rule; every other can be asked about from its own page."""


def _request(
    services: PageServices, request: Request, number: int, fault: BochisoError | None = None
) -> Response:
    own = services.person_of(request)
    person = services.require(request, Action.SEE_DOSSIERS, own.unit if own else None)
    found = find_request(services.ledger, number)
    mine = _mine(person, found, Action.SEE_DOSSIERS)
    if not mine:
        return services.missing(request)
    page = RequestPage(RequestLine(found, mine, day_of(now())), fault)
    return services.page(request, "explanation.html", 422 if fault else 200, page=page, states=ASKED_STATES)


def _seen(
    services: PageServices, request: Request, number: int, unit: str, action: Action
) -> tuple[ExplanationRequest, AskedUnit]:
    """A request and one of its units, for who may do something with it.

    Raises ComputeError where that isn't asked, WebError (403) for who may not.
    """
    code = normalise_code(unit)
    own = services.person_of(request)
    services.require(request, action, own.unit if own and own.unit else code)
    found = find_request(services.ledger, number)
    asked = found.unit(code)
    if asked is None:
        services.require(request, action, code)
        raise ComputeError(say("đơn vị này không được yêu cầu giải trình.", "this unit isn't asked."))
    person = services.person_of(request)
    if person is None or not person.may(action, asked.unit):
        services.require(request, action, asked.answering)
    return found, asked


def _unit(
    services: PageServices, request: Request, number: int, unit: str,
    typed: Mapping[str, str] | None = None, told: BochisoError | Sequence[PersonalMark] = (),
) -> Response:  # fmt: skip
    found, asked = _seen(services, request, number, unit, Action.SEE_DOSSIERS)
    fault = told if isinstance(told, BochisoError) else None
    marks = () if isinstance(told, BochisoError) else tuple(told)
    person = services.person_of(request)
    last = asked.last
    before = (
        {}
        if last is None
        else {"nguyen-nhan": last.cause, "giai-trinh": last.words, "khac-phuc": last.remedy}
    )
    rows = frozen_rows(services.ledger, number, asked.unit)[:SHOWN]
    page = AskedUnitPage(
        found, asked, tuple(thawed(each) for each in rows),
        tuple(known_causes(services.ledger)), day_of(now()),
        bool(person and may_answer(person, asked.answering)), before if typed is None else typed,
        marks, fault, _heirs(services, asked.unit),
    )  # fmt: skip
    return services.page(
        request, "explanation-unit.html", 422 if fault or marks else 200, page=page, states=ASKED_STATES,
        what=KIND_BY_SLUG.get(found.slug or ""), decimal=Decimal,
    )  # fmt: skip


def _heirs(services: PageServices, unit: str) -> tuple[tuple[str, str], ...]:
    """What came after a unit that ended; nothing where the office's table was spoilt since."""
    today = day_of(now())
    try:
        found = predecessors_of(services.query_cache.folder).heirs(unit, today)
    except SourceError:
        return ()
    if found == (unit,):
        return ()
    with services.dossiers() as db:
        listed = unit_tree(db, today).units
    return tuple((code, short_name(listed[code].name) if code in listed else code) for code in found)


def _act(services: PageServices, request: Request, whose: tuple[int, str], form: dict[str, str]) -> Response:
    """Answer, accept, send back or hand over, as a form says; the page again with what is wrong."""
    number, unit = whose
    what = form.get("viec", "")
    _, asked = _seen(services, request, number, unit, Action.SEE_DOSSIERS)
    try:
        if what == "tra-loi":
            require_answer(services, request, asked.answering)
            words = " \n".join(form.get(name, "") for name in ("giai-trinh", "khac-phuc"))
            marks = personal_marks(words)
            if marks and form.get("van-gui") != "1":
                return _unit(services, request, number, unit, form, marks)
        else:
            services.require(request, Action.STEER)
        _do(services, request, (number, asked.unit, what), form)
    except ComputeError as error:
        return _unit(services, request, number, unit, form, error)
    return services.redirect(request, f"{PAGE}/{number}/{asked.unit}")


def _do(services: PageServices, request: Request, whose: tuple[int, str, str], form: dict[str, str]) -> None:
    """What a form asks, of who may. Raises ComputeError."""
    number, unit, what = whose
    backend, by = services.backend, services.by(request)
    if what == "tra-loi":
        until = form.get("xong-truoc", "")
        given = AnswerGiven(
            form.get("nguyen-nhan", ""), form.get("giai-trinh", ""), form.get("khac-phuc", ""),
            parse_day(until) if until else None,
        )  # fmt: skip
        explanation_deeds.answer(backend, by, number, unit, given)
    elif what == "chap-nhan":
        explanation_deeds.accept(backend, by, number, unit)
    elif what == "tra-lai":
        explanation_deeds.send_back(backend, by, number, unit, form.get("ly-do", ""))
    elif what == "chuyen":
        heir = normalise_code(form.get("don-vi", ""))
        if not heir:
            raise ComputeError(say("chưa ghi mã đơn vị nhận.", "the code of the unit lacks."))
        with services.dossiers() as db:
            listed = unit_tree(db, day_of(by.at)).units
        if listed and heir not in listed:
            raise ComputeError(
                say("danh sách đơn vị không có mã {code}.", "no list of units has {code}.", code=heir),
                do=say("Ghi đúng mã đơn vị kế thừa, hoặc nạp danh sách đơn vị mới trước.",
                       "Write the heir's code, or bring the new list of units in first."),
            )  # fmt: skip
        explanation_deeds.move(backend, by, number, unit, heir)
    else:
        raise ComputeError(say("không rõ việc cần làm.", "it isn't clear what to do."))
