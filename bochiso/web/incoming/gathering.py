"""What an officer gathers from a page: the portal's figures, measurements, lists and dossiers from files."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, StoreError
from bochiso.intake.dossiers.dossier_files import is_dossier_file
from bochiso.intake.sources import from_outside
from bochiso.office.collection_desk import CollectionDesk
from bochiso.office.dossiers import Imported, import_dossiers, import_records, look_at_records
from bochiso.periods import parse_period
from bochiso.rules.file.parse import canonical
from bochiso.store.people.permissions import Action
from bochiso.text import VIETNAM, Lang, Text, now, say
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import address_of
from bochiso.web.incoming.kept_uploads import Files
from bochiso.web.incoming.upload_form import fields_of, files_of

MOST_BYTES = 60 * 1024 * 1024
MOST_FILES = 20
SHOWN = 200
"""Refusals that the page shows."""

DOSSIERS = "dossiers"
LIST_NAMES = {
    DOSSIERS: Text("Hồ sơ, tiến độ xử lý", "Dossiers and their steps"),
    "units": Text("Danh sách đơn vị", "List of units"),
    "procedures": Text("Danh mục thủ tục", "List of procedures"),
    "petitions": Text("Phản ánh, kiến nghị", "Petitions"),
    "publications": Text("Sổ theo dõi công bố thủ tục", "Register of publications"),
    "ratings": Text("Đánh giá của người dân, doanh nghiệp", "Ratings by people and businesses"),
}
"""What may be brought in on the page, by the KIND of `bochiso import`."""


@dataclass(frozen=True)
class GatheredLists:
    """What came of files: rows read and taken, refused lines with their reasons, what is said besides."""

    kind: Text
    rows: int
    taken: int
    refused: tuple[str, ...]
    refused_count: int
    notes: tuple[Text, ...]
    kept: bool


@dataclass(frozen=True)
class ListsPage:
    """The form as it was sent, and what came of it."""

    typed: dict[str, str]
    found: GatheredLists | None = None
    fault: BochisoError | None = None


def routes(services: PageServices) -> APIRouter:
    """Collecting now, measuring now, files of lists and of dossiers."""
    router = APIRouter()

    def desk() -> CollectionDesk:
        if services.desk is None:
            raise ComputeError(
                say("máy chủ này không thu thập từ trang.", "this server doesn't collect from a page.")
            )
        return services.desk

    @router.post("/du-lieu/thu-thap")
    async def collect(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        await services.form(request)

        def started() -> Response:
            try:
                desk().start(services.by(request), services.home())
            except ComputeError as error:
                return services.page(request, "failed.html", 422, told=error)
            return services.redirect(request, "/du-lieu#thu-thap")

        return await run_in_threadpool(started)

    @router.get("/du-lieu/thu-thap")
    @router.get("/doi-chieu/do")
    def elsewhere(request: Request) -> Response:
        services.require(request, Action.SEE_DATA)
        return services.redirect(request, "/doi-chieu" if "doi-chieu" in request.url.path else "/du-lieu")

    @router.post("/doi-chieu/do")
    async def measure(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)

        def measured() -> Response:
            from bochiso.office.measuring import measure_now  # what measuring loads

            given = form.get("ky", "").strip()
            try:
                period = parse_period(given or str(now().astimezone(VIETNAM).year))
                done = measure_now(services.backend, services.by(request), period, canonical(services.rules))
            except StoreError:
                error = ComputeError(
                    say("chưa có hồ sơ nào được đồng bộ về đây.", "no dossier has been received yet."),
                    do=say(
                        "Nạp hồ sơ, hoặc kết nối hệ thống một cửa.", "Bring dossiers in, or connect a system."
                    ),
                )
                return services.page(request, "failed.html", 422, told=error)
            except ComputeError as error:
                return services.page(request, "failed.html", 422, told=error)
            return services.redirect(request, f"/doi-chieu?da-do={len(done.units)}")

        return await run_in_threadpool(measured)

    @router.get("/du-lieu/danh-sach")
    def lists(request: Request) -> Response:
        services.require(request, Action.IMPORT)
        return _lists(services, request, ListsPage({}))

    @router.post("/du-lieu/danh-sach")
    async def bring_in(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.upload(request, MOST_BYTES, MOST_FILES)
        files, fields = await files_of(form), fields_of(form)
        await form.close()

        def done() -> Response:
            try:
                found = _gathered(services, request, fields, files)
            except BochisoError as error:
                return _lists(services, request, ListsPage(fields, fault=error))
            return _lists(services, request, ListsPage({} if found.kept else fields, found))

        return await run_in_threadpool(done)

    return router


def _lists(services: PageServices, request: Request, page: ListsPage) -> Response:
    return services.page(
        request, "lists.html", 422 if page.fault else 200, page=page, kinds=LIST_NAMES, most=SHOWN
    )


def _gathered(
    services: PageServices, request: Request, fields: dict[str, str], files: Files
) -> GatheredLists:
    """Keep what files hold, or only look at it. Raises BochisoError where nothing can be used."""
    kind = fields.get("loai", "")
    if kind not in LIST_NAMES:
        raise ComputeError(say("chưa chọn loại danh sách.", "what it is of isn't chosen."))
    if not files:
        raise ComputeError(say("chưa chọn tệp nào.", "no file is chosen."))
    only_look = bool(fields.get("xem"))
    with from_outside():
        if kind == DOSSIERS:
            if only_look:
                raise ComputeError(
                    say("hồ sơ không xem trước được.", "dossiers can't be looked at first."),
                    do=say("Bấm Nạp: mục nào sai thì bị từ chối kèm lý do.",
                           "Bring them in: what is wrong is refused with its reason."),
                )  # fmt: skip
            return _dossiers(services, request, files)
        return _records(services, request, (kind, fields.get("tinh") or None), files, only_look=only_look)


def _records(
    services: PageServices, request: Request, what: tuple[str, str | None], files: Files, *, only_look: bool
) -> GatheredLists:
    kind, province = what
    if only_look:
        found, nowhere = look_at_records(kind, files), 0
    else:
        found, nowhere = import_records(
            services.backend, services.by(request), kind, files, province=province
        )
    refused = [each for records in found for each in records.refusals]
    notes = [note for records in found for note in records.notes]
    if nowhere:
        notes.append(
            say(
                "{n} mục chưa tính cho đơn vị nào.", "{n} {n:item counts|items count} for no unit.", n=nowhere
            )
        )
    rows = sum(records.rows for records in found)
    lines = tuple(each.render(address_of(request).lang) for each in refused[:SHOWN])
    return GatheredLists(
        LIST_NAMES[kind], rows, rows - len(refused), lines, len(refused), tuple(notes), not only_look
    )


def _dossiers(services: PageServices, request: Request, files: Files) -> GatheredLists:
    with TemporaryDirectory(prefix="bochiso-") as folder:
        paths = []
        for n, (name, data) in enumerate(files):
            place = Path(folder) / str(n)
            place.mkdir()
            path = place / (name.replace("/", "_") or "tep")
            if not is_dossier_file(path):
                raise ComputeError(
                    say("“{name}” không phải tệp hồ sơ.", "“{name}” is no file of dossiers.", name=name),
                    do=say("Chọn tệp Excel, CSV, JSON hoặc JSONL.", "Choose Excel, CSV, JSON or JSONL."),
                )
            path.write_bytes(data)
            paths.append(path)
        done = import_dossiers(services.backend, services.by(request), paths)
    return _told(done, request)


def _told(done: Imported, request: Request) -> GatheredLists:
    lang = address_of(request).lang
    notes = list(done.notes)
    if done.unmapped:
        notes.append(
            say("{n} hồ sơ chưa rõ thuộc đơn vị nào; ghép mã ở trang Nạp và thu thập.",
                "{n} {n:dossier belongs|dossiers belong} to no known unit; give their codes to units on the "
                "page of imports.", n=done.unmapped)
        )  # fmt: skip
    notes += [Text(each.render(Lang.VI), each.render(Lang.EN)) for each in done.broken]
    lines = tuple(each.render(lang, name) for name, each in done.refused[:SHOWN])
    return GatheredLists(
        LIST_NAMES[DOSSIERS], done.items, done.dossiers + done.steps, lines, done.refused_count, tuple(notes),
        kept=True,
    )  # fmt: skip
