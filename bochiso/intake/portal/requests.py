"""What one snapshot of the portal is made of: the parts to ask for, each request's body, its pages.

The list of provinces first: a province's departmentId, which every request about its units
needs, is learnt from there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bochiso.errors import ComputeError, SourceError, Where
from bochiso.intake.portal.decode import FieldError, Row, decode, text_of, unwrap
from bochiso.periods import Period, parse_period
from bochiso.text import Text, say
from bochiso.units.codes import normalise_code

Body = dict[str, str | int]

MAX_PAGES = 50
"""Pages of one service that are asked for at most; a province's units fill two or three."""

_ROW_KEYS = ("evaluation", "children")
_PAGE_COUNTS = ("totalPages", "totalPage", "pageCount")
_ROW_COUNTS = ("totalItems", "totalElements", "totalRecords", "totalCount", "total")


@dataclass(frozen=True, eq=False)
class PortalService:
    """One of the portal's services: its path's last part, its page size, what it answers."""

    path: str
    page_size: int
    name: Text


RESULTS = PortalService("service-results", 100, say("tổng điểm", "totals"))

GROUP_SERVICES = (
    PortalService("transparency", 200, say("công khai, minh bạch (CKMB)", "transparency (CKMB)")),
    PortalService("dvc-progress-tree", 100, say("tiến độ giải quyết (TDGQ)", "processing progress (TDGQ)")),
    PortalService(
        "provide-online-tree", 200, say("dịch vụ công trực tuyến (CLGQ)", "online services (CLGQ)")
    ),
    PortalService(
        "formality-online-payment-tree", 100, say("thanh toán trực tuyến (TTTT)", "online payment (TTTT)")
    ),
    PortalService("dossier-digitized", 200, say("số hóa hồ sơ (MDSH)", "digitization (MDSH)")),
    PortalService("handling-satisfaction", 200, say("mức độ hài lòng (MDHL)", "satisfaction (MDHL)")),
)
"""The services that give a unit's six boxes."""

_DATED = "handling-satisfaction"


@dataclass(frozen=True)
class PortalPart:
    """One service for one province and its units, or for the list of provinces: one or more pages."""

    service: PortalService
    province: str | None = None

    @property
    def key(self) -> str:
        """Its name in file names: `transparency.H15`."""
        return f"{self.service.path}.{self.province or 'provinces'}"

    def file(self, page: int) -> str:
        """The name of the file that holds one page of it."""
        return f"{self.key}.{page}.json"

    @property
    def name(self) -> Text:
        """What it is, for people."""
        if self.province is None:
            return say("danh sách các tỉnh, thành phố", "the list of provinces")
        return say(
            "{name} của {province}", "{name} of {province}", name=self.service.name, province=self.province
        )


PROVINCES = PortalPart(RESULTS)


def parts_of(province: str | None) -> tuple[PortalPart, ...]:
    """All parts of one snapshot, in the order to ask for them."""
    if province is None:
        return (PROVINCES,)
    return (PROVINCES, *(PortalPart(service, province) for service in (RESULTS, *GROUP_SERVICES)))


def period_of(year: int, quarter: int | None = None, month: int | None = None) -> Period:
    """The period of a year, a quarter or a month: those that the portal answers for."""
    if quarter is not None:
        return parse_period(f"{year:04d}-Q{quarter}")
    return parse_period(f"{year:04d}" if month is None else f"{year:04d}-{month:02d}")


def body_of(part: PortalPart, period: Period, page: int, root: str | None) -> Body:
    """The body of the request for one page; `root` is the province's departmentId.

    Raises ComputeError for a period that is no year, quarter or month.
    """
    asked: Body = {}
    if part.service.path == _DATED:
        asked |= {"fromDate": period.first.isoformat(), "toDate": period.last.isoformat()}
    else:
        asked |= _time(period)
    if root is None:
        asked["departmentType"] = "ADMINISTRATIVE_UNIT"
    else:
        asked["rootDepartmentId"] = root
    return asked | {"currentPage": page, "pageSize": part.service.page_size}


def _time(period: Period) -> Body:
    year, first = period.first.year, period.first.month
    if period == period_of(year):
        return {"timeType": "year", "year": year}
    if period == period_of(year, month=first):
        return {"timeType": "month", "year": year, "month": first}
    quarter = (first + 2) // 3
    if period == period_of(year, quarter):
        return {"timeType": "quarter", "year": year, "quarter": quarter}
    raise ComputeError(
        say(
            "Cổng chỉ trả lời theo năm, quý hoặc tháng.", "the portal answers for years, quarters and months."
        ),
        do=say("Chọn một năm, quý hoặc tháng.", "Choose a year, a quarter or a month."),
    )


class PortalPage(NamedTuple):
    """One answer, decoded: its rows, whose they are, and the portal's own count of pages if it gives one.

    name: what it is called in messages. body: what is inside the portal's envelope.
    """

    name: str
    body: Row
    rows: Sequence[Any]
    units: tuple[str, ...]
    pages: int | None


def open_page(name: str, data: bytes, page_size: int) -> PortalPage:
    """An answer as a page. Raises SourceError where it is cut off, an error, or holds no figures."""
    body = unwrap(name, decode(name, data))
    rows = _rows_of(body)
    pagination = body.get("pagination")
    pages = _pages(pagination if isinstance(pagination, dict) else body, page_size)
    ids = (row.get("departmentId") or row.get("departmentCode") for row in rows if isinstance(row, dict))
    return PortalPage(name, body, rows, tuple(str(each) for each in ids), pages)


def _rows_of(body: Row) -> Sequence[Any]:
    return next((body[key] for key in _ROW_KEYS if isinstance(body.get(key), list)), ())


def _pages(pagination: Mapping[str, Any], page_size: int) -> int | None:
    for key in _PAGE_COUNTS:
        if isinstance(count := pagination.get(key), int):
            return count
    for key in _ROW_COUNTS:
        if isinstance(count := pagination.get(key), int):
            return -(-count // page_size)
    return None


def is_last(pages: Sequence[PortalPage], page_size: int) -> bool:
    """Whether the last of these pages, in order, is the last of its part.

    It is by the portal's own count, else where it isn't full. A page that repeats the one
    before it means that the service doesn't page.
    """
    if not pages:
        return False
    last = pages[-1]
    if len(pages) >= MAX_PAGES or (len(pages) > 1 and set(last.units) <= set(pages[-2].units)):
        return True
    if last.pages is not None:
        return len(pages) >= last.pages
    return len(last.rows) < page_size


def find_root(pages: Iterable[PortalPage], province: str) -> str:
    """The departmentId of a province, from the list of provinces.

    Raises SourceError where the list doesn't have it.
    """
    known = []
    for page in pages:
        for code, root in _roots(page.rows):
            if code == province:
                return root
            known.append(code)
    raise SourceError(
        say(
            "danh sách của Cổng có {n} tỉnh, thành phố, không có mã {province}.",
            "the portal lists {n} {n:province|provinces}, none with the code {province}.",
            n=len(known),
            province=province,
        ),
        where=Where(PROVINCES.file(1)),
        do=say("Kiểm tra lại mã, như H15.", "Check the code, as H15."),
    )


def _roots(rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for row in rows:
        try:
            code = text_of(row, "departmentCode") if isinstance(row, dict) else None
            root = text_of(row, "departmentId") if isinstance(row, dict) else None
        except FieldError:  # told when the row itself is read
            continue
        if code and root:
            yield normalise_code(code), root
