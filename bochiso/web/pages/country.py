"""The provinces of the country, and the units of each other level ranked in the whole of it."""

from dataclasses import dataclass, replace
from decimal import Decimal

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.score.headline import LEADERS, leaders_total
from bochiso.score.ranking import Standing, ranks_by
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import COUNTRYWIDE
from bochiso.text import Text
from bochiso.units.codes import fold
from bochiso.units.kinds import kinds_of, names_with_provinces
from bochiso.units.model import BELOW_PROVINCE, Level
from bochiso.units.names import place_name, short_name
from bochiso.units.provinces import COUNTRY
from bochiso.units.regions import Region, regions
from bochiso.units.tree import TOPS
from bochiso.web.core.day_choice import as_of, home_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of
from bochiso.web.pages.province import province_answer
from bochiso.web.pages.unit_tables import ranked_level, ranked_levels
from bochiso.web.pages.units import (
    LevelTable,
    TableQuery,
    arranged,
    file_answer,
    level_table,
    parse_table_query,
    sparks,
    units_answer,
    units_file,
)

LIKE = 6
"""How many provinces of about the same size one is compared with."""

LIKE_OURS = "cung-quy-mo"
RECEIVED = "ONLINE_FILING"
"""The indicator that is over the dossiers received."""


@dataclass(frozen=True)
class ProvincesPage:
    """`places`: a province's rank in each box, by its code. `leaders`: the total of the last of the best.
    `sizes`: the dossiers that each received, where they were counted.
    """

    table: LevelTable
    places: dict[str, dict[str, int]]
    leaders: Decimal | None
    sizes: dict[str, int]

    def like(self, code: str | None) -> tuple[str, ...]:
        """The provinces that received about as many dossiers as one, nearest first, and itself.

        None where nobody counted dossiers.
        """
        if code is None or code not in self.sizes:
            return ()
        own = self.sizes[code]
        return tuple(sorted(self.sizes, key=lambda each: (abs(self.sizes[each] - own), each))[: LIKE + 1])

    def find(self, code: str | None) -> Standing | None:
        """The standing of a province, where it is ranked."""
        rows = (row.standing for row in self.table.rows if row.code == code and row.standing.rank)
        return next(rows, None)

    def short_of(self, code: str | None) -> Decimal | None:
        """Points that a province lacks to be among the best; None where it is, or isn't ranked."""
        own = self.find(code)
        if own is None or own.score.total is None or self.leaders is None or (own.rank or 0) <= LEADERS:
            return None
        return self.leaders - own.score.total

    def is_leader(self, code: str | None) -> bool:
        """Whether a province is among the best, where there are more than those."""
        own = self.find(code)
        return own is not None and self.leaders is not None and (own.rank or 0) <= LEADERS


def provinces_page(store: Store, at: SnapshotRef | None) -> ProvincesPage:
    """Raises ComputeError where there are no figures of provinces."""
    found = ranked_levels(store, None, at)
    if not found:
        raise ComputeError(
            Text("chưa có số liệu của các tỉnh, thành phố.", "there are no figures of provinces.")
        )
    table = level_table(found[0], place_name)
    return ProvincesPage(table, _places(table), leaders_total(found[0].standings), _sizes(table))


def _sizes(table: LevelTable) -> dict[str, int]:
    return {
        row.code: int(each.count.denominator)
        for row in table.rows
        for each in row.standing.score.indicators
        if each.rule.code == RECEIVED and each.count.denominator
    }


def near(page: ProvincesPage, asked: str, ours: str | None) -> frozenset[str] | None:
    """The provinces that are asked for: of a region, or of the size of ours; None for all of them."""
    if asked == LIKE_OURS:
        return frozenset(page.like(ours)) or None
    found = next((each.provinces for each in regions() if each.code == asked), None)
    return frozenset(found) if found else None


