"""Documents: choose a kind and a snapshot, read what it will say; what was chosen last is chosen again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Annotated

import docx
from docx.oxml.ns import qn
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, ReportError
from bochiso.office.document_drafts import Draft, Recipe, Sources, draft_again, kept_drafts, make_draft
from bochiso.office.document_files import DocumentPlan, issue_details
from bochiso.office.office_papers import KEPT, keep_settings, settings_of
from bochiso.periods import parse_period
from bochiso.report.charts.process import draw
from bochiso.report.context import KIND_NAMES, DocumentKind
from bochiso.report.docx.pdf import find_office
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import ReportRequest, provinces_in
from bochiso.report.text.document_builder import IssueDetails
from bochiso.store.decisions.document_recipes import KeptRecipe
from bochiso.store.decisions.issued_documents import IssuedDocument, issued_documents
from bochiso.store.decisions.office_texts import office_text
from bochiso.store.figures.snapshot_store import Snapshot
from bochiso.store.people.permissions import Action
from bochiso.text import Lang, Text, say, show
from bochiso.web.core.day_choice import all_snapshots
from bochiso.web.core.page_services import PageServices
from bochiso.web.staff.draft_room import DraftRoom
from bochiso.web.staff.office_form import OfficeForm, changed_text, office_form

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}

FIELDS = ("nhan", "so-hieu", "ngay-ky", "han")
"""What is settled of a document on the page: label, number, day, deadline."""


DRAFTS_SHOWN = 10


@dataclass(frozen=True)
class DocumentRequest:
    """What is asked for. `at`, `against`: snapshots as `2026-09/2026-09-30`, against None for the one before.

    `issue`: what was written in FIELDS, empty where nothing was.
    """

    kind: DocumentKind
    at: str
    against: str | None
    issue: Mapping[str, str]


@dataclass(frozen=True)
class Block:
    """A paragraph of a document, or a table of it; `look`: heading, centre or none."""

    look: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class DocumentsPage:
    """What can be chosen, and, once it is, what the document says.

    `proposals`: of whom what is asked, a paragraph a line, to be edited; `edited`: whether they were.
    `drafts`: the latest, with the period and day of their figures.
    """

    snapshots: tuple[Snapshot, ...]
    wanted: DocumentRequest | None = None
    number: int = 0
    blocks: tuple[Block, ...] = ()
    remarks: tuple[Text, ...] = ()
    proposals: tuple[tuple[str, str], ...] = ()
    edited: bool = False
    pdf: bool = False
    fault: BochisoError | None = None
    office: OfficeForm | None = None
    issued: tuple[IssuedDocument, ...] = ()
    drafts: tuple[tuple[KeptRecipe, Text], ...] = ()


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


def routes(services: PageServices, room: DraftRoom) -> APIRouter:
    """The page, and the settings of the office on it."""
    router = APIRouter()

    @router.get("/van-ban")
    def page(
        request: Request,
        kind: Annotated[str | None, Query(alias="loai", max_length=20)] = None,
        at: Annotated[str | None, Query(alias="ky", max_length=60)] = None,
        against: Annotated[str | None, Query(alias="so", max_length=60)] = None,
    ) -> Response:
        services.require(request, Action.DOCUMENTS)
        if kind is None or at is None:
            return documents_page(services, request, kind=kind)
        try:
            wanted = _wanted(request, kind, at, against)
            draft = room.add(_draft(services, request, wanted))
        except (ComputeError, ReportError) as error:
            return documents_page(services, request, kind=kind, fault=error)
        return documents_page(services, request, draft)

    @router.post("/van-ban/thong-tin")
    async def settings(request: Request) -> Response:
        services.require(request, Action.DOCUMENTS)
        form = await services.form(request)

        def kept() -> Response:
            try:
                province = province_of(services, request)
                before = office_text(services.ledger, province)
                text = changed_text(before.text if before else "", form)
                keep_settings(services.backend, services.by(request), text, KEPT, province)
            except (ComputeError, ReportError) as error:
                return documents_page(services, request, kind=form.get("loai"), fault=error)
            number = form.get("ban", "")
            if not number.isdecimal() or not int(number):
                return services.redirect(request, f"/van-ban?loai={form.get('loai', '')}")
            try:
                draft = own_draft(services, request, room, int(number))
                made = room.add(changed_draft(services, request, draft, draft.recipe.issue))
            except (ComputeError, ReportError) as error:
                return documents_page(services, request, kind=form.get("loai"), fault=error)
            return services.redirect(request, f"/van-ban/ban/{made.kept.id}")

        return await run_in_threadpool(kept)

    return router


def documents_page(
    services: PageServices,
    request: Request,
    draft: Draft | None = None,
    kind: str | None = None,
    fault: BochisoError | None = None,
) -> Response:
    """The page with a draft on it, or with what was chosen last. `fault`: why there is none."""
    found = DocumentsPage((), fault=fault)
    try:
        found = _page(services, request, draft, kind, fault)
    except (ComputeError, ReportError) as error:
        found = replace(found, fault=fault or error)
    status = 422 if found.fault else 200
    return services.page(request, "documents.html", status, page=found, kinds=KIND_NAMES)


def _page(
    services: PageServices,
    request: Request,
    draft: Draft | None,
    kind: str | None,
    fault: BochisoError | None,
) -> DocumentsPage:
    found = DocumentsPage(services.ask(request, all_snapshots), fault=fault)
    province = province_of(services, request)
    if not province:
        return found
    of = DocumentKind(kind) if kind in set(DocumentKind) else None
    drafts = kept_drafts(services.backend, province)
    last = draft.recipe if draft else next((r for _, r in drafts if of in (None, r.kind)), None)
    shown = of or (last.kind if last else DocumentKind.WEEK)
    found = replace(
        found,
        wanted=_chosen(last, shown, found.snapshots, again=draft is not None),
        office=office_form(settings_for(services, province), shown),
        issued=tuple(issued_documents(services.ledger, province)),
        drafts=tuple((kept, _figures_of(recipe)) for kept, recipe in drafts[:DRAFTS_SHOWN]),
    )
    if draft is None:
        return found
    proposals = draft.document.proposals
    band = services.band(request, (draft.document.facts.units.snapshot,))
    unpublished = (band.unpublished,) if band and band.unpublished else ()
    return replace(
        found,
        number=draft.kept.id,
        blocks=blocks_of(draft.document.word),
        remarks=(*unpublished, *draft.notes, *draft.document.notes()),
        proposals=tuple((to, "\n".join(texts)) for to, texts in proposals),
        edited=draft.recipe.issue.edited is not None,
        pdf=find_office() is not None,
    )


def _figures_of(recipe: Recipe) -> Text:
    """What figures a draft is of; how they were asked for, where that alone is known."""
    asked = recipe.as_of or ""
    return recipe.figures.words if recipe.figures else say("{asked}", "{asked}", asked=asked)


def _chosen(
    last: Recipe | None, kind: DocumentKind, snapshots: tuple[Snapshot, ...], *, again: bool
) -> DocumentRequest:
    """What is chosen on the page: as it was last; what is said of one document only for the same figures."""
    newest = f"{snapshots[0].period.code}/{snapshots[0].as_of}" if snapshots else ""
    nothing = dict.fromkeys(FIELDS, "")
    if last is None:
        return DocumentRequest(kind, newest, None, nothing)
    at = f"{last.figures.period}/{last.figures.day}" if last.figures else f"{last.period}/{last.as_of}"
    if not again and at != newest:
        return DocumentRequest(kind, newest, None, nothing)
    issue = last.issue
    written = (issue.label, issue.number, issue.day, issue.deadline)
    texts = (show(each, Lang.VI) if isinstance(each, date) else each or "" for each in written)
    return DocumentRequest(kind, at, last.against, dict(zip(FIELDS, texts, strict=True)))


def _wanted(request: Request, kind: str, at: str, against: str | None) -> DocumentRequest:
    if kind not in set(DocumentKind):
        raise ComputeError(say("không có loại văn bản này.", "there is no such kind of document."))
    issue = {name: request.query_params.get(name, "").strip()[:200] for name in FIELDS}
    return DocumentRequest(DocumentKind(kind), at, against or None, issue)


def province_of(services: PageServices, request: Request) -> str:
    """Whose documents they are; empty where there are no figures of any."""
    return services.home() or next(iter(services.ask(request, provinces_in)), "")


def settings_for(services: PageServices, province: str) -> OfficeSettings:
    """The settings of its office."""
    return settings_of(services.query_cache.folder, province, office_text(services.ledger, province))


def sources_of(services: PageServices) -> Sources:
    """Where a server reads the figures of documents."""
    return Sources(services.backend, dossiers=services.dossiers)


def templates_of(services: PageServices) -> Path | None:
    """The office's own templates, where the data folder has any."""
    folder = services.query_cache.folder.root / "templates"
    return folder if folder.is_dir() else None


