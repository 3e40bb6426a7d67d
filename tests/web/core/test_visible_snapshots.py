"""What was published stays public whatever is brought in beside the running server."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import httpx
import loaded_python
import pytest
from collection_runs import Office
from loopback_server import Served, serving
from officer_clients import Officer, officer
from public_pages import keep_table, pages_of, site_on
from waiting import PATIENCE

from bochiso.errors import StoreError
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.store.decisions.publications import propose
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.text import now
from bochiso.web.core.ledger_cache import decisions_of
from bochiso.web.core.query_cache import QueryCache
from bochiso.web.core.visible_snapshots import VisibleSnapshots

TABLE = "unit,unit_name,level,total\nH15,Đắk Lắk,province,63.98\nH21,Gia Lai,province,70.11\n"
OTHER = "unit,unit_name,level,total\nH15,Đắk Lắk,province,65.08\nH21,Gia Lai,province,71.00\n"


def published_in(folder: DataFolder, ledger: Ledger) -> VisibleSnapshots:
    decisions = decisions_of(ledger)
    return VisibleSnapshots(QueryCache(folder), lambda: decisions(None))


def publish_newest(folder: DataFolder) -> None:
    with open_ledger(folder, make=True) as ledger, open_store(folder) as store:
        propose(ledger, store, store.snapshots()[-1], By("#test", now()))


@dataclass(frozen=True)
class Site:
    """A server with one publication, the public that reads it, an officer, and a portal to collect from."""

    served: Served
    public: httpx.Client
    office: Officer
    portal: StandIn

    @property
    def folder(self) -> DataFolder:
        return self.served.folder

    def read(self) -> tuple[str, list[str], str]:
        """What the public is shown: the ranking, the days in the API, the open data."""
        page = self.public.get("/tinh")
        listed = self.public.get("/api/v1/snapshots")
        table = self.public.get("/open/2026/2026-10-01/units.csv")
        assert [each.status_code for each in (page, listed, table)] == [200, 200, 200]
        return page.text, [each["as_of"] for each in listed.json()["items"]], table.text


def by_command(site: Site, tmp_path: Path) -> None:
    table = tmp_path / "lệnh.csv"
    table.write_text(OTHER, "utf-8")
    command = [sys.executable, "-m", "bochiso.cli", "import", "points", str(table)]
    command += ["--as-of", "2026-10-02", "--data", str(site.folder.root)]
    done = loaded_python.run(command, text=True)
    assert done.returncode == 0, done.stderr


def by_page(site: Site, _: Path) -> None:
    fields = {"loai": "points", "ngay": "2026-10-03", "ky": "", "nhan": ""}
    answer = site.office.post("/du-lieu", fields, files={"tep": ("trang.csv", OTHER.encode())})
    assert answer.status_code == 200


def by_collector(site: Site, _: Path) -> None:
    assert Office(site.folder, site.portal).collect().state is ReadingState.COMPLETE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = DataFolder(tmp_path_factory.mktemp("published") / "data")
    keep_table(folder, "điểm.csv", TABLE.encode(), "points", "2026-10-01")
    publish_newest(folder)
    figures = simulate_portal("H15", 1, date(2026, 10, 6))
    with (
        serving(folder) as served,
        StandIn(figures) as portal,
        officer(served) as office,
        httpx.Client(base_url=served.url, timeout=PATIENCE) as public,
    ):
        yield Site(served, public, office, portal)


@pytest.mark.parametrize("bring_in", [by_command, by_page, by_collector])
def test_the_public_reads_the_same_after_figures_come_in_beside_it(
    site: Site, tmp_path: Path, bring_in: Callable[[Site, Path], None]
) -> None:
    before = site.read()
    assert "Gia Lai" in before[0]
    assert before[1] == ["2026-10-01"]
    bring_in(site, tmp_path)
    assert site.read() == before


def test_what_came_in_beside_the_server_can_be_published_at_once(site: Site, tmp_path: Path) -> None:
    site.read()
    by_command(site, tmp_path)
    site.read()
    publish_newest(site.folder)
    with open_ledger(site.folder) as ledger:
        assert len(published_in(site.folder, ledger)()) == 2


def test_what_cannot_be_checked_is_said_and_checked_again(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep_table(folder, "điểm.csv", TABLE.encode(), "points", "2026-10-01")
    publish_newest(folder)
    whole = folder.facts.read_bytes()
    with open_ledger(folder) as ledger:
        published = published_in(folder, ledger)
        folder.facts.write_bytes(b"\0" * len(whole))
        with pytest.raises(StoreError):
            published()
        folder.facts.write_bytes(whole)
        assert [each.as_of for each in published()] == [date(2026, 10, 1)]


def test_an_older_generation_held_open_never_answers_for_the_newest(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep_table(folder, "điểm.csv", TABLE.encode(), "points", "2026-10-01")
    with open_store(folder) as held:
        keep_table(folder, "điểm.csv", OTHER.encode(), "points", "2026-10-02")
        with open_store(folder) as store:
            assert [each.seq for each in store.readings] == [1, 2]
            assert len(store.units(store.snapshots()[-1])) == 2
        assert [each.seq for each in held.readings] == [1]


def test_a_folder_whose_facts_have_no_number_is_read_and_goes_on(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep_table(folder, "điểm.csv", TABLE.encode(), "points", "2026-10-01")
    folder.facts.rename(folder.root / "facts.duckdb")
    with open_store(folder) as store:
        assert [each.seq for each in store.readings] == [1]
    keep_table(folder, "điểm.csv", OTHER.encode(), "points", "2026-10-02")
    assert [path.name for path in folder.fact_files()] == ["facts-000001.duckdb"]


@pytest.mark.parametrize(
    "path", ["/tinh", "/don-vi", "/don-vi/H15", "/so-sanh", "/open", "/api/v1/snapshots"]
)
def test_what_a_reader_may_see_is_found_out_once_a_call(tmp_path: Path, path: str) -> None:
    folder = DataFolder(tmp_path / "data")
    for day, table in (("2026-10-01", TABLE), ("2026-10-02", OTHER)):
        keep_table(folder, "điểm.csv", table.encode(), "points", day)
    asked = []

    def published() -> tuple[Snapshot, ...]:
        asked.append(path)
        with open_store(folder) as store:
            return tuple(store.snapshots())

    site = replace(site_on(folder), published=published)
    pages_of(site).page(path)
    assert asked == [path]