def _places(table: LevelTable) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {row.code: {} for row in table.rows}
    for box in table.boxes:
        points = {row.code: value for row in table.rows if (value := row.points.get(box)) is not None}
        for code, rank in ranks_by(points).items():
            found[code][box] = rank
    return found


PAGE = 100
"""Units on a page."""

LEVELS = (Level.COMMUNE, *(each for each in BELOW_PROVINCE if each is not Level.COMMUNE), Level.MINISTRY)


@dataclass(frozen=True)
class CountryUnitsPage:
    """The tables of the country, a level each; in each a unit's name has its province behind it."""

    tables: tuple[LevelTable, ...]

    def of(self, level: str) -> LevelTable:
        """The table of a level; the first where there is none of it."""
        return next((table for table in self.tables if table.level.value == level), self.tables[0])


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


def kind_table(store: Store, level: Level, kind: str, at: SnapshotRef | None) -> LevelTable | None:
    """The units of one kind, of all provinces, ranked among themselves; None where there are none."""
    return _table(store, level, at, kind)


def _table(store: Store, level: Level, at: SnapshotRef | None, kind: str | None = None) -> LevelTable | None:
    known = as_of(store, at)
    ranked = ranked_level(known, level, COUNTRYWIDE, at, kind) if known.snapshots() else None
    if ranked is None:
        return None
    units = [row.score.unit for row in ranked.standings.rows]
    names = names_with_provinces(units, ranked.after.snapshot.as_of)
    if not names and kind is None and level not in TOPS.values():
        return None
    table = level_table(ranked, short_name)
    return table.showing([replace(row, name=names.get(row.code, row.name)) for row in table.rows])


@dataclass(frozen=True)
class ShownCountryUnits:
    """One page of one level, as it was asked for: `number` of `pages`, its rows; `count`: of all pages.
    `kinds`: those of its level that several provinces have, and how many units each; `kind`: the one shown.
    """

    page: CountryUnitsPage
    kinds: dict[str, int]
    kind: str
    asked: TableQuery
    table: LevelTable
    count: int
    number: int
    pages: int

    def to_page(self, number: int) -> str:
        """The address of another page of the same."""
        return self.asked.without(cap=None, trang=str(number) if number > 1 else None)


