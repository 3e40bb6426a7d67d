"""When a dossier is on time: the index's clock case by case, then the law's, then what holds of both."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.lateness import (
    Closings,
    DossierHistory,
    DossierTimes,
    LegalCourse,
    Limit,
    Outcome,
    Request,
    Verdict,
    acceptance_due,
    answered_seconds,
    belongs_at,
    index_verdict,
    legal_due,
    legal_verdict,
    notify_by,
    stood_at,
    supplement_due,
)
from bochiso.text import VIETNAM, Lang

CALENDAR = builtin_calendar()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int = 8, minute: int = 0, month: int = 10) -> datetime:
    """A moment of 2026 by Việt Nam's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


RECEIVED, DUE, NOW = at(1), at(8, 17), at(31, 23, 59)


def dossier(status: int = 4, **times: Any) -> DossierTimes:
    """A dossier received on 1 October 2026 and due on the 8th at 17:00, unless `times` say otherwise."""
    given_times = {"filed_at": RECEIVED - HOUR, "received_at": RECEIVED, "due_at": DUE, **times}
    return DossierTimes(status=status, **given_times)


def index(status: int = 4, *, maximum: timedelta | None = None, now: datetime = NOW, **times: Any) -> Verdict:
    return index_verdict(dossier(status, **times), now, maximum)


def found(verdict: Verdict) -> tuple[str, str]:
    return verdict.outcome.value, verdict.rule


# Which moment ends it


def test_done_at_the_due_moment_is_on_time() -> None:
    verdict = index(9, done_at=DUE)
    assert found(verdict) == ("on_time", "done")
    assert verdict.reason.render(Lang.VI) == (
        "Giải quyết xong lúc 17:00 ngày 08/10/2026; hẹn trả 17:00 ngày 08/10/2026; đúng hạn."
    )


def test_done_a_second_after_the_due_moment_is_late_by_a_second() -> None:
    verdict = index(9, done_at=DUE + timedelta(seconds=1))
    assert found(verdict) == ("late", "done")
    assert verdict.late_by == timedelta(seconds=1)
    assert verdict.reason.render(Lang.VI).endswith("; quá hạn 1 giây.")


def test_done_in_time_and_returned_after_the_due_date_is_on_time() -> None:
    assert found(index(10, done_at=at(7), returned_at=at(20))) == ("on_time", "done")


def test_returned_before_it_was_done_still_ends_when_it_was_done() -> None:
    assert found(index(10, done_at=at(9), returned_at=at(7))) == ("late", "done")


def test_without_a_moment_of_done_the_return_ends_it() -> None:
    assert found(index(10, returned_at=at(9))) == ("late", "returned")


def test_done_wins_over_stopped_refused_and_withdrawn() -> None:
    verdict = index(9, done_at=at(7), stopped_at=at(9), refused_at=at(9), withdrawn_at=at(9))
    assert found(verdict) == ("on_time", "done")


def test_a_stop_ends_it() -> None:
    assert found(index(8, stopped_at=at(9))) == ("late", "stopped")


def test_a_refusal_ends_it_received_or_not() -> None:
    assert found(index(3, refused_at=at(7))) == ("on_time", "refused")
    assert found(index(3, refused_at=at(9), received_at=None)) == ("late", "refused")


def test_of_a_stop_and_a_refusal_the_earlier_ends_it() -> None:
    assert found(index(8, stopped_at=at(9), refused_at=at(7))) == ("on_time", "refused")
    assert found(index(3, stopped_at=at(7), refused_at=at(9))) == ("on_time", "stopped")


def test_a_stop_wins_over_a_withdrawal() -> None:
    assert found(index(7, stopped_at=at(9), withdrawn_at=at(7))) == ("late", "stopped")


def test_a_withdrawal_ends_a_received_dossier() -> None:
    assert found(index(7, withdrawn_at=at(9))) == ("late", "withdrawn")


def test_withdrawn_without_having_been_received_does_not_count() -> None:
    expected = ("not_counted", "withdrawn_unreceived")
    assert found(index(7, withdrawn_at=at(9), received_at=None)) == expected
    assert found(index(7, received_at=None)) == expected


def test_the_present_status_does_not_undo_a_moment_that_ended_it() -> None:
    assert found(index(4, done_at=at(7))) == ("on_time", "done")


