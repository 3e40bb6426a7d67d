"""A draft of a document: its words and pages, its proposals edited, its files; made once for all of these."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from bochiso.errors import ComputeError, ReportError
from bochiso.office.document_drafts import Draft, since_then
from bochiso.office.document_files import make_file
from bochiso.report.text.document_builder import EditedProposal
from bochiso.store.people.permissions import Action
from bochiso.text import Lang, now
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY
from bochiso.web.staff import documents
from bochiso.web.staff.documents import (
    MEDIA,
    changed_draft,
    documents_page,
    issue_of,
    own_draft,
    sources_of,
)
from bochiso.web.staff.draft_room import DraftRoom

FORM_BYTES = 200_000
MOST_PROPOSALS, MOST_PARAGRAPHS, LONGEST = 20, 40, 3000
"""What a person writes at most: proposals, paragraphs of one, letters of a paragraph."""

NO_STORE = {"Cache-Control": "no-store", **SECURITY}


def routes(services: PageServices) -> APIRouter:
    """The page of documents, and of each draft: its words, edited, its pages and files."""
    router, room = APIRouter(), DraftRoom()
    router.include_router(documents.routes(services, room))

    def draft_of(request: Request, number: int) -> Draft:
        """Raises ComputeError where there is no such draft of the office's province."""
        services.require(request, Action.DOCUMENTS)
        return own_draft(services, request, room, number)

    @router.get("/van-ban/ban/{number:int}")
    def shown(request: Request, number: int) -> Response:
        return documents_page(services, request, draft_of(request, number))

    @router.post("/van-ban/ban/{number:int}")
    async def edited(request: Request, number: int) -> Response:
        services.require(request, Action.DOCUMENTS)
        form = await services.upload(request, FORM_BYTES, 1)
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        await form.close()

        def made() -> Response:
            before = draft_of(request, number)
            try:
                issue = replace(issue_of(fields), edited=_edited(fields))
                made = room.add(changed_draft(services, request, before, issue))
            except (ComputeError, ReportError) as error:
                return documents_page(services, request, before, fault=error)
            return services.redirect(request, f"/van-ban/ban/{made.kept.id}")

        return await run_in_threadpool(made)

    @router.get("/van-ban/ban/{number:int}/tien-do")
    def progress(request: Request, number: int) -> Response:
        pages = room.pages(draft_of(request, number))
        told = {
            "pages": pages.pages,
            "made": len(pages.made),
            "done": pages.done,
            "failed": pages.failed.render(Lang.VI) if pages.failed else None,
        }
        return JSONResponse(told, headers=NO_STORE)

    @router.get("/van-ban/ban/{number:int}/trang/{page:int}.png")
    def picture(request: Request, number: int, page: int) -> Response:
        made = room.pages(draft_of(request, number)).made
        if not 1 <= page <= len(made):
            return services.missing(request)
        return Response(made[page - 1], headers=NO_STORE, media_type="image/png")

    @router.get("/van-ban/ban/{number:int}/nay-khac")
    def since(request: Request, number: int) -> Response:
        draft = draft_of(request, number)
        found = since_then(sources_of(services), draft, now())
        return services.page(request, "draft-since.html", draft=draft, found=found)

    @router.get("/van-ban/ban/{number:int}/tep.{form}")
    def file(request: Request, number: int, form: str) -> Response:
        draft = draft_of(request, number)
        if form not in MEDIA:
            return services.missing(request)
        if form == "pdf":
            room.pdf(draft)
        made = make_file(services.backend, services.by(request), draft.document, form)
        place = "inline" if form == "pdf" else "attachment"
        named = {"Content-Disposition": f'{place}; filename="{draft.document.stem}.{form}"'}
        return Response(made, headers=NO_STORE | named, media_type=MEDIA[form])

    return router


def _edited(fields: Mapping[str, str]) -> tuple[EditedProposal, ...] | None:
    """The proposals as they were written, those without a word left out; None where ours are wanted again."""
    if fields.get("viec") == "bo":
        return None
    found = []
    for n in range(MOST_PROPOSALS):
        lines = fields.get(f"noi-dung-{n}", "").splitlines()
        texts = [" ".join(line.split()).rstrip(" .;")[:LONGEST] for line in lines]
        if kept := tuple(filter(None, texts))[:MOST_PARAGRAPHS]:
            to = " ".join(fields.get(f"noi-nhan-{n}", "").split()).rstrip(":")[:LONGEST]
            found.append(EditedProposal(to, kept))
    return tuple(found)
