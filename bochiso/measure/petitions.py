"""Indicators of petitions (5.1 to 5.3), as one expression.

States what `bochiso.rules.deadlines.petition_on_time` says of one petition: each step taken must
be in time, counted in working days from the sending or the latest forwarding before it.
"""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, DateValue, TimestampValue

from bochiso.measure.cube import with_asked
from bochiso.measure.schema import PETITIONS, due_days
from bochiso.rules.model import RuleSet

STEPS = {
    "PETITION_REFUSE": "refused_at",
    "PETITION_SUPPLEMENT": "supplement_asked_at",
    "PETITION_RESOLVE": "resolved_at",
    "PETITION_PUBLISH": "published_at",
}
COUNTS = ("petitions", "about_procedures", "about_staff", "petitions_on_time", "petitions_satisfied")
"""What is counted, each a number of petitions."""

PETITION_CUBE: dict[str, str] = {"unit": "string", **dict.fromkeys(COUNTS, "int64")}
"""The counts as a table, which the engine keeps while a period is measured."""

HOURS_AHEAD = 7
"""Việt Nam's time is UTC+7 all year."""


def petition_counts(rules: RuleSet) -> Table:
    """COUNTS by unit of the petitions sent in the period asked for, as they stood then."""
    petitions = with_asked(ibis.table(PETITIONS, name="petitions"))
    sent = petitions.filter(
        petitions.sent_at >= petitions.asked_first,
        petitions.sent_at < petitions.asked_after,
        petitions.sent_at <= petitions.asked_as_of,
        petitions.unit.notnull(),
    )
    judged, late = _late(sent, rules)
    unhappy = judged.disliked.fill_null(False) | judged.repeated.fill_null(False)
    return judged.group_by("unit").aggregate(
        petitions=judged.count(),
        about_procedures=ifelse(judged.about == "procedure", 1, 0).sum(),
        about_staff=ifelse(judged.about == "staff", 1, 0).sum(),
        petitions_on_time=ifelse(late, 0, 1).sum(),
        petitions_satisfied=ifelse(late | unhappy, 0, 1).sum(),
    )


def _late(table: Table, rules: RuleSet) -> tuple[Table, BooleanValue]:
    """The petitions with their deadlines joined on, and whether any step is late."""
    days = ibis.table(due_days(d.code for d in rules.deadlines), name="due_days")
    late: list[str] = []
    for code, column in STEPS.items():
        table = table.mutate(**{f"{code}_at": _happened(table[column], table.asked_as_of)})
    closed = table["PETITION_REFUSE_at"].notnull() | table["PETITION_RESOLVE_at"].notnull()
    table = table.mutate(open_at=ifelse(closed, ibis.null("timestamp"), table.asked_end))
    for code, step in [*((code, f"{code}_at") for code in STEPS), ("PETITION_RESOLVE", "open_at")]:
        start = _start(table, table[step], published=code == "PETITION_PUBLISH")
        limit = days.select(**{f"{step}_event": days.day, f"{step}_last": days[code]})
        table = table.mutate(**{f"{step}_start": _day(start)})
        table = table.left_join(limit, table[f"{step}_start"] == limit[f"{step}_event"])
        table = table.mutate(**{f"{step}_late": (_day(table[step]) > table[f"{step}_last"]).fill_null(False)})
        late.append(f"{step}_late")
    any_late = table[late[0]]
    for name in late[1:]:
        any_late = any_late | table[name]
    return table, any_late


def _happened(moment: TimestampValue, as_of: TimestampValue) -> TimestampValue:
    return ifelse(moment <= as_of, moment, ibis.null("timestamp"))


def _start(table: Table, at: TimestampValue, *, published: bool) -> TimestampValue:
    """The latest of sending, forwarding and, for publishing, resolving that is not after the step."""
    starts = [table.sent_at]
    for moment in (table.forwarded_at, *((table.resolved_at,) if published else ())):
        starts.append(ifelse(moment <= at, moment, table.sent_at))
    latest = starts[0]
    for moment in starts[1:]:
        latest = ifelse(moment.notnull() & (moment > latest), moment, latest)
    return latest


def _day(moment: TimestampValue) -> DateValue:
    return (moment + ibis.interval(hours=HOURS_AHEAD)).date()
