"""What each procedure costs a unit of its points."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.measure.indicators import INDICATORS, Row
from bochiso.score.scoring import ScoredUnit
from bochiso.text import hundredths

ADDITIVE = (
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
"""Indicators that count dossiers, so that each dossier is some procedure's; the others count procedures."""


class ProcedureShare(Struct, frozen=True):
    """One indicator of one procedure, and the points that the unit lost there by its dossiers."""

    indicator: str
    numerator: int
    denominator: int
    lost: Decimal


class ProcedureLoss(Struct, frozen=True):
    """One procedure of a unit. `lost`: points of all its shares; name None where the list lacks it."""

    procedure: str | None
    name: str | None
    received: int
    lost: Decimal
    shares: tuple[ProcedureShare, ...]


def procedure_losses(rows: Sequence[Row], names: Mapping[str, str], score: ScoredUnit) -> list[ProcedureLoss]:
    """The procedures of a unit, the greatest loss first.

    `rows` is the unit's cube by procedure. What an indicator lost is shared among procedures by
    the dossiers that missed it: one that all its dossiers met costs nothing.
    """
    each_miss = _points_each(rows, score)
    found = []
    for row in rows:
        exact = {code: each_miss[code] * _missed(row, code) for code in ADDITIVE}
        shares = tuple(
            ProcedureShare(code, row[INDICATORS[code][0]], row[INDICATORS[code][1]], hundredths(lost))
            for code, lost in exact.items()
        )
        name = names.get(row["procedure"])
        found.append((sum(exact.values()), row, name, shares))
    found.sort(key=lambda each: (-each[0], -each[1]["received"], each[1]["procedure"] or ""))
    return [
        ProcedureLoss(row["procedure"], name, row["received"], hundredths(Fraction(lost)), shares)
        for lost, row, name, shares in found
    ]


COVERED = Fraction(4, 5)
"""Dossiers that are kept here tell what procedures cost where they are at least so many of those scored."""


def _is_covered(rows: Sequence[Row], code: str, scored: Decimal | int | None) -> bool:
    here = sum(int(row[INDICATORS[code][1]]) for row in rows)
    return scored is None or here >= COVERED * Fraction(scored)


def _points_each(rows: Sequence[Row], score: ScoredUnit) -> dict[str, Fraction]:
    """The points that one dossier that missed an indicator cost; nothing where most of them aren't here."""
    known = {each.rule.code: each for each in score.indicators if each.inherited_from is None}
    costs = {}
    for code in ADDITIVE:
        each, missed = known.get(code), sum(_missed(row, code) for row in rows)
        if each is None or each.points is None or not _is_covered(rows, code, each.count.denominator):
            costs[code] = Fraction(0)
            continue
        lost = each.rule.points - each.points
        costs[code] = Fraction(lost) / missed if missed else Fraction(0)
    return costs


def _missed(row: Row, code: str) -> int:
    top, bottom = INDICATORS[code]
    return int(row[bottom]) - int(row[top])
