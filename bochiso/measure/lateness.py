"""The index's clock (rule 2.1) as one expression over the table of dossiers.

It states what `index_verdict(stood_at(times, as_of), end, maximum)` of bochiso.rules.lateness says
of one dossier; a test holds the two together on 100,000 generated ones.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, IntegerColumn

from bochiso.rules.dossier_times import CLOSED, DRAFT, WITHDRAWN

CLOSINGS = ("done_at", "returned_at", "stopped_at", "refused_at", "withdrawn_at")


def with_clock(dossiers: Table) -> Table:
    """The dossiers with what rule 2.1 finds of each, moments in UTC without a zone.

    Later than `asked_as_of` nothing has happened yet; `asked_end` stands for the end of what is
    still open. Needs those two, the columns of schema.DOSSIERS and `maximum_hours`.

    Adds: began; counted: whether it takes part; closed; on_time: finished early or on time, or open
    within its deadline; seconds: from start to end less answered supplements. Each step is a table
    of its own, so that the engine works a thing out once.
    """
    return _judged(with_end(dossiers))


def with_end(dossiers: Table) -> Table:
    """The dossiers with began, closed, requests (unanswered ones), and what stands for the end: ended.

    closing: the moment of the step that closed it; those of `with_clock` and the law's clock.
    """
    return _ended(_happened(dossiers))


def _happened(dossiers: Table) -> Table:
    """Only what happened by then; `ever`: any closing moment, of whatever time."""
    nothing = ibis.null("timestamp")
    names = (*CLOSINGS, "first_open_request_at")
    moments = {
        f"{name}_": ifelse(dossiers[name] <= dossiers.asked_as_of, dossiers[name], nothing) for name in names
    }
    return dossiers.mutate(
        began=dossiers.received_at.coalesce(dossiers.filed_at),
        ever=ibis.coalesce(*(dossiers[name] for name in CLOSINGS)).notnull(),
        waited=dossiers.supplement_seconds.fill_null(0),
        **moments,
    )


def _ended(table: Table) -> Table:
    """Whether it is closed, and what stands for the end: its closing step, one open request, else now."""
    # Stopped or refused: the earlier, where it was both.
    both = ibis.least(
        table.stopped_at_.coalesce(table.refused_at_), table.refused_at_.coalesce(table.stopped_at_)
    )
    table = table.mutate(finished=table.done_at_.coalesce(table.returned_at_, both))
    table = table.mutate(closing=table.finished.coalesce(table.withdrawn_at_))
    unknown = (~table.ever & _one_of(table.status, CLOSED)).fill_null(False)
    asked = table.first_open_request_at.isnull() | table.first_open_request_at_.notnull()
    table = table.mutate(
        closed=table.closing.notnull() | unknown,
        withdrawn=ifelse(
            table.closing.notnull(),
            table.finished.isnull(),
            unknown & (table.status == WITHDRAWN).fill_null(False),
        ),
        requests=ifelse(asked, table.open_requests.fill_null(0), 0),
    )
    waiting = ifelse(
        ~table.closed & (table.requests == 1), table.first_open_request_at_, ibis.null("timestamp")
    )
    return table.mutate(ended=table.closing.coalesce(waiting, table.asked_end))


def _judged(table: Table) -> Table:
    """Two requests unanswered, and nothing closed it: late whatever its due date."""
    table = table.mutate(
        seconds=table.ended.delta(table.began, unit="second") - table.waited,
        too_many=~table.closed & (table.requests > 1),
    )
    limited = table.due_at.notnull() | table.maximum_hours.notnull() | table.too_many
    left = ifelse(
        table.due_at.notnull(),
        table.due_at.delta(table.ended, unit="second") + table.waited,
        table.maximum_hours.cast("int64") * 3600 - table.seconds,
    )
    table = table.mutate(
        counted=(table.status.fill_null(0) != DRAFT)
        & table.began.notnull()
        & limited
        & ~(table.received_at.isnull() & table.withdrawn),
        timely=(left >= 0).fill_null(False) & ~table.too_many,
    )
    return table.mutate(on_time=table.counted & table.timely)


def _one_of(column: IntegerColumn, values: Iterable[int]) -> BooleanValue:
    """Whether it has one of a few values; DuckDB would join every row with a list of them."""
    return reduce(or_, (column == value for value in sorted(values)))
