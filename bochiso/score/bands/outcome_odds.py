"""How likely each outcome of an indicator is, were the period to come once more.

Of n of d cases done well nobody knows the true rate. What is known beforehand is taken to be worth one case
at the rate of the whole level (m): the count of other cases then follows the beta-binomial distribution with
n + m and d − n + 1 − m, exact for one case as for a million, and never sure after one. How many petitions
come is chance, too: after d in a period the next brings a number by the negative binomial distribution
with d + ½ and ½ (Poisson arrivals, Jeffreys' prior).
"""

from bisect import bisect_right
from itertools import accumulate
from math import fsum
from random import Random

ODDS_LEFT_OUT = 1e-12
"""Outcomes less likely than a likely one by this are left out; they come to less than a billionth."""

HALF = 0.5


def outcome_odds(numerator: int, denominator: int, cases: int, usual: float = HALF) -> dict[int, float]:
    """The probability of each numerator among so many cases to come; `usual`: the rate of the level.

    >>> outcome_odds(1, 1, 1)
    {0: 0.25, 1: 0.75}
    >>> {k: round(odds, 4) for k, odds in outcome_odds(1, 2, 2).items()}
    {0: 0.3125, 1: 0.375, 2: 0.3125}
    """
    met, missed = numerator + usual, denominator - numerator + 1 - usual
    start = round(cases * met / (met + missed))
    odds = {start: 1.0}
    for k in range(start, cases):  # upwards, each from the one before
        odds[k + 1] = odds[k] * (cases - k) / (k + 1) * (k + met) / (cases - k - 1 + missed)
        if odds[k + 1] < ODDS_LEFT_OUT:
            break
    for k in range(start, 0, -1):
        odds[k - 1] = odds[k] * k / (cases - k + 1) * (cases - k + missed) / (k - 1 + met)
        if odds[k - 1] < ODDS_LEFT_OUT:
            break
    return _whole(odds)


def arrival_odds(came: int) -> dict[int, float]:
    """The probability of each number of cases in a period like one in which so many came.

    >>> [round(arrival_odds(0)[n], 4) for n in range(3)]
    [0.7071, 0.1768, 0.0663]
    """
    odds = {came: 1.0}
    n = came
    while odds[n] >= ODDS_LEFT_OUT:
        odds[n + 1] = odds[n] * (n + came + HALF) / (2 * (n + 1))
        n += 1
    for n in range(came, 0, -1):
        odds[n - 1] = odds[n] * 2 * n / (n - 1 + came + HALF)
        if odds[n - 1] < ODDS_LEFT_OUT:
            break
    return _whole(odds)


def _whole(odds: dict[int, float]) -> dict[int, float]:
    whole = fsum(odds.values())
    return {k: odds[k] / whole for k in sorted(odds)}


def sample(odds: dict[int, float], rng: Random, draws: int) -> list[int]:
    """So many outcomes by their probabilities."""
    values, bounds = list(odds), list(accumulate(odds.values()))
    bounds[-1] = 1.0  # whatever rounding made of it: no draw falls behind the last
    chance = rng.random
    return [values[bisect_right(bounds, chance())] for _ in range(draws)]
