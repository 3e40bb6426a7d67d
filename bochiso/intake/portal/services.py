"""The shapes in which the portal's services answer, and what a row of each says as figures.

    service-results                            overview, evaluation[]: total and points per group
    transparency, dossier-digitized,
    handling-satisfaction                      overview, evaluation[]: metrics[] of one group
    dvc-progress-tree, provide-online-tree,
    formality-online-payment-tree              parent, children[]: counts in fields of their own

A service is known by the keys of its answer, not by the file's name.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from bochiso.errors import SourceError, Where
from bochiso.intake.portal.decode import (
    FieldError,
    Row,
    changed_type,
    excerpt,
    mean_of,
    not_an_answer,
    number_of,
    text_of,
)
from bochiso.intake.portal.rows import Figure, PortalRows
from bochiso.intake.result import RefusalKind
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import TOTAL
from bochiso.text import say

NewFigure = Callable[..., Figure]
"""Makes a figure of the row at hand, given its code and numbers."""


class _Count(NamedTuple):
    """An indicator as a tree service gives it: the sum of some fields over another field."""

    code: str
    over: tuple[str, ...]
    under: str


@dataclass(frozen=True)
class Tree:
    """A service that answers parent and children[]: its group, its counts, its mean if it has one."""

    group: str
    counts: tuple[_Count, ...]
    mean: tuple[str, str] | None = None

    @property
    def fields(self) -> set[str]:
        """The fields that tell it from the other trees."""
        return {field for count in self.counts for field in (*count.over, count.under)}


_TREES = (
    Tree(
        "TDGQ",
        (_Count("RESOLVED_ON_TIME", ("totalOnTime",), "totalReceived"),),
        mean=("AVERAGE_PROCESSING_DAYS", "avgProcessingDays"),
    ),
    Tree(
        "CLGQ",
        (
            _Count("ONLINE_PROVISION", ("partialCount", "fullCount"), "authorityCount"),
            _Count("ONLINE_WITH_DOSSIERS", ("onlineDossierCount",), "onlineServiceTotal"),
            _Count("ONLINE_FILING", ("channelOnlineSum",), "channelTotalSum"),
        ),
    ),
    Tree(
        "TTTT",
        (
            _Count("PAYMENT_PROCEDURES", ("totalDossierOnlineFormalityPaymentSuccess",), "totalFeeFormality"),
            _Count("PAYMENT_INTEGRATED", ("totalFeeDossierFormality",), "totalFeeFormality"),
            _Count(
                "PAYMENT_DOSSIERS", ("totalDossierOnlinePaymentSuccess",), "totalDossierFinancialObligation"
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Metrics:
    """A service whose rows carry metrics[] of one group."""

    group: str


@dataclass(frozen=True)
class Results:
    """The service of totals and points per group."""


@dataclass(frozen=True)
class DecodedAnswer:
    """One answer: its rows as decoded, the one that sums them up (overview, parent) without a number."""

    name: str
    rows: tuple[tuple[int | None, Any], ...]
    shape: Tree | Metrics | Results
    stated: int | None = None
    """How many rows the portal says that all pages of it have."""


def recognise(name: str, body: Row, rules: RuleSet) -> DecodedAnswer:
    """The rows and the shape of an answer. Raises SourceError where it has none of the shapes."""
    is_tree = bool(body.keys() & {"parent", "children"})
    head, below = ("parent", "children") if is_tree else ("overview", "evaluation")
    listed = [] if body.get(below) is None else body[below]
    if not isinstance(listed, list):
        raise not_an_answer(name)
    rows: list[tuple[int | None, Any]] = [*enumerate(listed, start=1)]
    if not listed and (strange := _strange_list(body, below)) is not None:
        raise _renamed(name, below, *strange)
    if body.get(head) is not None:
        rows.insert(0, (None, body[head]))
    objects: list[Row] = [row for _, row in rows if isinstance(row, dict)]
    shape = _tree_of(objects) if is_tree else _list_of(objects, rules)
    if shape is None:
        raise not_an_answer(name)
    return DecodedAnswer(name, tuple(rows), shape, _stated(body))


def _stated(body: Row) -> int | None:
    pagination = body.get("pagination")
    if not isinstance(pagination, dict):
        return None
    counts = (pagination.get(key) for key in ROW_COUNTS)
    return next((count for count in counts if isinstance(count, int) and not isinstance(count, bool)), None)


def _strange_list(body: Row, expected: str) -> tuple[str, int] | None:
    """A list of units under another name than the one that answers have, and how many it lists."""
    for key, value in body.items():
        if key != expected and isinstance(value, list) and value:
            units = sum(isinstance(row, dict) and bool(row.keys() & _UNIT_KEYS) for row in value)
            if units:
                return key, units
    return None


_UNIT_KEYS = {"departmentCode", "departmentId"}
ROW_COUNTS = ("totalItems", "totalElements", "totalRecords", "totalCount", "total")
"""What a service may call the number of all rows."""


def _renamed(name: str, expected: str, found: str, units: int) -> SourceError:
    return SourceError(
        say(
            "không có danh sách đơn vị ở “{expected}”; có {units} đơn vị ở “{found}” mà bochiso không biết: "
            "Cổng đã đổi cách trả lời, hoặc tệp do công cụ khác ghi lại.",
            "there is no list of units in “{expected}”; {units} "
            "{units:unit stands|units stand} in “{found}”, which isn't known: "
            "the portal has changed its answers, or another tool wrote the file.",
            expected=expected,
            found=found,
            units=units,
        ),
        where=Where(name),
        do=say(
            "Hãy nạp nguyên câu trả lời của Cổng; nếu Cổng đã đổi, hãy báo để cập nhật bochiso.",
            "Import the portal's own answer; if it has changed, bochiso has to be brought up to date.",
        ),
    )


def _tree_of(rows: list[Row]) -> Tree | None:
    keys = {key for row in rows for key in row}
    best = max(_TREES, key=lambda tree: len(tree.fields & keys))
    return best if best.fields & keys else None


def _list_of(rows: list[Row], rules: RuleSet) -> Metrics | Results | None:
    if not any("metrics" in row for row in rows):
        if any(_of_one_group(row, rules) for row in rows):
            return None  # the service of one group, whose metrics are called otherwise now
        return Results() if any(row.keys() & {"totalScore", "groupScores"} for row in rows) else None
    lists = [row["metrics"] for row in rows if isinstance(row.get("metrics"), list)]
    codes = [metric.get("code") for metrics in lists for metric in metrics if isinstance(metric, dict)]
    known = [
        rules.indicator[code].group for code in codes if isinstance(code, str) and code in rules.indicator
    ]
    return Metrics(Counter(known).most_common(1)[0][0]) if known else None


def _of_one_group(row: Row, rules: RuleSet) -> bool:
    """Whether a row's score is out of other than all points: 11.9 of 18 is no total."""
    most = row.get("totalMaxScore")
    return isinstance(most, int | Decimal) and not isinstance(most, bool) and most != rules.total_points


