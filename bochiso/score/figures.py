"""Figures of one unit as they came in, before any of them is scored.

null is not 0: a figure that a source did not give is None or absent, never zero.
"""

from collections.abc import Container
from decimal import Decimal

from msgspec import Struct, field

from bochiso.units.model import Unit

TOTAL = "TOTAL"
"""The code under which a unit's total stands beside the codes of groups and indicators."""

RANK = "RANK"
"""The code of a published rank: its numerator is the rank, its denominator among how many."""


class Count(Struct, frozen=True):
    """What a source says of one indicator of one unit.

    `numerator` over `denominator` as counted; `published` are the points that the source
    itself printed for it; `quality` is the source's own remark on the figure.
    """

    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    published: Decimal | None = None
    quality: str | None = None

    @property
    def counted(self) -> bool:
        """Whether points follow from it: both sides are known, or there was nothing to count."""
        return self.denominator == 0 or (self.numerator is not None and self.denominator is not None)

    @property
    def given(self) -> bool:
        """Whether the source gave a figure at all, counts or only points."""
        return self.counted or self.published is not None


class UnitFigures(Struct):
    """All that is known of one unit: any mixture of counts, rates, points and a total.

    `counts` by indicator code; `rates` in percent by group code; `points` as published by
    group code; `total` as published; `rank` as published: the place, among how many. `own`: counted here
    from dossiers, not read from a source.
    """

    unit: Unit
    counts: dict[str, Count] = field(default_factory=dict)
    rates: dict[str, Decimal] = field(default_factory=dict)
    points: dict[str, Decimal] = field(default_factory=dict)
    total: Decimal | None = None
    own: bool = False
    rank: tuple[int, int] | None = None

    def set_figure(
        self,
        code: str,
        numerator: Decimal | None,
        denominator: Decimal | None,
        rate: Decimal | None,
        points: Decimal | None,
        quality: str | None,
        *,
        groups: Container[str],
    ) -> None:
        """Put one figure where it belongs; `groups` are the codes that are groups, not indicators."""
        if code == TOTAL:
            self.total = points
        elif code == RANK:
            self.rank = (int(numerator), int(denominator)) if numerator and denominator else None
        elif code not in groups:
            self.counts[code] = Count(_whole(numerator), _whole(denominator), points, quality)
        else:
            if rate is not None:
                self.rates[code] = rate
            if points is not None:
                self.points[code] = points


def _whole(value: Decimal | None) -> Decimal | int | None:
    return int(value) if value is not None and value % 1 == 0 else value
