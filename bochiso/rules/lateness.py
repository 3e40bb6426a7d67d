"""When a dossier is on time, by two clocks that must not be mixed.

The index's clock (`index_verdict`; Decision 766/QĐ-TTg, indicator 2.1) subtracts the time of
answered supplements. The law's clock (`legal_verdict`; Decree 118/2025/NĐ-CP) starts again from
zero when the supplement is complete. Both take moments and return a verdict; neither reads a clock.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bochiso.rules.verdict import Outcome, Verdict, decide, duration, outcome_words
from bochiso.text import Text, say

DRAFT = 1
WITHDRAWN = 7
CLOSED = frozenset({3, 7, 8, 9, 10})
"""Statuses (TrangThaiHoSo) of a dossier that is not worked on any more."""


class DossierTimes(Struct, frozen=True, kw_only=True):
    """What lateness depends on, of one dossier; all moments in UTC, None where there is none.

    status: TrangThaiHoSo, 1 to 10. filed_at: NgayNopHoSo. received_at: NgayTiepNhan. due_at:
    NgayHenTra. done_at: status 9 or NgayKetThucXuLy. returned_at: status 10 or NgayTra.
    stopped_at: status 8. refused_at: status 3 or NgayTuChoi. withdrawn_at: status 7.
    open_requests: supplement requests that were never answered; first_open_request_at: the
    moment of the first of them. supplement_seconds: from request to completed supplement, all
    answered ones, as `answered_seconds` sums them.
    """

    status: int
    filed_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    stopped_at: datetime | None = None
    refused_at: datetime | None = None
    withdrawn_at: datetime | None = None
    open_requests: int = 0
    first_open_request_at: datetime | None = None
    supplement_seconds: int = 0


class DossierRule(StrEnum):
    """Which rule decided: why a dossier does not count, or which moment stands for its end."""

    DRAFT = "draft"
    NO_START = "no_start"
    WITHDRAWN_UNRECEIVED = "withdrawn_unreceived"
    NO_LIMIT = "no_limit"
    DONE = "done"
    RETURNED = "returned"
    STOPPED = "stopped"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    END_UNKNOWN = "end_unknown"
    ONE_OPEN_REQUEST = "one_open_request"
    OPEN_REQUESTS = "open_requests"
    STILL_OPEN = "still_open"
    NOT_RECEIVED = "not_received"
    LAPSED = "lapsed"


def belongs_at(times: DossierTimes) -> datetime | None:
    """The moment that puts a dossier in a period: its receipt, else its filing; None where neither is known."""
    return times.filed_at if times.received_at is None else times.received_at


def answered_seconds(intervals: Iterable[tuple[datetime, datetime]]) -> int:
    """The seconds that answered requests took, from request to completed supplement.

    Time that several requests share counts once; an answer before its request counts nothing.
    """
    total, reached = timedelta(), datetime.min.replace(tzinfo=UTC)
    for asked, answered in sorted(intervals):
        total += max(answered - max(asked, reached), timedelta())
        reached = max(reached, answered)
    return total // timedelta(seconds=1)


def closing(times: DossierTimes) -> tuple[DossierRule, datetime] | None:
    """The step that ended the dossier and its moment: done, else returned, else stopped or refused,
    else withdrawn; None where no such moment is known.

    The moments decide, not the present status, since messages come out of order: a dossier done
    on Monday and returned on Friday ended on Monday, and so did one that was returned the week
    before it was done. Where it was both stopped and refused, the earlier ends it.
    """
    if times.done_at is not None:
        return DossierRule.DONE, times.done_at
    if times.returned_at is not None:
        return DossierRule.RETURNED, times.returned_at
    stopped, refused = times.stopped_at, times.refused_at
    if stopped is not None and (refused is None or stopped <= refused):
        return DossierRule.STOPPED, stopped
    if refused is not None:
        return DossierRule.REFUSED, refused
    if times.withdrawn_at is not None:
        return DossierRule.WITHDRAWN, times.withdrawn_at
    return None


def index_verdict(times: DossierTimes, now: datetime, maximum: timedelta | None) -> Verdict:
    """Whether a dossier is on time by the index's clock (indicator 2.1).

    now: stands for the end of a dossier that is still open: the period's last moment, or the
    present one in a period that still runs. maximum: the longest that the procedure may take,
    for a dossier without a due date; None where the procedure states none.

    What the description leaves open is decided so:

    - A closed status without the moment of its closing counts as closed, and `now` stands for its end.
    - Unanswered requests matter only while nothing closed the dossier. With one of them its moment
      stands for the end (`now`, if it is unknown); with more the dossier is late whatever its due
      date, and late_by says by how much it is past that date, if at all.
    - Withdrawn without having been received: not counted.
    - Neither a due date nor a maximum: not counted, as it can't be said; never on time by default.
    - Moments that contradict each other (due or finished before received) are compared as they
      stand, as the portal does, and so is an end later than `now`.
    """
    unfit = _not_counted(times)
    if unfit is not None:
        return unfit
    rule, end, closed = _index_end(times, now)
    credit = timedelta(seconds=times.supplement_seconds)
    due = index_due(times, maximum)
    late_by = timedelta() if due is None else max(end - due - credit, timedelta())
    deadline = None if due is None else _later(due, credit)
    if rule is DossierRule.OPEN_REQUESTS:
        reason = say(
            "Có {n} yêu cầu bổ sung chưa được đáp ứng nên tính là quá hạn.",
            "{n} requests for supplements are unanswered, which counts as late.",
            n=times.open_requests,
        )
        return Verdict(Outcome.OPEN_LATE, rule, reason, late_by, deadline)
    if due is None:
        return _leave_out(DossierRule.NO_LIMIT)
    outcome = decide(closed=closed, late=late_by > timedelta())
    reason = say(
        "{step}; {limit}{credit}; {outcome}.",
        "{step}; {limit}{credit}; {outcome}.",
        step=step_words(rule, end),
        limit=_limit_words(times, maximum),
        credit=_credit_words(credit),
        outcome=outcome_words(outcome, late_by, due + credit - end if late_by == timedelta() else timedelta()),
    )
    return Verdict(outcome, rule, reason, late_by, deadline)


def index_due(times: DossierTimes, maximum: timedelta | None) -> datetime | None:
    """The due date that the index compares with, before supplements: as appointed, else the
    start and the procedure's maximum; None where neither is known."""
    start = belongs_at(times)
    if times.due_at is not None or maximum is None or start is None:
        return times.due_at
    return _later(start, maximum)


