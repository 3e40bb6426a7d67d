"""What differences between our dossiers and the portal's cost a unit, dossier by dossier.

By an indicator a unit has N of M here and N' of M' there, r' = N'/M'. A dossier that counts (n, m) here
and (n', m') there weighs w = n - n' - r' (m - m'); the weights of all add up to M (N/M - r'), so each has
its share w / sum(w) of the points lost, and the shares add up to them exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from bochiso.measure.indicators import INDICATORS, SYNC
from bochiso.measure.losses import ADDITIVE
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count
from bochiso.score.formula import formula

VALUED = (SYNC, *ADDITIVE)
"""Indicators that count dossiers; those that count procedures or petitions are not shared out."""

Pair = tuple[int, int]
"""What a dossier counts in an indicator's numerator and denominator."""

NOTHING = ((0, 0),) * len(VALUED)


class Effect(Struct, frozen=True):
    """What a dossier counts for one unit, here and there, by the indicators of VALUED."""

    unit: str
    here: tuple[Pair, ...] = NOTHING
    there: tuple[Pair, ...] = NOTHING

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators in which it counts differently."""
        pairs = zip(VALUED, self.here, self.there, strict=True)
        return tuple(code for code, here, there in pairs if here != there)


def pairs_of(marks: Mapping[str, object], *, synced: bool) -> tuple[Pair, ...]:
    """What a dossier that was received counts by its marks; `synced`: whether the portal has it."""
    found = [(int(synced), 1)]
    for code in ADDITIVE:
        top, bottom = INDICATORS[code]
        found.append((int(bool(marks[top])), 1 if bottom == "received" else int(bool(marks[bottom]))))
    return tuple(found)


class SyncLosses:
    """The points that units lose by differences. `own`: by unit its counts here, by the cube's columns."""

    def __init__(
        self, own: Mapping[str, Mapping[str, int]], effects: Iterable[Effect], rules: RuleSet
    ) -> None:
        self._own = own
        self._formulas = {i.code: formula(i) for i in rules.indicators if i.code in VALUED}
        self._moved: dict[str, list[list[int]]] = defaultdict(lambda: [[0, 0] for _ in VALUED])
        self._tallies: dict[str, dict[tuple[int, int, int], int]] = defaultdict(dict)
        for each in effects:
            tally = self._tallies[each.unit]
            for at, (here, there) in enumerate(zip(each.here, each.there, strict=True)):
                if here == there:
                    continue
                top, bottom = here[0] - there[0], here[1] - there[1]
                self._moved[each.unit][at][0] -= top
                self._moved[each.unit][at][1] -= bottom
                tally[at, top, bottom] = tally.get((at, top, bottom), 0) + 1
        self._prices: dict[str, dict[tuple[int, int, int], Fraction]] = {}
        self._known: dict[Effect, Fraction] = {}

    def of(self, effect: Effect) -> Fraction:
        """The points that a difference costs its unit; below 0 where the portal credits more."""
        if effect not in self._known:
            prices = self._prices_of(effect.unit)
            parts = (
                prices[at, here[0] - there[0], here[1] - there[1]]
                for at, (here, there) in enumerate(zip(effect.here, effect.there, strict=True))
                if here != there
            )
            self._known[effect] = sum(parts, Fraction(0))
        return self._known[effect]

    def lost(self, unit: str) -> dict[str, Fraction]:
        """By indicator the points of a unit here less those that the portal's list comes to."""
        found = {}
        for at, code in enumerate(VALUED):
            here, there = self._counts(unit, at)
            found[code] = self._points(code, here) - self._points(code, there)
        return found

    def _counts(self, unit: str, at: int) -> tuple[Pair, Pair]:
        own, code = self._own.get(unit, {}), VALUED[at]
        top, bottom = ("received", "received") if code == SYNC else INDICATORS[code]
        here = own.get(top, 0), own.get(bottom, 0)
        moved = self._moved[unit][at] if unit in self._moved else (0, 0)
        return here, (here[0] + moved[0], here[1] + moved[1])

    def _points(self, code: str, counted: Pair) -> Fraction:
        found = self._formulas[code](Count(*counted)) if code in self._formulas else None
        return Fraction(found or 0)

    def _prices_of(self, unit: str) -> dict[tuple[int, int, int], Fraction]:
        if unit not in self._prices:
            lost = self.lost(unit)
            self._prices[unit] = {
                key: price
                for at, code in enumerate(VALUED)
                for key, price in self._shared(unit, at, lost[code]).items()
            }
        return self._prices[unit]

    def _shared(self, unit: str, at: int, lost: Fraction) -> dict[tuple[int, int, int], Fraction]:
        """What each kind of difference in one indicator costs."""
        _, (top, bottom) = self._counts(unit, at)
        rate = Fraction(top, bottom) if bottom else Fraction(0)
        kinds = {key: n for key, n in self._tallies[unit].items() if key[0] == at}
        weights = {key: key[1] - rate * key[2] for key in kinds}
        whole = sum((weights[key] * n for key, n in kinds.items()), Fraction(0))
        if whole:
            return {key: lost * weight / whole for key, weight in weights.items()}
        return dict.fromkeys(kinds, lost / (sum(kinds.values()) or 1))
