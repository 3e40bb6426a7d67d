"""Data: what was brought in and what was refused, collections, and where own counts and published differ."""

from dataclasses import dataclass
from pathlib import PurePath

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from bochiso.errors import BochisoError, ComputeError, StoreError
from bochiso.intake.figures.said_days import check_moments, disagreement
from bochiso.intake.result import Refusal
from bochiso.intake.sources import READERS, from_outside
from bochiso.intake.tables.column_choice import Choice, parse_column
from bochiso.office.dossiers import map_code
from bochiso.office.figures import import_figures, preview_import
from bochiso.periods import parse_day, parse_period
from bochiso.report.xlsx.refused_rows import refused_workbook
from bochiso.rules.file.parse import canonical
from bochiso.store.collection.run_log import CollectionRun, collection_runs
from bochiso.store.dossiers.code_mapping import Held, Mapped, Unmapped, mapped, unmapped
from bochiso.store.figures.collection_record import STATE_NAMES
from bochiso.store.figures.evidence import Evidence, NewReading, Reading
from bochiso.store.figures.identities import Identified
from bochiso.store.figures.preview import TakenColumn, level_line, raw_tables
from bochiso.store.figures.queries import Reconciled, reconciled
from bochiso.store.figures.snapshot_store import Added, Store, open_store, read_again
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.permissions import Action
from bochiso.store.people.settings import office_province
from bochiso.text import Text, now, say
from bochiso.web.core.page_services import PageServices

MOST_BYTES = 60 * 1024 * 1024
MOST_FILES = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSALS_SHOWN = 500
"""Refused rows that a page shows; the file has them all."""

KIND_NAMES = {
    "auto": Text("Tự nhận ra từ tệp", "Told by the file"),
    "points": Text("Điểm theo nhóm chỉ số, hoặc tổng điểm", "Points by group, or totals"),
    "rates": Text("Tỷ lệ theo nhóm chỉ số", "Rates by group"),
    "measures": Text("Tử số, mẫu số từng chỉ số", "Numerators and denominators"),
    "portal": Text("Tệp JSON của Cổng Dịch vụ công quốc gia", "JSON answers of the national portal"),
    "portal-archive": Text("Tệp JSON của Cổng trước năm 2026", "JSON rows of the portal before 2026"),
}
"""What a clerk may bring in on the page."""

OTHER_KINDS = {
    "measured": Text("Tự đo từ hồ sơ", "Measured from dossiers"),
}


@dataclass(frozen=True)
class DataPage:
    """Readings and collections, newest first; codes of dossiers that no list has, and those given to one."""

    readings: tuple[Reading, ...]
    runs: tuple[CollectionRun, ...]
    unmapped: tuple[Unmapped, ...]
    mapped: tuple[tuple[Mapped, Held], ...]
    refused: dict[int, int]
    fault: BochisoError | None = None


