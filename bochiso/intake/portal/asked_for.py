"""Whether an answer is the one that was asked for: by its service, its province, its period, its page.

A cache or a proxy between may hand out another answer than the portal's, and the portal itself may
mix up requests; every figure would be true, of somebody else. Only what an answer says is held
against its request: what it leaves out contradicts nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bochiso.errors import SourceError, Where
from bochiso.intake.portal.decode import Row, excerpt
from bochiso.intake.portal.requests import PROVINCES, RESULTS, Body, PortalPage, PortalPart
from bochiso.intake.portal.services import Metrics, Results, Tree, recognise
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say
from bochiso.units.codes import normalise_code, parent_code

_GROUPS = {
    "transparency": "CKMB",
    "dvc-progress-tree": "TDGQ",
    "provide-online-tree": "CLGQ",
    "formality-online-payment-tree": "TTTT",
    "dossier-digitized": "MDSH",
    "handling-satisfaction": "MDHL",
}
_ECHOES = ("query", "filter", "request", "params", "metadata", "period", "pagination")
"""Objects in which an answer may say again what it was asked."""

_PERIOD = ("timeType", "year", "quarter", "month", "fromDate", "toDate")
_PAGE = ("currentPage", "pageNumber", "page")


def check_asked(
    part: PortalPart, asked: Body, page: PortalPage, earlier: Sequence[PortalPage], rules: RuleSet
) -> None:
    """Raise SourceError where an answer says that it answers something else than `asked`.

    `earlier`: the pages before it of the same part.
    """
    checks: tuple[Callable[[], Text | None], ...] = (
        lambda: _other_service(part, page, rules),
        lambda: _other_province(part, asked, page.body),
        lambda: _other_units(part, page),
        lambda: _other_period(asked, page.body),
        lambda: _other_page(asked, page.body, earlier),
    )
    what = next((found for check in checks if (found := check()) is not None), None)
    if what is not None:
        raise SourceError(
            say(
                "Cổng trả lời không đúng yêu cầu: {what}",
                "the portal answered something else: {what}",
                what=what,
            ),
            where=Where(page.name),
            do=say(
                "Câu trả lời này không được dùng; hãy thu thập lại sau.",
                "This answer is not used; collect again later.",
            ),
        )


def _other_service(part: PortalPart, page: PortalPage, rules: RuleSet) -> Text | None:
    if not page.rows:
        return None
    try:
        shape = recognise(page.name, page.body, rules).shape
    except SourceError:
        return None  # judged with the others: it has another form than before
    group = _GROUPS.get(part.service.path)
    match shape:
        case Results():
            other = part.service.path != RESULTS.path
            found: Text | str = RESULTS.name
        case Metrics(code) | Tree(code):
            other, found = code != group, rules.label(code) if code in rules.group else code
    return (
        say(
            "hỏi {asked}, nhận được {found}.",
            "asked for {asked}, received {found}.",
            asked=part.service.name,
            found=found,
        )
        if other
        else None
    )


def _other_province(part: PortalPart, asked: Body, body: Row) -> Text | None:
    """The row above all others is the province that was asked about, or the whole country."""
    head = body.get("parent") if "parent" in body else body.get("overview")
    if not isinstance(head, dict):
        return None
    code, key = head.get("departmentCode"), head.get("departmentId")
    found = normalise_code(code) if isinstance(code, str) and code.strip() else None
    if part == PROVINCES:
        return None if found is None else _asked_of(say("cả nước", "the whole country"), head)
    other = found is not None and found != part.province
    root = asked.get("rootDepartmentId")
    if other or (found is None and isinstance(key, str) and root is not None and key != root):
        return _asked_of(part.province or "", head)
    if found is None and key is None and isinstance(head.get("departmentName"), str):
        return _asked_of(part.province or "", head)
    return None


def _asked_of(asked: Text | str, head: Row) -> Text:
    named = head.get("departmentName") or head.get("departmentCode") or head.get("departmentId")
    return say(
        "hỏi số liệu của {asked}, nhận được số liệu của “{found}”.",
        "asked about {asked}, received the figures of “{found}”.",
        asked=asked,
        found=excerpt(named),
    )


def _other_units(part: PortalPart, page: PortalPage) -> Text | None:
    """Not one of the rows is about a unit of the kind that was asked about."""
    codes = [
        normalise_code(code)
        for row in page.rows
        if isinstance(row, dict) and isinstance(code := row.get("departmentCode"), str) and code.strip()
    ]
    if not codes or any(parent_code(code) == part.province for code in codes):
        return None
    return say(
        "hỏi các đơn vị của {asked}, nhận được danh sách bắt đầu bằng “{found}”.",
        "asked about the units of {asked}, received a list that starts with “{found}”.",
        asked=part.province or say("cả nước", "the whole country"),
        found=codes[0],
    )


def _other_period(asked: Body, body: Row) -> Text | None:
    for echo in _echoes(body):
        for key in _PERIOD:
            said = echo.get(key)
            if said is None or isinstance(said, dict | list | bool):
                continue
            wanted = asked.get(key)
            other = str(said)[:10].lower() != str(wanted).lower()
            if wanted is not None and other:
                return say(
                    "hỏi kỳ {key} = {asked}, nhận được kỳ {key} = {found}.",
                    "asked for {key} = {asked}, received {key} = {found}.",
                    key=key,
                    asked=str(wanted),
                    found=excerpt(said),
                )
    return None


def _other_page(asked: Body, body: Row, earlier: Sequence[PortalPage]) -> Text | None:
    """A service may count its pages from 0; the first of them tells."""
    said, wanted = _page_of(body), int(asked["currentPage"])
    if said is None:
        return None
    first = _page_of(earlier[0].body) if earlier else said
    if first is None or first not in (0, 1):
        first = 1
    if said == first + wanted - 1:
        return None
    return say(
        "hỏi trang {asked:d}, nhận được trang {found:d}.",
        "asked for page {asked:d}, received page {found:d}.",
        asked=wanted,
        found=said,
    )


def _page_of(body: Row) -> int | None:
    for echo in _echoes(body):
        for key in _PAGE:
            if isinstance(said := echo.get(key), int) and not isinstance(said, bool):
                return said
    return None


def _echoes(body: Row) -> Iterator[Mapping[str, Any]]:
    yield body
    yield from (found for name in _ECHOES if isinstance(found := body.get(name), dict))
