"""Why a unit's total changed, in counts: what pages say of it, and how many dossiers are overdue."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fastapi import Request

from bochiso.errors import StoreError
from bochiso.measure.missed.missed_dossiers import OF_DOSSIERS
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change
from bochiso.score.count_changes import CountChange, count_changes
from bochiso.score.explanation import Cause
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.worklist import dossiers_known_of, open_list
from bochiso.text import Text, now
from bochiso.web.core.page_services import PageServices

TOLD = 3
"""How many indicators are told in a sentence each."""


@dataclass(frozen=True)
class WhyChanged:
    """The parts of the change of a total: `counts` of the indicators whose counts are known on both days,
    `causes` of everything, which add up. `since`: what is compared with, and its `day`.
    """

    since: Text
    day: date
    rules: RuleSet
    change: Change
    causes: tuple[Cause, ...]
    counts: tuple[CountChange, ...]

    @property
    def told(self) -> tuple[CountChange, ...]:
        """The indicators that moved the total most, the greatest first."""
        moved = [each for each in self.counts if each.points and each.added is not None]
        return tuple(sorted(moved, key=_size, reverse=True))[:TOLD]

    @property
    def uncounted(self) -> tuple[Cause, ...]:
        """The parts whose counts aren't known: groups of which points alone were published, rounding."""
        counted = {each.rule.code for each in self.counts}
        return tuple(each for each in self.causes if each.code not in counted)

    @property
    def listed(self) -> frozenset[str]:
        """The indicators that have a list of the dossiers that they missed, by code."""
        return frozenset(OF_DOSSIERS)

    @property
    def first(self) -> date:
        """The first day of what is new."""
        return self.day + timedelta(days=1)


def _size(change: CountChange) -> Decimal:
    return abs(change.points or Decimal(0))


def why_changed(change: Change | None, since: tuple[Text, date] | None, rules: RuleSet) -> WhyChanged | None:
    """`since`: what is compared with, in words and its day. None where there is nothing to compare with, or
    points are of different scales.
    """
    if change is None or since is None or change.before is None or change.after is None:
        return None
    if not change.one_scale:
        return None
    causes = tuple(part for part in change.causes(rules) if part.change)
    counts = tuple(count_changes(change.before.score, change.after.score, rules))
    return WhyChanged(*since, rules, change, causes, counts)


def overdue_of(services: PageServices, request: Request, code: str) -> int | None:
    """How many dossiers of a unit are overdue now, for those who may see them; None where none was ever
    received here."""
    person = services.person_of(request)
    if person is None or not person.may(Action.SEE_DOSSIERS, code):
        return None
    try:
        with services.dossiers() as db:
            if not dossiers_known_of(db, code, now()):
                return None
            return len(open_list(db, now(), code, None))
    except StoreError:
        return None
