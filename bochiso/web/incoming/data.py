"""Data: what was brought in and what was refused, collections, and where own counts and published differ."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, StoreError
from bochiso.intake.result import NothingUsableError, Refusal
from bochiso.intake.sources import from_outside, read_source
from bochiso.office.dossiers import map_code
from bochiso.office.figures import import_figures, preview_import, withdraw_readings
from bochiso.report.xlsx.refused_rows import refused_workbook
from bochiso.store.collection.run_log import CollectionRun, collection_runs
from bochiso.store.decisions.withdrawals import Withdrawal, withdrawals
from bochiso.store.dossiers.code_mapping import UNIT, Held, Mapped, Unmapped, mapped, unmapped
from bochiso.store.figures.collection_record import STATE_NAMES
from bochiso.store.figures.evidence import Evidence, Reading
from bochiso.store.figures.identities import Identified, withdrawn_readings
from bochiso.store.figures.snapshot_store import Added, Store, open_store, read_again
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.permissions import Action
from bochiso.store.snapshots.preview import TakenColumn, level_line, raw_tables
from bochiso.store.snapshots.queries import Reconciled, reconciled
from bochiso.text import Text
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.unit_choices import known_units, meant_unit, offered
from bochiso.web.incoming.kept_uploads import KeptUpload, KeptUploads
from bochiso.web.incoming.upload_form import (
    FIELDS,
    KIND_NAMES,
    column_choices,
    fields_of,
    files_of,
    new_reading,
)

MOST_BYTES = 60 * 1024 * 1024
MOST_FILES = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSALS_SHOWN = 500
"""Refused rows that a page shows; the file has them all."""

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
    withdrawn: frozenset[int]
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
    withdrawn: Withdrawal | None = None
    fault: BochisoError | None = None


def routes(services: PageServices) -> APIRouter:
    """The pages, the form that brings files in, and those that map codes."""
    router = APIRouter()
    folder = services.query_cache.folder
    uploads = KeptUploads()

    @router.get("/du-lieu")
    def data(request: Request) -> Response:
        services.require(request, Action.SEE_DATA)
        return _listed(services, request)

    @router.post("/du-lieu")
    async def bring_in(request: Request) -> Response:
        session = (await run_in_threadpool(services.require, request, Action.IMPORT)).csrf
        form = await services.upload(request, MOST_BYTES, MOST_FILES)
        files, fields = await files_of(form), fields_of(form)
        await form.close()
        if chosen := fields.pop("chon", ""):
            fields |= {"cot": f"{fields.get('cot', '')}\n{chosen}".strip(), "xem": "1"}
        before = None if files else uploads.get(session, fields.get("giu", ""))
        kept = uploads.keep(session, fields, files or (before.files if before else []))
        try:
            if fields.get("xem"):
                return await run_in_threadpool(_looked_at, services, request, kept)
            added = await run_in_threadpool(_add, services, services.by(request), fields, kept.files)
        except BochisoError as error:
            return await run_in_threadpool(_listed, services, request, error, kept)
        uploads.forget(session)
        return await run_in_threadpool(_shown, services, request, added.seq, added.intake is None)

    @router.get("/du-lieu/giu/{token}/tu-choi.xlsx")
    def refused_before(request: Request, token: str) -> Response:
        session = services.require(request, Action.IMPORT).csrf
        kept = uploads.get(session, token)
        return services.missing(request) if kept is None else _refused_of(services, kept)

    @router.get("/du-lieu/ghep")
    @router.get("/du-lieu/bo-ghep")
    def codes(request: Request) -> Response:
        services.require(request, Action.SEE_DATA)
        return services.redirect(request, "/du-lieu#ma")

    router.include_router(_mapping_routes(services))
    router.include_router(_withdrawal_routes(services))

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
        return _workbook(refused_workbook(tables, intake.refusals), f"tu-choi-{seq}.xlsx")

    @router.get("/doi-chieu")
    def compared(request: Request) -> Response:
        services.require(request, Action.SEE_DATA)
        found, why = _reconciled(folder)
        measured = request.query_params.get("da-do", "")
        return services.page(
            request, "reconciliation.html", found=found, why=why,
            measured=int(measured) if measured.isascii() and measured.isdigit() else None,
        )  # fmt: skip

    return router


def _workbook(body: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=XLSX, headers=headers)


def _refused_of(services: PageServices, kept: KeptUpload) -> Response:
    """The rows of kept files that would be refused."""
    fields = kept.fields | {"chac": "1"}
    new = new_reading(services.query_cache.folder, services.rules, fields, kept.files)
    with from_outside():
        intake = read_source(new.kind, new.files, services.rules, new.choice)
        tables = raw_tables(new.kind, new.files, services.rules, new.choice)
    return _workbook(refused_workbook(tables, intake.refusals), "tu-choi.xlsx")


def _withdrawal_routes(services: PageServices) -> APIRouter:
    router = APIRouter()

    def withdrawn(request: Request, seq: int, because: str) -> Response:
        try:
            withdraw_readings(services.backend, services.by(request), [seq], because)
        except BochisoError as error:
            return _shown(services, request, seq, fault=error)
        return services.redirect(request, f"/du-lieu/{seq}")

    @router.post("/du-lieu/{seq}/rut")
    async def withdraw(request: Request, seq: int) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)
        return await run_in_threadpool(withdrawn, request, seq, form.get("ly-do", ""))

    return router


def _mapping_routes(services: PageServices) -> APIRouter:
    router = APIRouter()

    def given(
        request: Request, code: str, target: str | None, province: str | None, kind: str = ""
    ) -> Response:
        try:
            if kind == UNIT and target:
                target = meant_unit(target, known_units(services, request))
            map_code(services.backend, services.by(request), code, target, province)
        except BochisoError as error:
            return _listed(services, request, error)
        return services.redirect(request, f"/du-lieu?xong={'gan' if target else 'bo'}#ma")

    @router.post("/du-lieu/ghep")
    async def give(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)
        return await run_in_threadpool(
            given, request, form.get("ma", ""), form.get("vao", ""), form.get("tinh") or None,
            form.get("loai", ""),
        )  # fmt: skip

    @router.post("/du-lieu/bo-ghep")
    async def take_back(request: Request) -> Response:
        await services.enter(request, Action.IMPORT)
        form = await services.form(request)
        return await run_in_threadpool(given, request, form.get("ma", ""), None, form.get("tinh") or None)

    return router


def _listed(
    services: PageServices,
    request: Request,
    fault: BochisoError | None = None,
    kept: KeptUpload | None = None,
) -> Response:
    folder = services.query_cache.folder
    try:
        readings = tuple(reversed(list(Evidence(folder.evidence).readings())))
        runs = tuple(reversed(collection_runs(folder)))
        refused = services.ask(request, _refused)
    except StoreError:
        readings, runs, refused = (), (), {}
    names = KIND_NAMES | OTHER_KINDS
    withdrawn = withdrawn_readings(folder)
    page = DataPage(readings, runs, *_codes(services), refused, withdrawn, fault)
    status = 422 if fault else 200
    useless = isinstance(fault, NothingUsableError) and bool(fault.intake.refusals)
    return services.page(
        request, "data.html", status, page=page, kinds=names, offered=KIND_NAMES, states=STATE_NAMES,
        kept=kept, useless=useless, choices=column_choices(fault), collects=services.desk is not None,
        done=request.query_params.get("xong", ""),
        desk=services.desk.state if services.desk else None,
        offered_units=offered(known_units(services, request)),
    )  # fmt: skip


def _shown(
    services: PageServices,
    request: Request,
    seq: int,
    already: bool = False,
    fault: BochisoError | None = None,
) -> Response:
    reading, intake = read_again(services.query_cache.folder, seq)
    withdrawn = next((each for each in withdrawals(services.ledger) if each.seq == seq), None)
    page = ReadingPage(reading, intake.rows, intake.refusals, tuple(intake.notes), already, withdrawn, fault)
    return services.page(
        request, "reading.html", 422 if fault else 200, page=page, kinds=KIND_NAMES | OTHER_KINDS,
        most=REFUSALS_SHOWN,
    )  # fmt: skip


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


def _looked_at(services: PageServices, request: Request, kept: KeptUpload) -> Response:
    """What an import would do, on a page; nothing is kept but the files, for a while."""
    new = new_reading(services.query_cache.folder, services.rules, kept.fields, kept.files)
    with from_outside():
        found = preview_import(services.backend, new, services.rules)
    asked = (Identified.OPEN, Identified.TWICE)
    page = PreviewPage(
        found.columns,
        found.added,
        tuple(level_line(each) for each in found.levels),
        tuple(each.name for each in found.added.identities if each.how in asked),
    )
    return services.page(request, "preview.html", page=page, most=REFUSALS_SHOWN, kept=kept, fields=FIELDS)


def _add(services: PageServices, by: By, fields: dict[str, str], files: list[tuple[str, bytes]]) -> Added:
    new = new_reading(services.query_cache.folder, services.rules, fields, files)
    with from_outside():
        return import_figures(services.backend, by, new)


def _reconciled(folder: DataFolder) -> tuple[Reconciled | None, Text | None]:
    """Own counts beside published ones; why not, where that isn't possible."""
    try:
        with open_store(folder, measured=True) as own, open_store(folder, measured=False) as published:
            return reconciled(own, published, None, None), None
    except BochisoError as error:
        return None, error.what