def figures_of(
    answer: DecodedAnswer, row: Row, new: NewFigure, where: Where, reading: PortalRows
) -> list[Figure]:
    """What one row says. Raises FieldError where the row can't be used; refuses single metrics."""
    match answer.shape:
        case Results():
            return list(_results(row, new, where, reading))
        case Metrics(group):
            return [*_box(row, group, new), *_metrics(row, new, where, reading)]
        case Tree() as tree:
            if where.row is None:
                _fields_missing(row, tree, where, reading)
            return list(_tree(row, tree, new, reading.rules))


def _box(row: Row, group: str, new: NewFigure) -> Iterator[Figure]:
    points = _points_of(row)
    if points is not None:
        yield new(group, points=points)


def _points_of(row: Row) -> Decimal | None:
    """The points of the row's group: some rows call them totalScore, others score."""
    total = number_of(row, "totalScore")
    return number_of(row, "score") if total is None else total


def _results(row: Row, new: NewFigure, where: Where, reading: PortalRows) -> Iterator[Figure]:
    total = number_of(row, "totalScore")
    if total is not None:
        yield new(TOTAL, points=total)
    groups = row.get("groupScores")
    if groups is None:
        return
    if not isinstance(groups, dict):
        raise changed_type("groupScores", groups)
    for key, code in group_codes(groups, reading.rules).items():
        if code not in reading.rules.group:
            reading.unknown(where, key)
        elif (points := number_of(groups, key)) is not None:
            yield new(code, points=points)


