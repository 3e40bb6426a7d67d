"""Every chart by its address: as a picture, as its figures, and as a page that other sites may frame."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.report.report_data import provinces_in
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.snapshot_selection import snapshot_title
from bochiso.text import Lang, Text, say
from bochiso.units.boundaries import Boundaries
from bochiso.web.analysis.indicator_page import indicator_page
from bochiso.web.analysis.map_page import maps_page
from bochiso.web.core.day_choice import as_of, home_of, indicators_at
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.page_templates import html_response
from bochiso.web.core.table_files import as_csv
from bochiso.web.core.template_context import SECURITY, SnapshotRef, address_of
from bochiso.web.graphics import indicator_pictures, unit_maps, unit_pictures
from bochiso.web.graphics.page_chart import ChartSize, PageChart
from bochiso.web.pages.score_parts import sources_of

OF_UNITS = (unit_pictures.TREND, unit_pictures.GROUPS, unit_pictures.SPREAD)
OF_INDICATORS = (indicator_pictures.SPREAD, indicator_pictures.TREND)
OF_MAPS = tuple(unit_maps.KINDS.values())
FORMS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}
PHONE = "dien-thoai"
"""What asks for a chart in a phone's size: ?co=dien-thoai."""

# A picture's fonts are the reader's own; nothing may be fetched or run by it.
_PICTURE = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


def chart(
    store: Store,
    kind: str,
    subject: str,
    home: str | None,
    at: SnapshotRef | None,
    lang: Lang,
    kept: Boundaries | None = None,
) -> tuple[PageChart, Snapshot, tuple[Text, ...]]:
    """A chart, the snapshot that it shows, and where that comes from; `kept`: boundaries of a map.

    Raises ComputeError for none.
    """
    found: tuple[tuple[PageChart, ...], Snapshot | None] = ((), None)
    if kind in OF_UNITS:
        found = _of_unit(store, subject, at, lang)
    elif kind in OF_INDICATORS and home is not None:
        province, number = indicator_of(subject, home)
        if province not in (home, *provinces_in(store)):
            raise ComputeError(say("không có biểu đồ này.", "there is no such chart."))
        page = indicator_page(store, province, number, at, lang, indicators_at(province, home))
        found = page.pictures, page.snapshot
    elif kind in OF_MAPS and home is not None:
        maps = maps_page(store, home, subject, at, lang, kept).maps
        mine = next((each for each in maps if each.picture and each.picture.kind == kind), None)
        found = ((mine.picture,), mine.snapshot) if mine and mine.picture else ((), None)
    picture = next((each for each in found[0] if each.kind == kind), None)
    if picture is None or found[1] is None:
        raise ComputeError(say("không có biểu đồ này.", "there is no such chart."))
    return picture, found[1], sources_of(store, found[1])


def indicator_of(subject: str, home: str) -> tuple[str, str]:
    """The province and the number of an indicator that an address names.

    >>> indicator_of("2.1", "H15"), indicator_of("H21-2.1", "H15")
    (('H15', '2.1'), ('H21', '2.1'))
    """
    province, named, number = subject.rpartition("-")
    return (province, number) if named else (home, number)


def _of_unit(
    store: Store, code: str, at: SnapshotRef | None, lang: Lang
) -> tuple[tuple[PageChart, ...], Snapshot | None]:
    """The charts of a unit in the newest snapshot that has it, a whole one before others."""
    known = [each for each in as_of(store, at).snapshots() if store.unit(each, code)]
    whole = [each for each in known if each.state is ReadingState.COMPLETE] or known
    return (unit_pictures.pictures_of(store, code, whole[-1], lang), whole[-1]) if whole else ((), None)


def source_line(snapshot: Snapshot, sources: tuple[Text, ...], lang: Lang, *, published: bool) -> str:
    """What stands below a picture: of which day its figures are, where they come from, whether anyone may
    rely on them yet."""
    parts = [f"{snapshot_title(snapshot).render(lang)}"]
    names = ", ".join(each.render(lang) for each in sources)
    if names:
        parts.append(say("nguồn: {names}", "source: {names}", names=names).render(lang))
    if not published:
        parts.append(Text("SỐ LIỆU CHƯA CÔNG BỐ", "NOT PUBLISHED").render(lang))
    line = "; ".join(parts)
    return f"{line[:1].upper()}{line[1:]}."


def routes(services: PageServices) -> APIRouter:
    """The charts."""
    router = APIRouter()

    @router.get("/bieu-do/{kind}/{subject}.{form}")
    def file(request: Request, kind: str, subject: str, form: str) -> Response:
        if form not in FORMS:
            return services.missing(request)
        address = address_of(request)
        home = home_of(services, request)
        kept = services.boundaries(home) if kind in OF_MAPS and home else None
        picture, snapshot, sources = services.ask(
            request, chart, kind, subject, home, address.at, address.lang, kept
        )
        published = snapshot in services.published_at(request)
        source = source_line(snapshot, sources, address.lang, published=published)
        paper = ChartSize.PHONE if request.query_params.get("co") == PHONE else None
        if form == "csv":
            name = quote(f"{kind}-{subject}-{snapshot.as_of.isoformat()}.csv")
            headers = {**_PICTURE, "Content-Disposition": f"attachment; filename={name}"}
            return services.file(request, as_csv(picture.table(), picture.headings), FORMS[form], headers)
        body = picture.png(source, paper) if form == "png" else picture.file(source, paper).encode()
        return services.file(request, body, FORMS[form], _PICTURE)

    @router.get("/nhung/{kind}/{subject}")
    def framed(request: Request, kind: str, subject: str) -> Response:
        """The chart alone, as everyone may see it, whoever is signed in."""
        address = address_of(request)
        home = services.home()
        kept = services.boundaries(home) if kind in OF_MAPS and home else None
        picture, snapshot, sources = services.figures_at(request).ask(
            services.published_at(request), chart, kind, subject, home, address.at, address.lang, kept
        )
        source = source_line(snapshot, sources, address.lang, published=True)
        page = services.drawing.text(
            request,
            "embed.html",
            picture=picture,
            source=source,
            page_path=page_of(kind, subject),
            code="ma" in request.query_params,
            public_url=services.drawing.settings().public_url or "",
        )
        answer = html_response(request, page, None)
        answer.headers["Content-Security-Policy"] = framing(services.drawing.settings().allowed_frames)
        return answer

    return router


def page_of(kind: str, subject: str) -> str:
    """The page that a chart stands on."""
    if kind in OF_MAPS:
        return "/ban-do" if subject == unit_maps.GRADES else f"/ban-do/{subject}"
    if kind in OF_INDICATORS:
        province, number = indicator_of(subject, "")
        return f"{indicators_at(province, '')}/{number}"
    return f"/don-vi/{subject}"


def framing(frames: tuple[str, ...]) -> str:
    """The policy of a page that sites of these addresses may frame, besides this one."""
    allowed = " ".join(["'self'", *frames])
    return SECURITY["Content-Security-Policy"].replace("frame-ancestors 'none'", f"frame-ancestors {allowed}")
