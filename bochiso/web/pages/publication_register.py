"""The register of publications: what is to be done by when, and what was late; for officers alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bochiso.errors import StoreError
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.dossiers.publication_list import STATE_NAMES, Entry, State, publication_list, tally
from bochiso.store.people.permissions import Action
from bochiso.text import VIETNAM, now
from bochiso.web.core.page_services import PageServices

PAGE_SIZE = 200
"""Rows on the page; the command has them all."""


@dataclass(frozen=True)
class PublicationsPage:
    """The rows of one state (None: all), of how many, by `today`; `counts`: the rows of every state."""

    rows: Sequence[Entry]
    total: int
    state: State | None
    counts: Sequence[tuple[State, int]]
    today: date


def routes(services: PageServices) -> APIRouter:
    """The register."""
    router = APIRouter()

    @router.get("/cong-bo-thu-tuc")
    def publications(
        request: Request, state: Annotated[State | None, Query(alias="tinh-trang")] = None
    ) -> Response:
        services.require(request, Action.SEE_DOSSIERS)
        today = now().astimezone(VIETNAM).date()
        try:
            with services.dossiers() as db:
                every = publication_list(db, services.rules, calendar_of(db), today)
        except StoreError:
            every = []
        shown = [each for each in reversed(every) if state in (None, each.state)]
        page = PublicationsPage(shown[:PAGE_SIZE], len(shown), state, list(tally(every)), today)
        return services.page(request, "publications.html", page=page, names=STATE_NAMES)

    return router
