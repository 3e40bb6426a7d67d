"""A synthetic country of the real size, for the benchmarks: counts a commune may well have.

The same figures every time: 34 provinces and 3,321 communes since 1 July 2025.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

from bochiso.rules.rule_set import RuleSet
from bochiso.units.model import Level, Unit

PROVINCES = 34
COMMUNES = 3_321

_SEED = 766
_UNSERVED = 0.04  # the share of indicators for which a unit had nothing to count

Cells = tuple[Unit, str, int, int]


def communes() -> Iterator[Unit]:
    """All communes, spread over the provinces."""
    for number in range(COMMUNES):
        place, below = divmod(number, PROVINCES)
        parent = f"H{below + 1:02d}"
        yield Unit(f"{parent}.{place + 100}", f"UBND xã Ea Drăng {number}", Level.COMMUNE, parent)


def units() -> Iterator[Unit]:
    """Provinces, communes, then departments without end."""
    yield from (Unit(f"H{n:02d}", f"Tỉnh số {n}", Level.PROVINCE) for n in range(1, PROVINCES + 1))
    yield from communes()
    number = 0
    while True:
        place, below = divmod(number, PROVINCES)
        parent = f"H{below + 1:02d}"
        yield Unit(f"{parent}.{place + 2:02d}", f"Sở Nông nghiệp {number}", Level.DEPARTMENT, parent)
        number += 1


def counts(units: Iterator[Unit], codes: list[str]) -> Iterator[Cells]:
    """A numerator and a denominator for every indicator of every unit."""
    random = Random(_SEED)
    for unit in units:
        for code in codes:
            denominator = 0 if random.random() < _UNSERVED else int(random.paretovariate(0.7)) * 7 % 30_000
            numerator = int(denominator * random.betavariate(5, 1))
            yield unit, code, numerator, denominator


def measures_csv(rules: RuleSet, rows: int) -> str:
    """A table of measures as `bochiso import measures` takes it, of so many rows."""
    codes = [each.code for each in rules.indicators if each.kind == "share"]
    lines = ["unit,unit_name,level,parent,indicator,numerator,denominator"]
    for unit, code, numerator, denominator in islice(counts(units(), codes), rows):
        cells = (unit.code, unit.name, unit.level, unit.parent or "", code, numerator, denominator)
        lines.append(",".join(map(str, cells)))
    return "\n".join(lines) + "\n"
