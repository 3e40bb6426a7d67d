"""Targets given to units: who reached them, how far the others are; for the office to give and take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.targets import (
    TARGET_STATES,
    Target,
    TargetProgress,
    TargetState,
    name_of,
    value_in_words,
)
from bochiso.intake.dossiers.target_rows import problem_of, target_of
from bochiso.office.target_decisions import give_targets, withdraw_target
from bochiso.periods import parse_day
from bochiso.report.xlsx.target_sheet import target_workbook
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.store.followup.target_register import known_targets
from bochiso.store.people.permissions import Action
from bochiso.store.snapshots.queries import COUNTRYWIDE
from bochiso.store.snapshots.target_standings import TargetLevel, TargetTable, target_tables
from bochiso.text import Text, now, say
from bochiso.units.codes import normalise_code
from bochiso.units.model import LEVEL_NAMES, Level
from bochiso.units.provinces import COUNTRY
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.day_choice import home_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY, address_of

MOST_ROWS = 150
"""Rows of a level on the page; a province has no more units of one."""


@dataclass(frozen=True)
class TargetsPage:
    """The targets that hold today with how units stand, and all that were given. `problem`: of a form."""

    tables: Sequence[TargetTable]
    given: Sequence[Target]
    rules: RuleSet
    today: date
    problem: BochisoError | None = None

    def shown(self, level: TargetLevel) -> Sequence[TargetProgress]:
        """The rows of a level that the page has: all, or of thousands the first that fall short."""
        if len(level.rows) <= MOST_ROWS:
            return level.rows
        return [row for row in level.rows if row.state is not TargetState.REACHED][:MOST_ROWS]

    def name(self, what: str) -> Text:
        """What a target is of."""
        return name_of(what, self.rules)

    def value(self, what: str, value: Any) -> Text:
        """A value in the measure of a target."""
        return value_in_words(what, value, self.rules)


def routes(services: PageServices) -> APIRouter:
    """The page, its form, and the annex."""
    router = APIRouter()

    @router.get("/chi-tieu")
    def targets(request: Request) -> Response:
        return _page(services, request)

    @router.get("/chi-tieu/tep.xlsx")
    def annex(request: Request) -> Response:
        tables, _ = _found(services, request)
        body = target_workbook(tables, address_of(request).lang)
        headers = {"Content-Disposition": 'attachment; filename="chi-tieu.xlsx"', "Cache-Control": "no-store",
                   **SECURITY}  # fmt: skip
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Response(body, headers=headers, media_type=kind)

    @router.post("/chi-tieu")
    async def change(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)
        try:
            await run_in_threadpool(_change, services, request, form)
        except ComputeError as error:
            return await run_in_threadpool(_page, services, request, error)
        return services.redirect(request, "/chi-tieu")

    return router


def _change(services: PageServices, request: Request, form: dict[str, str]) -> None:
    """Give a target, or take one back. Raises ComputeError for what can't be one."""
    by, number = services.by(request), form.get("rut", "")
    if number.isdecimal():
        withdraw_target(services.backend, by, int(number))
        return
    unit = form.get("don-vi", "").strip()
    row = {
        "indicator": form.get("chi-tieu", ""), "value": form.get("muc", ""),
        "decision": " ".join(form.get("van-ban", "").split())[:300],
        "level": None if unit else form.get("cap") or None, "unit": normalise_code(unit) if unit else None,
        "first": _day(form.get("tu", "")), "last": _day(form.get("den", "")),
    }  # fmt: skip
    if row["level"] not in (None, *(level.value for level in Level)):
        raise ComputeError(say("không có cấp này.", "there is no such level."))
    problem = problem_of(row, services.rules)
    if problem is not None:
        raise ComputeError(problem)
    give_targets(services.backend, by, [target_of(row, services.rules)])


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def _found(services: PageServices, request: Request) -> tuple[list[TargetTable], list[Target]]:
    """How units stand, those that the reader may see, and the targets that were given."""
    person: SignedIn | None = services.person_of(request)
    services.require(request, Action.SEE_DOSSIERS, person.unit if person else None)
    given = known_targets(services.ledger)
    home = home_of(services, request)
    home = COUNTRYWIDE if home == COUNTRY else home
    tables = services.ask(request, target_tables, tuple(given), day_of(now()), home) if given else []
    return tables, given


def _page(services: PageServices, request: Request, problem: BochisoError | None = None) -> Response:
    tables, given = _found(services, request)
    page = TargetsPage(tables, given, services.rules, day_of(now()), problem)
    status = 200 if problem is None else 400
    return services.page(request, "targets.html", status, page=page, states=TARGET_STATES, levels=LEVEL_NAMES)
