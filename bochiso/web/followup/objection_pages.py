"""Objections before a publication: the office opens figures to units, they object, the office decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.objections import (
    OBJECTION_STATES,
    REMEDY_NAMES,
    ClaimEffect,
    FigureClaim,
    Objection,
    ObjectionRemedy,
    ObjectionState,
    UnitPreview,
    effect_of,
)
from bochiso.office.followup import objection_deeds
from bochiso.periods import parse_day, parse_period
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.store.decisions.publications import in_force, public_versions
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.snapshot_store import Snapshot, Store, open_store
from bochiso.store.followup.objection_register import (
    MOST_BYTES,
    Filing,
    accepted,
    find_preview,
    objection_file,
    objections,
    previews,
)
from bochiso.store.people.permissions import Action
from bochiso.store.snapshots.queries import view
from bochiso.store.snapshots.snapshot_selection import find_snapshot
from bochiso.text import Text, now, say
from bochiso.units.codes import normalise_code
from bochiso.units.names import short_name
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.day_choice import all_snapshots
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import as_csv
from bochiso.web.core.template_context import SECURITY, address_of
from bochiso.web.followup.explanation_pages import may_answer, require_answer

PAGE = "/kien-nghi"
WORKING_DAYS = 3
"""How long a preview is open where the office says nothing else."""


@dataclass(frozen=True)
class PreviewsPage:
    """Every preview with how many objections it has, and for the office what could be opened."""

    previews: tuple[tuple[UnitPreview, int, int], ...]
    snapshots: tuple[Snapshot, ...]
    last_day: date
    today: date
    fault: BochisoError | None = None


@dataclass(frozen=True)
class ShownObjection:
    """An objection with what it would change."""

    objection: Objection
    name: str
    what: Text
    effect: ClaimEffect


@dataclass(frozen=True)
class UnitPreviewPage:
    """One preview: the reader's own unit's figures and those of its level; objections that they may see."""

    preview: UnitPreview
    rules: RuleSet
    own: Standing | None
    level: LevelStandings | None
    objections: tuple[ShownObjection, ...]
    together: ClaimEffect
    open: bool
    may_file: bool
    published: bool
    typed: dict[str, str]
    fault: BochisoError | None = None

    @property
    def corrections(self) -> bool:
        """Whether any was accepted to be corrected here."""
        return any(each.objection.remedy is ObjectionRemedy.CORRECTION for each in self.objections)

    def what(self, code: str) -> Text:
        """An indicator or group in words."""
        return what_of(code, self.rules)


def what_of(code: str, rules: RuleSet) -> Text:
    """An indicator with its number, or a group."""
    if code in rules.indicator:
        number = rules.indicator[code].number
        return say("{number} {name}", "{number} {name}", number=number, name=rules.label(code))
    return rules.label(code) if code in rules.group else say("{code}", "{code}", code=code)


def routes(services: PageServices) -> APIRouter:
    """The previews, one of them, its forms and files."""
    router = APIRouter()

    @router.get(PAGE)
    def listed(request: Request) -> Response:
        return _previews(services, request)

    @router.post(PAGE)
    async def open_one(request: Request) -> Response:
        await services.enter(request, Action.PUBLISH)
        form = await services.form(request)
        try:
            made = await run_in_threadpool(_open, services, request, form)
        except ComputeError as error:
            return await run_in_threadpool(_previews, services, request, error)
        return services.redirect(request, f"{PAGE}/{made.number}")

    @router.get(PAGE + "/{number}")
    def one(request: Request, number: int) -> Response:
        return _preview(services, request, number)

    @router.post(PAGE + "/{number}")
    async def decide(request: Request, number: int) -> Response:
        await services.enter(request, Action.PUBLISH)
        form = await services.form(request)
        try:
            await run_in_threadpool(_decide, services, request, number, form)
        except ComputeError as error:
            return await run_in_threadpool(_preview, services, request, number, {}, error)
        return services.redirect(request, f"{PAGE}/{number}")

    @router.post(PAGE + "/{number}/gui")
    async def file_one(request: Request, number: int) -> Response:
        await run_in_threadpool(_reader, services, request)
        found = await services.upload(request, MOST_BYTES + 100_000, 1)
        sent = found.get("tep")
        data = await sent.read() if isinstance(sent, UploadFile) and sent.filename else None
        name = (sent.filename or "") if isinstance(sent, UploadFile) else ""
        form = {key: value for key, value in found.items() if isinstance(value, str)}
        await found.close()
        try:
            await run_in_threadpool(_file, services, request, number, form, (name, data))
        except ComputeError as error:
            return await run_in_threadpool(_preview, services, request, number, form, error)
        return services.redirect(request, f"{PAGE}/{number}")

    @router.get(PAGE + "/{number}/tep/{objection}")
    def attached(request: Request, number: int, objection: int) -> Response:
        person = _reader(services, request)
        found, data = objection_file(services.ledger, objection)
        if found.preview != number or not person.may(Action.SEE_DOSSIERS, found.claim.unit):
            return services.missing(request)
        end = found.file_name.rpartition(".")[2].lower()
        return _answer(data, f"kien-nghi-{objection}.{end}", "application/octet-stream")

    @router.get(PAGE + "/{number}/sua-tai-nguon.csv")
    def upstream(request: Request, number: int) -> Response:
        services.require(request, Action.PUBLISH)
        preview, snapshot = find_preview(services.ledger, number)
        rules, names = services.query_cache.ask(None, _rules_and_names, snapshot)
        lang = address_of(request).lang
        rows = [
            {
                "TT": place, "Mã đơn vị": each.claim.unit, "Đơn vị": names.get(each.claim.unit, ""),
                "Chỉ số": what_of(each.claim.what, rules).render(lang), "Số liệu ngày": preview.as_of,
                "Tử số đúng": each.claim.numerator, "Mẫu số đúng": each.claim.denominator,
                "Điểm đúng": each.claim.points, "Hồ sơ, thủ tục": "; ".join(each.items), "Lý do": each.reason,
                "Kết luận của Văn phòng": each.because,
            }
            for place, each in enumerate(
                accepted(objections(services.ledger, number), ObjectionRemedy.UPSTREAM), start=1
            )
        ]  # fmt: skip
        return _answer(as_csv(rows), f"sua-tai-nguon-{number}.csv", "text/csv; charset=utf-8")

    return router


def _answer(body: bytes, name: str, kind: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        **SECURITY,
    }
    return Response(body, headers=headers, media_type=kind)


def _reader(services: PageServices, request: Request) -> SignedIn:
    own = services.person_of(request)
    return services.require(request, Action.SEE_DOSSIERS, own.unit if own else None)


def _previews(services: PageServices, request: Request, fault: BochisoError | None = None) -> Response:
    person, today = _reader(services, request), day_of(now())
    every = [each for each in objections(services.ledger) if person.may(Action.SEE_DOSSIERS, each.claim.unit)]
    found = []
    for preview in previews(services.ledger):
        mine = [each for each in every if each.preview == preview.number]
        found.append((preview, len(mine), sum(each.state is ObjectionState.OPEN for each in mine)))
    may = person.may(Action.PUBLISH)
    snapshots = services.query_cache.ask(None, all_snapshots) if may else ()
    with services.dossiers() as db:
        calendar = calendar_of(db).of(services.home())
    page = PreviewsPage(
        tuple(found), snapshots[:30], calendar.add_working_days(today, WORKING_DAYS), today, fault
    )
    return services.page(request, "objections.html", 422 if fault else 200, page=page)


def _open(services: PageServices, request: Request, form: dict[str, str]) -> UnitPreview:
    period, _, day = form.get("ky", "").partition("/")
    last = form.get("han", "")
    if not last:
        raise ComputeError(say("chưa ghi hạn kiến nghị.", "the last day lacks."))
    with open_store(services.query_cache.folder) as store:
        snapshot = find_snapshot(store, parse_period(period).code, day)
        return objection_deeds.open_preview(
            services.backend, services.by(request), store, snapshot, parse_day(last), form.get("ghi-chu", "")
        )


def _rules_and_names(store: Store, snapshot: Snapshot) -> tuple[RuleSet, dict[str, str]]:
    return store.rules(snapshot), {each.code: short_name(each.name) for each in store.units(snapshot)}


def _effect(store: Store, snapshot: Snapshot, claims: Sequence[FigureClaim]) -> ClaimEffect:
    rules = store.rules(snapshot)
    return effect_of(store.figures(snapshot, rules), claims, rules)


def _standing(
    store: Store, snapshot: Snapshot, unit: str | None
) -> tuple[Standing | None, LevelStandings | None]:
    """A unit's own standing and the table of its level."""
    found = view(store, snapshot).standings
    own = found.find(unit) if unit else None
    return own, None if own is None else found.peers(own.score.unit)


