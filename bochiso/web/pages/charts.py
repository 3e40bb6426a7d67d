"""Charts as pictures of their own: the same definitions as in documents; the pages have their tables."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.report.charts.process import CHANGES, GROUPS, TREND
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.history import history
from bochiso.store.snapshots.queries import ExplainedUnit, explained
from bochiso.store.snapshots.snapshot_selection import PREVIOUS
from bochiso.text import Lang, Text
from bochiso.web.core.day_choice import as_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of

if TYPE_CHECKING:
    from bochiso.report.charts.theme import Chart

Draw = Callable[[Store, ExplainedUnit, Lang], "Chart"]


def _trend(store: Store, found: ExplainedUnit, lang: Lang) -> "Chart":
    from bochiso.report.charts import definitions  # Altair: only where something is drawn

    code, last = found.standing.score.unit.code, found.after.snapshot
    known = [
        definitions.TrendPoint(p.day, last.period.code, p.standing, p.era) for p in history(store, code, last)
    ]
    return definitions.trend(known, lang)


def _boxes(_: Store, found: ExplainedUnit, lang: Lang) -> "Chart":
    from bochiso.report.charts import definitions

    peers = found.after.standings.peers(found.standing.score.unit)
    return definitions.boxes(found.standing, found.after.rules, lang, peers)


def _changes(_: Store, found: ExplainedUnit, lang: Lang) -> "Chart":
    from bochiso.report.charts import definitions

    if found.change is None:
        raise ComputeError(Text("chưa có kỳ trước để so sánh.", "there is nothing before to compare with."))
    if not found.change.one_scale:
        raise ComputeError(
            Text(
                "nguồn đã đổi cách tính điểm giữa hai kỳ.",
                "the source changed how it scores between them.",
            )
        )
    return definitions.changes(found.change, found.after.rules, lang)


DRAWN: dict[str, Draw] = {TREND: _trend, GROUPS: _boxes, CHANGES: _changes}
"""By the name in the address: the trend of a unit's total, its groups, what changed in each."""


def picture(store: Store, kind: str, code: str, at: SnapshotRef | None, lang: Lang) -> str:
    """A chart of one unit as SVG. Raises ComputeError where there is none."""
    store = as_of(store, at)
    try:
        found = explained(store, code, as_of=None, period=None, against=PREVIOUS, rules=None)
    except ComputeError:
        found = explained(store, code, as_of=None, period=None, against=None, rules=None)
    drawn: str = DRAWN[kind](store, found, lang).svg()
    return drawn


def routes(services: PageServices) -> APIRouter:
    """The pictures."""
    router = APIRouter()

    @router.get("/bieu-do/{kind}/{code}.svg")
    def chart(request: Request, kind: str, code: str) -> Response:
        if kind not in DRAWN:
            return services.missing(request)
        address = address_of(request)
        drawn = services.ask(request, picture, kind, code, address.at, address.lang)
        # A picture's styles are its own; nothing else may be fetched or run by it.
        headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:",
            "X-Content-Type-Options": "nosniff",
        }
        return services.file(request, drawn.encode(), "image/svg+xml", headers)

    return router
