"""The figures that a simulated portal publishes on one day: the provinces, and one of them unit by unit.

The same province, seed, day and period give the same figures. Points are those of the set qd766,
so published scores and published counts agree; totals are the sum of their groups.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from msgspec import structs

from bochiso.errors import ComputeError
from bochiso.periods import Period, parse_period
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.scoring import Scorer
from bochiso.simulate.counts import (
    DAYS,
    Counts,
    UnitProfile,
    add,
    dossiers,
    procedures,
    profile,
    publications,
)
from bochiso.simulate.dice import pick
from bochiso.simulate.name_lists import INSPECTORATE, official_name, units_of
from bochiso.text import hundredths, say
from bochiso.units.model import Level, Unit
from bochiso.units.provinces import provinces_on


@cache
def portal_rules() -> RuleSet:
    """The set by which the portal scores."""
    return load_rules("qd766")


BORROWED = "TEMP_NATIONAL_REPORT_DENOMINATOR: Mẫu số tạm lấy theo số liệu báo cáo quốc gia."
UNREPORTED = "NO_NATIONAL_REPORT_DATA: Chưa có số liệu báo cáo quốc gia."

_SYNC = "DOSSIER_SYNC"
_COPY = "ELECTRONIC_CERTIFIED_COPY"
# The groups whose indicators the portal prints with points of their own; of the others the group alone.
_PRINTED = frozenset({"CKMB", "TDGQ", "MDSH", "MDHL"})


@dataclass(frozen=True)
class PortalFigures:
    """What the portal publishes for `period` as of `day`.

    root: the code of the province that is known unit by unit. provinces: all of them, `root`
    with its counts. units: those of `root`. absent: by group, the units that its service leaves
    out. recorded: real figures that take the place of simulated ones (see simulate_portal).
    """

    root: str
    seed: int
    day: date
    period: Period
    provinces: tuple[UnitFigures, ...]
    units: tuple[UnitFigures, ...]
    absent: Mapping[str, frozenset[str]]
    recorded: tuple[UnitFigures, ...] = ()

    @property
    def province(self) -> UnitFigures:
        """The province that is known unit by unit."""
        return next(each for each in self.provinces if each.unit.code == self.root)

    def on(self, day: date) -> "PortalFigures":
        """The same portal on another day, for that year."""
        return simulate_portal(self.root, self.seed, day, recorded=self.recorded)

    def over(self, period: Period) -> "PortalFigures":
        """The same portal on the same day, for another period."""
        return simulate_portal(self.root, self.seed, self.day, period=period, recorded=self.recorded)

    def renamed(self, code: str, name: str) -> "PortalFigures":
        """The same figures with another name of one unit."""
        units = [
            structs.replace(each, unit=structs.replace(each.unit, name=name))
            if each.unit.code == code
            else each
            for each in self.units
        ]
        return replace(self, units=tuple(units))

    def with_totals(self, totals: Mapping[str, Decimal | None]) -> "PortalFigures":
        """The same figures with other totals of some units."""
        units = [structs.replace(each, total=totals.get(each.unit.code, each.total)) for each in self.units]
        return replace(self, units=tuple(units))


def simulate_portal(
    province: str,
    seed: int,
    day: date,
    *,
    period: Period | None = None,
    recorded: Sequence[UnitFigures] = (),
) -> PortalFigures:
    """The portal's figures for a period (the year so far, unless given) as of a day.

    `province` is a code such as H15. Of `recorded`, provinces other than that one are published
    as they are, and so is that one with all its units where its own counts are recorded; else its
    units give the list of units, and their counts are simulated. Raises ComputeError where there
    is no such province on that day.
    """
    standing = provinces_on(day)
    own = next((each for each in standing if each.code == province), None)
    if own is None:
        raise ComputeError(
            say("ngày {day} không có tỉnh, thành phố mã {code}.", "there is no province {code} on {day}.",
                code=province, day=day),
            do=say("Ghi mã như H15.", "Write a code such as H15."),
        )  # fmt: skip
    period = period or parse_period(str(day.year))
    span = period.first, min(day, period.last)
    top = next((each for each in recorded if each.unit.code == province and each.counts), None)
    below = [each for each in recorded if each.unit.parent == province]
    absent: dict[str, frozenset[str]] = {}
    if top is None:
        units = [each.unit for each in below] or units_of(own)
        root = Unit(province, official_name(own), Level.PROVINCE)
        top, below = _one_province(root, units, seed, *span)
        communes = [unit.code for unit in units if unit.level is Level.COMMUNE]
        absent["TTTT"] = pick(communes, 3, "absent", seed)
    known = {each.unit.code: each for each in recorded if each.unit.level is Level.PROVINCE} | {province: top}
    provinces = [
        known.get(each.code) or _whole(Unit(each.code, official_name(each), Level.PROVINCE), seed, *span)
        for each in standing
    ]
    return PortalFigures(province, seed, day, period, tuple(provinces), tuple(below), absent, tuple(recorded))


def _one_province(
    root: Unit, units: Sequence[Unit], seed: int, first: date, last: date
) -> tuple[UnitFigures, list[UnitFigures]]:
    """A province with its units; what it counts of dossiers is the sum of theirs."""
    profiles = _profiles(units, seed)
    received = {code: dossiers(each, first, last) for code, each in profiles.items()}
    inherited = publications(seed, root.code, first, last)
    whole = procedures(profile(seed, root.code, Level.PROVINCE), first, last)
    top = _figures(root, add(received.values()) | whole | inherited)
    codes = [unit.code for unit in units]
    remarks = dict.fromkeys(pick(codes, 4, "borrowed", seed), BORROWED)
    remarks |= dict.fromkeys(pick(codes, 1, "unreported", seed), UNREPORTED)
    below = []
    for unit in units:
        state = procedures(profiles[unit.code], first, last)
        figures = _figures(unit, received[unit.code] | state | inherited)
        if (remark := remarks.get(unit.code)) is not None:
            sync = figures.counts[_SYNC]
            empty = Count(None, None, Decimal(0), remark)
            figures.counts[_SYNC] = empty if remark == UNREPORTED else structs.replace(sync, quality=remark)
        below.append(figures)
    return _published(top), [_published(each, top) for each in below]


def _profiles(units: Sequence[Unit], seed: int) -> dict[str, UnitProfile]:
    """Some departments receive hardly a dossier, some have no procedure with a fee."""
    departments = [unit.code for unit in units if unit.level is Level.DEPARTMENT]
    quiet = pick(departments, 2, "quiet", seed) | {
        code for code in departments if code.endswith(f".{INSPECTORATE}")
    }
    free = pick(departments, 4, "free", seed)
    return {
        unit.code: profile(seed, unit.code, unit.level, quiet=unit.code in quiet, free=unit.code in free)
        for unit in units
    }


def _whole(unit: Unit, seed: int, first: date, last: date) -> UnitFigures:
    """A province that is not known unit by unit."""
    one = profile(seed, unit.code, Level.PROVINCE)
    counts = [dossiers(one, first, last), procedures(one, first, last)]
    figures = _figures(unit, add([*counts, publications(seed, unit.code, first, last)]))
    return _published(figures)


def _figures(unit: Unit, counts: Counts) -> UnitFigures:
    tenths, received = counts[DAYS]
    mean = hundredths(Fraction(tenths, 10 * received)) if received else None
    made = {code: Count(over, under) for code, (over, under) in counts.items() if code != DAYS}
    return UnitFigures(unit, made | {DAYS: Count(mean), _COPY: Count()})


@cache
def _scorer() -> Scorer:
    return Scorer(portal_rules())


def _published(figures: UnitFigures, parent: UnitFigures | None = None) -> UnitFigures:
    """The figures with the points that they earn: of each group, the total, and what is printed singly."""
    score = _scorer().score(figures, parent)
    counts = dict(figures.counts)
    for each in score.indicators:
        if each.rule.scored and each.rule.group in _PRINTED:
            counts[each.rule.code] = structs.replace(each.count, published=each.points)
    points = {box.code: box.points for box in score.boxes if box.points is not None}
    return structs.replace(figures, counts=counts, points=points, total=score.total)


def mean_points(provinces: Iterable[UnitFigures]) -> dict[str, Decimal]:
    """The mean points of each group over provinces, of those that have them."""
    given: dict[str, list[Decimal]] = {}
    for each in provinces:
        for code, points in each.points.items():
            given.setdefault(code, []).append(points)
    return {code: hundredths(Fraction(sum(all_)) / len(all_)) for code, all_ in given.items()}
