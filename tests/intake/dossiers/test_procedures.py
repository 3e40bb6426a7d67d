"""Procedures and lists of units by file."""

from datetime import date

import pytest

from bochiso.intake.dossiers.procedures import PROCEDURE_COLUMNS, read_procedures, read_units
from bochiso.intake.dossiers.records import Records, read_items
from bochiso.store.journal.reference_lists import PROCEDURE_ROWS
from bochiso.text import Lang


def refusals(records: Records) -> list[str]:
    return [refusal.render(Lang.EN) for refusal in records.refusals]


def test_a_clerks_table_is_read() -> None:
    table = (
        "Mã TTHC,Tên TTHC,Cấp thực hiện,Có phí,Có trả kết quả,Mức độ trực tuyến,Công dân,Thời hạn (ngày),"
        "Ngày ký,Ngày hiệu lực,Ngày nhập CSDL\n"
        "1.000656.000.00.00.H15,Đăng ký khai tử,Cấp xã,không,có,Toàn trình,x,1,"
        "01/07/2026,08/07/2026,03/07/2026\n"
    )
    (row,) = read_procedures("thủ tục.csv", table.encode()).batch.to_pylist()
    assert set(row) == set(PROCEDURE_ROWS)
    assert row == dict.fromkeys(PROCEDURE_ROWS) | {
        "province": "H15",
        "procedure": "1.000656",
        "name": "Đăng ký khai tử",
        "authority": "commune",
        "fee": False,
        "returns_document": True,
        "online_level": "full",
        "open_to_citizens": True,
        "maximum_hours": 24,
        "decided_on": date(2026, 7, 1),
        "effective_on": date(2026, 7, 8),
        "entered_on": date(2026, 7, 3),
    }


@pytest.mark.parametrize(
    ("heading", "cell", "working_days", "hours"),
    [
        ("Thời hạn giải quyết", "05 ngày làm việc", 5, None),
        ("Thời gian giải quyết", "Không quá 15 (mười lăm) ngày làm việc.", 15, None),
        ("time_limit", "3 ngày", None, 72),
        ("time_limit", "24 giờ", None, 24),
        ("time_limit", "12 giờ làm việc", 2, None),
        ("Thời hạn (ngày làm việc)", "7", 7, None),
        ("Thời hạn (ngày)", "7", None, 168),
        ("Thời hạn (giờ)", "4", None, 4),
    ],
)
def test_the_longest_time_is_read_as_its_publication_words_it(
    heading: str, cell: str, working_days: int | None, hours: int | None
) -> None:
    (row,) = read_procedures("a.csv", f"procedure,{heading}\n1.000001,{cell}\n".encode()).batch.to_pylist()
    assert (row["working_days"], row["maximum_hours"]) == (working_days, hours)


@pytest.mark.parametrize("cell", ["5", "ngay trong ngày", "99999 ngày", "-1 ngày"])
def test_a_time_without_its_unit_is_refused(cell: str) -> None:
    records = read_procedures("a.csv", f"procedure,time_limit\n1.000001,{cell}\n".encode())
    assert refusals(records) == ["a.csv, row 2, column time_limit: the value in this column can't be read."]


def test_items_are_read_one_by_one_whatever_they_are() -> None:
    items = [
        {"mã TTHC": "1.000001", "phí": True},
        "x",
        {"procedure": ["1.000002"]},
        {"procedure": 1.5, "name": "a\ud800"},
    ]
    records = read_items(items, PROCEDURE_COLUMNS)
    assert records.keys == {1: "1.000001", 4: "1.5"}
    assert [refusal.where.row for refusal in records.refusals] == [2, 3]


def test_a_fee_may_be_an_amount() -> None:
    fees = read_procedures(
        "a.csv", "procedure;fee\n1.000001;50.000\n1.000002;0\n1.000003;15000 đồng\n".encode()
    )
    assert fees.batch["fee"].to_pylist() == [True, False, True]


def test_the_fields_own_names_and_json() -> None:
    data = b'{"data":[{"procedure":"1.000001","online_level":"partial","maximum_hours":40,"fee":true}]}'
    (row,) = read_procedures("a.json", data).batch.to_pylist()
    assert (row["online_level"], row["maximum_hours"], row["fee"]) == ("partial", 40, True)


def test_a_row_that_cannot_be_read_is_refused_without_being_repeated() -> None:
    table = "procedure,fee,decided_on\n,1,\n1.000001,maybe 0912345678,\n1.000002,1,2026-02-30\n1.000003,1,\n"
    records = read_procedures("a.csv", table.encode())
    assert records.rows == 4
    assert records.batch["procedure"].to_pylist() == ["1.000003"]
    assert refusals(records) == [
        "a.csv, row 2, column procedure: there is nothing in this column.",
        "a.csv, row 3, column fee: the value in this column can't be read; accepted are: "
        "“có”, “không”, “50.000 đồng”.",
        "a.csv, row 4, column decided_on: the value in this column can't be read.",
    ]


def test_the_last_of_two_rows_counts() -> None:
    records = read_procedures("a.csv", b"procedure,fee\n1.000001,1\n1.000001,0\n")
    assert records.batch["fee"].to_pylist() == [False]


def test_a_list_of_units() -> None:
    heading = "Mã đơn vị,Tên đơn vị,Cấp,Mã cấp trên\n"
    table = heading + "h15,Đắk Lắk,tỉnh,\n000.00.50.H15,Xã Ea Drăng,xã,H15\nxx,?,xã,\n"
    records = read_units("a.csv", table.encode())
    assert [row["unit"] for row in records.batch.to_pylist()] == ["H15", "H15.50"]
    assert [row["level"] for row in records.batch.to_pylist()] == ["province", "commune"]
    assert len(records.refusals) == 1
