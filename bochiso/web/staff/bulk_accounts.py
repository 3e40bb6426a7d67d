"""Accounts of a whole province at once: pasted out of a spreadsheet, or one for every unit that has none."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import ComputeError
from bochiso.office.account_batch import NewAccount, add_accounts, parse_accounts
from bochiso.store.people.accounts import Account, accounts
from bochiso.store.people.permissions import ROLE_NAMES, Action, Role
from bochiso.text import Lang
from bochiso.units.model import Unit
from bochiso.units.names import short_name
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.unit_choices import known_units, meant_unit


@dataclass(frozen=True)
class BulkPage:
    """The rows as they were typed, and what was made of them: with first passwords, shown this once."""

    text: str
    made: tuple[NewAccount, ...] = ()
    fault: ComputeError | None = None


def suggested(units: Sequence[Unit], known: Sequence[Account]) -> str:
    """A row for every unit that no account is for."""
    taken = {each.profile.unit for each in known if each.disabled_at is None}
    role = ROLE_NAMES[Role.UNIT].render(Lang.VI)
    rows = [
        f"{unit.code.lower()}; {short_name(unit.name)}; {role}; {unit.code}"
        for unit in units if unit.code not in taken
    ]  # fmt: skip
    return "\n".join(rows)


def routes(services: PageServices) -> APIRouter:
    """The page and its form."""
    router = APIRouter()

    def shown(request: Request, page: BulkPage) -> Response:
        return services.page(
            request, "bulk-accounts.html", 422 if page.fault and not page.made else 200, page=page,
            roles=ROLE_NAMES,
        )  # fmt: skip

    @router.get("/quan-tri/nhieu-tai-khoan")
    def empty(request: Request) -> Response:
        services.require(request, Action.ACCOUNTS)
        text = ""
        if "moi-don-vi" in request.query_params:
            text = suggested(known_units(services, request), accounts(services.ledger))
        return shown(request, BulkPage(text))

    @router.post("/quan-tri/nhieu-tai-khoan")
    async def make(request: Request) -> Response:
        await services.enter(request, Action.ACCOUNTS)
        form = await services.form(request)

        def done() -> Response:
            if (asked := services.ask_again(request, form)) is not None:
                return asked
            text = form.get("dong", "")
            units = known_units(services, request)
            try:
                batch = parse_accounts(text, lambda given: meant_unit(given, units))
                made, fault = add_accounts(services.ledger, services.by(request), batch)
            except ComputeError as error:
                return shown(request, BulkPage(text, fault=error))
            return shown(request, BulkPage("", tuple(made), fault))

        return await run_in_threadpool(done)

    return router
