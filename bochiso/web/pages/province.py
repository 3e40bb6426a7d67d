"""The province's page: where it stands, its boxes, what moved it, its units by grade, who rose and fell."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from msgspec.structs import replace

from bochiso.errors import ComputeError
from bochiso.followup.change_words import change_sentence
from bochiso.followup.goals.aims import parse_goal
from bochiso.rules.verdict import day_of
from bochiso.score.changes import Change
from bochiso.score.headline import Headline, headline
from bochiso.score.ranking import LevelStandings
from bochiso.store.figures.kept_predecessors import was_merged
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.followup.target_register import known_targets
from bochiso.store.snapshots.goal_view import GoalAsked, goal_view
from bochiso.store.snapshots.queries import ExplainedUnit, Ranked, explained
from bochiso.store.snapshots.snapshot_selection import PREVIOUS
from bochiso.store.snapshots.target_standings import TargetTable, target_tables
from bochiso.text import Lang, Text, now, say
from bochiso.units.codes import is_code, normalise_code
from bochiso.units.model import Level
from bochiso.units.names import place_name, province_title, short_name
from bochiso.units.provinces import provinces_on
from bochiso.web.core.day_choice import NoFiguresError, as_of, indicators_path
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of
from bochiso.web.graphics.page_chart import PageChart
from bochiso.web.graphics.unit_pictures import GroupTargets, pictures_of
from bochiso.web.pages.score_parts import cause_name, group_targets, sources_of
from bochiso.web.pages.unit_tables import ranked_levels
from bochiso.web.pages.why_changed import WhyChanged, overdue_of, why_changed

GOAL = "top-10"
"""The goal that the sentence tells of."""

MOVERS_SHOWN = 5
"""How many of those who rose and of those who fell are shown."""


@dataclass(frozen=True)
class LevelSummary:
    """The units of one level: how many of each grade, and who moved most."""

    ranked: Ranked
    risen: tuple[Change, ...]
    fallen: tuple[Change, ...]

    @property
    def name(self) -> Text:
        """The level's name."""
        return self.standings.title

    @property
    def unranked(self) -> int:
        """Units that can't be ranked for lack of figures."""
        return len(self.standings.rows) - self.standings.ranked

    @property
    def level(self) -> Level:
        """The level."""
        return self.ranked.level

    @property
    def standings(self) -> LevelStandings:
        """Its standings."""
        return self.ranked.standings


@dataclass(frozen=True)
class ProvincePage:
    """`found`, `headline` are None where the province itself has no figures, only its units. `other_day`:
    the day of the others that it is ranked among, where that isn't its own."""

    code: str
    name: str
    sources: tuple[Text, ...]
    found: ExplainedUnit | None
    headline: Headline | None
    pictures: tuple[PageChart, ...]
    why: WhyChanged | None
    levels: tuple[LevelSummary, ...]
    remarks: tuple[Text, ...]
    other_day: date | None = None

    @property
    def since(self) -> date | None:
        """The day that its figures are compared with."""
        return self.found.before_day if self.found else None

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Those that its figures are of, the province's own first."""
        own = (self.found.after.snapshot,) if self.found else ()
        return (*own, *(each.ranked.after.snapshot for each in self.levels))


def province_page(
    store: Store, code: str, at: SnapshotRef | None, lang: Lang, targets: GroupTargets = ()
) -> ProvincePage:
    """Raises ComputeError where nothing is known of the province. `targets`: those of its groups."""
    store = as_of(store, at)
    found = _explained(store, code)
    levels = tuple(_summary(each) for each in ranked_levels(store, code, None))
    if found is None and not levels:
        raise _nothing_of(store, code)
    if found is None:
        return ProvincePage(code, code, (), None, None, (), None, levels, ())
    told, other_day = _headline(store, found)
    return ProvincePage(
        code,
        found.standing.score.unit.name,
        sources_of(store, found.after.snapshot),
        found,
        told,
        pictures_of(store, code, found.after.snapshot, lang, targets),
        why_changed(found.change, _since(found), found.after.rules),
        levels,
        found.remarks,
        other_day,
    )


