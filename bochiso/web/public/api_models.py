"""What the API answers with: its schema. Points have two decimals; null is not measured, never 0."""

from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, Field

Item = TypeVar("Item")
LevelName = Literal["province", "department", "district", "commune", "subunit", "ministry"]


class Page(BaseModel, Generic[Item]):
    """A part of a list. `next` is the address of the part behind it."""

    items: list[Item]
    total: int = Field(ge=0)
    page: int = Field(ge=1)
    size: int = Field(ge=1)
    next: str | None


class SnapshotRow(BaseModel):
    """Figures valid for one day and period; `figures` is the SHA-256 of them."""

    as_of: date
    period: str
    label: str | None
    state: str
    province: int
    department: int
    district: int
    commune: int
    subunit: int
    ministry: int
    read_at: datetime
    changed_at: datetime
    rules: str
    figures: str


class IndicatorRow(BaseModel):
    """One indicator of one unit; rate and target are shares of 1."""

    code: str
    group: str
    numerator: float | None
    denominator: float | None
    rate: float | None
    target: float | None
    points: float | None
    max_points: float
    published: float | None
    inherited_from: str | None


class UnitRow(BaseModel):
    """One unit in a ranking; `rank` and `grade` are null where its total is."""

    unit: str
    unit_name: str
    level: LevelName
    parent: str | None
    total: float | None
    grade: str | None
    rank: int | None
    of: int
    basis: str | None
    complete: bool
    groups: dict[str, float | None]


class UnitScore(UnitRow):
    """One unit with its indicators and remarks."""

    indicators: list[IndicatorRow]
    notes: list[str]


class FigureRow(BaseModel):
    """One indicator of one unit, as a row of the long table."""

    unit: str
    unit_name: str
    level: LevelName
    indicator: str
    numerator: float | None
    denominator: float | None
    rate: float | None
    points: float | None
    max_points: float


class Before(BaseModel):
    """A unit in the earlier snapshot."""

    unit_name: str
    total: float | None
    rank: int | None
    of: int


class ChangeRow(BaseModel):
    """What changed for one unit. Points: after less before; rank: places gained."""

    unit: str
    fate: Literal["stayed", "renamed", "appeared", "vanished", "merged"]
    total: float | None
    rank: int | None
    groups: dict[str, float]
    indicators: dict[str, float]
    before: Before | None
    became: str | None


class Comparison(Page[ChangeRow]):
    """The changes of one level between two snapshots."""

    level: LevelName
    ranks_comparable: bool
    points_comparable: bool
    grade_counts: dict[str, int]
    mean: float | None
    remarks: list[str]


class IndicatorRule(BaseModel):
    """What the law says of an indicator."""

    number: str
    code: str
    name: str
    name_en: str
    counts: str
    counts_en: str
    group: str
    points: float
    target: float | None
    empty: float | None
    levels: list[str]
    inherits: list[str]
    source: str


class GroupRule(BaseModel):
    """What the law says of a group of indicators."""

    code: str
    name: str
    name_en: str
    points: float
    source: str


class GradeRule(BaseModel):
    """A grade and the least total that earns it."""

    code: str
    name: str
    name_en: str
    least: float


class Rules(BaseModel):
    """The rule set that scores now."""

    id: str
    name: str
    source: str
    effective_from: date
    groups: list[GroupRule]
    indicators: list[IndicatorRule]
    grades: list[GradeRule]
