"""Live: the year's scores as the dossiers that were received make them this very moment."""

from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache
from fastapi import APIRouter, Request, Response

from bochiso.periods import parse_period
from bochiso.rules.rule_set import RuleSet
from bochiso.score.own_basis import MeasuredBasis
from bochiso.score.ranking import LevelStandings, Standing, Standings, boxes_of, rank_units
from bochiso.score.scoring import score_units
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.live_scores import figures_of
from bochiso.store.measuring.measured_basis import basis_of
from bochiso.store.measuring.measurement import measure, measured_units
from bochiso.store.measuring.sync_source import PublishedFor, find_sync
from bochiso.store.people.permissions import Action
from bochiso.text import VIETNAM, now
from bochiso.units.codes import is_at_or_below
from bochiso.units.model import LEVEL_NAMES
from bochiso.units.names import short_name
from bochiso.web.core.page_services import PageServices

STANDINGS_CACHE_SECONDS = 1.0
"""How old what a page begins with may be; from then on it follows by itself."""


@dataclass(frozen=True)
class LivePage:
    """The standings of this moment; `unit`: whose rows alone are shown, None for all."""

    levels: tuple[LevelStandings, ...]
    rules: RuleSet
    unit: str | None
    year: int
    basis: MeasuredBasis

    def boxes(self, level: LevelStandings) -> list[str]:
        """The groups that a level has."""
        return boxes_of(level, self.rules)

    def rows(self, level: LevelStandings) -> list[Standing]:
        """The units of a level that the reader sees."""
        return [
            row for row in level.rows if self.unit is None or is_at_or_below(self.unit, row.score.unit.code)
        ]


class _Now:
    """The standings of this moment, measured at most once a second however many ask."""

    def __init__(self, services: PageServices) -> None:
        self._site, self._lock = services, Lock()
        self._known: TTLCache[None, tuple[Standings, MeasuredBasis]] = TTLCache(1, STANDINGS_CACHE_SECONDS)
        self._published = PublishedFor(services.backend.folder)

    def standings(self) -> tuple[Standings, MeasuredBasis]:
        """With what they stand on. Raises StoreError where there are no dossiers."""
        with self._lock:
            found = self._known.get(None)
            if found is None:
                found = self._known[None] = self._measured()
            return found

    def _measured(self) -> tuple[Standings, MeasuredBasis]:
        at, rules = now(), self._site.rules
        period = parse_period(str(at.astimezone(VIETNAM).year))
        published = self._published(period, at.astimezone(VIETNAM).date())
        with self._site.dossiers() as db:
            units, calendar = measured_units(db), calendar_of(db)
            sync = find_sync(db, units, period, at, published)
            rows = measure(db, units, period, at, rules, calendar, sync)
            basis = basis_of(db, (units, rows), sync, period, at, calendar)
        standings = rank_units(score_units(figures_of(units, rows), rules), rules)
        return standings, basis


def routes(services: PageServices) -> APIRouter:
    """The page; its figures follow what `/live` tells."""
    router = APIRouter()
    rules, moment = services.rules, _Now(services)

    @router.get("/truc-tiep")
    def live(request: Request) -> Response:
        person = services.person_of(request)
        subject = person.unit if person else None
        services.require(request, Action.SEE_UNPUBLISHED, subject)
        standings, basis = moment.standings()
        page = LivePage(standings.tables, rules, subject, now().astimezone(VIETNAM).year, basis)
        return services.page(
            request,
            "live.html",
            page=page,
            names=LEVEL_NAMES,
            short_name=short_name,
            behind=services.behind(),
        )

    return router
