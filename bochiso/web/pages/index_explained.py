"""The index explained to a citizen: what is counted, what it earns, on which legal source."""

from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError, StoreError
from bochiso.rules.loader import builtin_ids, load_rules
from bochiso.rules.rule_set import Group, Indicator, RuleSet
from bochiso.rules.rule_table import (
    DeadlineRow,
    GradeRow,
    IndicatorTableRow,
    deadline_rows,
    grade_rows,
    indicator_rows,
)
from bochiso.score.formula import points
from bochiso.store.figures.snapshot_store import Store
from bochiso.text import Lang, say
from bochiso.web.core.day_choice import as_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SnapshotRef, address_of

ON_TIME = "RESOLVED_ON_TIME"
"""The indicator whose rule is told at length: when a dossier is on time."""

EXAMPLE = (300, 1000)
"""Counted over what, for the worked example."""


@dataclass(frozen=True)
class ExplainedIndicator:
    """One indicator in words; `counted` over `of` is what its rate is made of, both empty for a mean."""

    row: IndicatorTableRow
    counted: str
    of: str
    scored: bool


@dataclass(frozen=True)
class WorkedExample:
    """A worked example: what an indicator earns for EXAMPLE."""

    rule: Indicator
    target: str
    numerator: int
    denominator: int
    points: Decimal


@dataclass(frozen=True)
class RulesPage:
    """A set of rules, its boxes with their indicators, in the reader's language.

    `composites`: groups of the written index that the boxes split.
    """

    rules: RuleSet
    groups: tuple[tuple[Group, tuple[ExplainedIndicator, ...]], ...]
    composites: tuple[Group, ...]
    grades: tuple[GradeRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    example: WorkedExample | None
    on_time: Indicator | None
    others: tuple[RuleSet, ...]

    @property
    def written(self) -> int:
        """How many groups the written index has."""
        split = {part for group in self.composites for part in group.parts}
        return len(self.composites) + sum(code not in split for code in self.rules.boxes)


def rules_in_force(store: Store, at: SnapshotRef | None) -> RuleSet | None:
    """The rules that scored the newest snapshot, or the one asked for; None where there are no figures."""
    found = as_of(store, at).snapshots()
    return store.rules(found[-1]) if found else None


def rules_page(rules: RuleSet, lang: Lang) -> RulesPage:
    """What the page says of a set."""
    rows = {row.code: row for row in indicator_rows(rules, lang)}
    groups = tuple(
        (rules.group[code], tuple(_explained(i, rows[i.code]) for i in rules.in_group[code]))
        for code in rules.boxes
    )
    return RulesPage(
        rules,
        groups,
        tuple(g for g in rules.groups if g.parts and set(g.parts) <= set(rules.boxes)),
        tuple(grade_rows(rules, lang)),
        tuple(deadline_rows(rules, lang)),
        _example(rules, rows),
        rules.indicator.get(ON_TIME),
        tuple(load_rules(each) for each in builtin_ids() if each != rules.id),
    )


def _explained(rule: Indicator, row: IndicatorTableRow) -> ExplainedIndicator:
    counted, found, of = row.counts.partition(" / ")
    return ExplainedIndicator(row, counted if found else "", of, rule.scored)


def _example(rules: RuleSet, rows: dict[str, IndicatorTableRow]) -> WorkedExample | None:
    """An indicator whose target is below the whole shows the formula best."""
    shares = [i for i in rules.indicators if i.scored and i.target is not None]
    rule = min(shares, key=lambda i: (i.target or 1, -i.points), default=None)
    earned = points(rule, *EXAMPLE) if rule else None
    return (
        WorkedExample(rule, rows[rule.code].target, *EXAMPLE, earned) if rule and earned is not None else None
    )


def routes(services: PageServices) -> APIRouter:
    """The set in force, and the others that come with the program."""
    router = APIRouter()

    def shown(request: Request, rules: RuleSet) -> Response:
        return services.page(request, "rules.html", page=rules_page(rules, address_of(request).lang))

    @router.get("/quy-tac")
    def in_force(request: Request) -> Response:
        try:
            rules = services.ask(request, rules_in_force, address_of(request).at)
        except StoreError:  # the law is there even where no figures can be read
            rules = None
        return shown(request, rules or services.rules)

    @router.get("/quy-tac/{name}")
    def other(request: Request, name: str) -> Response:
        if name not in builtin_ids():
            raise ComputeError(say("không có bộ quy tắc {name}.", "there is no rule set {name}.", name=name))
        return shown(request, load_rules(name))

    return router
