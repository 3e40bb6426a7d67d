"""The dossiers that an indicator counts below and not above: late, not digitised, not paid online."""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue

from bochiso.measure.cube import judged, marks_of, number_of
from bochiso.measure.indicators import INDICATORS
from bochiso.measure.ministries import ministry_of
from bochiso.measure.missed.item_columns import chosen_why, listed, mendable
from bochiso.measure.missed.why_missed import Mend, Why
from bochiso.measure.open_dossiers import DAY_SECONDS, passed
from bochiso.measure.query_parameters import code_parameter, moment_parameter

OF_DOSSIERS = (
    "RESOLVED_ON_TIME",
    "ONLINE_FILING",
    "PAYMENT_DOSSIERS",
    "ORIGINAL_RESULT_AVAILABLE",
    "SO_HOA_GIAY_TO_GIAI_QUYET",
    "REUSED_DIGITIZED_DATA",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
    "CITIZEN_DATA_CONNECTED_DOSSIER",
    "DOSSIER_RECEIVING_SATISFACTION",
)
"""Indicators of which each dossier is an item."""

_LATE = ("RESOLVED_ON_TIME", "DOSSIER_RECEIVING_SATISFACTION")
_MORE = ("dossier", "sender", "status", "field_name")


def missed_dossiers(indicator: str, mend: Mend) -> Table:
    """The dossiers of `units_chosen` received in the period asked for that an indicator missed, as ITEM.

    By the very counts of the cube.
    """
    chosen = judged(True, *_MORE)
    missed = chosen.filter(_missed(chosen, indicator))
    late = missed.counted & ~missed.on_time
    since = missed.ended.delta(missed.began, unit="second")
    missed = missed.mutate(
        item=missed.dossier,
        ministry=ministry_of(missed),
        ended_at=ifelse(missed.open, None, missed.ended),
        seconds=ifelse(late, passed(missed), since) if indicator in _LATE else since,
        why=_why(missed, indicator, late),
        mendable=mendable(missed.open, mend),
    )
    missed = missed.mutate(days=(missed.seconds / DAY_SECONDS).round(1))
    return listed(missed)


def missed_numbers(*keys: str, subset: bool = True) -> Table:
    """How many dossiers each of OF_DOSSIERS missed, and how many of them are open (`…_open`).

    One row, or one by `keys`; `subset`: only of `units_chosen`.
    """
    chosen = judged(subset)
    missed = {code: _missed(chosen, code) for code in OF_DOSSIERS}
    counts = {code: number_of(each) for code, each in missed.items()}
    return (chosen.group_by(*keys) if keys else chosen).aggregate(
        **counts, **{f"{code}_open": number_of(each & chosen.open) for code, each in missed.items()}
    )


def missed_of_one() -> Table:
    """Of the dossier asked for, where the period asked for has it, by OF_DOSSIERS whether each missed it."""
    chosen = judged(True, "dossier")
    chosen = chosen.filter(chosen.dossier == code_parameter("asked_dossier"))
    return chosen.select(**{code: _missed(chosen, code) for code in OF_DOSSIERS})


def _missed(chosen: Table, indicator: str) -> BooleanValue:
    top, bottom = INDICATORS[indicator]
    flags = marks_of(chosen)
    return ~flags[top] if bottom == "received" else flags[bottom] & ~flags[top]


def _why(missed: Table, indicator: str, late: BooleanValue) -> ibis.Value:
    if indicator == "RESOLVED_ON_TIME":
        return chosen_why((missed.open, Why.OPEN_LATE), (~missed.open, Why.ENDED_LATE))
    if indicator == "DOSSIER_RECEIVING_SATISFACTION":
        return chosen_why((late, Why.LATE), (missed.complained, Why.COMPLAINED), (~late, Why.DISLIKED))
    if indicator == "SO_HOA_GIAY_TO_GIAI_QUYET":
        return chosen_why(
            (missed.component_file, Why.NO_RESULT),
            (missed.result_file | ~missed.returns_document.fill_null(False), Why.NO_COMPONENT),
            (~missed.component_file, Why.NO_FILE),
        )
    return ibis.null("string")


def refused_dossiers() -> Table:
    """The refused dossiers of `units_chosen` received in the period asked for, as ITEM."""
    chosen = judged(True, *_MORE, "refused_at")
    as_of = moment_parameter("asked_as_of")
    refused = chosen.filter(~chosen.open, chosen.refused_at <= as_of)
    refused = refused.mutate(
        item=refused.dossier,
        ministry=ministry_of(refused),
        ended_at=refused.refused_at,
        days=(refused.refused_at.delta(refused.began, unit="second") / DAY_SECONDS).round(1),
        mendable=ibis.literal(False),
    )
    return listed(refused)
