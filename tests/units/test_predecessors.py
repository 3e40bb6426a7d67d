"""Which units became which: provinces as they were merged, communes by a file that is checked."""

from datetime import date
from decimal import Decimal

import pytest

from bochiso.errors import SourceError
from bochiso.text import Lang
from bochiso.units.predecessors import PredecessorPart, Predecessors, builtin_predecessors, read_predecessors
from bochiso.units.provinces import provinces_on

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
HEAD = "Mã cũ;Mã mới;Ngày cuối;Tỷ lệ;Căn cứ\n"


def codes(parts: tuple[PredecessorPart, ...]) -> dict[str, str]:
    return {each.code: str(each.share) for each in parts}


def test_the_34_provinces_stand_where_the_63_did() -> None:
    table = Predecessors(builtin_predecessors())
    then = [part.code for each in provinces_on(AFTER) for part in table.parts(each.code, BEFORE)]
    assert sorted(then) == sorted(each.code for each in provinces_on(BEFORE))
    assert codes(table.parts("H15", BEFORE)) == {"H15": "1", "H45": "1"}
    assert codes(table.parts("H15", AFTER)) == {"H15": "1"}
    assert codes(table.parts("H26", BEFORE)) == {"H26": "1"}


def test_communes_are_merged_split_and_merged_again() -> None:
    table = read_predecessors(
        HEAD + "H15.1;H15.50;30/06/2025;1;NQ 1660\nH15.2;H15.50;30/06/2025;0,25;NQ 1660\n"
        "H15.2;H15.51;30/06/2025;0,75;NQ 1660\nH15.51;H15.60;31/12/2026;;NQ 2\n",
        "a.csv",
    )
    assert codes(table.parts("H15.50", BEFORE)) == {"H15.1": "1", "H15.2": "0.25"}
    assert codes(table.parts("H15.60", BEFORE)) == {"H15.2": "0.75"}
    assert codes(table.parts("H15.60", AFTER)) == {"H15.51": "1"}
    assert table.parts("H15.60", date(2027, 1, 1)) == (PredecessorPart("H15.60", Decimal(1)),)


def test_a_unit_that_ended_has_heirs_and_one_that_kept_its_code_has_none() -> None:
    table = read_predecessors(
        HEAD + "H15.1;H15.50;30/06/2025;1;NQ 1660\nH15.50;H15.50;30/06/2025;1;NQ 1660\n"
        "H15.2;H15.50;30/06/2025;0,25;NQ 1660\nH15.2;H15.51;30/06/2025;0,75;NQ 1660\n"
        "H15.3;H15.51;30/06/2025;1;NQ 1660\nH15.51;H15.60;31/12/2026;;NQ 2\n",
        "a.csv",
    )
    later = date(2027, 1, 1)
    assert [table.heirs(code, BEFORE) for code in ("H15.1", "H15.3")] == [("H15.1",), ("H15.3",)]
    assert table.heirs("H15.50", AFTER) == ("H15.50",)
    assert table.heirs("H15.2", AFTER) == ("H15.50", "H15.51")
    assert table.heirs("H15.2", later) == ("H15.50", "H15.60")
    own = {old: new for old, new in table.taken_over(later).items() if old.startswith("H15")}
    assert own == {"H15.1": "H15.50", "H15.3": "H15.60", "H15.51": "H15.60"}
    assert "H15.51" not in table.taken_over(AFTER)
    assert table.taken_over(AFTER)["H45"] == "H15"


def test_a_unit_that_grew_twice_stood_in_between_whether_a_line_says_so_or_not() -> None:
    grown = "H15.1;H15.9;31/12/2024;;NQ 1\nH15.2;H15.9;30/06/2025;;NQ 2\n"
    kept = "H15.9;H15.9;31/12/2024;;NQ 1\nH15.9;H15.9;30/06/2025;;NQ 2\n"
    between, long_ago = date(2025, 3, 1), date(2024, 3, 1)
    for rows, first in ((grown, {"H15.1": "1"}), (grown + kept, {"H15.1": "1", "H15.9": "1"})):
        table = read_predecessors(HEAD + rows, "a.csv")
        assert codes(table.parts("H15.9", between)) == {"H15.2": "1", "H15.9": "1"}
        assert codes(table.parts("H15.9", long_ago)) == first | {"H15.2": "1"}
        assert table.heirs("H15.1", AFTER) == ("H15.9",)


