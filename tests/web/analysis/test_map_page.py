"""Maps of communes and provinces."""

import re
from pathlib import Path

import httpx
import pytest
from boundary_files import every_commune
from loopback_server import serving
from officer_clients import officer
from public_pages import PROVINCES, UNITS, Pages, bring_in, pages_of, rows_of, site_on, words
from waiting import PATIENCE

from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.text import now


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("maps") / "data"), *PROVINCES, *UNITS)
    return pages_of(site_on(folder, home="H21"))


def test_every_commune_and_province_is_on_the_map_and_in_the_table_beside(pages: Pages) -> None:
    html = pages.page("/ban-do")
    rows = [row for row in rows_of(html) if len(row) == 2 and "," in row[1]]
    assert len(rows) == 135 + 34
    for name in ("Quy Nhơn", "An Toàn", "Ia Ly", "Gia Lai", "Cà Mau"):
        assert f">{name}<" in html
    assert "Chưa có vị trí" not in html


def test_the_classes_of_the_legend_count_every_unit(pages: Pages) -> None:
    for path in ("/ban-do", "/ban-do/MDHL"):
        drawn = re.search(r'<svg[^>]*class="desk".*?</svg>', pages.page(path), re.DOTALL)
        assert drawn is not None
        assert sum(map(int, re.findall(r"\((\d+)\)</text>", drawn[0]))) == 135


def test_classes_differ_by_pattern_and_words_as_well_as_by_colour(pages: Pages) -> None:
    drawn = pages.page("/bieu-do/ban-do-xa/xep-loai.svg")
    fills = set(re.findall(r'fill="(#[0-9a-f]{6})" stroke', drawn))
    assert len(fills) >= 4
    assert "Trung bình" in drawn


def test_an_indicator_without_figures_says_so(pages: Pages) -> None:
    assert "Nguồn chưa công bố số liệu này" in words(pages.page("/ban-do/2.1"))


@pytest.mark.parametrize("what", ["MDSH", "CKMB"])
def test_a_map_has_an_address_its_figures_and_a_frame(pages: Pages, what: str) -> None:
    for kind in ("ban-do-xa", "ban-do-tinh"):
        assert pages.get(f"/bieu-do/{kind}/{what}.svg").status_code == 200
        assert pages.get(f"/bieu-do/{kind}/{what}.csv").text.count("\n") > 30
        assert f'href="/ban-do/{what}"' in pages.page(f"/nhung/{kind}/{what}")


@pytest.mark.parametrize("path", ["/ban-do/X", "/ban-do/9.9", "/ban-do/TOTAL", "/bieu-do/ban-do-xa/X.svg"])
def test_a_map_that_is_not_there_is_not_found(pages: Pages, path: str) -> None:
    assert pages.get(path).status_code == 404


def test_an_office_s_boundaries_are_drawn_for_everyone_and_taken_back(tmp_path: Path) -> None:
    folder = bring_in(DataFolder(tmp_path / "data"), *UNITS)
    with open_ledger(folder, make=True) as ledger, open_store(folder) as store:
        change_settings(ledger, {"province": "H21"}, By("#test", now()))
        propose(ledger, store, store.snapshots()[-1], By("#test", now()))
    with (
        serving(folder) as served,
        officer(served, "lan", Role.OFFICE) as lan,
        httpx.Client(base_url=served.url, timeout=PATIENCE) as public,
    ):
        address = "/bieu-do/ban-do-xa/xep-loai.svg"
        tiles = public.get(address).text
        refused = lan.post(
            "/ban-do/dia-gioi", {"tinh": "H21"}, page="/ban-do", files={"tep": ("a.json", b"{}")}
        )
        assert refused.status_code == 422
        assert "a.json: không phải là GeoJSON kiểu FeatureCollection" in words(refused.text)
        file = {"tep": ("dia-gioi.geojson", every_commune("H21"))}
        assert lan.post("/ban-do/dia-gioi", {"tinh": "H21"}, page="/ban-do", files=file).status_code == 200
        drawn = public.get(address).text
        assert "<title>Quy Nhơn: " in drawn
        assert ">TB</text>" in drawn.rpartition("Khá (")[2]  # letters name the classes in the legend
        assert "<title>" not in tiles
        assert "theo tệp địa giới: 135 đơn vị." in words(lan.get("/ban-do").text)
        lan.post("/ban-do/dia-gioi", {"tinh": "H21"}, page="/ban-do", files={"x": ("", b"")})
        assert public.get(address).text == tiles
        assert public.post("/ban-do/dia-gioi", data={"tinh": "H21"}).status_code in (303, 401, 403)