@dataclass(frozen=True)
class PreviewPage:
    """What an import would do: columns, levels in words, names that aren't sure."""

    columns: tuple[TakenColumn, ...]
    added: Added
    levels: tuple[Text, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class ReadingPage:
    """One reading: what it is, and the rows of it that couldn't be used."""

    reading: Reading
    rows: int
    refusals: tuple[Refusal, ...]
    notes: tuple[Text, ...]
    already: bool = False


def routes(services: PageServices) -> APIRouter:
    """The pages, the form that brings files in, and those that map codes."""
    router = APIRouter()
    folder = services.query_cache.folder

    @router.get("/du-lieu")
    def data(request: Request) -> Response:
        services.require(request, Action.SEE_DATA)
        return _listed(services, request)

    @router.post("/du-lieu")
    async def bring_in(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.upload(request, MOST_BYTES, MOST_FILES)
        files = [(name_of(each), await each.read()) for each in uploads(form)]
        fields = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
        await form.close()
        try:
            if fields.get("xem"):
                return await run_in_threadpool(_looked_at, services, request, fields, files)
            added = await run_in_threadpool(_add, services, services.by(request), fields, files)
        except BochisoError as error:
            return await run_in_threadpool(_listed, services, request, error)
        return await run_in_threadpool(_shown, services, request, added.seq, added.intake is None)

    router.include_router(_mapping_routes(services))

    @router.get("/du-lieu/{seq}")
    def reading(request: Request, seq: int) -> Response:
        services.require(request, Action.SEE_DATA)
        return _shown(services, request, seq)

    @router.get("/du-lieu/{seq}/tu-choi.xlsx")
    def refused_rows(request: Request, seq: int) -> Response:
        services.require(request, Action.SEE_DATA)
        reading, intake = read_again(folder, seq)
        manifest = reading.manifest
        files = Evidence(folder.evidence).files(reading)
        with from_outside():
            tables = raw_tables(manifest.kind, files, services.rules, manifest.choice)
        headers = {"Content-Disposition": f'attachment; filename="tu-choi-{seq}.xlsx"'}
        return Response(refused_workbook(tables, intake.refusals), media_type=XLSX, headers=headers)

    @router.get("/doi-chieu")
    def compared(request: Request) -> Response:
        services.require(request, Action.SEE_DATA)
        found, why = _reconciled(folder)
        return services.page(request, "reconciliation.html", found=found, why=why)

    return router


def _mapping_routes(services: PageServices) -> APIRouter:
    router = APIRouter()

    def given(request: Request, code: str, target: str | None, province: str | None) -> Response:
        try:
            map_code(services.backend, services.by(request), code, target, province)
        except BochisoError as error:
            return _listed(services, request, error)
        return services.redirect(request, "/du-lieu#ma")

    @router.post("/du-lieu/ghep")
    async def give(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)
        return await run_in_threadpool(
            given, request, form.get("ma", ""), form.get("vao", ""), form.get("tinh") or None
        )

    @router.post("/du-lieu/bo-ghep")
    async def take_back(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)
        return await run_in_threadpool(given, request, form.get("ma", ""), None, form.get("tinh") or None)

    return router


def _listed(services: PageServices, request: Request, fault: BochisoError | None = None) -> Response:
    folder = services.query_cache.folder
    try:
        readings = tuple(reversed(list(Evidence(folder.evidence).readings())))
        runs = tuple(reversed(collection_runs(folder)))
        refused = services.ask(request, _refused)
    except StoreError:
        readings, runs, refused = (), (), {}
    names = KIND_NAMES | OTHER_KINDS
    page = DataPage(readings, runs, *_codes(services), refused, fault)
    status = 422 if fault else 200
    return services.page(
        request, "data.html", status, page=page, kinds=names, offered=KIND_NAMES, states=STATE_NAMES
    )


def _shown(services: PageServices, request: Request, seq: int, already: bool = False) -> Response:
    reading, intake = read_again(services.query_cache.folder, seq)
    page = ReadingPage(reading, intake.rows, intake.refusals, tuple(intake.notes), already)
    return services.page(
        request, "reading.html", page=page, kinds=KIND_NAMES | OTHER_KINDS, most=REFUSALS_SHOWN
    )


def _refused(store: Store) -> dict[int, int]:
    """How many rows of each reading were refused, by its number."""
    return {each.seq: each.refused for each in store.readings}


def _codes(services: PageServices) -> tuple[tuple[Unmapped, ...], tuple[tuple[Mapped, Held], ...]]:
    """Codes that no list has, and those given to one; none where no dossiers were received."""
    try:
        with services.dossiers() as db:
            return tuple(unmapped(db)), tuple(mapped(db))
    except StoreError:
        return (), ()


def _looked_at(
    services: PageServices, request: Request, fields: dict[str, str], files: list[tuple[str, bytes]]
) -> Response:
    """What an import would do, on a page; nothing is kept."""
    new = _new_reading(services, fields, files)
    with from_outside():
        found = preview_import(services.backend, new, services.rules)
    asked = (Identified.OPEN, Identified.TWICE)
    page = PreviewPage(
        found.columns,
        found.added,
        tuple(level_line(each) for each in found.levels),
        tuple(each.name for each in found.added.identities if each.how in asked),
    )
    return services.page(request, "preview.html", page=page, most=REFUSALS_SHOWN)


def _new_reading(
    services: PageServices, fields: dict[str, str], files: list[tuple[str, bytes]]
) -> NewReading:
    """What the form says is to be kept. Raises where it can't be, or has to be asked about."""
    kind = fields.get("loai", "")
    if kind not in KIND_NAMES or kind not in READERS:
        raise ComputeError(say("chưa chọn loại số liệu.", "the kind of figures isn't chosen."))
    if not files:
        raise ComputeError(say("chưa chọn tệp nào.", "no file was chosen."))
    day, at = parse_day(fields.get("ngay", "")), now()
    period = parse_period(fields["ky"]) if fields.get("ky") else None
    if not fields.get("chac") and not kind.startswith("portal"):
        with from_outside():
            asked = disagreement(files, day, period)
        if asked:
            raise asked
    return NewReading(
        kind,
        files,
        as_of=day,
        period=period or parse_period(str(day.year)),
        label=fields.get("nhan") or None,
        rules_text=canonical(services.rules),
        read_at=check_moments(day, None, at),
        choice=_choice(fields),
        province=office_province(services.query_cache.folder),
    )


def _add(services: PageServices, by: By, fields: dict[str, str], files: list[tuple[str, bytes]]) -> Added:
    new = _new_reading(services, fields, files)
    with from_outside():
        return import_figures(services.backend, by, new)


def _choice(fields: dict[str, str]) -> Choice:
    """The sheet and the columns that the person chose, a column a line."""
    lines = fields.get("cot", "").splitlines()
    columns = tuple(parse_column(line) for line in lines if line.strip())
    return Choice(fields.get("trang") or None, columns)


def uploads(form: FormData) -> list[UploadFile]:
    """The files of a form."""
    return [each for each in form.getlist("tep") if isinstance(each, UploadFile) and each.filename]


def name_of(upload: UploadFile) -> str:
    """The file's own name, without the folders that some browsers put before it."""
    return PurePath((upload.filename or "").replace("\\", "/")).name[:200]


def _reconciled(folder: DataFolder) -> tuple[Reconciled | None, Text | None]:
    """Own counts beside published ones; why not, where that isn't possible."""
    try:
        with open_store(folder, measured=True) as own, open_store(folder, measured=False) as published:
            return reconciled(own, published, None, None), None
    except BochisoError as error:
        return None, error.what
