"""Publishing: an officer decides that a snapshot is public; it stays as it was then."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, StoreError
from bochiso.followup.objections import ObjectionState
from bochiso.office.publication_decisions import approve, propose, reject, withdraw
from bochiso.score.ranking import LevelStandings
from bochiso.store.decisions.publications import (
    STATE_NAMES,
    Publication,
    VersionKind,
    VersionState,
    find_publication,
    in_force,
    public_versions,
    publications,
)
from bochiso.store.decisions.snapshot_differences import UnitDifference, snapshot_differences
from bochiso.store.figures.snapshot_store import Snapshot, Store, open_store
from bochiso.store.followup.objection_register import objections
from bochiso.store.people.accounts import accounts
from bochiso.store.people.permissions import Action
from bochiso.store.people.settings import read_settings
from bochiso.store.snapshots.queries import view
from bochiso.store.snapshots.snapshot_selection import find_snapshot
from bochiso.text import Text, say
from bochiso.units.model import LEVEL_NAMES
from bochiso.web.core.day_choice import all_snapshots
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import address_of
from bochiso.web.core.visible_snapshots import gives_measured, seal_holds


@dataclass(frozen=True)
class SealedFigures:
    """A proposal's figures as they were sealed, held against what the public reads and what there is now.

    `whole`: whether they can still be given as they were sealed. `against_public`, `against_present`: what
    differs; None where there is nothing to hold them against.
    """

    proposal: Publication
    whole: bool
    public: Publication | None
    present: Snapshot | None
    against_public: tuple[UnitDifference, ...] | None
    against_present: tuple[UnitDifference, ...] | None
    levels: tuple[LevelStandings, ...]


@dataclass(frozen=True)
class PublishingPage:
    """What is public, what waits for approval, what could be proposed, and every version that was.

    `undecided`: objections of units that nobody has decided on.
    """

    public: tuple[Publication, ...]
    waiting: tuple[Publication, ...]
    versions: tuple[Publication, ...]
    snapshots: tuple[Snapshot, ...]
    approval_required: bool
    differing: dict[Snapshot, int]
    sealed: dict[int, SealedFigures]
    measured: bool
    undecided: int = 0
    done: Text | None = None
    fault: BochisoError | None = None

    def published(self, snapshot: Snapshot) -> Publication | None:
        """The version of a snapshot that the public reads."""
        wanted = (snapshot.as_of, snapshot.period.code, self.measured)
        return next((p for p in self.public if p.identity == wanted), None)

    def waits(self, snapshot: Snapshot) -> Publication | None:
        """The proposal of a snapshot's day that waits to be decided on."""
        wanted = (snapshot.as_of, snapshot.period.code, self.measured)
        return next((p for p in self.waiting if p.identity == wanted), None)


DONE = {
    "de-xuat": say(
        "Đã ghi đề xuất công bố; chờ một cán bộ khác duyệt.", "Proposed; another officer is to approve it."
    ),
    "de-xuat-go": say(
        "Đã ghi đề xuất gỡ công bố; chờ một cán bộ khác duyệt.",
        "Its withdrawal is proposed; another officer is to approve it.",
    ),
    "cong-bo": say("Đã công bố.", "Published."),
    "go": say("Đã gỡ công bố.", "Withdrawn."),
    "tu-choi": say("Đã từ chối đề xuất.", "The proposal was rejected."),
    "rut": say("Đã rút đề xuất.", "The proposal was taken back."),
}


def routes(services: PageServices) -> APIRouter:
    """The page and what its forms do."""
    router = APIRouter()

    def shown(request: Request, fault: BochisoError | None = None) -> Response:
        found = publications(services.ledger)
        try:
            snapshots = services.ask(request, all_snapshots)
        except StoreError:
            snapshots = ()
        public = tuple(in_force(public_versions(services.ledger)))
        waiting = tuple(each for each in found if each.state is VersionState.PROPOSED)
        page = PublishingPage(
            public,
            waiting,
            tuple(found),
            snapshots,
            read_settings(services.ledger).approval_required,
            _differing(services, request, snapshots, public),
            {each.id: sealed_figures(services, each, public) for each in waiting},
            services.figures_at(request).ask(None, gives_measured),
            sum(each.state is ObjectionState.OPEN for each in objections(services.ledger)),
            DONE.get(request.query_params.get("xong", "")),
            fault,
        )
        return services.page(
            request,
            "publishing.html",
            422 if fault else 200,
            page=page,
            states=STATE_NAMES,
            seen_as=seen_as,
            people=_people(services),
        )

    @router.get("/cong-bo")
    def page(request: Request) -> Response:
        services.require(request, Action.PUBLISH)
        return shown(request)

    @router.get("/cong-bo/{number:int}")
    def proposal(request: Request, number: int) -> Response:
        services.require(request, Action.PUBLISH)
        public = tuple(in_force(public_versions(services.ledger)))
        found = sealed_figures(services, find_publication(services.ledger, number), public)
        return services.page(
            request,
            "proposal.html",
            page=found,
            states=STATE_NAMES,
            names=LEVEL_NAMES,
            rules=services.rules,
            people=_people(services),
        )

    @router.post("/cong-bo")
    async def decide(request: Request) -> Response:
        await services.enter(request, Action.PUBLISH)
        form = await services.form(request)
        try:
            done = await run_in_threadpool(_decide, services, request, form)
            return services.redirect(request, f"/cong-bo?xong={done}")
        except ComputeError as error:
            return await run_in_threadpool(shown, request, error)

    return router


