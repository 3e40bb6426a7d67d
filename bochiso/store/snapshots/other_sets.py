"""One snapshot by several rule sets side by side: what each makes of the same figures."""

from collections.abc import Sequence

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import Ranked, view


class Beside(Struct, frozen=True):
    """A level by another rule set than the one that it is shown by."""

    rules: RuleSet
    standings: LevelStandings

    def find(self, code: str) -> Standing | None:
        """The standing of a unit by this set."""
        return self.standings.find(code)

    def differing(self, shown: LevelStandings) -> list[tuple[Standing, Standing]]:
        """Units whose total or rank is another by this set, each as shown and by this set."""
        other = {row.score.unit.code: row for row in self.standings.rows}
        pairs = ((row, other[row.score.unit.code]) for row in shown.rows if row.score.unit.code in other)
        return [(a, b) for a, b in pairs if (a.score.total, a.rank) != (b.score.total, b.rank)]


def beside(store: Store, shown: Ranked, sets: Sequence[RuleSet]) -> list[Beside]:
    """The same level of the same snapshot by each of these sets."""
    found = []
    for rules in sets:
        other = view(store, shown.after.snapshot, rules).standings
        table = other.level(shown.level, shown.standings.province)
        if table.rows:
            found.append(Beside(rules, table))
    return found
