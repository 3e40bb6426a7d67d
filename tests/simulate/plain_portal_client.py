"""A plain reader of the stand-in portal, with nothing but the standard library."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

from waiting import PATIENCE

from bochiso.simulate.query import GROUPS, PATHS, RESULTS, SATISFACTION, department_id

Json = dict[str, Any]
YEAR = {"timeType": "year", "year": 2026}
DAYS = {"fromDate": "2026-01-01", "toDate": "2026-12-31"}
SERVICES = (RESULTS, *GROUPS)
_PATHS = {service: path for path, service in PATHS.items()}


def path_of(service: str) -> str:
    return _PATHS[service]


def post(url: str, service: str, body: Any, timeout: float = PATIENCE) -> tuple[int, bytes]:
    """Status and body of one answer; urllib's HTTPError for 4xx and 5xx."""
    data = json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "test"}
    with urlopen(Request(url + path_of(service), data, headers), timeout=timeout) as answer:
        return answer.status, answer.read()


def question(service: str, root: str | None = "H15", page: int = 1, size: int = 100, **more: Any) -> Json:
    """A request about the units of a province, or about the provinces."""
    about: Json = {"departmentType": "ADMINISTRATIVE_UNIT"}
    if root is not None:
        about = {"rootDepartmentId": department_id(root)}
    time = DAYS if service == SATISFACTION else YEAR
    return {**time, **about, "currentPage": page, "pageSize": size, **more}


def data(url: str, service: str, **asked: Any) -> Json:
    """The data of one answer."""
    found: Json = json.loads(post(url, service, question(service, **asked))[1])["data"]
    return found


def rows(found: Json) -> list[Json]:
    """The rows below of an answer."""
    below: list[Json] = found["evaluation"] if "evaluation" in found else found["children"]
    return below


def pages(url: str, service: str, root: str | None = "H15", size: int = 100) -> Iterator[bytes]:
    """Every page of an answer, until one is not full or no answer at all."""
    page = 1
    while True:
        _, raw = post(url, service, question(service, root, page, size))
        yield raw
        if not raw.startswith(b"{") or len(rows(json.loads(raw)["data"])) < size:
            return
        page += 1


def whole_province(url: str) -> list[tuple[str, bytes]]:
    """All answers of one reading of a province."""
    return [
        (f"{service}-{number}.json", raw)
        for service in SERVICES
        for number, raw in enumerate(pages(url, service), start=1)
    ]