@pytest.mark.parametrize("status", [3, 7, 8, 9, 10])
def test_a_closed_status_without_its_moment_is_closed_and_now_stands_for_its_end(status: int) -> None:
    assert found(index(status)) == ("late", "end_unknown")
    assert found(index(status, now=at(5))) == ("on_time", "end_unknown")
    assert found(index(status, open_requests=2)) == ("late", "end_unknown")


# Still open


@pytest.mark.parametrize("status", [2, 4, 5, 6])
def test_still_open_it_is_compared_with_now(status: int) -> None:
    assert found(index(status, now=DUE)) == ("open_on_time", "still_open")
    verdict = index(status, now=DUE + 26 * HOUR)
    assert found(verdict) == ("open_late", "still_open")
    assert verdict.late_by == 26 * HOUR
    assert verdict.deadline_at == DUE
    assert verdict.reason.render(Lang.VI) == (
        "Đang giải quyết, tính đến 19:00 ngày 09/10/2026; "
        "hẹn trả 17:00 ngày 08/10/2026; quá hạn 1 ngày 2 giờ."
    )


def test_an_end_after_now_is_compared_as_it_stands() -> None:
    assert found(index(9, done_at=at(9), now=at(5))) == ("late", "done")


@pytest.mark.parametrize("status", [3, 7, 8, 9, 10])
def test_the_latest_moment_known_of_it_stands_for_an_end_that_nobody_gave(status: int) -> None:
    assert found(index(status, last_known_at=at(7))) == ("on_time", "end_unknown")
    verdict = index(status, last_known_at=at(9))
    assert found(verdict) == ("late", "end_unknown")
    assert verdict.reason.render(Lang.VI) == (
        "Hồ sơ đã kết thúc nhưng không ghi thời điểm kết thúc nên tính đến 08:00 ngày 09/10/2026; "
        "hẹn trả 17:00 ngày 08/10/2026; quá hạn 15 giờ."
    )


# As it stood


def history(status: int = 4, *requests: Request, **told: Any) -> DossierHistory:
    """The dossier with its closing steps, requests and whatever else `told` says."""
    closings = {name: told.pop(name) for name in Closings.__struct_fields__ if name in told}
    times = {"filed_at": RECEIVED - HOUR, "received_at": RECEIVED, "due_at": DUE, **told}
    return DossierHistory(status=status, closings=Closings(**closings), requests=requests, **times)


def asked(day: int, answered: int | None = None, **more: Any) -> Request:
    return Request(asked_at=at(day), answered_at=answered and at(answered), **more)


def judged(told: DossierHistory, as_of: datetime, end: datetime | None = None) -> tuple[str, str]:
    end = as_of if end is None else end
    return found(index_verdict(stood_at(told, as_of, end), end, None))


def test_what_ended_after_a_past_moment_was_open_then() -> None:
    done = history(9, done_at=at(9))
    assert judged(done, at(7)) == ("open_on_time", "still_open")
    assert judged(done, at(9)) == ("late", "done")


def test_a_request_after_a_past_moment_was_not_yet_made() -> None:
    twice = history(5, asked(5), asked(7))
    assert judged(twice, at(4)) == ("open_on_time", "still_open")
    assert judged(twice, at(6)) == ("open_on_time", "waiting")
    assert judged(twice, at(7)) == ("open_late", "open_requests")


def test_a_request_that_was_answered_after_a_past_moment_was_waiting_then() -> None:
    told = history(4, asked(5, 20))
    assert judged(told, at(15)) == ("open_on_time", "waiting")
    assert judged(told, at(21)) == ("open_on_time", "still_open")
    assert judged(told, at(28)) == ("open_late", "still_open")


def test_what_was_asked_for_and_given_after_a_period_changes_nothing_of_it() -> None:
    told = history(4, asked(15, 30))
    assert judged(told, at(31), at(12)) == judged(history(), at(12)) == ("open_late", "still_open")
    waiting = history(4, asked(5, 30))
    assert judged(waiting, at(31), at(12)) == judged(waiting, at(12)) == ("open_on_time", "waiting")


def test_a_dossier_that_was_finished_after_a_period_is_judged_by_its_end() -> None:
    assert judged(history(9, done_at=at(9)), at(31), at(7)) == ("late", "done")
    assert judged(history(9, asked(5, 9), done_at=at(11)), at(31), at(7)) == ("on_time", "done")


