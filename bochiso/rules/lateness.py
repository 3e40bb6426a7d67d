"""When a dossier is on time, by two clocks that must not be mixed.

The index's clock (`index_verdict`; Decision 766/QĐ-TTg, indicator 2.1) subtracts the time of
answered supplements. The law's clock (`legal_verdict`; Decree 118/2025/NĐ-CP, in force since
1 July 2025) starts again from zero when the supplement is complete.
"""

from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from bochiso.rules.calendar import Calendar
from bochiso.rules.dossier_history import Closings, DossierHistory, Request, judged_at, stood_at
from bochiso.rules.dossier_times import (
    CLOSED,
    DRAFT,
    LEFT_OUT,
    WITHDRAWN,
    DossierRule,
    DossierTimes,
    answered_seconds,
    belongs_at,
    closing,
    step_words,
)
from bochiso.rules.one_stop import Limit, one_stop
from bochiso.rules.verdict import (
    UNSETTLED,
    Outcome,
    Verdict,
    also,
    day_of,
    decide,
    duration,
    end_of,
    outcome_words,
)
from bochiso.text import Text, say

__all__ = [
    "Closings",
    "DossierHistory",
    "DossierRule",
    "DossierTimes",
    "LegalCourse",
    "Limit",
    "Outcome",
    "Request",
    "Verdict",
    "acceptance_due",
    "answered_seconds",
    "belongs_at",
    "index_due",
    "index_verdict",
    "judged_at",
    "legal_due",
    "legal_verdict",
    "limit_end",
    "notify_by",
    "published_limit",
    "stood_at",
    "supplement_due",
]

_NONE = timedelta()

HOURS_OF_A_DAY = 24


Maximum = timedelta | datetime | None
"""The longest that a procedure may take: a time since the start, or the moment that ends it (`limit_end`)."""


def index_verdict(times: DossierTimes, now: datetime, maximum: Maximum) -> Verdict:
    """Whether a dossier is on time by the index's clock (Decision 766/QĐ-TTg, indicator 2.1).

    now: stands for the end of a dossier that is still open: the period's last moment, or the
    present one in a period that still runs. maximum: the longest that the procedure may take,
    for a dossier without a due date; None where none is known.

    What the description leaves open is decided so:

    - A closed status without the moment of closing counts as closed. The latest moment known of it
      stands for its end, `now` where none is.
    - Unanswered requests matter only while nothing closed the dossier. With one, its moment
      stands for the end (`now`, if it is unknown); with more, the dossier is late whatever its
      due date, and late_by tells how far `now` is past that date, zero if it is not.
    - Withdrawn without having been received: not counted.
    - Neither a due date nor a maximum: not counted, for it can't be said.
    - Moments that contradict each other (due or finished before received) are compared as they
      stand. So is an end later than `now`: a dossier of a past quarter that was finished late
      after it is late for it, not open.

    What had happened by a moment, and which moment that is, `stood_at` says.
    """
    left_out = _index_leaves_out(times)
    if left_out is not None:
        return _leave_out(left_out)
    rule, end, closed = _index_end(times, now)
    due = index_due(times, maximum)
    credit = timedelta(seconds=times.supplement_seconds)
    if rule is DossierRule.OPEN_REQUESTS:
        return _too_many_requests(times, due, credit, now)
    if due is None:
        return _leave_out(DossierRule.NO_LIMIT)
    left = due - end + credit
    outcome = decide(closed=closed, late=left < _NONE)
    reason = say(
        "{step}; {limit}{credit}; {outcome}.",
        "{step}; {limit}{credit}; {outcome}.",
        step=step_words(rule, end),
        limit=_limit_words(times, maximum),
        credit=_credit_words(credit),
        outcome=outcome_words(outcome, left),
    )
    return Verdict(outcome, rule, reason, max(-left, _NONE), _later(due, credit))


def index_due(times: DossierTimes, maximum: Maximum) -> datetime | None:
    """The moment that the index compares with, before supplements; None where none is known.

    As appointed, else the start and the procedure's maximum.
    """
    start = belongs_at(times)
    if times.due_at is not None or maximum is None or start is None:
        return times.due_at
    return _later(start, maximum) if isinstance(maximum, timedelta) else maximum


def limit_end(times: DossierTimes, limit: Limit, calendar: Calendar) -> datetime | None:
    """The last moment of a limit in days that counts from the start; None where no start is known."""
    start = belongs_at(times)
    return None if start is None else end_of(legal_due(start, limit, calendar))


