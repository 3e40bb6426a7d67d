"""Scores, rankings, explanations and checks as they leave the house: what JSON, CSV and the API have of them.

What the API answers with is a dataclass: its fields are the answer and its annotations the schema. Points
are decimals of two places; None where a thing was not measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from pydantic import Field, WithJsonSchema

from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change, Fate
from bochiso.score.explanation import Cause, Loss
from bochiso.score.ranking import Standing
from bochiso.score.recomputation import CheckResult, FigureComparison
from bochiso.score.reconcile import Discrepancy
from bochiso.score.remarks import notes
from bochiso.score.scoring import IndicatorScore
from bochiso.text import Lang, hundredths
from bochiso.units.model import Level

Plain = dict[str, Any]

JsonNumber = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A decimal that JSON has as a number."""
JsonCount = Annotated[Decimal | int, WithJsonSchema({"type": "number"})]
LevelCode = Annotated[str, Field(json_schema_extra={"enum": [each.value for each in Level]})]
FateCode = Annotated[str, Field(json_schema_extra={"enum": [each.value for each in Fate]})]


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator of one unit; rate and target are shares of 1."""

    code: str
    group: str
    numerator: JsonCount | None
    denominator: JsonCount | None
    rate: JsonNumber | None
    target: JsonNumber | None
    points: JsonNumber | None
    max_points: JsonNumber
    published: JsonNumber | None
    inherited_from: str | None


@dataclass(frozen=True)
class UnitRow:
    """One unit in a ranking; `rank` is null where its total is, `grade` too where it isn't certain.

    `out_of`: the points that it could earn by what is known of it.
    """

    unit: str
    unit_name: str
    level: LevelCode
    parent: str | None
    total: JsonNumber | None
    grade: str | None
    rank: int | None
    of: int
    out_of: JsonNumber
    basis: str | None
    complete: bool
    groups: dict[str, JsonNumber | None]


@dataclass(frozen=True)
class UnitScore(UnitRow):
    """One unit with its indicators and remarks."""

    indicators: list[IndicatorRow]
    notes: list[str]


@dataclass(frozen=True)
class Before:
    """A unit in the earlier snapshot."""

    unit_name: str
    total: JsonNumber | None
    rank: int | None
    of: int


@dataclass(frozen=True)
class ChangeRow:
    """What changed for one unit. Points: after less before; rank: places gained."""

    unit: str
    fate: FateCode
    total: JsonNumber | None
    rank: int | None
    groups: dict[str, JsonNumber]
    indicators: dict[str, JsonNumber]
    before: Before | None
    became: str | None


def plain(row: object) -> Plain:
    """A row's fields by name, as JSON has them but for decimals, which stay exact."""
    found: Plain = msgspec.to_builtins(row, builtin_types=(Decimal,))
    return found


def unit_row(standing: Standing, lang: Lang) -> UnitRow:
    """One unit of a ranking."""
    return UnitRow(**_unit(standing, lang))


def unit_score(standing: Standing, rules: RuleSet, lang: Lang) -> UnitScore:
    """One unit with all that its points are made of."""
    return UnitScore(
        **_unit(standing, lang),
        indicators=[indicator_row(each) for each in standing.score.indicators],
        notes=[note.render(lang) for note in notes(standing.score, rules)],
    )


def _unit(standing: Standing, lang: Lang) -> Plain:
    score = standing.score
    return {
        "unit": score.unit.code,
        "unit_name": score.unit.name,
        "level": score.unit.level,
        "parent": score.unit.parent,
        "total": _points(score.total),
        "grade": standing.grade.names.render(lang) if standing.grade else None,
        "rank": standing.rank,
        "of": standing.of,
        "out_of": score.most,
        "basis": score.basis,
        "complete": score.complete,
        "groups": {box.code: _points(box.points) for box in score.boxes},
    }


def indicator_row(each: IndicatorScore) -> IndicatorRow:
    """One indicator of a unit."""
    return IndicatorRow(
        code=each.rule.code,
        group=each.rule.group,
        numerator=each.count.numerator,
        denominator=each.count.denominator,
        rate=rate_of(each),
        target=each.rule.target,
        points=_points(each.points),
        max_points=each.rule.points,
        published=_points(each.count.published),
        inherited_from=each.inherited_from,
    )


