"""Form against index (Circular 09/2026/TT-BTP, Article 15.2): each difference by its cause.

A form counts what was received, handled and open from the 15th to the 14th; the index what was received in
the calendar's period, as it stands now. The two sides are tables of an engine, one row a dossier or
petition; what is only on one of them has exactly one cause, so causes always add up to the difference.
"""

from enum import StrEnum

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, StringValue

from bochiso.measure.cube import is_set, judged
from bochiso.measure.forms.handling import (
    AGAIN,
    CARRIED,
    EARLY,
    LATE,
    NEW,
    ON_DAY,
    handled_dossiers,
    never_received,
)
from bochiso.measure.forms.petition_stock import counted_petitions
from bochiso.measure.limits import HOURS_AHEAD
from bochiso.measure.petition_indicators import sent_by_then
from bochiso.measure.portal_sync import listed_dossiers
from bochiso.measure.query_parameters import moment_parameter


class ReconciledLine(StrEnum):
    """A figure of the form and the index's figure that it is held against."""

    RECEIVED = "received"
    """Form 07's dossiers received, and the denominator of 1.4."""
    ON_TIME = "on_time"
    """Form 07's dossiers handled early or on time, and the numerator of 2.1."""
    PORTAL = "portal"
    """Dossiers received, the denominator of 1.4, and those of them that the portal's own list has."""
    PETITIONS = "petitions"
    """Form 06's petitions received, and the denominator of 5.2."""


class DifferenceCause(StrEnum):
    """Why a dossier or petition counts on one side alone."""

    CARRY_OVER = "carry_over"
    REOPENED = "reopened"
    CUT_OFF = "cut_off"
    NOT_RECEIVED = "not_received"
    OPEN_IN_TIME = "open_in_time"
    ENDED_LATER = "ended_later"
    LATER = "later"
    NO_DUE_DATE = "no_due_date"
    SUPPLEMENT = "supplement"
    REAPPOINTED = "reappointed"
    OTHER_DAY = "other_day"
    DAY_OR_HOUR = "day_or_hour"
    NOT_SYNCED = "not_synced"
    READ_BEFORE = "read_before"
    REFUSED = "refused"
    UNCLASSIFIED = "unclassified"
    UNEXPLAINED = "unexplained"


FORM_SIDE: dict[str, str] = {
    "key": "string",  # the dossier's number, or the petition's
    "unit": "string",
    "came": "string",
    "state": "string",
    "entered": "timestamp",
    "ended": "timestamp",
    "unlimited": "boolean",
    "undated": "boolean",
    "supplemented": "boolean",
    "reappointed": "boolean",
    "other_day": "boolean",
}
"""What the form counts, a row each: the table `form_side`."""

INDEX_SIDE: dict[str, str] = {
    "key": "string",
    "unit": "string",
    "entered": "timestamp",
    "open": "boolean",
    "ended": "timestamp",
    "judged": "boolean",
    "on_time": "boolean",
    "outside": "boolean",  # never received, so no form has it
}
"""What the index counts: the table `index_side`."""

_PETITION_KEY = " "
"""Between a petition's province and its number: the number alone is not one in the country."""


def form_side() -> Table:
    """FORM_SIDE of the dossiers of `units_chosen` in the form's period."""
    return handled_dossiers(subset=True).rename(key="dossier").select(*FORM_SIDE)


def index_side() -> Table:
    """INDEX_SIDE of the dossiers of `units_chosen` in the index's period."""
    d = judged(True, "dossier", "status", "received_at", "accepted_at")
    return d.select(
        "unit", "open", "on_time",
        key=d.dossier,
        entered=ibis.greatest(d.began, d.accepted_at.coalesce(d.began)),
        ended=ifelse(d.open, None, d.ended),
        judged=d.counted,
        outside=never_received(d),
    ).select(*INDEX_SIDE)  # fmt: skip


