"""Indicators of petitions (5.1 to 5.3), as one expression.

States what `bochiso.rules.deadlines.petition_on_time` says of one petition: each step taken must
be in time, counted in working days from the sending or the latest forwarding before it.
"""

from functools import reduce
from operator import or_

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, DateValue, TimestampValue

from bochiso.measure.cube import is_set, number_of, of_chosen, with_month
from bochiso.measure.limits import day_of, with_calendar
from bochiso.measure.query_parameters import moment_parameter
from bochiso.measure.schema import PETITIONS, due_days
from bochiso.rules.rule_set import RuleSet

STEPS = {
    "PETITION_REFUSE": "refused_at",
    "PETITION_SUPPLEMENT": "supplement_asked_at",
    "PETITION_RESOLVE": "resolved_at",
    "PETITION_PUBLISH": "published_at",
}
STARTS = ("sent_at", "forwarded_at", "resolved_at")
"""What a step is counted from; the resolution only where it is published."""


def petition_counts(rules: RuleSet, *keys: str, subset: bool = False) -> Table:
    """Numbers by unit of the petitions sent in the period asked for, as they stood then.

    `subset`: only of `units_chosen`. `keys`: by which it is told besides, as the cube has them; the month is
    that of the sending.
    """
    sent = sent_by_then(subset)
    judged = judged_petitions(sent.filter(sent.sent_at >= moment_parameter("asked_first")), rules)
    judged = with_month(judged.mutate(began=judged.sent_at), keys)
    flags = petition_flags(judged)
    return judged.group_by(*keys, "unit").aggregate(
        petitions=judged.count(), **{name: number_of(flag) for name, flag in flags.items()}
    )


def petition_flags(judged: Table) -> dict[str, BooleanValue]:
    """Of each petition, whether the counts of indicators have it; `petitions` has every one."""
    unhappy = is_set(judged.disliked) | is_set(judged.repeated)
    return {
        "about_procedures": is_set(judged.about == "procedure"),
        "about_staff": is_set(judged.about == "staff"),
        "petitions_on_time": ~judged.late,
        "petitions_satisfied": ~judged.late & ~unhappy,
    }


def sent_by_then(subset: bool) -> Table:
    """The petitions sent before the end of the period asked for, as far as they were by that moment."""
    petitions = of_chosen(ibis.table(PETITIONS, name="petitions"), subset)
    # Some systems tell only when a petition reached them.
    petitions = petitions.mutate(sent_at=petitions.sent_at.coalesce(petitions.forwarded_at))
    return petitions.filter(
        petitions.sent_at < moment_parameter("asked_after"),
        petitions.sent_at <= moment_parameter("asked_as_of"),
        petitions.unit.notnull(),
    )


def judged_petitions(sent: Table, rules: RuleSet, *more: str) -> Table:
    """The petitions as they stood then, each step by its deadline's code, with `more` of their columns.

    Adds: open_until, where it still waits; late; for each step whether it was late (`…_late`), and its last
    day from each start (`sent_at_…`), which `last_day` takes the latest of.
    """
    return _judged(_with_limits(with_calendar(_happened(sent, *more)), rules))


def _happened(table: Table, *more: str) -> Table:
    nothing, as_of = ibis.null("timestamp"), moment_parameter("asked_as_of")
    steps = {code: ifelse(table[at] <= as_of, table[at], nothing) for code, at in STEPS.items()}
    table = table.mutate(**steps)
    closed = table.PETITION_REFUSE.notnull() | table.PETITION_RESOLVE.notnull()
    return table.mutate(open_until=ifelse(closed, nothing, moment_parameter("asked_end"))).select(
        "unit", "province", "about", "disliked", "repeated", *STARTS, *STEPS, "open_until", *more
    )


def _with_limits(table: Table, rules: RuleSet) -> Table:
    """The petitions with the last days of each step from each start: `sent_at_PETITION_REFUSE`, and so on."""
    days = ibis.table(due_days(each.code for each in rules.deadlines), name="due_days")
    for start in STARTS:
        lasts = {f"{start}_{code}": days[code] for code in STEPS}
        limits = days.select(**{f"{start}_of": days.day, f"{start}_calendar": days.calendar, **lasts})
        same = [day_of(table[start]) == limits[f"{start}_of"], table.calendar == limits[f"{start}_calendar"]]
        table = table.left_join(limits, same)
    return table


def _judged(table: Table) -> Table:
    """`late`: whether any step is, or the petition is still open after the day to resolve it."""
    steps = [*((code, code) for code in STEPS), ("open_until", "PETITION_RESOLVE")]
    late = {
        f"{step}_late": is_set(day_of(table[step]) > last_day(table, code, table[step]))
        for step, code in steps
    }
    table = table.mutate(**late)
    return table.mutate(late=reduce(or_, (table[name] for name in late)))


def last_day(table: Table, code: str, at: TimestampValue) -> DateValue:
    """The last day for a step: that from the latest start before it, which is the latest of those days."""
    days = [table[f"sent_at_{code}"]]
    for start in STARTS[1:] if code == "PETITION_PUBLISH" else STARTS[1:2]:
        days.append(ifelse(table[start] <= at, table[f"{start}_{code}"], days[0]))
    return ibis.greatest(*days)
