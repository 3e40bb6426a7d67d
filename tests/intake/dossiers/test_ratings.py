"""Ratings of dossiers by file: which, when and how; never by whom."""

from datetime import datetime

import pytest

from bochiso.errors import SourceError
from bochiso.intake.dossiers.ratings import read_ratings
from bochiso.measure.schema import RATINGS
from bochiso.text import Lang

HEAD = "Mã hồ sơ,Họ tên,Ngày đánh giá,Mức độ hài lòng"


def test_a_clerks_table_is_read_without_its_people() -> None:
    table = f"{HEAD}\nH15.50-261008-0001,Nguyễn Văn A,09/10/2026 08:30,Rất không hài lòng\n"
    found = read_ratings("đánh giá.csv", table.encode())
    assert list(found.batch.schema.names) == list(RATINGS)
    assert found.batch.to_pylist() == [
        {
            "dossier": "H15.50-261008-0001",
            "rated_at": datetime.fromisoformat("2026-10-09T01:30"),
            "rating": "dissatisfied",
        }
    ]
    assert "Họ tên" in found.notes[0].render(Lang.VI)


def test_several_ratings_of_a_dossier_stand_and_at_one_moment_the_last_does() -> None:
    number, at = "H15.50-261008-0001", "09/10/2026 08:30"
    table = (
        f"{HEAD}\n{number},,{at},Hài lòng\n{number},,{at},Không hài lòng\n{number},,{at[:-2]}31,Bình thường\n"
    )
    found = read_ratings("a.csv", table.encode())
    assert found.batch["rating"].to_pylist() == ["dissatisfied", "neutral"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("H15.50-261008-0001,,,Hài lòng", "Ngày đánh giá", "thiếu giá trị"),
        ("H15.50-261008-0001,,09/10/2026,", "Mức độ hài lòng", "thiếu giá trị"),
        ("H15.50-261008-0001,,09/10/2026,5", "Mức độ hài lòng", "chấp nhận: “hài lòng”"),
        ("H15.50-261008-0001,,01/01/2099,Hài lòng", "Ngày đánh giá", "chưa đến"),
        ("H15.50-261008-0001,,30/02/2026,Hài lòng", "Ngày đánh giá", "không hiểu"),
        ("Nguyễn Văn A,,09/10/2026,Hài lòng", "Mã hồ sơ", "không hiểu"),
        (",,09/10/2026,Hài lòng", "Mã hồ sơ", "thiếu giá trị"),
    ],
)
def test_a_rating_that_cannot_be_is_refused_with_its_row_and_column(
    row: str, column: str, reason: str
) -> None:
    good = "H15.50-261008-0002,,09/10/2026,Hài lòng"
    (refusal,) = read_ratings("a.csv", f"{HEAD}\n{good}\n{row}\n".encode()).refusals
    assert refusal.render(Lang.VI).startswith(f"a.csv, dòng 3, cột {column}: ")
    assert reason in refusal.render(Lang.VI)


@pytest.mark.parametrize(
    "table", ["Mã hồ sơ,Mức độ hài lòng\n1,2\n", "Mã hồ sơ,Ngày đánh giá\n1,2\n", "", "{}"]
)
def test_a_table_without_the_moment_or_the_rating_is_refused(table: str) -> None:
    with pytest.raises(SourceError):
        read_ratings("a.csv", table.encode())
