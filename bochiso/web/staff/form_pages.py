"""Forms of periodic reports for officers: read, taken as files, held against the index."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, StoreError
from bochiso.intake.forms.sent_forms import FaultyFormError, FormFault
from bochiso.intake.sources import from_outside
from bochiso.measure.forms.reconciliation import DifferenceCause, ReconciledLine
from bochiso.office.form_gathering import FormsKept, FormsSent, import_forms
from bochiso.office.report_forms import form_file, outline_files, reconciliation_files, stem
from bochiso.periods import Period, parse_period
from bochiso.report.docx.pdf import find_office
from bochiso.report.forms.filled_forms import OF_PROVINCE, Filling, FormRequest, fill_forms, unit_asked
from bochiso.report.forms.form_layout import FilledForm, HeadCell, head_cells, head_depth
from bochiso.report.forms.gathered_forms import GatheredUnit, gathered, year_periods
from bochiso.report.forms.outline_facts import outline_facts
from bochiso.report.forms.reconciled_data import ReconciledUnit, reconciled_items, reconciled_unit
from bochiso.report.forms.reconciliation_files import lacks_list
from bochiso.report.forms.reconciliation_words import CAUSE_WORDS, FORM_WORDS, INDEX_WORDS, NO_PORTAL_LIST
from bochiso.rules.periodic_forms import FormColumn, column_names, due_by, report_forms
from bochiso.store.decisions.forms_received import received_forms
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.measuring.measurement import measured_units, unit_tree
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.form_reconciliation import DifferingItem
from bochiso.text import VIETNAM, now, say
from bochiso.units.codes import natural_key, normalise_code
from bochiso.units.model import Unit
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY, merged
from bochiso.web.incoming.data import MOST_BYTES, MOST_FILES
from bochiso.web.incoming.upload_form import name_of, uploads
from bochiso.web.staff.documents import MEDIA

OUTLINE = "outline"
ITEMS_SHOWN = 500
"""Dossiers behind a difference that the page shows; the workbook has them all."""


@dataclass(frozen=True)
class FormQuery:
    """What is asked for, as an address writes it."""

    code: Annotated[str, Query(alias="loai", max_length=20)] = "07a"
    unit: Annotated[str | None, Query(alias="don-vi", max_length=60)] = None
    period: Annotated[str | None, Query(alias="ky", max_length=30)] = None

    @property
    def query(self) -> str:
        """It as an address says it."""
        return merged({"loai": self.code, "don-vi": self.unit or "", "ky": self.period or ""})


@dataclass(frozen=True)
class FormsPage:
    """What can be chosen, and the form once it is."""

    units: tuple[Unit, ...]
    asked: FormQuery
    period: Period
    form: FilledForm | None = None
    heads: tuple[tuple[tuple[HeadCell, ...], ...], ...] = ()
    pdf: bool = False
    fault: BochisoError | None = None


@dataclass(frozen=True)
class GatheringPage:
    """Who has sent the form of a period, and what became of what was sent just now."""

    units: tuple[Unit, ...]
    asked: FormQuery
    period: Period
    rows: tuple[GatheredUnit, ...]
    done: tuple[FormsKept, ...]
    due: date
    fault: BochisoError | None = None

    @property
    def faults(self) -> tuple[tuple[str, tuple[FormFault, ...]], ...]:
        """By file, all that is wrong in it."""
        return tuple(
            (
                each.file,
                each.refused.faults
                if isinstance(each.refused, FaultyFormError)
                else (FormFault(each.refused.where, each.refused.what, each.refused.do or NOTHING),),
            )
            for each in self.done
            if each.refused
        )


NOTHING = say("", "")


@dataclass(frozen=True)
class ReconciledPage:
    """Form against index; with a line and a cause, the dossiers behind it."""

    units: tuple[Unit, ...]
    asked: FormQuery
    period: Period
    found: ReconciledUnit | None = None
    line: ReconciledLine | None = None
    cause: DifferenceCause | None = None
    items: tuple[DifferingItem, ...] = ()
    fault: BochisoError | None = None


def head_rows(columns: tuple[FormColumn, ...]) -> tuple[tuple[HeadCell, ...], ...]:
    """The cells of a table's head, row by row."""
    cells = list(head_cells(columns))
    return tuple(tuple(each for each in cells if each.row == row) for row in range(head_depth(columns)))