def test_a_unit_that_kept_its_code_once_may_end_in_another_later() -> None:
    table = read_predecessors(
        HEAD + "H15.9;H15.9;31/12/2024;;NQ 1\nH15.1;H15.9;31/12/2024;;NQ 1\nH15.9;H15.50;30/06/2025;;NQ 2\n",
        "a.csv",
    )
    assert codes(table.parts("H15.50", date(2024, 3, 1))) == {"H15.1": "1", "H15.9": "1"}
    assert codes(table.parts("H15.50", date(2025, 3, 1))) == {"H15.9": "1"}
    assert table.heirs("H15.9", date(2025, 3, 1)) == ("H15.9",)
    assert table.heirs("H15.9", AFTER) == table.heirs("H15.1", AFTER) == ("H15.50",)
    assert table.taken_over(AFTER)["H15.1"] == "H15.50"


def test_a_title_may_stand_above_and_shares_in_percent() -> None:
    table = read_predecessors(
        "BẢNG SẮP XẾP, NĂM 2025;;;;\n\nTT;" + HEAD
        + "1;H15.2;H15.50;30/06/2025;25%;NQ\n2;H15.2;H15.51;30/06/2025;75 %;NQ\n",
        "a.csv",
    )  # fmt: skip
    assert codes(table.parts("H15.50", BEFORE)) == {"H15.2": "0.25"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "H15.1;H15.50;30/06/2025;0,5;NQ\n",
            r"a\.csv, row 2: the shares of H15\.1 on 2025-06-30 add up to 0\.5",
        ),
        ("H15.1;H15.50;30/06/2025;0,5;NQ\nH15.1;H15.51;01/07/2025;0,5;NQ\n", "on 2025-06-30 add up to 0.5"),
        ("H15.1;H15.50;30/06/2025;60%;NQ\nH15.1;H15.51;30/06/2025;50%;NQ\n", "add up to 1.1"),
        ("H15.1;H15.50;30/06/2025;;NQ\nH15.1;H15.51;31/12/2026;;NQ\n", "row 3: H15.1 ended on 2025-06-30"),
        ("H15.1;H15.50;30/06/2025;0,5;NQ\nH15.1;H15.50;30/06/2025;0,5;NQ\n", "two lines"),
        ("H15.1;H15.2;30/06/2025;1;NQ\nH15.2;H15.1;30/06/2025;1;NQ\n", "ended before"),
        ("H15.1;H15.50;31/06/2025;1;NQ\n", "row 2, column mã đơn vị cũ|column ngày cuối|is no day"),
        ("H15.1;H15.50;30/06/2025;x;NQ\n", "is no share"),
        ("H15.1;H15.50;30/06/2025;1;\n", "this cell is empty"),
        ("H15.1;H15.50;30/06/2025;120%;NQ\n", "is no share"),
        ("H45;H15;30/06/2025;1;NQ\n", "mergers of provinces come along"),
        ("ABC;H15.50;30/06/2025;1;NQ\n", "row 2, column mã cũ: “ABC” is the code of no province"),
        ("H15.1;H99.50;30/06/2025;1;NQ\n", "column mã mới: “H99.50” is the code of no province"),
        ("H15.1;H15.50;30/06/2025;;NQ\nH15.1;H15.51;30/06/2025;;NQ\n", "share of each isn't stated"),
        ("H15.1;H15;30/06/2025;1;NQ\n", "column mã mới: H15 is a province|column mã đơn vị mới: H15"),
    ],
)
def test_what_is_wrong_is_named_by_its_row(rows: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_predecessors(HEAD + rows, "a.csv")


def test_every_row_that_is_wrong_is_told_of_at_once() -> None:
    rows = "H15.1;;30/06/2025;1;NQ\nH15.2;H15.50;30/06/2025;1;NQ\nABC;H15.50;30/06/2025;1;NQ\n"
    with pytest.raises(SourceError) as found:
        read_predecessors(HEAD + rows, "a.csv")
    assert found.value.render(Lang.VI).splitlines() == [
        "a.csv: có 2 chỗ cần sửa rồi nạp lại:",
        "dòng 2, cột mã mới: ô này còn trống.",
        "dòng 4, cột mã cũ: “ABC” không phải mã đơn vị của tỉnh, bộ nào; ghi như H15.50.",
    ]
    many = "".join(f"H15.{n};H15.50;x;1;NQ\n" for n in range(30))
    with pytest.raises(SourceError) as found:
        read_predecessors(HEAD + many, "a.csv")
    assert "có 30 chỗ cần sửa" in found.value.render(Lang.VI)
    assert len(found.value.render(Lang.VI).splitlines()) == 22


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(SourceError, match="columns are missing"):
        read_predecessors("Mã;Tên\nH15.1;A\n", "a.csv")