def published_limit(working_days: int | None, maximum_hours: int | None) -> Limit | None:
    """The limit of a procedure in days, as its publication words it; None where it is none in days.

    >>> published_limit(5, None), published_limit(None, 4)
    (Limit(amount=5, unit='working_day', source=''), None)
    """
    if working_days is not None:
        return Limit(working_days, "working_day")
    if maximum_hours is None or maximum_hours % HOURS_OF_A_DAY:
        return None
    return Limit(maximum_hours // HOURS_OF_A_DAY, "day")


def _index_leaves_out(times: DossierTimes) -> DossierRule | None:
    if times.status == DRAFT:
        return DossierRule.DRAFT
    if belongs_at(times) is None:
        return DossierRule.NO_START
    return DossierRule.WITHDRAWN_UNRECEIVED if _withdrawn_unreceived(times) else None


def _withdrawn_unreceived(times: DossierTimes) -> bool:
    if times.received_at is not None:
        return False
    closed = closing(times)
    return times.status == WITHDRAWN if closed is None else closed[0] is DossierRule.WITHDRAWN


def _index_end(times: DossierTimes, now: datetime) -> tuple[DossierRule, datetime, bool]:
    """The rule that gives the end, the end, and whether the dossier is closed."""
    closed = _closed(times, now)
    if closed is not None:
        return *closed, True
    if times.open_requests > 1:
        return DossierRule.OPEN_REQUESTS, now, False
    if times.open_requests == 1 and times.first_open_request_at is not None:
        return DossierRule.WAITING, times.first_open_request_at, False
    return DossierRule.STILL_OPEN, now, False


def _closed(times: DossierTimes, now: datetime) -> tuple[DossierRule, datetime] | None:
    """The step that closed the dossier and what stands for its moment, None where it is open."""
    unknown = (DossierRule.END_UNKNOWN, times.last_known_at or now) if times.status in CLOSED else None
    return closing(times) or unknown


def _too_many_requests(
    times: DossierTimes, due: datetime | None, credit: timedelta, now: datetime
) -> Verdict:
    reason = say(
        "Có {n} yêu cầu bổ sung chưa được đáp ứng nên tính là quá hạn.",
        "{n} {n:request for supplements is|requests for supplements are} unanswered, which counts as late.",
        n=times.open_requests,
    )
    late_by = _NONE if due is None else max(now - due - credit, _NONE)
    deadline = None if due is None else _later(due, credit)
    return Verdict(Outcome.OPEN_LATE, DossierRule.OPEN_REQUESTS, reason, late_by, deadline)


def _leave_out(rule: DossierRule) -> Verdict:
    return Verdict(Outcome.NOT_COUNTED, rule, LEFT_OUT[rule])


def _later(moment: datetime, span: timedelta) -> datetime:
    """A later moment, the last there is where the calendar ends before it."""
    try:
        return moment + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _limit_words(times: DossierTimes, maximum: Maximum) -> Text:
    if times.due_at is not None:
        return say("hẹn trả {due}", "due at {due}", due=times.due_at)
    if isinstance(maximum, datetime):
        return say(
            "không có ngày hẹn trả, thời hạn giải quyết của thủ tục hết lúc {due}",
            "no due date, the procedure's limit ends at {due}",
            due=maximum,
        )
    return say(
        "không có ngày hẹn trả, thời hạn giải quyết tối đa là {maximum}",
        "no due date, {maximum} allowed for the procedure",
        maximum=duration(maximum or _NONE),
    )


def _credit_words(credit: timedelta) -> Text:
    if credit <= _NONE:
        return say("", "")
    return say(
        ", được trừ {span} chờ bổ sung", ", less {span} of waiting for supplements", span=duration(credit)
    )


class LegalCourse(Struct, frozen=True, kw_only=True):
    """What the law's clock needs besides DossierTimes.

    completed_at: the latest completed supplement. appointed_at: the date appointed before any new
    one was given, that is at the receipt or by the latest supplement; None where it is `due_at`.
    reappointments: how often a new date was given; reappointed_due_at: the first of those dates.
    """

    completed_at: datetime | None = None
    appointed_at: datetime | None = None
    reappointments: int = 0
    reappointed_due_at: datetime | None = None


def legal_due(complete_at: datetime, limit: Limit, calendar: Calendar) -> date:
    """The last day for a result by law, until its end at 24:00.

    complete_at: when the competent office had the complete dossier, that is its receipt, or the
    latest completed supplement, from which the count starts again (Decree 118/2025/NĐ-CP,
    Articles 17.3 and 19.5). The first day is not counted; a limit in plain days that ends on a
    day off ends on the next working day (Civil Code 2015, Articles 147 and 148).
    Raises ComputeError where the day lies after the year 9999.
    """
    start = day_of(complete_at)
    if limit.unit == "working_day":
        return calendar.add_working_days(start, limit.amount)
    return calendar.add_days(start, limit.amount)


def supplement_due(asked_at: datetime, calendar: Calendar) -> date:
    """The last day on which the applicant may complete the dossier; then it is closed (Article 19.5)."""
    return legal_due(asked_at, one_stop().complete_supplement, calendar)


def notify_by(due: date, calendar: Calendar) -> date:
    """The last day to notify and apologise that the due date will be missed (Article 19.6).

    The decree says one day before; the last working day strictly before is never too late.
    """
    return calendar.add_working_days(due, -one_stop().notify_before_due.amount)


def acceptance_due(filed_at: datetime, calendar: Calendar) -> datetime:
    """Until when an online dossier is to be accepted or supplements asked for, in UTC (Article 17.2)."""
    return calendar.add_working_time(filed_at, timedelta(hours=one_stop().accept_online.working_hours))


def legal_verdict(
    times: DossierTimes, course: LegalCourse, now: datetime, limit: Limit | None, calendar: Calendar
) -> Verdict:
    """Whether a dossier is on time by the law's clock (Decree 118/2025/NĐ-CP), in whole seconds.

    now: stands for the end of an open dossier. limit: what the procedure's publication allows;
    None where it is not known, and the appointed day (NgayHenTra) is then the limit.

    - The count begins with the receipt, and again from zero with the latest completed supplement.
    - A new date counts where it is later, once: the first of several is the one that holds.
    - While a request is unanswered the clock stands at its moment; when the time to complete is
      over the dossier is closed there, on time if it was asked for in time.
    - Not received, or withdrawn without having been received: the limit has not begun.
    - The moment that ends a dossier is the same as in index_verdict.
    """
    left_out = _law_leaves_out(times)
    if left_out is not None:
        return _leave_out(left_out)
    due = _law_day(times, course, limit, calendar)
    if due is None:
        return _leave_out(DossierRule.NO_LIMIT)
    rule, end, closed = _law_end(times, now, calendar)
    left = end_of(due) - end
    outcome = decide(closed=closed, late=left < _NONE)
    reason = say(
        "{step}; thời hạn đến hết ngày {due}{notes}; {outcome}.",
        "{step}; the limit ends with {due}{notes}; {outcome}.",
        step=step_words(rule, end),
        due=due,
        notes=_law_notes(times, course, limit, due, calendar),
        outcome=outcome_words(outcome, left),
    )
    return Verdict(outcome, rule, reason, max(-left, _NONE), end_of(due))


def _law_leaves_out(times: DossierTimes) -> DossierRule | None:
    if times.status == DRAFT:
        return DossierRule.DRAFT
    if _withdrawn_unreceived(times):
        return DossierRule.WITHDRAWN_UNRECEIVED
    return DossierRule.NOT_RECEIVED if times.received_at is None else None


def _law_day(
    times: DossierTimes, course: LegalCourse, limit: Limit | None, calendar: Calendar
) -> date | None:
    """The day until whose end the office has time, None where no limit is known."""
    start = course.completed_at or times.received_at
    appointed = course.appointed_at or times.due_at
    if limit is not None and start is not None:
        due = legal_due(start, limit, calendar)
    elif appointed is not None:
        due = day_of(appointed)
    else:
        return None
    return due if course.reappointed_due_at is None else max(due, day_of(course.reappointed_due_at))


def _law_end(times: DossierTimes, now: datetime, calendar: Calendar) -> tuple[DossierRule, datetime, bool]:
    """The rule that gives the end, the end, and whether the dossier is closed."""
    closed = _closed(times, now)
    if closed is not None:
        return *closed, True
    asked = times.first_open_request_at
    if not times.open_requests or asked is None:
        return DossierRule.STILL_OPEN, now, False
    lapsed = day_of(now) > supplement_due(asked, calendar)
    return DossierRule.LAPSED if lapsed else DossierRule.WAITING, asked, lapsed


def _law_notes(
    times: DossierTimes, course: LegalCourse, limit: Limit | None, due: date, calendar: Calendar
) -> Text:
    """How the day came about, where it isn't simply the limit from the receipt."""
    notes: list[Text] = []
    start = course.completed_at or times.received_at
    most = one_stop().reappointments.times
    if limit is not None and course.completed_at is not None:
        notes.append(say("tính lại từ khi bổ sung đủ hồ sơ", "counted again from the completed supplement"))
    if course.reappointed_due_at is not None and day_of(course.reappointed_due_at) == due:
        notes.append(say("đã hẹn lại", "a new date was given"))
    if course.reappointments > most:
        notes.append(say("chỉ tính {most} lần hẹn lại", "only {most} new date counts", most=most))
    if limit is not None and start is not None and not calendar.settled(day_of(start), due):
        notes.append(UNSETTLED)
    return also(notes)
