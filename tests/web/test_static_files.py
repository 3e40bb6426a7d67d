"""Static files as they are sent: packed for whoever takes that, kept where the address has a version."""

import pytest
from public_pages import Pages, bring_in, pages_of, site_on

from bochiso.store.folder import DataFolder
from bochiso.web.core.page_templates import asset
from bochiso.web.core.template_context import HERE


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages_of(site_on(bring_in(DataFolder(tmp_path_factory.mktemp("files") / "data"))))


def test_a_style_sheet_is_sent_packed_and_is_the_same(pages: Pages) -> None:
    plain = pages.get(asset("bochiso.css"), {"accept-encoding": "identity"})
    sent = pages.get(asset("bochiso.css"), {"accept-encoding": "gzip"})
    assert sent.headers["content-encoding"] == "gzip"
    assert int(sent.headers["content-length"]) < len(plain.content) / 3
    assert sent.content == plain.content == (HERE / "static" / "bochiso.css").read_bytes()
    for each in (plain, sent):
        assert each.headers["content-type"].startswith("text/css")
        assert each.headers["vary"] == "Accept-Encoding"
        assert "immutable" in each.headers["cache-control"]
        assert each.headers["x-content-type-options"] == "nosniff"


def test_a_font_is_sent_as_it_is_and_what_is_not_there_is_not_found(pages: Pages) -> None:
    font = pages.get("/static/fonts/be-vietnam-pro-latin-400-normal.woff2", {"accept-encoding": "gzip"})
    assert font.status_code == 200
    assert "content-encoding" not in font.headers
    assert font.headers["cache-control"] == "max-age=86400"
    assert pages.get("/static/khong-co.css", {"accept-encoding": "gzip"}).status_code == 404


def test_the_style_sheet_is_the_same_however_a_device_is_held() -> None:
    assert "orientation" not in (HERE / "static" / "bochiso.css").read_text("utf-8")
