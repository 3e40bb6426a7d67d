"""Petitions one by one: which were late, what is still to be done, and the last day of each step."""

from ibis import Table, ifelse

from bochiso.measure.cube import is_set
from bochiso.measure.petition_indicators import STEPS, judged_petitions, last_day, sent_by_then
from bochiso.measure.query_parameters import moment_parameter
from bochiso.rules.rule_set import RuleSet

KEPT = ("petition", "dossier", "status")
LAST_DAYS = {
    "PETITION_REFUSE": "refuse_by",
    "PETITION_SUPPLEMENT": "supplement_by",
    "PETITION_RESOLVE": "resolve_by",
    "PETITION_PUBLISH": "publish_by",
}
"""The last day of each step: of one that was taken as it was then, else as it is now."""


def petition_list(rules: RuleSet) -> Table:
    """The petitions of `units_chosen` sent in the period asked for, and older ones that still wait.

    Columns: petition, unit, dossier, about, status, sent_at, forwarded_at, the moments of STEPS as far as
    they had come, `open`, `late` as petition_counts has it, `…_late` of each step, those of LAST_DAYS,
    disliked, repeated, `in_period`: whether the period's figures count it.
    """
    first, as_of = moment_parameter("asked_first"), moment_parameter("asked_as_of")
    judged = judged_petitions(sent_by_then(True), rules, *KEPT)
    judged = judged.mutate(in_period=judged.sent_at >= first, open=judged.open_until.notnull())
    judged = judged.filter(judged.in_period | judged.open)
    lasts = {name: last_day(judged, code, judged[code].coalesce(as_of)) for code, name in LAST_DAYS.items()}
    # The answer is what is published; a refusal is published with itself.
    lasts["publish_by"] = ifelse(judged.resolved_at <= as_of, lasts["publish_by"], None)
    return judged.select(
        *KEPT, "unit", "about", "sent_at", "open", "late", "in_period",
        forwarded_at=ifelse(judged.forwarded_at <= as_of, judged.forwarded_at, None),
        **{at: judged[code] for code, at in STEPS.items()},
        **{f"{code}_late": judged[f"{code}_late"] for code in STEPS},
        **lasts,
        disliked=is_set(judged.disliked),
        repeated=is_set(judged.repeated),
    ).order_by("sent_at", "petition")  # fmt: skip
