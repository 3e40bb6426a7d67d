"""Tables of the handling of dossiers: what is taken, what is refused with the row and why."""

import pytest

from bochiso.errors import SourceError
from bochiso.intake.forms.handling_rows import read_handling
from bochiso.text import Lang

HEAD = (
    "STT;Đơn vị;Kỳ trước chuyển qua;Tiếp nhận trong kỳ;Trước hạn;Đúng hạn;Đã giải quyết quá hạn;"
    "Đang giải quyết;Trong đó đã quá hạn\n"
)


def test_a_whole_table_and_one_of_overdue_dossiers_alone_are_read() -> None:
    whole = read_handling("a.csv", (HEAD + "1;Sở Y tế;5;95;60;20;5;15;3\n").encode())
    assert whole.batch.to_pylist() == [
        {"unit": "Sở Y tế", "carried": 5, "received": 95, "before": 60, "on_day": 20, "after": 5, "open": 15,
         "overdue": 3}
    ]  # fmt: skip
    alone = read_handling("b.csv", "Cơ quan, đơn vị;Số hồ sơ quá hạn\nUBND xã Ea Drăng;12\n".encode())
    (row,) = alone.batch.to_pylist()
    assert (row["unit"], row["overdue"], row["open"]) == ("UBND xã Ea Drăng", 12, None)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            "1;Sở Y tế;5;95;60;20;5;14;3",
            "tiếp nhận là 100, đã và đang giải quyết là 99",
        ),
        ("1;Sở Y tế;5;95;60;20;5;15;16", "số quá hạn (16) lớn hơn số đang giải quyết (15)"),
        ("1;Sở Y tế;5;95;60;20;5;15;", "chưa ghi số hồ sơ quá hạn"),
        ("1;Sở Y tế;5;95;60;20;5;15;ba", "không hiểu giá trị ở cột này"),
    ],
)
def test_a_row_that_does_not_add_up_is_refused_with_its_place(row: str, why: str) -> None:
    (refusal,) = read_handling("a.csv", f"{HEAD}{row}\n".encode()).refusals
    told = refusal.render(Lang.VI)
    assert told.startswith("a.csv, dòng 2, cột ")
    assert why in told


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(SourceError):
        read_handling("a.csv", "Mã hồ sơ;Ngày\n1;2\n".encode())
