"""What one reading of the portal gave, gathered row by row: units, figures, and what was refused.

A reading is torn when it was taken while the portal was recalculating: a total that is not the sum
of its groups, or one figure that two answers give differently. Torn figures are refused.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.numbers import tidy
from bochiso.intake.result import UNIT_COLUMNS, Intake, Refusal, RefusalKind
from bochiso.intake.tables.parsed_table import figures_table
from bochiso.intake.tables.validation import negative
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import TOTAL
from bochiso.text import Text, say
from bochiso.units.model import Unit

S = TypeVar("S")
T = TypeVar("T")

_UNITS = pa.schema([(column, pa.string()) for column in UNIT_COLUMNS])


class Figure(Struct, frozen=True):
    """One figure of one unit and where it stood; `code` is an indicator, a group or TOTAL."""

    unit: str
    code: str
    file: str
    row: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    points: Decimal | None = None
    quality: str | None = None

    @property
    def where(self) -> Where:
        """Its place in the source."""
        return Where(self.file, self.row, self.code)

    @property
    def shown(self) -> Text:
        """Its numbers, for a message."""
        count = say("{n}/{d}", "{n}/{d}", n=self.numerator, d=self.denominator)
        if self.numerator is None and self.denominator is None:
            return say("{points} điểm", "{points} points", points=self.points)
        if self.points is None:
            return count
        return say("{count} ({points} điểm)", "{count} ({points} points)", count=count, points=self.points)


_FIELDS = Figure.__struct_fields__


class PortalRows:
    """One reading in the making: rows come in, `intake` gives what holds together."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.rows = 0
        self._units: dict[str, Unit] = {}
        self._figures: list[Figure] = []
        self._refusals: list[Refusal] = []
        self._unknown: Counter[tuple[str | None, str]] = Counter()

    def refuse(
        self, where: Where, reason: Text, content: str = "", kind: RefusalKind = RefusalKind.VALUE
    ) -> None:
        """Keep the reason why a row can't be used, or a file where that is the kind."""
        self._refusals.append(Refusal(where, reason, content, kind))

    def unknown(self, where: Where, code: str) -> None:
        """Count an indicator or group that the rule set doesn't have; told once per file."""
        self._unknown[where.file, code] += 1

    def keep(self, unit: Unit, figures: Sequence[Figure], content: str) -> None:
        """Take the figures of one row, each unless it is impossible, none if the row is torn."""
        known = [figure for figure in figures if self._is_known(figure)]
        faults = [(figure, impossible(figure, self.rules)) for figure in known]
        sound = [figure for figure, fault in faults if fault is None]
        if (reason := torn(sound, self.rules)) is not None:
            file, row = sound[0].file, sound[0].row
            self._refusals.append(Refusal(Where(file, row), reason, content, RefusalKind.TORN, (file,)))
            return
        for figure, fault in faults:
            if fault is not None:
                self.refuse(figure.where, fault, content)
        self._figures += sound
        self._units.setdefault(unit.code, unit)

    def _is_known(self, figure: Figure) -> bool:
        code = figure.code
        if code == TOTAL or code in self.rules.indicator or code in self.rules.group:
            return True
        self.unknown(figure.where, code)
        return False

    def intake(self) -> Intake:
        """The tables of what holds together, and every refusal."""
        figures, refusals = settle(self._figures, self.rules)
        units = [(u.code, u.name, u.level.value, u.parent) for u in self._units.values()]
        return Intake(
            pa.Table.from_pylist([dict(zip(UNIT_COLUMNS, unit, strict=True)) for unit in units], _UNITS),
            figures_table({name: [getattr(f, name) for f in figures] for name in _FIELDS}, len(figures)),
            self.rows,
            (*self._refusals, *self._strange(), *refusals),
        )

    def _strange(self) -> Iterable[Refusal]:
        for (file, code), times in self._unknown.items():
            reason = say(
                "bộ quy tắc {rules} không có chỉ số hay nhóm {code}; đã bỏ qua {times} số liệu.",
                "rule set {rules} has no indicator or group {code}; left out {times} {times:time|times}.",
                rules=self.rules.id,
                code=code,
                times=times,
            )
            yield Refusal(Where(file, column=code), reason)


def open_each(
    files: Sequence[tuple[str, S]], open_one: Callable[[str, S], T], reading: PortalRows
) -> list[T]:
    """Every file (name, content) that can be opened; the reading keeps why the others can't.

    Raises the first one's SourceError where none can.
    """
    opened, errors = [], []
    for name, data in files:
        try:
            opened.append(open_one(name, data))
        except SourceError as error:
            errors.append(error)
    if errors and not opened:
        raise errors[0]
    for bad in errors:
        reason = say("{what} {do}", "{what} {do}", what=bad.what, do=bad.do)
        reading.refuse(bad.where, reason, kind=RefusalKind.UNREADABLE)
    return opened


