"""Where somebody lands who signs in: what waits for them today, the nearest last day first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.followup.duties import Duty, Whose, duties_of
from bochiso.office.digests import province_in_short
from bochiso.office.waiting import WaitingSources, what_waits
from bochiso.rules.verdict import day_of
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.permissions import ROLE_NAMES, Action, Role
from bochiso.store.people.settings import read_settings
from bochiso.text import Text, now, say
from bochiso.units.names import short_name
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.page_services import PageServices
from bochiso.web.steering.alarm_pages import open_alarms

SOON_DAYS = 3
"""A last day that is nearer stands under those that are due."""


@dataclass(frozen=True)
class TodayPage:
    """What waits for one person. `names`: of units. `names_units`: whether it is more than one unit's.
    `figures`: the digest of the newest figures, for who sees all."""

    role: Text
    unit_name: str | None
    day: date
    duties: Sequence[Duty]
    names: dict[str, str]
    names_units: bool
    unknown: Sequence[Text] = ()
    figures: Sequence[str] = ()

    def parts(self) -> Iterator[tuple[Text, list[Duty]]]:
        """The duties under their headings."""
        soon = self.day + timedelta(days=SOON_DAYS)
        dated = [(each.last, each) for each in self.duties if each.last is not None]
        yield say("Đã quá hạn", "Overdue"), [each for last, each in dated if last < self.day]
        yield (
            say("Đến hạn trong {n} ngày", "Due within {n} {n:day|days}", n=SOON_DAYS),
            [each for last, each in dated if self.day <= last <= soon],
        )
        yield say("Việc khác", "Besides"), [e for e in self.duties if e.last is None or e.last > soon]

    def when(self, duty: Duty) -> Text:
        """How far its last day is."""
        left = duty.left(self.day)
        if left is None:
            return say("", "")
        if left < 0:
            return say("quá {n} ngày", "{n} {n:day|days} over", n=-left)
        return say("hạn {day}", "by {day}", day=duty.last) if left else say("hạn hôm nay", "today")

    def name(self, unit: str) -> str:
        """A unit's name."""
        return self.names.get(unit, unit)


def routes(services: PageServices) -> APIRouter:
    """The page."""
    router = APIRouter()

    @router.get("/hom-nay")
    def today(request: Request) -> Response:
        person = services.require(request, Action.SEE_OWN)
        moment = now()
        sources = WaitingSources(services.backend.folder, services.ledger, moment, services.dossiers)
        waits, unknown = what_waits(sources)
        waits += _alarms(services, request, person)
        with services.dossiers() as db:
            names = {unit.code: short_name(unit.name) for unit in unit_tree(db).units.values()}
        page = TodayPage(
            ROLE_NAMES[person.role],
            names.get(person.unit, person.unit) if person.unit else None,
            day_of(moment),
            duties_of(waits, whose_are(person)),
            names,
            person.unit is None or bool(person.below),
            unknown,
            _figures(services, person, day_of(moment)),
        )
        return services.page(request, "today.html", page=page, behind=services.behind())

    return router


def _figures(services: PageServices, person: SignedIn, day: date) -> tuple[str, ...]:
    """The digest of the figures, for leaders and the office; nothing where no province is known."""
    if not person.may(Action.SEE_UNPUBLISHED):
        return ()
    try:
        return services.query_cache.ask(None, province_in_short, read_settings(services.ledger), day)
    except ComputeError:
        return ()


def _alarms(services: PageServices, request: Request, person: SignedIn) -> list[Duty]:
    """That alarms wait to be looked at, for who does."""
    if not person.may(Action.STEER) or not (n := len(open_alarms(services, request, person))):
        return []
    what = say("{n} bất thường của số liệu chờ xem xét", "{n} {n:alarm|alarms} to look at", n=n)
    return [Duty("alarms", what, "/bat-thuong", daily=True)]


def whose_are(person: SignedIn) -> Whose:
    """Whose duties somebody has: of their unit and those below it, or the office's."""
    own = frozenset({person.unit} if person.unit else ()) | person.below
    return Whose(own, person.role is Role.OFFICE)
