"""Rank bands: the places that a unit could have by chance alone, and who is surely among the best.

The official rank stands; a band only says how much of it is luck. Whether each dossier or petition is done
well is drawn anew, unit by unit, and so is how many petitions come: a unit that had none has all points of
5.2 and 5.3 by luck. Numbers of dossiers are held. What is decided and not drawn (procedures, publications,
what the province does for all) keeps its points, as does a group of which no counts are known.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from msgspec import Struct

from bochiso.score.bands.outcome_odds import HALF, arrival_odds, outcome_odds, sample
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.ranking import LevelStandings
from bochiso.score.scoring import IndicatorScore, ScoredUnit

DRAWS = 1000
SEED = 766

SHARE = 90
"""A band holds the place in so many of 100 draws: a twentieth is left out at either end."""

FEW = 50
"""Up to so many cases, what is a part of another indicator is drawn exactly, for each outcome of that."""

NOT_DRAWN = frozenset((
    "PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL", "DOSSIER_SYNC", "ONLINE_PROVISION",
    "ONLINE_WITH_DOSSIERS", "PAYMENT_PROCEDURES", "PAYMENT_INTEGRATED", "CITIZEN_DATA_CONNECTED_FORMALITY",
    "ELECTRONIC_CERTIFIED_COPY",
))  # fmt: skip
"""Indicators of procedures and of what an office set up: nothing that turns out by chance."""

ARRIVING = frozenset(("PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION"))
"""Indicators of which it is chance, too, how many cases come."""

WITHIN = {
    "PETITION_HANDLING_SATISFACTION": "PETITION_PROCESSING_ON_TIME",
    "DOSSIER_RECEIVING_SATISFACTION": "RESOLVED_ON_TIME",
}
"""Indicators whose numerator is a part of another's: what is late there can't be met here."""


class RankBand(Struct, frozen=True):
    """Where the unit of this code stands: its official rank, the band of its places, the share of draws in
    which it is among the best so many. `fixed`: nothing of it was drawn, for lack of counts."""

    code: str
    rank: int
    best: int
    worst: int
    top: float
    fixed: bool


class LevelBands(Struct, frozen=True):
    """The bands of one level, in the order of its ranking, and who is among the best `place`.

    surely: the whole band is; possibly: a part of it. held: the groups that some unit has no counts of.
    """

    place: int
    rows: tuple[RankBand, ...]
    held: tuple[str, ...]

    @property
    def surely(self) -> tuple[str, ...]:
        """Codes of the units that chance does not put out of the best."""
        return tuple(row.code for row in self.rows if row.worst <= self.place)

    @property
    def possibly(self) -> tuple[str, ...]:
        """Codes of the units that chance may put among the best, those that are surely there left out."""
        return tuple(row.code for row in self.rows if row.best <= self.place < row.worst)

    @property
    def drawn(self) -> int:
        """For how many units chance could be drawn."""
        return sum(not row.fixed for row in self.rows)

    def find(self, code: str) -> RankBand | None:
        """The band of the unit with this code."""
        return next((row for row in self.rows if row.code == code), None)


def rank_bands(level: LevelStandings, place: int = 10, draws: int = DRAWS, seed: int = SEED) -> LevelBands:
    """The bands of the ranked units of a level. The same figures give the same bands, every time.

    Places of equal totals are shared as the ranking does. The official rank is within its band.
    """
    rng = Random(seed)  # noqa: S311 (chance, not a secret)
    ranked = [(row.rank, row.score) for row in level.rows if row.rank is not None]
    usual = _usual_rates([score for _, score in ranked])
    totals = [_draw(score, usual, rng, draws) for _, score in ranked]
    places: list[list[int]] = [[] for _ in ranked]
    for outcome in zip(*totals, strict=True):
        order = sorted(outcome)
        for n, total in enumerate(outcome):
            places[n].append(len(order) - bisect_right(order, total) + 1)
    cut = draws * (100 - SHARE) // 200
    rows = []
    for (rank, score), drawn, some in zip(ranked, totals, places, strict=True):
        top = sum(each <= place for each in some) / draws
        some.sort()
        best, worst = min(some[cut], rank), max(some[draws - 1 - cut], rank)
        rows.append(RankBand(score.unit.code, rank, best, worst, top, min(drawn) == max(drawn)))
    return LevelBands(place, tuple(rows), _held([score for _, score in ranked]))


def _held(scores: Sequence[ScoredUnit]) -> tuple[str, ...]:
    """The groups with points of which some unit has no counts at all, in the order of the boxes."""
    found: dict[str, None] = {}
    for score in scores:
        known = {each.rule.group for each in score.indicators if each.count.denominator is not None}
        found |= {box.code: None for box in score.boxes if box.points is not None and box.code not in known}
    return tuple(found)


def _usual_rates(scores: Sequence[ScoredUnit]) -> dict[str, float]:
    """The rate of each drawn indicator over all units together."""
    met, cases = Counter[str](), Counter[str]()
    for score in scores:
        for each in score.indicators:
            if _is_drawn(each):
                numerator, denominator = _of(each)
                met[each.rule.code] += numerator
                cases[each.rule.code] += denominator
    return {code: (met[code] + HALF) / (cases[code] + 1) for code in cases}


def _draw(score: ScoredUnit, usual: Mapping[str, float], rng: Random, draws: int) -> list[int]:
    """So many totals of a unit by chance, in hundredths of a point."""
    chosen = {each.rule.code: each for each in score.indicators if _is_drawn(each)}
    inner = {outer: part for part, outer in WITHIN.items() if _is_part(chosen, part, outer)}
    totals = [int((score.total or 0) * 100)] * draws
    for code, each in chosen.items():
        if code in inner.values():
            continue  # drawn with what it is a part of
        numerator, denominator = _of(each)
        cases = [denominator] * draws
        if code in ARRIVING:
            cases = sample(arrival_odds(denominator), rng, draws)
        met = _met(cases, numerator, denominator, usual[code], rng)
        totals = _added(totals, each, met, cases)
        if code in inner:
            part = chosen[inner[code]]
            kept, rate = _of(part)[0], usual[part.rule.code] / usual[code]
            some = _met(met, kept, numerator, min(rate, 1 - 1e-9), rng)
            totals = _added(totals, part, some, cases)
    return totals


def _met(cases: list[int], numerator: int, denominator: int, usual: float, rng: Random) -> list[int]:
    """How many of the cases of each draw are done well, where `numerator` of `denominator` were.

    Exact where all draws have one number of cases, or few; where many numbers of many cases are asked
    for, the share that a draw of the cases that came would have.
    """
    numbers = Counter(cases)
    if len(numbers) > 1 and denominator > FEW:
        share = sample(outcome_odds(numerator, denominator, denominator, usual), rng, len(cases))
        twice = 2 * denominator
        return [min((2 * part * k + denominator) // twice, k) for part, k in zip(share, cases, strict=True)]
    ready = {k: iter(sample(outcome_odds(numerator, denominator, k, usual), rng, n))
             for k, n in sorted(numbers.items())}  # fmt: skip
    return [next(ready[k]) for k in cases]


def _added(totals: list[int], each: IndicatorScore, met: list[int], cases: list[int]) -> list[int]:
    """Totals with what an indicator would earn in the place of what it earned."""
    earn = formula(each.rule)
    counts, was = list(zip(met, cases, strict=True)), _of(each)
    points = {both: int((earn(Count(*both)) or 0) * 100) for both in {*counts, was}}
    return [total + points[both] - points[was] for total, both in zip(totals, counts, strict=True)]


def _is_drawn(each: IndicatorScore) -> bool:
    """Whether an indicator is decided case by case: counted in whole cases, scored, the unit's own."""
    count, code = each.count, each.rule.code
    return (
        each.rule.scored and each.rule.kind == "share" and code not in NOT_DRAWN
        and each.inherited_from is None
        and isinstance(count.numerator, int) and isinstance(count.denominator, int)
        and 0 <= count.numerator <= count.denominator and (count.denominator > 0 or code in ARRIVING)
    )  # fmt: skip


def _is_part(chosen: Mapping[str, IndicatorScore], part: str, outer: str) -> bool:
    """Whether both are known of the same cases, and one may be a part of the other."""
    if part not in chosen or outer not in chosen:
        return False
    (kept, cases), (met, among) = _of(chosen[part]), _of(chosen[outer])
    return cases == among and kept <= met


def _of(each: IndicatorScore) -> tuple[int, int]:
    return int(each.count.numerator or 0), int(each.count.denominator or 0)
