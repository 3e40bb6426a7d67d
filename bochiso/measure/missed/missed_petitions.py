"""The petitions that an indicator counts below and not above: handled late, disliked, sent again."""

from ibis import Table, ifelse

from bochiso.measure.cube import is_set
from bochiso.measure.indicators import INDICATORS
from bochiso.measure.missed.item_columns import chosen_why, listed, mendable
from bochiso.measure.missed.why_missed import Mend, Why
from bochiso.measure.open_dossiers import DAY_SECONDS
from bochiso.measure.petition_indicators import judged_petitions, petition_flags, sent_by_then
from bochiso.measure.query_parameters import moment_parameter
from bochiso.rules.rule_set import RuleSet

OF_PETITIONS = ("PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION")
"""Indicators of which each petition is an item."""


def missed_petitions(rules: RuleSet, indicator: str, mend: Mend) -> Table:
    """The petitions of `units_chosen` sent in the period asked for that an indicator missed, as ITEM."""
    sent = sent_by_then(True)
    sent = sent.filter(sent.sent_at >= moment_parameter("asked_first"))
    each = judged_petitions(sent, rules, "petition")
    missed = each.filter(~petition_flags(each)[INDICATORS[indicator][0]])
    closed_at = missed.PETITION_RESOLVE.coalesce(missed.PETITION_REFUSE)
    is_open = missed.open_until.notnull()
    missed = missed.mutate(
        item=missed.petition,
        open=is_open,
        began=missed.sent_at,
        ended_at=ifelse(is_open, None, closed_at),
        days=(missed.open_until.coalesce(closed_at).delta(missed.sent_at, unit="second") / DAY_SECONDS).round(
            1
        ),
        why=chosen_why(
            (missed.late & is_open, Why.OPEN_LATE),
            (missed.late, Why.ENDED_LATE),
            (is_set(missed.disliked), Why.DISLIKED),
            (is_set(missed.repeated), Why.REPEATED),
        ),
        mendable=mendable(is_open, mend),
    )
    return listed(missed)
