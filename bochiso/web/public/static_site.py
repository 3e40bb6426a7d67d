"""The public site as files: every page that everyone may read, in both languages, and the open data."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from html import unescape
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
from bochiso.web.public.site_files import SECURITY_PATH

MARK = ".bochiso-site"
"""A file that tells a site that we wrote, and may write again, from a folder of someone's own."""

STARTS = ("/", "/en/")

BESIDE = ("/robots.txt", "/sitemap.xml", SECURITY_PATH)
"""What nothing links to, and programs look for."""

MISSING = ("/404.html", "/en/404.html")


AT_ONCE = 4
"""Pages made at the same time: drawing a picture takes a core and leaves the others to pages."""

_LINK = re.compile(r"""\s(?:href|src)=(?:"([^"]*)"|'([^']*)')""")
"""An address that a page names: our own pages, so that no parser is needed for a million tags."""


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
    seen, waiting = set(STARTS), asyncio.Queue[str]()
    for start in STARTS:
        waiting.put_nowait(start)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:

        async def pages() -> None:
            while True:
                path = await waiting.get()
                for link in await _written(client, path, folder):
                    if link not in seen:
                        seen.add(link)
                        waiting.put_nowait(link)
                waiting.task_done()

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
            answer = await client.get(path)
            missing = path in MISSING
            if answer.status_code == 200 or missing:
                # A server gives the page of what is missing for any path, so its links begin at the root.
                body = answer.text.replace('="./', '="/').replace('="../', '="/') if missing else answer.text
                place = folder / path.strip("/")
                place.parent.mkdir(exist_ok=True)
                place.write_text(body, "utf-8")
                beside += 1
    return len(seen) + beside + 1


async def _written(client: httpx.AsyncClient, path: str, folder: Path) -> list[str]:
    """Write what answers to a path; the paths that it links to. Raises StoreError where it can't be made."""
    answer = await client.get(path)
    # A day may lack one level's figures: its page says so, and is written like any other.
    if answer.status_code not in (200, 404):
        raise StoreError(say("không dựng được trang {path}.", "the page {path} can't be made.", path=path))
    place = folder / page_file(unquote(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(answer.content)
    html = answer.headers["content-type"].startswith("text/html")
    return list(_followed(path, answer.text)) if html else []


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