def rate_of(each: IndicatorScore) -> Decimal | None:
    """An indicator's rate as a share of 1, of six decimals."""
    rate = each.rate
    return None if rate is None else round(Decimal(rate.numerator) / Decimal(rate.denominator), 6)


def change_row(change: Change) -> ChangeRow:
    """What changed for one unit."""
    before = change.before
    return ChangeRow(
        unit=change.code,
        fate=change.fate,
        total=_points(change.total),
        rank=change.rank,
        groups={code: hundredths(points) for code, points in change.boxes.items()},
        indicators={code: hundredths(points) for code, points in change.indicators.items()},
        before=None
        if before is None
        else Before(before.score.unit.name, _points(before.score.total), before.rank, before.of),
        became=change.became,
    )


def standing_object(standing: Standing, rules: RuleSet, lang: Lang) -> Plain:
    """One unit as `bochiso score --format json` promises it."""
    return plain(unit_score(standing, rules, lang))


def ranking_row(standing: Standing, boxes: Sequence[str], lang: Lang) -> Plain:
    """One unit as a row of any table of a ranking, the points of these boxes last; nothing is rounded."""
    score = standing.score
    points = {box.code: box.points for box in score.boxes}
    return {
        "rank": standing.rank,
        "of": standing.of,
        "unit": score.unit.code,
        "unit_name": score.unit.name,
        "level": score.unit.level.value,
        "parent": score.unit.parent,
        "total": score.total,
        "grade": standing.grade.names.render(lang) if standing.grade else None,
        **{code: points.get(code) for code in boxes},
    }


def standing_row(standing: Standing, boxes: Sequence[str], lang: Lang) -> Plain:
    """One unit as a row of `bochiso score --format csv`."""
    row = ranking_row(standing, boxes, lang)
    del row["parent"]
    return row | {code: _points(row[code]) for code in ("total", *boxes)}


def change_object(change: Change | None) -> Plain | None:
    """What changed for one unit that is named beside it; None where there is nothing to compare with."""
    if change is None:
        return None
    return {key: value for key, value in plain(change_row(change)).items() if key != "unit"}


def loss_object(line: Loss, rules: RuleSet, lang: Lang) -> Plain:
    """One line of an explanation."""
    known = {} if line.indicator is None else plain(indicator_row(line.indicator))
    return {
        "code": line.code,
        "name": rules.label(line.code).render(lang),
        **{key: known.get(key) for key in ("numerator", "denominator", "rate", "target")},
        "points": _points(line.points),
        "max_points": line.max_points,
        "lost": _points(line.lost),
        "small": line.small,
        "published": known.get("published"),
        "inherited_from": known.get("inherited_from"),
    }


def cause_object(cause: Cause) -> Plain:
    """One part of the change of a total."""
    return {
        "code": cause.code,
        "before": _points(cause.before),
        "after": _points(cause.after),
        "change": _points(cause.change),
    }


def verdict_object(verdict: CheckResult) -> Plain:
    """The verdict of a check."""
    return {
        "compared": len(verdict.compared),
        "largest": None if verdict.largest is None else comparison_object(verdict.largest),
        "differences": [comparison_object(each) for each in verdict.differences],
    }


def comparison_object(each: FigureComparison) -> Plain:
    """One published figure beside the recomputed one."""
    return {
        "unit": each.unit.code,
        "unit_name": each.unit.name,
        "code": each.code,
        "published": _points(each.published),
        "computed": _points(each.computed),
        "difference": _points(each.difference),
    }


def _points(value: Decimal | None) -> Decimal | None:
    return None if value is None else hundredths(value)


def discrepancy_object(each: Discrepancy) -> Plain:
    """One indicator that we and the source count differently."""
    return {
        "unit": each.unit.code,
        "unit_name": each.unit.name,
        "indicator": each.code,
        "own_numerator": each.own.numerator,
        "own_denominator": each.own.denominator,
        "published_numerator": each.published.numerator,
        "published_denominator": each.published.denominator,
    }
