"""Scores, rankings, explanations and checks as plain objects: what JSON, CSV and pages are made from.

Points are decimals of two places; None where a thing was not measured.
"""

from decimal import Decimal
from typing import Any

from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change
from bochiso.score.explanation import Cause, Loss
from bochiso.score.ranking import Standing
from bochiso.score.recomputation import CheckResult, FigureComparison
from bochiso.score.reconcile import Discrepancy
from bochiso.score.remarks import notes
from bochiso.score.scoring import IndicatorScore
from bochiso.text import Lang, hundredths

Plain = dict[str, Any]


def standing_object(standing: Standing, rules: RuleSet, lang: Lang) -> Plain:
    """One unit as `bochiso score --format json` promises it."""
    score = standing.score
    return {
        "unit": score.unit.code,
        "unit_name": score.unit.name,
        "level": score.unit.level.value,
        "parent": score.unit.parent,
        "total": _points(score.total),
        "grade": standing.grade.names.render(lang) if standing.grade else None,
        "rank": standing.rank,
        "of": standing.of,
        "basis": score.basis.value if score.basis else None,
        "complete": score.complete,
        "groups": {box.code: _points(box.points) for box in score.boxes},
        "indicators": [indicator_object(each) for each in score.indicators],
        "notes": [note.render(lang) for note in notes(score, rules)],
    }


def indicator_object(each: IndicatorScore) -> Plain:
    """One indicator of a unit; rate and target are shares of 1."""
    rate = each.rate
    return {
        "code": each.rule.code,
        "group": each.rule.group,
        "numerator": each.count.numerator,
        "denominator": each.count.denominator,
        "rate": None if rate is None else round(Decimal(rate.numerator) / Decimal(rate.denominator), 6),
        "target": each.rule.target,
        "points": _points(each.points),
        "max_points": each.rule.points,
        "published": _points(each.count.published),
        "inherited_from": each.inherited_from,
    }


def standing_row(standing: Standing, boxes: list[str], lang: Lang) -> Plain:
    """One unit as a row of `bochiso score --format csv`."""
    score = standing.score
    points = {box.code: box.points for box in score.boxes}
    return {
        "rank": standing.rank,
        "of": standing.of,
        "unit": score.unit.code,
        "unit_name": score.unit.name,
        "level": score.unit.level.value,
        "total": _points(score.total),
        "grade": standing.grade.names.render(lang) if standing.grade else None,
        **{code: _points(points.get(code)) for code in boxes},
    }


def change_object(change: Change | None) -> Plain | None:
    """What changed for one unit; None where there is nothing to compare with."""
    if change is None:
        return None
    before = change.before
    return {
        "fate": change.fate.value,
        "total": _points(change.total),
        "rank": change.rank,
        "groups": {code: _points(points) for code, points in change.boxes.items()},
        "indicators": {code: _points(points) for code, points in change.indicators.items()},
        "before": None
        if before is None
        else {
            "unit_name": before.score.unit.name,
            "total": _points(before.score.total),
            "rank": before.rank,
            "of": before.of,
        },
        "became": change.became,
    }


def loss_object(line: Loss, rules: RuleSet, lang: Lang) -> Plain:
    """One line of an explanation."""
    known = {} if line.indicator is None else indicator_object(line.indicator)
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
