"""What every page shares: its address, its language, who reads it, and how it becomes an answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bochiso import text
from bochiso.errors import BochisoError, ComputeError
from bochiso.periods import Period, parse_day, parse_period
from bochiso.score.figures import Count
from bochiso.store.figures.snapshot_store import Snapshot
from bochiso.store.people.permissions import Action, Role, may
from bochiso.store.people.settings import ServerSettings
from bochiso.text import Lang, Text, now
from bochiso.units.names import province_title
from bochiso.web.core.day_band import DayBand
from bochiso.web.core.navigation import (
    FILES,
    ONE_UNIT,
    OWN,
    Link,
    is_dated,
    neighbours,
    of_a_source,
    public_links,
    staff_links,
)

HERE = Path(__file__).parents[1]
_ENGLISH = "/en"
_SNAPSHOT = re.compile(r"/so-lieu/(?P<period>[^/]+)/(?P<day>\d{4}-\d{2}-\d{2})(?P<rest>/.*|$)")

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers of every answer that a browser shows: nothing from elsewhere, no script or style in a page."""


PUBLIC_CACHE_CONTROL = "no-cache"
"""How an answer that is the same for everyone may be kept: as long as its tag is asked for each time."""


class Person(Protocol):
    """Who is signed in."""

    @property
    def name(self) -> str:
        """Their account."""

    @property
    def display(self) -> str:
        """Their name, as pages show it."""

    @property
    def role(self) -> Role:
        """What their account is for."""

    @property
    def unit(self) -> str | None:
        """Whose figures a unit officer sees."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of procedures that they answer for at every unit."""

    @property
    def csrf(self) -> str:
        """What a form must carry."""

    def may(self, action: Action, subject: str | None = None) -> bool:
        """Whether they may do it with the figures of a unit; None: of the whole province."""


@dataclass(frozen=True)
class SnapshotRef:
    """The snapshot that an address names: figures as they were known on that day for that period."""

    period: Period
    day: date

    @property
    def path(self) -> str:
        """What it puts before a page's path."""
        return f"/so-lieu/{self.period.code}/{self.day.isoformat()}"


@dataclass(frozen=True)
class Address:
    """Where a reader is. `root` stands before every link: nothing, or the way up of a static site.

    `measured`: among the figures that were measured here, where others were published, too. Links stay there.
    """

    path: str
    lang: Lang = Lang.VI
    at: SnapshotRef | None = None
    root: str = ""
    static: bool = False
    measured: bool = False

    @property
    def whole(self) -> str:
        """The path with language and snapshot."""
        return replace(self, root="", static=False).to(self.path)

    def as_file(self) -> "Address":
        """The same place in a static site: pages are files in folders, links go up and down from here."""
        return replace(self, root="/".join([".."] * page_file(self.whole).count("/")) or ".", static=True)

    def to(self, path: str, *, lang: Lang | None = None) -> str:
        """The link to another page of the same snapshot, in the same language unless said otherwise.

        A static site has each unit's page once, with the newest figures: else it would have as many
        as there are units, days and languages.
        """
        english = _ENGLISH if (lang or self.lang) is Lang.EN else ""
        at = None if self.static and ONE_UNIT.fullmatch(path) else self.at
        return self.link(f"{english}{self._source(path)}{at.path if at else ''}{path}")

    def file(self, path: str) -> str:
        """The link to a file of open data, or a call of the API, which every language has once."""
        return self.link(f"{self._source(path)}{path}")

    def _source(self, path: str) -> str:
        return OWN if self.measured and of_a_source(path) else ""

    def link(self, path: str) -> str:
        """The link to a whole path."""
        if not self.static:
            return self.root + path
        path, mark, anchor = path.partition("#")
        return f"{self.root}/{page_file(path)}{mark}{anchor}"

    def now(self, path: str) -> str:
        """The link to a page of the newest figures."""
        return replace(self, at=None).to(path)

    @property
    def other_source(self) -> str:
        """The link to this page among the newest figures of the other source."""
        return replace(self, measured=not self.measured).now(self.path)