def test_a_supplement_counts_between_the_start_and_the_end_alone() -> None:
    two_days, late = 2 * 86_400, at(10)
    for told, seconds in (
        (asked(11, 20), 0),  # after it was done
        (asked(8, 20), two_days),  # until it was done
        (Request(asked_at=RECEIVED - 9 * DAY, answered_at=RECEIVED - DAY), 0),  # before it was received
        (Request(asked_at=RECEIVED - 9 * DAY, answered_at=at(3)), two_days),
    ):
        assert stood_at(history(9, told, done_at=late), NOW, NOW).supplement_seconds == seconds


def test_a_due_date_that_a_later_answer_moved_stood_until_then() -> None:
    told = history(4, asked(6, 20, due_before=DUE), due_at=at(30))
    assert stood_at(told, at(15), at(15)).due_at == DUE
    assert stood_at(told, at(20), at(20)).due_at == at(30)


def test_a_dossier_that_was_reopened_is_open_again_and_was_closed_before() -> None:
    told = history(4, earlier=(Closings(done_at=at(5), reopened_at=at(12)),))
    assert judged(told, at(4)) == ("open_on_time", "still_open")
    assert judged(told, at(11)) == ("on_time", "done")
    assert judged(told, at(12)) == ("open_late", "still_open")
    assert judged(told, at(31), at(11)) == ("on_time", "done")  # re-opened after the period
    again = history(9, earlier=told.earlier, done_at=at(20))
    assert judged(again, at(31), at(11)) == ("late", "done")


def test_a_closed_status_of_unknown_moment_was_closed_since_the_latest_moment_known_of_it() -> None:
    assert judged(history(9), at(2)) == ("on_time", "end_unknown")
    told = history(9, last_known_at=at(7))
    assert judged(told, at(6)) == ("open_on_time", "still_open")
    assert judged(told, at(31)) == ("on_time", "end_unknown")
    assert judged(history(8, asked(5), last_known_at=at(5)), at(31)) == ("on_time", "end_unknown")


def test_a_withdrawal_after_a_past_moment_leaves_the_dossier_counted_then() -> None:
    told = history(7, withdrawn_at=at(9), received_at=None)
    assert judged(told, at(7)) == ("open_on_time", "still_open")
    assert judged(told, at(9)) == ("not_counted", "withdrawn_unreceived")


def test_a_draft_does_not_count_whatever_its_moments() -> None:
    assert found(index(1)) == ("not_counted", "draft")
    assert found(index(1, done_at=at(20))) == ("not_counted", "draft")


def test_a_dossier_of_no_day_belongs_to_no_period() -> None:
    assert found(index(9, done_at=at(7), filed_at=None, received_at=None)) == ("not_counted", "no_start")


def test_a_dossier_belongs_where_it_was_received_else_where_it_was_filed() -> None:
    assert belongs_at(dossier()) == RECEIVED
    assert belongs_at(dossier(received_at=None)) == RECEIVED - HOUR
    assert belongs_at(dossier(received_at=None, filed_at=None)) is None


# Supplements


def test_one_unanswered_request_stops_the_clock_at_its_moment() -> None:
    verdict = index(5, open_requests=1, first_open_request_at=at(5))
    assert found(verdict) == ("open_on_time", "waiting")
    assert "người nộp chưa bổ sung nên dừng tính thời gian" in verdict.reason.render(Lang.VI)


def test_one_unanswered_request_after_the_due_date_is_late_by_that_much_for_good() -> None:
    verdict = index(5, open_requests=1, first_open_request_at=DUE + HOUR)
    assert found(verdict) == ("open_late", "waiting")
    assert verdict.late_by == HOUR


def test_one_unanswered_request_of_unknown_moment_does_not_stop_the_clock() -> None:
    assert found(index(5, open_requests=1)) == ("open_late", "still_open")


def test_two_unanswered_requests_are_late_even_before_the_due_date() -> None:
    verdict = index(5, open_requests=2, first_open_request_at=at(2), now=at(3))
    assert found(verdict) == ("open_late", "open_requests")
    assert verdict.late_by == timedelta()
    assert verdict.reason.render(Lang.VI) == "Có 2 yêu cầu bổ sung chưa được đáp ứng nên tính là quá hạn."
    assert index(5, open_requests=2, first_open_request_at=at(2), now=DUE + DAY).late_by == DAY


