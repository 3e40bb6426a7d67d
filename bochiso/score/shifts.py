"""A source that changed its whole scale: all units move together, or a group is 0 for every one of them.

Points that stop matching are found indicator by indicator (breaks.py); this is what shows in totals
and groups that can't be recomputed.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from statistics import median

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import LevelComparison
from bochiso.score.figures import TOTAL
from bochiso.score.ranking import LevelStandings
from bochiso.text import Text, hundredths, say
from bochiso.units.model import LEVEL_NAMES, Level

LEAST_UNITS = 5
"""Fewer units that move together are chance."""

LEAST_SHARE = Fraction(9, 10)
"""Nor do units move together where fewer of them go one way."""

LEAST_MOVE = Fraction(1, 20)
"""Nor where their middle one moves by less of the most that can be earned: 5 points of a total."""


class Shift(Struct, frozen=True):
    """A total, or a group, that rose or fell for nearly every unit of a level at once.

    `moved` of the `compared` units went the same way; `middle`: the median change.
    """

    code: str
    level: Level
    moved: int
    compared: int
    middle: Decimal

    def sentence(self, rules: RuleSet) -> Text:
        """What a reader is told."""
        return say(
            "Chú ý: {what} của {moved}/{compared} đơn vị cấp “{level}” cùng {way}, mức giữa {middle} điểm; "
            "có thể nguồn đã đổi cách tính, nên chênh lệch không chỉ do kết quả của đơn vị.",
            "Note: {what} of {moved} of {compared} {compared:unit|units} ({level}) {way} "
            "together, the middle one by "
            "{middle} points; the source may have changed how it scores: not all of a change is performance.",
            what=_what(self.code, rules),
            moved=self.moved,
            compared=self.compared,
            level=LEVEL_NAMES[self.level],
            way=say("tăng", "rose") if self.middle > 0 else say("giảm", "fell"),
            middle=abs(self.middle),
        )


class Empty(Struct, frozen=True):
    """A group of which every one of the `units` of a level has 0 points."""

    code: str
    level: Level
    units: int

    def sentence(self, rules: RuleSet) -> Text:
        """What a reader is told."""
        return say(
            "Chú ý: {what} bằng 0 ở cả {units} đơn vị cấp “{level}”; có thể nguồn chưa tính hoặc chưa có "
            "số liệu của nhóm này.",
            "Note: {what} is 0 for each of {units} {units:unit|units} ({level}); the source "
            "may not have computed it, or "
            "may lack its figures.",
            what=_what(self.code, rules),
            units=self.units,
            level=LEVEL_NAMES[self.level],
        )


def _what(code: str, rules: RuleSet) -> Text:
    if code == TOTAL:
        return say("tổng điểm", "totals")
    return say("điểm nhóm “{name}”", "points of “{name}”", name=rules.label(code))


def find_shifts(comparison: LevelComparison) -> Iterator[Shift]:
    """The total or, where it didn't shift, the groups that moved for nearly every unit at once."""
    if (total := _shift(comparison, TOTAL)) is not None:
        yield total
        return
    codes = dict.fromkeys(code for change in comparison.changes for code in change.boxes)
    yield from filter(None, (_shift(comparison, code) for code in codes))


def _shift(comparison: LevelComparison, code: str) -> Shift | None:
    moves = [
        moved
        for change in comparison.changes
        if (moved := change.total if code == TOTAL else change.boxes.get(code)) is not None
    ]
    if len(moves) < LEAST_UNITS:
        return None
    middle = Fraction(median(map(Fraction, moves)))
    same = sum((moved > 0) is (middle > 0) for moved in moves if moved)
    if same < LEAST_SHARE * len(moves) or abs(middle) < LEAST_MOVE * _most(comparison.after, code):
        return None
    return Shift(code, comparison.level, same, len(moves), hundredths(middle))


def _most(level: LevelStandings, code: str) -> Fraction:
    """The most that can be earned for a group, or in all."""
    boxes = next((row.score.boxes for row in level.rows if row.score.total is not None), ())
    return sum((Fraction(b.max_points) for b in boxes if code in (TOTAL, b.code)), Fraction(0))


def find_empty(level: LevelStandings) -> Iterator[Empty]:
    """The groups that are 0 for every unit of a level."""
    points: dict[str, list[Decimal]] = {}
    for row in level.rows:
        for box in row.score.boxes:
            if box.points is not None:
                points.setdefault(box.code, []).append(box.points)
    for code, earned in points.items():
        if len(earned) >= LEAST_UNITS and not any(earned):
            yield Empty(code, level.level, len(earned))
