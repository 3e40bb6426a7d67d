"""Open dossiers to act on: overdue and due soon, by unit, procedure and age; for officers alone."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from bochiso.office.dossiers import DossierExport, record_export
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.worklist import (
    LatenessClock,
    dossiers_known,
    dossiers_known_of,
    open_list,
    require_dossiers_of,
)
from bochiso.text import Text, now
from bochiso.units.codes import fold
from bochiso.units.names import short_name
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.page_services import WORKLISTS, PageServices
from bochiso.web.core.table_files import FORMS, as_csv, as_xlsx
from bochiso.web.core.template_context import SECURITY, address_of, merged
from bochiso.web.followup.attached_lists import AttachedList, branch_of

PAGE_SIZE = 100
"""Dossiers on one page."""

AGES = (5, 10, 30)
"""Bounds of the groups by age, in days."""


@dataclass(frozen=True)
class DossierCount:
    """How many dossiers of one unit, procedure or age."""

    key: str
    name: str | Text
    dossiers: int


@dataclass(frozen=True)
class DossiersPage:
    """One page of a list, with what the whole list is made of."""

    kind: str
    rows: tuple[dict[str, Any], ...]
    total: int
    page: int
    pages: int
    units: tuple[DossierCount, ...]
    procedures: tuple[DossierCount, ...]
    ages: tuple[DossierCount, ...]
    moment: datetime
    query: dict[str, str]
    names: dict[str, str]
    by_law: bool

    def branch(self, row: dict[str, Any]) -> str | None:
        """The unit below, as the dossier's number names it."""
        code = branch_of(row["dossier"], row["unit"])
        return self.names.get(code, code) if code else None

    def address(self, **changes: str | None) -> str:
        """The query of another part of the list."""
        return merged(self.query, **changes)


def age_of(days_late: float | None) -> str:
    """The group of a dossier by how late it is.

    >>> age_of(4.9), age_of(10.1), age_of(200.0), age_of(None)
    ('5', '30', '30+', '')
    """
    if days_late is None:
        return ""
    return next((str(bound) for bound in AGES if days_late <= bound), f"{AGES[-1]}+")


def age_names() -> dict[str, Text]:
    """The groups by age in words."""
    found, low = {}, 0
    for bound in AGES:
        found[str(bound)] = Text(
            f"Đến {bound} ngày" if not low else f"Trên {low} đến {bound} ngày",
            f"Up to {bound} {'day' if bound == 1 else 'days'}" if not low else f"Over {low} to {bound} days",
        )
        low = bound
    return {**found, f"{low}+": Text(f"Trên {low} ngày", f"Over {low} days")}


@dataclass(frozen=True)
class WorklistQuery:
    """What is asked of the lists, as an address writes it."""

    kind: Annotated[str, Query(alias="loai", pattern="^(qua-han|sap-den-han)$")] = "qua-han"
    unit: Annotated[str | None, Query(alias="don-vi", max_length=60)] = None
    procedure: Annotated[str | None, Query(alias="thu-tuc", max_length=60)] = None
    age: Annotated[str | None, Query(alias="tuoi", max_length=4)] = None
    clock: Annotated[str, Query(alias="cach", pattern="^(index|law)$")] = "index"
    text: Annotated[str | None, Query(alias="tim", max_length=100)] = None
    sort: Annotated[str, Query(alias="sap", pattern="^(gap|don-vi|thu-tuc|tiep-nhan|hen-tra)$")] = "gap"

    @property
    def by_law(self) -> bool:
        """Whether lateness is told by the law's clock."""
        return self.clock == "law"

    @property
    def fields(self) -> dict[str, str]:
        """The query of an address; empty where nothing was asked."""
        return {"loai": self.kind, "don-vi": self.unit or "", "thu-tuc": self.procedure or "",
                "tuoi": self.age or "", "cach": self.clock if self.by_law else "", "tim": self.text or "",
                "sap": "" if self.sort == "gap" else self.sort}  # fmt: skip


def routes(services: PageServices) -> APIRouter:
    """The lists and their export."""
    router = APIRouter()

    @router.get("/ho-so")
    def dossiers(
        request: Request,
        asked: Annotated[WorklistQuery, Depends()],
        page: Annotated[int, Query(alias="trang", ge=1, le=100_000)] = 1,
    ) -> Response:
        person = _allowed(services, request, Action.SEE_DOSSIERS, asked.unit)
        behind, unit = services.behind(), asked.unit or person.unit
        with services.dossiers() as db:
            anything, known = dossiers_known(db), dossiers_known_of(db, unit, now())
        shown = _page(services, person, asked, page) if known else None
        return services.page(request, "dossiers.html", page=shown, behind=behind, anything=anything)

    @router.get("/ho-so.{form}")
    def export(request: Request, form: str, asked: Annotated[WorklistQuery, Depends()]) -> Response:
        person = _allowed(services, request, Action.EXPORT_DOSSIERS, asked.unit)
        if form not in FORMS:
            return services.missing(request)
        with services.dossiers() as db:
            require_dossiers_of(db, asked.unit or person.unit, now())
        found = _filtered(_rows(services, person, asked), asked, _names(services))
        days = WORKLISTS[asked.kind]
        wanted = DossierExport(
            "overdue" if days is None else "due-soon", asked.unit or person.unit, asked.clock, form, days,
            procedure=asked.procedure, age=asked.age,
        )  # fmt: skip
        record_export(services.backend, services.by(request), wanted, len(found))
        given = AttachedList(
            days is None, asked.by_law, asked.unit or person.unit, now(), _names(services),
            address_of(request).lang,
        )  # fmt: skip
        headers = {"Content-Disposition": f'attachment; filename="{given.name}.{form}"',
                   "Cache-Control": "no-store", **SECURITY}  # fmt: skip
        return Response(_file(given, form, found), headers=headers, media_type=FORMS[form][1])

    return router


