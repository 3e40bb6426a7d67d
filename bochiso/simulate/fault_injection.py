"""How the stand-in can be told to misbehave, as the real portal has done or may do."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bochiso.simulate.portal_figures import PortalFigures

REJECTED = (
    b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    b"Please consult with your administrator.<br><br>Your support ID is: 1234567890</body></html>"
)
"""The page of the portal's firewall, which comes with status 200."""


class FaultKind(StrEnum):
    """What goes wrong."""

    SLOW = "slow"
    ERROR = "error"
    FORBIDDEN = "forbidden"
    TOO_MANY = "too-many"
    HTML = "html"
    TRUNCATED = "truncated"
    DROPPED = "dropped"
    SCORE_AS_TEXT = "score-as-text"
    NUMERATOR_AS_OBJECT = "numerator-as-object"
    MISSING_GROUP = "missing-group"
    NEW_FIELD = "new-field"
    RENAMED_UNIT = "renamed-unit"
    TORN = "torn"
    OTHER_PROVINCE = "other-province"
    OTHER_SERVICE = "other-service"
    OTHER_PERIOD = "other-period"
    LOST_ROWS = "lost-rows"


@dataclass(frozen=True)
class InjectedFault:
    """One way to misbehave: on requests of `service` (None: all), after `skip` of them, `times` times.

    The catalogue of procedures may fail to answer, but its answers are never changed.
    times: None means from then on. seconds: how long SLOW waits before it answers. status: of
    ERROR, such as 500 or 502. retry_after: seconds that TOO_MANY (429) asks to wait, None where
    it doesn't say.
    """

    kind: FaultKind
    service: str | None = None
    times: int | None = None
    skip: int = 0
    seconds: float = 1.0
    status: int = 500
    retry_after: int | None = None


@dataclass
class _Planned:
    fault: InjectedFault
    seen: int = 0

    def strikes(self, service: str) -> bool:
        """Whether it strikes the next request of a service; counts that request."""
        if self.fault.service not in (None, service):
            return False
        turn = self.seen - self.fault.skip
        self.seen += 1
        return turn >= 0 and (self.fault.times is None or turn < self.fault.times)


class FaultPlan:
    """The faults of one server; each counts the requests that it sees."""

    def __init__(self, faults: Iterable[InjectedFault] = ()) -> None:
        self._planned = [_Planned(fault) for fault in faults]

    def add(self, fault: InjectedFault) -> None:
        """One more fault; it counts requests from now on."""
        self._planned.append(_Planned(fault))

    def due(self, service: str) -> list[InjectedFault]:
        """The faults that strike the next request of a service."""
        return [each.fault for each in self._planned if each.strikes(service)]


def rename_one(figures: PortalFigures) -> PortalFigures:
    """The figures with the first rural commune (xã) made a ward (phường)."""
    unit = next(each.unit for each in figures.units if each.unit.name.startswith("UBND xã"))
    return figures.renamed(unit.code, unit.name.replace("UBND xã", "UBND phường"))


def tear(figures: PortalFigures, before: PortalFigures) -> PortalFigures:
    """The figures with the totals of every third unit that changed as they were on the day before."""
    old = {each.unit.code: each.total for each in before.units}
    changed = [each.unit.code for each in figures.units if old[each.unit.code] != each.total]
    return figures.with_totals({code: old[code] for code in changed[::3]})


def spoil(body: dict[str, Any], kinds: Iterable[FaultKind]) -> None:
    """Change the body of an answer in place."""
    data = body["data"]
    for kind in kinds:
        match kind:
            case FaultKind.SCORE_AS_TEXT:
                _change_first(data, ("score", "totalScore"), str)
            case FaultKind.NUMERATOR_AS_OBJECT:
                keys = ("numerator", "totalOnTime", "totalFeeFormality", "totalScore")
                _change_first(data, keys, lambda value: {"value": value})
            case FaultKind.MISSING_GROUP:
                _remove_group(data)
            case FaultKind.OTHER_PERIOD:
                data["timeType"], data["year"] = "year", 2025
            case FaultKind.LOST_ROWS:
                rows = data.get("evaluation", data.get("children", []))
                data["pagination"] = {"currentPage": 1, "totalPages": 1, "totalItems": len(rows)}
                del rows[-3:]
            case FaultKind.NEW_FIELD:
                data["dataVersion"] = {"name": "3.1"}
                for row in _rows(data):
                    row["rankingNote"] = ["…"]


def _rows(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of an answer, the one above first."""
    for key in ("overview", "parent"):
        if data.get(key):
            yield data[key]
    for key in ("evaluation", "children"):
        yield from data.get(key, ())


def _change_first(data: dict[str, Any], keys: Iterable[str], change: Callable[[Any], Any]) -> None:
    """Change the first of these fields that is not null, in the rows below rather than in the one above."""
    rows = list(_rows(data))
    for key in keys:
        for row in (*rows[1:], *rows[:1]):
            for holder in (*row.get("metrics", ()), row):
                if holder.get(key) is not None:
                    holder[key] = change(holder[key])
                    return


def _remove_group(data: dict[str, Any]) -> None:
    """The totals lose a group; the service of a group loses all it has."""
    if "radar" in data:
        for row in _rows(data):
            row.get("groupScores", {}).pop("MDSH", None)
        return
    for key in data:
        data[key] = [] if isinstance(data[key], list) else None
