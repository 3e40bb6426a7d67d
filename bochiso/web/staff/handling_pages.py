"""A table of the handling of dossiers, brought in on the page of documents where dossiers aren't here."""

from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bochiso.errors import BochisoError, SourceError
from bochiso.intake.forms.handling_rows import read_handling
from bochiso.office.office_papers import import_handling
from bochiso.periods import parse_day
from bochiso.store.decisions.handed_units import HandlingTable
from bochiso.store.people.permissions import Action
from bochiso.web.core.page_services import PageServices
from bochiso.web.staff.documents import province_of

MOST_BYTES = 2_000_000


def routes(services: PageServices) -> APIRouter:
    """The upload."""
    router = APIRouter()

    @router.post("/van-ban/giai-quyet")
    async def keep(request: Request) -> Response:
        services.require(request, Action.DOCUMENTS)
        form = await services.upload(request, MOST_BYTES, 1)
        sent = form.get("tep")
        name = sent.filename or "" if isinstance(sent, UploadFile) else ""
        data = await sent.read() if isinstance(sent, UploadFile) else b""
        since, until = (str(form.get(key, "")).strip()[:20] for key in ("tu", "den"))
        await form.close()

        def kept() -> Response:
            try:
                day = parse_day(until)
                first = parse_day(since) if since else date(day.year, 1, 1)
                table = HandlingTable(province_of(services, request), first, day, (), name.rpartition("/")[2])
                records = read_handling(table.file, data)
                if records.refusals:
                    refused = records.refusals[0]
                    raise SourceError(refused.reason, where=refused.where)
                import_handling(services.backend, services.by(request), table, records)
            except BochisoError as error:
                return services.page(request, "failed.html", 422, told=error)
            return services.redirect(request, "/van-ban")

        return await run_in_threadpool(kept)

    return router
