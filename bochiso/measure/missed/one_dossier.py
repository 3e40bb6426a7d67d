"""One dossier by both clocks: when it was due and ended, whether it is in time, by the index and by law."""

import ibis
from ibis import Table, ifelse

from bochiso.measure.cube import with_procedures
from bochiso.measure.index_clock import with_end, with_verdict
from bochiso.measure.legal_clock import with_legal_clock
from bochiso.measure.limits import with_calendar, with_limit_end
from bochiso.measure.ministries import ministry_of
from bochiso.measure.open_dossiers import passed
from bochiso.measure.query_parameters import code_parameter, moment_parameter
from bochiso.measure.schema import DOSSIERS

TOLD = (
    "dossier", "unit", "province", "procedure", "channel", "status", "filed_at", "received_at",
    "done_at", "returned_at", "stopped_at", "refused_at", "withdrawn_at", "reopened_at", "requests",
    "reappointments", "result_file", "component_file", "data_reused", "from_store", "population_data",
    "paid_online", "fee_free",
)  # fmt: skip
"""What is told of it as it is now; nothing of it is of a person."""


def both_clocks() -> Table:
    """The dossier asked for as it stood at the moment asked for.

    TOLD; ministry; by the index due_at, ended (null: open), counted, on_time, passed (seconds past its
    date, negative before it; null without a date), waited (seconds of answered supplements); by law
    legal_due_at, legal_ended, legal_counted, legal_on_time, stands_still.
    """
    moment = moment_parameter("asked_as_of")
    d = ibis.table(DOSSIERS, name="dossiers")
    d = d.filter(d.dossier == code_parameter("asked_dossier"))
    d = with_calendar(with_procedures(d, "maximum_hours", "working_days").drop("calendar"))
    index = with_verdict(with_limit_end(with_end(d, moment, moment)))
    law = with_legal_clock(d, moment, moment).select(
        of="dossier", legal_due_at="legal_due_at", legal_counted="legal_counted", legal_closed="legal_closed",
        legal_on_time="legal_on_time", stands_still="stands_still", legal_end="legal_ended",
    )  # fmt: skip
    both = index.join(law, index.dossier == law.of)
    both = both.mutate(
        passed=passed(both),
        end=ifelse(both.closed, both.ended, None),
        legal_ended=ifelse(both.legal_closed, both.legal_end, None),
        ministry=ministry_of(both),
    )
    return both.select(
        *TOLD, "ministry", "due_at", "end", "counted", "on_time", "passed", "waited",
        "legal_due_at", "legal_ended", "legal_counted", "legal_on_time", "stands_still",
    )  # fmt: skip
