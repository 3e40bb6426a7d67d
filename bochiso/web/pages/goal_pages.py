"""The way to a goal: what lacks and where, the fewest cases that reach it, any others tried; rank bands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.goals.aims import Goal, goal_of_target, parse_goal
from bochiso.followup.goals.goal_words import (
    error_sentence,
    expected_sentence,
    outcome_sentence,
    risk_sentence,
    standing_sentence,
    unexpected_sentence,
    way_sentence,
)
from bochiso.followup.goals.levers import REMEDY_NAMES, Lever, Remedy
from bochiso.followup.goals.way import what_if
from bochiso.followup.targets import in_force, targets_of
from bochiso.followup.work_kinds import ITEM_NAMES
from bochiso.rules.verdict import day_of
from bochiso.score.bands.rank_bands import RankBand
from bochiso.score.bands.size_peers import SizePeers, size_peers
from bochiso.score.ranking import Standing
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.followup.target_register import known_targets
from bochiso.store.measuring.sync_source import published_sync
from bochiso.store.people.permissions import Action
from bochiso.store.snapshots.band_view import BandView, band_views
from bochiso.store.snapshots.goal_view import GoalAsked, GoalView, goal_view
from bochiso.store.worklists.open_and_due import OpenAndDue, open_and_due
from bochiso.store.worklists.work_lists import WorkAsked
from bochiso.text import Lang, Text, now
from bochiso.units.model import BELOW_PROVINCE, Level, Unit, levels_on
from bochiso.units.names import place_name, short_name
from bochiso.units.provinces import COUNTRY
from bochiso.web.core.day_choice import as_of, home_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of

MOST_SIGNS = 60
"""More of a goal's words are not read."""

TOP_GOALS = ("top-3", "top-5", "top-10")


@dataclass(frozen=True)
class GoalQuery:
    """What is asked, as an address writes it; whatever stands there is answered by a page. open: with the
    open dossiers that are kept here."""

    goal: Annotated[str, Query(alias="dich")] = "top-10"
    total: Annotated[str, Query(alias="diem")] = ""
    open: Annotated[str, Query(alias="ho-so")] = ""

    @property
    def words(self) -> str:
        """The goal in words: the total where one is written."""
        return (self.total.strip() or self.goal)[:MOST_SIGNS]


@dataclass(frozen=True)
class LostGroup:
    """The points of one kind that were lost: what can still be done about them, and where they are."""

    remedy: Remedy
    levers: tuple[Lever, ...]

    @property
    def name(self) -> Text:
        """What can still be done."""
        return REMEDY_NAMES[self.remedy]

    @property
    def lost(self) -> Decimal:
        """The points together."""
        return sum((each.lost for each in self.levers), Decimal(0))


@dataclass(frozen=True)
class GoalPage:
    """A unit's way to a goal. goals: those to choose from; tried: by indicator number, the cases that the
    reader put in, None where none; at_hand: what the dossiers kept here say, for officers; band: the places
    that chance alone allows beside its rank, where that is known."""

    found: GoalView
    goals: tuple[Goal, ...]
    tried: dict[str, int] | None
    at_hand: OpenAndDue | None
    problem: BochisoError | None = None
    band: RankBand | None = None

    def title(self, lang: Lang) -> str:
        """The unit's name as headings have it."""
        unit = self.found.score.unit
        return place_name(unit.name, lang) if unit.level is Level.PROVINCE else short_name(unit.name)

    @property
    def standing(self) -> Text | None:
        """Where the unit stands."""
        aim = self.found.aim
        return standing_sentence(aim, self.found.place, self.found.of) if aim else None

    @property
    def comes_to(self) -> Text | None:
        """What the way comes to."""
        way = self.found.way
        return way_sentence(way, self.found.levers) if way else None

    @property
    def lost(self) -> list[LostGroup]:
        """Every point that was lost, by what can still be done about it."""
        by = {kind: tuple(e for e in self.found.levers if e.remedy is kind) for kind in Remedy}
        return [LostGroup(kind, some) for kind, some in by.items() if some]

    @property
    def usable(self) -> list[Lever]:
        """The indicators of which cases can be tried."""
        return [each for each in self.found.levers if each.most and each.rule]

    @property
    def cases(self) -> dict[str, int]:
        """By indicator: the cases that were put in, else those of the way."""
        if self.tried is not None:
            return {e.code: min(self.tried.get(_number(e), 0), e.most or 0) for e in self.usable}
        return {each.lever.code: each.cases for each in self.found.way.steps} if self.found.way else {}

    @property
    def outcome(self) -> Text | None:
        """What those cases come to."""
        found = self.found
        result = what_if(found.score, found.level, found.levers, self.cases, found.rules)
        return outcome_sentence(result, found.of) if result else None

    @property
    def expected(self) -> tuple[Text, ...]:
        """What to expect at the end of the period, and how sure that is."""
        found, last = self.found, self.found.own.snapshot.period.last
        if found.aim and found.own_end is None:
            return (unexpected_sentence(last),) if last > found.own.snapshot.as_of else ()
        told = expected_sentence(found.own_end, found.needed_end, found.aim) if found.aim else None
        shown = found.needed_end or found.own_end
        return (told, error_sentence(shown)) if told and shown else ()

    @property
    def risk(self) -> Text | None:
        """The points at risk."""
        return risk_sentence(self.at_hand.risk, self.at_hand.days) if self.at_hand else None

    def label(self, lever: Lever) -> Text:
        """An indicator or a group by its name."""
        return self.found.rules.label(lever.code)


