"""Comparison inside an era and across: points are subtracted inside alone, ranks in both."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from reading_samples import keep

from bochiso.rules.file.problems import RuleFileError
from bochiso.store.collection.run_summary import findings
from bochiso.store.figures.office_eras import keep_eras
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import ExplainedUnit, Ranked, explained, rankings
from bochiso.text import Lang
from bochiso.units.model import Level

OCTOBER = (files("bochiso") / "examples" / "provinces-2026-10-06.csv").read_text("utf-8")
SEPTEMBER = (files("bochiso") / "examples" / "provinces-2026-09-17.csv").read_text("utf-8")
WHY = (
    "Không so sánh điểm giữa ngày 20/04/2026 và ngày 06/10/2026 vì cách tính điểm của nguồn đã thay đổi "
    "(thang điểm đến tháng 4/2026; thang điểm từ tháng 9/2026); chỉ so sánh thứ hạng."
)


def april() -> str:
    """Đắk Lắk's published 94.7, the 23rd of 34; totals of the others are made up to fit."""
    others = [line.split(",")[0] for line in OCTOBER.splitlines()[1:] if not line.startswith("H15,")]
    totals = [*(98.9 - n / 10 for n in range(22)), *(94 - n for n in range(11))]
    rows = [f"{code},UBND {code},{total:.2f}" for code, total in zip(others, totals, strict=True)]
    return "\n".join(["code,name,total", *rows, "H15,UBND tỉnh Đắk Lắk,94.70"])


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    for table, day in ((april(), "2026-04-20"), (SEPTEMBER, "2026-09-17"), (OCTOBER, "2026-10-06")):
        keep(folder, table, day=day)
    return folder


def ranked(folder: DataFolder, against: str) -> Ranked:
    with open_store(folder) as store:
        asked = rankings(
            store,
            level=Level.PROVINCE,
            as_of="2026-10-06",
            period=None,
            against=against,
            rules=None,
            within=None,
        )
        return next(asked)


def dak_lak(folder: DataFolder, against: str) -> ExplainedUnit:
    with open_store(folder) as store:
        return explained(store, "H15", as_of="2026-10-06", period=None, against=against, rules=None)


def told(found: Ranked | ExplainedUnit) -> list[str]:
    return [remark.render(Lang.VI) for remark in found.remarks]


def test_across_eras_ranks_are_subtracted_and_points_are_not(folder: DataFolder) -> None:
    found = ranked(folder, "2026-04-20")
    assert found.comparison
    assert (found.comparison.points_comparable, found.comparison.ranks_comparable) == (False, True)
    assert (found.comparison.mean, found.comparison.grade_counts) == (None, {})
    assert all((c.total, c.boxes, c.indicators) == (None, {}, {}) for c in found.comparison.changes)
    own = found.comparison.find("H15")
    assert own
    assert own.before
    assert (own.before.rank, own.before.of, own.rank) == (23, 34, 16)
    assert WHY in told(found)


def test_inside_an_era_points_are_subtracted(folder: DataFolder) -> None:
    found = ranked(folder, "2026-09-17")
    assert found.comparison
    assert found.comparison.points_comparable
    own = found.comparison.find("H15")
    assert own
    assert (str(own.total), own.rank) == ("1.10", 2)
    assert not any("cách tính điểm" in remark for remark in told(found))


def test_an_explanation_across_eras_has_no_causes_and_says_why(folder: DataFolder) -> None:
    found = dak_lak(folder, "2026-04-20")
    assert found.change
    assert (found.change.total, found.change.rank) == (None, 16)
    assert found.change.causes(found.after.rules) == []
    assert told(found) == [WHY]
    inside = dak_lak(folder, "2026-09-17")
    assert inside.change
    assert sum(part.change for part in inside.change.causes(inside.after.rules)) == inside.change.total


def test_an_offices_own_table_of_eras_is_used_instead(folder: DataFolder, tmp_path: Path) -> None:
    own = tmp_path / "cua-tinh.yaml"
    own.write_text(
        "eras:\n"
        "  - {code: cu, names: {vi: thang cũ, en: old}, last: 2026-09-30, source: thông báo}\n"
        "  - {code: moi, names: {vi: thang mới, en: new}, first: 2026-10-01, source: thông báo}\n",
        "utf-8",
    )
    assert [era.first for era in keep_eras(folder, own)] == [None, date(2026, 10, 1)]
    found = ranked(folder, "2026-09-17")
    assert found.comparison
    assert not found.comparison.points_comparable
    assert any("(thang cũ; thang mới)" in remark for remark in told(found))


def test_a_table_of_eras_that_overlap_is_refused_and_the_old_one_stays(
    folder: DataFolder, tmp_path: Path
) -> None:
    own = tmp_path / "cua-tinh.yaml"
    own.write_text(
        "eras:\n"
        "  - {code: cu, names: {vi: a, en: a}, last: 2026-09-30, source: b}\n"
        "  - {code: moi, names: {vi: a, en: a}, first: 2026-09-30, source: b}\n",
        "utf-8",
    )
    with pytest.raises(RuleFileError, match=r"cua-tinh\.yaml, line 3"):
        keep_eras(folder, own)
    assert not folder.eras.exists()


def test_a_collection_is_told_of_a_scale_that_moved_everywhere_and_of_an_era(folder: DataFolder) -> None:
    rows = (line.split(",") for line in OCTOBER.splitlines()[1:])
    fallen = [f"{code},{name},{float(total) - 9:.2f}" for code, name, total, *_ in rows]
    moved = "\n".join(["code,name,total", *fallen])
    keep(folder, moved, day="2026-10-07", hour=30)
    with open_store(folder) as store:
        told = [text.render(Lang.VI) for text in findings(store, store.readings[-1].seq).watched]
        first = [text.render(Lang.VI) for text in findings(store, store.readings[1].seq).watched]
    (only,) = told
    assert only.startswith("Chú ý: tổng điểm của 34/34 đơn vị cấp “Tỉnh, thành phố” cùng giảm, mức giữa 9,00")
    assert first[0].startswith("Không so sánh điểm giữa ngày 20/04/2026 và ngày 17/09/2026")
