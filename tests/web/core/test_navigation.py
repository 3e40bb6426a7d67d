"""Where one goes from anywhere, and the day that stands above figures."""

from datetime import timedelta
from pathlib import Path

import pytest
from public_pages import PROVINCES, UNITS, bring_in, keep_table, pages_of, site_on, words

from bochiso.periods import parse_day
from bochiso.store.decisions.publications import in_force, propose, public_versions
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import RIGHTS, Role
from bochiso.text import Lang, now
from bochiso.web.core.day_band import DayBand
from bochiso.web.core.navigation import PUBLIC, STAFF, neighbours, public_links, staff_links


def test_everyone_has_five_ways_and_knows_where_they_are() -> None:
    for path, here in (("/", 0), ("/don-vi/H15.05", 1), ("/tinh", 3), ("/open", 4), ("/so-sanh", 0)):
        links = public_links(path, str)
        assert len(links) == len(PUBLIC) == 5
        assert [each.here for each in links].index(True) == here


@pytest.mark.parametrize("role", list(Role))
def test_nobody_is_led_to_a_page_that_they_may_not_see(role: Role) -> None:
    actions = {place.path: place.action for part in STAFF for place in part.places}
    led = [link.href for link in staff_links("/", role, str)]
    led += [link.href for part in STAFF for link in neighbours(part.places[0].path, role, str)]
    assert led
    for path in led:
        assert actions[path] in RIGHTS[role]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return bring_in(DataFolder(tmp_path_factory.mktemp("days") / "data"), *PROVINCES, *UNITS)


def test_every_page_of_figures_offers_the_other_days_and_says_when_it_isnt_the_newest(
    folder: DataFolder,
) -> None:
    pages = pages_of(site_on(folder, home="H21"))
    for path in ("/", "/don-vi", "/don-vi/H21.17", "/tinh", "/tinh/H21"):
        assert "/so-lieu/2026/" in pages.page(path), path
        assert "Đang xem số liệu cũ" not in words(pages.page(path))
    for day, path in (("2026-10-02", "/don-vi"), ("2026-09-17", "/tinh"), ("2026-10-02", "/don-vi/H21.17")):
        older = words(pages.page(f"/so-lieu/2026/{day}{path}"))
        assert "Đang xem số liệu cũ" in older


def test_what_isnt_public_is_said_to_be_and_what_the_public_reads_instead(tmp_path: Path) -> None:
    folder = bring_in(DataFolder(tmp_path / "data"), *UNITS)
    by = By("lan", now())
    with open_ledger(folder, make=True) as ledger:
        with open_store(folder) as store:
            before, newest = store.snapshots()
            nothing = DayBand((newest,), (newest, before), False, True, ())
            propose(ledger, store, before, by)
        public = tuple(in_force(public_versions(ledger)))
        band = DayBand((newest,), (newest, before), False, True, public)
        assert nothing.unpublished is not None
        assert "chưa công bố kỳ số liệu nào" in nothing.unpublished.render(Lang.VI)
        assert band.unpublished is not None
        said = band.unpublished.render(Lang.VI)
        assert "07/10/2026 chưa công bố" in said
        assert "ngày 02/10/2026" in said
        assert DayBand((before,), (newest, before), True, True, public).unpublished is None
        assert DayBand((newest,), (newest,), False, False, public).unpublished is None

        table = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,63.37\n"
        keep_table(folder, "lai.csv", table.encode(), "points", "2026-10-02")
        with open_store(folder) as store:
            again = next(each for each in store.snapshots() if each.as_of == before.as_of)
            differs = DayBand((again,), (newest, again), True, True, public)
            assert differs.unpublished is not None
            assert "khác bản 1 đang công bố" in differs.unpublished.render(Lang.VI)
            propose(ledger, store, again, By("lan", by.at + timedelta(seconds=1)), "Nguồn đã sửa")
        corrected = tuple(in_force(public_versions(ledger)))
        version = DayBand((again,), (again,), False, False, corrected).version
        assert version is not None
        assert "Bản 2 (đính chính)" in version.render(Lang.VI)
        assert "Nguồn đã sửa" in version.render(Lang.VI)
    assert before.as_of == parse_day("2026-10-02")