def _number(lever: Lever) -> str:
    return lever.rule.number if lever.rule else lever.code


@dataclass(frozen=True)
class BandLine:
    """A unit with its official place, its band, and its place among units of like size."""

    standing: Standing
    band: RankBand
    like: SizePeers | None


@dataclass(frozen=True)
class BandLevel:
    """One level: its bands, and every unit in the order of the official ranking."""

    found: BandView
    rows: tuple[BandLine, ...]

    @property
    def name(self) -> Text:
        """The level's name."""
        return self.found.level.title

    def state(self, row: BandLine) -> Text:
        """Whether chance may put a unit among the best, or out of them."""
        if row.band.code in self.found.bands.surely:
            return Text("chắc", "surely")
        return Text("có thể", "possibly") if row.band.code in self.found.bands.possibly else Text("–", "–")


def goal_question(
    store: Store,
    unit: str,
    words: str,
    at: SnapshotRef | None,
    open_items: tuple[tuple[str, int], ...] | None = None,
) -> GoalView:
    """The way of a unit to a goal as words name it. Raises ComputeError for what is no goal, or no unit."""
    known = as_of(store, at)
    goal = parse_goal(words, known.rules(known.snapshots()[-1])) if known.snapshots() else None
    if goal is None:
        raise ComputeError(Text("chưa có số liệu.", "there are no figures."))
    return goal_view(known, GoalAsked(unit, goal, open_items=open_items))


def band_question(store: Store, within: str | None, at: SnapshotRef | None) -> tuple[BandLevel, ...]:
    """The bands of each level of a province, or of the provinces of the country, of the newest figures."""
    known = as_of(store, at)
    days = known.snapshots()
    there = levels_on(days[-1].as_of) if days else ()
    if within == COUNTRY:
        there, within = (Level.PROVINCE,), None
    levels = (level for level in there if any(level in known.levels(s) for s in days))
    views = (each for level in levels for each in band_views(known, level, within=within))
    return tuple(BandLevel(each, tuple(_lines(each))) for each in views)


def level_bands(
    store: Store, level: Level, within: str | None, at: SnapshotRef | None
) -> tuple[RankBand, ...]:
    """The bands of the units of one level, of its newest figures; none where no counts are known."""
    views = band_views(as_of(store, at), level, within=within)
    return tuple(row for each in views for row in each.bands.rows if not row.fixed)


def _lines(found: BandView) -> Sequence[BandLine]:
    by_code = {row.score.unit.code: row for row in found.level.rows}
    return [BandLine(by_code[e.code], e, size_peers(found.level, e.code)) for e in found.bands.rows]


