"""Charts by their address, and framed by other sites."""

import dataclasses

import pytest
from public_pages import PROVINCES, UNITS, Pages, bring_in, pages_of, site_on

from bochiso.store.folder import DataFolder
from bochiso.store.people.settings import ServerSettings
from bochiso.text import Lang, Text
from bochiso.web.analysis.chart_addresses import source_line
from bochiso.web.core.page_services import PageServices

KINDS = ("dien-bien", "nhom", "phan-bo")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> PageServices:
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("charts") / "data"), *PROVINCES, *UNITS)
    allowed = ServerSettings(allowed_frames=("https://gialai.gov.vn",), public_url="https://chiso.example.vn")
    site = site_on(folder, home="H21")
    return dataclasses.replace(site, drawing=dataclasses.replace(site.drawing, settings=lambda: allowed))


@pytest.fixture(scope="module")
def pages(services: PageServices) -> Pages:
    return pages_of(services)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ["H21", "H21.19", "H21.101"])
def test_each_chart_is_a_picture_and_its_figures(pages: Pages, kind: str, code: str) -> None:
    drawn = pages.get(f"/bieu-do/{kind}/{code}.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.headers["content-security-policy"] == "default-src 'none'"
    assert "ày 0" in drawn.text  # of which day
    assert "Nguồn" in drawn.text or "nguồn" in drawn.text
    figures = pages.get(f"/bieu-do/{kind}/{code}.csv")
    assert figures.text.count("\n") > 1


def test_a_phone_has_a_size_of_its_own_and_a_past_day_its_address(pages: Pages) -> None:
    desk = pages.page("/bieu-do/phan-bo/H21.19.svg")
    assert desk != pages.page("/bieu-do/phan-bo/H21.19.svg?co=dien-thoai")
    past = pages.page("/so-lieu/2026/2026-10-02/bieu-do/nhom/H21.19.svg")
    assert "02/10/2026" in past
    assert "07/10/2026" not in past


def test_the_page_and_the_file_of_a_chart_say_the_same(pages: Pages) -> None:
    page = pages.page("/don-vi/H21.19")
    figures = pages.page("/so-lieu/2026/2026-10-07/bieu-do/nhom/H21.19.csv")
    for line in figures.splitlines()[1:]:
        name, points = line.replace('"', "").rsplit(",", 5)[:2]
        assert name.split(",")[0] in page
        assert points.replace(".", ",") in page


def test_only_allowed_sites_may_frame_a_chart(pages: Pages) -> None:
    framed = pages.get("/nhung/nhom/H21.19")
    policy = framed.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://gialai.gov.vn" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in pages.get("/don-vi/H21.19").headers["content-security-policy"]
    assert 'href="https://chiso.example.vn/don-vi/H21.19" target="_blank" rel="noopener"' in framed.text
    assert "&lt;iframe" not in framed.text
    assert '&lt;iframe src="https://chiso.example.vn/nhung/nhom/H21.19"' in pages.page(
        "/nhung/nhom/H21.19?ma=1"
    )


def test_a_frame_shows_what_is_published_whoever_looks(services: PageServices) -> None:
    first = services.published()[:3]
    some = dataclasses.replace(services, published=lambda: first)
    assert "02/10/2026" in pages_of(some).page("/nhung/nhom/H21.19")


def test_figures_that_are_not_published_say_so_in_their_picture(services: PageServices) -> None:
    (snapshot, *_) = services.published()
    sources = (Text("bảng số liệu do cán bộ nạp", "tables"),)
    line = source_line(snapshot, sources, Lang.VI, published=False)
    assert line.endswith("nguồn: bảng số liệu do cán bộ nạp; SỐ LIỆU CHƯA CÔNG BỐ.")
    assert "CHƯA" not in source_line(snapshot, sources, Lang.VI, published=True)