def _file(given: AttachedList, form: str, found: list[dict[str, Any]]) -> bytes:
    """For people under the heads of people, for programs by the names of fields."""
    if form == "json":
        return FORMS[form][0]([_plain(row) for row in found])
    rows, columns = given.rows(found), given.columns()
    return as_xlsx(rows, columns, given.heading(len(rows))) if form == "xlsx" else as_csv(rows, columns)


def _rows(services: PageServices, person: SignedIn, asked: WorklistQuery) -> list[dict[str, Any]]:
    """The whole list of the unit asked for, else of the person's own, else of the province."""
    with services.dossiers() as db:
        own = asked.unit or person.unit
        return open_list(db, now(), own, WORKLISTS[asked.kind], LatenessClock(asked.clock))


def _page(services: PageServices, person: SignedIn, asked: WorklistQuery, page: int) -> DossiersPage:
    found = _rows(services, person, asked)
    names = _names(services)
    wanted = _filtered(found, asked, names)
    page = min(page, max(1, -(-len(wanted) // PAGE_SIZE)))
    return DossiersPage(
        asked.kind, tuple(wanted[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), len(wanted), page,
        max(1, -(-len(wanted) // PAGE_SIZE)),
        _counted((row["unit"] or "" for row in found), names),
        _counted((row["procedure"] or "" for row in found), names),
        _by_age(row["days_late"] for row in found),
        now(), asked.fields, names, asked.by_law,
    )  # fmt: skip


def _allowed(services: PageServices, request: Request, action: Action, unit: str | None) -> SignedIn:
    """The one who asks, for the unit asked for or, where none is, for their own or the whole province."""
    person = services.person_of(request)
    return services.require(request, action, unit or (person.unit if person else None))


def _filtered(
    rows: list[dict[str, Any]], asked: WorklistQuery, names: dict[str, str]
) -> list[dict[str, Any]]:
    """The rows that were asked for, the most urgent first unless another order was."""
    wanted = fold(asked.text or "")

    def said(row: dict[str, Any]) -> str:
        parts = (row["dossier"], row["unit"], row["procedure"], branch_of(row["dossier"], row["unit"]))
        return fold(" ".join(f"{part} {names.get(part, '')}" for part in parts if part))

    found = [
        row
        for row in rows
        if (not asked.procedure or row["procedure"] == asked.procedure)
        and (not asked.age or age_of(row["days_late"]) == asked.age)
        and (not wanted or wanted in said(row))
    ]
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "don-vi": lambda row: fold(names.get(row["unit"], row["unit"] or "")),
        "thu-tuc": lambda row: fold(names.get(row["procedure"], row["procedure"] or "")),
        "tiep-nhan": lambda row: (row["received_at"] is None, row["received_at"]),
        "hen-tra": lambda row: (row["due_at"] is None, row["due_at"]),
    }
    return sorted(found, key=keys[asked.sort]) if asked.sort in keys else found


def _counted(keys: Iterable[str], names: dict[str, str] | dict[str, Text]) -> tuple[DossierCount, ...]:
    return tuple(DossierCount(key, names.get(key, key), n) for key, n in Counter(keys).most_common())


def _by_age(late: Iterable[float | None]) -> tuple[DossierCount, ...]:
    """From the youngest to the oldest, not by how many there are."""
    counts = Counter(age_of(each) for each in late)
    return tuple(DossierCount(key, name, counts[key]) for key, name in age_names().items() if counts[key])


def _names(services: PageServices) -> dict[str, str]:
    """Names of units and procedures by code."""
    with services.dossiers() as db:
        units = db.execute("select unit, name from unit_list where name is not null").fetchall()
        return {code: short_name(name) for code, name in units} | dict(
            db.execute("select procedure, name from procedures where name is not null").fetchall()
        )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as files carry it: days without a zone, tenths as they are."""
    late = row["days_late"]
    return {key: value.date() if isinstance(value, datetime) else value for key, value in row.items()} | {
        "days_late": None if late is None else Decimal(str(late))
    }
