"""Lists of work: which dossiers and procedures lose a unit its points; one dossier; for officers alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from duckdb import DuckDBPyConnection
from fastapi import APIRouter, Depends, Query, Request, Response

from bochiso.errors import ComputeError
from bochiso.followup.work_kinds import KIND_BY_SLUG, WHY_NAMES, WorkKind
from bochiso.followup.work_value import WorkValue, mended, six_decimals
from bochiso.measure.missed.why_missed import Why
from bochiso.office.dossiers import DossierExport, record_export
from bochiso.periods import Period, parse_period
from bochiso.report.xlsx.work_sheet import WorkSheet, work_heading, work_rows, work_workbook
from bochiso.rules.dossier_times import STATUS_NAMES
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.measuring.sync_source import published_sync
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.dossier_record import (
    DossierRecord,
    dossier_record,
    field_of_dossier,
    unit_of_dossier,
)
from bochiso.store.worklists.work_lists import (
    WorkAsked,
    WorkFilter,
    WorkGroup,
    WorkLine,
    WorkList,
    WorkOverview,
    field_overview,
    unit_score,
    value_of,
    work_list,
    work_overview,
)
from bochiso.store.worklists.worklist import dossiers_known
from bochiso.text import VIETNAM, Text, now, say
from bochiso.units.codes import parent_code
from bochiso.units.names import short_name
from bochiso.units.tree import tops
from bochiso.web.auth.signing_in import SignedIn, forbidden
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import as_csv
from bochiso.web.core.template_context import SECURITY, address_of, merged
from bochiso.web.followup.dossiers import age_names

PAGE_SIZE = 100
"""Items on one page."""

GROUP_TITLES = {
    "unit": Text("Theo đơn vị", "By unit"),
    "procedure": Text("Theo thủ tục", "By procedure"),
    "field_name": Text("Theo lĩnh vực", "By field"),
    "room": Text("Theo phòng, bộ phận", "By room"),
    "why": Text("Theo nội dung", "By what lacks"),
    "ministry": Text("Theo hệ thống gửi", "By sender"),
    "age": Text("Theo số ngày", "By days"),
}
"""What a list is counted by, in words."""

SHORT = {"unit": "nhom", "procedure": "thu-tuc", "field_name": "linh-vuc", "room": "phong", "why": "ly-do",
         "ministry": "bo", "age": "tuoi"}  # fmt: skip
"""The same in addresses."""


@dataclass(frozen=True)
class WorkQuery:
    """What is asked of the lists, as an address writes it.

    `scope`: of the fields that a department answers for, at every unit of its province.
    """

    unit: Annotated[str | None, Query(alias="don-vi", max_length=60)] = None
    period: Annotated[str | None, Query(alias="ky", max_length=40)] = None
    group: Annotated[str | None, Query(alias="nhom", max_length=60)] = None
    procedure: Annotated[str | None, Query(alias="thu-tuc", max_length=60)] = None
    field: Annotated[str | None, Query(alias="linh-vuc", max_length=300)] = None
    room: Annotated[str | None, Query(alias="phong", max_length=300)] = None
    why: Annotated[str | None, Query(alias="ly-do", max_length=40)] = None
    ministry: Annotated[str | None, Query(alias="bo", max_length=10)] = None
    age: Annotated[str | None, Query(alias="tuoi", max_length=4)] = None
    mendable: Annotated[str | None, Query(alias="con", pattern="^1$")] = None
    since: Annotated[date | None, Query(alias="tu")] = None
    scope: Annotated[str | None, Query(alias="pham-vi", pattern="^linh-vuc$")] = None

    @property
    def filter(self) -> WorkFilter:
        """Which items of a list are asked for."""
        return WorkFilter(
            self.group,
            self.procedure,
            self.field,
            self.room,
            self.why,
            self.ministry,
            self.age,
            self.mendable == "1",
            self.since,
        )

    @property
    def fields(self) -> dict[str, str]:
        """The query of an address; empty where nothing was asked."""
        found = {"don-vi": self.unit, "ky": self.period, "con": self.mendable, "pham-vi": self.scope}
        found["tu"] = self.since.isoformat() if self.since else None
        found |= {short: getattr(self.filter, name) for name, short in SHORT.items()}
        return {name: value or "" for name, value in found.items()}


@dataclass(frozen=True)
class FieldPage:
    """All lists of the procedures that a department answers for, at every unit of its province."""

    asked: WorkAsked
    lines: list[WorkLine]
    query: dict[str, str]

    def address(self) -> str:
        """The query of a list of them."""
        return merged(self.query)


@dataclass(frozen=True)
class OverviewPage:
    """All lists of a unit."""

    found: WorkOverview
    query: dict[str, str]

    def address(self, **changes: str | None) -> str:
        """The query of another page of the same unit."""
        return merged(self.query, **changes)

    def gain(self, line: WorkLine) -> Decimal | None:
        """The points that mending all that can be mended of a list earns; None where it earns none."""
        return mended(line.score, line.mendable) if line.score and line.mendable else None


@dataclass(frozen=True)
class WorkListPage:
    """One page of one list. `heading`: what the whole list is and holds."""

    sheet: WorkSheet
    heading: tuple[Text, Text]
    page: int
    pages: int
    query: dict[str, str]
    since: date | None = None

    @property
    def found(self) -> WorkList:
        """The list."""
        return self.sheet.found

    @property
    def value(self) -> WorkValue | None:
        """What its items are worth."""
        return self.sheet.value

    def address(self, **changes: str | None) -> str:
        """The query of another part of the list."""
        return merged(self.query, **changes)

    def groups(self) -> list[tuple[str, Text, tuple[WorkGroup, ...]]]:
        """What the list is counted by, where that tells anything: its word in addresses, title, groups."""
        return [
            (SHORT[name], GROUP_TITLES[name], groups)
            for name, groups in self.found.groups.items()
            if len(groups) > 1 or (groups and groups[0].key and name != "unit")
        ]

    def name(self, short: str, group: WorkGroup) -> str | Text:
        """A group in words."""
        if not group.key:
            return Text("Chưa xác định", "Unknown")
        if short == "ly-do":
            return WHY_NAMES[Why(group.key)]
        if short == "tuoi":
            return age_names().get(group.key, group.key)
        return short_name(group.name) if group.name and short == "nhom" else group.name or group.key


@dataclass(frozen=True)
class DossierPage:
    """One dossier."""

    found: DossierRecord

    @property
    def status(self) -> str | Text:
        """Its status in words."""
        status = self.found.facts["status"]
        return STATUS_NAMES.get(status, Text("chưa rõ", "unknown"))

    def step(self, status: int) -> Text:
        """A step in words."""
        return STATUS_NAMES.get(status, say("{code}", "{code}", code=str(status)))


def routes(services: PageServices) -> APIRouter:
    """The lists, their files, and the page of a dossier."""
    router = APIRouter()

    @router.get("/viec")
    def lists(request: Request, query: Annotated[WorkQuery, Depends()]) -> Response:
        with _opened(services, request, query) as (db, asked):
            if asked and asked.fields:
                of_fields = FieldPage(asked, field_overview(db, asked, services.rules), query.fields)
                return _page(services, request, "work-fields.html", page=of_fields)
            found = work_overview(db, asked, services.rules) if asked else None
        page = None if found is None else OverviewPage(found, query.fields)
        return _page(services, request, "work.html", page=page)

    @router.get("/viec/{slug}")
    def one(
        request: Request,
        slug: str,
        query: Annotated[WorkQuery, Depends()],
        page: Annotated[int, Query(alias="trang", ge=1, le=100_000)] = 1,
    ) -> Response:
        kind = KIND_BY_SLUG.get(slug)
        if kind is None:
            return services.missing(request)
        with _opened(services, request, query) as (db, asked):
            if asked is None:
                return _page(services, request, "work.html", page=None)
            part = PAGE_SIZE, (page - 1) * PAGE_SIZE
            sheet = _sheet(services, request, db, (asked, kind, query.filter), part)
        pages = max(1, -(-sheet.found.chosen // PAGE_SIZE))
        shown = WorkListPage(sheet, work_heading(sheet), page, pages, query.fields, query.since)
        return _page(services, request, "work-list.html", page=shown)

    @router.get("/viec/{slug}/tep.{form}")
    def export(request: Request, slug: str, form: str, query: Annotated[WorkQuery, Depends()]) -> Response:
        kind = KIND_BY_SLUG.get(slug)
        if kind is None or form not in _MEDIA:
            return services.missing(request)
        with _opened(services, request, query, Action.EXPORT_DOSSIERS) as (db, asked):
            if asked is None:
                return services.missing(request)
            sheet = _sheet(services, request, db, (asked, kind, query.filter), None)
        wanted = DossierExport(f"work:{slug}", asked.unit, "index", form, procedure=query.procedure,
                               age=query.age)  # fmt: skip
        record_export(services.backend, services.by(request), wanted, sheet.found.chosen)
        body = work_workbook(sheet) if form == "xlsx" else as_csv(work_rows(sheet))
        name = f"viec-{slug}-{asked.unit}-{asked.as_of.astimezone(VIETNAM):%Y%m%d}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store",
                   **SECURITY}  # fmt: skip
        return Response(body, headers=headers, media_type=_MEDIA[form])

    @router.get("/ho-so/{number}")
    def dossier(request: Request, number: str) -> Response:
        person = services.require(request, Action.SEE_DOSSIERS, _own(services, request))
        moment = now()
        with services.dossiers() as db:
            unit, field = unit_of_dossier(db, number), field_of_dossier(db, number)
            if person is None or field is None or field.lower() not in map(str.lower, person.fields):
                services.require(request, Action.SEE_DOSSIERS, unit)
            found = dossier_record(db, number, _this_year(moment), moment, services.rules)
        return _page(services, request, "dossier.html", page=DossierPage(found))

    return router


_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _own(services: PageServices, request: Request) -> str | None:
    person: SignedIn | None = services.person_of(request)
    return person.unit if person else None


def _this_year(moment: datetime) -> Period:
    return parse_period(str(moment.astimezone(VIETNAM).year))


@contextmanager
def _opened(
    services: PageServices, request: Request, query: WorkQuery, action: Action = Action.SEE_DOSSIERS
) -> Iterator[tuple[DuckDBPyConnection, WorkAsked | None]]:
    """The facts, and what is asked of them: of the unit named, else the officer's own, else the province.

    None where no dossier was ever received.
    """
    fields = _fields_of(services, request, query, action)
    moment = now()
    period = parse_period(query.period) if query.period else _this_year(moment)
    with services.dossiers() as db:
        if not dossiers_known(db):
            yield db, None
        else:
            own = query.unit or _own(services, request)
            if fields and own:
                own = parent_code(own) or own
            unit = own or services.home() or only_top(db)
            day = moment.astimezone(VIETNAM).date()
            sync = published_sync(services.backend.folder, period, day)
            yield db, WorkAsked(unit, period, moment, sync, fields)


def _fields_of(services: PageServices, request: Request, query: WorkQuery, action: Action) -> tuple[str, ...]:
    """Whose lists may be asked for: none where these are a unit's, else the fields of the one who asks.

    Raises NotSignedInError, or WebError (403) for who may not.
    """
    if query.scope is None:
        services.require(request, action, query.unit or _own(services, request))
        return ()
    person = services.require(request, action, _own(services, request))
    if not person.fields or (query.unit is not None and query.unit != person.unit):
        raise forbidden()
    return person.fields


def only_top(db: DuckDBPyConnection) -> str:
    """The one province whose dossiers there are. Raises ComputeError where there are several."""
    found = set(tops(unit_tree(db).units.values()).values())
    if len(found) != 1:
        raise ComputeError(
            say("chưa rõ xem của tỉnh nào.", "it isn't said whose lists."),
            do=say("Chọn tỉnh trong phần Thiết lập.", "Choose the province in the settings."),
        )
    return found.pop()


def _sheet(
    services: PageServices,
    request: Request,
    db: DuckDBPyConnection,
    what: tuple[WorkAsked, WorkKind, WorkFilter],
    part: tuple[int, int] | None,
) -> WorkSheet:
    """A list with what its items are worth. `part`: of its rows; all where it isn't given."""
    asked, kind, wanted = what
    lang = address_of(request).lang
    if asked.fields:
        found = work_list(db, asked, kind, services.rules, wanted, part)
        return WorkSheet(asked, ", ".join(asked.fields), found, None, lang)
    score = unit_score(db, asked, services.rules)
    found = work_list(db, asked, kind, services.rules, wanted, part)
    return WorkSheet(asked, short_name(score.unit.name), found, value_of(score, kind.code), lang)


def _page(services: PageServices, request: Request, template: str, **page: Any) -> Response:
    return services.page(
        request, template, behind=services.behind(), decimals=six_decimals, why=WHY_NAMES, **page
    )
