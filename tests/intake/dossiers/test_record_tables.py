"""Tables of dossiers, procedures, petitions and units: what is used, what isn't, what is missing."""

from pathlib import Path

import pytest

from bochiso.errors import SourceError
from bochiso.intake.dossiers.dossier_files import DossierFile
from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.intake.headings.column_choice import Choice
from bochiso.text import Lang

HEAD = "Số hồ sơ;Trạng thái xử lý;Ngày tiếp nhận;Ngày hẹn trả;Ngày có kết quả"


def dossiers(tmp_path: Path, text: str | bytes, name: str = "hồ sơ.csv", choice: Choice | None = None):
    """Rows, refusals and notes of a file."""
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    file = DossierFile(path, choice or Choice())
    rows, refused = [], []
    for received in file.read():
        rows += received.dossiers.to_pylist()
        refused += [each.render(Lang.VI, name) for each in received.refused]
    return rows, refused, [note.render(Lang.VI) for note in file.notes]


def utc(row, field):
    """A moment, in UTC."""
    return None if row[field] is None else row[field].isoformat()


def test_words_for_statuses_and_headings_of_one_stop_systems(tmp_path: Path) -> None:
    text = f"{HEAD};Người nộp\n"
    text += "H15.50-261006-0101;Đã trả kết quả;06/10/2026 08:30;13/10/2026;12/10/2026 09:00;A\n"
    text += "H15.50-261006-0102;Đang xử lý;06/10/2026 08:30;13/10/2026 17:00;;B\n"
    rows, refused, notes = dossiers(tmp_path, text)
    assert [row["status"] for row in rows] == [10, 4]
    assert [utc(row, "done_at") for row in rows] == ["2026-10-12T02:00:00", None]
    assert utc(rows[0], "due_at") == "2026-10-13T16:59:59"
    assert not refused
    assert notes == ["hồ sơ.csv: 1 cột không dùng (Người nộp)."]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_the_same_dossiers_in_any_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    text = "MaHoSo;TrangThaiHoSo;NgayHenTra\nH15.50-261006-0101;9;13/10/2026 17:00\n".replace(";", mark)
    rows, *_ = dossiers(tmp_path, text.encode(encoding))
    assert utc(rows[0], "due_at") == "2026-10-13T10:00:00"


def test_a_status_in_unknown_words_is_refused_with_what_is_accepted(tmp_path: Path) -> None:
    _, refused, _ = dossiers(tmp_path, f"{HEAD}\nH15.50-261006-0101;đang bay;06/10/2026;13/10/2026;\n"
                                       "H15.50-261006-0102;9;06/10/2026;13/10/2026;\n")  # fmt: skip
    assert "đã xử lý xong, đã trả kết quả" in refused[0]
    _, refused, _ = dossiers(tmp_path, f"{HEAD}\nH15.50-261006-0101;9;30/02/2026;13/10/2026;\n")
    assert "hãy ghi như 06/10/2026 08:30 (ngày/tháng/năm)" in refused[0]


def test_day_and_month_changed_about_are_told_by_the_dossiers_number(tmp_path: Path) -> None:
    *_, notes = dossiers(tmp_path, f"{HEAD}\nH15.50-261006-0101;4;10/06/2026;13/10/2026;\n")
    assert "1 hồ sơ có ngày tiếp nhận trái với ngày ghi trong mã hồ sơ" in notes[0]


def test_dossiers_without_status_and_end_are_refused_or_the_column_is_said(tmp_path: Path) -> None:
    text = "Số hồ sơ;Ngày tiếp nhận;Kết cục\nH15.50-261006-0101;06/10/2026;9\n"
    with pytest.raises(SourceError) as found:
        dossiers(tmp_path, text)
    assert "bảng thiếu cột “trạng thái hồ sơ” (TrangThaiHoSo)" in found.value.render(Lang.VI)
    rows, *_ = dossiers(tmp_path, text, choice=Choice(columns=(("TrangThaiHoSo", "Kết cục"),)))
    assert rows[0]["status"] == 9


def test_a_page_saved_as_a_workbook_holds_dossiers_too(tmp_path: Path) -> None:
    cells = "".join(f"<td>{word}</td>" for word in HEAD.split(";"))
    row = "<td>H15.50-261006-0101</td><td>9</td><td>06/10/2026</td><td>13/10/2026</td><td>12/10/2026</td>"
    page = f"<html><meta charset=utf-8><table><tr>{cells}</tr><tr>{row}</tr></table></html>"
    rows, *_ = dossiers(tmp_path, page, "hồ sơ.xls")
    assert rows[0]["status"] == 9


_HEADS = ("Mã TTHC", "Tên TTHC", "Mức độ DVC", "Ngày QĐ công bố", "Ngày có hiệu lực")
PROCEDURE = ";".join((*_HEADS, "Ngày công khai trên CSDLQG", "Lĩnh vực", "Người soạn")) + "\n"


def test_procedures_name_what_they_do_not_use() -> None:
    found = read_procedures(
        "tt.csv", (PROCEDURE + "1.004227;A;Toàn trình;01/9/2026;10/9/2026;2/9/2026;Đất đai;Tổ 1\n").encode()
    )
    (taken,) = found.batch.to_pylist()
    assert (taken["online_level"], taken["decided_on"].isoformat()) == ("full", "2026-09-01")
    assert taken["field_name"] == "Đất đai"
    assert [note.render(Lang.VI) for note in found.notes] == ["tt.csv: 1 cột không dùng (Người soạn)."]


def test_publications_without_the_day_of_decision_are_refused() -> None:
    with pytest.raises(SourceError) as found:
        read_procedures("tt.csv", "Mã TTHC;Ngày có hiệu lực\n1.004227;10/9/2026\n".encode())
    assert "bảng thiếu cột “ngày quyết định” (decided_on)" in found.value.render(Lang.VI)


def test_petitions_in_words_and_what_is_accepted() -> None:
    head = "Mã PAKN;Mã đơn vị;Phân loại;Ngày gửi;Ngày có kết quả xử lý;Mức độ hài lòng\n"
    rows = "P-1;H15.50;hành vi;01/09/2026 08:00;03/09/2026;Hài lòng\nP-2;H15.50;mưa;01/09/2026;;\n"
    found = read_petitions("pa.csv", (head + rows).encode())
    (row,) = found.batch.to_pylist()
    assert (row["about"], row["disliked"]) == ("staff", False)
    assert found.refusals[0].render(Lang.VI) == (
        "pa.csv, dòng 3, cột Phân loại: không hiểu giá trị ở cột này; chấp nhận: "
        "“quy định”, “khác”, “hành vi hành chính”."
    )


def test_cap_tinh_in_a_list_of_units_is_settled_by_code_and_name() -> None:
    text = "Mã;Tên;Cấp\nH15;UBND tỉnh;Cấp tỉnh\nH15.19;Sở Y tế;Cấp tỉnh\n"
    assert [row["level"] for row in read_units("u.csv", text.encode()).batch.to_pylist()] == [
        "province", "department",
    ]  # fmt: skip
