"""The public pages on a folder of example figures, asked as a browser would; nobody signs in."""

import asyncio
import shutil
import tempfile
from collections.abc import Hashable
from contextlib import AbstractContextManager
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import httpx
from duckdb import DuckDBPyConnection
from starlette.types import ASGIApp

from bochiso.errors import StoreError
from bochiso.periods import parse_day, parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import Snapshot, add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.settings import ServerSettings
from bochiso.text import now, say
from bochiso.web.core.page_services import PageServices, Renderer
from bochiso.web.core.query_cache import QueryCache, facts_state
from bochiso.web.core.template_context import Addresses
from bochiso.web.site_app import create_pages

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
QD766 = rules_text("qd766")

PROVINCES = (
    ("provinces-2026-09-17", "points", "2026-09-17"),
    ("provinces-2026-10-06", "points", "2026-10-06"),
)
UNITS = (("units-H21-2026-10-02", "points", "2026-10-02"), ("units-H21-2026-10-07", "points", "2026-10-07"))
METRICS = (("metrics-2026", "measures", "2026-10-10"),)


def bring_in(folder: DataFolder, *tables: tuple[str, str, str], rules: str = QD766) -> DataFolder:
    """Import example tables: file, kind, day; a folder that isn't there yet is a copy of one with them."""
    if tables and not folder.root.exists():
        shutil.copytree(_brought_in(tables, rules).root, folder.root)
        return folder
    for name, kind, day in tables:
        keep_table(folder, f"{name}.csv", (EXAMPLES / f"{name}.csv").read_bytes(), kind, day, rules)
    return folder


@cache
def _templates() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory()


@cache
def _brought_in(tables: tuple[tuple[str, str, str], ...], rules: str) -> DataFolder:
    """A folder with these tables, imported once in this process, to be copied and never changed."""
    made = DataFolder(Path(tempfile.mkdtemp(dir=_templates().name)) / "data")
    if tables[1:]:
        bring_in(made, *tables[:-1], rules=rules)
    made.root.mkdir(parents=True, exist_ok=True)
    return bring_in(made, tables[-1], rules=rules)


def keep_table(folder: DataFolder, name: str, table: bytes, kind: str, day: str, rules: str = QD766) -> None:
    """Import one table of figures of 2026."""
    add_reading(
        folder,
        NewReading(
            kind,
            [(name, table)],
            as_of=parse_day(day),
            period=parse_period("2026"),
            rules_text=rules,
            read_at=now(),
        ),
    )


def no_dossiers() -> AbstractContextManager[DuckDBPyConnection]:
    """Nothing was received here."""
    raise StoreError(say("chưa có hồ sơ nào.", "there are no dossiers."))


def site_on(folder: DataFolder, *, home: str | None = None, static: bool = False) -> PageServices:
    """A site of a folder that shows everything as published."""

    @cache
    def known(_: Hashable) -> tuple[Snapshot, ...]:
        with open_store(folder) as store:
            return tuple(store.snapshots())

    def published() -> tuple[Snapshot, ...]:
        return known(facts_state(folder))

    return PageServices(
        Renderer(ServerSettings, static=static), QueryCache(folder), published, no_dossiers, lambda: home
    )


class Pages:
    """Asks an application for its pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """The answer to one call."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://bochiso") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(asked())

    def page(self, path: str) -> str:
        """A page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text


def pages_of(site: PageServices) -> Pages:
    """The pages of a site."""
    return Pages(Addresses(create_pages(site)))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.rows: list[list[str]] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._cell = True
        if tag == "table" or (tag == "section"):
            self._cell = False

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "table", "thead", "tbody"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        if self._cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def words(html: str) -> str:
    """What a page says, in one line."""
    reader = _Words()
    reader.feed(html)
    return " ".join(" ".join(reader.parts).split())


def rows_of(html: str) -> list[list[str]]:
    """The rows of all tables of a page, each cell as it reads."""
    reader = _Words()
    reader.feed(html)
    return [[" ".join(cell.split()) for cell in row] for row in reader.rows if row]