def test_two_unanswered_requests_are_late_without_any_limit() -> None:
    verdict = index(5, open_requests=2, due_at=None)
    assert found(verdict) == ("open_late", "open_requests")
    assert verdict.deadline_at is None


def test_unanswered_requests_do_not_matter_once_it_is_done() -> None:
    assert found(index(9, done_at=at(7), open_requests=3, first_open_request_at=at(2))) == ("on_time", "done")


def test_the_time_of_answered_supplements_is_subtracted() -> None:
    two_days = 2 * 86_400
    assert found(index(9, done_at=DUE + 2 * DAY, supplement_seconds=two_days)) == ("on_time", "done")
    verdict = index(9, done_at=DUE + 2 * DAY + HOUR, supplement_seconds=two_days)
    assert found(verdict) == ("late", "done")
    assert verdict.late_by == HOUR
    assert verdict.deadline_at == DUE + 2 * DAY
    assert "được trừ 2 ngày chờ bổ sung; quá hạn 1 giờ." in verdict.reason.render(Lang.VI)


def test_supplements_are_subtracted_from_an_open_dossier_too() -> None:
    assert found(index(4, now=DUE + HOUR, supplement_seconds=3600)) == ("open_on_time", "still_open")


def test_requests_that_overlap_count_their_common_time_once() -> None:
    assert answered_seconds([(at(1), at(3)), (at(2), at(4))]) == 3 * 86_400
    assert answered_seconds([(at(1), at(4)), (at(2), at(3))]) == 3 * 86_400
    assert answered_seconds([(at(5), at(6)), (at(1), at(2))]) == 2 * 86_400
    assert answered_seconds([]) == 0


def test_an_answer_before_its_request_counts_nothing() -> None:
    assert answered_seconds([(at(3), at(1))]) == 0
    assert answered_seconds([(at(3), at(1)), (at(1), at(2))]) == 86_400


# No due date


def test_without_a_due_date_the_procedures_maximum_is_the_limit() -> None:
    assert found(index(9, due_at=None, done_at=RECEIVED + 3 * DAY, maximum=3 * DAY)) == ("on_time", "done")
    verdict = index(9, due_at=None, done_at=RECEIVED + 4 * DAY, maximum=3 * DAY)
    assert found(verdict) == ("late", "done")
    assert verdict.late_by == DAY
    assert "không có ngày hẹn trả, thời hạn giải quyết tối đa là 3 ngày" in verdict.reason.render(Lang.VI)


def test_without_a_due_date_supplements_are_subtracted_from_the_elapsed_time() -> None:
    verdict = index(9, due_at=None, done_at=RECEIVED + 4 * DAY, maximum=3 * DAY, supplement_seconds=86_400)
    assert found(verdict) == ("on_time", "done")


def test_without_a_due_date_and_receipt_time_elapses_from_the_filing() -> None:
    verdict = index(3, due_at=None, received_at=None, refused_at=RECEIVED, maximum=timedelta(minutes=30))
    assert verdict.late_by == timedelta(minutes=30)


def test_a_due_date_wins_over_the_maximum() -> None:
    assert found(index(9, done_at=at(7), maximum=HOUR)) == ("on_time", "done")


def test_without_a_due_date_and_a_maximum_it_is_not_counted_as_on_time() -> None:
    assert found(index(9, due_at=None, done_at=at(7))) == ("not_counted", "no_limit")
    assert found(index(4, due_at=None)) == ("not_counted", "no_limit")


# Moments that contradict each other


def test_due_before_received_is_compared_as_it_stands() -> None:
    assert found(index(9, due_at=RECEIVED - DAY, done_at=RECEIVED + HOUR)) == ("late", "done")


def test_done_before_received_is_compared_as_it_stands() -> None:
    assert found(index(9, done_at=RECEIVED - DAY)) == ("on_time", "done")
    assert found(index(9, done_at=RECEIVED - DAY, due_at=None, maximum=HOUR)) == ("on_time", "done")


def test_the_last_moment_of_the_calendar_breaks_nothing() -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    verdict = index(9, due_at=last, done_at=last, supplement_seconds=86_400)
    assert verdict.outcome is Outcome.ON_TIME
    assert index(9, due_at=None, received_at=last, done_at=last, maximum=DAY).outcome is Outcome.ON_TIME
    assert verdict.deadline_at is not None