def shown_units(
    page: CountryUnitsPage, of: LevelTable, kinds: dict[str, int], asked: TableQuery, number: int, size: int
) -> ShownCountryUnits:
    """The page of that number of a table, the nearest that there is; the table may be of one kind."""
    (table,) = arranged([of], asked)
    pages = max(1, -(-len(table.rows) // size))
    number = min(max(1, number), pages)
    rows = table.rows[(number - 1) * size : number * size]
    kind = next((each for each in kinds if fold(each) == fold(asked.kind)), "")
    return ShownCountryUnits(page, kinds, kind, asked, table.showing(rows), len(table.rows), number, pages)


def kinds_at(store: Store, level: Level, at: SnapshotRef | None) -> dict[str, int]:
    """The kinds of units of a level that several provinces have, and how many of each."""
    table = _table(store, level, at)
    return kinds_of(row.standing.score.unit for row in table.rows) if table else {}


@dataclass(frozen=True)
class ShownProvinces:
    """The page as it was asked for; `ours` is the code of the home province. `near`: the region, or
    LIKE_OURS, that it is limited to.
    """

    page: ProvincesPage
    asked: TableQuery
    table: LevelTable
    sparks: dict[str, str]
    ours: str | None
    near: str
    alike: bool
    countrywide: bool

    @property
    def regions(self) -> tuple[Region, ...]:
        """Those that one may choose from."""
        return regions()


def provinces_answer(services: PageServices, request: Request) -> Response:
    """The page of all provinces."""
    page = services.ask(request, provinces_page, address_of(request).at)
    asked = parse_table_query(request.query_params)
    ranked = page.table.ranked
    ours, wanted = home_of(services, request), request.query_params.get("vung", "")
    (table,) = arranged([page.table], asked)
    some = near(page, wanted, ours)
    if some is not None:
        table = table.showing([row for row in table.rows if row.code in some])
    found = ShownProvinces(
        page,
        asked,
        table,
        sparks(services, request, None, [ranked]),
        ours,
        wanted if some is not None else "",
        bool(page.like(ours)),
        bool(services.ask(request, country_levels, address_of(request).at)),
    )
    return services.page(
        request,
        "provinces.html",
        of_days=(ranked.after.snapshot,),
        of_levels=(Level.PROVINCE,),
        found=found,
        page=page,
        place_name=place_name,
    )


def country_units_answer(services: PageServices, request: Request, level: str) -> Response:
    """One page of the units of a level, of all provinces; of the first level where there is none of it."""
    at = address_of(request).at
    page = services.ask(request, country_units_page, at)
    table = page.of(level)
    asked = replace(parse_table_query(request.query_params), level=table.level.value)
    number = request.query_params.get("trang", "1")
    size = len(table.rows) if services.drawing.static else PAGE
    kinds = services.ask(request, kinds_at, table.level, at)
    table = _of_kind(services, request, page, asked) or table
    found = shown_units(page, table, kinds, asked, int(number[:6]) if number.isdecimal() else 1, size)
    return services.page(
        request,
        "country-units.html",
        of_days=(found.table.ranked.after.snapshot,),
        of_levels=(found.table.level,),
        found=found,
        page=page,
    )


def _country_file(services: PageServices, request: Request, form: str) -> Response:
    page = services.ask(request, country_units_page, address_of(request).at)
    table = _of_kind(services, request, page, parse_table_query(request.query_params))
    return file_answer(services, request, [table] if table else page.tables, "ca-nuoc", form)


def _of_kind(
    services: PageServices, request: Request, page: CountryUnitsPage, asked: TableQuery
) -> LevelTable | None:
    """The table of the kind that is asked for; None where none is, or there is none such."""
    if not asked.kind:
        return None
    return services.ask(request, kind_table, page.of(asked.level).level, asked.kind, address_of(request).at)


def routes(services: PageServices) -> APIRouter:
    """The start page and the units of the site's own place, a province or the country; all provinces, the
    units of all of them; and the tables as files.
    """
    router = APIRouter()

    @router.get("/")
    def start(request: Request) -> Response:
        code = home_of(services, request)
        if code is None:
            return services.page(request, "first-run.html")
        if code == COUNTRY:
            return provinces_answer(services, request)
        return province_answer(services, request, code)

    @router.get("/don-vi")
    def home_units(request: Request) -> Response:
        code = home_of(services, request)
        if code is None:
            return services.page(request, "first-run.html")
        if code == COUNTRY:
            return country_units_answer(services, request, request.query_params.get("cap", ""))
        return units_answer(services, request, code, "/don-vi")

    @router.get("/don-vi.{form}")
    def home_file(request: Request, form: str) -> Response:
        code = home_of(services, request)
        if code is None:
            return services.missing(request)
        if code == COUNTRY:
            return _country_file(services, request, form)
        return units_file(services, request, code, form)

    @router.get("/tinh")
    def provinces(request: Request) -> Response:
        return provinces_answer(services, request)

    @router.get("/tinh.{form}")
    def file(request: Request, form: str) -> Response:
        page = services.ask(request, provinces_page, address_of(request).at)
        return file_answer(services, request, [page.table], "tinh", form)

    @router.get("/ca-nuoc")
    def units(request: Request) -> Response:
        return country_units_answer(services, request, request.query_params.get("cap", ""))

    @router.get("/ca-nuoc/{level}")
    def of_level(request: Request, level: str) -> Response:
        return country_units_answer(services, request, level)

    @router.get("/ca-nuoc.{form}")
    def units_as_file(request: Request, form: str) -> Response:
        return _country_file(services, request, form)

    return router