def _preview(
    services: PageServices, request: Request, number: int, typed: dict[str, str] | None = None,
    fault: BochisoError | None = None,
) -> Response:  # fmt: skip
    person, today = _reader(services, request), day_of(now())
    preview, snapshot = find_preview(services.ledger, number)
    ask = services.query_cache.ask
    asked = normalise_code(request.query_params.get("don-vi", ""))
    wanted = asked if asked and person.may(Action.SEE_DOSSIERS, asked) else person.unit
    own, level = ask(None, _standing, snapshot, wanted)
    rules, names = ask(None, _rules_and_names, snapshot)
    mine = [
        each for each in objections(services.ledger, number)
        if person.may(Action.SEE_DOSSIERS, each.claim.unit)
    ]  # fmt: skip
    shown = tuple(
        ShownObjection(
            each, names.get(each.claim.unit, each.claim.unit), what_of(each.claim.what, rules),
            ask(None, _effect, snapshot, (each.claim,)),
        )
        for each in mine
    )  # fmt: skip
    agreed = tuple(each.claim for each in mine if each.state is ObjectionState.ACCEPTED)
    together = ask(None, _effect, snapshot, agreed) if agreed else ClaimEffect(())
    takes = preview.takes(today)
    page = UnitPreviewPage(
        preview, rules, own, level, shown, together, takes,
        bool(takes and own and may_answer(person, wanted)), _is_public(services, preview),
        typed or {}, fault,
    )  # fmt: skip
    return services.page(
        request, "preview-figures.html", 422 if fault else 200, page=page, states=OBJECTION_STATES,
        remedies=REMEDY_NAMES, names=names, short=short_name,
    )  # fmt: skip