def _decide(services: PageServices, request: Request, form: dict[str, str]) -> str:
    """Do what a form asks; the answer's key in DONE."""
    by, words = services.by(request), form.get("ly-do", "")
    what = form.get("viec", "")
    if what == "de-xuat":
        period, _, day = form.get("ky", "").partition("/")
        with open_store(services.query_cache.folder, address_of(request).measured or None) as store:
            snapshot = find_snapshot(store, period, day)
            _check_seen(snapshot, form.get("ban", ""))
            return _done(propose(services.ledger, by, store, snapshot, words))
    number = _number(form.get("so", ""))
    if what == "duyet":
        measured = find_publication(services.ledger, number).measured
        with open_store(services.query_cache.folder, measured) as store:
            return _done(approve(services.ledger, by, store, number))
    if what == "tu-choi":
        return "rut" if reject(services.ledger, by, number, words).proposed.by == by.who else "tu-choi"
    if what == "go":
        return _done(withdraw(services.ledger, by, number, words))
    raise ComputeError(say("không rõ việc cần làm.", "it isn't clear what to do."))


def _people(services: PageServices) -> dict[str, str]:
    """The names of people by their accounts."""
    return {each.name: each.profile.display for each in accounts(services.ledger) if each.profile.display}


def _check_seen(snapshot: Snapshot, seen: str) -> None:
    """Refuse figures that came in after the page was opened: nobody has looked at them."""
    if seen and seen != seen_as(snapshot):
        raise ComputeError(
            say(
                "số liệu ngày {day} đã thay đổi từ lúc mở trang.",
                "the figures of {day} changed since the page was opened.",
                day=snapshot.as_of,
            ),
            do=say("Xem lại số liệu rồi công bố.", "Look at them again, then publish."),
        )


def seen_as(snapshot: Snapshot) -> str:
    """What a form carries so that what is published is what was seen."""
    return "-".join(map(str, snapshot.seqs))


def sealed_figures(
    services: PageServices, proposal: Publication, public: Sequence[Publication]
) -> SealedFigures:
    """A proposal held against the version in force of its day and against the present figures."""
    day = proposal.snapshot.as_of, proposal.snapshot.period
    before = next((p for p in public if p.identity == proposal.identity and p.id != proposal.id), None)
    figures = services.query_cache.own if proposal.measured else services.query_cache
    whole = bool(figures.ask(None, seal_holds, proposal))
    known = figures.ask(None, all_snapshots)
    present = next((each for each in known if (each.as_of, each.period) == day), None)

    def against(other: Snapshot | None) -> tuple[UnitDifference, ...] | None:
        if other is None or not whole:
            return None
        return figures.ask(None, snapshot_differences, other, proposal.snapshot)

    levels = figures.ask(None, _levels, proposal.snapshot) if whole else ()
    return SealedFigures(
        proposal,
        whole,
        before,
        present,
        against(before.snapshot if before else None),
        against(present),
        levels,
    )


def _levels(store: Store, snapshot: Snapshot) -> tuple[LevelStandings, ...]:
    return view(store.restricted_to((snapshot,)), snapshot).standings.tables


def _differing(
    services: PageServices, request: Request, snapshots: Sequence[Snapshot], public: Sequence[Publication]
) -> dict[Snapshot, int]:
    """Days whose present figures aren't those that the public reads, with how many units differ."""
    found: dict[Snapshot, int] = {}
    figures = services.figures_at(request)
    measured = figures.ask(None, gives_measured)
    for each in public:
        if each.measured != measured:
            continue
        day = each.snapshot.as_of, each.snapshot.period
        now = next((s for s in snapshots if (s.as_of, s.period) == day), None)
        if now is None or now.seqs == each.snapshot.seqs or not figures.ask(None, seal_holds, each):
            continue
        differing = figures.ask(None, snapshot_differences, each.snapshot, now)
        if n := sum(not one.rank_only for one in differing):
            found[now] = n
    return found


def _done(made: Publication) -> str:
    """What came of a proposal; the answer's key in DONE."""
    if made.state is VersionState.PUBLISHED:
        return "cong-bo" if made.kind is VersionKind.FIGURES else "go"
    return "de-xuat" if made.kind is VersionKind.FIGURES else "de-xuat-go"


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ComputeError(say("không có đề xuất này.", "there is no such proposal."))
    return int(text)
