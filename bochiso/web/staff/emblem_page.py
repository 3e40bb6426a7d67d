"""The province's emblem: brought in by an administrator, shown above every page."""

from pathlib import PurePath

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bochiso.errors import BochisoError, ComputeError, SourceError
from bochiso.office.emblem import drop_emblem, keep_emblem
from bochiso.report.charts.emblem_picture import MOST_BYTES
from bochiso.store.people.permissions import Action
from bochiso.text import say
from bochiso.web.core.page_services import PageServices

PATH = "/quan-tri/bieu-trung"
_FIELDS = 10_000
"""Room for the other fields of the form."""


def routes(services: PageServices) -> APIRouter:
    """The page and its form."""
    router = APIRouter()

    def shown(request: Request, fault: BochisoError | None = None) -> Response:
        done = request.query_params.get("xong")
        return services.page(request, "emblem.html", 422 if fault else 200, fault=fault, done=done)

    @router.get(PATH)
    def page(request: Request) -> Response:
        services.require(request, Action.SETTINGS)
        return shown(request)

    @router.post(PATH)
    async def change(request: Request) -> Response:
        await services.enter(request, Action.SETTINGS)
        form = await services.upload(request, MOST_BYTES + _FIELDS, 1)
        file, drop = form.get("tep"), form.get("viec") == "bo"
        named = isinstance(file, UploadFile) and file.filename
        name = PurePath(file.filename or "").name[:200] if isinstance(file, UploadFile) else ""
        data = await file.read() if isinstance(file, UploadFile) else b""
        await form.close()

        def done() -> Response:
            if drop:
                drop_emblem(services.backend, services.by(request))
                return services.redirect(request, f"{PATH}?xong=bo")
            try:
                if not named:
                    raise ComputeError(say("chưa chọn tệp.", "no file was chosen."))
                keep_emblem(services.backend, services.by(request), name, data)
            except (ComputeError, SourceError) as error:
                return shown(request, error)
            return services.redirect(request, f"{PATH}?xong=giu")

        return await run_in_threadpool(done)

    return router
