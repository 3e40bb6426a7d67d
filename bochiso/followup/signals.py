"""What stands out in the figures of units: falls, groups that are low, declines, jumps, outliers.

Thresholds are an office's own. A change that few cases make says how many: it says little of the unit's work.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from bochiso.followup.delivery_settings import AlertSettings
from bochiso.followup.work_kinds import ITEM_NAMES, KIND_OF, ItemKind
from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import split_change
from bochiso.score.figures import Count
from bochiso.score.ranking import Standing
from bochiso.text import Text, hundredths, say
from bochiso.units.model import Unit
from bochiso.units.names import short_name

TOTAL_OF = "TOTAL"

LEAST_HISTORY = 6
"""With fewer changes of its own a unit has no habit that could be broken."""

LEAST_PEERS = 6
"""With fewer peers of like size none of them stands out."""

LIKE_SIZE = Decimal("0.2")
"""Peers have a fifth more or fewer dossiers, no more."""

OUTLIER = Decimal("3.5")
"""Beyond this modified z-score a value is an outlier (Iglewicz and Hoaglin, 1993)."""

_LEAST_SPREAD = Decimal("0.1")
"""Points: where values hardly differ, a hair's breadth is no outlier."""


class SignalKind(StrEnum):
    """What stands out."""

    FALL = "fall"
    RUNNING = "running"
    LOW_GROUP = "low_group"
    JUMP = "jump"
    OWN_OUTLIER = "own_outlier"
    PEER_OUTLIER = "peer_outlier"


class UnitReadings(Struct, frozen=True):
    """A unit's standings on one scale, day by day, oldest first; the last is now."""

    unit: Unit
    rows: tuple[tuple[date, Standing], ...]

    @property
    def now(self) -> Standing:
        """The newest."""
        return self.rows[-1][1]

    @property
    def totals(self) -> list[Decimal]:
        """The totals that are known."""
        return [each.score.total for _, each in self.rows if each.score.total is not None]

    @property
    def change(self) -> Decimal | None:
        """By how much the total moved since the reading before; None where one of them isn't known."""
        if len(self.rows) < 2:
            return None
        before, after = (standing.score.total for _, standing in self.rows[-2:])
        return None if before is None or after is None else after - before

    @property
    def size(self) -> Decimal | None:
        """How many dossiers the unit is measured on; None where counts aren't known."""
        wanted = (e.count.denominator for e in self.now.score.indicators if e.rule.code == "RESOLVED_ON_TIME")
        found = next(wanted, None)
        return None if found is None else Decimal(found)


class Signal(Struct, frozen=True):
    """One thing that stands out. what: TOTAL_OF or a group's code. value: the figure now; by: its change, or
    how far it is from `middle`. cases: how few cases made it, of what kind, where that is known and few."""

    kind: SignalKind
    unit: str
    name: str
    day: date
    what: str
    value: Decimal
    by: Decimal
    middle: Decimal | None = None
    since: date | None = None
    n: int = 0
    cases: int | None = None
    of: ItemKind | None = None

    @property
    def key(self) -> str:
        """What tells it from every other, the same whenever it is found."""
        return f"{self.kind}:{self.unit}:{self.what}:{self.day.isoformat()}"

    def sentence(self, rules: RuleSet) -> Text:
        """What is said of it, without a full stop."""
        return say(
            "{what}{few}", "{what}{few}",
            what=_SAYINGS[self.kind](self, rules), few=few_cases(self.cases, self.of),
        )  # fmt: skip


def few_cases(cases: int | None, of: ItemKind | None) -> Text:
    """That few cases made a change: ", do 01 phản ánh, kiến nghị"; nothing where it isn't so."""
    if cases is None or of is None:
        return say("", "")
    return say(", do {n} {items}", ", by {n} {items}", n=f"{cases:02d}", items=ITEM_NAMES[of])


def _fall(of: Signal, rules: RuleSet) -> Text:
    way = say("giảm", "lost") if of.by < 0 else say("tăng", "gained")
    return say("{name} {way} {by} điểm, còn {value}" if of.by < 0 else "{name} {way} {by} điểm, đạt {value}",
               "{name} {way} {by} points, now {value}",
               name=of.name, way=way, by=hundredths(abs(of.by)), value=hundredths(of.value))  # fmt: skip


def _running(of: Signal, rules: RuleSet) -> Text:
    return say(
        "{name} giảm {n} kỳ liên tiếp, tổng cộng {by} điểm",
        "{name} fell {n} readings running, by {by} points",
        name=of.name, n=f"{of.n:02d}", by=hundredths(abs(of.by)),
    )  # fmt: skip


def _low(of: Signal, rules: RuleSet) -> Text:
    most = rules.group[of.what].points
    return say("{name}: nhóm {group} đạt {value}/{most} điểm", "{name}: {group} has {value} of {most} points",
               name=of.name, group=rules.label(of.what), value=hundredths(of.value), most=most)  # fmt: skip


def _own(of: Signal, rules: RuleSet) -> Text:
    return say("{name} thay đổi {by} điểm, khác hẳn mức thường ngày ({middle} điểm)",
               "{name} moved by {by} points, unlike its habit ({middle})",
               name=of.name, by=hundredths(of.by), middle=hundredths(of.middle or Decimal(0)))  # fmt: skip