# The law's clock

FIVE_WORKING_DAYS = Limit(5, "working_day")
FIVE_DAYS = Limit(5, "day")


def law(
    status: int = 4,
    *,
    limit: Limit | None = FIVE_WORKING_DAYS,
    now: datetime = NOW,
    course: LegalCourse | None = None,
    **times: Any,
) -> Verdict:
    return legal_verdict(dossier(status, **times), course or LegalCourse(), now, limit, CALENDAR)


def test_working_days_count_from_the_day_after_the_complete_dossier() -> None:
    assert legal_due(at(1), FIVE_WORKING_DAYS, CALENDAR) == date(2026, 10, 8)
    assert legal_due(at(3), FIVE_WORKING_DAYS, CALENDAR) == date(2026, 10, 9)  # a Saturday


def test_plain_days_that_end_on_a_sunday_end_on_monday() -> None:
    assert legal_due(at(6), FIVE_DAYS, CALENDAR) == date(2026, 10, 12)
    assert legal_due(at(1), FIVE_DAYS, CALENDAR) == date(2026, 10, 6)


def test_the_day_is_that_of_viet_nam() -> None:
    assert legal_due(datetime(2026, 9, 30, 18, tzinfo=UTC), FIVE_WORKING_DAYS, CALENDAR) == date(2026, 10, 8)


def test_the_limit_lasts_until_the_end_of_its_day() -> None:
    assert found(law(9, done_at=at(8, 23, 59))) == ("on_time", "done")
    verdict = law(9, done_at=at(9, 1))
    assert found(verdict) == ("late", "done")
    assert verdict.late_by == timedelta(hours=1, seconds=1)  # past the last second of the 8th
    assert verdict.reason.render(Lang.VI) == (
        "Giải quyết xong lúc 01:00 ngày 09/10/2026; thời hạn đến hết ngày 08/10/2026; quá hạn 1 giờ."
    )


def test_the_count_begins_again_with_a_completed_supplement_where_the_index_subtracts() -> None:
    course = LegalCourse(completed_at=at(7))
    done = at(14)
    seconds = answered_seconds([(at(6), at(7))])
    by_law = law(9, done_at=done, course=course, supplement_seconds=seconds)
    assert found(by_law) == ("on_time", "done")
    assert "tính lại từ khi bổ sung đủ hồ sơ" in by_law.reason.render(Lang.VI)
    assert found(index(9, done_at=done, supplement_seconds=seconds)) == ("late", "done")


def test_one_new_date_counts() -> None:
    course = LegalCourse(reappointments=1, reappointed_due_at=at(12, 17))
    verdict = law(9, done_at=at(12), course=course)
    assert found(verdict) == ("on_time", "done")
    assert "đến hết ngày 12/10/2026, đã hẹn lại" in verdict.reason.render(Lang.VI)
    assert found(law(9, done_at=at(13), course=course)) == ("late", "done")


def test_a_second_new_date_does_not_count_and_is_told() -> None:
    course = LegalCourse(reappointments=2, reappointed_due_at=at(12, 17))
    verdict = law(9, done_at=at(13), course=course)
    assert found(verdict) == ("late", "done")
    assert "chỉ tính 1 lần hẹn lại" in verdict.reason.render(Lang.VI)


def test_a_new_date_before_the_limit_does_not_shorten_it() -> None:
    course = LegalCourse(reappointments=1, reappointed_due_at=at(5, 17))
    assert found(law(9, done_at=at(8), course=course)) == ("on_time", "done")


def test_without_a_known_limit_the_appointed_day_is_it() -> None:
    assert found(law(9, done_at=at(8, 18), limit=None)) == ("on_time", "done")
    assert found(law(9, done_at=at(9), limit=None)) == ("late", "done")
    assert found(law(9, done_at=at(9), limit=None, due_at=None)) == ("not_counted", "no_limit")


def test_an_appointment_beyond_the_limit_does_not_lengthen_it() -> None:
    assert found(law(9, done_at=at(14), due_at=at(20))) == ("late", "done")


def test_the_count_waits_for_the_applicant_for_fifteen_days() -> None:
    assert supplement_due(at(5), CALENDAR) == date(2026, 10, 20)
    verdict = law(5, now=at(20, 23), open_requests=1, first_open_request_at=at(5))
    assert found(verdict) == ("open_on_time", "waiting")


