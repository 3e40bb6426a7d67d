"""Documents: choose a kind and a snapshot, read what it will say, take it as Word, PDF or workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Annotated

import docx
from docx.oxml.ns import qn
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, ReportError
from bochiso.office.document_files import (
    DocumentDraft,
    DocumentPlan,
    draft_document,
    issue_details,
    make_file,
)
from bochiso.office.office_papers import KEPT, keep_settings, settings_of
from bochiso.periods import parse_period
from bochiso.report.charts.process import draw
from bochiso.report.context import KIND_NAMES, DocumentKind
from bochiso.report.docx.pdf import find_office
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import ReportRequest, provinces_in
from bochiso.store.decisions.issued_documents import IssuedDocument, issued_documents
from bochiso.store.decisions.office_texts import office_text
from bochiso.store.figures.snapshot_store import Snapshot, open_store
from bochiso.store.people.permissions import Action
from bochiso.text import Text, now, say
from bochiso.web.core.day_choice import all_snapshots
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY, merged
from bochiso.web.staff.office_form import OfficeForm, changed_text, office_form

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


FIELDS = ("nhan", "so-hieu", "ngay-ky", "han")
"""What is settled of a document on the page: label, number, day, deadline."""


@dataclass(frozen=True)
class DocumentRequest:
    """What is asked for. `at`, `against`: snapshots as `2026-09/2026-09-30`, against None for the one before.

    `issue`: what was written in FIELDS, empty where nothing was.
    """

    kind: DocumentKind
    at: str
    against: str | None
    issue: Mapping[str, str]

    @property
    def query(self) -> str:
        """It as an address says it."""
        asked = {"loai": self.kind.value, "ky": self.at, "so": self.against or ""}
        return merged(asked | {name: self.issue.get(name, "") for name in FIELDS})


@dataclass(frozen=True)
class Block:
    """A paragraph of a document, or a table of it; `look`: heading, centre or none."""

    look: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class DocumentsPage:
    """What can be chosen, and, once it is, what the document says."""

    snapshots: tuple[Snapshot, ...]
    wanted: DocumentRequest | None = None
    blocks: tuple[Block, ...] = ()
    remarks: tuple[Text, ...] = ()
    pdf: bool = False
    fault: BochisoError | None = None
    office: OfficeForm | None = None
    issued: tuple[IssuedDocument, ...] = ()


def blocks_of(document: bytes) -> tuple[Block, ...]:
    """The text of a Word document in its order, to be read on a page."""
    found = []
    for each in docx.Document(BytesIO(document)).iter_inner_content():
        if isinstance(each, Table):
            found.append(Block("table", "", tuple(row for row in map(_cells, each.rows) if any(row))))
        elif text := each.text.strip() or _pictured(each):
            found.append(Block(_look(each), text))
    return tuple(found)


def _cells(row: _Row) -> tuple[str, ...]:
    """The texts of a row; a cell over several columns counts once."""
    return tuple({id(cell._tc): cell.text.strip() for cell in row.cells}.values())


def _pictured(paragraph: Paragraph) -> str:
    """What the pictures of a paragraph say in words."""
    return " ".join(each.get("descr", "") for each in paragraph._p.iter(qn("wp:docPr")))


def _look(paragraph: Paragraph) -> str:
    bold = all(run.bold or (run.bold is None and paragraph.style and paragraph.style.font.bold)
               for run in paragraph.runs if run.text.strip())  # fmt: skip
    return "heading" if bold else ""


def routes(services: PageServices) -> APIRouter:
    """The page and the files."""
    router = APIRouter()

    @router.get("/van-ban")
    def page(
        request: Request,
        kind: Annotated[str | None, Query(alias="loai", max_length=20)] = None,
        at: Annotated[str | None, Query(alias="ky", max_length=60)] = None,
        against: Annotated[str | None, Query(alias="so", max_length=60)] = None,
    ) -> Response:
        services.require(request, Action.DOCUMENTS)
        return shown(request, _page(services, request, kind, at, against))

    def shown(request: Request, found: DocumentsPage) -> Response:
        status = 422 if found.fault else 200
        return services.page(request, "documents.html", status, page=found, kinds=KIND_NAMES)

    @router.post("/van-ban/thong-tin")
    async def settings(request: Request) -> Response:
        services.require(request, Action.DOCUMENTS)
        form = await services.form(request)

        def kept() -> Response:
            try:
                province = _province(services, request)
                before = office_text(services.ledger, province)
                text = changed_text(before.text if before else "", form)
                keep_settings(services.backend, services.by(request), text, KEPT, province)
            except (ComputeError, ReportError) as error:
                return shown(request, _page(services, request, form.get("loai"), None, None, error))
            return services.redirect(request, f"/van-ban?loai={form.get('loai', '')}")

        return await run_in_threadpool(kept)

    @router.get("/van-ban/tep.{form}")
    def file(
        request: Request,
        form: str,
        kind: Annotated[str, Query(alias="loai", max_length=20)],
        at: Annotated[str, Query(alias="ky", max_length=60)],
        against: Annotated[str | None, Query(alias="so", max_length=60)] = None,
    ) -> Response:
        services.require(request, Action.DOCUMENTS)
        if form not in MEDIA:
            return services.missing(request)
        wanted = _wanted(request, kind, at, against)
        by = services.by(request)
        draft = _draft(services, request, wanted, by.at)
        name, made = f"{draft.stem}.{form}", make_file(services.backend, by, draft, form)
        place = "inline" if form == "pdf" else "attachment"
        headers = {
            "Content-Disposition": f'{place}; filename="{name}"',
            "Cache-Control": "no-store",
            **SECURITY,
        }
        return Response(made, headers=headers, media_type=MEDIA[form])

    return router


def _page(
    services: PageServices,
    request: Request,
    kind: str | None,
    at: str | None,
    against: str | None,
    fault: BochisoError | None = None,
) -> DocumentsPage:
    snapshots: tuple[Snapshot, ...] = ()
    office: OfficeForm | None = None
    issued: tuple[IssuedDocument, ...] = ()
    try:
        snapshots = services.ask(request, all_snapshots)
        of = DocumentKind(kind) if kind in set(DocumentKind) else DocumentKind.WEEK
        if province := _province(services, request):
            office = office_form(_settings(services, province), of)
            issued = tuple(issued_documents(services.ledger, province))
        if kind is None or at is None:
            return DocumentsPage(snapshots, fault=fault, office=office, issued=issued)
        wanted = _wanted(request, kind, at, against)
        draft = _draft(services, request, wanted, now())
        blocks = blocks_of(draft.word)
    except (ComputeError, ReportError) as error:
        return DocumentsPage(snapshots, fault=fault or error, office=office, issued=issued)
    notes = tuple(draft.notes())
    return DocumentsPage(snapshots, wanted, blocks, notes, find_office() is not None, fault, office, issued)


def _wanted(request: Request, kind: str, at: str, against: str | None) -> DocumentRequest:
    if kind not in set(DocumentKind):
        raise ComputeError(say("không có loại văn bản này.", "there is no such kind of document."))
    issue = {name: request.query_params.get(name, "").strip()[:200] for name in FIELDS}
    return DocumentRequest(DocumentKind(kind), at, against or None, issue)


def _province(services: PageServices, request: Request) -> str:
    return services.home() or next(iter(services.ask(request, provinces_in)), "")


def _settings(services: PageServices, province: str) -> OfficeSettings:
    return settings_of(services.query_cache.folder, province, office_text(services.ledger, province))


def _draft(
    services: PageServices, request: Request, wanted: DocumentRequest, moment: datetime
) -> DocumentDraft:
    """One document in the making: its figures are gathered once."""
    folder = services.query_cache.folder
    settings = _settings(services, _province(services, request))
    period, _, day = wanted.at.partition("/")
    asked = ReportRequest(settings.province, day, parse_period(period), wanted.against)
    templates = folder.root / "templates"
    used = templates if templates.is_dir() else None
    label, number, signed, due = (wanted.issue[name] or None for name in FIELDS)
    issue = issue_details(label=label, number=number, day=signed, deadline=due)
    plan = DocumentPlan(wanted.kind, asked, settings, used, moment, draw, issue)
    with open_store(folder) as store, services.dossiers() as db:
        return draft_document(plan, store, db)
