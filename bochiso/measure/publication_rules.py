"""Indicators of publication (1.1 to 1.3), from the decisions that published procedures.

The register keeps every decision; of a procedure that it doesn't have, the list of procedures names
them. A procedure late once in the period is late for the period: a later decision launders nothing.
"""

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, DateValue

from bochiso.measure.cube import is_set, number_of
from bochiso.measure.limits import with_calendar
from bochiso.measure.query_parameters import day_parameter
from bochiso.measure.schema import PROCEDURES, PUBLICATIONS, due_days
from bochiso.rules.deadlines import Body
from bochiso.rules.rule_set import RuleSet

PUBLISH, UPDATE = "PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"
_KEY = ("province", "procedure")
_READ = (
    *_KEY,
    "registered",
    "kind",
    "ministry_on",
    "decided_on",
    "effective_on",
    "entered_on",
    "content_full",
)


def publication_counts(rules: RuleSet) -> Table:
    """By province or ministry (as `unit`), its procedures published and entered in time, and with every part.

    1.1 counts the procedures decided in the period, late where a decision was signed after the
    last working day allowed before it takes effect; 1.2 those same procedures, late where not
    entered in the national database by the last day allowed after the decision. A procedure counts
    once. 1.3 has no period: every public procedure as it is now, until the day that it is abolished from.
    `undated`: procedures that 1.1 can't judge, no decision saying when it takes effect; `ended`: those
    that were public and are abolished.
    """
    each = published_procedures(rules)
    return each.group_by(unit="province").aggregate(**{name: number_of(each[name]) for name in COUNTED})


COUNTED = ("n_publish", "d_publish", "n_update", "d_update", "n_content", "d_content", "undated", "ended")
"""What is counted of published procedures: numerators and denominators, and those left out."""


def published_procedures(rules: RuleSet) -> Table:
    """Each procedure that a decision published, and whether the counts of 1.1 to 1.3 have it (COUNTED).

    decided_on, entered_on: the latest days of its decisions in the period.
    """
    listed = ibis.table(PROCEDURES, name="procedures").select(*_KEY, known_full="content_full")
    each = _judged(rules).join(_standing(), _KEY)
    each = each.left_join(listed, _KEY)
    each = each.mutate(public=each.published & ~each.gone)
    return each.mutate(
        n_publish=each.judged & ~each.published_late,
        d_publish=each.judged,
        n_update=each.decided & ~each.entered_late,
        d_update=each.decided,
        n_content=each.public & is_set(each.content_full.coalesce(each.known_full)),
        d_content=each.public,
        undated=each.decided & ~each.judged,
        ended=each.published & each.gone,
    )


def abolished() -> Table:
    """The procedures that the register's latest decision abolished, on or before the day asked for."""
    return _standing().filter(lambda each: each.gone).select(*_KEY)


def _decisions() -> Table:
    return ibis.table(PUBLICATIONS, name="publications").select(*_READ)


def _standing() -> Table:
    """How each procedure stands by what is known on the day asked for.

    Of the list of procedures, which says how things stand, every decision counts for what is `published`.
    """
    rows, today = _decisions(), day_parameter("asked_today")
    rows = rows.mutate(on=rows.decided_on.coalesce(rows.ministry_on))
    known = is_set(rows.on <= today)
    each = rows.group_by(*_KEY).aggregate(
        published=(rows.decided_on.notnull() & (known | ~rows.registered)).any(),
        kind=rows.kind.coalesce("changed").argmax(rows.on, where=known),
        effective_on=rows.effective_on.coalesce(rows.on).argmax(rows.on, where=known),
        content_full=rows.content_full.argmax(rows.on, where=known),
    )
    gone = is_set(each.kind == "abolished") & is_set(each.effective_on <= today)
    return each.select(*_KEY, "published", "content_full", gone=gone)


def _judged(rules: RuleSet) -> Table:
    """Each procedure by its decisions in the period, as far as they are known on the day asked for.

    `judged`: a decision says when it takes effect. Where the table of days doesn't reach as far, no
    working days decide: it was signed before it took effect by more than any deadline, or after.
    """
    rows, today = with_calendar(_decisions()), day_parameter("asked_today")
    dated = _with_last(rules, rows, "sign_last", PUBLISH, "effective_on")
    dated = _with_last(rules, dated, "enter_last", UPDATE, "decided_on")
    decided = is_set(_within(dated.decided_on) & (dated.decided_on <= today))
    entered = ibis.least(dated.entered_on.coalesce(today), today)  # what comes later hasn't come yet
    late = is_set(dated.decided_on > dated.sign_last.coalesce(dated.effective_on))
    return dated.group_by(*_KEY).aggregate(
        decided=decided.any(),
        judged=(decided & dated.effective_on.notnull()).any(),
        published_late=(decided & late).any(),
        entered_late=(decided & is_set(entered > dated.enter_last)).any(),
        decided_on=dated.decided_on.max(where=decided),
        entered_on=dated.entered_on.max(where=decided),
    )


def _with_last(rules: RuleSet, rows: Table, name: str, indicator: str, event: str) -> Table:
    """The rows with a column `name`: the last day in time, by the deadline of a province or of a ministry."""
    days = ibis.table(due_days(d.code for d in rules.deadlines), name="due_days")

    def by_deadline(body: Body) -> DateValue:
        lines = (d.code for d in rules.deadlines if d.indicator == indicator and d.body in (body, None))
        return days[code] if (code := next(lines, None)) else ibis.null("date")

    last = days.select(
        last_by="calendar",
        last_event="day",
        of_province=by_deadline("province"),
        of_ministry=by_deadline("ministry"),
    )
    dated = rows.left_join(last, [rows[event] == last.last_event, rows.calendar == last.last_by])
    whose = ibis.ifelse(dated.province.startswith("G"), dated.of_ministry, dated.of_province)
    return dated.mutate(**{name: whose}).drop(*last.columns)


def _within(day: DateValue) -> BooleanValue:
    return day.between(day_parameter("asked_first_day"), day_parameter("asked_last_day"))
