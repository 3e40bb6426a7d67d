"""One unit: its points and what it lost where, its place among its peers, what moved it, its trend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bochiso.errors import ComputeError, StoreError
from bochiso.followup.change_words import change_sentence
from bochiso.followup.targets import TARGET_STATES, TargetProgress, name_of, value_in_words
from bochiso.measure.losses import ProcedureLoss
from bochiso.rules.rule_set import Grade, RuleSet
from bochiso.rules.verdict import day_of
from bochiso.score.changes import Change
from bochiso.score.explanation import Loss, explain
from bochiso.score.headline import Headline, headline
from bochiso.score.marginal_gain import next_hundredth
from bochiso.score.ranking import Standing
from bochiso.score.remarks import notes
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.kept_predecessors import was_merged
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.followup.target_register import known_targets
from bochiso.store.measuring.measurement import measured_units, prepare, unit_procedures
from bochiso.store.people.permissions import Action
from bochiso.store.snapshots.queries import Ranked, few_cases_of
from bochiso.store.snapshots.snapshot_selection import choose, snapshot_title
from bochiso.store.snapshots.target_standings import TargetTable, target_tables
from bochiso.store.worklists.worklist import dossiers_known_of, open_list
from bochiso.text import Text, now, say
from bochiso.units.codes import is_code, normalise_code
from bochiso.units.model import Level, Unit
from bochiso.units.names import province_title, short_name
from bochiso.units.tree import TOPS, top_of
from bochiso.web.core.day_choice import as_of, indicators_path
from bochiso.web.core.page_services import WORKLISTS, PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of
from bochiso.web.graphics.unit_pictures import pictures_of
from bochiso.web.pages.score_parts import cause_name, group_targets, sources_of
from bochiso.web.pages.unit_tables import ranked_level, ranked_levels
from bochiso.web.pages.why_changed import WhyChanged, overdue_of, why_changed

PROCEDURES = 20
"""How many procedures are shown, those that cost the unit most."""

URGENT = 5
"""How many of its overdue dossiers, and of those due soon, are shown."""

AROUND = 2
"""How many peers above and below are shown."""


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator, or a box whose indicators are not known, as the table shows it.

    `more`: how much the numerator must grow to earn 0.01 point more; None where it can't, and then
    `why` says so. `target` is in percent. `provincial`: the unit has the province's figure, whether the
    source gives it again or not, and can't change it.
    """

    loss: Loss
    number: str
    name: Text
    target: Decimal | int | None
    more: int | None
    why: Text | None
    provincial: bool

    @property
    def counted(self) -> tuple[Decimal | int, ...]:
        """Numerator and denominator without needless decimals; the denominator may lack."""
        count = self.loss.indicator.count if self.loss.indicator else None
        if count is None or count.numerator is None:
            return ()
        return tuple(_plain(each) for each in (count.numerator, count.denominator) if each is not None)


@dataclass(frozen=True)
class Peer:
    """A unit near in the ranking; `here` is the page's own. `ahead`: its total minus the page's unit's."""

    standing: Standing
    name: str
    here: bool
    ahead: Decimal


@dataclass(frozen=True)
class UnitPage:
    """`province`, or ministry: None for one of those itself. `next_grade`, `short_of`: the next better grade,
    if any.
    """

    ranked: Ranked
    standing: Standing
    name: str
    within: str | None
    province: Text | None
    change: Change | None
    headline: Headline
    lines: tuple[IndicatorLine, ...]
    why: WhyChanged | None
    peers: tuple[Peer, ...]
    to_next: Decimal | None
    next_grade: Grade | None
    short_of: Decimal | None
    remarks: tuple[Text, ...]

    @property
    def unit(self) -> Unit:
        """The unit."""
        return self.standing.score.unit

    @property
    def rules(self) -> RuleSet:
        """The rules that scored it."""
        return self.ranked.after.rules

    @property
    def detailed(self) -> bool:
        """Whether any indicator is known, not boxes alone."""
        return any(line.loss.indicator for line in self.lines)

    @property
    def level_name(self) -> Text:
        """The name of its peers."""
        return self.ranked.standings.title


def unit_of(store: Store, code: str, at: SnapshotRef | None) -> tuple[Unit, Unit | None]:
    """The unit of a code as the newest snapshot that has it names it, and the province or ministry whose
    units it is among.

    Raises ComputeError where none has.
    """
    for snapshot in reversed(as_of(store, at).snapshots()):
        if unit := store.unit(snapshot, code):
            return unit, _top_of(unit, store, snapshot)
    raise ComputeError(
        say("chưa có số liệu của đơn vị {code}.", "there are no figures of the unit {code}.", code=code)
    )


