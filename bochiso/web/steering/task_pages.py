"""Tasks of steering documents: given, answered by units on their page, looked at and merged by the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.steering_tasks import (
    OBSTACLE_KINDS,
    TASK_STANDINGS,
    AnswerState,
    Obstacle,
    ObstacleKind,
    ReportFigures,
    Task,
    TaskAnswer,
    TaskStanding,
    progress_phrase,
)
from bochiso.office import task_work
from bochiso.office.office_papers import settings_of
from bochiso.office.task_work import RoundStanding, figures_of_unit, task_standings
from bochiso.periods import parse_day
from bochiso.report.forms.unit_reports import GatheredReports, merged_report
from bochiso.rules.verdict import day_of
from bochiso.store.decisions.office_texts import office_text
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.permissions import Action
from bochiso.store.steering.obstacle_register import known_obstacles
from bochiso.store.steering.task_register import known_answers
from bochiso.store.steering.unit_readings import newest_standing
from bochiso.store.worklists.open_counts import open_counts
from bochiso.store.worklists.worklist import dossiers_known
from bochiso.text import Text, now, say
from bochiso.units.codes import normalise_code
from bochiso.units.model import LEVEL_NAMES, Level
from bochiso.units.names import short_name
from bochiso.units.tree import UnitTree
from bochiso.web.auth.signing_in import SignedIn, forbidden
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LEVELS = (Level.DEPARTMENT, Level.COMMUNE)
"""Levels to all of whose units a task can be given at once."""

Form = dict[str, str]


@dataclass(frozen=True)
class TasksPage:
    """The newest round of every task that the reader may see. `mine`: the units whose state it tells."""

    rounds: Sequence[RoundStanding]
    mine: frozenset[str] | None
    today: date
    problem: BochisoError | None = None


@dataclass(frozen=True)
class TaskPage:
    """One round of a task. own: the reader's own unit that answers it, None where none does. figures: what
    its report is filled with now. history: the answers before. gone: units that no list has any more."""

    found: RoundStanding
    others: Sequence[RoundStanding]
    names: dict[str, str]
    own: str | None
    figures: ReportFigures | None
    history: Sequence[TaskAnswer]
    gone: frozenset[str]
    phrase: Text
    problem: BochisoError | None = None

    def name(self, unit: str) -> str:
        """A unit's name."""
        return self.names.get(unit, unit)

    @property
    def own_answer(self) -> TaskAnswer | None:
        """What the reader's unit answered last."""
        return self.found.answers.get(self.own or "")

    @property
    def may_answer(self) -> bool:
        """Whether the reader's unit may send an answer now."""
        task, last = self.found.of.task, self.own_answer
        open_still = last is None or last.state is not AnswerState.ACCEPTED
        return self.own is not None and task.ended_at is None and open_still


@dataclass(frozen=True)
class ObstaclesPage:
    """What stands in units' way, those that the reader may see. `own`: the units that may tell of more."""

    found: Sequence[Obstacle]
    names: dict[str, str]
    own: str | None
    today: date
    problem: BochisoError | None = None

    def name(self, unit: str | None) -> str:
        """A unit's name; the office where there is none."""
        return self.names.get(unit, unit) if unit else ""


def routes(services: PageServices) -> APIRouter:
    """The pages, their forms, the merged report."""
    router = APIRouter()

    @router.get("/nhiem-vu")
    def tasks(request: Request) -> Response:
        return _tasks(services, request)

    @router.post("/nhiem-vu")
    async def give(request: Request) -> Response:
        await services.enter(request, Action.STEER)
        form = await services.form(request)

        def done() -> Response:
            try:
                _give(services, request, form)
            except ComputeError as error:
                return _tasks(services, request, error)
            return services.redirect(request, "/nhiem-vu")

        return await run_in_threadpool(done)

    @router.get("/nhiem-vu/{number:int}")
    def one(request: Request, number: int, ky: str = "") -> Response:
        return _one(services, request, (number, ky))

    @router.post("/nhiem-vu/{number:int}")
    async def act(request: Request, number: int, ky: str = "") -> Response:
        await run_in_threadpool(_reader, services, request)
        form = await services.form(request)

        def done() -> Response:
            try:
                _act(services, request, (number, ky), form)
            except ComputeError as error:
                return _one(services, request, (number, ky), error)
            return services.redirect(request, f"/nhiem-vu/{number}" + (f"?ky={ky}" if ky else ""))

        return await run_in_threadpool(done)

    @router.get("/nhiem-vu/{number:int}/tong-hop.docx")
    def merged(request: Request, number: int, ky: str = "") -> Response:
        services.require(request, Action.DOCUMENTS)
        found = _round(services, (number, ky))
        tree, moment = _tree(services), now()
        province = services.home() or found.province(tree)
        settings = settings_of(services.backend.folder, province, office_text(services.ledger, province))
        mine = [e for e in known_obstacles(services.ledger) if e.unit in found.standings]
        gathered = GatheredReports(
            found.of, found.standings, found.answers, mine, _names(tree), day_of(moment)
        )
        body = merged_report(gathered, settings, moment)
        name = f"tong-hop-nhiem-vu-{number}{f'-{ky}' if ky else ''}.docx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, headers={**headers, **SECURITY}, media_type=WORD)

    @router.get("/vuong-mac")
    def obstacles(request: Request) -> Response:
        return _obstacles(services, request)

    @router.post("/vuong-mac")
    async def obstacle(request: Request) -> Response:
        await run_in_threadpool(_reader, services, request)
        form = await services.form(request)

        def done() -> Response:
            try:
                _obstacle(services, request, form)
            except ComputeError as error:
                return _obstacles(services, request, error)
            return services.redirect(request, "/vuong-mac")

        return await run_in_threadpool(done)

    return router


