"""Publishing: an officer decides that a snapshot is public; it stays as it was then."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError, StoreError
from bochiso.office.publication_decisions import approve, propose, reject, withdraw
from bochiso.store.decisions.publications import (
    STATE_NAMES,
    Publication,
    VersionKind,
    VersionState,
    in_force,
    public_versions,
    publications,
)
from bochiso.store.figures.snapshot_store import Snapshot, open_store
from bochiso.store.people.permissions import Action
from bochiso.store.people.settings import read_settings
from bochiso.store.snapshots.snapshot_selection import find_snapshot
from bochiso.text import Text, say
from bochiso.web.core.day_choice import all_snapshots
from bochiso.web.core.page_services import PageServices


@dataclass(frozen=True)
class PublishingPage:
    """What is public, what waits for approval, what could be proposed, and every version that was."""

    public: tuple[Publication, ...]
    waiting: tuple[Publication, ...]
    versions: tuple[Publication, ...]
    snapshots: tuple[Snapshot, ...]
    approval_required: bool
    done: Text | None = None
    fault: BochisoError | None = None

    def published(self, snapshot: Snapshot) -> Publication | None:
        """The version of a snapshot that the public reads."""
        wanted = (snapshot.as_of, snapshot.period)
        return next((p for p in self.public if (p.snapshot.as_of, p.snapshot.period) == wanted), None)


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
        page = PublishingPage(
            tuple(in_force(public_versions(services.ledger))),
            tuple(each for each in found if each.state is VersionState.PROPOSED),
            tuple(found),
            snapshots,
            read_settings(services.ledger).approval_required,
            DONE.get(request.query_params.get("xong", "")),
            fault,
        )
        return services.page(request, "publishing.html", 422 if fault else 200, page=page, states=STATE_NAMES)

    @router.get("/cong-bo")
    def page(request: Request) -> Response:
        services.require(request, Action.PUBLISH)
        return shown(request)

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
        with open_store(services.query_cache.folder) as store:
            return _done(propose(services.ledger, by, store, find_snapshot(store, period, day), words))
    number = _number(form.get("so", ""))
    if what == "duyet":
        with open_store(services.query_cache.folder) as store:
            return _done(approve(services.ledger, by, store, number))
    if what == "tu-choi":
        return "rut" if reject(services.ledger, by, number, words).proposed.by == by.who else "tu-choi"
    if what == "go":
        return _done(withdraw(services.ledger, by, number, words))
    raise ComputeError(say("không rõ việc cần làm.", "it isn't clear what to do."))


def _done(made: Publication) -> str:
    """What came of a proposal; the answer's key in DONE."""
    if made.state is VersionState.PUBLISHED:
        return "cong-bo" if made.kind is VersionKind.FIGURES else "go"
    return "de-xuat" if made.kind is VersionKind.FIGURES else "de-xuat-go"


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ComputeError(say("không có đề xuất này.", "there is no such proposal."))
    return int(text)
