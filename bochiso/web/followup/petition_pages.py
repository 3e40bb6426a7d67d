"""Petitions to act on: late, due soon, disliked or sent again, by unit; for officers alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from bochiso.errors import StoreError
from bochiso.office.dossiers import record_petition_export
from bochiso.periods import Period, parse_period
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.petition_worklist import (
    MARKS,
    PETITION_STATES,
    PETITION_STEPS,
    PetitionRow,
    PetitionState,
    PetitionTally,
    fields_of,
    marks_of,
    only,
    petition_worklist,
    tally_of,
)
from bochiso.text import VIETNAM, now
from bochiso.units.names import short_name
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS
from bochiso.web.core.template_context import SECURITY, address_of, merged
from bochiso.web.followup.attached_lists import petition_rows

SHOWN = 200
"""Petitions on the page; the export has them all."""

DAYS = 3
"""Due within so many days is soon."""

TABS = (PetitionState.LATE, PetitionState.DUE_SOON, PetitionState.OPEN, "disliked", "repeated", "unpublished")


@dataclass(frozen=True)
class PetitionsPage:
    """The petitions of one kind, of how many; `counts`: of every kind; `units`: how many of each unit.

    `tally`: what they come to, where one unit was asked for.
    """

    rows: Sequence[PetitionRow]
    total: int
    counts: dict[str, int]
    units: Sequence[tuple[str, int]]
    names: dict[str, str]
    query: dict[str, str]
    moment: datetime
    period: Period
    tally: PetitionTally | None

    def address(self, **changes: str | None) -> str:
        """The query of another part of the list."""
        return merged(self.query, **changes)


@dataclass(frozen=True)
class PetitionsQuery:
    """What is asked, as an address writes it."""

    kind: Annotated[str, Query(alias="loai", pattern="^[a-z_]{0,20}$")] = ""
    unit: Annotated[str | None, Query(alias="don-vi", max_length=60)] = None

    @property
    def marks(self) -> tuple[str, ...]:
        """The kind that is asked for, where one is."""
        return (self.kind,) if self.kind else ()

    @property
    def fields(self) -> dict[str, str]:
        """The query of an address; empty where nothing was asked."""
        return {"loai": self.kind, "don-vi": self.unit or ""}


def routes(services: PageServices) -> APIRouter:
    """The list and its export."""
    router = APIRouter()

    @router.get("/phan-anh")
    def petitions(request: Request, asked: Annotated[PetitionsQuery, Depends()]) -> Response:
        person = _allowed(services, request, Action.SEE_DOSSIERS, asked.unit)
        behind = services.behind()
        page = _page(services, person, asked)
        return services.page(
            request, "petitions.html", page=page, behind=behind, states=PETITION_STATES, marks=MARKS,
            steps=PETITION_STEPS, tabs=TABS, marks_of=marks_of,
        )  # fmt: skip

    @router.get("/phan-anh.{form}")
    def export(request: Request, form: str, asked: Annotated[PetitionsQuery, Depends()]) -> Response:
        person = _allowed(services, request, Action.EXPORT_DOSSIERS, asked.unit)
        if form not in FORMS:
            return services.missing(request)
        every, period, _ = _rows(services, person, asked)
        rows = only(every, asked.marks)
        record_petition_export(
            services.backend, services.by(request), asked.unit or person.unit, form, period.code, asked.marks,
            len(rows),
        )  # fmt: skip
        make, media = FORMS[form]
        whose = f"-{one}" if (one := asked.unit or person.unit) else ""
        name = f"phan-anh{whose}-{now().astimezone(VIETNAM):%Y-%m-%d}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"',
                   "Cache-Control": "no-store", **SECURITY}  # fmt: skip
        told = petition_rows(list(rows), _names(services), address_of(request).lang)
        return Response(make(told if form != "json" else [_plain(row) for row in rows]),
                        headers=headers, media_type=media)  # fmt: skip

    return router


def _allowed(services: PageServices, request: Request, action: Action, unit: str | None) -> SignedIn:
    """The one who asks, for the unit asked for or, where none is, for their own or the whole province."""
    person = services.person_of(request)
    return services.require(request, action, unit or (person.unit if person else None))


def _rows(
    services: PageServices, person: SignedIn, asked: PetitionsQuery
) -> tuple[list[PetitionRow], Period, datetime]:
    """The petitions of the year so far, of the unit asked for, else of the person's own, else of all."""
    moment = now()
    period = parse_period(str(moment.astimezone(VIETNAM).year))
    own = asked.unit or person.unit
    try:
        with services.dossiers() as db:
            rows = petition_worklist(db, services.rules, calendar_of(db), period, moment, own, DAYS)
    except StoreError:  # nothing was ever sent
        rows = []
    return rows, period, moment


def _page(services: PageServices, person: SignedIn, asked: PetitionsQuery) -> PetitionsPage:
    every, period, moment = _rows(services, person, asked)
    rows = only(every, asked.marks)
    counts = Counter(name for row in every for name in (row.state.value, *marks_of(row)))
    one = asked.unit or person.unit
    return PetitionsPage(
        rows[:SHOWN], len(rows), counts, Counter(row.unit for row in rows).most_common(),
        _names(services) if rows else {}, asked.fields, moment, period,
        tally_of(every, services.rules) if one else None,
    )  # fmt: skip


def _names(services: PageServices) -> dict[str, str]:
    """Names of units by code."""
    with services.dossiers() as db:
        units = db.execute("select unit, name from unit_list where name is not null").fetchall()
    return {code: short_name(name) for code, name in units}


def _plain(row: PetitionRow) -> dict[str, Any]:
    """A row as files carry it: moments without a zone."""
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in fields_of(row).items()
    }