def test_after_fifteen_days_the_dossier_is_closed_as_of_the_request() -> None:
    verdict = law(5, now=at(21, 0, 1), open_requests=1, first_open_request_at=at(5))
    assert found(verdict) == ("on_time", "lapsed")
    assert "nên hồ sơ được đóng" in verdict.reason.render(Lang.VI)
    late = law(5, now=at(31), open_requests=1, first_open_request_at=at(9))
    assert found(late) == ("late", "lapsed")


def test_a_second_open_request_is_not_late_by_law() -> None:
    assert found(law(5, now=at(6), open_requests=2, first_open_request_at=at(5))) == (
        "open_on_time",
        "waiting",
    )


def test_the_limit_has_not_begun_before_the_receipt() -> None:
    assert found(law(1)) == ("not_counted", "draft")
    assert found(law(2, received_at=None)) == ("not_counted", "not_received")
    assert found(law(7, received_at=None, withdrawn_at=at(2))) == ("not_counted", "withdrawn_unreceived")


def test_an_open_dossier_is_compared_with_now() -> None:
    assert found(law(4, now=at(8, 20))) == ("open_on_time", "still_open")
    assert found(law(4, now=at(9, 7))) == ("open_late", "still_open")


def test_a_closed_status_without_its_moment_is_closed_by_law_too() -> None:
    assert found(law(9, now=at(5))) == ("on_time", "end_unknown")


def test_the_apology_is_due_on_the_last_working_day_before_the_due_date() -> None:
    assert notify_by(date(2026, 10, 8), CALENDAR) == date(2026, 10, 7)
    assert notify_by(date(2026, 10, 12), CALENDAR) == date(2026, 10, 9)
    assert notify_by(date(2026, 8, 24), CALENDAR) == date(2026, 8, 22)  # a worked Saturday


def test_an_online_dossier_is_accepted_within_eight_working_hours() -> None:
    assert acceptance_due(at(2, 15), CALENDAR) == at(5, 15)


def test_a_limit_over_days_without_a_notice_is_marked() -> None:
    text = law(4, received_at=at(30, month=12)).reason.render(Lang.VI)
    assert "lịch nghỉ chưa có thông báo chính thức" in text
    assert "lịch nghỉ" not in law(4).reason.render(Lang.VI)


