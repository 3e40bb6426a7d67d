"""Why a unit has its total: what each indicator earned and lost, and what moved it between two snapshots."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.figures import TOTAL
from bochiso.score.scoring import Basis, IndicatorScore, ScoredUnit

ROUNDING = "ROUNDING"
"""The part of a change that comes from a source's own rounding of its boxes."""

GAP = "GAP"
"""The part of a change that comes from published totals that are not the sum of their boxes."""


class Loss(Struct, frozen=True):
    """What one indicator, or one box without indicators, earned and lost.

    `indicator` is None for a box; points and lost are None where it was not measured.
    `small` marks a rate over so few dossiers that one more changes it much.
    """

    code: str
    max_points: Decimal
    points: Decimal | None
    indicator: IndicatorScore | None = None
    small: bool = False

    @property
    def lost(self) -> Decimal | None:
        """Points short of the maximum."""
        return None if self.points is None else self.max_points - self.points


def explain(score: ScoredUnit, rules: RuleSet) -> list[Loss]:
    """Every indicator of the unit, greatest loss first, then what was not measured, then what is only shown.

    A box whose indicators are not known stands as one line.
    """
    lines = []
    for box in score.boxes:
        members = {i.code for i in rules.in_group[box.code]}
        known = [each for each in score.indicators if each.rule.code in members]
        if box.basis is Basis.MEASURED or (box.points is None and known):
            lines += [_indicator_line(each, rules) for each in known]
            lines += [Loss(i.code, i.points, None) for i in _lacking(score, rules, box.code, known)]
        else:
            lines.append(Loss(box.code, box.max_points, box.points))
            lines += [_indicator_line(each, rules) for each in known if not each.rule.scored]
    return sorted(lines, key=_by_loss)


def _indicator_line(each: IndicatorScore, rules: RuleSet) -> Loss:
    return Loss(each.rule.code, each.rule.points, each.points, each, is_small(each, rules))


def is_small(each: IndicatorScore, rules: RuleSet) -> bool:
    """Whether a rate stands on so few dossiers that it says little (0 is empty, not few)."""
    denominator = each.count.denominator
    return denominator is not None and 0 < denominator <= rules.small_denominator


def _lacking(score: ScoredUnit, rules: RuleSet, box: str, known: Iterable[IndicatorScore]) -> list[Indicator]:
    have = {each.rule.code for each in known}
    level = score.unit.level.scored_as.value
    return [i for i in rules.in_group[box] if i.scored and level in i.levels and i.code not in have]


def _by_loss(line: Loss) -> tuple[int, Decimal]:
    if line.max_points == 0:
        return (2, Decimal(0))
    if line.lost is None:
        return (1, -line.max_points)
    return (0, -line.lost)


class Cause(Struct, frozen=True):
    """One part of the change of a total: an indicator, a box, ROUNDING, GAP or TOTAL itself."""

    code: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """Points gained, negative where lost."""
        return self.after - self.before


def split_change(before: ScoredUnit, after: ScoredUnit, rules: RuleSet) -> list[Cause]:
    """What the change of a unit's total is made of, greatest part first.

    Where both totals are known the parts add up to their difference to the hundredth. A box
    measured in both is split into its indicators, otherwise it stands as one part; totals whose
    boxes can't be compared (one came bare, or by other rules) are one part. Where a total lacks,
    the parts are those of the boxes known in both.
    """
    causes = [
        cause
        for code in common_boxes(before, after, rules)
        for cause in _box_causes(before, after, code, rules)
    ]
    if before.total is not None and after.total is not None:
        gaps = before.gap or Decimal(0), after.gap or Decimal(0)
        rounded = gaps == (before.rounding or 0, after.rounding or 0)
        rest = Cause(
            ROUNDING if rounded else GAP,
            before.total - sum((cause.before for cause in causes), Decimal(0)),
            after.total - sum((cause.after for cause in causes), Decimal(0)),
        )
        if (rest.before, rest.after) != gaps:
            return [Cause(TOTAL, before.total, after.total)]
        if rest.before or rest.after:
            causes.append(rest)
    return sorted(causes, key=lambda cause: abs(cause.change), reverse=True)


def _box_causes(before: ScoredUnit, after: ScoredUnit, code: str, rules: RuleSet) -> list[Cause]:
    old, new = box_points(before, code, rules), box_points(after, code, rules)
    if old is None or new is None:
        return []
    olds = {each.rule.code: each.points for each in before.indicators}
    news = {each.rule.code: each.points for each in after.indicators}
    split = [
        Cause(rule.code, earlier, later)
        for rule in rules.in_group[code]
        if (earlier := olds.get(rule.code)) is not None and (later := news.get(rule.code)) is not None
    ]
    whole = sum((c.before for c in split), Decimal(0)), sum((c.after for c in split), Decimal(0))
    return split if split and whole == (old, new) else [Cause(code, old, new)]


def common_boxes(before: ScoredUnit, after: ScoredUnit, rules: RuleSet) -> list[str]:
    """The boxes on which two scores can be compared: the coarser where one has ONLINE_SERVICE alone."""
    found = [box.code for score in (before, after) for box in score.boxes]
    codes = [code for code in dict.fromkeys(found) if code in rules.group]
    covered = {part for code in codes for part in rules.group[code].parts}
    return [code for code in codes if code not in covered]


def box_points(score: ScoredUnit, code: str, rules: RuleSet) -> Decimal | None:
    """Points of a box, or the sum of the boxes that it is made of; None where not all are known."""
    points = {box.code: box.points for box in score.boxes}
    if code in points:
        return points[code]
    parts = [points.get(part) for part in rules.group[code].parts]
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(parts) else None
