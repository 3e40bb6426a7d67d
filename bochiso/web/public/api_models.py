"""What the API answers with beyond units and changes, and what each call and parameter is.

One definition for all: the fields are the answer, the annotations its schema, the texts the page about the
API. Points have two decimals; null is not measured, never 0.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from bochiso.rules.rule_set import Grade, Group, Indicator, RuleSet
from bochiso.score.export import ChangeRow, JsonCount, JsonNumber, LevelCode, indicator_row
from bochiso.score.scoring import IndicatorScore
from bochiso.store.snapshots.snapshot_row import Moment, SnapshotRow
from bochiso.text import Text
from bochiso.units.model import Unit

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A part of a list. `next` is the address of the part behind it."""

    items: list[Item]
    total: Annotated[int, Field(ge=0)]
    page: Annotated[int, Field(ge=1)]
    size: Annotated[int, Field(ge=1)]
    next: str | None


@dataclass(frozen=True)
class PublishedSnapshot(SnapshotRow):
    """A snapshot with its version in force; null where it isn't public. `measured`: counted here from
    dossiers, not published by the portal."""

    version: int | None
    published_at: Moment | None
    reason: str | None
    measured: bool


@dataclass(frozen=True)
class FigureRow:
    """One indicator of one unit, as a row of the long table."""

    unit: str
    unit_name: str
    level: LevelCode
    indicator: str
    numerator: JsonCount | None
    denominator: JsonCount | None
    rate: JsonNumber | None
    points: JsonNumber | None
    max_points: JsonNumber


def figure_row(unit: Unit, each: IndicatorScore) -> FigureRow:
    """One indicator of a unit beside the unit's name."""
    known = indicator_row(each)
    return FigureRow(
        unit=unit.code,
        unit_name=unit.name,
        level=unit.level,
        indicator=known.code,
        numerator=known.numerator,
        denominator=known.denominator,
        rate=known.rate,
        points=known.points,
        max_points=known.max_points,
    )


@dataclass(frozen=True)
class Comparison(Page[ChangeRow]):
    """The changes of one level between two snapshots."""

    items: list[ChangeRow]
    level: LevelCode
    ranks_comparable: bool
    points_comparable: bool
    grade_counts: dict[str, int]
    mean: JsonNumber | None
    remarks: list[str]


@dataclass(frozen=True)
class IndicatorRule:
    """What the law says of an indicator."""

    name: str
    name_en: str
    number: str
    code: str
    group: str
    points: JsonNumber
    target: JsonNumber | None
    empty: JsonNumber | None
    levels: list[str]
    inherits: list[str]
    source: str
    counts: str
    counts_en: str


@dataclass(frozen=True)
class GroupRule:
    """What the law says of a group of indicators."""

    name: str
    name_en: str
    code: str
    points: JsonNumber
    source: str


@dataclass(frozen=True)
class GradeRule:
    """A grade and the least total that earns it."""

    name: str
    name_en: str
    code: str
    least: JsonNumber


@dataclass(frozen=True)
class Rules:
    """The rule set that scores now."""

    id: str
    name: str
    source: str
    effective_from: date
    groups: list[GroupRule]
    indicators: list[IndicatorRule]
    grades: list[GradeRule]


def rules_answer(rules: RuleSet) -> Rules:
    """A rule set as the API tells it."""
    return Rules(
        id=rules.id,
        name=rules.names.vi,
        source=rules.source,
        effective_from=rules.effective_from,
        groups=[_group(each) for each in rules.groups],
        indicators=[_indicator(each) for each in rules.indicators],
        grades=[_grade(each) for each in rules.grades.bounds],
    )


def _group(each: Group) -> GroupRule:
    return GroupRule(each.names.vi, each.names.en, each.code, each.points, each.source)


def _indicator(each: Indicator) -> IndicatorRule:
    return IndicatorRule(
        name=each.names.vi,
        name_en=each.names.en,
        number=each.number,
        code=each.code,
        group=each.group,
        points=each.points,
        target=each.target,
        empty=each.empty,
        levels=list(each.levels),
        inherits=list(each.inherits),
        source=each.source,
        counts=each.counts.vi,
        counts_en=each.counts.en,
    )


