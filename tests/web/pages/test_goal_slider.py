"""The way to a goal in a real Chromium: sliders compute, and everyone can use the page."""

from collections.abc import Iterator

import pytest
from browser_sessions import CHROMIUM, QUIET, sideways, violations
from loopback_server import serving
from playwright.sync_api import Page, expect, sync_playwright
from public_pages import bring_in
from thoroughness import spread
from waiting import PATIENCE

from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.text import now

DAK_LAK = (
    ("daklak-measures-2026-10-10", "measures", "2026-10-10"),
    ("daklak-points-2026-10-10", "points", "2026-10-10"),
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("slider") / "data"), *DAK_LAK)
    with open_ledger(folder, make=True) as ledger, open_store(folder) as store:
        for snapshot in store.snapshots():
            propose(ledger, store, snapshot, By("#test", now()))
    with serving(folder) as served, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=1000 * PATIENCE)
        found = browser.new_page(viewport={"width": 1280, "height": 900})
        found.set_default_timeout(1000 * PATIENCE)
        yield found, served.url
        browser.close()


def test_a_slider_computes_without_leaving_the_page(page: tuple[Page, str]) -> None:
    found, url = page
    found.goto(f"{url}/muc-tieu/H15.133")
    result = found.locator("[data-found=tried]")
    expect(result).to_contain_text("Được thêm 0,78 điểm, thành 72,80 điểm")
    slider = found.get_by_role("slider", name="4.1")
    slider.fill("264")
    expect(found.get_by_role("spinbutton", name="4.1")).to_have_value("264")
    expect(result).to_contain_text("Được thêm 1,67 điểm, thành 73,69 điểm, hạng 1/102")
    found.get_by_role("spinbutton", name="3.4").fill("0")
    expect(result).to_contain_text("Được thêm 0,89 điểm")
    expect(found.get_by_role("slider", name="3.4")).to_have_value("0")


@pytest.mark.parametrize("path", spread(["/muc-tieu/H15.133", "/en/muc-tieu/H15", "/khoang-hang"], 1))
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: tuple[Page, str], path: str) -> None:
    found, url = page
    found.goto(f"{url}{path}")
    assert sideways(found) == []
    assert violations(found) == []
