"""Peers of like size and kind: units of one level with about as many dossiers, a fifth more or less."""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.score.ranking import LevelStandings, Standing
from bochiso.text import hundredths
from bochiso.units.kinds import commune_kind

LIKE_SIZE = Fraction(1, 5)
"""By how much of a unit's own number of dossiers a peer's may differ."""

DOSSIERS = "RESOLVED_ON_TIME"
"""The indicator whose denominator is how many dossiers a unit handled."""


class SizePeers(Struct, frozen=True):
    """The units like one, itself among them, best first. place: its own among them; dossiers: its own number;
    mean: of their totals."""

    dossiers: int
    place: int
    rows: tuple[Standing, ...]
    mean: Decimal


def size_peers(level: LevelStandings, code: str) -> SizePeers | None:
    """The peers of a ranked unit; None where its dossiers aren't known, or nobody is like it."""
    ranked = [row for row in level.rows if row.score.total is not None]
    own = next((row for row in ranked if row.score.unit.code == code), None)
    size = None if own is None else dossiers_of(own)
    if own is None or not size:
        return None
    kind = commune_kind(own.score.unit)
    rows = tuple(
        row for row in ranked if commune_kind(row.score.unit) == kind and _like(dossiers_of(row), size)
    )
    if len(rows) < 2:
        return None
    totals = [row.score.total for row in rows if row.score.total is not None]
    place = 1 + sum(total > (own.score.total or 0) for total in totals)
    return SizePeers(size, place, rows, hundredths(Fraction(sum(totals)) / len(totals)))


def dossiers_of(row: Standing) -> int | None:
    """How many dossiers a unit handled; None where that isn't known."""
    found = next(
        (each.count.denominator for each in row.score.indicators if each.rule.code == DOSSIERS), None
    )
    return None if found is None else int(found)


def _like(size: int | None, own: int) -> bool:
    return size is not None and abs(size - own) <= LIKE_SIZE * own
