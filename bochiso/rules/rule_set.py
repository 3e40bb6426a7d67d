"""The model of a rule set: groups, indicators, grades, as Decision 766/QĐ-TTg and its practice give them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bochiso.errors import ComputeError
from bochiso.rules import values
from bochiso.text import Lang, Text, say

LevelName = Literal["province", "department", "district", "commune", "subunit", "ministry"]


def _read(reader: Callable[[str], Any], kind: str) -> BeforeValidator:
    """A validator that reads text with `reader` and lets ready values pass."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return reader(value)
        except (ValueError, ComputeError):
            raise PydanticCustomError(kind, "unreadable") from None

    return BeforeValidator(read)


Number = Annotated[Decimal, _read(values.number, "not_a_number")]
Share = Annotated[Decimal, _read(values.share, "not_a_share")]
Whole = Annotated[int, _read(values.whole, "not_whole")]
Day = Annotated[date, _read(values.day, "not_a_day")]
Word = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Part):
    """A name in both languages."""

    vi: Word
    en: Word

    def render(self, lang: Lang) -> str:
        """The name in one language."""
        return self.vi if lang is Lang.VI else self.en


class Indicator(_Part):
    """One indicator (chỉ số thành phần).

    points: the maximum, 0 where it is only shown. target: the rate, a share of 1, that earns
    them all; empty: points where the denominator is 0 (both needed only where it is scored).
    arithmetic: how its points are rounded: of exact fractions, or as the portal does for payment, from
    the rate in percent with two decimals, in binary floating point.
    kind: a share of what was counted, or a mean (2.2: days, alone in the numerator or over the
    number of dossiers). null: what a null numerator and denominator mean, "unmeasured" or "empty" (the portal
    publishes 4.6 so). levels: where it counts. inherits: those of them that take the province's
    figure. period: whether it counts a period or is always today's state. note: where practice
    and the written description differ. source: the legal clause.
    """

    number: Word
    code: Code
    names: Names
    counts: Names
    note: Names | None = None
    group: str
    kind: Literal["share", "mean"] = "share"
    arithmetic: Literal["exact", "portal"] = "exact"
    points: Number = Field(ge=0, le=100)
    target: Share | None = Field(default=None, gt=0, le=1)
    empty: Number | None = Field(default=None, ge=0, le=100)
    null: Literal["unmeasured", "empty"] = "unmeasured"
    levels: tuple[LevelName, ...] = Field(min_length=1)
    inherits: tuple[LevelName, ...] = ()
    period: Literal["period", "today"] = "period"
    source: Word

    @property
    def scored(self) -> bool:
        """Whether it earns points; the others are only shown."""
        return self.points > 0


class Group(_Part):
    """A group of indicators (nhóm chỉ số), or a group made of `parts` that are groups."""

    code: Code
    names: Names
    points: Number = Field(gt=0, le=100)
    parts: tuple[str, ...] = ()
    aliases: tuple[Code, ...] = ()
    source: Word


class Deadline(_Part):
    """A deadline (thời hạn) that an indicator counts, in working days.

    days: how many, before or after (`side`) the `event`: the day a procedure takes effect, the
    day its publication decision was signed, or a petition's sending or latest forwarding.
    body: whose deadline it is, None for everyone's.
    """

    code: Code
    indicator: str
    names: Names
    body: Literal["ministry", "province"] | None = None
    days: Whole = Field(ge=0, le=366)
    side: Literal["before", "after"]
    event: Literal["effective", "decision", "sent_or_forwarded", "resolved"]
    source: Word


class Grade(_Part):
    """A grade (xếp loại) and the least total that earns it."""

    code: Code
    names: Names
    least: Number = Field(ge=0, le=100)


class Grades(_Part):
    """All grades, best first."""

    source: Word
    bounds: tuple[Grade, ...] = Field(min_length=1)


class Rounding(_Part):
    """How points are rounded: each indicator half up to `decimals`; sums are not rounded again."""

    decimals: Annotated[Literal[2], _read(values.whole, "not_whole")]
    mode: Literal["half_up"]
    source: Word


class RuleSet(_Part):
    """A whole set. `boxes` are the groups, in order, that add up to the total.

    shown: which points stand where the source published its own and ours can be computed too: its
    "published" ones, which computing verifies, or ours ("computed"), as a set that reads the rules
    otherwise must have it. A set that extends another says so for itself.
    small_denominator: rates over so many dossiers or fewer are marked. effective_from and
    effective_to: first and last day in force, None while it still is.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    names: Names
    effective_from: Day
    effective_to: Day | None = None
    source: Word
    shown: Literal["published", "computed"] = "computed"
    rounding: Rounding
    small_denominator: Whole = Field(ge=0)
    boxes: tuple[str, ...] = Field(min_length=1)
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    deadlines: tuple[Deadline, ...] = ()
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
    def deadline(self) -> dict[str, Deadline]:
        """Deadlines by code."""
        return {deadline.code: deadline for deadline in self.deadlines}

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
        for grade in self.grades.bounds:
            if total >= grade.least:
                break
        return grade  # the last bound is 0

    def label(self, code: str) -> Text:
        """The name of a group or indicator."""
        names = (self.group.get(code) or self.indicator[code]).names
        return say("{name_vi}", "{name_en}", name_vi=names.vi, name_en=names.en)
