"""Documents as they were signed: taken in on the page of documents, given out again."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bochiso.errors import ComputeError, ReportError
from bochiso.office.document_files import issue_details
from bochiso.office.office_papers import MOST_BYTES, issue_document, set_public
from bochiso.periods import parse_day
from bochiso.report.report_data import provinces_in
from bochiso.store.decisions.issued_documents import IssuedDocument, document_file
from bochiso.store.people.permissions import Action
from bochiso.text import say
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY

_FORM_BYTES = 10_000
"""What a form has besides its file, at most."""


def routes(services: PageServices) -> APIRouter:
    """Taking in, giving out, saying whether it was published."""
    router = APIRouter()

    @router.post("/van-ban/phat-hanh")
    async def keep(request: Request) -> Response:
        services.require(request, Action.DOCUMENTS)
        form = await services.upload(request, MOST_BYTES + _FORM_BYTES, 1)
        sent = form.get("tep")
        name = sent.filename or "" if isinstance(sent, UploadFile) else ""
        data = await sent.read() if isinstance(sent, UploadFile) else b""
        fields = {key: str(form.get(key, "")).strip()[:200] for key in ("loai", "so", "ngay", "nguoi-ky")}
        await form.close()

        def kept() -> Response:
            try:
                issue_document(services.backend, services.by(request), _document(request, name, fields), data)
            except (ComputeError, ReportError) as error:
                return services.page(request, "failed.html", 422, told=error)
            return services.redirect(request, "/van-ban")

        return await run_in_threadpool(kept)

    def _document(request: Request, name: str, fields: dict[str, str]) -> IssuedDocument:
        settled = issue_details(label=None, number=fields["so"], day=fields["ngay"], deadline=None)
        if settled.number is None or settled.day is None:
            raise ComputeError(say("thiếu số hoặc ngày ký.", "its number or its day is missing."))
        province = services.home() or next(iter(services.ask(request, provinces_in)), "")
        short = name.rpartition("/")[2][:200] or "van-ban"
        return IssuedDocument(
            province, fields["loai"], settled.number, parse_day(fields["ngay"]), fields["nguoi-ky"], short
        )

    @router.get("/van-ban/phat-hanh/{number:int}")
    def give(request: Request, number: int) -> Response:
        services.require(request, Action.DOCUMENTS)
        try:
            document, data = document_file(services.ledger, number)
        except ComputeError:
            return services.missing(request)
        if (home := services.home()) and document.province != home:
            return services.missing(request)
        form = "pdf" if data.startswith(b"%PDF-") else "docx"
        name = f"van-ban-{document.number}-{document.day.isoformat()}.{form}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            **SECURITY,
        }
        return Response(data, headers=headers, media_type="application/octet-stream")

    @router.post("/van-ban/phat-hanh/{number:int}/cong-bo")
    async def published(request: Request, number: int) -> Response:
        services.require(request, Action.DOCUMENTS)
        form = await services.form(request)

        def said() -> Response:
            try:
                set_public(services.backend, services.by(request), number, form.get("cong-bo") == "co")
            except ComputeError:
                return services.missing(request)
            return services.redirect(request, "/van-ban")

        return await run_in_threadpool(said)

    return router
