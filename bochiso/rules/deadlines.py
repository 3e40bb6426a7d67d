"""When a publication (indicators 1.1, 1.2) and a petition (5.2) are on time, in working days.

The days are the rule set's (`RuleSet.deadlines`); these functions only count them.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.rules.calendar import Calendar
from bochiso.rules.rule_set import Deadline, RuleSet
from bochiso.rules.verdict import UNSETTLED, Outcome, Verdict, also, day_of, decide, end_of, outcome_words
from bochiso.text import say

Body = Literal["ministry", "province"]


def deadline_day(deadline: Deadline, event: date, calendar: Calendar) -> date:
    """The last day in time, so many working days before or after the day of the event."""
    return calendar.add_working_days(event, -deadline.days if deadline.side == "before" else deadline.days)


def publication_on_time(
    rules: RuleSet,
    indicator: Literal["PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"],
    body: Body,
    event: date | None,
    done: date | None,
    today: date,
    calendar: Calendar,
) -> Verdict:
    """Whether one publication of a procedure is on time.

    For 1.1 (PUBLISH_ON_TIME) `event` is the day the procedure takes effect and `done` the day
    its publication decision was signed; for 1.2 (PUBLIC_UPDATE_ON_TIME) they are the day of the
    decision and the day it was entered in the national database.

    Not yet done: `today` stands for it, and the publication is open. Without the event's day it
    is not counted, as nothing can be said. Raises ComputeError where the set has no such deadline.
    """
    found = (line for line in rules.deadlines if line.indicator == indicator and line.body in (body, None))
    deadline = _known(next(found, None), f"{indicator} ({body})", rules)
    if event is None:
        reason = say(
            "Chưa biết ngày làm mốc tính hạn.", "The day that the deadline counts from is not known."
        )
        return Verdict(Outcome.NOT_COUNTED, deadline.code, reason)
    return _judge(deadline, event, done, today, calendar)


class PetitionTimes(Struct, frozen=True, kw_only=True):
    """The moments of a petition (phản ánh, kiến nghị), in UTC; None where there is none.

    forwarded_at: the latest forwarding to another body.
    """

    sent_at: datetime
    forwarded_at: datetime | None = None
    refused_at: datetime | None = None
    supplement_asked_at: datetime | None = None
    resolved_at: datetime | None = None
    published_at: datetime | None = None


def petition_on_time(rules: RuleSet, times: PetitionTimes, now: datetime, calendar: Calendar) -> Verdict:
    """Whether a petition is handled on time (indicator 5.2): each step taken must be in time.

    Refusing, asking for supplements and resolving count from the citizen's sending or the latest
    forwarding before the step. Publishing the answer counts from the resolution, which hands it
    over to be published: counted from the sending, no answer of the third day or later could be
    published in time. A petition neither refused nor resolved is open, and `now` is compared
    with the day to resolve it. An answer that was never published is not judged for that.

    The verdict is that of the first late step, else of the last step.
    """
    closed = times.refused_at is not None or times.resolved_at is not None
    steps = [
        ("PETITION_REFUSE", times.refused_at),
        ("PETITION_SUPPLEMENT", times.supplement_asked_at),
        ("PETITION_RESOLVE", times.resolved_at),
        ("PETITION_PUBLISH", times.published_at),
    ]
    verdicts = [_step(rules, times, code, at, at, calendar) for code, at in steps if at is not None]
    if not closed:
        verdicts.append(_step(rules, times, "PETITION_RESOLVE", None, now, calendar))
    first = next((one for one in verdicts if one.outcome.late), None)
    if first is None:
        return verdicts[-1]
    outcome = decide(closed=closed, late=True)
    return Verdict(outcome, first.rule, first.reason, first.late_by, first.deadline_at)


def _step(
    rules: RuleSet, times: PetitionTimes, code: str, at: datetime | None, now: datetime, calendar: Calendar
) -> Verdict:
    deadline = _known(rules.deadline.get(code), code, rules)
    handed_over = times.resolved_at if code == "PETITION_PUBLISH" else None
    starts = (times.forwarded_at, handed_over)
    usable = [start for start in starts if start is not None and times.sent_at <= start <= now]
    start = max(usable, default=times.sent_at)
    return _judge(deadline, day_of(start), None if at is None else day_of(at), day_of(now), calendar)


def _judge(deadline: Deadline, event: date, done: date | None, today: date, calendar: Calendar) -> Verdict:
    last = deadline_day(deadline, event, calendar)
    left = last - (done or today)
    outcome = decide(closed=done is not None, late=left < timedelta())
    step = (
        say("chưa thực hiện, tính đến ngày {today}", "not yet done on {today}", today=today)
        if done is None
        else say("thực hiện ngày {done}", "done on {done}", done=done)
    )
    settled = calendar.settled(min(event, last), max(event, last))
    reason = say(
        "{name_vi}: {step}, chậm nhất là ngày {last}{notes}; {outcome}.",
        "{name_en}: {step}, due by {last}{notes}; {outcome}.",
        name_vi=deadline.names.vi,
        name_en=deadline.names.en,
        step=step,
        last=last,
        notes=also([] if settled else [UNSETTLED]),
        outcome=outcome_words(outcome, left),
    )
    return Verdict(outcome, deadline.code, reason, max(-left, timedelta()), end_of(last))


def _known(deadline: Deadline | None, code: str, rules: RuleSet) -> Deadline:
    if deadline is not None:
        return deadline
    raise ComputeError(
        say(
            "bộ chỉ số {id} không có thời hạn {code}.",
            "the set {id} has no deadline {code}.",
            id=rules.id,
            code=code,
        ),
        do=say("Thêm thời hạn này vào mục deadlines.", "Add this deadline to the key deadlines."),
    )