def last_reported(code: str) -> Period:
    """The latest period of a form that is over: last month's, or last quarter's where it has no months."""
    today = now().astimezone(VIETNAM).date()
    own = report_forms().forms.get(code)
    monthly = own is None or "month" in own.kinds
    quarter = f"{today.year}-Q{(today.month + 2) // 3}@15"
    current = parse_period(f"{today.year}-{today.month:02d}@15" if monthly else quarter)
    return current if current.last < today else current.before


def routes(services: PageServices) -> APIRouter:
    """The pages and their files."""
    router = APIRouter()

    @router.get("/bieu-mau")
    def page(request: Request, asked: Annotated[FormQuery, Depends()]) -> Response:
        person = _allowed(services, request, asked.unit)
        found = _filled(services, person, asked)
        kinds = {code: form.number for code, form in report_forms().forms.items()}
        status = 422 if found.fault else 200
        return services.page(request, "report-forms.html", status, page=found, kinds=kinds, outline=OUTLINE)

    @router.get("/bieu-mau/tep.{form}")
    def file(request: Request, form: str, asked: Annotated[FormQuery, Depends()]) -> Response:
        person = _allowed(services, request, asked.unit)
        if form not in MEDIA or (asked.code == OUTLINE and form == "xlsx"):
            return services.missing(request)
        name, made = _file(services, request, person, asked, form)
        return _sent(name, made, form)

    router.include_router(_reconciliation(services))
    router.include_router(_gathering(services))
    return router


def _gathering(services: PageServices) -> APIRouter:
    router = APIRouter()

    @router.get("/bieu-mau/da-gui")
    def gathered_forms(request: Request, asked: Annotated[FormQuery, Depends()]) -> Response:
        person = _allowed(services, request, asked.unit)
        return _shown(services, request, person, asked, ())

    @router.post("/bieu-mau/da-gui")
    async def send(request: Request) -> Response:
        person = _allowed(services, request, None)
        form = await services.upload(request, MOST_BYTES, MOST_FILES)
        files = [(name_of(each), await each.read()) for each in uploads(form)]
        fields = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
        await form.close()
        return await run_in_threadpool(_kept, services, request, person, fields, files)

    return router


def _kept(
    services: PageServices,
    request: Request,
    person: SignedIn,
    fields: dict[str, str],
    files: list[tuple[str, bytes]],
) -> Response:
    """Keep what was sent, and the page with what became of it."""
    by, asked = services.by(request), FormQuery("07a", fields.get("don-vi") or None, fields.get("ky") or None)
    today = by.at.astimezone(VIETNAM).date()
    with services.dossiers() as db:
        tree = unit_tree(db, today)
    with from_outside():
        done = import_forms(
            services.backend, by, tree, FormsSent(files, today, asked.unit, _period(asked)),
            may=lambda code: person.may(Action.SEE_DOSSIERS, code),
        )  # fmt: skip
    return _shown(services, request, person, asked, tuple(done))


def _shown(
    services: PageServices, request: Request, person: SignedIn, asked: FormQuery, done: tuple[FormsKept, ...]
) -> Response:
    moment, units, period = now(), _units(services, person), last_reported("07a")
    rows: list[GatheredUnit] = []
    fault: BochisoError | None = None
    try:
        period = _period(asked)
        received = received_forms(services.ledger, [each.code for each in year_periods(period)])
        with services.dossiers() as db:
            filling = Filling.begun(db, FormRequest("07a", period, person.unit), moment)
            rows = gathered(db, filling.tree, unit_asked(filling).code, period, received, moment)
    except (ComputeError, StoreError) as error:
        fault = error
    faults = [each.refused for each in done if each.refused]
    page = GatheringPage(units, asked, period, tuple(rows), done, due_by(period), fault)
    return services.page(
        request, "sent-forms.html", 422 if fault or faults else 200, page=page, heads=column_names()
    )


def _reconciliation(services: PageServices) -> APIRouter:
    router = APIRouter()

    @router.get("/doi-chieu-bieu-mau")
    def compared(
        request: Request,
        asked: Annotated[FormQuery, Depends()],
        line: Annotated[ReconciledLine | None, Query(alias="so")] = None,
        cause: Annotated[DifferenceCause | None, Query(alias="vi")] = None,
    ) -> Response:
        person = _allowed(services, request, asked.unit)
        found = _reconciled(services, person, asked, line, cause)
        lacks = found.found is not None and lacks_list(found.found)
        words = {
            "form": FORM_WORDS,
            "index": INDEX_WORDS,
            "cause": CAUSE_WORDS,
            "portal": NO_PORTAL_LIST if lacks else NOTHING,
        }
        status = 422 if found.fault else 200
        return services.page(
            request, "form-reconciliation.html", status, page=found, words=words, most=ITEMS_SHOWN
        )

    @router.get("/doi-chieu-bieu-mau/tep.{form}")
    def compared_file(request: Request, form: str, asked: Annotated[FormQuery, Depends()]) -> Response:
        person = _allowed(services, request, asked.unit, Action.EXPORT_DOSSIERS)
        if form not in ("xlsx", "docx"):
            return services.missing(request)
        unit, period, by = _unit(person, asked), _period(asked), services.by(request)
        with services.dossiers() as db, open_store(services.query_cache.folder, False, empty=True) as store:
            found = reconciled_unit(db, store, unit, period, None, by.at)
            items = [
                item
                for line in ReconciledLine
                for item in reconciled_items(db, unit, period, None, by.at, line, None)
            ]
        files = reconciliation_files(services.backend, by, found, items)
        name = next(each for each in files if each.endswith(form))
        return _sent(name, files[name], form)

    return router