def impossible(figure: Figure, rules: RuleSet) -> Text | None:
    """Why a figure can't be true: negative, numerator above denominator, points above the maximum."""
    top, bottom, points = figure.numerator, figure.denominator, figure.points
    for number in (top, bottom, points):
        if number is not None and number < 0:
            return negative(number)
    if top is not None and bottom is not None and top > bottom:
        return say(
            "tử số {top} lớn hơn mẫu số {bottom}.",
            "the numerator {top} is above the denominator {bottom}.",
            top=tidy(top),
            bottom=tidy(bottom),
        )
    greatest = _greatest(figure.code, rules)
    if points is not None and points > greatest:
        return say(
            "{points} điểm vượt mức tối đa {greatest} điểm.",
            "{points} points are above the maximum of {greatest}.",
            points=tidy(points),
            greatest=tidy(greatest),
        )
    return None


def _greatest(code: str, rules: RuleSet) -> Decimal:
    if code == TOTAL:
        return rules.total_points
    return (rules.group.get(code) or rules.indicator[code]).points


def torn(figures: Iterable[Figure], rules: RuleSet) -> Text | None:
    """Why a unit's total can't stand beside its groups: all are known and the sum is another."""
    points = {each.code: each.points for each in figures if each.points is not None}
    total = points.pop(TOTAL, None)
    boxes = sum_of_boxes({code: value for code, value in points.items() if code in rules.group}, rules)
    if total is None or boxes is None or total == boxes:
        return None
    return say(
        "tổng điểm {total} khác tổng các nhóm {boxes}; nhiều khả năng Cổng đang tính lại lúc đọc số liệu, "
        "hãy đọc lại sau.",
        "the total {total} differs from the sum of its groups, {boxes}; the portal was probably "
        "recalculating, read it again later.",
        total=total,
        boxes=boxes,
    )


def sum_of_boxes(points: dict[str, Decimal], rules: RuleSet) -> Decimal | None:
    """The exact sum of all boxes, None if one lacks; one figure may stand for several (ONLINE_SERVICE)."""
    missing = {leaf for box in rules.boxes for leaf in rules.leaves[box]}
    total = Decimal(0)
    for code in sorted(points, key=lambda code: len(rules.leaves[code])):
        leaves = set(rules.leaves[code])
        if leaves <= missing:
            missing -= leaves
            total += points[code]
    return None if missing else total


def settle(figures: Iterable[Figure], rules: RuleSet) -> tuple[list[Figure], list[Refusal]]:
    """Each figure once, and the refusals of those that the answers of one reading disagree about.

    A total goes when a group of its unit is disputed, or when it isn't the sum of the boxes.
    """
    kept: dict[tuple[str, str], Figure] = {}
    disputed: dict[tuple[str, str], Refusal] = {}
    for figure in figures:
        key = figure.unit, figure.code
        first = kept.get(key)
        if first is None:
            kept[key] = figure
        elif (both := _agreed(first, figure)) is not None:
            kept[key] = both
        elif key not in disputed:
            disputed[key] = _dispute(first, figure, rules)
    for unit, code in disputed:
        kept.pop((unit, code), None)
        if code in rules.group:
            kept.pop((unit, TOTAL), None)
    refusals = [*disputed.values()]
    by_unit: dict[str, list[Figure]] = {}
    for figure in kept.values():
        by_unit.setdefault(figure.unit, []).append(figure)
    for unit, own in by_unit.items():
        if (reason := torn(own, rules)) is not None:
            total = kept.pop((unit, TOTAL))
            # Any of the unit's groups may be what is old or new.
            files = {total.file, *(each.file for each in own if each.code in rules.group)}
            refusals.append(Refusal(total.where, reason, unit, RefusalKind.TORN, tuple(sorted(files))))
    return list(kept.values()), refusals


def _agreed(a: Figure, b: Figure) -> Figure | None:
    """Two figures as one, where what one lacks the other gives; None where they differ."""
    counts = [each for each in (a, b) if each.numerator is not None or each.denominator is not None]
    if len({(each.numerator, each.denominator) for each in counts}) > 1:
        return None
    points = {each.points for each in (a, b) if each.points is not None}
    if len(points) > 1:
        return None
    count = counts[0] if counts else a
    return replace(
        a,
        numerator=count.numerator,
        denominator=count.denominator,
        points=next(iter(points), None),
        quality=a.quality or b.quality,
    )


def _dispute(a: Figure, b: Figure, rules: RuleSet) -> Refusal:
    name = say("Tổng điểm", "Total") if a.code == TOTAL else rules.label(a.code)
    end = say("hãy đọc lại sau", "read it again later")
    if a.code in rules.group:
        end = say(
            "điểm này và tổng điểm của đơn vị không được dùng, hãy đọc lại sau",
            "neither this nor the unit's total is used, read it again later",
        )
    reason = say(
        "Cổng trả lời “{name}” là {a} ({file}) rồi lại là {b}; nhiều khả năng Cổng đang tính lại lúc đọc "
        "số liệu, {end}.",
        "the portal answered “{name}” as {a} ({file}) and then as {b}; it was probably recalculating, {end}.",
        name=name,
        a=a.shown,
        b=b.shown,
        file=a.file,
        end=end,
    )
    files = tuple(sorted({a.file, b.file}))
    return Refusal(b.where, reason, a.unit, RefusalKind.DISPUTED, files)