def page_file(path: str) -> str:
    """The file of a static site that a path names.

    >>> page_file("/don-vi/H21.17"), page_file("/open/dictionary.csv")
    ('don-vi/H21.17/index.html', 'open/dictionary.csv')
    """
    path = path.strip("/")
    return path if path.endswith(FILES) else f"{path}/index.html".lstrip("/")


class Addresses:
    """Takes language and snapshot off the front of a path, so that each page has one route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call under its bare path."""
        if scope["type"] == "http":
            address = parse_address(scope["path"])
            scope = {**scope, "path": address.path, "address": address}
            scope.pop("raw_path", None)
        await self._app(scope, receive, send)


def parse_address(path: str) -> Address:
    """`/en/so-lieu/2026/2026-10-07/don-vi` is `/don-vi`, in English, of that snapshot."""
    lang = Lang.VI
    if path == _ENGLISH or path.startswith(_ENGLISH + "/"):
        lang, path = Lang.EN, path[len(_ENGLISH) :] or "/"
    measured = False
    if (path == OWN or path.startswith(OWN + "/")) and of_a_source(path[len(OWN) :] or "/"):
        measured, path = True, path[len(OWN) :] or "/"
    if match := _SNAPSHOT.fullmatch(path):
        try:
            at = SnapshotRef(parse_period(match["period"]), parse_day(match["day"]))
        except ComputeError:
            return Address(path, lang)  # no such page
        return Address(match["rest"] or "/", lang, at, measured=measured)
    return Address(path, lang, measured=measured)


def address_of(request: Request) -> Address:
    """The address that was asked for."""
    found: Address = request.scope["address"]
    return found


def asks_for_own(request: Request) -> bool:
    """Whether the figures that were measured here are asked for; an API that stands alone has the others."""
    found: Address | None = request.scope.get("address")
    return found is not None and found.measured


