"""Petitions by file: when and about what, never from whom."""

from datetime import datetime

import pytest

from bochiso.errors import SourceError
from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.measure.schema import PETITIONS
from bochiso.text import Lang


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_clerks_table_is_read_without_its_people() -> None:
    table = (
        "Mã PAKN;Người gửi;Điện thoại;Mã đơn vị;Mã hồ sơ;Loại;Ngày gửi;Ngày chuyển;Ngày trả lời;Đánh giá;"
        "Gửi lại\n"
        "PA-01;Nguyễn Văn A;0912345678;H15.50;H15.50-261008-0001;Hành vi hành chính;08/10/2026 08:30;"
        "09/10/2026;20/10/2026 16:00;Không hài lòng;không\n"
    )
    (row,) = read_petitions("phản ánh.csv", table.encode()).batch.to_pylist()
    assert row | {"province": None} == dict.fromkeys(PETITIONS) | {
        "petition": "PA-01",
        "unit": "H15.50",
        "dossier": "H15.50-261008-0001",
        "about": "staff",
        "sent_at": utc("2026-10-08T01:30"),
        "forwarded_at": utc("2026-10-08T17:00"),
        "resolved_at": utc("2026-10-20T09:00"),
        "disliked": True,
        "repeated": False,
    }


def test_what_the_petition_is_about_may_be_neither() -> None:
    table = (
        b"petition,classification,sent,rating\nP1,other,20261008083000,satisfied\nP2,rules,20261008083000,\n"
    )
    rows = read_petitions("a.csv", table).batch.to_pylist()
    assert [(row["about"], row["disliked"]) for row in rows] == [(None, False), ("procedure", None)]


def test_a_moment_that_cannot_be_refuses_its_row() -> None:
    records = read_petitions("a.csv", b"petition,sent_at\nP1,20260230000000\nP2,20260228000000\n")
    assert records.batch["petition"].to_pylist() == ["P2"]
    assert [refusal.where.row for refusal in records.refusals] == [2]
    below = b"Danh s\xc3\xa1ch\n\npetition,sent_at\nP2,20260228000000\n\nP1,20260230000000\n"
    assert [refusal.where.row for refusal in read_petitions("a.csv", below).refusals] == [6]


@pytest.mark.parametrize("data", [b"", b"name,phone\nA,1\n", b"{}", b"[1]", b"PK\x03\x04"])
def test_what_is_no_table_of_petitions_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        read_petitions("a", data)


EXPORT = (
    "Mã PAKN,Đơn vị xử lý,Mã đơn vị,Trạng thái,Ngày gửi,Ngày chuyển,Ngày từ chối,Ngày trả lời,Ngày công khai"
)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("P1,,H15.50,,08/10/2026,07/10/2026,,,", "Ngày chuyển", "trước ngày gửi"),
        ("P1,,H15.50,,08/10/2026,,,07/10/2026,", "Ngày trả lời", "trước ngày gửi"),
        ("P1,,H15.50,,08/10/2026,,07/10/2026,,", "Ngày từ chối", "trước ngày gửi"),
        ("P1,,H15.50,,08/10/2026,,,12/10/2026,09/10/2026", "Ngày công khai", "trước ngày xử lý xong"),
        ("P1,,H15.50,,08/10/2026,,,,12/10/2026", "Ngày công khai", "không có ngày xử lý xong"),
        ("P1,,H15.50,,01/01/2099,,,,", "Ngày gửi", "chưa đến"),
        ("P1,,H15.50,Đã xử lý,08/10/2026,,,,", "Ngày trả lời", "không có ngày"),
        ("P1,,H15.50,Từ chối,08/10/2026,,,,", "Ngày từ chối", "không có ngày"),
        ("P1,,H15.50,Đang xử lý,08/10/2026,,,12/10/2026,", "Trạng thái", "đã có ngày"),
        ("P1,,H15.50,gì đó,08/10/2026,,,,", "Trạng thái", "không hiểu giá trị"),
        ("P1,,H15.50,,,,,,", "Ngày gửi", "thiếu giá trị"),
        (",,H15.50,,08/10/2026,,,,", "Mã PAKN", "thiếu giá trị"),
        ("0912345678,,H15.50,,08/10/2026,,,,", "Mã PAKN", "không hiểu giá trị"),
    ],
)
def test_a_petition_that_cannot_be_is_refused_with_its_row_and_column(
    row: str, column: str, reason: str
) -> None:
    found = read_petitions("phản ánh.csv", f"{EXPORT}\nP0,,H15.50,,08/10/2026,,,,\n{row}\n".encode())
    (refusal,) = found.refusals
    assert refusal.render(Lang.VI).startswith(f"phản ánh.csv, dòng 3, cột {column}: ")
    assert reason in refusal.render(Lang.VI)
    assert found.batch["petition"].to_pylist() == ["P0"]


@pytest.mark.parametrize(
    "code",
    [
        "NguyenVanA0912",
        "PA-0912345678",
        "036090001234",
        "TranThiHoa-1",
        "0912-345-678",
        "036.090.001.234",
        "NGUYEN.VAN.A1",
        "Tran-Thi-Hoa-1",
    ],
)
def test_a_code_has_no_room_for_names_and_telephones(code: str) -> None:
    assert read_petitions("a.csv", f"{EXPORT}\n{code},,H15.50,,08/10/2026,,,,\n".encode()).refusals


@pytest.mark.parametrize(
    "code",
    [
        "P1",
        "PAKN.20261001.0001",
        "H15-2026-123",
        "0012-2026-1005",
        "0001-2026-1005",
        "DANG-2026-1",
        "63f1c0ffee63f1c0ffee63f1",
        "202610081234567",
    ],
)
def test_codes_of_every_form_are_taken(code: str) -> None:
    assert not read_petitions("a.csv", f"{EXPORT}\n{code},,H15.50,,08/10/2026,,,,\n".encode()).refusals


def test_days_alone_are_told_apart_by_the_day() -> None:
    row = "P1,,H15.50,Đã công khai,08/10/2026 16:30,08/10/2026,,08/10/2026,08/10/2026"
    found = read_petitions("a.csv", f"{EXPORT}\n{row}\n".encode())
    assert found.refusals == ()
    assert found.batch["status"].to_pylist() == ["published"]


def test_a_units_name_stands_beside_and_is_no_column() -> None:
    rows = "P1,Sở Y tế,,,08/10/2026,,,,\nP2,Sở Y tế,H15.50,,08/10/2026,,,,\n"
    found = read_petitions("a.csv", f"{EXPORT}\n{rows}".encode())
    assert found.named == (("P1", "Sở Y tế"),)
    assert "unit_name" not in found.batch.schema.names


def test_columns_that_nobody_reads_are_named() -> None:
    table = "Mã PAKN,Mã đơn vị,Ngày gửi,Nội dung phản ánh,Họ tên\nP1,H15.50,08/10/2026,x,y\n"
    (note,) = read_petitions("a.csv", table.encode()).notes
    assert "Nội dung phản ánh" in note.render(Lang.VI)
    assert "Họ tên" in note.render(Lang.VI)
