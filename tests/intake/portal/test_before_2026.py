"""Rows of the portal before 2026: read exactly, torn ones refused, missing values left out."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portal_answer_bodies import BOXES, archive_row, encode, example

from bochiso.errors import SourceError
from bochiso.intake.portal.before_2026 import read_archives
from bochiso.intake.result import Intake
from bochiso.rules.loader import load_rules
from bochiso.score.figures import TOTAL
from bochiso.text import Lang

RULES = load_rules("qd766")
SPORT = "Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai"
BOX_POINTS = {
    "CKMB": "11.79",
    "TDGQ": "19.97",
    "CLGQ": "6.72",
    "TTTT": "8.51",
    "MDHL": "18",
    "MDSH": "14.1",
}


def row(**change: Any) -> dict[str, Any]:
    return archive_row("H21.17", SPORT, 1, BOX_POINTS, "79.09") | change


def without(*keys: str, **change: Any) -> dict[str, Any]:
    return {key: value for key, value in row().items() if key not in keys} | change


def read(*rows: Any) -> Intake:
    return read_archives([("cu.json", encode(list(rows)))], RULES)


def points(intake: Intake) -> dict[tuple[str, str], Decimal]:
    return {(each["unit"], each["code"]): each["points"] for each in intake.figures.to_pylist()}


def levels(intake: Intake) -> dict[str, str]:
    return {each["unit"]: each["level"] for each in intake.units.to_pylist()}


def only_reason(intake: Intake) -> str:
    (refusal,) = intake.refusals
    return refusal.render(Lang.VI)


def test_a_row_gives_its_total_and_six_boxes() -> None:
    intake = read(row())
    assert intake.refusals == ()
    assert points(intake) == {("H21.17", TOTAL): Decimal("79.09")} | {
        ("H21.17", box): Decimal(value) for box, value in BOX_POINTS.items()
    }
    assert intake.units.to_pylist() == [
        {"unit": "H21.17", "name": SPORT, "level": "department", "parent": "H21"}
    ]


def test_a_whole_province_is_read() -> None:
    rows = [
        archive_row(
            each["unit"],
            each["unit_name"],
            1 if each["level"] == "department" else 2,
            {box: each[box] for box in BOXES},
            each["total"],
        )
        for each in example("units-H21-2026-10-07.csv")
    ]
    intake = read(*rows)
    assert intake.refusals == ()
    assert (intake.rows, len(intake.figures)) == (149, 149 * 7)
    assert sorted(levels(intake).values()).count("commune") == 135


def test_rows_inside_an_object_are_found() -> None:
    intake = read_archives([("cu.json", encode({"status": 1, "data": [row()]}))], RULES)
    assert points(intake)["H21.17", TOTAL] == Decimal("79.09")


@pytest.mark.parametrize(
    ("code", "name", "level", "unit", "found"),
    [
        ("000.00.17.H21", SPORT, 1, "H21.17", "department"),
        ("000.00.00.H21", "UBND tỉnh Gia Lai", 1, "H21", "province"),
        ("H15", "UBND tỉnh Đắk Lắk", 1, "H15", "province"),
        ("H21.227", "UBND xã Vân Canh", 2, "H21.227", "commune"),
        ("000.00.45.H15", "UBND huyện Cư M'gar", 2, "H15.45", "district"),
    ],
)
def test_codes_and_levels_are_brought_to_one_form(
    code: str, name: str, level: int, unit: str, found: str
) -> None:
    intake = read(row(MA_COQUAN=code, TEN=name, CAPDONVIID=str(level)))
    assert levels(intake) == {unit: found}


def test_online_alone_stands_for_online_services_and_payment() -> None:
    alone = read(without("CLGQ", "TTTT", ONLINE="15.23"))
    assert points(alone)["H21.17", "ONLINE_SERVICE"] == Decimal("15.23")
    assert alone.refusals == ()
    named = read(without("CLGQ", "TTTT", ONLINE_SERVICE="15.23"))
    assert points(named) == points(alone)


def test_online_beside_payment_is_online_services() -> None:
    intake = read(without("CLGQ", ONLINE="6.72"))
    assert points(intake)["H21.17", "CLGQ"] == Decimal("6.72")
    assert intake.refusals == ()


def test_a_torn_row_is_refused_with_both_sums() -> None:
    intake = read(row(MDSH="14.16"), row(MA_COQUAN="H21.09"))
    reason = only_reason(intake)
    assert "79,09" in reason
    assert "79,15" in reason
    assert list(levels(intake)) == ["H21.09"]


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_missing_values_are_left_out_and_never_zero(missing: str | None) -> None:
    intake = read(row(TTTT=missing, TONG_SCORE=missing))
    assert {code for _, code in points(intake)} == {"CKMB", "TDGQ", "CLGQ", "MDHL", "MDSH"}
    assert intake.refusals == ()


def test_a_decimal_comma_and_plain_numbers_are_read() -> None:
    assert points(read(row(CKMB="11,79", MDHL=18)))["H21.17", "CKMB"] == Decimal("11.79")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"CKMB": "mười một"}, "“mười một”"),
        ({"CKMB": "1e5"}, "“1e5”"),
        ({"CKMB": ["11.79"]}, "đổi kiểu dữ liệu"),
        ({"CKMB": "18.01"}, "18,01 điểm vượt mức tối đa 18 điểm"),
        ({"CKMB": "-1"}, "số âm"),
        ({"TONG_SCORE": "100.01"}, "vượt mức tối đa 100 điểm"),
        ({"MA_COQUAN": None}, "không có mã"),
        ({"CAPDONVIID": "7"}, "không rõ"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(change: dict[str, Any], says: str) -> None:
    assert says in only_reason(read(row(**change)))


def test_one_unit_twice_with_other_points_is_disputed() -> None:
    intake = read(row(), row(MDSH="14.2", TONG_SCORE="79.19"))
    assert {code for _, code in points(intake)} == {"CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL"}
    assert len(intake.refusals) == 2


def test_several_files_are_read_and_a_bad_one_refused() -> None:
    files = [("a.json", encode([row()])), ("b.json", b"<html>"), ("c.json", encode([row()]))]
    intake = read_archives(files, RULES)
    assert len(points(intake)) == 7
    assert "b.json" in only_reason(intake)


@pytest.mark.parametrize("data", [b"[]", b"{}", b"3", b'[{"TEN": "x"}]', b'{"data": {"evaluation": []}}'])
def test_a_file_without_old_rows_is_no_archive(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_archives([("cu.json", data)], RULES)
    assert "trước năm 2026" in caught.value.render(Lang.VI)


_anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.from_regex(r"-?\d{1,3}[.,]\d{1,3}", fullmatch=True),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(row())), _anything)
def test_no_json_value_in_any_field_breaks_the_reading_or_makes_up_a_figure(key: str, value: Any) -> None:
    intake = read(row(**{key: value}), row(MA_COQUAN="H21.09"))
    for refusal in intake.refusals:
        assert refusal.render(Lang.VI)
    known = {Decimal(each) for each in [*BOX_POINTS.values(), "79.09"]}
    if isinstance(value, int):
        known.add(Decimal(value))
    if isinstance(value, str) and value.replace(",", ".").strip().lstrip("-").replace(".", "", 1).isdecimal():
        known.add(Decimal(value.replace(",", ".").strip()))
    assert set(points(intake).values()) <= known
    assert points(intake)["H21.09", TOTAL] == Decimal("79.09")
