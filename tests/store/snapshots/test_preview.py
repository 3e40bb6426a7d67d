"""A look before anything is kept: what columns are taken for, what comes out and what changes."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from reading_samples import COMMUNES, QD766, keep, tree

from bochiso.intake.figures.detect import read_files
from bochiso.periods import parse_period
from bochiso.report.xlsx.refused_rows import refused_workbook
from bochiso.rules.loader import load_rules
from bochiso.store.figures.evidence import NewReading
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.preview import Preview, preview, raw_tables
from bochiso.text import Lang, Text

RULES = load_rules("qd766")
TABLE = "STT;Tên đơn vị;Tổng điểm;Lạ\n1;UBND xã Vân Canh;76,00;a\n2;UBND xã Phù Mỹ Bắc;720;b\n"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    keep(folder, COMMUNES)
    return folder


def look(folder: DataFolder) -> Preview:
    new = NewReading(
        "points",
        [("tuần.csv", TABLE.encode())],
        as_of=date(2026, 10, 14),
        period=parse_period("2026"),
        rules_text=QD766,
        read_at=datetime(2026, 10, 14, 3, tzinfo=UTC),
    )
    return preview(folder, new, RULES)


def test_nothing_is_kept_and_nothing_is_touched(folder: DataFolder) -> None:
    before = tree(folder.root)
    look(folder)

    assert tree(folder.root) == before


def test_it_shows_columns_refusals_and_changes(folder: DataFolder) -> None:
    found = look(folder)

    taken = [
        (each.heading, each.taken_for.render(Lang.VI) if isinstance(each.taken_for, Text) else each.taken_for)
        for each in found.columns
    ]
    assert taken == [("Tên đơn vị", "Tên đơn vị"), ("Tổng điểm", "Tổng điểm")]
    assert found.added.intake is not None
    assert [each.where.row for each in found.added.intake.refusals] == [3]
    (level,) = found.levels
    assert (level.province, level.units, level.appeared, level.vanished, level.changed) == ("H21", 1, 0, 1, 1)
    assert level.moved == (("UBND xã Vân Canh", Decimal("0.55")),)


def test_before_anything_was_kept_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    (level,) = look(DataFolder(tmp_path / "chưa có")).levels

    assert level.against is None
    assert not (tmp_path / "chưa có").exists()


def test_refused_rows_come_with_their_reasons_and_go_back_in_mended() -> None:
    files = [("tuần.csv", TABLE.encode())]
    data = refused_workbook(raw_tables("points", files, RULES), read_files("points", files, RULES).refusals)
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()

    assert head == ["Tên đơn vị", "Tổng điểm", "Dòng trong tệp", "Lý do từ chối"]
    assert row[:3] == ["UBND xã Phù Mỹ Bắc", "720", "3"]
    assert "vượt mức tối đa 100 điểm" in str(row[3])
    again = read_files("points", [("từ chối.xlsx", data)], RULES)
    assert [each.where.row for each in again.refusals] == [2]
    assert again.notes == ()