def _is_public(services: PageServices, preview: UnitPreview) -> bool:
    identity = preview.as_of, preview.period, preview.measured
    return any(each.identity == identity for each in in_force(public_versions(services.ledger)))


def _file(
    services: PageServices, request: Request, number: int, form: dict[str, str],
    sent: tuple[str, bytes | None],
) -> None:  # fmt: skip
    """Keep an objection of a form. Raises ComputeError, WebError for who may not."""
    unit = normalise_code(form.get("don-vi", ""))
    require_answer(services, request, unit)
    items = [each.strip()[:60] for each in form.get("ho-so", "").replace(",", "\n").splitlines()]
    claim = FigureClaim(
        unit, form.get("chi-so", ""), _whole(form.get("tu-so", "")), _whole(form.get("mau-so", "")),
        _points(form.get("diem", "")),
    )  # fmt: skip
    filing = Filing(claim, form.get("ly-do", ""), tuple(each for each in items if each)[:2000], *sent)
    with open_store(services.query_cache.folder) as store:
        objection_deeds.file_objection(services.backend, services.by(request), store, number, filing)


def _whole(text: str) -> int | None:
    plain = text.strip().replace(".", "")
    if plain and not (plain.isascii() and plain.isdecimal() and len(plain) <= 12):
        raise ComputeError(
            say("“{text}” không phải số nguyên.", "“{text}” is no whole number.", text=text[:40])
        )
    return int(plain) if plain else None


def _points(text: str) -> Decimal | None:
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found != round(found, 2):
        raise ComputeError(say("“{text}” không phải số điểm.", "“{text}” are no points.", text=text[:40]))
    return found


def _decide(services: PageServices, request: Request, number: int, form: dict[str, str]) -> Any:
    """Decide on an objection, close the preview, or make the corrected figures. Raises ComputeError."""
    backend, by, what = services.backend, services.by(request), form.get("viec", "")
    if what == "dong":
        return objection_deeds.close_preview(backend, by, number)
    if what == "dinh-chinh":
        with open_store(services.query_cache.folder) as store:
            return objection_deeds.correct(backend, by, store, number)
    one = _whole(form.get("so", ""))
    remedies = {"tai-nguon": ObjectionRemedy.UPSTREAM, "o-day": ObjectionRemedy.CORRECTION, "khong": None}
    if one is None or what not in remedies:
        raise ComputeError(say("không rõ việc cần làm.", "it isn't clear what to do."))
    return objection_deeds.decide_objection(backend, by, one, remedies[what], form.get("ly-do", ""))
