"""The cheapest set of steps that gains enough: exact, by greedy choice and a small knapsack for the rest.

Each way (an indicator) offers options: so many hundredths of a point for so much cost, one of them or none.
Points are piecewise linear, so a way's options lie close to a line, and taking the best-priced ways in full
is all but optimal. What is left to decide are the hundredths that rounding makes: the price of the last way
taken bounds every other choice from below (the Lagrangian bound of the multiple-choice knapsack), and only
options within that bound are tried.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple


class Option(NamedTuple):
    """One step of a way: `gain` in hundredths of a point for `cost`, both whole and above 0."""

    gain: int
    cost: int


NOTHING = Option(0, 0)


class _State(NamedTuple):
    """Options chosen so far: cost, how many ways are taken, and the choice as a chain, last first."""

    cost: int
    taken: int
    chain: tuple[Option, "tuple[Option, object] | None"] | None


def cheapest_set(ways: Sequence[Sequence[Option]], need: int) -> tuple[Option, ...] | None:
    """The option of each way (NOTHING where it isn't taken) that together gain `need` at the least cost.

    Of sets that cost the same, one of the fewest ways. None where all ways together don't gain enough.

    >>> cheapest_set([[Option(10, 4), Option(20, 9)], [Option(5, 1)]], 12)
    (Option(gain=10, cost=4), Option(gain=5, cost=1))
    """
    ways = [[NOTHING, *way] for way in ways]
    if sum(max(each.gain for each in way) for way in ways) < need:
        return None
    if need <= 0:
        return (NOTHING,) * len(ways)
    price, most = _greedy(ways, need)
    over, whole = (
        price.as_integer_ratio()
    )  # in whole parts of a cost: each comparison below is exact, and quick
    reduced = [[each.cost * whole - over * each.gain for each in way] for way in ways]
    least = [min(some) for some in reduced]
    slack = most * whole - (sum(least) + over * need)
    core = [
        [each for each, more in zip(way, some, strict=True) if more - low <= slack]
        for way, some, low in zip(ways, reduced, least, strict=True)
    ]
    return _knapsack(core, need, price, least, most)


def _greedy(ways: Sequence[Sequence[Option]], need: int) -> tuple[Fraction, int]:
    """The price of a hundredth where the best-priced parts gain enough, and what the set of them costs."""
    parts = sorted(
        (Fraction(after.cost - before.cost, after.gain - before.gain), n, before, after)
        for n, way in enumerate(ways)
        for before, after in _hull(way)
    )
    chosen = [NOTHING] * len(ways)
    gained, last = 0, Fraction(0)
    for price, n, before, after in parts:
        last = price
        rest = need - gained + before.gain
        if after.gain >= rest:
            chosen[n] = min((each for each in ways[n] if each.gain >= rest), key=lambda each: each.cost)
            break
        chosen[n] = after
        gained += after.gain - before.gain
    return last, sum(each.cost for each in chosen)


def _hull(way: Sequence[Option]) -> Iterator[tuple[Option, Option]]:
    """The parts of the lower convex hull of a way's options, in the order of their price."""
    corners: list[Option] = []
    for each in sorted(way):
        if corners and each.gain == corners[-1].gain:
            continue  # the same gain for more
        while len(corners) > 1 and _turns_down(corners[-2], corners[-1], each):
            corners.pop()
        corners.append(each)
    yield from pairwise(corners)


def _turns_down(first: Option, middle: Option, last: Option) -> bool:
    rise = (middle.cost - first.cost) * (last.gain - middle.gain)
    return rise >= (last.cost - middle.cost) * (middle.gain - first.gain)


def _knapsack(
    ways: Sequence[Sequence[Option]], need: int, price: Fraction, least: Sequence[int], most: int
) -> tuple[Option, ...] | None:
    """Every choice among the options left, but those that can't come below `most` any more.

    `least`: what each way costs at least, less its gain at the price, in parts of the price's denominator.
    """
    over, whole = price.as_integer_ratio()
    states = {0: _State(0, 0, None)}
    ahead = sum(least)
    for way, low in zip(ways, least, strict=True):
        ahead -= low
        bound = most * whole - ahead
        found: dict[int, _State] = {}
        for gained, state in states.items():
            for each in way:
                gain, cost = min(gained + each.gain, need), state.cost + each.cost
                if cost * whole + over * (need - gain) > bound:
                    continue
                made = _State(cost, state.taken + bool(each.gain), (each, state.chain))
                if gain not in found or made[:2] < found[gain][:2]:
                    found[gain] = made
        states = found
    link = states[need].chain
    chosen: list[Option] = []
    while link is not None:
        option, link = link  # type: ignore[assignment]
        chosen.append(option)
    return tuple(reversed(chosen))