def _nothing_of(store: Store, code: str) -> ComputeError:
    """What is said of a province without figures: by its name where there is such a province."""
    day = max((each.as_of for each in store.snapshots()), default=day_of(now()))
    if all(each.code != code for each in provinces_on(day)):
        return ComputeError(Text("không có tỉnh, thành phố nào mang mã này.", "no province has this code."))
    return NoFiguresError(
        say(
            "{name} chưa có số liệu nên chưa được chấm điểm, xếp hạng.",
            "there are no figures of {name}, so it is neither scored nor ranked.",
            name=province_title(code, day),
        )
    )


def _headline(store: Store, found: ExplainedUnit) -> tuple[Headline, date | None]:
    """The numbers of the province; where it stands alone on its day, beside the others as they were on the
    day that comes with them, and what the page of its way to a goal says."""
    standing = found.standing
    plain = headline(standing, found.after.standings.peers(standing.score.unit), found.change)
    if standing.of > 1 or standing.rank is None:
        return plain, None
    goal = parse_goal(GOAL, found.after.rules)
    snapshot = found.after.snapshot
    among = goal_view(
        store, GoalAsked(standing.score.unit.code, goal, snapshot.as_of.isoformat(), snapshot.period)
    )
    if among.other_day is None:
        return replace(plain, standing=replace(standing, rank=None)), None
    return (
        replace(
            plain,
            standing=replace(standing, rank=among.place, of=among.of),
            short_of=among.aim.short if among.aim and not among.aim.reached else None,
            leading=among.aim is not None and among.aim.reached,
        ),
        among.other_day,
    )


def _since(found: ExplainedUnit) -> tuple[Text, date] | None:
    title, day = found.before_title, found.before_day
    return (title, day) if title and day else None


def _explained(store: Store, code: str) -> ExplainedUnit | None:
    def has(snapshot: Snapshot) -> bool:
        return store.unit(snapshot, code) is not None

    if not any(has(snapshot) for snapshot in store.snapshots()):
        return None
    try:
        return explained(store, code, as_of=None, period=None, against=PREVIOUS, rules=None)
    except ComputeError:
        return explained(store, code, as_of=None, period=None, against=None, rules=None)


def _summary(ranked: Ranked) -> LevelSummary:
    moved = [c for c in ranked.comparison.changes if c.total] if ranked.comparison else []
    moved.sort(key=lambda c: c.total or 0)
    risen = tuple(c for c in reversed(moved[-MOVERS_SHOWN:]) if (c.total or 0) > 0)
    return LevelSummary(ranked, risen, tuple(c for c in moved[:MOVERS_SHOWN] if (c.total or 0) < 0))


def routes(services: PageServices) -> APIRouter:
    """The page of any province."""
    router = APIRouter()

    @router.get("/tinh/{code}")
    def province(request: Request, code: str) -> Response:
        if is_code(known := normalise_code(code)) and known != code:
            return RedirectResponse(address_of(request).to(f"/tinh/{known}"), 308)
        return province_answer(services, request, code)

    return router


def province_answer(services: PageServices, request: Request, code: str) -> Response:
    """The page of a province."""
    address = address_of(request)
    targets = _targets(services, request, code)
    page = services.ask(request, province_page, code, address.at, address.lang, group_targets(targets, code))
    return services.page(
        request,
        "province.html",
        of_days=page.snapshots,
        page=page,
        overdue=None if address.at else overdue_of(services, request, code),
        cause_name=cause_name,
        change_sentence=change_sentence,
        short_name=short_name,
        place_name=place_name,
        targets=targets,
        indicators=indicators_path(services, request, code),
        merged=was_merged(services.query_cache.folder, code),
    )


def _targets(services: PageServices, request: Request, code: str) -> list[TargetTable]:
    """How the province's units stand to the targets that hold today, for who sees what isn't published."""
    if not services.sees_all(request):
        return []
    held = tuple(known_targets(services.ledger))
    return services.ask(request, target_tables, held, day_of(now()), code) if held else []
