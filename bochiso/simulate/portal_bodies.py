"""The portal's answers as JSON bodies, in the shapes of its services (version of 2026)."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.simulate.dice import Dice
from bochiso.simulate.name_lists import PROCEDURES
from bochiso.simulate.portal_figures import PortalFigures, mean_points, portal_rules
from bochiso.simulate.query import GROUPS, PROVINCES, RESULTS, BadQuery, Query, department_id, page_of
from bochiso.text import hundredths
from bochiso.units.codes import fold, natural_key
from bochiso.units.model import Level

Json = dict[str, Any]

_encoder = msgspec.json.Encoder(decimal_format="number")
_COUNTRY: Json = {"departmentId": None, "departmentName": "Cả nước", "departmentCode": None}
_CHILD_GROUPS = {Level.DEPARTMENT: "AGENCY", Level.COMMUNE: "COMMUNE"}
_TREE_LEVELS = {Level.DEPARTMENT: "PROVINCE", Level.COMMUNE: "COMMUNE"}


def encode(body: Json) -> bytes:
    """JSON in UTF-8, decimals as numbers with the digits they need."""
    return _encoder.encode(body)


def envelope(data: Any, code: str = "OK", message: str = "OK") -> Json:
    """The body around every answer."""
    return {"code": code, "data": data, "message": message}


def answer(figures: PortalFigures, service: str, query: Query) -> Json:
    """The body that a service answers with. `figures` are those of the period that is asked for.

    Raises BadQuery where no province has the id that is asked for.
    """
    rules = portal_rules()
    if service == RESULTS:
        return envelope(_results(figures, query, rules))
    group = GROUPS[service]
    top, rows = _asked(figures, query)
    rows = [each for each in rows if each.unit.code not in figures.absent.get(group, ())]
    rows = _page(rows, query, lambda each: each.points.get(group))
    if group in _TREES:
        parent = (
            _country_tree(figures, group, rules) if top is None else _tree(top, group, rules, parent=True)
        )
        return envelope({"parent": parent, "children": [_tree(each, group, rules) for each in rows]})
    overview = dict(_COUNTRY) if top is None else _metrics(top, group, rules)
    return envelope({"overview": overview, "evaluation": [_metrics(each, group, rules) for each in rows]})


def _asked(figures: PortalFigures, query: Query) -> tuple[UnitFigures | None, Sequence[UnitFigures]]:
    """The row above (None: the whole country) and the rows below that a request is about.

    Ministries, and the units of any other province than the simulated one, are not simulated.
    """
    if query.root is None:
        provinces = query.kind in (None, PROVINCES)
        return None, figures.provinces if provinces else ()
    for province in figures.provinces:
        if department_id(province.unit.code) == query.root:
            return province, figures.units if province.unit.code == figures.root else ()
    raise BadQuery("rootDepartmentId: no such department")


def _page(
    rows: Sequence[UnitFigures], query: Query, points: Callable[[UnitFigures], Decimal | None]
) -> Sequence[UnitFigures]:
    """One page of the rows, most points first."""
    ordered = sorted(rows, key=lambda each: (-(points(each) or 0), natural_key(each.unit.code)))
    return ordered[(query.page - 1) * query.size : query.page * query.size]


def _identity(figures: UnitFigures) -> Json:
    unit = figures.unit
    return {
        "departmentId": department_id(unit.code),
        "departmentName": unit.name,
        "departmentCode": unit.code,
    }


# Totals.


def _results(figures: PortalFigures, query: Query, rules: RuleSet) -> Json:
    top, rows = _asked(figures, query)
    means = mean_points(rows or figures.provinces)
    if top is None:
        total = sum(means.values(), Decimal(0))
        overview = _COUNTRY | {
            "totalScore": _plain(total),
            "ratio": _plain(total),
            "groupScores": _all(means),
        }
    else:
        overview = _result(top)
    delta = overview.get("scoreDelta", 0)
    return {
        "overview": overview,
        "growthPercent": delta,
        "radar": _radar(means, rules),
        "donuts": [],
        "evaluation": [_result(each) for each in _page(rows, query, lambda each: each.total)],
        "monthlyChart": [],
        "dossierChart": [],
    }


def _result(figures: UnitFigures) -> Json:
    """A row of totals; a province has its groups beside it, a unit says which kind it is."""
    total = _plain(figures.total)
    delta = Decimal(Dice("delta", figures.unit.code).between(-300, 2500)).scaleb(-2)
    row = _identity(figures) | {"totalScore": total, "ratio": total, "scoreDelta": _plain(delta)}
    kind = _CHILD_GROUPS.get(figures.unit.level)
    return row | ({"groupScores": _all(figures.points)} if kind is None else {"childGroup": kind})


def _radar(means: dict[str, Decimal], rules: RuleSet) -> list[Json]:
    """The mean of each group, online services and payment as the one group that they are."""
    parts = {part: group.code for group in rules.groups for part in group.parts}
    sums: dict[str, Decimal] = {}
    for code, points in means.items():
        whole = parts.get(code, code)
        sums[whole] = sums.get(whole, Decimal(0)) + points
    return [
        {
            "code": code,
            "name": rules.group[code].names.vi,
            "score": _plain(points),
            "maxScore": _plain(rules.group[code].points),
        }
        for code, points in sums.items()
    ]


# Groups whose indicators are listed one by one.


def _metrics(figures: UnitFigures, group: str, rules: RuleSet) -> Json:
    points, whole = figures.points.get(group), rules.group[group].points
    return _identity(figures) | {
        "totalScore": _plain(points),
        "totalMaxScore": _plain(whole),
        "ratio": _percent(points, whole),
        "metrics": [
            _metric(figures.counts[each.code], each.code, rules)
            for each in rules.in_group[group]
            if each.code in figures.counts
        ],
    }


def _metric(count: Count, code: str, rules: RuleSet) -> Json:
    rule = rules.indicator[code]
    metric = {
        "code": code,
        "name": rule.names.vi,
        "numerator": count.numerator,
        "denominator": count.denominator,
        "ratio": _percent(count.numerator, count.denominator),
        "score": _plain(count.published),
        "maxScore": _plain(rule.points),
    }
    if count.quality is not None:
        status, _, message = count.quality.partition(": ")
        metric |= {"dataQualityStatus": status, "dataQualityMessage": message}
    return metric


# Groups whose counts stand in fields of their own: a parent and its children.


def _tree(figures: UnitFigures, group: str, rules: RuleSet, *, parent: bool = False) -> Json:
    row = _identity(figures)
    if (level := _TREE_LEVELS.get(figures.unit.level)) is not None:
        row["level"] = level
    points, whole = figures.points.get(group), rules.group[group].points
    own = group == "TDGQ" and not parent
    row |= {
        "score" if own else "totalScore": _plain(points),
        "maxScore" if own else "totalMaxScore": _plain(whole),
        "ratio": _percent(points, whole),
    }
    return row | _TREES[group](figures.counts, parent) if figures.counts else row


def _progress(counts: dict[str, Count], parent: bool) -> Json:
    received, on_time = _numbers(counts["RESOLVED_ON_TIME"])[::-1]
    mean = counts.get("AVERAGE_PROCESSING_DAYS", Count()).numerator
    row: Json = {"totalReceived": received, "totalOnTime": on_time, "avgProcessingDays": _plain(mean)}
    row["totalCompleted" if parent else "totalOverdue"] = (
        received - received // 40 if parent else received - on_time
    )
    return row | {"scoreDelta": 0}


_ONLINE_FIELDS = (
    "authorityCount", "partialCount", "fullCount", "onlineDossierCount", "onlineServiceTotal",
    "channelOnlineSum", "channelDirectSum", "channelPostalSum", "channelTotalSum", "onlineOnTimeSum",
    "onlineOverdueSum",
)  # fmt: skip


def _online(counts: dict[str, Count], parent: bool) -> Json:
    if not parent:  # of units the portal gives the points alone
        return {}
    if "ONLINE_PROVISION" not in counts:  # recorded without them
        return dict.fromkeys(_ONLINE_FIELDS)
    offered, authority = _numbers(counts["ONLINE_PROVISION"])
    used, services = _numbers(counts["ONLINE_WITH_DOSSIERS"])
    online, received = _numbers(counts["ONLINE_FILING"])
    on_time, handled = _numbers(counts["RESOLVED_ON_TIME"])
    timely = online * on_time // handled if handled else 0
    return {
        "authorityCount": authority,
        "partialCount": offered * 3 // 5,
        "fullCount": offered - offered * 3 // 5,
        "onlineDossierCount": used,
        "onlineServiceTotal": services,
        "channelOnlineSum": online,
        "channelDirectSum": received - online,
        "channelPostalSum": 0,
        "channelTotalSum": received,
        "onlineOnTimeSum": timely,
        "onlineOverdueSum": online - timely,
    }


def _payment(counts: dict[str, Count], parent: bool) -> Json:
    paid, owing = _numbers(counts["PAYMENT_DOSSIERS"])
    used, bearing = _numbers(counts["PAYMENT_PROCEDURES"])
    integrated, _ = _numbers(counts["PAYMENT_INTEGRATED"])
    return {
        "totalDossierOnlinePaymentSuccess": paid,
        "totalDossierFinancialObligation": owing,
        "totalDossierOnlineFormalityPaymentSuccess": used,
        "totalFeeDossierFormality": integrated,
        "totalFeeFormality": bearing,
    }


_TREES: dict[str, Callable[[dict[str, Count], bool], Json]] = {
    "TDGQ": _progress,
    "CLGQ": _online,
    "TTTT": _payment,
}


def _country_tree(figures: PortalFigures, group: str, rules: RuleSet) -> Json:
    mean = mean_points(figures.provinces).get(group)
    return _COUNTRY | {"totalScore": _plain(mean), "totalMaxScore": _plain(rules.group[group].points)}


# The catalogue of procedures.


def formalities(figures: PortalFigures, body: Any) -> Json:
    """The body of the catalogue: procedures whose code or name holds `q`. Raises BadQuery."""
    if not isinstance(body, dict) or not isinstance(body.get("q", ""), str):
        raise BadQuery("q must be a string")
    page, size = page_of(body)
    wanted = fold(body.get("q", ""))
    found = [each for each in PROCEDURES if wanted in each.code or wanted in fold(each.name)]
    province = department_id(figures.root)
    communes = [department_id(each.unit.code) for each in figures.units if each.unit.level is Level.COMMUNE]
    items = [
        {
            "id": department_id(each.code),
            "code": each.code,
            "name": each.name,
            "state": "PUBLISHED",
            "departmentId": province,
            "publishingDepartmentIds": [province],
            "appliedDepartmentIds": communes,
        }
        for each in found[(page - 1) * size : page * size]
    ]
    pages = -(-len(found) // size)
    pagination = {"currentPage": page, "pageSize": size, "totalItems": len(found), "totalPages": pages}
    return envelope({"items": items, "pagination": pagination})


# Numbers as JSON has them.


def _numbers(count: Count) -> tuple[int, int]:
    """Numerator and denominator of an indicator that is always counted."""
    return int(count.numerator or 0), int(count.denominator or 0)


def _all(points: dict[str, Decimal]) -> Json:
    return {code: _plain(value) for code, value in points.items()}


def _plain(value: Decimal | int | None) -> Decimal | int | None:
    """A number without idle zeros: 17, not 17.00."""
    if isinstance(value, Decimal):
        return int(value) if value % 1 == 0 else value.normalize()
    return value


def _percent(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | int | None:
    return None if part is None or not whole else _plain(hundredths(Fraction(part) / Fraction(whole) * 100))
