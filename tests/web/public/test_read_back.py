"""What bochiso gives to be taken away is read back as it was: downloads in both languages, open data, API."""

from decimal import Decimal
from pathlib import Path

import pytest
from public_pages import EXAMPLES, METRICS, UNITS, Pages, bring_in, pages_of, site_on

from bochiso.intake.result import Intake, unit_figures
from bochiso.intake.sources import read_source
from bochiso.rules.loader import load_rules
from bochiso.store.folder import DataFolder

RULES = load_rules("qd766")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages_of(site_on(bring_in(DataFolder(tmp_path_factory.mktemp("back") / "data"), *UNITS)))


def totals(intake: Intake) -> dict[str, Decimal | None]:
    return {each.unit.code: each.total for each in unit_figures(intake, RULES)}


def read(name: str, data: bytes) -> Intake:
    return read_source("auto", [(name, data)], RULES)


@pytest.mark.parametrize(
    "path",
    [
        "/don-vi.csv",
        "/don-vi.xlsx",
        "/don-vi.json",
        "/en/don-vi.csv",
        "/en/don-vi.xlsx",
        "/en/don-vi.json",
        "/open/2026/2026-10-07/units.csv",
        "/open/2026/2026-10-07/units.xlsx",
        "/open/2026/2026-10-07/units.json",
        "/api/v1/snapshots/2026/2026-10-07/units?size=200",
    ],
)
def test_every_total_comes_back(pages: Pages, path: str) -> None:
    original = read("gốc.csv", Path(EXAMPLES / "units-H21-2026-10-07.csv").read_bytes())
    answer = pages.get(path)
    assert answer.status_code == 200

    again = read(path.rpartition("/")[2].partition("?")[0], answer.content)

    assert again.refusals == ()
    assert totals(again) == totals(original)


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_every_count_comes_back(tmp_path: Path, form: str) -> None:
    folder = bring_in(DataFolder(tmp_path / "data"), *METRICS)
    answer = pages_of(site_on(folder)).get(f"/open/2026/2026-10-10/indicators.{form}")
    original = read("gốc.csv", Path(EXAMPLES / "metrics-2026.csv").read_bytes())

    again = read(f"indicators.{form}", answer.content)

    assert again.refusals == ()
    assert counts(again) == counts(original)


def counts(intake: Intake) -> dict[tuple[str, str], tuple[object, object]]:
    return {
        (row["unit"], row["code"]): (row["numerator"], row["denominator"])
        for row in intake.figures.to_pylist()
        if row["numerator"] is not None
    }


def test_a_table_without_rows_still_says_its_columns(pages: Pages) -> None:
    text = pages.get("/open/2026/2026-10-07/indicators.csv").content.decode("utf-8-sig")
    assert text.startswith("period,as_of,unit,unit_name,level,indicator,number,numerator,denominator,points")
