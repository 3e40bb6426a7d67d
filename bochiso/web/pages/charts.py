"""Charts as pictures of their own: the same definitions as in documents; the pages have their tables."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.report import charts
from bochiso.report.charts_drawing import Chart
from bochiso.report.drawings import CHANGES, GROUPS, TREND
from bochiso.store.choose import PREVIOUS
from bochiso.store.store import Store
from bochiso.store.views import Explained, explained, view
from bochiso.text import Lang, Text
from bochiso.web.frame import At, address_of
from bochiso.web.pages.province import as_of, scale
from bochiso.web.site import Site

Draw = Callable[[Store, Explained, Lang], Chart]


def _trend(store: Store, found: Explained, lang: Lang) -> Chart:
    code, last = found.standing.score.unit.code, found.after.snapshot
    known = [
        charts.TrendPoint(each.as_of, each.period.code, standing, scale(store, each))
        for each in store.snapshots()
        if each.period == last.period and each.as_of <= last.as_of
        and (standing := view(store, each).standings.find(code))
    ]  # fmt: skip
    return charts.trend(known, lang)


def _boxes(_: Store, found: Explained, lang: Lang) -> Chart:
    level = found.standing.score.unit.level
    return charts.boxes(found.standing, found.after.rules, lang, found.after.standings.levels[level])


def _changes(_: Store, found: Explained, lang: Lang) -> Chart:
    if found.change is None:
        raise ComputeError(Text("chưa có kỳ trước để so sánh.", "there is nothing before to compare with."))
    if not found.change.one_scale:
        raise ComputeError(
            Text(
                "nguồn đã đổi cách tính điểm giữa hai kỳ.",
                "the source changed how it scores between them.",
            )
        )
    return charts.changes(found.change, found.after.rules, lang)


DRAWN: dict[str, Draw] = {TREND: _trend, GROUPS: _boxes, CHANGES: _changes}
"""By the name in the address: the trend of a unit's total, its groups, what changed in each."""


def picture(store: Store, kind: str, code: str, at: At | None, lang: Lang) -> str:
    """A chart of one unit as SVG. Raises ComputeError where there is none."""
    store = as_of(store, at)
    try:
        found = explained(store, code, as_of=None, period=None, against=PREVIOUS, rules=None)
    except ComputeError:
        found = explained(store, code, as_of=None, period=None, against=None, rules=None)
    drawn: str = DRAWN[kind](store, found, lang).svg()
    return drawn


def routes(site: Site) -> APIRouter:
    """The pictures."""
    router = APIRouter()

    @router.get("/bieu-do/{kind}/{code}.svg")
    def chart(request: Request, kind: str, code: str) -> Response:
        if kind not in DRAWN:
            return site.missing(request)
        address = address_of(request)
        drawn = site.ask(request, picture, kind, code, address.at, address.lang)
        # A picture's styles are its own; nothing else may be fetched or run by it.
        headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:",
            "X-Content-Type-Options": "nosniff",
        }
        return site.file(request, drawn.encode(), "image/svg+xml", headers)

    return router
