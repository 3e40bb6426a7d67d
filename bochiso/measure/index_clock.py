"""The index's clock (rule 2.1) as one expression over the table of dossiers.

It states what `index_verdict(stood_at(history, as_of, end), end, maximum)` of bochiso.rules.lateness
says of one dossier; a test holds the two together on 100,000 generated ones.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_

import ibis
from ibis import Table, ifelse
from ibis.expr.types import (
    ArrayValue,
    BooleanValue,
    IntegerColumn,
    IntegerValue,
    TimestampScalar,
    TimestampValue,
)

from bochiso.measure.schema import CLOSINGS
from bochiso.rules.dossier_times import CLOSED, DRAFT, IN_PROGRESS, WITHDRAWN


def with_end(dossiers: Table, as_of: TimestampScalar, end: TimestampScalar) -> Table:
    """The dossiers as they stood, with what stands for the end of each; moments in UTC without a zone.

    Later than `as_of` nothing has happened yet; what is still open then is judged as it stood at
    `end`, which stands for its end. Needs the columns of schema.DOSSIERS.

    Makes status and due_at what they were. Adds: began; closed; closing: the moment of the step that
    closed it, null where nobody gave one; closed_at: what stands for it; ended: what stands for the
    end; waiting: unanswered requests of an open dossier, first_waiting_at; completed_at: the latest
    supplement; waited: seconds of answered supplements between start and end; seconds: from start to
    end less those; too_many: two unanswered and nothing closed it, late whatever its due date;
    takes_part: counts if it has a limit.
    """
    return _with_course(_with_requests(with_closing(dossiers, as_of, end), end), end)


def with_closing(d: Table, as_of: TimestampScalar, end: TimestampScalar) -> Table:
    """The dossiers with closing, closed, closed_at, withdrawn, and moment: what each is judged at."""
    closing, withdrawn = _closed_by(d, as_of)
    # A closing status whose moment nobody gave: from the latest moment that is known of it.
    unknown = _one_of(d.status, CLOSED) & ibis.coalesce(*(d[name] for name in CLOSINGS)).isnull()
    unknown = unknown & (d.last_known_at.coalesce(as_of) <= as_of) & ~(d.reopened_at > as_of).fill_null(False)
    began = d.received_at.coalesce(d.filed_at)
    table = d.mutate(began=began, closing=closing, withdrawn=withdrawn, unknown=unknown.fill_null(False))
    table = table.mutate(unknown=table.unknown & table.closing.isnull())
    table = table.mutate(moment=ifelse(table.closing.notnull() | table.unknown, as_of, end))
    # Open at `as_of`, but closed at `end` and re-opened in between: few.
    again = (table.moment < as_of) & (table.reopened_at > end)
    closing, withdrawn = _closed_by(table, end)
    table = table.mutate(
        closing=ifelse(again, closing, table.closing), withdrawn=ifelse(again, withdrawn, table.withdrawn)
    )
    gone = ifelse(table.unknown, (table.status == WITHDRAWN).fill_null(False), table.withdrawn)
    table = table.mutate(
        closed_at=ifelse(table.unknown, table.last_known_at, table.closing),
        closed=table.closing.notnull() | table.unknown,
        withdrawn=gone,
    )
    ended_later = ~table.closed & _one_of(table.status, CLOSED).fill_null(False)
    return table.mutate(status=ifelse(ended_later, IN_PROGRESS, table.status))


def _closed_by(d: Table, moment: TimestampScalar) -> tuple[TimestampValue, BooleanValue]:
    """The step that closed a dossier by a moment, and whether that was its withdrawal."""
    before = d.earlier.filter(lambda each: each.reopened_at > moment)[0]
    undone = d.reopened_at > moment
    then, left_then = _ended({name: before[name] for name in CLOSINGS}, moment)
    now, left_now = _ended({name: d[name] for name in CLOSINGS}, moment)
    return ifelse(undone, then, now), ifelse(undone, left_then, left_now)


def _ended(at: Mapping[str, TimestampValue], moment: TimestampScalar) -> tuple[TimestampValue, BooleanValue]:
    # Stopped or refused: the earlier, where it was both.
    stopped, refused = at["stopped_at"], at["refused_at"]
    both = ibis.least(stopped.coalesce(refused), refused.coalesce(stopped))
    finishing = (at["done_at"], at["returned_at"], both)
    closing = ibis.cases(*((each <= moment, each) for each in (*finishing, at["withdrawn_at"])))
    finished = reduce(or_, (each <= moment for each in finishing)).fill_null(False)
    return closing, (at["withdrawn_at"] <= moment).fill_null(False) & ~finished


def _with_requests(d: Table, end: TimestampScalar) -> Table:
    """The requests for supplements at the moment that a dossier is judged at, and its due date then."""
    moment, asked = d.moment, d.requests.notnull()
    waiting = d.requests.filter(
        lambda each: (each.asked_at <= moment) & (each.answered_at.isnull() | (each.answered_at > moment))
    )
    completed = _answered(d).map(lambda each: each.answered_at).maxs()
    # An expression over lists costs what ten others do, and few dossiers have requests: it is worked out
    # for those alone. No list is a column of its own, for a list that is chosen is copied row by row.
    d = d.mutate(
        waiting=ifelse(asked & ~d.closed, waiting.length(), 0),
        first_waiting_at=ifelse(asked & ~d.closed, waiting.map(lambda each: each.asked_at).mins(), None),
        completed_at=ifelse(asked, completed, None),
    )
    only = ifelse(d.waiting == 1, d.first_waiting_at, None)
    d = d.mutate(ended=d.closed_at.coalesce(only, end), **_due_then(d))
    waited = _answered(d).map(_seconds_of(d)).sums().fill_null(0)
    return d.mutate(waited=ifelse(d.requests.notnull(), waited, 0))


def _answered(d: Table) -> ArrayValue:
    """The requests that had been answered."""
    return d.requests.filter(lambda each: each.answered_at <= d.moment)


def _due_then(d: Table) -> dict[str, TimestampValue]:
    """Due dates that an answer which came later had not moved yet."""
    moment = d.moment
    later = d.requests.filter(lambda each: (each.answered_at > moment) & each.due_before.notnull())
    first = later.map(lambda each: each.answered_at).mins()
    found = later.filter(lambda each: each.answered_at == first).map(lambda each: each.due_before).mins()
    found = ifelse(d.requests.notnull(), found, None)
    return {"due_at": found.coalesce(d.due_at), "appointed_at": found.coalesce(d.appointed_at)}


def _seconds_of(d: Table) -> Callable[..., IntegerValue]:
    """The seconds of an answered request that no earlier one covers, between start and end."""

    def seconds(each: ibis.Value) -> IntegerValue:
        before = _answered(d).filter(
            lambda other: (
                (other.asked_at < each.asked_at)
                | ((other.asked_at == each.asked_at) & (other.answered_at < each.answered_at))
            )
        )
        reached = before.map(lambda other: other.answered_at).maxs()
        since = ibis.greatest(each.asked_at, d.began, reached.coalesce(each.asked_at))
        until = ibis.least(each.answered_at, d.ended)
        return ibis.greatest(until.delta(since, unit="second"), 0)

    return seconds


def _with_course(d: Table, end: TimestampScalar) -> Table:
    table = d.mutate(
        too_many=(d.waiting > 1) & ~d.closed,
        seconds=d.ended.delta(d.began, unit="second") - d.waited,
        takes_part=(d.status.fill_null(0) != DRAFT)
        & ifelse(d.received_at.notnull(), True, d.began.notnull() & ~d.withdrawn),
    )
    return table.drop("moment", "withdrawn", "unknown")


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
