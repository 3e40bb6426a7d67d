"""The register of publications: what is to be done by when, and what was late; for officers alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bochiso.errors import StoreError
from bochiso.store.own_days import calendar_of
from bochiso.store.permissions import Action
from bochiso.store.publication_list import STATE_NAMES, Entry, State, publication_list, tally
from bochiso.text import VIETNAM, now
from bochiso.web.site import Site

SIZE = 200
"""Rows on the page; the command has them all."""


@dataclass(frozen=True)
class PublicationsPage:
    """The rows of one state (None: all), of how many, by `today`; `counts`: the rows of every state."""

    rows: Sequence[Entry]
    total: int
    state: State | None
    counts: Sequence[tuple[State, int]]
    today: date


def routes(site: Site) -> APIRouter:
    """The register."""
    router = APIRouter()

    @router.get("/cong-bo-thu-tuc")
    def publications(
        request: Request, state: Annotated[State | None, Query(alias="tinh-trang")] = None
    ) -> Response:
        site.officer(request, Action.SEE_DOSSIERS)
        today = now().astimezone(VIETNAM).date()
        try:
            with site.dossiers() as db:
                every = publication_list(db, site.rules, calendar_of(db), today)
        except StoreError:
            every = []
        shown = [each for each in reversed(every) if state in (None, each.state)]
        page = PublicationsPage(shown[:SIZE], len(shown), state, list(tally(every)), today)
        return site.page(request, "publications.html", page=page, names=STATE_NAMES)

    return router