def _reader(services: PageServices, request: Request) -> SignedIn:
    """Who reads what is asked of units: who sees dossiers of their own, or all."""
    person = services.person_of(request)
    return services.require(request, Action.SEE_DOSSIERS, person.unit if person else None)


def _mine(person: SignedIn) -> frozenset[str] | None:
    """The units whose tasks somebody sees; None for all."""
    return None if person.unit is None else frozenset({person.unit}) | person.below


def _tree(services: PageServices) -> UnitTree:
    with services.dossiers() as db:
        return unit_tree(db)


def _names(tree: UnitTree) -> dict[str, str]:
    return {code: short_name(unit.name) for code, unit in tree.units.items()}


def _standings(services: PageServices, task: int | None = None) -> list[RoundStanding]:
    with services.dossiers() as db:
        calendar = calendar_of(db)
    return task_standings(services.ledger, now(), calendar, task)


def _tasks(services: PageServices, request: Request, problem: BochisoError | None = None) -> Response:
    mine = _mine(_reader(services, request))
    newest: dict[int, RoundStanding] = {}
    for each in _standings(services):
        concerned = {*each.of.task.leads, *each.of.task.supports}
        if mine is None or concerned & mine:
            newest[each.of.task.number] = each
    page = TasksPage(list(newest.values()), mine, day_of(now()), problem)
    return services.page(
        request, "tasks.html", 422 if problem else 200, page=page, states=TASK_STANDINGS, levels=LEVEL_NAMES,
        standing=TaskStanding, given_to=LEVELS,
    )  # fmt: skip


def _give(services: PageServices, request: Request, form: Form) -> None:
    last = form.get("han", "")
    if not last:
        raise ComputeError(say("thiếu thời hạn.", "the last day is missing."))
    leads = [normalise_code(each) for each in form.get("chu-tri", "").replace(",", " ").split()]
    tree = _tree(services)
    for level in LEVELS:
        if f"cap-{level.value}" in form:
            leads += [code for code, unit in tree.units.items() if unit.level is level]
    supports = [normalise_code(each) for each in form.get("phoi-hop", "").replace(",", " ").split()]
    unknown = sorted({*leads, *supports} - set(tree.units)) if tree.units else []
    if unknown:
        raise ComputeError(
            say("không có đơn vị mã {codes} trong danh sách.", "no unit has the code {codes}.",
                codes=", ".join(unknown[:5]))
        )  # fmt: skip
    kind = form.get("loai", "")
    task = Task(
        0, form.get("noi-dung", ""), form.get("van-ban", ""), tuple(leads), tuple(supports), parse_day(last),
        "hang-thang" in kind or "bao-cao" in kind, "bao-cao" in kind, now(),
    )  # fmt: skip
    task_work.give_task(services.backend, services.by(request), task)


def _round(services: PageServices, asked: tuple[int, str]) -> RoundStanding:
    """A round of a task: the one asked for, else the newest. Raises ComputeError where there is none."""
    found = _standings(services, asked[0])
    wanted = [each for each in found if not asked[1] or each.of.period == asked[1]]
    if not wanted:
        raise ComputeError(say("không có nhiệm vụ này.", "there is no such task."))
    return wanted[-1]


def _one(
    services: PageServices, request: Request, asked: tuple[int, str], problem: BochisoError | None = None
) -> Response:
    person = _reader(services, request)
    found, mine = _round(services, asked), _mine(person)
    task = found.of.task
    if mine is not None and not mine & {*task.leads, *task.supports}:
        raise forbidden()
    tree = _tree(services)
    own = _own(request, found, mine)
    if mine is not None:
        seen = {unit: state for unit, state in found.standings.items() if unit in mine}
        found = RoundStanding(found.of, seen, {u: a for u, a in found.answers.items() if u in mine})
    history = [e for e in known_answers(services.ledger, task.number)
               if e.period == found.of.period and (mine is None or e.unit in mine)]  # fmt: skip
    figures = _figures(services, request, own) if own and task.report else None
    names = _names(tree)
    gone = frozenset(unit for unit in found.standings if tree.units and unit not in tree.units)
    phrase = progress_phrase(found.standings, names)
    page = TaskPage(
        found, _standings(services, task.number), names, own, figures, history, gone, phrase, problem
    )
    return services.page(
        request, "task.html", 422 if problem else 200, page=page, states=TASK_STANDINGS,
        standing=TaskStanding, rules=services.rules,
    )  # fmt: skip


