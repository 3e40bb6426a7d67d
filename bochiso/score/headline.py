"""Where a unit stands, in the few numbers that one sentence has room for."""

from decimal import Decimal

from msgspec import Struct

from bochiso.score.changes import Change
from bochiso.score.ranking import LevelStandings, Standing

LEADERS = 10
"""The group of leaders (nhóm 10 tỉnh, thành phố dẫn đầu)."""

LOSSES = 3
"""How many of the greatest losses are told."""


class BoxLoss(Struct, frozen=True):
    """What a unit earned and lost in one box, beside its peers. `mean`, `best`: of the ranked ones.

    `change`: since the snapshot that is compared with.
    """

    code: str
    max_points: Decimal
    points: Decimal | None
    mean: Decimal | None
    best: Decimal | None
    change: Decimal | None = None

    @property
    def lost(self) -> Decimal | None:
        """Points short of the maximum."""
        return None if self.points is None else self.max_points - self.points


class Headline(Struct, frozen=True):
    """The numbers of the sentence. `short_of`: points that lack for the leaders' last; None where the unit
    is one of them, isn't ranked, or no more are ranked than those. `losses`: every box, the greatest loss
    first.
    """

    standing: Standing
    change: Change | None
    short_of: Decimal | None
    leading: bool
    losses: tuple[BoxLoss, ...]

    @property
    def told(self) -> tuple[BoxLoss, ...]:
        """The losses that the sentence tells."""
        return tuple(each for each in self.losses if each.lost)[:LOSSES]


def headline(standing: Standing, peers: LevelStandings, change: Change | None) -> Headline:
    """The numbers of a unit that stands in `peers`."""
    last = leaders_total(peers)
    total, rank = standing.score.total, standing.rank
    known = last is not None and total is not None and rank is not None
    leading = known and (rank or 0) <= LEADERS
    short = last - total if known and not leading and last is not None and total is not None else None
    return Headline(standing, change, short, leading, box_losses(standing, peers, change))


def leaders_total(peers: LevelStandings) -> Decimal | None:
    """The total of the last of the leaders; None where no more units are ranked than those."""
    totals = [row.score.total for row in peers.rows if row.rank is not None]
    return totals[LEADERS - 1] if len(totals) > LEADERS else None


def box_losses(standing: Standing, peers: LevelStandings, change: Change | None) -> tuple[BoxLoss, ...]:
    """Every box of a unit, the greatest loss first; those without points last. A unit alone has no mean."""
    best: dict[str, Decimal] = {}
    means = peers.means if peers.ranked > 1 else {}
    for row in peers.rows if peers.ranked > 1 else ():
        if row.rank is not None:
            for box in row.score.boxes:
                if box.points is not None:
                    best[box.code] = max(box.points, best.get(box.code, box.points))
    found = (
        BoxLoss(
            box.code,
            box.max_points,
            box.points,
            means.get(box.code),
            best.get(box.code),
            change.boxes.get(box.code) if change else None,
        )
        for box in standing.score.boxes
    )
    return tuple(sorted(found, key=lambda each: (each.lost is None, -(each.lost or 0))))