def issue_of(written: Mapping[str, str]) -> IssueDetails:
    """What was written in FIELDS. Raises ComputeError for what can't be a number or a day."""
    label, number, signed, due = (written.get(name, "").strip()[:200] or None for name in FIELDS)
    return issue_details(label=label, number=number, day=signed, deadline=due)


def own_draft(services: PageServices, request: Request, room: DraftRoom, number: int) -> Draft:
    """A draft of the office's province, made again from its recipe where it isn't at hand.

    Raises ComputeError where there is none.
    """
    found = room.get(number, lambda: draft_again(sources_of(services), number, templates_of(services), draw))
    if found.recipe.province != province_of(services, request):
        raise ComputeError(say("không có bản thảo này.", "there is no such draft."))
    return found


def changed_draft(services: PageServices, request: Request, before: Draft, issue: IssueDetails) -> Draft:
    """The same document of the figures of now, with the office's settings as they are and other words."""
    by = services.by(request)
    plan = before.recipe.plan(templates_of(services), draw)
    settings = settings_for(services, before.recipe.province)
    return make_draft(sources_of(services), by, replace(plan, settings=settings, moment=by.at, issue=issue))


def _draft(services: PageServices, request: Request, wanted: DocumentRequest) -> Draft:
    settings = settings_for(services, province_of(services, request))
    period, _, day = wanted.at.partition("/")
    asked = ReportRequest(settings.province, day, parse_period(period), wanted.against)
    by = services.by(request)
    plan = DocumentPlan(
        wanted.kind, asked, settings, templates_of(services), by.at, draw, issue_of(wanted.issue)
    )
    return make_draft(sources_of(services), by, plan)
