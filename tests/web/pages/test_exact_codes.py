"""Pages are found by exact code, whatever else a day's table holds."""

from pathlib import Path

import pytest
from public_pages import PROVINCES, Pages, bring_in, keep_table, pages_of, site_on, words

from bochiso.store.folder import DataFolder


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The provinces, and a later table of two departments without names."""
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("exact") / "data"), *PROVINCES)
    table = b"unit,level,total\nH21.17,department,71.10\nH21.05,department,70.10\n"
    keep_table(folder, "hai.csv", table, "points", "2026-10-08")
    return pages_of(site_on(folder, home="H21"))


@pytest.mark.parametrize("path", ["/", "/tinh/H21", "/don-vi/H21"])
def test_a_provinces_page_stays_its_own(pages: Pages, path: str) -> None:
    page = words(pages.page(path))
    assert "tỉnh gia lai" in page.lower()
    assert "71,10" not in page.partition("Sở, ban, ngành")[0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("/tinh/h21", "/tinh/H21"),
        ("/don-vi/h21.17", "/don-vi/H21.17"),
        ("/en/don-vi/h21.17", "/en/don-vi/H21.17"),
    ],
)
def test_a_code_in_small_letters_leads_to_the_page(pages: Pages, asked: str, found: str) -> None:
    answer = pages.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (308, found)


def test_a_wrong_part_of_an_address_is_told_on_a_page(tmp_path: Path) -> None:
    pages = pages_of(site_on(bring_in(DataFolder(tmp_path / "data"), *PROVINCES)))
    answer = pages.get("/so-lieu/2026/2026-02-31/tinh")
    assert answer.status_code == 404
    assert "<title>" in answer.text
