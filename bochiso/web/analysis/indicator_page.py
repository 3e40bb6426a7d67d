"""One indicator: what it is, how every unit stands in it, who moved and by how many cases."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.followup.change_words import change_sentence
from bochiso.followup.work_kinds import KIND_OF
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.rules.rule_table import IndicatorTableRow, indicator_rows
from bochiso.score.indicator_table import IndicatorStanding, IndicatorTable, indicator_table
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import Ranked
from bochiso.text import Lang, Text, say
from bochiso.units.model import Level
from bochiso.units.names import place_name, province_title, short_name
from bochiso.web.analysis.indicator_files import indicator_file_rows
from bochiso.web.core.day_choice import HOME_INDICATORS, home_of, indicators_path
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS
from bochiso.web.core.template_context import SECURITY, SnapshotRef, address_of
from bochiso.web.graphics.indicator_pictures import levels_of, trend_of_indicator
from bochiso.web.graphics.page_chart import PageChart
from bochiso.web.pages.index_explained import rules_in_force
from bochiso.web.pages.unit_tables import ranked_levels

SHOWN = 5
"""How many of the lowest, of those who fell and of those who rose are shown first."""


@dataclass(frozen=True)
class IndicatorLevel:
    """All units of one level in the indicator; `before`: the snapshot that changes are since."""

    ranked: Ranked
    table: IndicatorTable

    @property
    def level(self) -> Level:
        """The level."""
        return self.table.level.level

    @property
    def name(self) -> Text:
        """The level's name."""
        return self.table.level.title

    @property
    def since(self) -> Snapshot | None:
        """What changes are since; None where points can't be compared."""
        compared = self.ranked.comparison
        return self.ranked.before if compared and compared.points_comparable else None

    @property
    def lowest(self) -> tuple[IndicatorStanding, ...]:
        """Those that lost most, the greatest loss first; nobody where all have the same."""
        known = [row for row in self.table.rows if row.lost]
        return tuple(reversed(known[-SHOWN:])) if self.table.ranked > SHOWN else ()

    @property
    def fallen(self) -> tuple[IndicatorStanding, ...]:
        """Those whose points fell most."""
        moved = [row for row in self.table.moved if row.change and (row.change.points or 0) < 0]
        return tuple(moved[:SHOWN])

    @property
    def risen(self) -> tuple[IndicatorStanding, ...]:
        """Those whose points rose most."""
        moved = [row for row in self.table.moved if row.change and (row.change.points or 0) > 0]
        return tuple(reversed(moved[-SHOWN:]))


