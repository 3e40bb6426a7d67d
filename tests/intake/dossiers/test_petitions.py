"""Petitions by file: when and about what, never from whom."""

from datetime import datetime

import pytest

from bochiso.errors import SourceError
from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.measure.schema import PETITIONS


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
