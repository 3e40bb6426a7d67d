"""Alarms: what stands out in the last figures, for somebody to look at; and what they found."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.alarms import ALARM_FINDINGS, Alarm, AlarmFinding, AlarmVerdict
from bochiso.office.alarm_verdicts import current_alarms, judge_alarm
from bochiso.store.people.permissions import Action
from bochiso.store.people.settings import read_settings
from bochiso.store.steering.alarm_register import known_verdicts
from bochiso.text import say
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.day_choice import home_of
from bochiso.web.core.page_services import PageServices

SHOWN = 100
"""So many alarms are on the page, and so many that were looked at."""


@dataclass(frozen=True)
class AlarmsPage:
    """The first alarms that nobody looked at yet, and how many `more`; what was found of others."""

    waiting: Sequence[Alarm]
    more: int
    judged: Sequence[AlarmVerdict]
    problem: BochisoError | None = None


def alarms_for(services: PageServices, request: Request, person: SignedIn) -> list[Alarm]:
    """The alarms that somebody may see: of their own units, or all."""
    home = home_of(services, request)
    if home is None:
        return []
    settings = read_settings(services.ledger).alerts
    # Of figures that may not be published yet: everybody's who sees dossiers, but of their own units alone.
    found = services.query_cache.ask(None, current_alarms, home, settings)
    return [each for each in found if person.may(Action.SEE_UNPUBLISHED, each.unit)]


def open_alarms(services: PageServices, request: Request, person: SignedIn) -> list[Alarm]:
    """Those of them that nobody looked at yet."""
    done = {each.key for each in known_verdicts(services.ledger)}
    return [each for each in alarms_for(services, request, person) if each.key not in done]


def routes(services: PageServices) -> APIRouter:
    """The page and its form."""
    router = APIRouter()

    @router.get("/bat-thuong")
    def alarms(request: Request) -> Response:
        return _page(services, request)

    @router.post("/bat-thuong")
    async def judge(request: Request) -> Response:
        await services.enter(request, Action.STEER)
        form = await services.form(request)

        def done() -> Response:
            person = services.require(request, Action.STEER)
            known = alarms_for(services, request, person)
            try:
                finding = form.get("ket-luan", "")
                if finding not in set(AlarmFinding):
                    raise ComputeError(say("chưa chọn kết luận.", "the finding isn't chosen."))
                found = AlarmFinding(finding), form.get("ghi-chu", "")
                judge_alarm(services.backend, services.by(request), known, form.get("ma", ""), found)
            except ComputeError as error:
                return _page(services, request, error)
            return services.redirect(request, "/bat-thuong")

        return await run_in_threadpool(done)

    return router


def _page(services: PageServices, request: Request, problem: BochisoError | None = None) -> Response:
    person = services.person_of(request)
    person = services.require(request, Action.SEE_DOSSIERS, person.unit if person else None)
    judged = [
        e for e in known_verdicts(services.ledger) if person.may(Action.SEE_UNPUBLISHED, e.unit or None)
    ]
    waiting = open_alarms(services, request, person)
    page = AlarmsPage(waiting[:SHOWN], max(len(waiting) - SHOWN, 0), judged[:SHOWN], problem)
    return services.page(request, "alarms.html", 422 if problem else 200, page=page, findings=ALARM_FINDINGS)
