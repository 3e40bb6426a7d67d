"""Documents and charts across a change of the published scale: the rank's change, and why no points are."""

import pytest
from example_standings import trend_points
from msgspec.structs import replace
from report_folders import EXAMPLES, facts_of, keep, real, texts, written

from bochiso.errors import ComputeError
from bochiso.report.charts.definitions import trend
from bochiso.report.context import DocumentKind
from bochiso.report.report_data import ReportRequest
from bochiso.store.folder import DataFolder
from bochiso.text import Lang

OCTOBER = (EXAMPLES / "provinces-2026-10-06.csv").read_text("utf-8")
UNITS = (EXAMPLES / "units-H21-2026-10-07.csv").read_text("utf-8")


def november_2025() -> str:
    """Gia Lai's published 91.06, the fifth of 34; totals of the others are made up to fit."""
    others = [line.split(",")[0] for line in OCTOBER.splitlines()[1:] if not line.startswith("H21,")]
    totals = [96, 95, 94, 93, *(90 - n for n in range(29))]
    rows = [f"{code},UBND {code},{total}" for code, total in zip(others, totals, strict=True)]
    return "\n".join(["code,name,total", *rows, "H21,UBND tỉnh Gia Lai,91.06"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("eras") / "data")
    keep(folder, november_2025(), "2025-11-30", period="2025")
    keep(folder, OCTOBER, "2026-10-06")
    return keep(folder, UNITS, "2026-10-07")


ACROSS = ReportRequest("H21", against="2025-11-30")


@pytest.mark.parametrize("kind", [DocumentKind.WEEK, DocumentKind.DIRECTIVE])
def test_a_document_tells_the_ranks_change_and_subtracts_no_points(
    folder: DataFolder, kind: DocumentKind
) -> None:
    made = written(folder, kind, ACROSS)
    assert made.province.result == (
        "65,64/100 điểm, xếp hạng 04/34 tỉnh, thành phố (tăng 01 bậc so với năm 2025)"
    )
    assert made.province.cause == ""
    everything = "\n".join(texts(made))
    assert "25,42" not in everything
    assert "vì cách tính điểm của nguồn đã thay đổi" in everything


def test_the_province_is_compared_with_a_day_that_has_no_units(folder: DataFolder) -> None:
    facts = facts_of(folder, ACROSS)
    assert facts.before is None
    assert facts.province
    assert facts.province.before
    assert facts.province.before.snapshot.as_of.year == 2025
    with pytest.raises(ComputeError):
        facts_of(folder, ReportRequest("H21", against="2024-01-01"))


def test_the_province_may_be_compared_with_another_day_than_its_units() -> None:
    asked = ReportRequest("H21", "2026-10-07", against="2026-10-02", province_against="2026-09-17")
    facts = facts_of(real(), asked)
    assert facts.before
    assert facts.before.snapshot.as_of.day == 2
    assert facts.province
    assert facts.province.before
    assert facts.province.before.snapshot.as_of.day == 17
    assert written(real(), asked=asked).moment.compared_with == (
        "ngày 02/10/2026 (kết quả chung của tỉnh so với ngày 17/9/2026)"
    )


def test_the_line_of_a_trend_breaks_where_the_scale_changed() -> None:
    known = trend_points("94.70", "90.10", "65.08", "65.49")
    parts = [replace(each, era="cũ" if n < 2 else "mới") for n, each in enumerate(known)]
    lines = [trend(each, Lang.VI).svg().count('class="mark-line') for each in (known, parts)]
    assert lines == [1, 2]
    said = trend(parts, Lang.VI).alt.render(Lang.VI)
    assert "nguồn đổi cách tính điểm giữa ngày 08/09/2026 và ngày 15/09/2026" in said
    assert "đổi cách tính" not in trend(known, Lang.VI).alt.render(Lang.VI)
