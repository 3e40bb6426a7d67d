"""The provinces of the country: totals, ranks in all and in each group, and how far the best ten are."""

from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.score.ranking import Standing
from bochiso.store.figures.snapshot_store import Store
from bochiso.text import Text
from bochiso.units.model import Level
from bochiso.units.names import place_name
from bochiso.web.core.day_choice import home_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of
from bochiso.web.pages.unit_tables import ranked_levels
from bochiso.web.pages.units import (
    LevelTable,
    TableQuery,
    arranged,
    file_answer,
    level_table,
    parse_table_query,
    sparks,
)

BEST = 10
"""The group of leaders (nhóm 10 tỉnh, thành phố dẫn đầu)."""


@dataclass(frozen=True)
class ProvincesPage:
    """`places`: a province's rank in each box, by its code. `leaders`: the total of the last of the best."""

    table: LevelTable
    places: dict[str, dict[str, int]]
    leaders: Decimal | None

    def find(self, code: str | None) -> Standing | None:
        """The standing of a province, where it is ranked."""
        rows = (row.standing for row in self.table.rows if row.code == code and row.standing.rank)
        return next(rows, None)

    def short_of(self, code: str | None) -> Decimal | None:
        """Points that a province lacks to be among the best; None where it is, or isn't ranked."""
        own = self.find(code)
        if own is None or own.score.total is None or self.leaders is None or (own.rank or 0) <= BEST:
            return None
        return self.leaders - own.score.total

    def is_leader(self, code: str | None) -> bool:
        """Whether a province is among the best, where there are more than those."""
        own = self.find(code)
        return own is not None and self.leaders is not None and (own.rank or 0) <= BEST


def provinces_page(store: Store, at: SnapshotRef | None) -> ProvincesPage:
    """Raises ComputeError where there are no figures of provinces."""
    found = ranked_levels(store, None, at)
    if not found:
        raise ComputeError(
            Text("chưa có số liệu của các tỉnh, thành phố.", "there are no figures of provinces.")
        )
    table = level_table(found[0], place_name)
    ranked = [row.standing for row in table.rows if row.standing.rank]
    leaders = ranked[BEST - 1].score.total if len(ranked) > BEST else None
    return ProvincesPage(table, _places(table), leaders)


def _places(table: LevelTable) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {row.code: {} for row in table.rows}
    for box in table.boxes:
        points = {row.code: value for row in table.rows if (value := row.points.get(box)) is not None}
        for code, rank in ranks(points).items():
            found[code][box] = rank
    return found


def ranks(points: dict[str, Decimal]) -> dict[str, int]:
    """Ranks by points, best first; equals share one and the next is skipped.

    >>> ranks({"a": Decimal(2), "b": Decimal(3), "c": Decimal(2), "d": Decimal(1)})
    {'b': 1, 'a': 2, 'c': 2, 'd': 4}
    """
    order = sorted(points, key=lambda code: points[code], reverse=True)
    found: dict[str, int] = {}
    for n, code in enumerate(order, 1):
        before = order[n - 2] if n > 1 else None
        found[code] = found[before] if before and points[before] == points[code] else n
    return found


@dataclass(frozen=True)
class ShownProvinces:
    """The page as it was asked for; `ours` is the code of the home province."""

    page: ProvincesPage
    asked: TableQuery
    table: LevelTable
    sparks: dict[str, str]
    ours: str | None


def routes(services: PageServices) -> APIRouter:
    """All provinces, and the table as a file."""
    router = APIRouter()

    @router.get("/tinh")
    def provinces(request: Request) -> Response:
        page = services.ask(request, provinces_page, address_of(request).at)
        asked = parse_table_query(request.query_params)
        ranked = page.table.ranked
        found = ShownProvinces(
            page,
            asked,
            arranged([page.table], asked)[0],
            sparks(services, request, None, [ranked]),
            home_of(services, request),
        )
        return services.page(
            request,
            "provinces.html",
            of_days=(ranked.after.snapshot,),
            of_levels=(Level.PROVINCE,),
            found=found,
            page=page,
        )

    @router.get("/tinh.{form}")
    def file(request: Request, form: str) -> Response:
        page = services.ask(request, provinces_page, address_of(request).at)
        return file_answer(services, request, [page.table], "tinh", form)

    return router