@dataclass(frozen=True)
class TemplateContext:
    """What templates are given beside their page: functions that write as the reader's language does."""

    address: Address
    person: Person | None
    settings: ServerSettings = field(default_factory=ServerSettings)
    band: DayBand | None = None
    emblem_digest: str | None = None
    origin: Text | None = None

    @property
    def emblem(self) -> str | None:
        """The address of the province's emblem; None where none is kept. Another emblem has another one."""
        return self.address.link(f"/bieu-trung-{self.emblem_digest[:16]}.png") if self.emblem_digest else None

    @property
    def static(self) -> bool:
        """Whether the page becomes a file: no forms, no sign-in."""
        return self.address.static

    @property
    def links(self) -> list[Link]:
        """The five ways of everyone."""
        return public_links(self.address.path, self._way)

    @property
    def staff_links(self) -> list[Link]:
        """What the one who signed in works with."""
        return staff_links(self.address.path, self.role, self.address.now) if self.person else []

    @property
    def neighbours(self) -> list[Link]:
        """The pages of the part of the work that the reader is in."""
        return neighbours(self.address.path, self.role, self.address.now) if self.person else []

    def _way(self, path: str) -> str:
        """The day goes along to pages of figures; the others are of no day."""
        return self.to(path) if is_dated(path) else self.address.now(path)

    @property
    def one_unit(self) -> bool:
        """Whether the page is one unit's, which a static site has once."""
        return ONE_UNIT.fullmatch(self.address.path) is not None

    @property
    def picture(self) -> str | None:
        """The whole address of the picture that stands beside a link to this page; None where it has none."""
        path = self.address.path
        code = self.settings.province if path == "/" else path.rpartition("/")[2] if self.one_unit else None
        if not (code and self.settings.public_url) or self.static:
            return None
        return f"{self.settings.public_url}{self.to(f'/anh/{code}.png')}"

    @property
    def site(self) -> Text:
        """Whose figures these are: the province, or what the site is about where none is set."""
        code = self.settings.province
        if code is None:
            return Text("Chỉ số phục vụ người dân, doanh nghiệp", "Index of public service")
        title = province_title(code, now().date())
        return Text(title.vi[:1].upper() + title.vi[1:], title.en)

    @property
    def notice(self) -> tuple[str, Lang] | None:
        """What stands above every page and its language: the reader's own where it was written in it."""
        written = self.settings.notice_text
        if written is None:
            return None
        said = written.render(self.lang)
        return said, Lang.VI if said == written.render(Lang.VI) else self.lang

    def day_link(self, snapshot: Snapshot) -> str:
        """The link to this page as of the day of a snapshot."""
        at = SnapshotRef(snapshot.period, snapshot.as_of)
        return replace(self.address, at=at).to(self.address.path)

    @property
    def other_language(self) -> str:
        """This page in the other language."""
        other = Lang.EN if self.lang is Lang.VI else Lang.VI
        return self.address.to(self.address.path, lang=other)

    @property
    def lang(self) -> Lang:
        """The reader's language."""
        return self.address.lang

    def t(self, vi: str, en: str) -> str:
        """One of two wordings."""
        return vi if self.lang is Lang.VI else en

    def say(self, message: Text | None) -> str:
        """A message in the reader's language."""
        return "" if message is None else message.render(self.lang)

    def failure(self, error: BochisoError | Text) -> str:
        """What went wrong, where and what to do; a file keeps its name as it is."""
        found = error.render(self.lang)
        if isinstance(error, BochisoError) and error.where.file:
            return found
        return f"{found[:1].upper()}{found[1:]}"

    def sentence(self, message: Text) -> str:
        """A message as a sentence: its first letter is a capital, a full stop ends it."""
        found = self.say(message).rstrip(".")
        return f"{found[:1].upper()}{found[1:]}."

    def to(self, path: str) -> str:
        """A link."""
        return self.address.to(path)

    def dated(self, path: str, period: Period, day: date) -> str:
        """A link to what is known of a snapshot, and stays so."""
        return replace(self.address, at=SnapshotRef(period, day)).to(path)

    def show(self, value: object) -> str:
        """A number, day or moment as people write it."""
        return text.show(value, self.lang)

    def points(self, value: Any) -> str:
        """Points with two decimals; a dash where there are none."""
        return text.points(value, self.lang)

    def change(self, value: Any) -> str:
        """A change of points with its sign."""
        return text.change(value, self.lang)

    def percent(self, value: Any) -> str:
        """A share in percent."""
        return text.percent(value, self.lang)

    def tenths(self, value: float | None) -> str:
        """Days with one decimal, without a sign; a dash where there are none."""
        return "–" if value is None else text.number(abs(Decimal(str(value))), self.lang)

    def whole(self, value: Decimal | int | None) -> str:
        """A count, or a difference of counts with its sign; a dash where there is none."""
        if value is None:
            return "–"
        plain = Decimal(value).normalize()
        shown = text.number(abs(plain), self.lang) if plain % 1 else text.count(abs(int(plain)), self.lang)
        return f"−{shown}" if value < 0 else shown

    def signed(self, value: Decimal | int | None) -> str:
        """A difference of counts with its sign, also where it grew; a dash where there is none."""
        return f"+{self.whole(value)}" if value is not None and value > 0 else self.whole(value)

    def count(self, value: Count) -> str:
        """A numerator over its denominator."""
        return f"{self.whole(value.numerator)}/{self.whole(value.denominator)}"

    def who(self, name: str) -> str:
        """An account's name, or who works at the machine itself."""
        return name if not name.startswith("#") else self.t("lệnh tại máy chủ", "at the server")

    def width(self, part: Any, whole: Any) -> float:
        """How much of 100 a bar takes; for drawing alone."""
        return round(float(part) / float(whole) * 100, 1) if whole else 0.0

    @property
    def role(self) -> Role | None:
        """The reader's role; None for the public."""
        return self.person.role if self.person else None

    def may(self, action: str, subject: str | None = None) -> bool:
        """Whether the reader may do something with the figures of a unit, or of all."""
        wanted = Action(action)
        return self.person.may(wanted, subject) if self.person else may(None, None, wanted, subject)


def merged(query: Mapping[str, str], **changes: str | None) -> str:
    """A query with some values changed, those that are None or empty left out: `?sap=ten`."""
    values = {**query, **changes}
    found = urlencode({key: value for key, value in values.items() if value})
    return f"?{found}" if found else "?"
