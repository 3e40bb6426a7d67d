"""Whether the answers of one reading hold together: a real torn reading, and what is of no use."""

from decimal import Decimal

from portal_answer_bodies import envelope, province_rows, service_results, unit_rows

from bochiso.intake.portal.consistency import judge
from bochiso.intake.portal.requests import PROVINCES, PortalPage, PortalPart, open_page, parts_of
from bochiso.intake.result import RefusalKind
from bochiso.rules.loader import load_rules
from bochiso.text import Lang

RULES = load_rules("qd766")
RESULTS = parts_of("H21")[1]

PRINTED = {
    "H21.17": ("79.09", "79.15"),
    "H21.02": ("71.37", "71.43"),
    "H21.11": ("68.18", "68.27"),
    "H21.05": ("65.81", "65.96"),
    "H21.06": ("60.18", "60.29"),
    "H21.18": ("59.47", "59.61"),
    "H21.24": ("54.33", "54.40"),
    "H21.13": ("43.78", "43.82"),
    "H21.227": ("75.45", "75.26"),
}
"""Gia Lai at 14:00 on 7 October 2026, while the portal was recalculating: the total that it printed, and
what the groups that it printed beside it add up to."""


def pages(part: PortalPart, data: bytes) -> dict[PortalPart, list[PortalPage]]:
    return {part: [open_page(part.file(1), data, part.service.page_size)]}


def torn_rows() -> bytes:
    rows = unit_rows("2026-10-07", boxes=True)
    for row in rows:
        if row["departmentCode"] in PRINTED:
            total, summed = map(Decimal, PRINTED[row["departmentCode"]])
            row["groupScores"]["MDSH"] += summed - row["totalScore"]
            row["totalScore"] = total
    return service_results(rows)


def test_a_torn_reading_names_its_part_and_both_sums() -> None:
    judged = judge(pages(RESULTS, torn_rows()), RULES)
    assert list(judged.torn) == [RESULTS]
    assert judged.useless == {}
    assert judged.intake is not None
    said = [refusal.reason.render(Lang.VI) for refusal in judged.intake.refusals]
    assert len(said) == len(PRINTED)
    assert {refusal.kind for refusal in judged.intake.refusals} == {RefusalKind.TORN}
    assert {refusal.files for refusal in judged.intake.refusals} == {(RESULTS.file(1),)}
    for printed, summed in PRINTED.values():
        both = f"tổng điểm {printed} khác tổng các nhóm {summed};".replace(".", ",")
        assert any(each.startswith(both) for each in said)


def test_the_same_hour_read_whole_is_whole() -> None:
    judged = judge(pages(RESULTS, service_results(unit_rows("2026-10-07", boxes=True))), RULES)
    assert (judged.torn, judged.useless) == ({}, {})


def test_a_province_that_two_answers_give_differently_tears_both() -> None:
    rows = province_rows("2026-10-06")
    gia_lai = next(row for row in rows if row["departmentCode"] == "H21")
    newer = gia_lai | {"totalScore": gia_lai["totalScore"] + 1, "groupScores": None}
    both = pages(PROVINCES, service_results(rows)) | pages(
        RESULTS, service_results(unit_rows("2026-10-07"), newer)
    )
    judged = judge(both, RULES)
    assert list(judged.torn) == [PROVINCES, RESULTS]
    assert judged.intake is not None
    (refusal,) = judged.intake.refusals
    assert (refusal.kind, refusal.is_torn) == (RefusalKind.DISPUTED, True)
    assert refusal.files == tuple(sorted([PROVINCES.file(1), RESULTS.file(1)]))


def test_an_answer_without_units_is_of_no_use() -> None:
    judged = judge(pages(RESULTS, service_results([])), RULES)
    assert {part: why.vi for part, why in judged.useless.items()} == {
        RESULTS: "Cổng không trả về đơn vị nào."
    }


def test_an_answer_in_another_form_is_of_no_use() -> None:
    other = pages(RESULTS, envelope({"overview": {}, "evaluation": [{"departmentId": "1", "points": 3}]}))
    judged = judge(pages(PROVINCES, service_results(province_rows("2026-10-06"))) | other, RULES)
    assert "không còn dạng như trước" in judged.useless[RESULTS].vi


def test_a_service_that_changed_most_of_its_rows_is_of_no_use() -> None:
    rows = province_rows("2026-10-06")
    for row in rows[:18]:
        row["totalScore"] = str(row["totalScore"])
    judged = judge(pages(PROVINCES, service_results(rows)), RULES)
    assert (
        judged.useless[PROVINCES]
        .render(Lang.VI)
        .startswith("18/34 dòng không đọc được; lý do đầu tiên: trường")
    )


def test_nothing_read_is_nothing() -> None:
    assert judge({}, RULES).intake is None