# What holds of every dossier

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 10, 31), timezones=st.just(UTC))  # noqa: DTZ001
MAYBE = st.none() | MOMENTS
SPANS = st.timedeltas(timedelta(), timedelta(days=90)).map(
    lambda s: timedelta(seconds=s // timedelta(seconds=1))
)
DOSSIERS = st.builds(
    DossierTimes,
    status=st.integers(1, 10),
    filed_at=MAYBE,
    received_at=MAYBE,
    due_at=MAYBE,
    done_at=MAYBE,
    returned_at=MAYBE,
    stopped_at=MAYBE,
    refused_at=MAYBE,
    withdrawn_at=MAYBE,
    open_requests=st.integers(0, 3),
    first_open_request_at=MAYBE,
    supplement_seconds=st.integers(0, 60 * 86_400),
)
ENDS = st.sampled_from(["done_at", "returned_at", "stopped_at", "refused_at", "withdrawn_at"])


def no_better(before: Verdict, after: Verdict) -> bool:
    return after.outcome.late >= before.outcome.late and after.late_by >= before.late_by


@settings(deadline=None)
@given(DOSSIERS, MOMENTS, st.none() | SPANS, ENDS, SPANS)
def test_a_later_end_never_makes_it_earlier(
    times: DossierTimes, now: datetime, maximum: timedelta | None, end: str, span: timedelta
) -> None:
    moment = getattr(times, end)
    later = times if moment is None else msgspec.structs.replace(times, **{end: moment + span})
    assert no_better(index_verdict(times, now, maximum), index_verdict(later, now, maximum))


@settings(deadline=None)
@given(DOSSIERS, MOMENTS, st.none() | SPANS, SPANS)
def test_a_later_now_never_makes_it_earlier(
    times: DossierTimes, now: datetime, maximum: timedelta | None, span: timedelta
) -> None:
    assert no_better(index_verdict(times, now, maximum), index_verdict(times, now + span, maximum))


@settings(deadline=None)
@given(DOSSIERS, MOMENTS, st.none() | SPANS, SPANS)
def test_more_supplement_time_never_makes_it_later(
    times: DossierTimes, now: datetime, maximum: timedelta | None, span: timedelta
) -> None:
    seconds = times.supplement_seconds + span // timedelta(seconds=1)
    more = msgspec.structs.replace(times, supplement_seconds=seconds)
    assert no_better(index_verdict(more, now, maximum), index_verdict(times, now, maximum))


@settings(deadline=None)
@given(DOSSIERS, MOMENTS, SPANS, SPANS)
def test_a_later_due_date_or_a_longer_maximum_never_makes_it_later(
    times: DossierTimes, now: datetime, maximum: timedelta, span: timedelta
) -> None:
    due = times.due_at and times.due_at + span
    lenient = index_verdict(msgspec.structs.replace(times, due_at=due), now, maximum + span)
    assert no_better(lenient, index_verdict(times, now, maximum))


REQUESTS = st.builds(
    lambda asked, answered: Request(asked_at=asked, answered_at=answered), MOMENTS, st.none()
)
HISTORIES = st.builds(
    lambda closings, requests, due: DossierHistory(
        status=4, received_at=min([each for each in closings if each] or [due]), due_at=due,
        closings=Closings(done_at=closings[0], stopped_at=closings[1]), requests=tuple(requests),
    ),
    st.tuples(MAYBE, MAYBE), st.lists(REQUESTS, max_size=3), MOMENTS,
)  # fmt: skip


@settings(deadline=None)
@given(HISTORIES, MOMENTS, SPANS, SPANS)
def test_what_happens_later_changes_nothing_of_how_it_stood(
    told: DossierHistory, moment: datetime, after: timedelta, more: timedelta
) -> None:
    later, latest = moment + timedelta(seconds=1) + after, moment + timedelta(seconds=2) + after + more
    answered = tuple(
        msgspec.structs.replace(each, answered_at=max(later, each.asked_at)) for each in told.requests
    )

    def verdict(of: DossierHistory) -> Verdict:
        return index_verdict(stood_at(of, moment, moment), moment, None)

    for changed in (
        {"requests": (*told.requests, Request(asked_at=later, answered_at=latest))},
        {"requests": answered},
        {"status": 7, "closings": msgspec.structs.replace(told.closings, withdrawn_at=later)},
        {"earlier": (msgspec.structs.replace(told.closings, reopened_at=later),), "closings": Closings()},
    ):
        assert verdict(msgspec.structs.replace(told, **changed)) == verdict(told)


@settings(deadline=None)
@given(DOSSIERS, MOMENTS, st.none() | SPANS)
def test_the_verdict_agrees_with_its_own_figures(
    times: DossierTimes, now: datetime, maximum: timedelta | None
) -> None:
    verdict = index_verdict(times, now, maximum)
    if verdict.rule != "open_requests":
        assert verdict.outcome.late == (verdict.late_by > timedelta())
    for lang in Lang:
        assert verdict.reason.render(lang).endswith(".")


@settings(deadline=None)
@given(DOSSIERS, MOMENTS, st.sampled_from([FIVE_DAYS, FIVE_WORKING_DAYS, None]))
def test_by_law_as_by_the_index_closed_is_closed(
    times: DossierTimes, now: datetime, limit: Limit | None
) -> None:
    by_law = legal_verdict(times, LegalCourse(), now, limit, CALENDAR)
    by_index = index_verdict(times, now, None)
    both = {by_law.outcome, by_index.outcome}
    if Outcome.NOT_COUNTED not in both and by_law.rule != "lapsed":
        closed = {Outcome.ON_TIME, Outcome.LATE}
        assert both <= closed or not both & closed
    assert by_law.outcome is Outcome.NOT_COUNTED or by_law.outcome.late == (by_law.late_by > timedelta())


@settings(deadline=None)
@given(st.lists(st.tuples(MOMENTS, MOMENTS), max_size=5))
def test_answered_time_is_the_union_of_the_intervals(intervals: list[tuple[datetime, datetime]]) -> None:
    total = answered_seconds(intervals)
    lengths = [max((b - a).total_seconds(), 0) for a, b in intervals]
    assert max(lengths, default=0) - 1 <= total <= sum(lengths)
    assert total == answered_seconds([*intervals, *intervals])
    assert total == answered_seconds(reversed(intervals))
