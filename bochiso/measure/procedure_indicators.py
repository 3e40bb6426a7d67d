"""Indicators of procedures: offered online, with a fee, connected (3.1, 3.2, 3.4, 3.5, 4.5b)."""

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue

from bochiso.measure.cube import HANDLED, is_set, number_of
from bochiso.measure.publication_rules import abolished
from bochiso.measure.schema import PROCEDURES, UNITS, UNITS_WITHIN
from bochiso.units.model import Level

OFFERED = ("procedures", "offered_online", "with_fee", "integrated", "for_citizens", "known_connected")
"""What is counted of the procedures that a unit offers, whether it handled any or not."""

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
    used = did.group_by(user="of").aggregate(
        **{name: number_of(flag) for name, flag in used_flags(did).items()}
    )
    both = offered.left_join(used, offered.by == used.user)
    both = both.mutate(connected=both.known_connected + both.seen_connected.fill_null(0))
    return both.drop("user", "known_connected", "seen_connected").rename(unit="by")


def _offered() -> Table:
    """OFFERED, of the procedures of each office and level: a few rows, so that units meet few."""
    own = _procedures()
    flags = {name: number_of(flag) for name, flag in offered_flags(own).items()}
    return own.group_by("province", "office", "authority").aggregate(procedures=own.count(), **flags)


def offered_flags(own: Table) -> dict[str, BooleanValue]:
    """Of each procedure, whether the counts of OFFERED have it; `procedures` has every one."""
    fee, citizens = is_set(own.fee), is_set(own.open_to_citizens)
    return {
        "offered_online": _online(own),
        "with_fee": fee,
        "integrated": fee & is_set(own.payment_integrated),
        "for_citizens": citizens,
        "known_connected": citizens & is_set(own.population_connected),
    }


def used_flags(did: Table) -> dict[str, BooleanValue]:
    """Of each pair of a unit and a procedure that it handled, whether the counts of what was used have it."""
    seen = is_set(did.open_to_citizens) & ~is_set(did.population_connected) & did.population
    return {
        "services_used": _online(did) & did.online,
        "procedures_paid": is_set(did.fee) & did.paid,
        "seen_connected": seen,
    }


def offered_procedures() -> Table:
    """Each unit (`of`) with each procedure within its authority, and what it did with it.

    Columns of PROCEDURES, and of INDICATORS that count procedures, each whether its count has the pair.
    `connected` is that of 4.5b. Sums of them are procedure_counts.
    """
    units, own = _units(), _procedures().rename(of_province="province")
    pairs = _within_authority(units.join(own, "of_province"))
    did = _handled_with_provinces().select(
        did_by="of", did_what="procedure", online="online", paid="paid", population="population"
    )
    both = pairs.left_join(did, [pairs.of == did.did_by, pairs.procedure == did.did_what])
    both = both.mutate(**{name: is_set(both[name]) for name in ("online", "paid", "population")})
    both = both.mutate(**offered_flags(both), **used_flags(both))
    both = both.mutate(connected=both.known_connected | both.seen_connected)
    return both.drop("did_by", "did_what", "known_connected", "seen_connected")


def _units() -> Table:
    """The units; `top`: whether others are below it."""
    units = ibis.table(UNITS, name="units_measured")
    tops = units.select(top_of="parent").distinct()
    units = units.left_join(tops, units.unit == tops.top_of)
    return units.select(of="unit", of_level="level", of_province="province", top=units.top_of.notnull())


def _procedures() -> Table:
    """The procedures in force: those that the register has as abolished by now are left out."""
    listed = ibis.table(PROCEDURES, name="procedures").drop("name")
    return listed.anti_join(abolished(), ["province", "procedure"])


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
