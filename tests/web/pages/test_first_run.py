"""The first run: accounts were made, no figures have come in yet."""

from collections.abc import Iterator

import pytest
from public_pages import Pages, words

from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web.app import open_application


@pytest.fixture(scope="module", params=[None, "H21"], ids=["no province", "a province set"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = DataFolder(tmp_path_factory.mktemp("first") / "data")
    with open_ledger(folder, make=True) as ledger:
        change_settings(ledger, {"province": request.param}, By("#test", now()))
    with open_application(folder) as application:
        yield Pages(application.app)


@pytest.mark.parametrize("path", ["/", "/don-vi", "/chi-so", "/tinh"])
def test_pages_of_figures_say_that_there_are_none_yet(pages: Pages, path: str) -> None:
    assert "Chưa có số liệu được công bố" in words(pages.page(path))
    assert "Nothing has been published yet" in words(pages.page(f"/en{path}"))


@pytest.mark.parametrize("path", ["/so-sanh", "/quy-tac", "/open", "/api"])
def test_the_other_pages_are_there(pages: Pages, path: str) -> None:
    pages.page(path)


def test_the_api_lists_nothing(pages: Pages) -> None:
    assert pages.get("/api/v1/snapshots").json()["items"] == []
