"""What units had on their hands in a span of days: carried over, received, finished, still open.

As tables of handling have it: a dossier belongs to every span in which it was open, unlike the index, which
counts it in the period of its receipt. By the index's clock, so that what is overdue here is what
`open_dossiers_of` lists.
"""

import ibis
from ibis import Table

from bochiso.measure.index_clock import with_end, with_verdict
from bochiso.measure.limits import with_limit_end
from bochiso.measure.open_dossiers import DAY_SECONDS, accepted_by
from bochiso.measure.query_parameters import moment_parameter

VIETNAM_SECONDS = 7 * 3600
"""How far Việt Nam's clock is ahead of UTC, which moments are in."""


def caseload() -> Table:
    """Dossiers of each of `units_chosen` since a moment and up to another (`asked_since`, `asked_as_of`).

    `unit` and counts. carried: begun before the first, open then. received: begun since. before, on_day,
    after: finished since then before the due day, on it or in the last hour allowed, later. unlimited:
    finished, without any date to judge by. open: not finished; overdue: of those.
    carried + received = before + on_day + after + unlimited + open.
    """
    first, moment = moment_parameter("asked_since"), moment_parameter("asked_as_of")
    clock = with_verdict(with_limit_end(with_end(accepted_by(moment, subset=True), moment, moment)))
    clock = clock.filter(clock.takes_part, ~(clock.closed & (clock.closed_at < first)))
    done, timely = clock.closed, clock.closed & clock.on_time
    early = timely & (_day(clock.ended, clock.waited) < _day(clock.due_at)).fill_null(False)
    begun = clock.began < first
    return clock.group_by("unit").aggregate(
        carried=begun.sum(),
        received=(~begun).sum(),
        before=early.sum(),
        on_day=(timely & ~early).sum(),
        after=(done & clock.counted & ~clock.on_time).sum(),
        unlimited=(done & ~clock.counted).sum(),
        open=(~done).sum(),
        overdue=(~done & clock.counted & ~clock.on_time).sum(),
    )


def _day(moment: ibis.Value, less: ibis.Value | int = 0) -> ibis.Value:
    """The number of a moment's day in Việt Nam, so many seconds earlier."""
    return (moment.epoch_seconds() - less + VIETNAM_SECONDS) // DAY_SECONDS