def _index_end(times: DossierTimes, now: datetime) -> tuple[DossierRule, datetime, bool]:
    """The rule that gives the end, the end, and whether the dossier is closed."""
    closed = closing(times)
    if closed is not None:
        return *closed, True
    if times.status in CLOSED:
        return DossierRule.END_UNKNOWN, now, True
    if times.open_requests > 1:
        return DossierRule.OPEN_REQUESTS, now, False
    if times.open_requests == 1 and times.first_open_request_at is not None:
        return DossierRule.ONE_OPEN_REQUEST, times.first_open_request_at, False
    return DossierRule.STILL_OPEN, now, False


def _not_counted(times: DossierTimes) -> Verdict | None:
    if times.status == DRAFT:
        return _leave_out(DossierRule.DRAFT)
    if belongs_at(times) is None:
        return _leave_out(DossierRule.NO_START)
    if times.received_at is None:
        closed = closing(times)
        if closed[0] is DossierRule.WITHDRAWN if closed else times.status == WITHDRAWN:
            return _leave_out(DossierRule.WITHDRAWN_UNRECEIVED)
    return None


def _leave_out(rule: DossierRule) -> Verdict:
    return Verdict(Outcome.NOT_COUNTED, rule, LEFT_OUT[rule])


def _later(moment: datetime, span: timedelta) -> datetime:
    """A later moment, the last one there is where the calendar ends before it."""
    try:
        return moment + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
