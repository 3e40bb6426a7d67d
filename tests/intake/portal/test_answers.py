"""The portal's answers: what each of the seven services gives, and what is refused and why."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import portal_answer_bodies
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portal_answer_bodies import (
    BOXES,
    COUNTRY,
    ONLINE_H44,
    below,
    encode,
    envelope,
    example,
    identity,
    measured,
    metric_answer,
    payment,
    progress,
    province_rows,
    service_results,
    tree,
    tree_level,
    unit_rows,
)

from bochiso.errors import SourceError
from bochiso.intake.portal.answers import read_answers
from bochiso.intake.result import FIGURE_COLUMNS, UNIT_COLUMNS, Intake
from bochiso.intake.tables.table_reader import MAX_BYTES
from bochiso.rules.loader import load_rules
from bochiso.score.figures import TOTAL
from bochiso.text import Lang

RULES = load_rules("qd766")
SPORT = identity("H21.17", "Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai")
DONG_THAP = identity("H20", "UBND tỉnh Đồng Tháp")
TRANSPARENCY = ["PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL", "DOSSIER_SYNC"]


def read(data: bytes) -> Intake:
    return read_answers([("a.json", data)], RULES)


def figures(intake: Intake) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["unit"], row["code"]): row for row in intake.figures.to_pylist()}


def points(intake: Intake) -> dict[tuple[str, str], Decimal]:
    return {key: row["points"] for key, row in figures(intake).items() if row["points"] is not None}


def counts(intake: Intake, unit: str) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    return {
        code: (row["numerator"], row["denominator"])
        for (of, code), row in figures(intake).items()
        if of == unit and code in RULES.indicator
    }


def units(intake: Intake) -> dict[str, tuple[str, str, str | None]]:
    return {row["unit"]: (row["name"], row["level"], row["parent"]) for row in intake.units.to_pylist()}


def reasons(intake: Intake) -> list[str]:
    return [refusal.render(Lang.VI) for refusal in intake.refusals]


def only_reason(intake: Intake) -> str:
    (reason,) = reasons(intake)
    return reason


# Totals and boxes


def test_service_results_give_every_province_its_total_and_six_boxes() -> None:
    intake = read(service_results(province_rows("2026-10-06")))
    assert intake.rows == 34
    assert intake.refusals == ()
    assert intake.units.column_names == list(UNIT_COLUMNS)
    assert intake.figures.column_names == list(FIGURE_COLUMNS)
    assert len(intake.figures) == 34 * 7
    assert units(intake)["H49"] == ("UBND thành phố Quảng Ninh", "province", None)
    assert points(intake)["H15", TOTAL] == Decimal("65.08")
    assert points(intake)["H15", "CLGQ"] == Decimal("9.01")


def test_a_provinces_own_list_has_departments_and_communes_with_totals_only() -> None:
    overview = identity("H21", "UBND tỉnh Gia Lai") | {"totalScore": Decimal("65.64")}
    intake = read(service_results(unit_rows("2026-10-07"), overview))
    assert intake.refusals == ()
    levels = [row["level"] for row in intake.units.to_pylist()]
    assert (levels.count("province"), levels.count("department"), levels.count("commune")) == (1, 14, 135)
    assert units(intake)["H21.17"][2] == "H21"
    assert {code for _, code in figures(intake)} == {TOTAL}
    assert len(intake.figures) == 150


def test_the_whole_country_is_no_unit_and_no_refusal() -> None:
    intake = read(
        service_results(province_rows("2026-10-06")[:1], COUNTRY | {"totalScore": Decimal("64.02")})
    )
    assert list(units(intake)) == ["H20"]
    assert intake.refusals == ()
    assert intake.rows == 1


def test_bare_data_without_the_envelope_is_read_too() -> None:
    assert points(read(encode({"evaluation": province_rows("2026-10-06")})))["H15", TOTAL] == Decimal("65.08")


def test_null_is_not_zero() -> None:
    row = province_rows("2026-10-06")[0]
    row["groupScores"]["TTTT"] = None
    row["totalScore"] = None
    intake = read(service_results([row]))
    assert ("H20", "TTTT") not in figures(intake)
    assert ("H20", TOTAL) not in figures(intake)
    assert points(intake)["H20", "CKMB"] == Decimal("11.46")


def test_a_single_box_for_online_services_and_payment_is_kept_as_such() -> None:
    row = province_rows("2026-10-06")[0]
    row["groupScores"]["ONLINE_SERVICE"] = row["groupScores"].pop("CLGQ") + row["groupScores"].pop("TTTT")
    intake = read(service_results([row]))
    assert points(intake)["H20", "ONLINE_SERVICE"] == Decimal("15.24")
    assert intake.refusals == ()


def test_a_torn_row_is_refused_with_both_sums() -> None:
    rows = unit_rows("2026-10-07", boxes=True)
    row = next(row for row in rows if row["departmentCode"] == "H21.17")
    row["groupScores"]["MDSH"] = Decimal("14.16")
    intake = read(service_results(rows))
    reason = only_reason(intake)
    assert "79,09" in reason
    assert "79,15" in reason
    assert "đọc lại" in reason
    assert intake.refusals[0].content.startswith("H21.17 Sở Văn hóa")
    assert "H21.17" not in units(intake)
    assert len(intake.units) == 148


def test_hundredths_that_went_through_binary_arithmetic_are_those_hundredths() -> None:
    body = service_results([identity("H15", "UBND tỉnh Đắk Lắk") | {"totalScore": Decimal("63.98")}])
    body = body.replace(b'"totalScore":63.98', b'"totalScore":63.980000000000004')
    assert points(read(body))["H15", TOTAL] == Decimal("63.98")


# Metrics


def test_metrics_give_counts_with_the_published_points_and_their_group() -> None:
    row = DONG_THAP | {"totalScore": Decimal("11.46"), "metrics": measured("H20", TRANSPARENCY)}
    intake = read(metric_answer([row]))
    assert intake.refusals == ()
    assert counts(intake, "H20")["PUBLIC_UPDATE_ON_TIME"] == (45, 52)
    assert points(intake)["H20", "PUBLIC_UPDATE_ON_TIME"] == Decimal("3.46")
    assert points(intake)["H20", "PUBLISH_ON_TIME"] == 0
    assert points(intake)["H20", "CKMB"] == Decimal("11.46")


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("CKMB", TRANSPARENCY),
        ("MDSH", ["ORIGINAL_RESULT_AVAILABLE", "REUSED_DIGITIZED_DATA"]),
        ("MDHL", ["PETITION_PROCESSING_ON_TIME", "DOSSIER_RECEIVING_SATISFACTION"]),
    ],
)
def test_the_service_is_known_by_its_metrics_not_by_its_file_name(group: str, codes: list[str]) -> None:
    row = DONG_THAP | {"totalScore": Decimal("5.5"), "metrics": measured("H20", codes)}
    assert points(read_answers([("sai-ten.json", metric_answer([row]))], RULES))["H20", group] == Decimal(
        "5.5"
    )


def test_a_metric_keeps_its_data_quality_remark() -> None:
    metrics = measured("H20", ["DOSSIER_SYNC", "PUBLISH_ON_TIME"])
    flag = {"dataQualityStatus": "TEMP_NATIONAL_REPORT_DENOMINATOR", "dataQualityMessage": "Mẫu số tạm tính"}
    metrics[1] |= flag
    metrics[0] |= {"dataQualityStatus": "NO_NATIONAL_REPORT_DATA"}
    found = figures(read(metric_answer([DONG_THAP | {"metrics": metrics}])))
    assert found["H20", "DOSSIER_SYNC"]["quality"] == "TEMP_NATIONAL_REPORT_DENOMINATOR: Mẫu số tạm tính"
    assert found["H20", "PUBLISH_ON_TIME"]["quality"] == "NO_NATIONAL_REPORT_DATA"


def test_a_metric_of_nulls_keeps_its_published_points() -> None:
    certified = {
        "code": "ELECTRONIC_CERTIFIED_COPY",
        "numerator": None,
        "denominator": None,
        "ratio": None,
        "score": 2,
    }
    row = figures(read(metric_answer([DONG_THAP | {"metrics": [certified]}])))["H20", certified["code"]]
    assert (row["numerator"], row["denominator"], row["points"]) == (None, None, 2)


def test_indicators_that_are_only_shown_are_kept() -> None:
    metrics = [
        {"code": "PETITION_CLASSIFICATION_STAFF", "numerator": 3, "denominator": 286, "score": None},
        *measured("H20", ["PETITION_PROCESSING_ON_TIME"]),
    ]
    intake = read(metric_answer([DONG_THAP | {"metrics": metrics}]))
    assert counts(intake, "H20")["PETITION_CLASSIFICATION_STAFF"] == (3, 286)


def test_a_new_metric_is_told_once_a_file_and_the_others_go_in() -> None:
    new = {"code": "AI_ASSISTED", "numerator": 1, "denominator": 2, "score": 0.5, "maxScore": 1}
    rows = [
        identity(code, "UBND tỉnh") | {"metrics": [new, *measured("H20", TRANSPARENCY)]}
        for code in ("H15", "H19", "H20")
    ]
    intake = read(metric_answer(rows))
    reason = only_reason(intake)
    assert "AI_ASSISTED" in reason
    assert "3 số liệu" in reason
    assert len(counts(intake, "H15")) == 4


@pytest.mark.parametrize("code", ["TOTAL", "CKMB"])
def test_a_metric_never_passes_for_a_total_or_a_group(code: str) -> None:
    metrics = [{"code": code, "numerator": 1, "denominator": 1, "score": 9}, *measured("H20", TRANSPARENCY)]
    intake = read(metric_answer([DONG_THAP | {"metrics": metrics}]))
    assert code in only_reason(intake)
    assert ("H20", code) not in figures(intake)


def test_a_new_box_is_told_and_the_others_go_in() -> None:
    row = province_rows("2026-10-06")[0]
    row["groupScores"] |= {"TOTAL": 1, "DGHL": Decimal("0.5")}
    intake = read(service_results([row]))
    assert len(intake.refusals) == 2
    assert points(intake)["H20", TOTAL] == Decimal("68.26")
    assert len(intake.figures) == 7


# Trees


def test_progress_is_dossiers_on_time_over_dossiers_received() -> None:
    parent = DONG_THAP | progress(405424, 358660, "17.69", parent=True)
    child = identity("H20.08", "Sở Nội vụ") | tree_level("department") | progress(654, 653, "19.97")
    intake = read(tree(parent, [child]))
    assert counts(intake, "H20")["RESOLVED_ON_TIME"] == (358660, 405424)
    assert points(intake)["H20", "RESOLVED_ON_TIME"] == Decimal("17.69")
    assert points(intake)["H20", "TDGQ"] == Decimal("17.69")
    assert points(intake)["H20.08", "TDGQ"] == Decimal("19.97")
    assert units(intake)["H20.08"] == ("Sở Nội vụ", "department", "H20")
    assert units(intake)["H20"][1] == "province"


def test_the_mean_processing_time_is_days_without_a_denominator() -> None:
    parent = DONG_THAP | progress(3, 3, "20", parent=True) | {"avgProcessingDays": Decimal("2.33333333333")}
    row = figures(read(tree(parent)))["H20", "AVERAGE_PROCESSING_DAYS"]
    assert (row["numerator"], row["denominator"], row["points"]) == (Decimal("2.333333"), None, None)


def test_online_services_count_partial_and_whole_provision_together() -> None:
    intake = read(tree(ONLINE_H44))
    assert counts(intake, "H44") == {
        "ONLINE_PROVISION": (52, 89),
        "ONLINE_WITH_DOSSIERS": (516, 1884),
        "ONLINE_FILING": (589496, 597894),
    }
    assert points(intake) == {("H44", "CLGQ"): Decimal("8.56")}


def test_units_under_online_services_carry_points_only() -> None:
    ward = identity("H44.100", "UBND Phường Việt Trì") | tree_level("commune")
    intake = read(tree(ONLINE_H44, [ward | {"totalScore": Decimal("7.2"), "totalMaxScore": 12}]))
    assert counts(intake, "H44.100") == {}
    assert points(intake)["H44.100", "CLGQ"] == Decimal("7.2")


def test_payment_gives_three_counts_and_the_box() -> None:
    parent, *children = map(payment, example("payment-2026.csv"))
    intake = read(tree(parent, children))
    assert intake.refusals == ()
    assert intake.rows == 11
    assert counts(intake, "H44") == {
        "PAYMENT_DOSSIERS": (309542, 358625),
        "PAYMENT_PROCEDURES": (119, 313),
        "PAYMENT_INTEGRATED": (68, 313),
    }
    assert counts(intake, "H44.01")["PAYMENT_DOSSIERS"] == (0, 0)
    assert points(intake)["H44.103", "TTTT"] == Decimal("6.8")
    assert units(intake)["H44.103"][1] == "commune"


# Rows that can't be used


def refused_metric(**change: Any) -> tuple[Intake, str]:
    metrics = measured("H20", TRANSPARENCY)
    metrics[1] |= change
    intake = read(metric_answer([DONG_THAP | {"metrics": metrics}]))
    assert "PUBLIC_UPDATE_ON_TIME" not in counts(intake, "H20")
    assert len(counts(intake, "H20")) == 3
    return intake, only_reason(intake)


def test_a_numerator_above_its_denominator_is_refused() -> None:
    intake, reason = refused_metric(numerator=53)
    assert "tử số 53 lớn hơn mẫu số 52" in reason
    assert (intake.refusals[0].where.row, intake.refusals[0].where.column) == (1, "PUBLIC_UPDATE_ON_TIME")


def test_a_negative_number_is_refused() -> None:
    assert "-5 là số âm" in refused_metric(numerator=-5)[1]


def test_points_above_the_maximum_are_refused() -> None:
    assert "4,01 điểm vượt mức tối đa 4 điểm" in refused_metric(score=Decimal("4.01"))[1]


@pytest.mark.parametrize("absurd", [10**12, Decimal("1e999999"), -(10**30)])
def test_an_absurdly_large_number_is_refused(absurd: Any) -> None:
    assert "vô lý" in refused_metric(denominator=absurd)[1]


def test_a_number_with_endless_decimals_is_refused() -> None:
    assert "sáu chữ số" in refused_metric(numerator=Decimal("1e-999999"))[1]


@pytest.mark.parametrize("changed", ["45", True, [45], {"value": 45}])
def test_a_changed_type_refuses_the_metric(changed: Any) -> None:
    assert "trường numerator đổi kiểu dữ liệu" in refused_metric(numerator=changed)[1]


def test_a_changed_type_refuses_the_row_and_the_others_go_in() -> None:
    rows = province_rows("2026-10-06")
    rows[3]["totalScore"] = "65,64"
    rows[4]["groupScores"] = [1, 2]
    rows[5]["departmentName"] = 7
    intake = read(service_results([*rows, "H99"]))  # type: ignore[list-item]
    assert [refusal.where.row for refusal in intake.refusals] == [4, 5, 6, 35]
    assert [refusal.where.column for refusal in intake.refusals[:2]] == ["totalScore", "groupScores"]
    assert len(intake.units) == 31


def test_new_fields_are_ignored() -> None:
    row = province_rows("2026-10-06")[0] | {"trend": {"up": True}}
    assert read(service_results([row])).refusals == ()


def test_a_unit_whose_level_is_not_said_gets_it_from_its_name_or_is_refused() -> None:
    rows = [
        identity("H21.227", "UBND xã Vân Canh") | {"totalScore": 75},
        identity("H21.500", "Đơn vị sự nghiệp") | {"totalScore": 75},
    ]
    intake = read(service_results(rows))
    assert units(intake)["H21.227"][1] == "commune"
    assert "không rõ" in only_reason(intake)


def test_a_ministry_is_no_unit_of_a_province() -> None:
    intake = read(service_results([identity("G01", "Bộ Công an") | {"totalScore": 75}]))
    assert "G01" in only_reason(intake)


def test_one_unit_twice_in_an_answer_is_kept_once_or_disputed() -> None:
    row = province_rows("2026-10-06")[0]
    again = read(service_results([row, row]))
    assert (len(again.figures), again.refusals) == (7, ())
    other = row | {"groupScores": row["groupScores"] | {"CKMB": Decimal("11.45"), "TDGQ": Decimal("17.68")}}
    intake = read(service_results([row, other]))
    assert len(intake.refusals) == 2
    assert {code for _, code in figures(intake)} == {"CLGQ", "TTTT", "MDHL", "MDSH"}


# Several answers of one reading


def reading(day: str, changed: dict[tuple[str, str], str] | None = None) -> list[tuple[str, bytes]]:
    """All that the portal says of the units of H21: totals, and the boxes in six other answers."""
    changed = changed or {}
    files = [("service-results.json", service_results(unit_rows(day), COUNTRY))]
    for box in BOXES:
        rows = []
        for row in example(f"units-H21-{day}.csv"):
            score = Decimal(changed.get((row["unit"], box), row[box]))
            rows.append((row, identity(row["unit"], row["unit_name"]) | tree_level(row["level"]), score))
        files.append((f"{box}.json", _box_answer(box, rows)))
    return files


def _box_answer(box: str, rows: Sequence[Any]) -> bytes:
    sample = {"CKMB": "DOSSIER_SYNC", "MDSH": "REUSED_DIGITIZED_DATA", "MDHL": "PETITION_PROCESSING_ON_TIME"}
    if box in sample:
        nothing = {"code": sample[box], "numerator": None, "denominator": None, "score": None}
        return metric_answer([unit | {"totalScore": score, "metrics": [nothing]} for _, unit, score in rows])
    field = {"TDGQ": "totalReceived", "CLGQ": "authorityCount", "TTTT": "totalFeeFormality"}[box]
    parent = identity("H21", "UBND tỉnh Gia Lai") | {field: None}
    return tree(parent, [unit | {"totalScore": score} for _, unit, score in rows])


def test_seven_answers_make_one_reading_whole() -> None:
    intake = read_answers(reading("2026-10-07"), RULES)
    assert intake.refusals == ()
    known = points(intake)
    assert sum(1 for _, code in known if code == TOTAL) == 149
    for row in example("units-H21-2026-10-07.csv"):
        assert sum(known[row["unit"], box] for box in BOXES) == known[row["unit"], TOTAL]
    assert units(intake)["H21.17"] == (SPORT["departmentName"], "department", "H21")
    assert len(intake.units) == 150


def test_a_torn_reading_loses_the_totals_that_no_longer_hold() -> None:
    # 7 October 2026, 14:00: MDSH was recalculated, the totals not yet.
    late = {("H21.17", "MDSH"): "14.16", ("H21.02", "MDSH"): "9.03", ("H21.227", "MDSH"): "0"}
    intake = read_answers(reading("2026-10-07", late), RULES)
    assert len(intake.refusals) == 3
    assert "79,09" in reasons(intake)[0]
    assert "79,15" in reasons(intake)[0]
    assert ("H21.17", TOTAL) not in figures(intake)
    assert points(intake)["H21.17", "MDSH"] == Decimal("14.16")
    assert points(intake)["H21.19", TOTAL] == Decimal("70.37")


def test_a_figure_that_two_answers_give_differently_is_refused_with_both() -> None:
    rows = province_rows("2026-10-06")
    newer = DONG_THAP | {"totalScore": Decimal("11.5"), "metrics": measured("H20", TRANSPARENCY)}
    intake = read_answers(
        [("results.json", service_results(rows)), ("ckmb.json", metric_answer([newer]))], RULES
    )
    reason = only_reason(intake)
    assert all(
        part in reason for part in ("11,46", "11,5", "results.json", "ckmb.json", "Công khai, minh bạch")
    )
    assert ("H20", "CKMB") not in figures(intake)
    assert ("H20", TOTAL) not in figures(intake)
    assert len(counts(intake, "H20")) == 4


def test_counts_that_two_answers_give_differently_are_refused() -> None:
    files = [
        (name, tree(DONG_THAP | progress(100, on_time, "18", parent=True)))
        for name, on_time in [("a", 90), ("b", 91)]
    ]
    intake = read_answers(files, RULES)
    assert "90/100" in only_reason(intake)
    assert "91/100" in only_reason(intake)
    assert "RESOLVED_ON_TIME" not in counts(intake, "H20")


def test_the_same_figure_from_two_answers_is_kept_once() -> None:
    data = service_results(province_rows("2026-10-06"))
    intake = read_answers([("a.json", data), ("b.json", data)], RULES)
    assert len(intake.figures) == 34 * 7
    assert len(intake.units) == 34
    assert intake.refusals == ()


def test_a_unit_named_by_its_id_alone_gets_its_code_from_another_answer() -> None:
    unit = unit_rows("2026-10-07")[0]
    child = {"departmentId": unit["departmentId"], "departmentName": None} | progress(654, 653, "19.97")
    files = [("tree.json", tree(None, [child])), ("results.json", service_results([unit]))]
    alone, both = read_answers(files[:1], RULES), read_answers(files, RULES)
    assert "không có mã" in only_reason(alone)
    assert "service-results" in only_reason(alone)
    assert counts(both, "H21.17")["RESOLVED_ON_TIME"] == (653, 654)
    assert units(both)["H21.17"] == (unit["departmentName"], "department", "H21")


def test_units_absent_from_some_services_are_no_failure() -> None:
    files = reading("2026-10-07")
    intake = read_answers([*files[:3], files[5]], RULES)
    assert intake.refusals == ()
    assert len(intake.units) == 150


def test_one_bad_file_is_refused_and_the_others_go_in() -> None:
    good = service_results(province_rows("2026-10-06"))
    intake = read_answers([("a.json", b"<html>Request Rejected</html>"), ("b.json", good)], RULES)
    assert len(intake.units) == 34
    assert intake.refusals[0].where.file == "a.json"
    assert "tường lửa" in only_reason(intake)
    assert "tải lại" in only_reason(intake)


def test_files_of_which_none_is_an_answer_are_an_error() -> None:
    with pytest.raises(SourceError):
        read_answers([("a.json", b"<html>"), ("b.json", b"")], RULES)


def test_the_order_of_answers_does_not_matter() -> None:
    late = {("H21.17", "MDSH"): "14.16"}
    files = reading("2026-10-07", late)
    one, other = read_answers(files, RULES), read_answers(files[::-1], RULES)
    assert points(one) == points(other)
    assert units(one) == units(other)


# Files that are no answer


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "tệp rỗng"),
        (b"\xef\xbb\xbf \n", "tệp rỗng"),
        (b"<!DOCTYPE html><html><title>Request Rejected</title></html>", "Request Rejected"),
        (b"<html><body>Bao tri</body></html>", "trang web (HTML)"),
        (service_results(province_rows("2026-10-06"))[:-100], "bị cắt cụt"),
        (b"total;CKMB\n63,98;11,9", "không phải là JSON"),
        (b'{"data": {"evaluation": "\xff\xfe"}}', "không phải là JSON"),
        (b'{"data": {"evaluation": [1e99999999999999999999]}}', "không phải là JSON"),
        (b"[" * 100_000, "lồng nhau quá nhiều tầng"),
        (b'{"data":' * 100_000, "lồng nhau quá nhiều tầng"),
        (envelope(None, code="INTERNAL_ERROR", message="Lỗi hệ thống"), "“INTERNAL_ERROR”: Lỗi hệ thống."),
        (envelope(None, code=[500]), "[500]"),  # type: ignore[arg-type]
        (envelope({}), "không có số liệu"),
        (envelope(None), "không có số liệu"),
        (b"{}", "không có số liệu"),
        (service_results([], COUNTRY), "không phải câu trả lời"),
        (envelope([1, 2]), "không phải câu trả lời"),
        (b"[]", "không phải câu trả lời"),
        (b"63.98", "không phải câu trả lời"),
        (envelope({"items": [], "pagination": {}}), "không phải câu trả lời"),
        (envelope({"parent": {"departmentCode": "H20"}, "children": []}), "không phải câu trả lời"),
        (envelope({"evaluation": {"totalScore": 1}}), "không phải câu trả lời"),
        (metric_answer([DONG_THAP | {"metrics": []}]), "không phải câu trả lời"),
    ],
)
def test_what_is_no_answer_says_why_and_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(data)
    message = caught.value.render(Lang.VI)
    assert message.startswith("a.json: ")
    assert says in message
    assert caught.value.do is not None


def test_a_file_above_fifty_megabytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(SourceError) as caught:
        read(b" " * (MAX_BYTES + 1))
    assert "50 MB" in caught.value.render(Lang.VI)


# Whatever the portal answers


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in _places(each, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return value | {path[0]: _replaced(value[path[0]], path[1:], new)}
    return [_replaced(each, path[1:], new) if n == path[0] else each for n, each in enumerate(value)]


def _numbers(value: Any) -> set[Decimal]:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {Decimal(value)}
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {number for each in inside for number in _numbers(each)}


_json_numbers = st.integers() | st.decimals(-(10**13), 10**13, places=2, allow_nan=False)
_anything = st.recursive(
    st.none() | st.booleans() | _json_numbers | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_samples = [
    json.loads(body, parse_float=Decimal)
    for body in (
        service_results(province_rows("2026-10-06")[:2]),
        service_results([unit | below("department") for unit in unit_rows("2026-10-07", boxes=True)[:2]]),
        metric_answer([DONG_THAP | {"totalScore": 11, "metrics": measured("H20", TRANSPARENCY)}]),
        tree(ONLINE_H44, [identity("H44.01", "Văn phòng") | tree_level("department") | {"totalScore": 7}]),
        tree(DONG_THAP | progress(405424, 358660, "17.69", parent=True)),
        tree(None, [payment(row) for row in example("payment-2026.csv")[:2]]),
    )
]


@given(st.sampled_from(_samples), st.data())
def test_no_json_value_in_any_place_breaks_the_reading_or_makes_up_a_figure(sample: Any, data: Any) -> None:
    place = data.draw(st.sampled_from(_places(sample)))
    broken = _replaced(sample, place, data.draw(_anything))
    given_numbers = _numbers(broken)
    try:
        intake = read(portal_answer_bodies.encode(broken))
    except SourceError:
        return
    for refusal in intake.refusals:
        assert refusal.render(Lang.VI)
    for row in intake.figures.to_pylist():
        if row["code"] == "ONLINE_PROVISION":  # a sum of two given numbers
            continue
        found = {row[column] for column in ("numerator", "denominator", "points")} - {None}
        assert found <= given_numbers


# Answers that aren't whole, or of somebody else.


def test_a_unit_of_another_province_is_refused_and_the_others_go_in() -> None:
    rows = unit_rows("2026-10-07")
    stray = rows[0] | identity("H15.20", "Sở Nội vụ")
    intake = read_answers(
        [("a.json", service_results([stray, *rows[1:]], identity("H21", "UBND tỉnh Gia Lai")))], RULES
    )
    (refusal,) = intake.refusals
    assert refusal.where.row == 1
    assert refusal.reason.render(Lang.VI) == "H15.20 không thuộc H21, mà câu trả lời là của H21."
    assert "H15.20" not in intake.units["unit"].to_pylist()


def test_a_group_without_its_metrics_is_no_list_of_totals() -> None:
    rows = [
        identity("H21.17", "Sở Y tế") | {"totalScore": 11, "totalMaxScore": 18, "metricList": [{"code": "X"}]}
    ]
    with pytest.raises(SourceError, match="none of the portal"):
        read_answers([("a.json", envelope({"overview": {}, "evaluation": rows}))], RULES)


def test_a_field_that_is_gone_makes_the_reading_incomplete() -> None:
    parent = identity("H21", "UBND tỉnh Gia Lai") | progress(100, 90, "18", parent=True)
    del parent["totalOnTime"]
    intake = read_answers([("a.json", tree(parent))], RULES)
    assert intake.partial
    (refusal,) = intake.refusals
    assert "không còn trường totalOnTime" in refusal.render(Lang.VI)
    assert {row["code"]: row["points"] for row in intake.figures.to_pylist()}["TDGQ"] == 18


def test_pages_that_are_missing_make_the_reading_incomplete() -> None:
    body = {"overview": None, "evaluation": unit_rows("2026-10-07"), "pagination": {"total": 163}}
    intake = read_answers([("a.json", envelope(body))], RULES)
    assert intake.partial
    assert "Cổng đếm 163 đơn vị, các tệp đã nạp chỉ có 149" in intake.refusals[0].render(Lang.VI)
