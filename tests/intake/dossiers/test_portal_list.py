"""The portal's own list of dossiers: what is read of it, what is refused, what is never kept."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from bochiso.errors import SourceError
from bochiso.intake.dossiers.portal_list import PortalList, read_portal_list
from bochiso.measure.schema import TOLD
from bochiso.text import Lang

HEADING = (
    "STT;Mã hồ sơ;Mã TTHC;Họ và tên chủ hồ sơ;Số điện thoại;Mã đơn vị;Trạng thái;Ngày nộp;Ngày tiếp nhận;"
    "Ngày hẹn trả;Ngày kết thúc xử lý;Ngày trả kết quả;Hình thức nộp;Thanh toán trực tuyến;Kết quả điện tử"
)


def row(number: str = "H15.24-260105-0001", **cells: str) -> str:
    """A dossier that was done in time, paid online, with its result."""
    known = {
        "stt": "1", "number": number, "procedure": "1.000001", "name": "Trần Văn Ví Dụ",
        "phone": "0900000000", "unit": "H15.24", "status": "Đã trả kết quả", "filed": "05/01/2026 07:50",
        "received": "05/01/2026 08:00", "due": "12/01/2026", "done": "09/01/2026 10:00",
        "returned": "09/01/2026 15:00", "channel": "Trực tuyến", "paid": "x", "result": "KQ-so-12.pdf",
    }  # fmt: skip
    return ";".join((known | cells).values())


def read(*rows: str, titles: str = "", province: str = "H15", end: str = "\n") -> PortalList:
    text = titles + "\n".join((HEADING, *rows)) + end
    return read_portal_list(iter([("ds.csv", text.encode("utf-8-sig"))]), province)


def said(found: PortalList) -> str:
    return " ".join(note.render(Lang.VI) for note in found.notes)


def moment(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 1, day, hour - 7, minute, second, tzinfo=UTC).replace(tzinfo=None)


def test_every_column_is_read_and_a_day_due_ends_with_its_last_second() -> None:
    (found,) = read(row()).rows.to_pylist()
    assert found == {
        "number": "H15.24-260105-0001", "procedure": "1.000001", "unit": "H15.24", "status": 10,
        "filed_at": moment(5, 7, 50), "received_at": moment(5, 8), "due_at": moment(12, 23, 59, 59),
        "done_at": moment(9, 10), "returned_at": moment(9, 15), "channel": 2, "paid_online": True,
        "result_file": True, "told": sum(TOLD.values()),
    }  # fmt: skip


def test_persons_are_named_as_columns_and_nothing_of_them_is_kept() -> None:
    found = read(row())
    assert "không giữ các cột có thông tin cá nhân: Họ và tên chủ hồ sơ, Số điện thoại" in said(found)
    kept = repr(found.rows.to_pylist())
    assert not any(secret in kept for secret in ("Ví Dụ", "0900000000", "KQ-so-12"))


def test_a_number_of_the_old_form_is_that_of_today() -> None:
    assert read(row("000.00.24.H15-260105-0001")).rows["number"].to_pylist() == ["H15.24-260105-0001"]


def test_a_dossier_that_stands_twice_counts_by_its_last_row() -> None:
    found = read(row(status="Đang xử lý"), row("H15.24-260105-0002"), row())
    assert sorted(found.rows["number"].to_pylist()) == ["H15.24-260105-0001", "H15.24-260105-0002"]
    assert set(found.rows["status"].to_pylist()) == {10}
    assert "1 hồ sơ có nhiều hơn một dòng" in said(found)
    assert "dòng 4" in said(found)


def test_a_cell_that_cannot_be_read_is_as_if_it_was_not_said() -> None:
    found = read(row(due="sớm thôi"))
    (only,) = found.rows.to_pylist()
    assert only["due_at"] is None
    assert not only["told"] & TOLD["due_at"]
    assert only["told"] & TOLD["status"]
    assert "cột “Ngày hẹn trả”: 1 ô không hiểu được (đầu tiên: dòng 2)" in said(found)


def test_an_empty_cell_says_that_there_is_nothing() -> None:
    (only,) = read(row(done="", paid="")).rows.to_pylist()
    assert only["done_at"] is None
    assert only["told"] & TOLD["done_at"]
    assert only["told"] & TOLD["paid_online"]


def test_a_row_without_a_number_is_refused_with_its_place() -> None:
    found = read(row(), row(""), row("0912345678"))
    assert [(each.where.file, each.where.row, each.where.column) for each in found.refusals] == [
        ("ds.csv", 3, "Mã hồ sơ"), ("ds.csv", 4, "Mã hồ sơ")]  # fmt: skip
    assert found.counted == 3
    assert len(found.rows) == 1


def test_a_few_rows_of_another_province_are_refused_each() -> None:
    found = read(row(), row("H15.24-260105-0002"), row("H19.24-260105-0003"))
    (refusal,) = found.refusals
    assert "H19" in refusal.render(Lang.VI)
    assert refusal.where.row == 4


def test_a_province_that_was_merged_in_is_none_of_another() -> None:
    assert len(read(row("H45.24-250105-0002")).rows) == 1


def test_a_list_of_another_province_is_refused_whole() -> None:
    with pytest.raises(SourceError, match="H19"):
        read(row("H19.24-260105-0001"), row("H19.24-260105-0002"))


@pytest.mark.parametrize("cut", [1, 30, 60])
def test_a_file_that_stops_in_a_row_is_refused_whole(cut: int) -> None:
    with pytest.raises(SourceError, match="stops in the midst of row 3") as told:
        read(row(), row("H15.24-260105-0002")[:-cut].rsplit(";", 1)[0], end="")
    assert told.value.where.row == 3


@pytest.mark.parametrize(
    "stated", ["Tổng số hồ sơ: 3", "Tổng số: 1.003 hồ sơ", "TỔNG CỘNG: 3", "Tổng số bản ghi 3"]
)
def test_fewer_rows_than_the_list_states_are_refused(stated: str) -> None:
    with pytest.raises(SourceError, match="cut off"):
        read(row(), row("H15.24-260105-0002"), titles=stated + ";" * 14 + "\n")


def test_as_many_rows_as_stated_in_several_files_are_one_list() -> None:
    files = [
        ("1.csv", "\n".join((f"Tổng số hồ sơ: 2{';' * 14}", HEADING, row(), "")).encode()),
        ("2.csv", "\n".join((HEADING, row("H15.24-260105-0002"), "")).encode()),
    ]
    assert len(read_portal_list(iter(files), "H15").rows) == 2


def test_the_days_that_a_title_names_are_those_the_list_holds() -> None:
    found = read(row(), titles="Hồ sơ tiếp nhận từ ngày 01/01/2026 đến hết ngày 31/03/2026" + ";" * 14 + "\n")
    assert (found.first_day, found.last_day) == (date(2026, 1, 1), date(2026, 3, 31))


def test_what_stands_below_the_rows_is_no_dossier() -> None:
    found = read(row(), row("Tổng cộng"), row("Người lập biểu"))
    assert found.counted == 1
    assert not found.refusals


@pytest.mark.parametrize("total", [2, 3])
def test_a_workbook_is_read_alike(tmp_path: Path, total: int) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    lines = [f"Tổng số: {total} hồ sơ", HEADING, row(), row("H15.24-260105-0002")]
    for at, line in enumerate(lines):
        sheet.write_row(at, 0, line.split(";"))
    book.close()
    if total == 3:
        with pytest.raises(SourceError, match="cut off"):
            read_portal_list(iter([("ds.xlsx", out.getvalue())]), "H15")
        return
    found = read_portal_list(iter([("ds.xlsx", out.getvalue())]), "H15")
    assert found.rows.to_pylist()[0] == read(row()).rows.to_pylist()[0]


def test_a_table_without_numbers_is_no_list() -> None:
    with pytest.raises(SourceError, match="mã hồ sơ"):
        read_portal_list(iter([("ds.csv", b"a;b\n1;2\n")]), "H15")
