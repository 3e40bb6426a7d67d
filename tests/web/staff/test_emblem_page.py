"""The emblem: brought in by an administrator, above every page, on the static site, with every link."""

import re
from collections.abc import Iterator

import pytest
from loopback_server import Served, serving
from officer_clients import officer
from public_pages import bring_in, pages_of, words

from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web.app import public_site

PAGE = "/quan-tri/bieu-trung"
STAR = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
SHOWN = re.compile(r'<img class="emblem" src="([^"]+)" alt="">')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = DataFolder(tmp_path_factory.mktemp("emblem") / "data")
    bring_in(made, ("units-H21-2026-10-07", "points", "2026-10-07"))
    with open_ledger(made, make=True) as ledger, open_store(made) as store:
        by = By("#test", now())
        change_settings(ledger, {"province": "H21"}, by)
        for snapshot in store.snapshots():
            propose(ledger, store, snapshot, by)
    return made


@pytest.fixture(scope="module")
def running(folder: DataFolder) -> Iterator[Served]:
    with serving(folder, unit="H21") as served:
        yield served


def test_an_emblem_stands_above_pages_until_it_is_taken_off(folder: DataFolder, running: Served) -> None:
    with officer(running, "quan", Role.ADMINISTRATOR) as admin:
        card = admin.get("/anh/H21.17.png").content
        assert SHOWN.search(admin.get("/").text) is None
        refused = admin.post(
            PAGE, {}, files={"tep": ("a.svg", STAR.replace(b"<circle", b"<script/><circle"))}
        )
        assert refused.status_code == 422
        assert "a.svg: tệp SVG có phần tử “script”" in words(refused.text)
        assert "chưa chọn tệp" in words(admin.post(PAGE, {}, files={"tep": ("", b"")}).text).lower()

        kept = admin.post(PAGE, {}, files={"tep": ("a.svg", STAR)})
        assert "Đã lưu biểu trưng" in words(kept.text)
        found = SHOWN.search(admin.get("/don-vi").text)
        assert found is not None
        picture = admin.get(found[1])
        assert picture.headers["content-type"] == "image/png"
        assert "immutable" in picture.headers["cache-control"]
        assert picture.content.startswith(b"\x89PNG")
        assert admin.get(found[1].replace("bieu-trung-", "bieu-trung-0")).status_code == 404
        assert admin.get("/anh/H21.17.png").content != card
        with open_ledger(folder) as ledger:
            static = pages_of(public_site(folder, ledger))
            assert f'src="..{found[1]}"' in static.page("/don-vi")
            assert static.get(found[1]).content == picture.content

        assert "Đã bỏ biểu trưng" in words(admin.post(PAGE, {"viec": "bo"}, files={"tep": ("", b"")}).text)
        assert SHOWN.search(admin.get("/").text) is None
    with open_ledger(folder) as ledger, ledger.read() as db:
        told = [each.details["file"] for each in lines(db) if each.action == "emblem.keep"]
    assert told == ["a.svg", ""]


def test_only_who_keeps_the_settings_changes_it(running: Served) -> None:
    with officer(running, "lan", Role.OFFICE) as office:
        assert office.get(PAGE).status_code == 403
        assert office.post(PAGE, {}, page="/", files={"tep": ("a.svg", STAR)}).status_code == 403
