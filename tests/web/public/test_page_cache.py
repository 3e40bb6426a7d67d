"""What the public is shown is kept ready, and no longer than it holds."""

import asyncio
import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from public_pages import keep_table
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bochiso.store.decisions.publications import propose, public_versions, withdraw
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web.auth.signing_in import FORM, SESSION
from bochiso.web.core.ledger_cache import DECISIONS_SECONDS, decisions_of
from bochiso.web.core.page_templates import public
from bochiso.web.core.template_context import SECURITY, Addresses
from bochiso.web.public.page_cache import MOST_BYTES, PublicPageCache

TABLE = b"unit,unit_name,level,total\nH21.17,S\xe1\xbb\x9f Y t\xe1\xba\xbf,department,58.11\n"


@dataclass
class Behind:
    """An application that counts what it is asked; each answer is another one."""

    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        self.asked.append(scope["path"])
        body = f"{len(self.asked)} {request.cookies.get(SESSION)}".encode()
        answer = public(request, body, "text/html; charset=utf-8", SECURITY)
        if scope["path"] == "/rieng":
            answer.headers["Cache-Control"] = "no-store"
        if scope["path"] == "/bieu-mau":
            answer.set_cookie(FORM, "x")
        if scope["path"] == "/khong-co":
            answer = Response("?", 404)
        await answer(scope, receive, send)


@dataclass(frozen=True)
class Public:
    """The public before an application whose answers are kept."""

    behind: Behind
    folder: DataFolder
    ledger: Ledger
    runner: asyncio.Runner
    client: httpx.AsyncClient

    def get(self, path: str = "/", **headers: str) -> httpx.Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.runner.run(self.client.get(path, headers={"accept-encoding": "identity", **names}))


@contextmanager
def reading(
    place: Path, seconds: float = DECISIONS_SECONDS, most_bytes: int = MOST_BYTES
) -> Iterator[Public]:
    folder = DataFolder(place / "data")
    keep_table(folder, "điểm.csv", TABLE, "points", "2026-10-02")
    behind = Behind()
    with open_ledger(folder) as ledger, asyncio.Runner() as runner:
        app = PublicPageCache(behind, folder, decisions_of(ledger, seconds), most_bytes)
        transport = httpx.ASGITransport(app=Addresses(app))
        client = httpx.AsyncClient(transport=transport, base_url="http://bochiso")
        yield Public(behind, folder, ledger, runner, client)
        runner.run(client.aclose())


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Public]:
    with reading(tmp_path) as found:
        yield found


def by() -> By:
    return By("#test", now())


def test_the_same_answer_is_given_again_without_asking(reader: Public) -> None:
    first, second = reader.get(), reader.get()
    assert (first.text, first.headers) == (second.text, second.headers)
    assert reader.behind.asked == ["/"]


def test_languages_snapshots_and_packed_answers_are_kept_apart(reader: Public) -> None:
    packed = reader.get(accept_encoding="gzip")
    answers = [packed.text, *(reader.get(path).text for path in ("/", "/en/", "/so-lieu/2026/2026-10-02/"))]
    assert len(set(answers)) == 4
    raw = reader.client.build_request("GET", "/", headers={"accept-encoding": "gzip"})
    again = reader.runner.run(reader.client.send(raw, stream=True))
    assert again.headers["content-encoding"] == "gzip"
    data = b"".join(reader.runner.run(_all(again)))
    assert gzip.decompress(data).decode() == packed.text
    assert len(reader.behind.asked) == 4


async def _all(answer: httpx.Response) -> list[bytes]:
    return [part async for part in answer.aiter_raw()]


def test_who_has_the_page_is_told_that_it_is_the_same(reader: Public) -> None:
    tag = reader.get().headers["etag"]
    same = reader.get(if_none_match=tag)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in same.headers
    assert "content-security-policy" in same.headers


@pytest.mark.parametrize("path", ["/rieng", "/bieu-mau", "/khong-co", "/?tim=ea"])
def test_what_is_not_for_everyone_to_keep_is_not_kept(reader: Public, path: str) -> None:
    reader.get(path)
    reader.get(path)
    assert len(reader.behind.asked) == 2


@pytest.mark.parametrize("name", [SESSION, FORM, f"__Host-{SESSION}"])
def test_whoever_carries_our_cookies_gets_no_kept_answer_and_leaves_none(reader: Public, name: str) -> None:
    reader.get(cookie=f"{name}=secret")
    assert "secret" not in reader.get().text
    reader.get(cookie=f"{name}=secret")
    assert len(reader.behind.asked) == 3


def test_a_publication_is_seen_at_once_and_so_is_its_end(reader: Public) -> None:
    before = reader.get().text
    with open_store(reader.folder) as store:
        published = propose(reader.ledger, store, store.snapshots()[0], by())
    after = reader.get().text
    withdraw(reader.ledger, published, by(), "sai")
    assert len(public_versions(reader.ledger)) == 2
    assert len({before, after, reader.get().text}) == 3


def test_a_setting_changes_pages_at_once(reader: Public) -> None:
    reader.get()
    change_settings(reader.ledger, {"notice": "Bảo trì tối nay"}, by())
    reader.get()
    assert len(reader.behind.asked) == 2


def test_new_figures_change_pages_at_once(reader: Public) -> None:
    reader.get()
    keep_table(reader.folder, "điểm.csv", TABLE, "points", "2026-10-09")
    reader.get()
    assert len(reader.behind.asked) == 2


def test_what_another_program_decides_is_seen_soon(tmp_path: Path) -> None:
    with reading(tmp_path, seconds=0.2) as reader:
        reader.get()
        with open_ledger(reader.folder) as other:
            change_settings(other, {"notice": "Bảo trì tối nay"}, by())
        time.sleep(0.25)
        reader.get()
        assert len(reader.behind.asked) == 2


def test_what_nobody_asked_for_longest_goes_first(tmp_path: Path) -> None:
    with reading(tmp_path, most_bytes=3 * len(b"1 None")) as reader:
        for path in ("/1", "/2", "/3", "/1", "/4", "/1", "/2"):
            reader.get(path)
        assert reader.behind.asked == ["/1", "/2", "/3", "/4", "/2"]


def test_an_answer_larger_than_all_that_may_be_kept_is_given_and_not_kept(tmp_path: Path) -> None:
    with reading(tmp_path, most_bytes=3) as reader:
        assert reader.get().text == "1 None"
        assert reader.get().text == "2 None"
