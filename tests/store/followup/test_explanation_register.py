"""The register of explanations: lists stay as they were frozen, answers late, twice, by the wrong unit."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from ledger_databases import START, by
from msgspec.structs import replace

from bochiso.errors import ComputeError, StoreError
from bochiso.followup.explanations import (
    CAUSES,
    AnswerGiven,
    AskedState,
    ExplanationState,
    Origin,
    outcome_sentence,
)
from bochiso.store.followup.explanation_register import (
    AskedList,
    RequestDraft,
    answer_request,
    decide_answer,
    find_request,
    frozen_rows,
    keep_causes,
    known_causes,
    last_outcomes,
    move_request,
    open_request,
    requests,
    withdraw_request,
)
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.followup_tables import EXPLANATION_UNITS
from bochiso.text import Lang

DUE = datetime.fromisoformat("2026-10-02T17:00:00")
ROWS = tuple({"item": f"H15.05-261001-{n:04d}", "due_at": DUE, "days": 3.5} for n in range(3))
DRAFT = RequestDraft(
    "hồ sơ quá hạn (năm 2026)", Origin.LIST, "2.1", "2026", START, date(2026, 10, 14),
    (AskedList("H15.05", "Sở Công Thương", ROWS), AskedList("H15.10", "Sở Y tế", ROWS[:1])),
    "Công văn số 12/VPUBND",
)  # fmt: skip
GIVEN = AnswerGiven(
    CAUSES[0], "Chậm cập nhật trạng thái trên hệ thống.", "Cập nhật ngay.", date(2026, 10, 30)
)
A_DAY = 86_400


def test_a_request_keeps_its_lists_as_they_were_and_says_so_by_their_hash(ledger: Ledger) -> None:
    made = open_request(ledger, DRAFT, by())
    assert (made.number, made.items, [each.items for each in made.units]) == (1, 4, [3, 1])
    assert frozen_rows(ledger, 1, "H15.05")[0] == {
        "item": "H15.05-261001-0000", "due_at": "2026-10-02T17:00:00", "days": 3.5,
    }  # fmt: skip
    assert open_request(ledger, replace(DRAFT, title="hồ sơ trễ hạn"), by()).sha256 == made.sha256
    with ledger.write() as db:
        mine = EXPLANATION_UNITS.c.unit == "H15.05"
        db.execute(sa.update(EXPLANATION_UNITS).where(mine).values(rows=b"x"))
    with pytest.raises(StoreError, match="not as it was"):
        frozen_rows(ledger, 1, "H15.05")


def test_an_answer_is_accepted_or_sent_back_and_comes_again(ledger: Ledger) -> None:
    open_request(ledger, DRAFT, by())
    answer_request(ledger, 1, "H15.05", GIVEN, by("hoa", A_DAY))
    with pytest.raises(ComputeError, match="waits for the office"):
        answer_request(ledger, 1, "H15.05", GIVEN, by("hoa", A_DAY))
    decide_answer(ledger, 1, "H15.05", by("lan", 2 * A_DAY), "Nêu rõ từng hồ sơ")
    found = find_request(ledger, 1)
    assert found.units[0].state(found.last_day, date(2026, 10, 20)) is AskedState.RETURNED
    answer_request(ledger, 1, "H15.05", GIVEN, by("hoa", 12 * A_DAY))
    decide_answer(ledger, 1, "H15.05", by("lan", 12 * A_DAY))
    (own, other) = find_request(ledger, 1).units
    assert [each.state for each in own.answers] == [ExplanationState.RETURNED, ExplanationState.ACCEPTED]
    assert own.days_late(found.last_day) == 0  # judged by the first
    assert other.state(found.last_day, date(2026, 10, 15)) is AskedState.OVERDUE
    assert other.state(found.last_day, date(2026, 10, 14)) is AskedState.WAITING
    with pytest.raises(ComputeError, match="was accepted"):
        answer_request(ledger, 1, "H15.05", GIVEN, by("hoa", 13 * A_DAY))
    with pytest.raises(ComputeError, match="no answer of it waits"):
        decide_answer(ledger, 1, "H15.10", by())


def test_nobody_is_asked_twice_about_the_very_same_list_but_after_a_withdrawal(ledger: Ledger) -> None:
    open_request(ledger, DRAFT, by())
    with pytest.raises(ComputeError, match=r"asked about this very list before \(request 1\)"):
        open_request(ledger, DRAFT, by())
    assert len(requests(ledger)) == 1
    withdraw_request(ledger, 1, "nhầm danh sách", by())
    assert open_request(ledger, DRAFT, by()).number == 2
    other = replace(DRAFT, units=(replace(DRAFT.units[0], rows=ROWS[:2]), DRAFT.units[1]))
    with pytest.raises(ComputeError, match="Sở Y tế: asked"):
        open_request(ledger, other, by())


def test_what_came_of_it_is_said_with_names(ledger: Ledger) -> None:
    open_request(ledger, DRAFT, by())
    answer_request(ledger, 1, "H15.10", GIVEN, by("yen", 9 * A_DAY))
    (outcome,) = last_outcomes(ledger, date(2026, 10, 1))
    assert outcome_sentence(outcome).render(Lang.VI) == (
        "Kết quả giải trình về hồ sơ quá hạn (năm 2026), hạn báo cáo ngày 14/10/2026: 01/02 đơn vị đã "
        "báo cáo, trong đó 01 đơn vị báo cáo muộn (Sở Y tế); chưa báo cáo: Sở Công Thương."
    )
    assert last_outcomes(ledger, date(2026, 10, 8)) == []
    with ledger.read() as db:
        (line,) = (each for each in lines(db) if each.action == "explanation.answer")
    assert (line.subject, line.details) == ("H15.10", {"request": 1, "round": 1, "late": True})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (AnswerGiven("vì trời mưa", "a", "b", date(2026, 10, 30)), "no cause"),
        (AnswerGiven(CAUSES[0], " ", "b", date(2026, 10, 30)), "lacks"),
        (AnswerGiven(CAUSES[0], "a" * 4001, "b", date(2026, 10, 30)), "more than 4,000"),
        (AnswerGiven(CAUSES[0], "a", "b", None), "from today"),
        (AnswerGiven(CAUSES[0], "a", "b", date(2026, 10, 1)), "from today"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(ledger: Ledger, given: AnswerGiven, said: str) -> None:
    open_request(ledger, DRAFT, by())
    with pytest.raises(ComputeError, match=said):
        answer_request(ledger, 1, "H15.05", given, by())
    assert not find_request(ledger, 1).units[0].answers


def test_a_withdrawn_request_and_a_unit_that_was_not_asked_take_no_answer(ledger: Ledger) -> None:
    open_request(ledger, DRAFT, by())
    with pytest.raises(ComputeError, match="doesn't ask"):
        answer_request(ledger, 1, "H15.99", GIVEN, by())
    with pytest.raises(ComputeError, match="the reason lacks"):
        withdraw_request(ledger, 1, " ", by())
    withdraw_request(ledger, 1, "Số liệu sai", by())
    for deed in (
        lambda: answer_request(ledger, 1, "H15.05", GIVEN, by()),
        lambda: withdraw_request(ledger, 1, "nữa", by()),
        lambda: move_request(ledger, 1, "H15.05", "H15.06", by()),
    ):
        with pytest.raises(ComputeError, match="was withdrawn"):
            deed()
    assert last_outcomes(ledger, date(2026, 1, 1)) == []
    assert [each.ended_because for each in requests(ledger)] == ["Số liệu sai"]


def test_the_heir_of_a_merged_unit_answers_for_it(ledger: Ledger) -> None:
    open_request(ledger, DRAFT, by())
    assert move_request(ledger, 1, "H15.05", "H15.06", by()).units[0].answering == "H15.06"
    assert move_request(ledger, 1, "H15.05", "H15.05", by()).units[0].heir is None


def test_a_request_that_cannot_be_is_refused_whole(ledger: Ledger) -> None:
    for changed, said in (
        ({"units": ()}, "no unit"), ({"title": " "}, "lacks"),
        ({"last_day": date(2026, 10, 1)}, "from today"),
        ({"last_day": date(2028, 1, 1)}, "within a year"),
    ):  # fmt: skip
        fields = {name: getattr(DRAFT, name) for name in DRAFT.__struct_fields__}
        with pytest.raises(ComputeError, match=said):
            open_request(ledger, RequestDraft(**{**fields, **changed}), by())
    assert requests(ledger) == []


def test_the_office_keeps_a_catalogue_of_its_own(ledger: Ledger) -> None:
    assert known_causes(ledger) == list(CAUSES)
    assert keep_causes(ledger, ["  Mất điện ", "", "Mất điện", "Bão lũ"], by()) == ["Mất điện", "Bão lũ"]
    open_request(ledger, DRAFT, by())
    with pytest.raises(ComputeError, match="no cause"):
        answer_request(ledger, 1, "H15.05", GIVEN, by())
    assert keep_causes(ledger, [], by()) == list(CAUSES)
    with pytest.raises(ComputeError, match="at most 40"):
        keep_causes(ledger, [str(n) for n in range(41)], by())


def test_moments_are_of_the_day_in_viet_nam(ledger: Ledger) -> None:
    made = open_request(ledger, DRAFT, by())
    late = datetime(2026, 10, 14, 17, 30, tzinfo=UTC)  # 00:30 of the 15th
    found = answer_request(ledger, 1, "H15.05", GIVEN, by("hoa", (late - START).total_seconds()))
    assert found.units[0].days_late(made.last_day) == 1