def _allowed(
    services: PageServices, request: Request, unit: str | None, action: Action = Action.SEE_DOSSIERS
) -> SignedIn:
    """The one who asks, for the unit asked for or, where none is, for their own or the whole province."""
    person = services.person_of(request)
    asked = normalise_code(unit) if unit else None
    return services.require(request, action, asked or (person.unit if person else None))


def _unit(person: SignedIn, asked: FormQuery) -> str | None:
    return asked.unit or person.unit


def _period(asked: FormQuery) -> Period:
    return parse_period(asked.period) if asked.period else last_reported(asked.code)


def _units(services: PageServices, person: SignedIn) -> tuple[Unit, ...]:
    """The units that the person may ask about, by code."""
    try:
        with services.dossiers() as db:
            found = measured_units(db)
    except StoreError:
        return ()
    return tuple(
        sorted(
            (each for each in found if person.may(Action.SEE_DOSSIERS, each.code)),
            key=lambda each: natural_key(each.code),
        )
    )


def _filled(services: PageServices, person: SignedIn, asked: FormQuery) -> FormsPage:
    units, period = _units(services, person), last_reported(asked.code)
    try:
        period = _period(asked)
        if asked.code not in report_forms().forms:
            return FormsPage(units, asked, period, pdf=find_office() is not None)
        unit = None if asked.code in OF_PROVINCE and not person.unit else _unit(person, asked)
        with services.dossiers() as db:
            (form,) = fill_forms(db, FormRequest(asked.code, period, unit), now())
    except (ComputeError, StoreError) as error:
        return FormsPage(units, asked, period, fault=error)
    heads = tuple(head_rows(each.table.columns) for each in form.tables)
    return FormsPage(units, asked, period, form, heads, find_office() is not None)


def _file(
    services: PageServices, request: Request, person: SignedIn, asked: FormQuery, form: str
) -> tuple[str, bytes]:
    by, period = services.by(request), _period(asked)
    with services.dossiers() as db:
        if asked.code == OUTLINE:
            facts, _ = outline_facts(db, _unit(person, asked), period, by.at)
            forms: list[FilledForm] = []
        else:
            if asked.code not in report_forms().forms:
                raise ComputeError(say("không có biểu này.", "there is no such form."))
            unit = None if asked.code in OF_PROVINCE and not person.unit else _unit(person, asked)
            forms = fill_forms(db, FormRequest(asked.code, period, unit), by.at)
    if not forms:
        ((name, made),) = outline_files(services.backend, by, facts, [form]).items()
        return name, made
    return f"{stem(forms)}.{form}", form_file(services.backend, by, forms, form)


def _reconciled(
    services: PageServices,
    person: SignedIn,
    asked: FormQuery,
    line: ReconciledLine | None,
    cause: DifferenceCause | None,
) -> ReconciledPage:
    units, period = _units(services, person), last_reported("07a")
    try:
        period, unit, moment = _period(asked), _unit(person, asked), now()
        with services.dossiers() as db, open_store(services.query_cache.folder, False, empty=True) as store:
            found = reconciled_unit(db, store, unit, period, None, moment)
            items = reconciled_items(db, unit, period, None, moment, line, cause) if line else []
    except (ComputeError, StoreError) as error:
        return ReconciledPage(units, asked, period, fault=error)
    return ReconciledPage(units, asked, period, found, line, cause, tuple(items))


def _sent(name: str, made: bytes, form: str) -> Response:
    place = "inline" if form == "pdf" else "attachment"
    headers = {
        "Content-Disposition": f'{place}; filename="{name}"',
        "Cache-Control": "no-store",
        **SECURITY,
    }
    return Response(made, headers=headers, media_type=MEDIA[form])
