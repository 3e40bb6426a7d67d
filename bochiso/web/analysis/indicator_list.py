"""All indicators in one table: what the province has and loses in each, and how its units stand."""

from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.indicator_table import IndicatorStanding, IndicatorTable, indicator_table
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import Ranked
from bochiso.text import Text
from bochiso.units.names import province_title, short_name
from bochiso.units.provinces import COUNTRY
from bochiso.web.core.day_choice import home_of, indicators_path
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of
from bochiso.web.pages.index_explained import rules_in_force
from bochiso.web.pages.unit_tables import ranked_levels


@dataclass(frozen=True)
class IndicatorListRow:
    """One indicator. `own`: the province's figure; `tables`: of the levels below it that count their own, in
    the order of the page's levels, None where one has no figure; `shared`: which take the province's.
    """

    rule: Indicator
    own: IndicatorStanding | None
    of: int
    tables: tuple[IndicatorTable | None, ...]
    shared: tuple[bool, ...]

    def lowest(self, n: int) -> IndicatorStanding | None:
        """The unit of a level that lost most; None where none did, or several did."""
        table = self.tables[n]
        known = [row for row in table.rows if row.lost] if table else []
        if not known or (len(known) > 1 and known[-2].lost == known[-1].lost):
            return None
        return known[-1]


@dataclass(frozen=True)
class IndicatorsPage:
    """The boxes with their indicators; `level_names`: of those below the province, or the country, that have
    figures; `base`: where the indicators' pages are; `country`: that nothing is a province's own."""

    base: str
    rules: RuleSet
    name: Text
    level_names: tuple[Text, ...]
    boxes: tuple[tuple[str, tuple[IndicatorListRow, ...]], ...]
    snapshot: Snapshot | None
    title: Text | None
    country: bool = False

    @property
    def ranked(self) -> bool:
        """Whether the province has a rank in any indicator."""
        return any(line.own and line.own.rank for _, lines in self.boxes for line in lines)

    def lost(self, lines: tuple[IndicatorListRow, ...]) -> Decimal | None:
        """What the province lost in a box; None where any of its indicators isn't known."""
        scored = [each for each in lines if each.rule.scored]
        known = [each.own.lost for each in scored if each.own and each.own.lost is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(scored) else None


def indicators_page(store: Store, code: str, at: SnapshotRef | None, base: str) -> IndicatorsPage:
    """What the page shows of a province and its units, whose indicators are at `base`.

    Raises ComputeError where there are no figures.
    """
    provinces = next(iter(ranked_levels(store, None, at)), None)
    below = ranked_levels(store, code if code != COUNTRY else None, at)
    newest = provinces or (below[0] if below else None)
    found = newest.after.rules if newest else rules_in_force(store, at)
    if found is None:
        raise ComputeError(Text("chưa có số liệu nào.", "there are no figures."))
    boxes = tuple(
        (box, tuple(_line(rule, code, provinces, below) for rule in found.in_group[box]))
        for box in found.boxes
    )
    day = newest.after.snapshot.as_of if newest else None
    return IndicatorsPage(
        base,
        found,
        province_title(code, day) if day else Text(code, code),
        tuple(each.standings.title for each in below),
        boxes,
        newest.after.snapshot if newest else None,
        newest.after.title if newest else None,
        code == COUNTRY,
    )


def _line(
    rule: Indicator, code: str, provinces: Ranked | None, below: tuple[Ranked, ...]
) -> IndicatorListRow:
    top = _table(rule, provinces) if provinces else None
    tables = tuple(_table(rule, each) for each in below)
    return IndicatorListRow(
        rule,
        top.find(code) if top else None,
        top.ranked if top else 0,
        tuple(None if each and each.shared else each for each in tables),
        tuple(bool(each and each.shared) for each in tables),
    )


def _table(rule: Indicator, ranked: Ranked) -> IndicatorTable | None:
    if rule.code not in ranked.after.rules.indicator:
        return None
    compared = ranked.comparison
    before = compared.before if compared and compared.points_comparable else None
    found = indicator_table(ranked.standings, before, rule.code, ranked.after.rules)
    return found if found.rows else None


def routes(services: PageServices) -> APIRouter:
    """The table of all indicators of the home province, and of any other that has units."""
    router = APIRouter()

    def shown(request: Request, code: str) -> Response:
        if (base := indicators_path(services, request, code)) is None:
            return services.missing(request)
        found = services.ask(request, indicators_page, code, address_of(request).at, base)
        days = (found.snapshot,) if found.snapshot else ()
        return services.page(request, "indicators.html", page=found, of_days=days, short_name=short_name)

    @router.get("/chi-so")
    def page(request: Request) -> Response:
        code = home_of(services, request)
        return shown(request, code) if code else services.page(request, "first-run.html")

    @router.get("/tinh/{code}/chi-so")
    def page_of_province(request: Request, code: str) -> Response:
        return shown(request, code)

    return router
