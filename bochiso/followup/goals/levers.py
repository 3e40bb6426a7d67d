"""Where a unit's lost points are, and which of them can still be earned: now, while dossiers are open, by the
province alone, or not any more in this period."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from bochiso.followup.goals.cheapest_set import Option
from bochiso.followup.work_kinds import KIND_OF, ItemKind, WorkKind
from bochiso.measure.missed.why_missed import Mend
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.explanation import explain
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.marginal_gain import cases_for, growth_of
from bochiso.score.scoring import IndicatorScore, ScoredUnit
from bochiso.text import Text
from bochiso.units.model import Level


class Remedy(StrEnum):
    """What can still be done about the points that an indicator lost."""

    NOW = "now"
    OPEN = "open"
    LOST = "lost"
    PROVINCE = "province"
    UNKNOWN = "unknown"


REMEDY_NAMES = {
    Remedy.NOW: Text("Còn khắc phục được", "Can still be mended"),
    Remedy.OPEN: Text("Chỉ khắc phục được khi hồ sơ đang giải quyết", "Only while a dossier is open"),
    Remedy.LOST: Text("Không lấy lại được trong kỳ", "Lost for this period"),
    Remedy.PROVINCE: Text("Chỉ tỉnh làm được", "The province alone can change it"),
    Remedy.UNKNOWN: Text("Chưa tính được", "Can't be told"),
}

_BY_MEND = {Mend.ALWAYS: Remedy.NOW, Mend.WHILE_OPEN: Remedy.OPEN, Mend.NEVER: Remedy.LOST}
_WITHOUT_LIST = {
    "DOSSIER_SYNC": (
        Text("hồ sơ chưa đồng bộ lên Cổng", "dossiers not synchronised to the portal"),
        Text(
            "Đối chiếu với danh sách của Cổng, gửi lại hồ sơ còn thiếu.",
            "Compare with the portal's list and send again those that lack.",
        ),
    ),
    "ELECTRONIC_CERTIFIED_COPY": (
        Text(
            "đơn vị cấp xã chưa cung cấp chứng thực bản sao điện tử",
            "communes without certified electronic copies",
        ),
        Text("Đề nghị các đơn vị này cung cấp dịch vụ.", "Ask these communes to offer the service."),
    ),
}
"""Indicators without a list of work that can still be mended: what they are of, what is to be done."""


CASES = Text("việc", "cases")
"""What cases are called where nothing better is known."""


class Lever(Struct, frozen=True):
    """The points that an indicator, or a group without counts, lost.

    most: by how many cases its numerator can still grow (0 where it can't, None where that isn't known);
    each earns `per_case` points until `full` are mended. kind: its list of work, where it has one.
    """

    code: str
    lost: Decimal
    remedy: Remedy
    rule: Indicator | None = None
    count: Count = Count()
    most: int | None = 0
    full: int = 0
    per_case: Fraction = Fraction(0)
    kind: WorkKind | None = None

    @property
    def what(self) -> Text:
        """What its cases are."""
        return self.kind.what if self.kind else _WITHOUT_LIST.get(self.code, (CASES, None))[0]

    @property
    def do(self) -> Text | None:
        """What is to be done with them; None where that isn't known."""
        return self.kind.do if self.kind else _WITHOUT_LIST.get(self.code, (CASES, None))[1]

    @property
    def of(self) -> ItemKind | None:
        """What its cases are; None where they have no list."""
        return self.kind.of if self.kind else None

    def gain(self, cases: int) -> Decimal:
        """The points that so many cases more earn, by the formula of the index."""
        return self._gains()(cases)

    def _gains(self) -> Callable[[int], Decimal]:
        """`gain`, what is the same for any number of cases worked out once."""
        numerator, denominator = self.count.numerator, self.count.denominator
        if self.rule is None or numerator is None:
            return lambda _: Decimal(0)
        earn = formula(self.rule)
        before = earn(self.count)

        def gain(cases: int) -> Decimal:
            after = earn(Count(numerator + min(max(cases, 0), self.full), denominator))
            return Decimal(0) if before is None or after is None else after - before

        return gain

    @property
    def best(self) -> Decimal:
        """What all that can still be mended earns; 0 where that isn't known."""
        return self.gain(self.most or 0)

    @property
    def for_hundredth(self) -> int | None:
        """The fewest cases that earn 0.01 point more; None where none can be added."""
        return cases_for(self.rule, self.count, 1) if self.rule and self.full else None

    def options(self, cost: int = 1) -> list[Option]:
        """Every gain within reach with the fewest cases that it takes, each case at a cost."""
        if self.rule is None or not self.most:
            return []
        growth, gain_of = growth_of(self.rule, self.count), self._gains()
        found, gain, best = [], 1, int(self.best * 100)
        while gain <= best:
            cases = growth(gain)
            if cases is None or cases > self.most:
                break  # a greater gain takes no fewer
            gain = int(gain_of(cases) * 100)
            found.append(Option(gain, cases * cost))
            gain += 1
        return found


def levers_of(
    score: ScoredUnit, rules: RuleSet, open_items: Mapping[str, int] | None = None
) -> tuple[Lever, ...]:
    """Where a unit's points are lost, most points a case first; together they are all that it lost.

    `open_items`: by indicator, how many missed dossiers are still open; None where no dossiers are known.
    """
    found = []
    for line in explain(score, rules):
        if not line.lost:
            continue
        if line.indicator is None:
            found.append(Lever(line.code, line.lost, Remedy.UNKNOWN))
        else:
            found.append(_lever(line.indicator, line.lost, score, open_items))
    return tuple(sorted(found, key=lambda each: (-each.per_case, -each.lost)))


def _lever(
    each: IndicatorScore, lost: Decimal, score: ScoredUnit, open_items: Mapping[str, int] | None
) -> Lever:
    rule, count, code = each.rule, each.count, each.rule.code
    kind = KIND_OF.get(code)
    if not count.denominator or count.numerator is None or each.points != each.computed:
        return Lever(code, lost, Remedy.UNKNOWN, rule, count, 0, 0, Fraction(0), kind)
    full = cases_for(rule, count, int(lost * 100)) or 0
    remedy = _remedy(each, score.unit.level)
    most = {Remedy.NOW: full, Remedy.OPEN: None}.get(remedy, 0)
    if remedy is Remedy.OPEN and open_items is not None:
        most = min(open_items.get(code, 0), full)
    per_case = Fraction(rule.points) / Fraction(rule.target or 1) / Fraction(count.denominator)
    return Lever(code, lost, remedy, rule, count, most, full, per_case, kind)


def _remedy(each: IndicatorScore, level: Level) -> Remedy:
    if each.inherited_from is not None or level.scored_as.value in each.rule.inherits:
        return Remedy.PROVINCE
    kind = KIND_OF.get(each.rule.code)
    if kind is not None:
        return _BY_MEND[kind.mend]
    return Remedy.NOW if each.rule.code in _WITHOUT_LIST else Remedy.UNKNOWN