def _peers(of: Signal, rules: RuleSet) -> Text:
    return say(
        "{name} đạt {value} điểm, khác hẳn {n} đơn vị cùng quy mô hồ sơ (mức giữa {middle} điểm)",
        "{name} has {value} points, unlike {n} {n:unit|units} with as many dossiers (middle: {middle})",
        name=of.name, value=hundredths(of.value), n=of.n, middle=hundredths(of.middle or Decimal(0)),
    )  # fmt: skip


_SAYINGS = {
    SignalKind.FALL: _fall, SignalKind.JUMP: _fall, SignalKind.RUNNING: _running,
    SignalKind.LOW_GROUP: _low, SignalKind.OWN_OUTLIER: _own, SignalKind.PEER_OUTLIER: _peers,
}  # fmt: skip


def signals(level: Sequence[UnitReadings], settings: AlertSettings, rules: RuleSet) -> list[Signal]:
    """What stands out among the units of one level, unit by unit."""
    known = [each for each in level if each.rows]
    return [found for each in known for found in _of_unit(each, known, settings, rules)]


def _of_unit(
    of: UnitReadings, level: Sequence[UnitReadings], settings: AlertSettings, rules: RuleSet
) -> Iterator[Signal]:
    day, total = of.rows[-1][0], of.now.score.total
    value, none = total or Decimal(0), Decimal(0)
    plain = Signal(SignalKind.FALL, of.unit.code, short_name(of.unit.name), day, TOTAL_OF, value, none)
    change = of.change
    if change is not None:
        cases, kind = made_by(of, rules)
        moved = replace(plain, by=change, since=of.rows[-2][0], cases=cases, of=kind)
        if change <= -settings.fall:
            yield moved
        if abs(change) >= settings.jump:
            yield replace(moved, kind=SignalKind.JUMP)
        yield from _decline(of, plain, settings)
        yield from _habit(of, plain, change)
    for box in of.now.score.boxes:
        if box.points is None or box.code not in rules.group:
            continue
        if box.points * 100 < box.max_points * settings.group_percent:
            yield replace(plain, kind=SignalKind.LOW_GROUP, what=box.code, value=box.points)
    if total is not None:
        yield from _beside_peers(of, level, plain)


def _decline(of: UnitReadings, plain: Signal, settings: AlertSettings) -> Iterator[Signal]:
    """Readings that fell one after another, by as much in all as one that is told of."""
    last = of.totals[-settings.running - 1 :]
    falls = len(last) > settings.running and all(after < before for before, after in pairwise(last))
    if falls and last[0] - last[-1] >= settings.fall:
        yield replace(plain, kind=SignalKind.RUNNING, by=last[-1] - last[0], n=settings.running)


def _habit(of: UnitReadings, plain: Signal, change: Decimal) -> Iterator[Signal]:
    earlier = [after - before for before, after in pairwise(of.totals[:-1])]
    if len(earlier) >= LEAST_HISTORY and abs(modified_z(change, earlier)) > OUTLIER:
        yield replace(plain, kind=SignalKind.OWN_OUTLIER, by=change, middle=median(earlier))


def _beside_peers(of: UnitReadings, level: Sequence[UnitReadings], plain: Signal) -> Iterator[Signal]:
    size = of.size
    if not size:
        return
    like = [
        each.now.score.total
        for each in level
        if each.unit != of.unit and each.now.score.total is not None
        and (other := each.size) is not None and abs(other - size) <= size * LIKE_SIZE
    ]  # fmt: skip
    if len(like) >= LEAST_PEERS and abs(modified_z(plain.value, like)) > OUTLIER:
        middle = median(like)
        by = plain.value - middle
        yield replace(plain, kind=SignalKind.PEER_OUTLIER, by=by, middle=middle, n=len(like))


def modified_z(value: Decimal, others: Sequence[Decimal]) -> Decimal:
    """How far a value is from the middle of others, by their median absolute deviation.

    >>> ten = [Decimal(n) for n in range(10)]
    >>> modified_z(Decimal(40), ten) > 9, modified_z(Decimal(5), ten) < 1
    (True, True)
    """
    middle = median(others)
    spread = max(median([abs(each - middle) for each in others]), _LEAST_SPREAD)
    return Decimal("0.6745") * (value - middle) / spread


def made_by(of: UnitReadings, rules: RuleSet) -> tuple[int | None, ItemKind | None]:
    """How few cases made the change since the reading before, and of what kind; None where they aren't few.

    Of the indicator that moved most: by how much its count moved, where that, or all that is counted, is as
    few as the rules call a small denominator.
    """
    (_, before), (_, after) = of.rows[-2:]
    causes = split_change(before.score, after.score, rules)
    if not causes or causes[0].code not in KIND_OF:
        return None, None
    code = causes[0].code
    was, now = _count(before, code), _count(after, code)
    if now is None or now.numerator is None or now.denominator is None:
        return None, None
    moved = int(now.denominator)
    if was is not None and was.numerator is not None and was.denominator is not None:
        more = abs(int(now.numerator) - int(was.numerator))
        moved = max(more, abs(int(now.denominator) - int(was.denominator)))
    if 0 < moved <= rules.small_denominator:
        return moved, KIND_OF[code].of
    return None, None


def _count(of: Standing, code: str) -> Count | None:
    return next((each.count for each in of.score.indicators if each.rule.code == code), None)