def ranked_with(store: Store, unit: Unit, within: str | None, at: SnapshotRef | None) -> Ranked | None:
    """The ranking of a unit's level in the newest snapshot that has the unit: one that ranks several where
    there is any; of a province the newest of all, which the start page shows, too."""
    known = as_of(store, at)
    mine = [s for s in known.snapshots() if store.unit(s, unit.code)]
    if unit.level is Level.PROVINCE:
        own = known.restricted_to(mine)
        newest = choose(own, None, None)
        return ranked_level(own, unit.level, within, SnapshotRef(newest.period, newest.as_of))
    return ranked_level(known.restricted_to(mine), unit.level, within)


def _top_of(unit: Unit, store: Store, snapshot: Snapshot) -> Unit | None:
    """The province or ministry whose units a unit is ranked among; None for one of those itself."""
    if unit.level in TOPS.values():
        return None
    code = top_of(unit.code, store.units(snapshot))
    return store.unit(snapshot, code) or Unit(code, code, Level.PROVINCE)


def unit_page(ranked: Ranked, code: str, top: Unit | None) -> UnitPage:
    """What the page shows of a unit of this ranking; `top`: the province or ministry that it belongs to."""
    standing = ranked.standings.find(code)
    assert standing is not None  # noqa: S101 (the ranking was chosen by it)
    rules, score = ranked.after.rules, standing.score
    change = ranked.comparison.find(code) if ranked.comparison else None
    better = _better_grade(standing, rules)
    peers = _peers(ranked.standings.rows, standing)
    ahead = [row.score.total for row in ranked.standings.rows if _is_above(row, standing)]
    few = few_cases_of(change, rules)
    return UnitPage(
        ranked,
        standing,
        short_name(score.unit.name),
        top.code if top else None,
        _top_name(top, ranked.after.snapshot.as_of) if top else None,
        change,
        headline(standing, ranked.standings, change),
        _lines(explain(score, rules), rules, score.unit.level),
        why_changed(change, _since(ranked), rules),
        peers,
        min(total for total in ahead if total is not None) - score.total if ahead and score.total else None,
        better,
        better.least - score.total if better and score.total is not None else None,
        (*([few.sentence] if few else ()), *notes(score, rules), *ranked.remarks),
    )


def _top_name(top: Unit, day: date) -> Text:
    """A province as headings name it, a ministry by its own name."""
    return Text(top.name, top.name) if top.level is Level.MINISTRY else province_title(top.code, day)


def _since(ranked: Ranked) -> tuple[Text, date] | None:
    before = ranked.before
    return (snapshot_title(before), before.as_of) if before else None


def _lines(losses: Iterable[Loss], rules: RuleSet, level: Level) -> tuple[IndicatorLine, ...]:
    """The unit's own first, those of the province behind them; each by what was lost."""
    found = [_line(loss, rules, level) for loss in losses]
    return tuple(sorted(found, key=lambda line: line.provincial))


def _line(loss: Loss, rules: RuleSet, level: Level) -> IndicatorLine:
    rule, each = rules.indicator.get(loss.code), loss.indicator
    provincial = rule is not None and level.value in rule.inherits
    more = next_hundredth(each.rule, each.count) if each and not provincial else None
    target = None if rule is None or rule.target is None else rule.target * 100
    return IndicatorLine(
        loss,
        rule.number if rule else "",
        rules.label(loss.code),
        None if target is None else _plain(target),
        more,
        _BY_PROVINCE if provincial and loss.lost else None if more is not None else _why_not(loss),
        provincial,
    )


_BY_PROVINCE = Text("do tỉnh thực hiện", "up to the province")


def _plain(value: Decimal | int) -> Decimal | int:
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


def _why_not(loss: Loss) -> Text | None:
    """Why a rate can't grow; None where it isn't known at all."""
    each = loss.indicator
    if each is None or not each.rule.scored:
        return None
    if loss.lost == 0:
        return Text("đã đạt tối đa", "all earned")
    if each.count.denominator == 0:
        return Text("chưa phát sinh", "nothing to count")
    return None


def _better_grade(standing: Standing, rules: RuleSet) -> Grade | None:
    bounds = list(rules.grades.bounds)
    place = bounds.index(standing.grade) if standing.grade else 0
    return bounds[place - 1] if place else None


