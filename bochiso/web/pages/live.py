"""Live: the year's scores as the dossiers that were received make them this very moment."""

import time
from dataclasses import dataclass
from threading import Lock

from fastapi import APIRouter, Request, Response

from bochiso.periods import parse_period
from bochiso.rules.model import RuleSet
from bochiso.score.scoring import score_units
from bochiso.score.standings import LevelStandings, Standing, Standings, boxes_of, rank_units
from bochiso.store.live_scores import figures_of
from bochiso.store.measuring import measure, measured_units
from bochiso.store.own_days import calendar_of
from bochiso.store.permissions import Action
from bochiso.text import VIETNAM, now
from bochiso.units.model import LEVEL_NAMES
from bochiso.units.names import short_name
from bochiso.web.sessions import within
from bochiso.web.site import Site

FRESH_SECONDS = 1.0
"""How old what a page begins with may be; from then on it follows by itself."""


@dataclass(frozen=True)
class LivePage:
    """The standings of this moment; `unit`: whose rows alone are shown, None for all."""

    levels: tuple[LevelStandings, ...]
    rules: RuleSet
    unit: str | None
    year: int

    def boxes(self, level: LevelStandings) -> list[str]:
        """The groups that a level has."""
        return boxes_of(level, self.rules)

    def rows(self, level: LevelStandings) -> list[Standing]:
        """The units of a level that the reader sees."""
        return [row for row in level.rows if self.unit is None or within(self.unit, row.score.unit.code)]


class _Now:
    """The standings of this moment, measured at most once a second however many ask."""

    def __init__(self, site: Site) -> None:
        self._site, self._lock = site, Lock()
        self._known: tuple[float, Standings] | None = None

    def standings(self) -> Standings:
        """Raises StoreError where there are no dossiers."""
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > FRESH_SECONDS:
                self._known = time.monotonic(), self._measured()
            return self._known[1]

    def _measured(self) -> Standings:
        at, rules = now(), self._site.rules
        period = parse_period(str(at.astimezone(VIETNAM).year))
        with self._site.dossiers() as db:
            units = measured_units(db)
            rows = measure(db, units, period, at, rules, calendar_of(db))
        return rank_units(score_units(figures_of(units, rows), rules), rules)


def routes(site: Site) -> APIRouter:
    """The page; its figures follow what `/live` tells."""
    router = APIRouter()
    rules, moment = site.rules, _Now(site)

    @router.get("/truc-tiep")
    def live(request: Request) -> Response:
        person = site.person_of(request)
        subject = person.unit if person else None
        site.officer(request, Action.SEE_UNPUBLISHED, subject)
        levels = tuple(moment.standings().levels.values())
        page = LivePage(levels, rules, subject, now().astimezone(VIETNAM).year)
        return site.page(
            request, "live.html", page=page, names=LEVEL_NAMES, short_name=short_name, behind=site.behind()
        )

    return router
