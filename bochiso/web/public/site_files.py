"""Files that programs look for on any site: what may be crawled, its pages, its icon, a link's picture,
whom to tell of a weakness (RFC 9116).
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from bochiso.errors import ComputeError
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import explained
from bochiso.text import Lang, Text, now, points
from bochiso.units.model import Level
from bochiso.units.names import place_name, short_name
from bochiso.web.core.day_choice import as_of
from bochiso.web.core.navigation import PUBLIC
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import HERE, SECURITY, SnapshotRef, address_of

ROBOTS = """User-agent: *
Disallow: /dang-nhap
Disallow: /en/dang-nhap
Disallow: /so-lieu/
Disallow: /en/so-lieu/
"""
"""Days of the past are the same pages again; the newest ones are found."""


SECURITY_PATH = "/.well-known/security.txt"

FOR_EVER = "public, max-age=31536000, immutable"
"""How long a file may be kept whose address changes with it."""


SECURITY_DAYS = 180
"""How long it can be believed whom to tell: RFC 9116, 2.5.5, wants less than a year."""

_CONTACTS = (
    ("", re.compile(r"https://[^\s,;<>()]+[^\s,;<>().]")),
    ("mailto:", re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)),
    ("tel:", re.compile(r"(?<![\w@])(?:\+84|\(?0)[0-9](?:[ .()-]{0,2}[0-9]){7,9}(?![\w@])", re.ASCII)),
)
"""What can be followed in an office's contact, the best way first."""


def contact_addresses(contact: str) -> list[str]:
    """The addresses in what an office wrote of how to reach it.

    >>> contact_addresses("09 Lê Duẩn; điện thoại (0262) 385 2024, thư: cchc@daklak.gov.vn.")
    ['mailto:cchc@daklak.gov.vn', 'tel:+842623852024']
    """
    found = [(scheme, each[0]) for scheme, pattern in _CONTACTS for each in pattern.finditer(contact)]
    numbers = {
        each: re.sub(r"^0", "+84", re.sub(r"[^0-9+]", "", each)) for scheme, each in found if scheme == "tel:"
    }
    return list(dict.fromkeys(scheme + numbers.get(each, each) for scheme, each in found))


def security_text(contact: str, root: str | None, at: datetime) -> str | None:
    """Whom to tell of a weakness, as RFC 9116 writes it; None where no address is known."""
    if not (addresses := contact_addresses(contact)):
        return None
    lines = [f"Contact: {each}" for each in addresses]
    lines += [f"Expires: {at + timedelta(SECURITY_DAYS):%Y-%m-%dT00:00:00Z}", "Preferred-Languages: vi, en"]
    lines += [f"Canonical: {root}{SECURITY_PATH}"] if root else []
    return "\n".join(lines) + "\n"


def unit_paths(store: Store) -> tuple[str, ...]:
    """The page of every unit that the newest snapshot of its level has."""
    found: dict[str, None] = {}
    for snapshot in reversed(store.snapshots()):
        for unit in store.units(snapshot):
            found[f"/tinh/{unit.code}" if unit.level is Level.PROVINCE else f"/don-vi/{unit.code}"] = None
    return tuple(found)


def card_of(
    store: Store, code: str, at: SnapshotRef | None, lang: Lang, emblem: bytes | None = None
) -> bytes:
    """The picture of a unit's figures and the emblem. Raises ComputeError where there are none."""
    from bochiso.report.charts.share_card import share_card  # the engine that draws: only where it does

    found = explained(as_of(store, at), code, as_of=None, period=None, against=None, rules=None)
    standing, snapshot = found.standing, found.after.snapshot
    unit = standing.score.unit
    if unit.code != code:
        raise ComputeError(Text("không có đơn vị này.", "there is no such unit."))
    name = place_name(unit.name, lang) if unit.level is Level.PROVINCE else short_name(unit.name)
    figures = [(points(standing.score.total, lang), Text("điểm trên 100", "points of 100"))]
    if standing.rank and standing.of > 1:
        figures.append((f"{standing.rank}/{standing.of}", found.after.standings.peers(unit).title))
    if standing.grade:
        figures.append((standing.grade.names.render(lang), Text("xếp loại", "grade")))
    day = Text(f"Số liệu ngày {snapshot.as_of:%d/%m/%Y}", f"Figures of {snapshot.as_of:%d %B %Y}")
    about = Text("Chỉ số phục vụ người dân, doanh nghiệp", "Index of public service")
    shown = tuple((value, what.render(lang)) for value, what in figures)
    return share_card(name, about.render(lang), shown, day.render(lang), emblem)


def routes(services: PageServices) -> APIRouter:
    """The files."""
    router = APIRouter()

    def root(request: Request) -> str | None:
        """Where the site stands; None for files of which nobody said it."""
        here = None if services.drawing.static else str(request.base_url)
        found = services.drawing.settings().public_url or here
        return found.rstrip("/") if found else None

    @router.get("/robots.txt")
    def robots(request: Request) -> Response:
        where = root(request)
        told = ROBOTS + (f"Sitemap: {where}/sitemap.xml\n" if where else "")
        return services.file(request, told.encode(), "text/plain", SECURITY)

    @router.get(SECURITY_PATH)
    def whom_to_tell(request: Request) -> Response:
        said = services.drawing.settings()
        told = security_text(said.contact or "", said.public_url and root(request), now())
        if told is None:
            return services.missing(request)
        # Kept by nobody for longer than its day: it ends by itself.
        headers = {**SECURITY, "Cache-Control": "public, max-age=86400"}
        return Response(told, 200, headers, "text/plain")

    @router.get("/sitemap.xml")
    def sitemap(request: Request) -> Response:
        where, shown = root(request), services.published()
        if where is None:  # its addresses have to be whole ones
            return services.missing(request)
        paths = [*(each.path for each in PUBLIC), "/so-sanh", "/open"]
        paths += [] if services.drawing.static else ["/api"]
        paths += services.query_cache.ask(shown, unit_paths)
        every = [f"{where}{lang}{path}" for path in dict.fromkeys(paths) for lang in ("", "/en")]
        body = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in every)
        told = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{body}</urlset>
"""
        return services.file(request, told.encode(), "application/xml", SECURITY)

    @router.get("/favicon.ico")
    def icon() -> Response:
        return FileResponse(HERE / "static" / "favicon.ico", headers={"Cache-Control": "max-age=86400"})

    @router.get("/bieu-trung-{digest}.png")
    def emblem(request: Request, digest: str) -> Response:
        found = services.emblem()
        if found is None or not sha256(found).hexdigest().startswith(digest):
            return services.missing(request)
        return Response(found, 200, {**SECURITY, "Cache-Control": FOR_EVER}, "image/png")

    @router.get("/anh/{code}.png")
    def picture(request: Request, code: str) -> Response:
        address = address_of(request)
        body = services.figures_at(request).ask(
            services.published_at(request), card_of, code, address.at, address.lang, services.emblem()
        )
        return services.file(request, body, "image/png", SECURITY)

    return router