def group_codes(keys: Row, rules: RuleSet) -> dict[str, str]:
    """The group that each key means.

    ONLINE is the portal's other name of CLGQ; where payment (TTTT) has no key of its own, it
    stands for both, as ONLINE_SERVICE does.
    """
    own = {alias: group.code for group in rules.groups for alias in group.aliases}
    found = {key: own.get(key, key) for key in keys}
    for whole in rules.groups:
        for key, code in found.items():
            if key != code and code in whole.parts and not set(whole.parts) - {code} & set(found.values()):
                found[key] = whole.code
    return found


def _metrics(row: Row, new: NewFigure, where: Where, reading: PortalRows) -> Iterator[Figure]:
    metrics = row.get("metrics")
    if metrics is None:
        return
    if not isinstance(metrics, list):
        raise changed_type("metrics", metrics)
    for metric in metrics:
        try:
            if not isinstance(metric, dict):
                raise changed_type("metrics", metric)
            figure = _metric(metric, new)
            if figure.code in reading.rules.indicator:
                yield figure
            else:
                reading.unknown(where, figure.code)
        except FieldError as error:
            reading.refuse(Where(where.file, where.row, error.column), error.reason, excerpt(metric))


def _metric(metric: Row, new: NewFigure) -> Figure:
    code = text_of(metric, "code")
    if code is None:
        raise changed_type("code", None)
    remarks = [text_of(metric, "dataQualityStatus"), text_of(metric, "dataQualityMessage")]
    return new(
        code,
        numerator=number_of(metric, "numerator"),
        denominator=number_of(metric, "denominator"),
        points=number_of(metric, "score"),
        quality=": ".join(remark for remark in remarks if remark) or None,
    )


def _fields_missing(row: Row, tree: Tree, where: Where, reading: PortalRows) -> None:
    """Refuse what a province's row no longer gives: the others may be there, their counts aren't whole."""
    counted = any(row.get(field) is not None for field in tree.fields)
    for count in tree.counts if counted else ():
        for field in (*count.over, count.under):
            if field not in row:
                reading.refuse(
                    Where(where.file, None, field),
                    say(
                        "câu trả lời không còn trường {field}, nên thiếu chỉ số “{name}”; "
                        "có thể Cổng đã đổi cách trả lời.",
                        "the answer has no field {field} any more, so “{name}” is missing; "
                        "the portal may have changed its answers.",
                        field=field,
                        name=reading.rules.label(count.code),
                    ),
                    kind=RefusalKind.INCOMPLETE,
                )


def _tree(row: Row, tree: Tree, new: NewFigure, rules: RuleSet) -> Iterator[Figure]:
    points = _points_of(row)
    scored = [indicator.code for indicator in rules.in_group.get(tree.group, ()) if indicator.scored]
    for count in tree.counts:
        if not row.keys() & {*count.over, count.under}:
            continue
        over = [number_of(row, field) for field in count.over]
        yield new(
            count.code,
            numerator=None if None in over else sum(filter(None, over), Decimal(0)),
            denominator=number_of(row, count.under),
            # The only indicator of its group that earns points has the points of the group.
            points=points if scored == [count.code] else None,
        )
    if tree.mean is not None and (mean := mean_of(row, tree.mean[1])) is not None:
        yield new(tree.mean[0], numerator=mean)
    if points is not None:
        yield new(tree.group, points=points)
