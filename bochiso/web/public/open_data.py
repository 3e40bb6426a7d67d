"""Open data: each published snapshot and every day together as files, told of to people and to programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from bochiso.store.decisions.publications import Publication, in_force
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.people.settings import LICENCES
from bochiso.text import Text, now
from bochiso.units.model import Level
from bochiso.units.names import province_title
from bochiso.web.core.navigation import OWN
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS, Row, as_csv, as_json
from bochiso.web.core.template_context import SECURITY, Address, address_of
from bochiso.web.public.open_catalog import (
    OpenSite,
    OpenTable,
    catalogue,
    data_package,
    day_tables,
    json_schema,
    open_tables,
    schema_org,
)
from bochiso.web.public.open_derived import DERIVED, DERIVED_COLUMNS
from bochiso.web.public.open_tables import (
    FIGURES,
    OPEN_TO_ALL,
    TABLES,
    UNITS,
    VERSIONS,
    Versions,
    all_days,
    columns_over_days,
    dictionary,
    levels_of,
    versions_table,
)

BY_DAY = TABLES | DERIVED
"""What each snapshot is given as."""

COLUMNS = {"units": UNITS, "indicators": FIGURES} | DERIVED_COLUMNS
"""The columns of each, but for those of groups."""

WHOLE: dict[str, Callable[..., bytes]] = {"csv": as_csv, "json": as_json}
"""Forms of tables over all days."""


@dataclass(frozen=True)
class OpenPage:
    """What the page of open data lists: days newest first, tables of all days and of one; whose it is."""

    snapshots: tuple[Snapshot, ...]
    tables: tuple[OpenTable, ...]
    site: OpenSite
    versions: Versions
    of_a_day: tuple[OpenTable, ...]

    def version(self, snapshot: Snapshot) -> Publication | None:
        """The version of a snapshot that is in force."""
        return next((each for each in in_force(self.versions) if each.snapshot == snapshot), None)

    @property
    def licence(self) -> str:
        """The licence's name."""
        return LICENCES[self.site.licence][0]

    @property
    def told(self) -> str:
        """What search engines read."""
        return _json(schema_org(self.site, self.tables)).decode().replace("<", "\\u003c")


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def published_days(store: Store) -> tuple[Snapshot, ...]:
    """The snapshots, newest first."""
    return tuple(reversed(store.snapshots()))


def rows_of(store: Store, table: str, period: str, day: str) -> list[Row]:
    """The rows of one table of one snapshot, the same for every form of it."""
    return BY_DAY[table](store, period, day)


def last_change(versions: Versions) -> datetime | None:
    """When anything that the public reads changed last."""
    return max((each.decided.at for each in versions if each.decided), default=None)


def routes(services: PageServices) -> APIRouter:
    """The page of open data and its files: for everyone the same, whoever asks."""
    router = APIRouter()

    def site(request: Request) -> OpenSite:
        settings, shown = services.drawing.settings(), services.public_days(request)
        days = tuple(each.as_of for each in shown)
        name = (
            province_title(settings.province, max(days, default=now().date())) if settings.province else None
        )
        title = Text("Chỉ số phục vụ người dân, doanh nghiệp", "Index of public service")
        if name is not None:
            title = Text(f"{title.vi}, {name.vi}", f"{title.en}, {name.en}")
        here = "" if services.drawing.static else str(request.base_url)
        root = (settings.public_url or here).rstrip("/")
        if address_of(request).measured:
            root += OWN
            title = Text(f"{title.vi}: số liệu tự đo từ hồ sơ", f"{title.en}: measured here from dossiers")
        return OpenSite(
            root, title,
            settings.organisation or (name or title).vi, settings.contact, settings.licence,
            services.figures_at(request).ask(shown, levels_of), days, name,
            last_change(services.versions_at(request)),
        )  # fmt: skip

    def tables(of: OpenSite) -> list[OpenTable]:
        return open_tables(of.levels, services.rules)

    @router.get("/open")
    def page(request: Request) -> Response:
        own = site(request)
        known = services.figures_at(request).ask(services.public_days(request), published_days)
        of_a_day = tuple(day_tables(services.rules))
        found = OpenPage(known, tuple(tables(own)), own, services.versions_at(request), of_a_day)
        return services.page(request, "open.html", page=found, files=files)

    @router.get("/open/dictionary.{form}")
    def words(request: Request, form: str) -> Response:
        rows = dictionary(services.rules, DERIVED_COLUMNS)
        return _file(request, form, FORMS, lambda make: make(rows), "dictionary")

    @router.get("/open/catalog.jsonld")
    def dcat(request: Request) -> Response:
        own = site(request)
        return _told(request, _json(catalogue(own, tables(own))), "application/ld+json")

    @router.get("/open/datapackage.json")
    def package(request: Request) -> Response:
        own = site(request)
        return _told(request, _json(data_package(own, tables(own))), "application/json")

    @router.get("/open/schema/{name}.json")
    def schema(request: Request, name: str) -> Response:
        own = site(request)
        every = [*tables(own), *day_tables(services.rules)]
        found = next((each for each in every if each.name == name), None)
        if found is None:
            return services.missing(request)
        return _told(request, _json(json_schema(found, own)), "application/schema+json")

    @router.get("/open/versions.{form}")
    def versions(request: Request, form: str) -> Response:
        rows = versions_table(services.versions_at(request), services.public_days(request))
        return _file(request, form, WHOLE, lambda make: make(rows, tuple(VERSIONS)), "versions")

    @router.get("/open/{table}-{level}.{form}")
    def whole(request: Request, table: str, level: str, form: str) -> Response:
        shown = services.public_days(request)
        if table not in TABLES or level not in services.figures_at(request).ask(shown, levels_of):
            return services.missing(request)
        cache, asked = (
            services.figures_at(request).apart,
            (table, Level(level), services.versions_at(request)),
        )

        def made(make: Callable[..., bytes]) -> bytes:
            return make(cache.ask(shown, all_days, *asked), cache.ask(shown, columns_over_days, table))

        return _file(request, form, WHOLE, made, f"{table}-{level}")

    @router.get("/open/{period}/{day}/{table}.{form}")
    def table(request: Request, period: str, day: str, table: str, form: str) -> Response:
        if table not in BY_DAY:
            return services.missing(request)
        shown = services.public_days(request)

        def made(make: Callable[..., bytes]) -> bytes:
            rows = services.figures_at(request).apart.ask(shown, rows_of, table, period, day)
            return make(rows, tuple(COLUMNS[table]))

        return _file(request, form, FORMS, made, f"{table}-{period}-{day}")

    def _file(
        request: Request, form: str, forms: Any, body: Callable[[Callable[..., bytes]], bytes], name: str
    ) -> Response:
        if form not in forms:
            return services.missing(request)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}.{form}"', **SECURITY, **OPEN_TO_ALL,
        }  # fmt: skip
        make = FORMS[form][0] if forms is FORMS else WHOLE[form]
        return services.file(request, body(make), FORMS[form][1], headers)

    def _told(request: Request, body: bytes, kind: str) -> Response:
        return services.file(request, body, kind, {**SECURITY, **OPEN_TO_ALL})

    return router


def files(address: Address, snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Links to the files of a snapshot, by table and form."""
    base = f"/open/{snapshot.period.code}/{snapshot.as_of.isoformat()}"
    return {table: {form: address.file(f"{base}/{table}.{form}") for form in FORMS} for table in BY_DAY}
