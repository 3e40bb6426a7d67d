"""The public site as files: every page that everyone may read, in both languages, and the open data."""

import asyncio
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from posixpath import normpath
from tempfile import mkdtemp
from urllib.parse import quote, unquote, urlsplit

import httpx
from starlette.types import ASGIApp

from bochiso.errors import StoreError, Where
from bochiso.store.folder import disk_errors
from bochiso.text import say
from bochiso.web.core.template_context import HERE, Addresses, page_file

MARK = ".bochiso-site"
"""A file that tells a site that we wrote, and may write again, from a folder of someone's own."""

STARTS = ("/", "/en/")

BESIDE = ("/robots.txt", "/sitemap.xml")
"""What nothing links to, and programs look for."""


class _Links(HTMLParser):
    """The addresses that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def write_site(app: ASGIApp, folder: Path) -> int:
    """Write the site into a folder, all of it or nothing; returns the number of files.

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
            count = asyncio.run(_crawl(Addresses(app), fresh))
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


async def _crawl(app: ASGIApp, folder: Path) -> int:
    """Follow every link from the start pages; what answers is written under the path that it has."""
    waiting, seen = list(STARTS), set(STARTS)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
        while waiting:
            path = waiting.pop()
            answer = await client.get(path)
            # A day may lack one level's figures: its page says so, and is written like any other.
            if answer.status_code not in (200, 404):
                raise StoreError(
                    say("không dựng được trang {path}.", "the page {path} can't be made.", path=path)
                )
            place = folder / page_file(unquote(path))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(answer.content)
            if answer.headers["content-type"].startswith("text/html"):
                for link in _followed(path, answer.text):
                    if link not in seen:
                        seen.add(link)
                        waiting.append(link)
        for path in BESIDE:
            answer = await client.get(path)
            (folder / path.strip("/")).write_bytes(answer.content)
        missing = await client.get("/404.html")
        # A server gives it for any path, so its links begin at the root.
        (folder / "404.html").write_text(missing.text.replace('="./', '="/'), "utf-8")
    return len(seen) + len(BESIDE) + 2


def _followed(path: str, html: str) -> Iterator[str]:
    """The paths of the site that a page links to, its static files left out."""
    links = _Links()
    links.feed(html)
    here = f"/{page_file(unquote(path))}".rpartition("/")[0]
    for link in links.found:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path or parts.query:
            continue
        found = (
            normpath(f"{here}/{unquote(parts.path)}").removesuffix("/index.html").removesuffix("index.html")
        )
        if not found.startswith("/static"):
            yield quote(found or "/")