def routes(services: PageServices) -> APIRouter:
    """The way of the home province, of any unit, and the bands."""
    router = APIRouter()

    @router.get("/muc-tieu")
    def home_goal(request: Request, asked: Annotated[GoalQuery, Depends()]) -> Response:
        code = home_of(services, request)
        if code is None:
            return services.page(request, "first-run.html")
        if code == COUNTRY:
            return services.redirect(request, "/tinh")
        return _goal_page(services, request, code, asked)

    @router.get("/muc-tieu/{code}")
    def goal(request: Request, code: str, asked: Annotated[GoalQuery, Depends()]) -> Response:
        return _goal_page(services, request, code, asked)

    @router.get("/khoang-hang")
    def bands(request: Request) -> Response:
        home = home_of(services, request)
        levels = services.ask(request, band_question, home, address_of(request).at)
        days = [each.found.view.snapshot for each in levels]
        return services.page(request, "bands.html", levels=levels, short_name=short_name, of_days=days)

    return router


def _goal_page(services: PageServices, request: Request, code: str, asked: GoalQuery) -> Response:
    at, problem, status = address_of(request).at, None, 200
    words = asked.words
    try:
        parse_goal(words, services.rules)
    except ComputeError as error:
        problem, status, words = error, 400, GoalQuery().goal
    found = services.ask(request, goal_question, code, words, at)
    tried = _tried(request.query_params, found.levers)
    at_hand = _at_hand(services, request, found) if asked.open else None
    if at_hand is not None:
        found = services.ask(request, goal_question, code, words, at, at_hand.open_items)
    goals = [parse_goal(each, found.rules) for each in TOP_GOALS]
    goals += [parse_goal(each.code, found.rules) for each in found.rules.grades.bounds[:-1]]
    goals += _given(services, request, found.score.unit)
    page = GoalPage(
        found,
        tuple({each.slug: each for each in (*goals, found.goal)}.values()),
        tried,
        at_hand,
        problem,
        _band(services, request, found),
    )
    days = [found.own.snapshot] + ([found.peers.snapshot] if found.other_day else [])
    return services.page(
        request, "goal.html", status, page=page, asked=asked, items=ITEM_NAMES, remedies=Remedy,
        short_name=short_name, of_days=days,
    )  # fmt: skip


def _band(services: PageServices, request: Request, found: GoalView) -> RankBand | None:
    """The band of a unit below a province, where it is of the same ranking."""
    unit = found.score.unit
    if unit.level not in BELOW_PROVINCE or found.place is None:
        return None
    rows = services.ask(request, level_bands, unit.level, found.level.province, address_of(request).at)
    return next((row for row in rows if (row.code, row.rank) == (unit.code, found.place)), None)


def _given(services: PageServices, request: Request, unit: Unit) -> list[Goal]:
    """The goals that decisions gave to the unit, for those who may see them."""
    person = services.person_of(request)
    if person is None or not person.may(Action.SEE_DOSSIERS):
        return []
    held = in_force(known_targets(services.ledger), day_of(now()))
    found = (goal_of_target(each, services.rules) for each in targets_of(held, unit.code, unit.level))
    return [each for each in found if each]


def _at_hand(services: PageServices, request: Request, found: GoalView) -> OpenAndDue | None:
    """What the dossiers kept here say of a unit, for those who may see them, of the newest figures alone."""
    person, unit = services.person_of(request), found.score.unit
    if person is None or address_of(request).at is not None or not person.may(Action.SEE_DOSSIERS, unit.code):
        return None
    moment, period = now(), found.own.snapshot.period
    work = WorkAsked(
        unit.code, period, moment, published_sync(services.backend.folder, period, day_of(moment))
    )
    try:
        with services.dossiers() as db:
            return open_and_due(db, work, found.score, found.rules)
    except ComputeError:
        return None  # none of its dossiers is here


def _tried(query: Mapping[str, str], levers: Sequence[Lever]) -> dict[str, int] | None:
    """The cases that the reader put in, by the indicator's number; None where none of them is asked for."""
    numbers = [each.rule.number for each in levers if each.rule]
    if not any(number in query for number in numbers):
        return None
    given = {number: query.get(number, "").strip() for number in numbers}
    return {number: int(text) for number, text in given.items() if text.isdecimal() and len(text) < 10}
