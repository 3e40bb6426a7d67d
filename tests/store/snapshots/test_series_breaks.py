"""The day since when the portal scores an indicator in another way, found again from the snapshots."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from collection_runs import RULES

from bochiso.periods import parse_period
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import add_reading, open_store, rebuild
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import explained, rankings
from bochiso.text import Lang
from bochiso.units.model import Level

WORDS = (
    "Cổng có vẻ đã tính chỉ số 1.4 “{name}” theo cách khác từ ngày 08/10/2026: điểm công bố của 6/6 đơn vị "
    "không còn khớp với điểm tính lại, nên chênh lệch qua ngày này không chỉ do kết quả của đơn vị."
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six departments with half of their dossiers synchronized: 3 of 6 points, from the 8th on 4 of 6."""
    folder = DataFolder(tmp_path_factory.mktemp("kept") / "data")
    for day in (5, 6, 7, 8, 9, 10):
        score = 3 if day < 8 else 4
        rows = [
            f"H15.0{n},Sở {n},department,H15,DOSSIER_SYNC,{n * day},{2 * n * day},{score}"
            for n in range(1, 7)
        ]
        table = "\n".join(["unit,unit_name,level,parent,indicator,numerator,denominator,score", *rows])
        add_reading(
            folder,
            NewReading(
                "measures",
                [("do.csv", table.encode())],
                as_of=date(2026, 10, day),
                period=parse_period("2026"),
                rules_text=RULES,
                read_at=datetime(2026, 10, day, tzinfo=UTC),
            ),
        )
    return folder.root


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> DataFolder:
    return DataFolder(Path(shutil.copytree(kept, tmp_path / "data")))


def remarks(folder: DataFolder, as_of: str, against: str) -> list[str]:
    with open_store(folder) as store:
        (ranked,) = rankings(
            store,
            level=Level.DEPARTMENT,
            as_of=as_of,
            period=None,
            against=against,
            rules=None,
            within=None,
        )
        told = explained(store, "H15.01", as_of=as_of, period=None, against=against, rules=None).remarks
    said = [each.render(Lang.VI) for each in ranked.remarks[1:]]
    assert said == [each.render(Lang.VI) for each in told]
    return said


@pytest.mark.parametrize(("before", "after"), [(7, 8), (5, 10), (5, 8), (7, 10)])
def test_a_comparison_across_the_day_carries_the_warning(folder: DataFolder, before: int, after: int) -> None:
    (said,) = remarks(folder, f"2026-10-{after:02d}", f"2026-10-{before:02d}")
    name = said.split("“")[1].split("”")[0]
    assert said == WORDS.format(name=name)


@pytest.mark.parametrize(("before", "after"), [(5, 7), (8, 10)])
def test_a_comparison_on_one_side_of_it_does_not(folder: DataFolder, before: int, after: int) -> None:
    assert remarks(folder, f"2026-10-{after:02d}", f"2026-10-{before:02d}") == []


def test_rebuilt_facts_give_the_same_warning(folder: DataFolder) -> None:
    before = remarks(folder, "2026-10-10", "2026-10-05")
    rebuild(folder)
    assert remarks(folder, "2026-10-10", "2026-10-05") == before
