"""Indicators of procedures: published in time, online, with a fee, connected (1.1 to 1.3, 3.1, 3.5, 4.5b)."""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue

from bochiso.measure.asked import day_asked
from bochiso.measure.cube import HANDLED, is_set, number_of
from bochiso.measure.limits import with_calendar
from bochiso.measure.schema import PROCEDURES, PUBLICATIONS, UNITS, UNITS_WITHIN, due_days
from bochiso.rules.model import RuleSet
from bochiso.units.model import Level

OFFERED = ("procedures", "offered_online", "with_fee", "integrated", "for_citizens", "known_connected")
"""What is counted of the procedures that a unit offers, whether it handled any or not."""

PUBLISH, UPDATE = "PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"
ONLINE_LEVELS = ("partial", "full")


def procedure_counts() -> Table:
    """By unit, of the procedures within its authority: all, online, used online, with a fee, and so on.

    Reads the tables of facts and `handled` as handled() gives it. A unit has the procedures of its
    office, or of every unit of its level, both in the list of its own province, and those of the units
    below it, each once.
    """
    units, every = _units(), _offered()
    offered = _within_authority(units.join(every, units.of_province == every.province))
    offered = offered.group_by(by="of").aggregate(**{name: offered[name].sum() for name in OFFERED})
    handled, own = _handled_with_provinces(), _procedures().rename(of_province="province")
    did = _within_authority(handled.join(own, ["procedure", "of_province"]))
    seen = is_set(did.open_to_citizens) & ~is_set(did.population_connected) & did.population
    used = did.group_by(user="of").aggregate(
        services_used=number_of(_online(did) & did.online),
        procedures_paid=number_of(is_set(did.fee) & did.paid),
        seen_connected=number_of(seen),
    )
    both = offered.left_join(used, offered.by == used.user)
    both = both.mutate(connected=both.known_connected + both.seen_connected.fill_null(0))
    return both.drop("user", "known_connected", "seen_connected").rename(unit="by")


def _offered() -> Table:
    """OFFERED, of the procedures of each office and level: a few rows, so that units meet few."""
    own = _procedures()
    online, fee, citizens = _online(own), is_set(own.fee), is_set(own.open_to_citizens)
    return own.group_by("province", "office", "authority").aggregate(
        procedures=own.count(),
        offered_online=number_of(online),
        with_fee=number_of(fee),
        integrated=number_of(fee & is_set(own.payment_integrated)),
        for_citizens=number_of(citizens),
        known_connected=number_of(citizens & is_set(own.population_connected)),
    )


def _units() -> Table:
    """The units; `top`: whether others are below it."""
    units = ibis.table(UNITS, name="units_measured")
    tops = units.select(top_of="parent").distinct()
    units = units.left_join(tops, units.unit == tops.top_of)
    return units.select(of="unit", of_level="level", of_province="province", top=units.top_of.notnull())


def _procedures() -> Table:
    return ibis.table(PROCEDURES, name="procedures").drop("name")


def _handled_with_provinces() -> Table:
    """What each unit did with each procedure, one with others below it with all of them; with its level."""
    units, within = _units(), ibis.table(UNITS_WITHIN, name="units_within")
    did = ibis.table(HANDLED, name="handled").rename(by="unit")
    placed = did.join(units, did.by == units.of)
    own = placed.filter(placed.top).select(did.columns)
    lifted = did.join(within.filter(within.top != within.inside), did.by == within.inside)
    every = own.union(lifted.mutate(by=lifted.top).select(did.columns))
    flags = {name: every[name].any() for name in ("online", "paid", "population")}
    summed = every.group_by("by", "procedure").aggregate(**flags)
    alone = placed.filter(~placed.top)  # far more than the others, and as they are
    return alone.union(summed.join(units, summed.by == units.of).select(alone.columns))


def _within_authority(pairs: Table) -> Table:
    """Pairs of unit and procedure where the procedure is the unit's, or that of one below it."""
    units, within = ibis.table(UNITS, name="units_measured"), ibis.table(UNITS_WITHIN, name="units_within")
    offices = within.select(office_top="top", office_of="inside")
    levels = (
        within.join(units, within.inside == units.unit).select(level_top="top", level_of="level").distinct()
    )
    placed = pairs.left_join(offices, [pairs.of == offices.office_top, pairs.office == offices.office_of])
    placed = placed.left_join(
        levels, [placed.of == levels.level_top, placed.authority == levels.level_of, placed.office.isnull()]
    )
    top = placed.of_level.isin([Level.PROVINCE.value, Level.MINISTRY.value])
    theirs = placed.filter(placed.office_of.notnull() | placed.level_of.notnull() | top)
    return theirs.drop("office_top", "office_of", "level_top", "level_of")


def _online(procedures: Table) -> BooleanValue:
    return is_set(procedures.online_level.isin(ONLINE_LEVELS))


def publication_counts(rules: RuleSet) -> Table:
    """By province (as `unit`), its procedures published and entered in time, and with every part.

    1.1 counts the procedures decided in the period, late where a decision was signed after the last
    working day allowed before it takes effect; 1.2 those same procedures, late where not entered in
    the national database by the last day allowed after a decision. A procedure counts once; late once
    in the period is late. 1.3 has no period: every public procedure as it is now.
    """
    once = (
        _publications(rules)
        .group_by("province", "procedure")
        .aggregate(
            judged=lambda each: each.judged.any(),
            published_late=lambda each: each.published_late.any(),
            entered_late=lambda each: each.entered_late.any(),
        )
    )
    decided = once.group_by("province").aggregate(
        n_publish=number_of(once.judged & ~once.published_late),
        d_publish=number_of(once.judged),
        n_update=number_of(~once.entered_late),
        d_update=once.count(),
    )
    listed = _procedures()
    public = is_set(listed.public)
    content = listed.group_by(unit="province").aggregate(
        n_content=number_of(public & is_set(listed.content_full)), d_content=number_of(public)
    )
    return content.left_join(decided, content.unit == decided.province).drop("province")


def _publications(rules: RuleSet) -> Table:
    """The decisions of the period, by what is known of them on the day asked for.

    `judged`: it says when it takes effect. Where the table of days doesn't reach as far, no working
    days decide: it was signed before it took effect by more than any deadline, or after.
    """
    table, today = with_calendar(ibis.table(PUBLICATIONS, name="publications")), day_asked("asked_today")
    decided = table.decided_on.between(day_asked("asked_first_day"), day_asked("asked_last_day"))
    table = table.filter(decided, table.decided_on <= today)
    codes = {d.indicator: d.code for d in rules.deadlines if d.body == "province"}
    days = ibis.table(due_days(d.code for d in rules.deadlines), name="due_days")
    sign = days.select(sign_by="calendar", sign_event="day", sign_last=days[codes[PUBLISH]])
    enter = days.select(enter_by="calendar", enter_event="day", enter_last=days[codes[UPDATE]])
    table = table.left_join(sign, [table.effective_on == sign.sign_event, table.calendar == sign.sign_by])
    table = table.left_join(enter, [table.decided_on == enter.enter_event, table.calendar == enter.enter_by])
    signed = table.decided_on <= table.sign_last.coalesce(table.effective_on)
    entered = ibis.least(table.entered_on.coalesce(today), today)  # what comes later hasn't come yet
    judged = table.effective_on.notnull()
    return table.select(
        "province",
        "procedure",
        judged=judged,
        published_late=ifelse(judged, ~signed, False),
        entered_late=entered > table.enter_last,
    )