def petition_form_side() -> Table:
    """FORM_SIDE of the petitions of `units_chosen` that form 06 counts."""
    p = counted_petitions(subset=True)
    p = p.filter(p.fits)
    nothing, no = ibis.null("timestamp"), ibis.literal(False)
    return p.select(
        "unit", "came", "entered",
        key=p.province.fill_null("") + _PETITION_KEY + p.petition,
        state=ifelse(p.done, ON_DAY, "open"),
        ended=nothing, unlimited=no, undated=no, supplemented=no, reappointed=no, other_day=no,
    ).select(*FORM_SIDE)  # fmt: skip


def petition_index_side() -> Table:
    """INDEX_SIDE of the petitions of `units_chosen` that 5.2 counts; outside: refused, judged: classified."""
    p = sent_by_then(subset=True)
    p = p.filter(p.sent_at >= moment_parameter("asked_first"))
    return p.select(
        "unit",
        entered=p.sent_at,
        key=p.province.fill_null("") + _PETITION_KEY + p.petition,
        open=p.resolved_at.isnull(), ended=p.resolved_at, judged=p.about.notnull(),
        on_time=ibis.literal(True), outside=p.refused_at.notnull(),
    ).select(*INDEX_SIDE)  # fmt: skip


def portal_form_side() -> Table:
    """FORM_SIDE of the dossiers of `units_chosen` that 1.4 is over; "later": after the list was read."""
    return _listed(listed_dossiers(subset=True))


def portal_index_side() -> Table:
    """INDEX_SIDE of those of them that the portal's list has."""
    d = listed_dossiers(subset=True)
    d = d.filter(d.early, d.number.notnull())
    yes, nothing = ibis.literal(True), ibis.null("timestamp")
    return d.select(
        "unit", key=d.dossier, entered=d.began, open=yes, ended=nothing, judged=yes, on_time=yes,
        outside=ibis.literal(False),
    ).select(*INDEX_SIDE)  # fmt: skip


def _listed(d: Table) -> Table:
    no, nothing = ibis.literal(False), ibis.null("timestamp")
    return d.select(
        "unit", key=d.dossier, came=ibis.literal(NEW), state=ifelse(d.early, "open", _LATER), entered=d.began,
        ended=nothing, unlimited=no, undated=no, supplemented=no, reappointed=no, other_day=no,
    ).select(*FORM_SIDE)  # fmt: skip


_LATER = "later"


def differences(line: ReconciledLine) -> Table:
    """What counts on one side alone: key, unit, side (1: the form's, -1: the index's), cause, days.

    Of the tables `form_side` and `index_side`; the form's period is the one asked for. received_on and
    ended_on are Việt Nam's days, None where not known.
    """
    form, index = ibis.table(FORM_SIDE, name="form_side"), ibis.table(INDEX_SIDE, name="index_side")
    form = form.mutate(unit=form.unit, in_form=_counts(form, line))
    index = index.rename(
        other="unit", index_entered="entered", index_ended="ended", index_open="open", index_judged="judged"
    ).mutate(in_index=index.on_time if line is ReconciledLine.ON_TIME else ibis.literal(True))
    both = form.outer_join(index, "key")
    both = both.mutate(
        key=both.key.coalesce(both.key_right),
        unit=both.unit.coalesce(both.other),
        here=both.in_form.notnull(),
        there=both.in_index.notnull(),
        in_form=is_set(both.in_form),
        in_index=is_set(both.in_index),
    ).drop("key_right")
    both = both.filter(both.in_form != both.in_index)
    cause = ifelse(both.in_form, _form_alone(both, line), _index_alone(both, line))
    ahead = ibis.interval(hours=HOURS_AHEAD)
    return both.select(
        "key", "unit",
        side=ifelse(both.in_form, 1, -1),
        cause=cause,
        received_on=(both.entered.coalesce(both.index_entered) + ahead).date(),
        ended_on=(both.ended.coalesce(both.index_ended) + ahead).date(),
    )  # fmt: skip


