"""Forms that units send: every layout by what its heads say, every fault with its place."""

import pytest
from form_workbooks import NEW_HEADS, OLD_HEADS, sent_workbook
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import tries

from bochiso.errors import SourceError
from bochiso.intake.forms.sent_forms import FaultyFormError, read_sent_form
from bochiso.text import Lang

GOOD = ("Hộ tịch", 5, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0)
ABOVE = ("Đơn vị báo cáo: UBND xã Ea Súp.", "(Từ ngày 15/10/2026 đến ngày 14/11/2026)")


def faults(data: bytes) -> list[str]:
    with pytest.raises(FaultyFormError) as told:
        read_sent_form("bieu.xlsx", data)
    return [f"{each.where.render(Lang.VI)}: {each.what.render(Lang.VI)}" for each in told.value.faults]


@pytest.mark.parametrize("numbered", [True, False])
def test_a_form_says_whose_it_is_and_of_when(numbered: bool) -> None:
    found = read_sent_form("a.xlsx", sent_workbook(NEW_HEADS, [GOOD], above=ABOVE, numbered=numbered))
    assert found.period is not None
    assert (found.form, found.by_unit, found.reporter) == ("07a", False, "UBND xã Ea Súp")
    assert found.period.code == "2026-11@15"
    (row,) = found.rows
    assert (row.label, row.values["late"], row.values["open_in_time"], row.values["received"]) == (
        "Hộ tịch", 1, 1, 5,
    )  # fmt: skip


def test_the_form_of_before_and_a_row_a_unit_are_told_by_their_heads() -> None:
    old = read_sent_form("a.xlsx", sent_workbook(OLD_HEADS, [("Đất đai", 5, 3, 1, 1, 4, 2, 1, 1, 1, 1, 0)]))
    assert (old.form, dict(old.rows[0].values)["off_line"]) == ("06a-vpcp", 1)
    by_unit = read_sent_form("a.xlsx", sent_workbook(NEW_HEADS, [GOOD], label="Tên đơn vị", above=ABOVE))
    assert by_unit.by_unit


def test_columns_in_another_order_are_read_by_what_they_say() -> None:
    swapped = [*NEW_HEADS]
    swapped[1], swapped[4] = swapped[4], swapped[1]
    row = ("Hộ tịch", 5, 1, 0, 0, 3, 1, 4, 2, 1, 1, 1, 1, 0)
    found = read_sent_form("a.xlsx", sent_workbook(swapped, [row]))
    assert (found.rows[0].values["in_person"], found.rows[0].values["online_full"]) == (1, 3)


def test_every_fault_is_told_with_its_row_and_column() -> None:
    rows = [("Hộ tịch", 6, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0), ("Đất đai", "năm", *GOOD[2:])]
    told = faults(sent_workbook(NEW_HEADS, rows, total=(11, *GOOD[2:])))
    assert told[0].startswith("bieu.xlsx › Biểu, dòng 4: cột (3) “Số lượng hồ sơ tiếp nhận: Tổng số” ghi 6")
    assert "bieu.xlsx › Biểu, dòng 5, cột C: “năm” không phải số hồ sơ." in told
    assert any(
        "dòng 6: dòng tổng cộng, cột (4) ghi 3, nhưng các dòng cộng lại là 6." in each for each in told
    )
    assert not any("cột (3) ghi 11" in each for each in told)  # one of its numbers can't be read


def test_a_field_of_work_in_two_rows_is_refused_with_both_rows() -> None:
    again = ("Lĩnh vực hộ tịch", *GOOD[1:])
    assert faults(sent_workbook(NEW_HEADS, [GOOD, ("Đất đai", *GOOD[1:]), again])) == [
        "bieu.xlsx › Biểu, dòng 6: “Lĩnh vực hộ tịch” đã có ở dòng 4."
    ]
    told = faults(sent_workbook(NEW_HEADS, [("UBND xã A", *GOOD[1:])] * 2, label="Tên đơn vị"))
    assert told == ["bieu.xlsx › Biểu, dòng 5: “UBND xã A” đã có ở dòng 4."]


def test_figures_below_the_sum_are_refused_for_they_would_be_lost() -> None:
    part = ("Tổng cộng", *GOOD[1:])
    told = faults(sent_workbook(NEW_HEADS, [GOOD, part, ("Đất đai", *GOOD[1:])]))
    assert told == ["bieu.xlsx › Biểu, dòng 6: dòng có số liệu ở dưới dòng tổng cộng (dòng 5)."]


@settings(max_examples=tries(20, 7))
@given(st.integers(1, 13), st.integers(1, 9))
def test_a_number_that_is_off_anywhere_is_noticed(column: int, by: int) -> None:
    row = [*GOOD]
    row[column] = int(row[column]) + by
    assert faults(sent_workbook(NEW_HEADS, [row]))


def test_a_table_of_something_else_is_refused() -> None:
    for data in (sent_workbook(("Điểm", "Hạng"), [("Sở A", 1, 2)]), b"x,y\n1,2\n"):
        with pytest.raises(SourceError, match="no form 07a"):
            read_sent_form("a.xlsx", data)


def test_a_file_with_two_forms_is_refused_for_one_of_them_would_be_lost() -> None:
    with pytest.raises(SourceError, match="2 sheets with form 07a"):
        read_sent_form("a.xlsx", sent_workbook(NEW_HEADS, [GOOD], above=ABOVE, sheets=2))


def test_a_unit_that_received_nothing_sends_an_empty_form() -> None:
    found = read_sent_form("a.xlsx", sent_workbook(NEW_HEADS, [], total=[0] * 13))
    assert found.rows == ()


def test_a_form_that_lacks_a_column_says_which() -> None:
    with pytest.raises(SourceError, match="Từ kỳ trước"):
        read_sent_form("a.xlsx", sent_workbook((*NEW_HEADS[:5], *NEW_HEADS[6:]), [(*GOOD[:6], *GOOD[7:])]))
