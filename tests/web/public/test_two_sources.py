"""A folder with figures that were published and others measured here: either by its address, never mixed.

The same unit has another total in each, of the same day: a page, the API, open data, the static site and the
commands say the same one wherever the source is the same.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath

import httpx
import pytest
from command_runner import run
from loopback_server import serving
from officer_clients import officer
from public_pages import QD766, Pages, keep_table, pages_of
from waiting import PATIENCE

from bochiso.periods import parse_day, parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.decisions.publications import propose
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web.app import public_site
from bochiso.web.core.navigation import of_a_source
from bochiso.web.core.template_context import page_file
from bochiso.web.public.static_site import write_site
from bochiso.web.site_app import create_pages

DAY = "2026-10-07"
UNITS = (("H21.17", "Sở Y tế"), ("H21.05", "Sở Công Thương"), ("H21.01", "Sở Tài chính"))
TOTALS = ("58.11", "61.00", "70.37")
PUBLISHED = "unit,unit_name,level,total\n" + "".join(
    f"{code},{name},department,{total}\n" for (code, name), total in zip(UNITS, TOTALS, strict=True)
)
ONLY_OURS = ("H21.09", "Sở Tư pháp")
BY = By("#test", now())
PLAIN, OWN = "", "/tu-do"
RULES = load_rules("qd766")


def measured(folder: DataFolder, day: str, online: int) -> None:
    """Keep counts of ours of a day: of each indicator so many of 100, one more for each unit."""
    units = [("H21", "UBND tỉnh Gia Lai", "province", None)]
    units += [(code, name, "department", "H21") for code, name in (*UNITS, ONLY_OURS)]
    table = [
        {"unit": code, "unit_name": name, "level": level, "parent": parent, "indicator": each.code,
         "numerator": online + n, "denominator": 100}
        for n, (code, name, level, parent) in enumerate(units)
        for each in RULES.indicators if each.kind == "share"
    ]  # fmt: skip
    new = NewReading(
        "measured", [("measured.json", json.dumps(table).encode())], as_of=parse_day(day),
        period=parse_period("2026"), rules_text=QD766, read_at=now(),
    )  # fmt: skip
    add_reading(folder, new)


def publish(folder: DataFolder, ledger: Ledger, own: bool) -> None:
    with open_store(folder, measured=own) as store:
        propose(ledger, store, store.snapshots()[-1], BY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    found = DataFolder(tmp_path_factory.mktemp("both") / "data")
    measured(found, DAY, 40)
    keep_table(found, "điểm.csv", PUBLISHED.encode(), "points", DAY)
    with open_ledger(found, make=True) as ledger:
        publish(found, ledger, own=False)
        publish(found, ledger, own=True)
    measured(found, "2026-10-14", 90)  # nobody published it
    return found


@pytest.fixture(scope="module")
def ledger(folder: DataFolder) -> Iterator[Ledger]:
    with open_ledger(folder) as found:
        yield found


@pytest.fixture(scope="module")
def pages(folder: DataFolder, ledger: Ledger) -> Pages:
    return pages_of(public_site(folder, ledger))


def by_command(folder: DataFolder, own: bool) -> dict[str, str]:
    words = ["rank", "--as-of", DAY, "--level", "department", "--format", "csv", "--data", folder.root]
    done = run(*words, *(["--measured"] if own else []))
    assert done.code == 0, done.err
    return {row["unit"]: row["total"] for row in csv.DictReader(done.out.splitlines())}


def by_api(pages: Pages, start: str) -> dict[str, float]:
    found = pages.get(f"{start}/api/v1/snapshots/2026/{DAY}/units").json()
    return {row["unit"]: row["total"] for row in found["items"]}


def by_open_data(text: str) -> dict[str, str]:
    return {row["unit"]: row["total"] for row in csv.DictReader(text.lstrip("\ufeff").splitlines())}


def leads_to(pages: Pages, path: str) -> list[str]:
    """Where the links of a page of the static site lead."""
    here = f"/{page_file(path)}".rpartition("/")[0]
    found = re.findall(r'href="([./][^"#?]*)', pages.page(path))
    return [normpath(f"{here}/{link}").removesuffix("index.html").rstrip("/") or "/" for link in found]


def test_every_surface_says_the_total_of_the_source_that_its_address_names(
    folder: DataFolder, pages: Pages, tmp_path: Path, ledger: Ledger
) -> None:
    site = tmp_path / "www"
    write_site(create_pages(public_site(folder, ledger)), site)
    expected = {start: by_command(folder, own=start == OWN) for start in (PLAIN, OWN)}
    assert len(expected[PLAIN]) == 3
    assert len(expected[OWN]) == 4
    assert not set(expected[PLAIN].values()) & set(expected[OWN].values())
    for start, totals in expected.items():
        assert {unit: f"{by_api(pages, start)[unit]:.2f}" for unit in totals} == totals
        file = f"{start}/open/2026/{DAY}/units.csv"
        whole = f"{start}/open/units-department.csv"
        for text in (pages.page(file), pages.page(whole), (site / file[1:]).read_text("utf-8")):
            assert by_open_data(text) | totals == by_open_data(text)
        for unit, total in totals.items():
            written = (site / f"{start}/don-vi/{unit}/index.html"[1:]).read_text("utf-8")
            for html in (pages.page(f"{start}/don-vi/{unit}"), written):
                assert total.replace(".", ",") in html
                assert not any(
                    other.replace(".", ",") in html
                    for place, found in expected.items() if place != start for other in found.values()
                )  # fmt: skip


def test_each_page_of_figures_says_which_they_are_and_leads_to_the_others(pages: Pages) -> None:
    for path in ("/", "/don-vi", "/don-vi/H21.17", "/so-sanh", "/open", "/tinh/H21/don-vi"):
        plain, own = pages.page(path), pages.page(OWN + path)
        assert "Số liệu công bố, thu thập từ Cổng hoặc nạp từ bảng." in plain, path
        assert f"{OWN}{path}".rstrip("/") in leads_to(pages, path), path
        assert "Số liệu tự đo từ hồ sơ." in own, path
        assert path in leads_to(pages, OWN + path), path
    assert "Figures measured here" in pages.page("/en/tu-do/")
    assert "Số liệu tự đo" not in pages.page("/gioi-thieu")


def test_links_from_what_was_measured_stay_there(pages: Pages) -> None:
    for path in ("/tu-do/", "/tu-do/don-vi/H21.17", "/tu-do/open"):
        links = leads_to(pages, path)
        figures = {link for link in links if of_a_source(link) and not link.startswith(("/api", "/en"))}
        assert figures == {path.removeprefix(OWN)}, path  # the one way to what was published
        assert sum(link.startswith(OWN) for link in links) > 5


def test_the_public_is_shown_what_was_published_of_either(pages: Pages, folder: DataFolder) -> None:
    for start, source in ((PLAIN, False), (OWN, True)):
        listed = pages.get(f"{start}/api/v1/snapshots").json()["items"]
        assert [(row["as_of"], row["measured"]) for row in listed] == [(DAY, source)]
        assert pages.page(f"{start}/open/versions.csv").count(DAY) == 1
        assert pages.get(f"{start}/so-lieu/2026/2026-10-14/don-vi").status_code == 404
        assert pages.get(f"{start}/open/2026/2026-10-14/units.csv").status_code == 404
    assert (
        pages.get(f"/open/2026/{DAY}/units.csv")
        .headers["content-disposition"]
        .endswith(f'"units-2026-{DAY}.csv"')
    )
    own = pages.get(f"{OWN}/open/2026/{DAY}/units.csv").headers["content-disposition"]
    assert f'"tu-do-units-2026-{DAY}.csv"' in own


def test_a_command_publishes_either_and_says_which(folder: DataFolder, tmp_path: Path) -> None:
    done = run(
        "publish", "--as-of", "2026-10-14", "--measured", "--reason", "thêm ngày", "--data", folder.root
    )
    assert done.code == 0, done.err
    assert "tự đo từ hồ sơ" in done.err
    assert (
        run("publish", "--as-of", "2026-10-14", "--data", folder.root).code != 0
    )  # nothing else of that day


def test_a_folder_with_one_source_says_nothing_of_another(tmp_path: Path) -> None:
    for name, own in (("published", False), ("measured", True)):
        folder = DataFolder(tmp_path / name)
        if own:
            measured(folder, DAY, 40)
        else:
            keep_table(folder, "điểm.csv", PUBLISHED.encode(), "points", DAY)
        with open_ledger(folder, make=True) as ledger:
            publish(folder, ledger, own)
            pages = pages_of(public_site(folder, ledger))
            html = pages.page("/don-vi")
            assert "Sở Y tế" in html
            assert "/tu-do" not in html
            assert "Nguồn số liệu" not in html


def test_an_officer_publishes_what_was_measured_among_its_own_and_nothing_of_it_shows_before(
    tmp_path: Path,
) -> None:
    folder = DataFolder(tmp_path / "data")
    measured(folder, DAY, 40)
    keep_table(folder, "điểm.csv", PUBLISHED.encode(), "points", DAY)
    with open_ledger(folder, make=True) as ledger:
        publish(folder, ledger, own=False)
        change_settings(ledger, {"province": "H21", "approval_required": True}, BY)
    with (
        serving(folder, unit="H21") as served,
        officer(served, "lan") as lan,
        officer(served, "minh") as minh,
        httpx.Client(base_url=served.url, timeout=PATIENCE) as anyone,
    ):
        assert f'href="{OWN}/don-vi"' in lan.get("/don-vi").text
        assert "Sở Tư pháp" in lan.get(f"{OWN}/don-vi").text
        assert OWN not in anyone.get("/don-vi").text
        assert "Sở Tư pháp" not in anyone.get(f"{OWN}/don-vi").text
        done = lan.post(f"{OWN}/cong-bo", {"viec": "de-xuat", "ky": f"2026/{DAY}"})
        assert done.url.path == f"{OWN}/cong-bo"
        assert "Đã ghi đề xuất công bố" in done.text
        assert "tự đo từ hồ sơ" in minh.get("/cong-bo").text  # whoever approves sees what it is
        assert "Đã công bố." in minh.post("/cong-bo", {"viec": "duyet", "so": "2"}).text
        assert "Sở Tư pháp" in anyone.get(f"{OWN}/don-vi").text
        assert "Sở Tư pháp" not in anyone.get("/don-vi").text
        assert f'href="{OWN}/don-vi"' in anyone.get("/don-vi").text