def totals(line: ReconciledLine) -> Table:
    """How many the form and the index count, in one row."""
    form, index = ibis.table(FORM_SIDE, name="form_side"), ibis.table(INDEX_SIDE, name="index_side")
    counted = form.filter(_counts(form, line)).aggregate(form=ibis._.count())
    against = index.filter(index.on_time) if line is ReconciledLine.ON_TIME else index
    return counted.cross_join(against.aggregate(index=ibis._.count()))


def _counts(form: Table, line: ReconciledLine) -> BooleanValue:
    if line is ReconciledLine.ON_TIME:
        return (form.state == EARLY) | (form.state == ON_DAY)
    return form.state.notnull()


def _form_alone(d: Table, line: ReconciledLine) -> StringValue:
    """Why the form counts what the index doesn't."""
    if line is ReconciledLine.PORTAL:
        read_before = (d.state == _LATER, DifferenceCause.READ_BEFORE.value)
        return ibis.cases(read_before, else_=DifferenceCause.NOT_SYNCED.value)
    period = (
        (~d.there & (d.came == CARRIED), DifferenceCause.CARRY_OVER.value),
        (~d.there & (d.came == AGAIN), DifferenceCause.REOPENED.value),
        (~d.there, DifferenceCause.CUT_OFF.value),
    )
    if line is not ReconciledLine.ON_TIME:
        return ibis.cases(*period, else_=DifferenceCause.UNEXPLAINED.value)
    return ibis.cases(
        *period,
        (~is_set(d.index_judged), DifferenceCause.NO_DUE_DATE.value),
        (_changed(d), DifferenceCause.LATER.value),
        else_=_clocks(d),
    )


def _index_alone(d: Table, line: ReconciledLine) -> StringValue:
    """Why the index counts what the form doesn't."""
    after = d.index_entered > moment_parameter("asked_end")
    before = d.index_entered <= moment_parameter("asked_before")
    if line is ReconciledLine.PETITIONS:
        return ibis.cases(
            (is_set(d.outside), DifferenceCause.REFUSED.value),
            (~is_set(d.index_judged), DifferenceCause.UNCLASSIFIED.value),
            (~d.here & (after | before), DifferenceCause.CUT_OFF.value),
            else_=DifferenceCause.UNEXPLAINED.value,
        )
    period = (
        (is_set(d.outside), DifferenceCause.NOT_RECEIVED.value),
        (~d.here & (after | before), DifferenceCause.CUT_OFF.value),
        (~d.here, DifferenceCause.UNEXPLAINED.value),
    )
    if line is ReconciledLine.RECEIVED:
        return ibis.cases(*period, else_=DifferenceCause.UNEXPLAINED.value)
    still = d.state.notnull() & ~(d.state == LATE)  # open at the form's end
    return ibis.cases(
        *period,
        (still & is_set(d.index_open), DifferenceCause.OPEN_IN_TIME.value),
        (still, DifferenceCause.ENDED_LATER.value),
        (_changed(d), DifferenceCause.LATER.value),
        else_=_clocks(d),
    )


def _changed(d: Table) -> BooleanValue:
    """Whether a dossier that had ended by the form's day stands otherwise now."""
    return is_set(d.index_open) | is_set(d.index_ended != d.ended)


def _clocks(d: Table) -> StringValue:
    """What the law's clock and the index's see differently in one dossier."""
    return ibis.cases(
        (is_set(d.undated) | is_set(d.unlimited), DifferenceCause.NO_DUE_DATE.value),
        (is_set(d.supplemented), DifferenceCause.SUPPLEMENT.value),
        (is_set(d.reappointed), DifferenceCause.REAPPOINTED.value),
        (is_set(d.other_day), DifferenceCause.OTHER_DAY.value),
        else_=DifferenceCause.DAY_OR_HOUR.value,
    )
