"""The public site as files: every page that everyone may read, in both languages, and the open data."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from posixpath import normpath
from tempfile import mkdtemp
from urllib.parse import quote, unquote, urlsplit

from starlette.types import ASGIApp, Message

from bochiso.errors import StoreError, Where
from bochiso.store.folder import disk_errors
from bochiso.text import say
from bochiso.web.core.query_cache import MOST_WAITING
from bochiso.web.core.template_context import HERE, Addresses, page_file
from bochiso.web.public.site_files import SECURITY_PATH

MARK = ".bochiso-site"
"""A file that tells a site that we wrote, and may write again, from a folder of someone's own."""

STARTS = ("/", "/en/")

BESIDE = ("/robots.txt", "/sitemap.xml", SECURITY_PATH)
"""What nothing links to, and programs look for."""

MISSING = ("/404.html", "/en/404.html")


AT_ONCE = MOST_WAITING
"""Pages made at the same time: drawing a picture takes a core and leaves the others to pages. No more than
may wait for a whole table: one too many would be refused, and with it the site."""

TOLD_EVERY = 50
"""Files between two words on how far it is."""

_LINK = re.compile(r"""\s(?:href|src)=(?:"([^"]*)"|'([^']*)')""")
"""An address that a page names: our own pages, so that no parser is needed for a million tags."""


def write_site(app: ASGIApp, folder: Path, told: Callable[[int], None] = lambda _: None) -> int:
    """Write the site into a folder, all of it or nothing; returns the number of files.

    `told` hears now and then how many are written: a whole country's take minutes.
    A site that stands there already is replaced. Raises StoreError where the folder holds
    something else, or where a page can't be made.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise StoreError(
            say("thư mục này có tệp khác, không ghi đè.", "this folder holds other files: not replaced."),
            where=Where(str(folder)),
            do=say("Chọn một thư mục trống.", "Choose an empty folder."),
        )
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            count = asyncio.run(_crawl(Addresses(app), fresh, told))
            shutil.copytree(HERE / "static", fresh / "static")
            shutil.copy(HERE / "static" / "favicon.ico", fresh)
            (fresh / MARK).touch()
            fresh.chmod(0o755)
            if folder.exists():
                old = fresh.with_name(fresh.name + "-old")
                folder.rename(old)
                fresh.rename(folder)
                shutil.rmtree(old)
            else:
                fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return count


async def _crawl(app: ASGIApp, folder: Path, told: Callable[[int], None]) -> int:
    """Follow every link from the start pages; what answers is written under the path that it has."""
    seen = set(STARTS)
    # The latest first: a page is followed by its files and its other language, which ask the same again.
    waiting = asyncio.LifoQueue[str]()
    for start in STARTS:
        waiting.put_nowait(start)

    written = 0

    async def pages() -> None:
        nonlocal written
        while True:
            path = await waiting.get()
            for link in await _written(app, path, folder):
                if link not in seen:
                    seen.add(link)
                    waiting.put_nowait(link)
            waiting.task_done()
            written += 1
            if written % TOLD_EVERY == 0:
                told(written)

    try:
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(pages()) for _ in range(AT_ONCE)]
            await waiting.join()
            for each in workers:
                each.cancel()
    except ExceptionGroup as error:
        raise error.exceptions[0] from None
    beside = 0
    for path in (*BESIDE, *MISSING):
        answer = await _answer(app, path)
        missing = path in MISSING
        if answer.status == 200 or missing:
            # A server gives the page of what is missing for any path, so its links begin at the root.
            text = answer.body.decode()
            body = text.replace('="./', '="/').replace('="../', '="/') if missing else text
            place = folder / path.strip("/")
            place.parent.mkdir(exist_ok=True)
            place.write_text(body, "utf-8")
            beside += 1
    return len(seen) + beside + 1


@dataclass(frozen=True)
class _Answer:
    status: int
    html: bool
    body: bytes


async def _answer(app: ASGIApp, path: str) -> _Answer:
    """What the application answers to a browser that asks for a path; not packed, for us to unpack."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"site"), (b"accept", b"*/*"), (b"accept-encoding", b"identity")],
        "server": ("site", None), "client": ("127.0.0.1", 0),
    }  # fmt: skip
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    headers = dict(told[0]["headers"])
    body = b"".join(each.get("body", b"") for each in told[1:])
    return _Answer(told[0]["status"], headers.get(b"content-type", b"").startswith(b"text/html"), body)


async def _written(app: ASGIApp, path: str, folder: Path) -> list[str]:
    """Write what answers to a path; the paths that it links to. Raises StoreError where it can't be made."""
    answer = await _answer(app, path)
    # A day may lack one level's figures: its page says so, and is written like any other.
    if answer.status not in (200, 404):
        raise StoreError(say("không dựng được trang {path}.", "the page {path} can't be made.", path=path))
    place = folder / page_file(unquote(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(answer.body)
    return list(_followed(path, answer.body.decode())) if answer.html else []


def _followed(path: str, html: str) -> Iterator[str]:
    """The paths of the site that a page links to, its static files left out."""
    here = f"/{page_file(unquote(path))}".rpartition("/")[0]
    for link in {found[1] or found[2] for found in _LINK.finditer(html)}:
        parts = urlsplit(unescape(link))
        if parts.scheme or parts.netloc or not parts.path or parts.query:
            continue
        found = (
            normpath(f"{here}/{unquote(parts.path)}").removesuffix("/index.html").removesuffix("index.html")
        )
        if not found.startswith("/static"):
            yield quote(found or "/")
