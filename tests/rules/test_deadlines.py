"""Publications and petitions on time, in the rule set's working days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bochiso.errors import ComputeError
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.deadlines import (
    PetitionTimes,
    petition_on_time,
    publication_on_time,
)
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import Outcome, Verdict
from bochiso.text import VIETNAM, Lang

CALENDAR = builtin_calendar()
RULES: RuleSet = load_rules("qd766")
TODAY = date(2026, 10, 9)


def published(body: Any, effective: date | None, signed: date | None) -> Verdict:
    return publication_on_time(RULES, "PUBLISH_ON_TIME", body, effective, signed, TODAY, CALENDAR)


def entered(body: Any, decided: date, on: date | None, today: date = TODAY) -> Verdict:
    return publication_on_time(RULES, "PUBLIC_UPDATE_ON_TIME", body, decided, on, today, CALENDAR)


def test_a_province_signs_five_working_days_before_the_procedure_takes_effect() -> None:
    effective = date(2026, 1, 5)
    assert published("province", effective, date(2025, 12, 25)).outcome is Outcome.ON_TIME
    verdict = published("province", effective, date(2025, 12, 26))
    assert (verdict.outcome, verdict.late_by) == (Outcome.LATE, timedelta(days=1))
    assert verdict.rule == "PUBLISH_PROVINCE"
    assert verdict.reason.render(Lang.VI) == (
        "Ủy ban nhân dân cấp tỉnh ký quyết định công bố thủ tục hành chính: thực hiện ngày 26/12/2025, "
        "chậm nhất là ngày 25/12/2025; quá hạn 1 ngày."
    )


def test_a_ministry_signs_twenty_working_days_before() -> None:
    effective = date(2026, 7, 1)
    assert published("ministry", effective, date(2026, 6, 3)).outcome is Outcome.ON_TIME
    assert published("ministry", effective, date(2026, 6, 4)).outcome is Outcome.LATE


def test_a_province_enters_the_procedure_within_five_working_days_of_the_decision() -> None:
    decided = date(2026, 8, 28)
    assert entered("province", decided, date(2026, 9, 9)).outcome is Outcome.ON_TIME
    assert entered("province", decided, date(2026, 9, 10)).outcome is Outcome.LATE


def test_a_ministry_has_ten() -> None:
    assert entered("ministry", date(2026, 9, 3), date(2026, 9, 17)).outcome is Outcome.ON_TIME
    assert entered("ministry", date(2026, 9, 3), date(2026, 9, 18)).outcome is Outcome.LATE


def test_not_yet_entered_it_is_open_until_the_last_day_and_open_late_after() -> None:
    decided = date(2026, 10, 2)
    assert entered("province", decided, None, date(2026, 10, 9)).outcome is Outcome.OPEN_ON_TIME
    verdict = entered("province", decided, None, date(2026, 10, 10))
    assert verdict.outcome is Outcome.OPEN_LATE
    assert "chưa thực hiện, tính đến ngày 10/10/2026" in verdict.reason.render(Lang.VI)


def test_without_the_effective_date_it_is_not_counted() -> None:
    assert published("province", None, date(2026, 1, 5)).outcome is Outcome.NOT_COUNTED


def test_a_deadline_over_days_without_a_notice_is_marked() -> None:
    verdict = entered("province", date(2026, 12, 30), None)
    assert "lịch nghỉ chưa có thông báo chính thức" in verdict.reason.render(Lang.VI)


def test_a_set_without_the_deadline_says_so() -> None:
    without = RULES.model_copy(update={"deadlines": ()})
    with pytest.raises(ComputeError, match="has no deadline"):
        publication_on_time(without, "PUBLISH_ON_TIME", "province", TODAY, TODAY, TODAY, CALENDAR)


def at(day: int, hour: int = 9) -> datetime:
    """A moment of October 2026 by Việt Nam's clock."""
    return datetime(2026, 10, day, hour, tzinfo=VIETNAM).astimezone(UTC)


SENT, LATER = at(1), at(31)


def petition(now: datetime = LATER, **times: Any) -> Verdict:
    return petition_on_time(RULES, PetitionTimes(**{"sent_at": SENT, **times}), now, CALENDAR)


def found(verdict: Verdict) -> tuple[str, str]:
    return verdict.outcome.value, verdict.rule


def test_a_petition_is_refused_within_two_working_days() -> None:
    assert found(petition(refused_at=at(5, 23))) == ("on_time", "PETITION_REFUSE")
    assert found(petition(refused_at=at(6))) == ("late", "PETITION_REFUSE")


def test_supplements_are_asked_for_within_five() -> None:
    now = at(9)
    assert found(petition(now, supplement_asked_at=at(8))) == ("open_on_time", "PETITION_RESOLVE")
    assert found(petition(now, supplement_asked_at=at(9))) == ("open_late", "PETITION_SUPPLEMENT")


def test_a_petition_is_resolved_within_fifteen() -> None:
    assert found(petition(resolved_at=at(22))) == ("on_time", "PETITION_RESOLVE")
    verdict = petition(resolved_at=at(23))
    assert found(verdict) == ("late", "PETITION_RESOLVE")
    assert verdict.late_by == timedelta(days=1)


def test_an_open_petition_is_compared_with_now() -> None:
    assert found(petition(at(22, 20))) == ("open_on_time", "PETITION_RESOLVE")
    assert found(petition(at(23))) == ("open_late", "PETITION_RESOLVE")


def test_the_latest_forwarding_starts_the_count_again() -> None:
    assert found(petition(forwarded_at=at(5), resolved_at=at(26))) == ("on_time", "PETITION_RESOLVE")
    assert found(petition(forwarded_at=at(5), resolved_at=at(27))) == ("late", "PETITION_RESOLVE")


def test_a_forwarding_after_the_step_does_not_count_for_it() -> None:
    verdict = petition(supplement_asked_at=at(9), forwarded_at=at(12), resolved_at=at(13))
    assert found(verdict) == ("late", "PETITION_SUPPLEMENT")


def test_the_answer_is_published_within_two_working_days_of_its_resolution() -> None:
    assert found(petition(resolved_at=at(22), published_at=at(26))) == ("on_time", "PETITION_PUBLISH")
    assert found(petition(resolved_at=at(22), published_at=at(27))) == ("late", "PETITION_PUBLISH")


def test_an_unpublished_answer_is_not_judged_for_that() -> None:
    assert found(petition(resolved_at=at(5))) == ("on_time", "PETITION_RESOLVE")


def test_a_late_step_makes_the_petition_late_however_soon_it_was_resolved() -> None:
    verdict = petition(supplement_asked_at=at(12), resolved_at=at(13))
    assert found(verdict) == ("late", "PETITION_SUPPLEMENT")


def test_a_forwarding_before_the_sending_is_not_counted_from() -> None:
    assert found(petition(forwarded_at=SENT - timedelta(days=30), resolved_at=at(22))) == (
        "on_time",
        "PETITION_RESOLVE",
    )


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(), timedelta(days=60))


@settings(deadline=None)
@given(MOMENTS, st.none() | MOMENTS, MOMENTS, SPANS)
def test_a_later_resolution_never_makes_a_petition_earlier(
    sent: datetime, forwarded: datetime | None, resolved: datetime, span: timedelta
) -> None:
    forwarded = None if forwarded is None or forwarded > resolved else forwarded
    before = petition(sent_at=sent, forwarded_at=forwarded, resolved_at=resolved)
    after = petition(sent_at=sent, forwarded_at=forwarded, resolved_at=resolved + span)
    assert after.outcome.late >= before.outcome.late
    assert after.late_by >= before.late_by
