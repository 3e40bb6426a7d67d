"""Explanations: what waits for whom, which texts look personal."""

from datetime import UTC, date, datetime

import pytest

from bochiso.followup.explanations import (
    AskedUnit,
    Explanation,
    ExplanationRequest,
    ExplanationState,
    Origin,
    explanation_duties,
)
from bochiso.followup.personal_marks import PersonalMark, personal_marks

AT = datetime(2026, 10, 8, 3, tzinfo=UTC)
SENT = Explanation(1, "c", "w", "r", date(2026, 10, 20), "hoa", AT)
BACK = Explanation(1, "c", "w", "r", date(2026, 10, 20), "hoa", AT, ExplanationState.RETURNED)


def request(*units: AskedUnit, ended: datetime | None = None) -> ExplanationRequest:
    return ExplanationRequest(
        3, "hồ sơ quá hạn", Origin.LIST, "2.1", "2026", AT, date(2026, 10, 7), date(2026, 10, 14), "", "",
        "lan", units, ended_at=ended,
    )  # fmt: skip


def test_what_waits_is_told_to_who_answers_and_to_the_office() -> None:
    asked = request(
        AskedUnit("H15.1", "A", 3, ""), AskedUnit("H15.2", "B", 1, "", (SENT,)),
        AskedUnit("H15.3", "C", 1, "", (BACK,), "H15.4"),
    )  # fmt: skip
    found = {each.key: each for each in explanation_duties(asked, date(2026, 10, 9))}
    assert list(found) == ["explanation:3:H15.1:0", "explanation:3:H15.3:1", "explanation:3:office:1"]
    assert [each.unit for each in found.values()] == ["H15.1", "H15.4", None]
    assert found["explanation:3:H15.1:0"].last == date(2026, 10, 14)
    assert not list(explanation_duties(request(AskedUnit("H15.1", "A", 3, ""), ended=AT), date(2026, 10, 9)))


@pytest.mark.parametrize(
    "text",
    [
        "Hồ sơ 000.00.05.H15-261105-0001, H15.05-261105-0002 trễ 03 ngày",
        "Theo Công văn số 1245/VPUBND-KSTTHC ngày 27/11/2026, Quyết định số 766/QĐ-TTg",
        "Sở đã có 1.204 hồ sơ, 98,21% đúng hạn; anh chị em công chức đã rút kinh nghiệm",
    ],
)
def test_what_offices_write_of_their_work_is_not_taken_for_a_citizens(text: str) -> None:
    assert personal_marks(text) == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("số 066099001234", PersonalMark.IDENTITY), ("CMND 240 123 456", PersonalMark.IDENTITY),
        ("gọi 0905123456", PersonalMark.TELEPHONE), ("+84 905 123 456", PersonalMark.TELEPHONE),
        ("thư an.nguyen@example.vn", PersonalMark.EMAIL), ("bà Trần Thị Bưởi", PersonalMark.NAMED),
        ("thửa đất số 125", PersonalMark.ADDRESS), ("số nhà 12", PersonalMark.ADDRESS),
    ],
)  # fmt: skip
def test_what_has_the_shape_of_a_citizens_data_is_found(text: str, mark: PersonalMark) -> None:
    assert personal_marks(text) == [mark]
