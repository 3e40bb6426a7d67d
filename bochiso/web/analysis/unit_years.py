"""A unit over the years on the ground that it has now: its predecessors' counts added up, and marked so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.store.figures.kept_predecessors import predecessors_kept
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.history import HistoryLine, SnapshotHistory, history_row, like_for_like
from bochiso.text import Lang, Text, say
from bochiso.units.codes import normalise_code
from bochiso.units.names import place_name, province_title
from bochiso.units.predecessors import Predecessors
from bochiso.units.provinces import province
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS
from bochiso.web.core.template_context import SECURITY, address_of

Years = tuple[SnapshotHistory, ...]


@dataclass(frozen=True)
class UnitYears:
    """What a unit was in each period, oldest first. `names`: of it and its predecessors, by code."""

    code: str
    name: Text
    rules: RuleSet
    years: Years
    names: dict[str, Text]

    @property
    def rows(self) -> Iterator[tuple[Indicator, list[HistoryLine | None]]]:
        """Each indicator that any period has, with its line in each."""
        by_code = [{line.indicator: line for line in one.lines} for one in self.years]
        for rule in self.rules.indicators:
            lines = [each.get(rule.code) for each in by_code]
            if any(lines):
                yield rule, lines

    @property
    def scored(self) -> bool:
        """Whether any period has a total that can be compared with today's."""
        return any(one.total is not None for one in self.years)

    @property
    def sums(self) -> tuple[tuple[SnapshotHistory, tuple[str, ...]], ...]:
        """The periods whose figures are of others than the unit itself, or of several, with these."""
        own = (self.code,)
        known = ((one, [each for each in one.lines if each.numerator is not None]) for one in self.years)
        found = (
            (one, max((each.parts for each in lines if each.summed or each.parts != own), default=()))
            for one, lines in known
        )
        return tuple((one, parts) for one, parts in found if parts)

    @property
    def estimated(self) -> bool:
        """Whether a predecessor counts by a share."""
        return any(map(self.estimated_in, self.years))

    def estimated_in(self, one: SnapshotHistory) -> bool:
        """Whether one does in a period."""
        return any(line.split and line.numerator is not None for line in one.lines)

    @property
    def unlisted(self) -> tuple[SnapshotHistory, ...]:
        """The periods in which the unit has figures of its own though the table says that it didn't stand."""
        return tuple(one for one in self.years if any(line.unlisted for line in one.lines))

    def named(self, codes: Sequence[str], lang: Lang) -> str:
        """The names of units, each once."""
        return ", ".join(self.names[code].render(lang) for code in codes)


def years_of(store: Store, code: str, table: Predecessors, rules: RuleSet, until: date | None) -> UnitYears:
    """Raises ComputeError where no figures have the unit or what was there before it."""
    years = like_for_like(store, code, table, rules, until)
    if not years:
        raise ComputeError(
            say("chưa có số liệu của {unit} qua các năm.", "there are no figures of {unit}.", unit=code)
        )
    codes = {code, *(part for one in years for line in one.lines for part in line.parts)}
    names: dict[str, Text] = {}
    for one in years:
        for unit in store.units(one.snapshot):
            if unit.code in codes:
                names[unit.code] = Text(place_name(unit.name), place_name(unit.name))
    day = years[0].snapshot.as_of
    told = {
        each: province_title(each, day) if province(each, day) else names.get(each, Text(each, each))
        for each in codes
    }
    last = years[-1].snapshot.as_of
    name = province_title(code, last) if province(code, last) else told[code]
    return UnitYears(code, name, rules, years, told)


def routes(services: PageServices) -> APIRouter:
    """The page of any unit, and its lines as a file."""
    router = APIRouter()

    def found_of(request: Request, code: str) -> UnitYears:
        at = address_of(request).at
        table, rules = predecessors_kept(services.query_cache.folder), load_rules("qd766")
        own, until = normalise_code(code), at.day if at else None
        return services.ask(request, years_of, own, table, rules, until)

    @router.get("/don-vi/{code}/cac-nam")
    def page(request: Request, code: str) -> Response:
        found = found_of(request, code)
        return services.page(
            request,
            "unit-years.html",
            page=found,
            of_days=[one.snapshot for one in reversed(found.years)],
        )

    @router.get("/don-vi/{code}/cac-nam.{form}")
    def file(request: Request, code: str, form: str) -> Response:
        if form not in FORMS:
            return services.missing(request)
        found = found_of(request, code)
        make, kind = FORMS[form]
        rows = [history_row(one, line, found.rules) for one in found.years for line in one.lines]
        band = services.band(request, [one.snapshot for one in found.years])
        state = "-chua-cong-bo" if band and band.unpublished else ""
        name = f"cac-nam-{found.code}{state}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **SECURITY}
        return services.file(request, make(rows), kind, headers)

    return router