@dataclass(frozen=True)
class IndicatorPage:
    """What the page shows. `base`: where the province's indicators are; `own`: the province itself, where its
    figure is known. `earlier`, `later`: the indicators before and behind it in the set.
    """

    base: str

    rules: RuleSet
    rule: Indicator
    row: IndicatorTableRow
    code: str
    name: Text
    own: IndicatorStanding | None
    own_of: int
    levels: tuple[IndicatorLevel, ...]
    pictures: tuple[PageChart, ...]
    earlier: Indicator | None
    later: Indicator | None

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot of those that it shows."""
        found = [each.ranked.after.snapshot for each in self.levels]
        return max(found, key=lambda each: each.as_of, default=None)


def indicator_levels(
    store: Store, code: str, number: str, at: SnapshotRef | None
) -> tuple[RuleSet, Indicator, tuple[IndicatorLevel, ...]]:
    """An indicator by its number, and every level that has a figure of it: the provinces, then the units of
    the province. Raises ComputeError where the rules have no such indicator."""
    ranked = [*ranked_levels(store, None, at), *ranked_levels(store, code, at)]
    rules = ranked[0].after.rules if ranked else rules_in_force(store, at)
    rule = next((i for i in rules.indicators if i.number == number), None) if rules else None
    if rules is None or rule is None:
        raise ComputeError(say("không có chỉ số {number}.", "there is no indicator {number}.", number=number))
    found = []
    for each in ranked:
        if rule.code not in each.after.rules.indicator:
            continue
        compared = each.comparison
        before = compared.before if compared and compared.points_comparable else None
        table = indicator_table(each.standings, before, rule.code, each.after.rules)
        if table.rows:
            found.append(IndicatorLevel(each, table))
    return rules, rule, tuple(found)


def indicator_page(
    store: Store, code: str, number: str, at: SnapshotRef | None, lang: Lang, base: str = HOME_INDICATORS
) -> IndicatorPage:
    """What the page shows of an indicator, of a province and its units, whose indicators are at `base`."""
    rules, rule, levels = indicator_levels(store, code, number, at)
    place = rules.indicators.index(rule)
    top = next((each for each in levels if each.level is Level.PROVINCE), None)
    own = top.table.find(code) if top else None
    day = levels[0].ranked.after.snapshot.as_of if levels else None
    name = province_title(code, day) if day else Text(code, code)
    title = place_name(own.unit.name, lang) if own else name.render(lang)
    subject = rule.number if base == HOME_INDICATORS else f"{code}-{rule.number}"
    spread = levels_of([each.table for each in levels], code, title, subject, lang) if levels else None
    last = top.ranked.after.snapshot if top else None
    trend = trend_of_indicator(store, rule, code, title, last, subject, lang) if last else None
    return IndicatorPage(
        base,
        rules,
        rule,
        next(row for row in indicator_rows(rules, lang) if row.code == rule.code),
        code,
        name,
        own,
        top.table.ranked if top else 0,
        levels,
        tuple(each for each in (spread, trend) if each),
        rules.indicators[place - 1] if place else None,
        rules.indicators[place + 1] if place + 1 < len(rules.indicators) else None,
    )


def routes(services: PageServices) -> APIRouter:
    """The page of an indicator of the home province or of another one that has units, its tables as files."""
    router = APIRouter()

    def shown(request: Request, code: str, number: str) -> Response:
        address, base = address_of(request), indicators_path(services, request, code)
        if base is None:
            return services.missing(request)
        found = services.ask(request, indicator_page, code, number, address.at, address.lang, base)
        return services.page(
            request,
            "indicator.html",
            page=found,
            lowest_first=request.query_params.get("xep") == "thap",
            of_days=tuple(each.ranked.after.snapshot for each in reversed(found.levels)),
            has_list=found.rule.code in KIND_OF,
            change_sentence=change_sentence,
            short_name=short_name,
            place_name=place_name,
        )

    def export(request: Request, code: str, number: str, level: str, form: str) -> Response:
        address = address_of(request)
        _, rule, levels = services.ask(request, indicator_levels, code, number, address.at)
        wanted = next((each for each in levels if each.level.value == level), None)
        if wanted is None or form not in FORMS:
            return services.missing(request)
        make, kind = FORMS[form]
        rows = indicator_file_rows(wanted.table, wanted.ranked.after.snapshot, wanted.since, address.lang)
        day = wanted.ranked.after.snapshot.as_of.isoformat()
        name = f"chi-so-{rule.number}-{level}-{day}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **SECURITY}
        return services.file(request, make(rows), kind, headers)

    @router.get("/chi-so/{number}")
    def page(request: Request, number: str) -> Response:
        code = home_of(services, request)
        return shown(request, code, number) if code else services.page(request, "first-run.html")

    @router.get("/tinh/{code}/chi-so/{number}")
    def page_of_province(request: Request, code: str, number: str) -> Response:
        return shown(request, code, number)

    @router.get("/chi-so/{number}/{level}.{form}")
    def file(request: Request, number: str, level: str, form: str) -> Response:
        code = home_of(services, request)
        return export(request, code, number, level, form) if code else services.missing(request)

    @router.get("/tinh/{code}/chi-so/{number}/{level}.{form}")
    def file_of_province(request: Request, code: str, number: str, level: str, form: str) -> Response:
        if indicators_path(services, request, code) is None:
            return services.missing(request)
        return export(request, code, number, level, form)

    return router
