"""The index's clock (rule 2.1) as one expression over the table of dossiers.

It states what `index_verdict(stood_at(times, as_of), end, maximum)` of bochiso.rules.lateness says
of one dossier; a test holds the two together on 100,000 generated ones.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, IntegerColumn, TimestampScalar

from bochiso.rules.dossier_times import CLOSED, DRAFT, WITHDRAWN

CLOSINGS = ("done_at", "returned_at", "stopped_at", "refused_at", "withdrawn_at")


def with_end(dossiers: Table, as_of: TimestampScalar, end: TimestampScalar) -> Table:
    """The dossiers with what stands for the end of each, moments in UTC without a zone.

    Later than `as_of` nothing has happened yet; `end` stands for the end of what is still open.
    Needs the columns of schema.DOSSIERS.

    Adds: began; closed; closing: the moment of the step that closed it; ended: what stands for the
    end; requests: unanswered ones; waited: seconds of answered supplements; seconds: from start to
    end less those; too_many: two unanswered and nothing closed it, late whatever its due date;
    takes_part: counts if it has a limit.

    What few dossiers need stands in a branch or behind a coalesce: engines work it out for those alone.
    """
    d = dossiers
    # Stopped or refused: the earlier, where it was both.
    both = ibis.least(d.stopped_at.coalesce(d.refused_at), d.refused_at.coalesce(d.stopped_at))
    finishing = (d.done_at, d.returned_at, both)
    table = d.mutate(
        began=d.received_at.coalesce(d.filed_at),
        waited=d.supplement_seconds.fill_null(0),
        closing=ibis.cases(*((at <= as_of, at) for at in (*finishing, d.withdrawn_at))),
        requests=ifelse(d.first_open_request_at > as_of, 0, d.open_requests.fill_null(0)),
    )
    # A closing status whose moment nobody gave, of whatever time.
    unknown = _one_of(d.status, CLOSED) & ibis.coalesce(*(d[name] for name in CLOSINGS)).isnull()
    table = table.mutate(closed=ifelse(table.closing.notnull(), True, unknown.fill_null(False)))
    waiting = ifelse(~table.closed & (table.requests == 1), table.first_open_request_at, None)
    finished = reduce(or_, (at <= as_of for at in finishing)).fill_null(False)
    withdrawn = ifelse(table.closing.notnull(), ~finished, table.closed & (table.status == WITHDRAWN))
    table = table.mutate(
        ended=table.closing.coalesce(waiting, end),
        too_many=(table.requests > 1) & ~table.closed,
        takes_part=(table.status.fill_null(0) != DRAFT)
        & ifelse(table.received_at.notnull(), True, table.began.notnull() & ~withdrawn),
    )
    return table.mutate(seconds=table.ended.delta(table.began, unit="second") - table.waited)


def with_verdict(dossiers: Table) -> Table:
    """Those of `with_end` with what rule 2.1 finds of each. Needs `maximum_hours`.

    Adds: counted: whether it takes part; on_time: finished early or on time, or open within its
    deadline.
    """
    limited = dossiers.due_at.notnull() | dossiers.maximum_hours.notnull() | dossiers.too_many
    until_due = dossiers.due_at.delta(dossiers.ended, unit="second") + dossiers.waited
    left = until_due.coalesce(dossiers.maximum_hours.cast("int64") * 3600 - dossiers.seconds)
    table = dossiers.mutate(counted=dossiers.takes_part & limited)
    return table.mutate(on_time=table.counted & ~table.too_many & (left >= 0).fill_null(False))


def _one_of(column: IntegerColumn, values: Iterable[int]) -> BooleanValue:
    """Whether it has one of a few values; DuckDB would join every row with a list of them."""
    return reduce(or_, (column == value for value in sorted(values)))
