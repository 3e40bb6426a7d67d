"""What the units of a level were over time: the tenth's total, the means of indicators."""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.score.headline import leaders_total
from bochiso.score.indicator_table import indicator_of
from bochiso.score.ranking import LevelStandings
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.history import era_of, snapshots_before
from bochiso.store.snapshots.queries import view
from bochiso.text import hundredths
from bochiso.units.model import Level


class LevelPoint(Struct, frozen=True):
    """What the units of one level were in one snapshot of a history. `leaders`: the total of the last of the
    leaders, None where no more are ranked than those.
    """

    snapshot: Snapshot
    level: LevelStandings
    era: str

    @property
    def leaders(self) -> Decimal | None:
        """The total of the last of the leaders."""
        return leaders_total(self.level)

    def indicator_mean(self, code: str) -> Decimal | None:
        """The mean of the points of an indicator, half up; None where no unit has any."""
        found = [
            each.points
            for row in self.level.rows
            if (each := indicator_of(row.score, code)) and each.points is not None
        ]
        return hundredths(Fraction(sum(found, Decimal(0))) / len(found)) if found else None


def level_history(store: Store, level: Level, province: str | None, last: Snapshot) -> tuple[LevelPoint, ...]:
    """The standings of a level (None: of the provinces) up to a snapshot, oldest first."""
    found = (
        LevelPoint(each, view(store, each).standings.level(level, province), era_of(store, each))
        for each in snapshots_before(store, last)
    )
    return tuple(each for each in found if each.level.rows)
