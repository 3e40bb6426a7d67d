"""The public site as files: what was published and nothing else, every link leading to a file."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath

import pytest
from public_pages import keep_table, pages_of, site_on
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bochiso.errors import StoreError
from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web.app import public_site
from bochiso.web.public.static_site import MARK, write_site
from bochiso.web.site_app import create_pages

FIRST = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,58.11\n"
SECOND = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,70.37\n"
SECRET = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,99.11\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    found = DataFolder(tmp_path_factory.mktemp("publish") / "data")
    for table, day in ((FIRST, "2026-10-02"), (SECOND, "2026-10-07"), (SECRET, "2026-10-14")):
        keep_table(found, "điểm.csv", table.encode(), "points", day)
    with open_ledger(found, make=True) as ledger, open_store(found) as store:
        said = {"public_url": "https://chiso.example.vn", "contact": "Văn phòng, cchc@daklak.gov.vn"}
        change_settings(ledger, said, By("#test", now()))
        for snapshot in store.snapshots()[:2]:
            propose(ledger, store, snapshot, By("#test", now()))
    return found


def write(folder: DataFolder, place: Path) -> Path:
    told: list[int] = []
    with open_ledger(folder) as ledger:
        count = write_site(create_pages(public_site(folder, ledger)), place, told.append)
    assert told == sorted(told)
    assert 0 < told[-1] <= count  # whoever waits is told how far it is
    return place


@pytest.fixture(scope="module")
def site(folder: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(folder, tmp_path_factory.mktemp("site") / "www")


def pages(site: Path) -> Iterator[tuple[Path, str]]:
    return ((path, path.read_text("utf-8")) for path in site.rglob("*.html"))


def test_every_link_of_every_page_leads_to_a_file(site: Path) -> None:
    for path, html in pages(site):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', html):
            if "://" in link:
                continue
            # A server gives the page of what is missing for any address: its links begin at the root.
            assert link.startswith("/") == (path.name == "404.html")
            target = site / link[1:] if link.startswith("/") else Path(normpath(path.parent / link))
            assert target.is_file(), (path.relative_to(site), link)


def test_every_address_of_the_sitemap_is_a_page_of_the_site(site: Path) -> None:
    found = re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text())
    assert len(found) > 10
    for each in found:
        assert (site / each.removeprefix("https://chiso.example.vn/") / "index.html").is_file(), each


def test_a_site_that_does_not_know_where_it_stands_names_no_address_of_its_own(folder: DataFolder) -> None:
    pages = pages_of(site_on(folder, static=True))
    assert pages.get("/sitemap.xml").status_code == 404
    assert "Sitemap" not in pages.page("/robots.txt")
    package = pages.get("/open/datapackage.json").json()
    assert package["resources"][0]["path"] == "units-department.csv"
    assert "homepage" not in package


def test_a_page_that_cannot_be_made_leaves_no_site(tmp_path: Path) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("", 503)(scope, receive, send)

    with pytest.raises(StoreError, match="can't be made"):
        write_site(broken, tmp_path / "www")
    assert not list(tmp_path.iterdir())


def test_both_languages_are_there_and_say_the_published_figures(site: Path) -> None:
    assert "70,37" in (site / "don-vi/H21.17/index.html").read_text("utf-8")
    assert "70.37" in (site / "en/don-vi/H21.17/index.html").read_text("utf-8")
    assert "58,11" in (site / "so-lieu/2026/2026-10-02/don-vi/index.html").read_text("utf-8")


def test_what_is_not_published_is_nowhere(site: Path) -> None:
    for path in site.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"99,11" not in content
            assert b"99.11" not in content


def test_nobody_signs_in_on_files(site: Path) -> None:
    for _, html in pages(site):
        assert "dang-nhap" not in html
        assert 'method="post"' not in html


def test_what_programs_look_for_is_there(site: Path) -> None:
    assert "Không có trang này" in (site / "404.html").read_text("utf-8")
    assert "No such page" in (site / "en/404.html").read_text("utf-8")
    assert (site / "favicon.ico").read_bytes()[:4] == b"\0\0\1\0"
    assert "Sitemap:" in (site / "robots.txt").read_text()
    assert "/don-vi/H21.17</loc>" in (site / "sitemap.xml").read_text()
    assert "Contact: mailto:cchc@daklak.gov.vn" in (site / ".well-known/security.txt").read_text()


def test_open_data_lies_beside_the_pages(site: Path) -> None:
    table = (site / "open/2026/2026-10-07/units.csv").read_text("utf-8-sig")
    assert "H21.17" in table
    assert (site / "open/dictionary.csv").is_file()


def test_a_site_is_replaced_whole_and_a_folder_of_others_is_left_alone(
    folder: DataFolder, site: Path, tmp_path: Path
) -> None:
    (site / "cũ.html").write_text("")
    write(folder, site)
    assert not (site / "cũ.html").exists()
    assert (site / MARK).exists()
    (tmp_path / "của-người-khác.txt").write_text("x")
    with pytest.raises(StoreError, match="other files"):
        write(folder, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["của-người-khác.txt"]
