"""The model of a rule set: groups, indicators, grades, as Decision 766/QĐ-TTg and its practice give them."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bochiso.text import Lang, Text

LevelName = Literal["province", "department", "district", "commune"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Part):
    """A name in both languages."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def render(self, lang: Lang) -> str:
        """The name in one language."""
        return self.vi if lang is Lang.VI else self.en


class Indicator(_Part):
    """One indicator (chỉ số thành phần).

    points: the maximum, 0 where it is only shown. target: the rate, a share of 1, that earns
    them all. empty: points where the denominator is 0. null: what a null numerator and
    denominator mean, "unmeasured" or "empty" (the portal publishes 4.6 so). inherits: levels
    that take the province's figure. source: the legal clause.
    """

    number: str
    code: str
    names: Names
    counts: Names
    group: str
    points: Decimal = Field(ge=0, le=100)
    target: Decimal | None = Field(gt=0, le=1)
    empty: Decimal | None = Field(ge=0)
    null: Literal["unmeasured", "empty"] = "unmeasured"
    levels: tuple[LevelName, ...]
    inherits: tuple[LevelName, ...] = ()
    period: Literal["period", "today"] = "period"
    source: str = Field(min_length=1)

    @property
    def scored(self) -> bool:
        """Whether it earns points; the others are only shown."""
        return self.points > 0


class Group(_Part):
    """A group of indicators (nhóm chỉ số), or a group made of `parts` that are groups."""

    code: str
    names: Names
    points: Decimal = Field(gt=0, le=100)
    parts: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str = Field(min_length=1)


class Grade(_Part):
    """A grade (xếp loại) and the least total that earns it."""

    code: str
    names: Names
    least: Decimal = Field(ge=0, le=100)


class Grades(_Part):
    """All grades, best first."""

    source: str = Field(min_length=1)
    bounds: tuple[Grade, ...] = Field(min_length=1)


class Rounding(_Part):
    """How points are rounded: each indicator half up to `decimals`; sums are not rounded again."""

    decimals: Literal[2]
    mode: Literal["half_up"]
    source: str = Field(min_length=1)


class RuleSet(_Part):
    """A whole set. `boxes` are the groups, in order, that add up to the total."""

    id: str
    names: Names
    effective_from: date
    effective_to: date | None = None
    source: str = Field(min_length=1)
    rounding: Rounding
    small_denominator: int = Field(ge=0)
    boxes: tuple[str, ...]
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    grades: Grades

    @cached_property
    def group(self) -> dict[str, Group]:
        """Groups by code."""
        return {group.code: group for group in self.groups}

    @cached_property
    def indicator(self) -> dict[str, Indicator]:
        """Indicators by code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def leaves(self) -> dict[str, tuple[str, ...]]:
        """For each group, the groups of indicators that it is made of (itself, if of none)."""
        return {group.code: group.parts or (group.code,) for group in self.groups}

    @cached_property
    def in_group(self) -> dict[str, tuple[Indicator, ...]]:
        """Indicators of each group, in order; those of its parts for a group made of parts."""
        return {
            code: tuple(i for leaf in leaves for i in self.indicators if i.group == leaf)
            for code, leaves in self.leaves.items()
        }

    @cached_property
    def total_points(self) -> Decimal:
        """The greatest total: the sum of the boxes."""
        return sum((self.group[code].points for code in self.boxes), Decimal(0))

    def grade(self, total: Decimal) -> Grade:
        """The grade that a total earns; bounds are inclusive below."""
        return next(grade for grade in self.grades.bounds if total >= grade.least)

    def label(self, code: str) -> Text:
        """The name of a group or indicator."""
        names = (self.group.get(code) or self.indicator[code]).names
        return Text(names.vi, names.en)
