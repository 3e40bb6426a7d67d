"""The preview of a document: its words on the page, beside the same work without a page around it."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from bench.timing import Line, race

if TYPE_CHECKING:
    from httpx import Client

    from bochiso.report.context import DocumentKind
    from bochiso.store.folder import DataFolder
    from bochiso.web.core.page_services import PageServices

ROUNDS = 5
BEYOND_MS = 1000
"""What the page may take beyond the work itself: who asks, the office's settings, the words of a page."""

PATIENCE_SECONDS = 600

WHO = "vanphong"
"""The demo's account of the office that writes documents."""


def lines() -> Iterator[Line]:
    """The promise, measured on the province of the demo, at a server on loopback."""
    from bochiso.cli.web_demo import prepare
    from bochiso.report.context import KIND_NAMES, DocumentKind
    from bochiso.store.folder import DataFolder

    with tempfile.TemporaryDirectory(prefix="bochiso-preview-") as name:
        folder = DataFolder(Path(name) / "data")
        (password,) = (each.password for each in prepare(folder) if each.name == WHO)
        with _served(folder) as (url, services), _signed_in(url, password) as client:
            previews = Previews(client, services)
            for kind in (DocumentKind.WEEK, DocumentKind.NOTICE):
                page, words = race(previews.page(kind), previews.words(kind), ROUNDS)
                what = (
                    f"preview of {KIND_NAMES[kind]}: {page:,.0f} ms; beyond the {words:,.0f} ms of its words"
                )
                yield Line(what, max(0.0, page - words), None, BEYOND_MS)


class Previews:
    """A document of the newest figures, on the page and without it; each time with another label.

    Else it would be the last draft again, which is at hand.
    """

    def __init__(self, client: "Client", services: "PageServices") -> None:
        self._client, self._services = client, services
        chosen = re.search(
            r'<select id="ky".*?value="([^"]*)" selected', client.get("/van-ban").text, re.DOTALL
        )
        assert chosen is not None
        self._at = chosen[1]
        self._labels = (f"lần {n}" for n in count(1))

    def page(self, kind: "DocumentKind") -> Callable[[], None]:
        """The page asked for over HTTP, to its last byte."""

        def asked() -> None:
            fields = {"loai": kind.value, "ky": self._at, "nhan": next(self._labels)}
            found = self._client.get("/van-ban", params=fields)
            assert found.status_code == 200
            assert 'class="paper"' in found.text

        return asked

    def words(self, kind: "DocumentKind") -> Callable[[], None]:
        """The same document gathered, worded, laid out and kept as a draft."""
        from bochiso.office.document_drafts import make_draft
        from bochiso.office.document_files import DocumentPlan, issue_details
        from bochiso.periods import parse_period
        from bochiso.report.charts.process import draw
        from bochiso.report.report_data import ReportRequest
        from bochiso.store.people.audit import by_command_line
        from bochiso.text import now
        from bochiso.web.staff.documents import settings_for, sources_of

        settings = settings_for(self._services, self._services.home() or "")
        period, _, day = self._at.partition("/")
        asked = ReportRequest(settings.province, day, parse_period(period))

        def made() -> None:
            issue = issue_details(label=next(self._labels), number=None, day=None, deadline=None)
            plan = DocumentPlan(kind, asked, settings, None, now(), draw, issue)
            assert make_draft(sources_of(self._services), by_command_line(plan.moment), plan).document.word

        return made


@contextmanager
def _served(folder: "DataFolder") -> Iterator[tuple[str, "PageServices"]]:
    """A server of this process on loopback: its address, and what its pages are made with."""
    from bochiso.web.app import open_application
    from bochiso.web.server import Server, address, listen

    up = Event()
    with listen("127.0.0.1", 0) as listening, open_application(folder) as application:
        server = Server(application.app, application.live, up.set)
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            assert up.wait(PATIENCE_SECONDS)
            yield address("127.0.0.1", listening.getsockname()[1]), application.services
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _signed_in(url: str, password: str) -> Iterator["Client"]:
    from httpx import Client

    page = "/dang-nhap"
    with Client(base_url=url, follow_redirects=True, timeout=PATIENCE_SECONDS) as client:
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(page).text)
        assert token is not None
        fields = {"csrf": token[1], "name": WHO, "password": password}
        assert client.post(page, data=fields).status_code == 200
        yield client
