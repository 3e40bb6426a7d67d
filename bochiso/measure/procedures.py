"""Indicators of procedures: published in time, online, with a fee, connected (1.1 to 1.3, 3.1, 3.5, 4.5b)."""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, IntegerScalar

from bochiso.measure.cube import with_asked
from bochiso.measure.schema import PROCEDURES, UNITS, due_days
from bochiso.rules.model import RuleSet
from bochiso.units.model import Level

PUBLISH, UPDATE = "PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"
ONLINE_LEVELS = ("partial", "full")


def procedure_counts(handled: Table) -> Table:
    """By unit, of the procedures within its authority: all, online, used online, with a fee, and so on.

    `handled`: what each unit did with each procedure, a row each (unit, procedure, online,
    paid_any, population). A unit has the procedures of its office, or of every unit of its
    level; a province has those of all its units.
    """
    procedures = ibis.table(PROCEDURES, name="procedures")
    units = ibis.table(UNITS, name="units_measured").select(of="unit", of_level="level", of_parent="parent")
    everywhere = procedures.office.isnull() & (units.of_level == procedures.authority)
    province = units.of_level == Level.PROVINCE.value
    own = units.join(procedures, (units.of == procedures.office) | everywhere | province)
    did = handled.select("online", "paid_any", "population", by="unit", what="procedure")
    own = own.left_join(did, (own.of == did.by) & (own.procedure == did.what))
    online = own.online_level.isin(ONLINE_LEVELS).fill_null(False)
    fee, citizens = own.fee.fill_null(False), own.open_to_citizens.fill_null(False)
    connected = own.population_connected.fill_null(False) | (own.population.fill_null(0) > 0)
    return own.group_by(unit=own.of).aggregate(
        procedures=own.count(),
        offered_online=_count(online),
        services_used=_count(online & (own.online.fill_null(0) > 0)),
        with_fee=_count(fee),
        procedures_paid=_count(fee & (own.paid_any.fill_null(0) > 0)),
        integrated=_count(fee & own.payment_integrated.fill_null(False)),
        for_citizens=_count(citizens),
        connected=_count(citizens & connected),
    )


def _count(condition: BooleanValue) -> IntegerScalar:
    return ifelse(condition, 1, 0).sum()


def publication_counts(rules: RuleSet) -> Table:
    """One row: procedures published and entered in time, and with every part, for the province.

    1.1 counts the procedures decided in the period, late where the decision was signed after
    the last working day allowed before it takes effect; 1.2 those same procedures, late where
    not entered in the national database by the last day allowed after the decision. 1.3 has no
    period: every public procedure as it is now.
    """
    procedures = with_asked(ibis.table(PROCEDURES, name="procedures"))
    codes = {d.indicator: d.code for d in rules.deadlines if d.body == "province"}
    days = ibis.table(due_days(d.code for d in rules.deadlines), name="due_days")
    sign = days.select(sign_event=days.day, sign_last=days[codes[PUBLISH]])
    enter = days.select(enter_event=days.day, enter_last=days[codes[UPDATE]])
    dated = procedures.left_join(sign, procedures.effective_on == sign.sign_event)
    dated = dated.left_join(enter, dated.decided_on == enter.enter_event)
    decided = dated.decided_on.between(dated.asked_first_day, dated.asked_last_day)
    decided = decided & (dated.decided_on <= dated.asked_today)
    judged = decided & dated.sign_last.notnull()
    entered = dated.entered_on.coalesce(dated.asked_today)
    public = dated.decided_on.notnull()
    return dated.aggregate(
        n_publish=ifelse(judged & (dated.decided_on <= dated.sign_last), 1, 0).sum(),
        d_publish=ifelse(judged, 1, 0).sum(),
        n_update=ifelse(decided & (entered <= dated.enter_last), 1, 0).sum(),
        d_update=ifelse(decided & dated.enter_last.notnull(), 1, 0).sum(),
        n_content=ifelse(public & dated.content_full.fill_null(False), 1, 0).sum(),
        d_content=ifelse(public, 1, 0).sum(),
    )
