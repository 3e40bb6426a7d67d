"""What is asked of the stand-in: a request of one of the portal's services, checked."""

from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import NAMESPACE_OID, uuid5

from bochiso.errors import ComputeError
from bochiso.periods import Period, parse_period

RESULTS = "service-results"
SATISFACTION = "handling-satisfaction"
FORMALITIES = "formalities"

GROUPS = {
    "transparency": "CKMB",
    "dvc-progress-tree": "TDGQ",
    "provide-online-tree": "CLGQ",
    "formality-online-payment-tree": "TTTT",
    SATISFACTION: "MDHL",
    "dossier-digitized": "MDSH",
}
"""The services that answer one group, and which."""

_BASE = "/api/v1/reporting"
PATHS = {f"{_BASE}/evaluation/{service}": service for service in (RESULTS, *GROUPS)} | {
    f"{_BASE}/{FORMALITIES}": FORMALITIES
}
"""The service at each path."""

PROVINCES = "ADMINISTRATIVE_UNIT"
"""The departmentType of provinces."""


class BadQuery(Exception):  # noqa: N818  (an answer of the portal, not an error of ours)
    """A request that the portal refuses with HTTP 400; the message is the portal's."""


@dataclass(frozen=True)
class Query:
    """One request. `root` is the province whose units are asked for; page counts from 1."""

    period: Period
    root: str | None
    kind: str | None
    page: int
    size: int


def department_id(code: str) -> str:
    """The UUID by which the stand-in names a unit."""
    return str(uuid5(NAMESPACE_OID, code))


def parse_query(service: str, body: Any) -> Query:
    """A request's body, checked. Raises BadQuery where the portal would refuse it."""
    if not isinstance(body, dict):
        raise BadQuery("body must be a JSON object")
    for key in ("formalityId", "formalityID"):
        if body.get(key) is not None:
            raise BadQuery(f"{key}: the stand-in holds no figures of single procedures")
    period = _days(body) if service == SATISFACTION else _time(body)
    return Query(period, _text(body, "rootDepartmentId"), _text(body, "departmentType"), *page_of(body))


def page_of(body: dict[str, Any]) -> tuple[int, int]:
    """The page that is asked for and its size: the first ten rows unless said.

    Raises BadQuery where they aren't positive.
    """
    page, size = body.get("currentPage", 1), body.get("pageSize", 10)
    if not (_is_whole(page) and _is_whole(size) and page >= 1 and size >= 1):
        raise BadQuery("currentPage and pageSize must be positive integers")
    return page, size


def _time(body: dict[str, Any]) -> Period:
    kind, year = body.get("timeType"), body.get("year")
    if not _is_whole(year) or not 2000 <= year <= 9999:
        raise BadQuery("year must be an integer")
    given = {key: body[key] for key in ("quarter", "month") if body.get(key) is not None}
    match kind, given:
        case "year", {**rest} if not rest:
            return parse_period(f"{year}")
        case "quarter", {"quarter": int(quarter), **rest} if not rest and 1 <= quarter <= 4:
            return parse_period(f"{year}-Q{quarter}")
        case "month", {"month": int(month), **rest} if not rest and 1 <= month <= 12:
            return parse_period(f"{year}-{month:02d}")
    raise BadQuery("timeType must be year, quarter or month, with quarter or month only where it says so")


def _days(body: dict[str, Any]) -> Period:
    if "timeType" in body:
        raise BadQuery("fromDate and toDate take the place of timeType")
    try:
        return parse_period(f"{body.get('fromDate')}..{body.get('toDate')}")
    except ComputeError:
        raise BadQuery("fromDate and toDate must be days such as 2026-07-01, in order") from None


def _text(body: dict[str, Any], key: str) -> str | None:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise BadQuery(f"{key} must be a string")
    return value


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
