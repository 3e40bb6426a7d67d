"""Indicators of publication (1.1 to 1.3): from the register, and from the list for what it doesn't have.

The register keeps every decision: a procedure late once in the period is late for the period, and a
later decision launders nothing. The list of procedures has the latest decision of each alone.
"""

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, DateValue

from bochiso.measure.cube import is_set, number_of
from bochiso.measure.query_parameters import day_parameter
from bochiso.measure.schema import PROCEDURES, PUBLICATIONS, due_days
from bochiso.rules.rule_set import RuleSet

PUBLISH, UPDATE = "PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"
_FLAGS = ("judged", "late", "to_enter", "entered_late", "public", "full")


def publication_counts(rules: RuleSet) -> Table:
    """One row: procedures published and entered in time, and with every part, for the province.

    1.1 counts the procedures decided in the period, late where a decision was signed after the
    last working day allowed before it takes effect; 1.2 those same procedures, late where not
    entered in the national database by the last day allowed after the decision. 1.3 has no
    period: every public procedure as it is now, until the day that it is abolished from.
    """
    each = _registered(rules).union(_listed(rules))
    return each.aggregate(
        n_publish=number_of(each.judged & ~each.late),
        d_publish=number_of(each.judged),
        n_update=number_of(each.to_enter & ~each.entered_late),
        d_update=number_of(each.to_enter),
        n_content=number_of(each.public & each.full),
        d_content=number_of(each.public),
    )


def abolished() -> Table:
    """The procedures that the register's latest decision abolished, on or before the day asked for."""
    latest = _latest()
    gone = is_set(latest.kind == "abolished") & is_set(latest.effective_on <= day_parameter("asked_today"))
    return latest.filter(gone).select("procedure")


def _register() -> Table:
    return ibis.table(PUBLICATIONS, name="publications")


def _latest() -> Table:
    """Of each procedure the latest decision that is known by the day asked for."""
    rows = _register()
    on = rows.decided_on.coalesce(rows.ministry_on)
    rows = rows.mutate(on=on, effective_on=rows.effective_on.coalesce(on)).filter(
        on <= day_parameter("asked_today")
    )
    return rows.group_by("procedure").aggregate(
        kind=rows.kind.argmax(rows.on),
        effective_on=rows.effective_on.argmax(rows.on),
        content_full=rows.content_full.argmax(rows.on),
        published=rows.decided_on.notnull().any(),
    )


def _judged(rows: Table, rules: RuleSet) -> Table:
    """Rows with `decided_on`, `effective_on` and `entered_on`, each judged by the province's deadlines."""
    today = day_parameter("asked_today")
    codes = {d.indicator: d.code for d in rules.deadlines if d.body == "province"}
    days = ibis.table(due_days(d.code for d in rules.deadlines), name="due_days")
    sign = days.select(sign_event=days.day, sign_last=days[codes[PUBLISH]])
    enter = days.select(enter_event=days.day, enter_last=days[codes[UPDATE]])
    dated = rows.left_join(sign, rows.effective_on == sign.sign_event)
    dated = dated.left_join(enter, dated.decided_on == enter.enter_event)
    decided = is_set(_within(dated.decided_on) & (dated.decided_on <= today))
    entered = dated.entered_on.coalesce(today)
    return dated.mutate(
        judged=decided & dated.sign_last.notnull(),
        late=decided & is_set(dated.decided_on > dated.sign_last),
        to_enter=decided & dated.enter_last.notnull(),
        entered_late=decided & is_set(entered > dated.enter_last),
    )


def _within(day: DateValue) -> BooleanValue:
    return day.between(day_parameter("asked_first_day"), day_parameter("asked_last_day"))


def _registered(rules: RuleSet) -> Table:
    """Each procedure of the register: late once is late."""
    judged = _judged(_register(), rules)
    names = ("judged", "late", "to_enter", "entered_late")
    each = judged.group_by("procedure").aggregate(**{name: judged[name].any() for name in names})
    latest = _latest().rename(of="procedure")
    gone = abolished().rename(gone="procedure")
    checked = ibis.table(PROCEDURES, name="procedures").select(listed="procedure", known_full="content_full")
    each = each.left_join(latest, each.procedure == latest.of)
    each = each.left_join(gone, each.procedure == gone.gone)
    each = each.left_join(checked, each.procedure == checked.listed)
    return each.mutate(
        public=is_set(each.published) & each.gone.isnull(),
        full=is_set(each.content_full.coalesce(each.known_full)),
    ).select(*_FLAGS)


def _listed(rules: RuleSet) -> Table:
    """Each procedure of the list that the register doesn't have."""
    rows = ibis.table(PROCEDURES, name="procedures").drop("name").anti_join(_register(), "procedure")
    judged = _judged(rows, rules)
    return judged.mutate(public=judged.decided_on.notnull(), full=is_set(judged.content_full)).select(*_FLAGS)
