"""Form 07 of Circular 09/2026/TT-BTP: dossiers received, handled and in progress, as one expression.

Each dossier is told as it stood at the period's end. Whether it was in time says the law's clock
(measure/legal_clock.py), for a form speaks of the day that a result was due by law; where that can't
judge, the index's. Why so: docs/decisions/0024-forms.md.
"""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue

from bochiso.measure.cube import ONLINE, is_set, number_of, of_chosen, was_accepted, with_procedures
from bochiso.measure.index_clock import with_closing, with_verdict
from bochiso.measure.legal_clock import with_legal_clock
from bochiso.measure.limits import day_of, with_calendar, with_limit_end
from bochiso.measure.query_parameters import moment_parameter
from bochiso.measure.schema import CLOSINGS, DOSSIERS
from bochiso.rules.dossier_times import REFUSED, WITHDRAWN

NEW, CARRIED, AGAIN = "new", "carried", "again"
"""How a dossier came into the period: received in it, open from the one before, or re-opened in it."""

FULL, PARTIAL, BY_POST, IN_PERSON = "online_full", "online_partial", "by_post", "in_person"
WAYS = (FULL, PARTIAL, BY_POST, IN_PERSON)
"""How a dossier was filed."""

EARLY, ON_DAY, LATE, OPEN, OPEN_LATE = "early", "on_day", "late", "open_in_time", "open_late"
STATES = (EARLY, ON_DAY, LATE, OPEN, OPEN_LATE)
"""How a dossier stood at the period's end: ended before the last day, on it, after it; or open."""

COUNTED = (*WAYS, CARRIED, *STATES)
"""The columns that a form is filled from."""

ASIDE = (AGAIN, "unlimited", "level_unknown")
"""What is told below a form: re-opened ones among WAYS, those without any limit, those of unknown level."""

_POST = 3
_OWN = (
    "dossier", "unit", "province", "procedure", "field_name", "channel", "status", "filed_at", "received_at",
    "accepted_at", "due_at", "appointed_at", "reappointed_at", *CLOSINGS, "reopened_at", "earlier",
    "last_known_at", "requests",
)  # fmt: skip


def handling_counts(*, subset: bool = False) -> Table:
    """Numbers of dossiers by unit and field of work in the period asked for: COUNTED and ASIDE.

    `subset`: only of `units_chosen`.
    """
    each = handled_dossiers(subset=subset)
    counts = {way: number_of((each.came != CARRIED) & (each.way == way)) for way in WAYS}
    counts |= {came: number_of(each.came == came) for came in (CARRIED, AGAIN)}
    counts |= {state: number_of(each.state == state) for state in STATES}
    counts |= {name: number_of(each[name]) for name in ("unlimited", "level_unknown")}
    return each.group_by("unit", "field").aggregate(**counts)


def handled_dossiers(*, subset: bool = False) -> Table:
    """The dossiers that the form counts in the period asked for, one row each.

    Columns: dossier, unit, field (None: nobody names it), procedure, came, way, state; entered: when it
    was received; ended: when it was closed, None while open; unlimited: no limit is known, so it counts
    as in time; level_unknown: filed online, the procedure's level not known, so it counts as partial;
    supplemented, reappointed, undated, other_day (the law's last day isn't the appointed one): what the
    clocks differ by.
    """
    end = moment_parameter("asked_end")
    listed = with_procedures(
        _present(subset).rename(own_field="field_name"),
        "maximum_hours", "working_days", "online_level", "field_name",
    ).drop("calendar")  # fmt: skip
    law = with_legal_clock(with_calendar(listed), end, end)
    law = law.mutate(undated=law.due_at.isnull())
    return _told(with_verdict(with_limit_end(law)))


def _present(subset: bool) -> Table:
    """Dossiers received by the period's end and not ended before it: what a later message says is known."""
    before, end = moment_parameter("asked_before"), moment_parameter("asked_end")
    d = of_chosen(ibis.table(DOSSIERS, name="dossiers"), subset).select(*_OWN)
    began = d.received_at.coalesce(d.filed_at)
    entered = ibis.greatest(began, d.accepted_at.coalesce(began))
    d = d.mutate(entered=entered).filter(
        entered <= end, was_accepted(d, end), d.unit.notnull(), ~never_received(d)
    )
    stood = with_closing(d.mutate(now=d.status), before, before)
    stood = stood.mutate(status=stood.now, fresh=stood.entered > before, was_open=~stood.closed)
    again = ~stood.was_open & _reopened(stood)
    came = ibis.cases((stood.fresh, NEW), (stood.was_open, CARRIED), (again, AGAIN))
    return stood.mutate(came=came).filter(lambda each: each.came.notnull()).select(*_OWN, "entered", "came")


def never_received(d: Table) -> BooleanValue:
    """Whether dossiers were refused, or taken back, without having been received."""
    gone = (d.status == REFUSED) | (d.status == WITHDRAWN)
    return d.received_at.isnull() & is_set(gone)


def _reopened(d: Table) -> BooleanValue:
    """Whether a dossier was opened again in the period."""
    before, end = moment_parameter("asked_before"), moment_parameter("asked_end")
    undone = d.earlier.filter(lambda each: (each.reopened_at > before) & (each.reopened_at <= end))
    return is_set(undone.length() > 0) | is_set((d.reopened_at > before) & (d.reopened_at <= end))


def _told(clock: Table) -> Table:
    online = is_set(clock.channel == ONLINE)
    clock = clock.mutate(
        known=clock.legal_counted | clock.counted,
        timely=ifelse(clock.legal_counted, clock.legal_on_time, clock.on_time | ~clock.counted),
        # The clock that judges says the last day, and the day that it takes for that of the end.
        last_day=ifelse(clock.legal_counted, clock.legal_day, day_of(_index_due(clock))),
        last_worked=ifelse(
            clock.legal_counted,
            day_of(clock.legal_ended),
            day_of(clock.ended - clock.waited.as_interval("s")),
        ),
        level_unknown=online & ~is_set(clock.online_level.isin(("full", "partial"))),
        way=ibis.cases(
            (online & is_set(clock.online_level == "full"), FULL),
            (online, PARTIAL),
            (is_set(clock.channel == _POST), BY_POST),
            else_=IN_PERSON,
        ),
    )
    early = clock.known & is_set(clock.last_worked < clock.last_day)
    state = ibis.cases(
        (clock.closed & ~clock.timely, LATE),
        (clock.closed & early, EARLY),
        (clock.closed, ON_DAY),
        (clock.timely, OPEN),
        else_=OPEN_LATE,
    )
    return clock.select(
        "dossier", "unit", "procedure", "came", "way", "entered", "undated",
        state=state,
        field=clock.field_name.coalesce(clock.own_field),
        ended=ifelse(clock.closed, clock.closed_at.coalesce(moment_parameter("asked_end")), None),
        unlimited=~clock.known,
        level_unknown=clock.level_unknown & (clock.came != CARRIED),
        supplemented=clock.completed_at.notnull() | (clock.waiting > 0),
        reappointed=clock.reappointed_at.notnull(),
        other_day=is_set(clock.legal_day != day_of(clock.due_at)),
    )  # fmt: skip


def _index_due(clock: Table) -> ibis.expr.types.TimestampValue:
    longest = clock.maximum_hours.fill_null(0).cast("int64") * 3600
    return clock.due_at.coalesce(clock.began + longest.as_interval("s"))