def _is_above(row: Standing, own: Standing) -> bool:
    return row.rank is not None and own.rank is not None and row.rank < own.rank


def _peers(rows: Sequence[Standing], own: Standing) -> tuple[Peer, ...]:
    ranked = [row for row in rows if row.rank is not None]
    if len(ranked) < 2 or own not in ranked or own.score.total is None:
        return ()
    place = ranked.index(own)
    return tuple(
        Peer(row, short_name(row.score.unit.name), row is own, row.score.total - own.score.total)
        for row in ranked[max(place - AROUND, 0) : place + AROUND + 1]
        if row.score.total is not None
    )


def routes(services: PageServices) -> APIRouter:
    """The page of any unit."""
    router = APIRouter()

    @router.get("/don-vi/{code}")
    def page(request: Request, code: str) -> Response:
        if is_code(own := normalise_code(code)) and own != code:
            return RedirectResponse(address_of(request).to(f"/don-vi/{own}"), 308)
        at = address_of(request).at
        unit, top = services.ask(request, unit_of, code, at)
        within = top.code if top else None
        known = services.ask(request, ranked_levels, within, at)
        ranked = next((each for each in known if each.standings.find(code)), None)
        if ranked is None or unit.level is Level.PROVINCE:
            ranked = services.ask(request, ranked_with, unit, within, at)
        if ranked is None:
            return services.missing(request)
        found = unit_page(ranked, code, top)
        last = ranked.after.snapshot
        targets = _targets(services, request, code, within)
        aims = group_targets([table for table, _ in targets], code)
        return services.page(
            request,
            "unit.html",
            page=found,
            procedures=_procedures(services, request, found),
            urgent=_urgent(services, request, code),
            targets=targets,
            indicators=indicators_path(services, request, within or code),
            target_name=name_of,
            target_value=value_in_words,
            target_states=TARGET_STATES,
            sources=services.ask(request, sources_of, last),
            pictures=services.ask(request, pictures_of, code, last, address_of(request).lang, aims),
            overdue=None if at else overdue_of(services, request, code),
            change_sentence=change_sentence,
            of_days=(last,),
            of_levels=(found.unit.level,),
            cause_name=cause_name,
            merged=was_merged(services.query_cache.folder, found.unit.code),
        )

    return router


def _procedures(services: PageServices, request: Request, page: UnitPage) -> list[ProcedureLoss]:
    """What each procedure cost the unit, for its officers; empty where its dossiers are not kept here.

    Counted from dossiers that were never published, so the public doesn't see it.
    """
    person, score, snapshot = services.person_of(request), page.standing.score, page.ranked.after.snapshot
    if person is None or not person.may(Action.SEE_DOSSIERS, score.unit.code):
        return []
    try:
        with services.dossiers() as db:
            units = measured_units(db)
            prepare(db, units, snapshot.period, snapshot.read_at, page.rules, calendar_of(db))
            found = unit_procedures(db, units, score, snapshot.period, snapshot.read_at)
    except StoreError:
        return []
    return [each for each in found if each.lost][:PROCEDURES]


def _targets(
    services: PageServices, request: Request, code: str, within: str | None
) -> list[tuple[TargetTable, TargetProgress]]:
    """How the unit stands to the targets that hold today, for its officers."""
    person = services.person_of(request)
    if person is None or not person.may(Action.SEE_DOSSIERS, code):
        return []
    held = tuple(known_targets(services.ledger))
    found = services.ask(request, target_tables, held, day_of(now()), within) if held else []
    return [(table, row) for table in found for level in table.levels for row in level.rows
            if row.unit == code]  # fmt: skip


@dataclass(frozen=True)
class Urgent:
    """The most urgent dossiers of one kind, and how many there are of it."""

    kind: str
    rows: list[dict[str, Any]]
    total: int


def _urgent(services: PageServices, request: Request, code: str) -> list[Urgent] | None:
    """The unit's dossiers to act on, for its officers; None where its dossiers are not kept here."""
    person = services.person_of(request)
    if person is None or not person.may(Action.SEE_DOSSIERS, code):
        return None
    try:
        with services.dossiers() as db:
            if not dossiers_known_of(db, code, now()):
                return None  # what never came is not "none"
            lists = {kind: open_list(db, now(), code, days) for kind, days in WORKLISTS.items()}
    except StoreError:
        return None
    return [Urgent(kind, rows[:URGENT], len(rows)) for kind, rows in lists.items()]
