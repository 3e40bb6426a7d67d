"""Units that had nothing to do: their points say nothing of their work, so nobody is told off for them."""

from enum import StrEnum

from bochiso.score.ranking import Standing
from bochiso.score.scoring import OF_DOSSIERS, box_points_of

_BOXES = ("TDGQ", "CLGQ", "TTTT", "ONLINE_SERVICE")
"""Boxes that a unit with dossiers can hardly have nothing of at once."""


class Idleness(StrEnum):
    """KNOWN: counts say that it had no dossiers. LIKELY: all boxes of dossiers are 0, no count says why."""

    KNOWN = "known"
    LIKELY = "likely"


def idleness(row: Standing) -> Idleness | None:
    """Whether a unit had no dossiers in the period; None where it had, or where nothing tells."""
    score = row.score
    counts = {each.rule.code: each.count.denominator for each in score.indicators}
    known = [counts[code] for code in OF_DOSSIERS if counts.get(code) is not None]
    if known:
        return None if any(known) else Idleness.KNOWN
    points = [earned for code in _BOXES if (earned := box_points_of(score, code)) is not None]
    return Idleness.LIKELY if len(points) > 1 and not any(points) else None