def _grade(each: Grade) -> GradeRule:
    return GradeRule(each.names.vi, each.names.en, each.code, each.least)


_PERIOD = Text(
    "Kỳ số liệu: 2026, 2026-Q3, 2026-08, 2026-W46…", "The period: 2026, 2026-Q3, 2026-08, 2026-W46 …"
)
_DAY = Text("Ngày số liệu, như 2026-10-07", "The day that figures are of, as 2026-10-07")

SNAPSHOTS = "/snapshots"
SNAPSHOT = "/snapshots/{period}/{day}"
UNITS = f"{SNAPSHOT}/units"
UNIT = f"{SNAPSHOT}/units/{{unit}}"
GOAL = f"{UNIT}/goal"
BANDS = f"{SNAPSHOT}/bands/{{province}}"
INDICATORS = f"{SNAPSHOT}/indicators"
COMPARISON = "/comparison/{level}/{period_a}/{day_a}/{period_b}/{day_b}"
RULES = "/rules"

CALLS = {
    SNAPSHOTS: Text("Các kỳ số liệu đã công bố, mới nhất trước.", "Every published snapshot, newest first."),
    SNAPSHOT: Text("Một kỳ số liệu.", "One snapshot."),
    UNITS: Text(
        "Điểm, xếp loại, xếp hạng của các đơn vị, cao nhất trước trong từng cấp.",
        "The units of a snapshot, best first within each level.",
    ),
    UNIT: Text("Điểm từng chỉ số của một đơn vị.", "One unit's points, by indicator."),
    GOAL: Text(
        "Đường tới mục tiêu của một đơn vị: còn thiếu bao nhiêu, thiếu ở đâu, cách ít việc nhất.",
        "A unit's way to a goal: what lacks and where, the fewest cases that reach it.",
    ),
    BANDS: Text(
        "Khoảng thứ hạng của các đơn vị trong một tỉnh do may rủi, bên cạnh hạng chính thức.",
        "The places that chance alone allows to the units of a province, beside the official rank.",
    ),
    INDICATORS: Text(
        "Tử số, mẫu số, điểm: mỗi dòng một đơn vị, một chỉ số.",
        "Every count of a snapshot: one row a unit and indicator.",
    ),
    COMPARISON: Text(
        "Thay đổi của một cấp từ kỳ trước đến kỳ sau.",
        "What changed on one level from the first snapshot to the second.",
    ),
    RULES: Text(
        "Các nhóm chỉ số, chỉ số, xếp loại và căn cứ pháp lý.",
        "The groups, indicators and grades, with their legal sources.",
    ),
}
"""What each call answers."""

PARAMETERS = {
    "period": _PERIOD, "period_a": _PERIOD, "period_b": _PERIOD, "day": _DAY, "day_a": _DAY, "day_b": _DAY,
    "unit": Text("Mã đơn vị", "A unit's code"),
    "province": Text("Mã tỉnh, như H21", "A province's code, as H21"),
    "goal": Text(
        "Mục tiêu: top-10, mức xếp loại như good, hoặc số điểm như 80",
        "The goal: top-10, a grade as good, or a total as 80",
    ),
    "level": Text("Cấp:", "The level:"),
    "parent": Text("Mã tỉnh quản lý, như H15", "The code of the province above, as H15"),
    "indicator": Text("Mã chỉ số, như RESOLVED_ON_TIME", "An indicator's code, as RESOLVED_ON_TIME"),
    "search": Text("Tìm theo tên, không cần dấu", "A part of the name; accents may be left out"),
    "page": Text("Trang thứ mấy của danh sách", "Which part of the list"),
    "size": Text("Số mục mỗi trang, nhiều nhất 1000", "How many items a part has, at most 1000"),
    "lang": Text("Ngôn ngữ của tên và ghi chú:", "The language of names and remarks:"),
}  # fmt: skip
"""What each parameter is; the values that it may have follow."""
