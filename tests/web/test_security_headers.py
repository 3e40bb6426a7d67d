"""What browsers are told of every answer, and what pages and scripts do with what people type."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_server import Served, serving
from public_pages import UNITS, bring_in

from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.text import now

WEB = Path(__file__).parents[2] / "bochiso" / "web"
PAGES = ("/", "/don-vi", "/don-vi/H21.17", "/muc-tieu/H21.212", "/dang-nhap", "/khong-co", "/en/open")
FILES = {
    "/don-vi.csv": "text/csv; charset=utf-8", "/static/bochiso.css": "text/css; charset=utf-8",
    "/static/bochiso.js": "text/javascript; charset=utf-8", "/favicon.ico": "image/vnd.microsoft.icon",
    "/api/v1/snapshots": "application/json", "/api/v1/openapi.json": "application/json",
    "/api/v1/nothing": "application/problem+json", "/robots.txt": "text/plain; charset=utf-8",
    "/sitemap.xml": "application/xml",
}  # fmt: skip

DANGER = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|localStorage|__proto__"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("headers") / "data"), *UNITS)
    with open_ledger(folder, make=True) as ledger, open_store(folder) as store:
        for snapshot in store.snapshots():
            propose(ledger, store, snapshot, By("#test", now()))
    with serving(folder) as found:
        yield found


def test_every_kind_of_answer_tells_browsers_what_they_may(served: Served) -> None:
    for path in (*PAGES, *FILES):
        answer = served.client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["content-type"] == FILES.get(path, "text/html; charset=utf-8"), path
        if path in PAGES:
            assert "base-uri 'none'" in policy, path
            assert answer.headers["referrer-policy"] == "same-origin", path
            assert answer.headers["cross-origin-opener-policy"] == "same-origin", path


def test_what_a_reader_types_is_text_on_the_page(served: Served) -> None:
    typed = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
    for path, name in (("/don-vi", "tim"), ("/muc-tieu/H21.212", "diem"), ("/dang-nhap", "tiep")):
        page = served.client.get(path, params={name: typed}).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_folders_and_tracing_are_answered_with_nothing(served: Served) -> None:
    for path in ("/static/", "/static/fonts/", "/static/../templates/base.html", "/static/%2e%2e/app.py"):
        assert served.client.get(path).status_code == 404, path
    for method in ("TRACE", "TRACK", "PUT", "PATCH"):
        assert served.client.request(method, "/").status_code in (400, 404, 405), method


def test_scripts_write_text_and_never_markup() -> None:
    for script in (WEB / "static").glob("*.js"):
        text = script.read_text("utf-8")
        assert not re.search(DANGER, text), script.name
    for template in (WEB / "templates").glob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*(\bsrc=|ld\+json))[^>]*>|\son[a-z]+=|javascript:", text), (
            template.name
        )


def test_passwords_are_hidden_and_managers_may_fill_them() -> None:
    found = 0
    for template in (WEB / "templates").glob("*.html"):
        for field in re.findall(
            r"<input[^>]*name=\"(?:password|new|again)\"[^>]*>", template.read_text("utf-8")
        ):
            assert 'type="password"' in field, template.name
            assert re.search(r'autocomplete="(current|new)-password"', field), template.name
            found += 1
    assert found >= 4