def _own(request: Request, found: RoundStanding, mine: frozenset[str] | None) -> str | None:
    """The reader's own unit that answers: the one asked for, else the first that is awaited, else the first.

    It may be several: its own, those below it, and those that ended and whose heir it is.
    """
    leads = [unit for unit in found.of.task.leads if mine is not None and unit in mine]
    asked = normalise_code(request.query_params.get("don-vi", ""))
    awaited = [unit for unit in leads if unit not in found.answers]
    return next(iter([unit for unit in leads if unit == asked] or awaited or leads), None)


def _figures(services: PageServices, request: Request, unit: str) -> ReportFigures:
    """A unit's own figures as they are now, whether they are published or not."""
    day, standing = services.query_cache.ask(None, newest_standing, unit)
    overdue = None
    with services.dossiers() as db:
        if dossiers_known(db):
            overdue = sum(each.overdue for each in open_counts(db, now(), 0) if each.unit == unit)
    return figures_of_unit(day, standing, overdue)


def _act(services: PageServices, request: Request, asked: tuple[int, str], form: Form) -> None:
    """Answer for the own unit, decide on an answer, or take the task back. Raises ComputeError, WebError."""
    person, by = _reader(services, request), services.by(request)
    found, what = _round(services, asked), form.get("viec", "")
    number, period = found.of.task.number, found.of.period
    if what == "tra-loi":
        unit = form.get("don-vi", "")
        services.require(request, Action.ANSWER, unit)
        figures = _figures(services, request, unit) if found.of.task.report else None
        with services.dossiers() as db:
            calendar = calendar_of(db)
        task_work.answer_task(
            services.backend, by, (number, period, unit), form.get("noi-dung", ""), figures, calendar
        )
        return
    if not person.may(Action.STEER):
        raise forbidden()
    if what == "rut":
        task_work.withdraw_task(services.backend, by, number, form.get("ly-do", ""))
        return
    answer = found.answers.get(form.get("don-vi", ""))
    if answer is None or what not in ("chap-nhan", "tra-lai"):
        raise ComputeError(say("không rõ việc cần làm.", "it isn't clear what to do."))
    reason = form.get("ly-do", "")
    task_work.decide_answer(services.backend, by, answer, accept=what == "chap-nhan", reason=reason)


def _obstacles(services: PageServices, request: Request, problem: BochisoError | None = None) -> Response:
    person = _reader(services, request)
    mine = _mine(person)
    found = [
        each for each in known_obstacles(services.ledger)
        if mine is None or each.unit in mine or each.owner in mine
    ]  # fmt: skip
    own = person.unit if person.may(Action.ANSWER, person.unit) else None
    page = ObstaclesPage(found, _names(_tree(services)), own, day_of(now()), problem)
    return services.page(request, "obstacles.html", 422 if problem else 200, page=page, kinds=OBSTACLE_KINDS)


def _obstacle(services: PageServices, request: Request, form: Form) -> None:
    """Tell of an obstacle for the own unit, or answer one. Raises ComputeError, WebError."""
    person, by, number = _reader(services, request), services.by(request), form.get("so", "")
    if number.isascii() and number.isdecimal():
        found = next((e for e in known_obstacles(services.ledger) if e.number == int(number)), None)
        owner = found.owner if found else None
        if not (person.may(Action.STEER) or (owner and person.may(Action.ANSWER, owner))):
            raise forbidden()
        solved = "xong" in form
        task_work.answer_obstacle(services.backend, by, int(number), form.get("tra-loi", ""), solved=solved)
        return
    unit = person.unit or ""
    services.require(request, Action.ANSWER, unit)
    kind, since, owner = form.get("loai", ""), form.get("tu", ""), form.get("don-vi", "").strip()
    if kind not in set(ObstacleKind) or not since:
        raise ComputeError(say("thiếu loại vướng mắc hoặc ngày phát sinh.", "its kind or day is missing."))
    told = Obstacle(
        0, unit, ObstacleKind(kind), " ".join(form.get("he-thong", "").split()), parse_day(since),
        form.get("noi-dung", ""), by.at, normalise_code(owner) if owner else None,
        " ".join(form.get("bo-nganh", "").split()) or None,
    )  # fmt: skip
    task_work.tell_obstacle(services.backend, by, told)
