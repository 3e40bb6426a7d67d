"""The units of the whole country, each level ranked as one: communes, departments, ministries, by pages."""

from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import COUNTRYWIDE
from bochiso.text import Lang, Text
from bochiso.units.model import BELOW_PROVINCE, Level
from bochiso.units.names import province_title, short_name
from bochiso.units.tree import TOPS, tops
from bochiso.web.core.day_choice import as_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of
from bochiso.web.pages.unit_tables import ranked_level
from bochiso.web.pages.units import (
    LevelTable,
    TableQuery,
    arranged,
    file_answer,
    level_table,
    parse_table_query,
)

PAGE = 100
"""Units on a page."""

LEVELS = (Level.COMMUNE, *(each for each in BELOW_PROVINCE if each is not Level.COMMUNE), Level.MINISTRY)


@dataclass(frozen=True)
class CountryUnitsPage:
    """The tables of the country, a level each; in each a unit's name has its province behind it."""

    tables: tuple[LevelTable, ...]


def country_units_page(store: Store, at: SnapshotRef | None) -> CountryUnitsPage:
    """Raises ComputeError where no level has units of several provinces, and no ministry has figures."""
    tables = tuple(table for level in LEVELS if (table := _table(store, level, at)) is not None)
    if not tables:
        raise ComputeError(
            Text(
                "chưa có số liệu đơn vị của nhiều tỉnh, thành phố để xếp hạng chung.",
                "there are no figures of units of several provinces to rank together.",
            )
        )
    return CountryUnitsPage(tables)


def country_levels(store: Store, at: SnapshotRef | None) -> tuple[Level, ...]:
    """The levels that the page has; none where there is no such page."""
    try:
        return tuple(table.level for table in country_units_page(store, at).tables)
    except ComputeError:
        return ()


def _table(store: Store, level: Level, at: SnapshotRef | None) -> LevelTable | None:
    known = as_of(store, at)
    if not known.snapshots():
        return None
    ranked = ranked_level(known, level, COUNTRYWIDE, at)
    if ranked is None:
        return None
    top_of = tops(row.score.unit for row in ranked.standings.rows)
    if level not in TOPS.values() and len(set(top_of.values())) < 2:
        return None
    table = level_table(ranked, short_name)
    if level in TOPS.values():
        return table
    day = ranked.after.snapshot.as_of
    names = {top: province_title(top, day).render(Lang.VI) for top in set(top_of.values())}
    return table.showing([replace(row, name=f"{row.name}, {names[top_of[row.code]]}") for row in table.rows])


@dataclass(frozen=True)
class ShownCountryUnits:
    """One page of one level, as it was asked for: `number` of `pages`, its rows; `count`: of all pages."""

    page: CountryUnitsPage
    asked: TableQuery
    table: LevelTable
    count: int
    number: int
    pages: int

    def to_page(self, number: int) -> str:
        """The address of another page of the same."""
        return self.asked.without(cap=self.table.level.value, trang=str(number) if number > 1 else None)


def shown_units(
    page: CountryUnitsPage, asked: TableQuery, number: int, size: int = PAGE
) -> ShownCountryUnits:
    """The page of that number, the nearest that there is; of the first level where none was chosen."""
    levels = [table.level.value for table in page.tables]
    level = asked.level if asked.level in levels else levels[0]
    (table,) = arranged(page.tables, replace(asked, level=level))
    pages = max(1, -(-len(table.rows) // size))
    number = min(max(1, number), pages)
    rows = table.rows[(number - 1) * size : number * size]
    return ShownCountryUnits(page, asked, table.showing(rows), len(table.rows), number, pages)


def routes(services: PageServices) -> APIRouter:
    """The country's units, and one level of them as a file."""
    router = APIRouter()

    @router.get("/ca-nuoc")
    def units(request: Request) -> Response:
        page = services.ask(request, country_units_page, address_of(request).at)
        asked = parse_table_query(request.query_params)
        number = request.query_params.get("trang", "1")
        size = len(max((table.rows for table in page.tables), key=len)) if services.drawing.static else PAGE
        found = shown_units(page, asked, int(number[:6]) if number.isdecimal() else 1, size)
        return services.page(
            request,
            "country-units.html",
            of_days=(found.table.ranked.after.snapshot,),
            of_levels=(found.table.level,),
            found=found,
            page=page,
        )

    @router.get("/ca-nuoc.{form}")
    def file(request: Request, form: str) -> Response:
        page = services.ask(request, country_units_page, address_of(request).at)
        return file_answer(services, request, page.tables, "ca-nuoc", form)

    return router
