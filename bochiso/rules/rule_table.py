"""A set of rules as rows for people: what each line counts, what it earns, and on which legal source."""

from dataclasses import dataclass
from decimal import Decimal

from bochiso.rules.rule_set import Deadline, Grade, Indicator, RuleSet
from bochiso.text import Lang, Text, number, say


@dataclass(frozen=True)
class IndicatorTableRow:
    """One indicator, as text in the reader's language; a dash where it is only shown."""

    number: str
    code: str
    group: str
    name: str
    counts: str
    points: str
    target: str
    empty: str
    levels: str
    note: str
    source: str


@dataclass(frozen=True)
class GroupRow:
    """One group; `made_of` names its parts, or its indicators by number."""

    code: str
    name: str
    points: str
    made_of: str
    source: str


@dataclass(frozen=True)
class GradeRow:
    """One grade and the totals that earn it."""

    code: str
    name: str
    totals: str


@dataclass(frozen=True)
class DeadlineRow:
    """One deadline, in words."""

    number: str
    name: str
    deadline: str
    source: str


_NONE = "–"
_LEVELS: dict[str, Text] = {
    "province": say("cấp tỉnh", "provinces"),
    "department": say("sở, ban, ngành", "departments"),
    "district": say("cấp huyện", "districts"),
    "commune": say("cấp xã", "communes"),
}
_EVENTS: dict[tuple[str, str], Text] = {
    ("before", "effective"): say("trước ngày thủ tục có hiệu lực", "before the procedure takes effect"),
    ("after", "effective"): say("kể từ ngày thủ tục có hiệu lực", "after the procedure takes effect"),
    ("before", "decision"): say("trước ngày ký quyết định công bố", "before the publication decision"),
    ("after", "decision"): say("kể từ ngày ký quyết định công bố", "after the publication decision"),
    ("before", "sent_or_forwarded"): say(
        "trước ngày gửi hoặc chuyển gần nhất", "before the sending or latest forwarding"
    ),
    ("after", "sent_or_forwarded"): say(
        "kể từ ngày gửi hoặc chuyển gần nhất", "after the sending or latest forwarding"
    ),
    ("before", "resolved"): say("trước ngày có kết quả xử lý", "before it was resolved"),
    ("after", "resolved"): say("kể từ ngày có kết quả xử lý", "after it was resolved"),
}


def indicator_rows(rules: RuleSet, lang: Lang) -> list[IndicatorTableRow]:
    """A row for each indicator, in the order of the set."""
    return [
        IndicatorTableRow(
            number=indicator.number,
            code=indicator.code,
            group=indicator.group,
            name=indicator.names.render(lang),
            counts=indicator.counts.render(lang),
            points=_number(indicator.points, lang) if indicator.scored else _shown_only(lang),
            target=_NONE if indicator.target is None else _number(indicator.target * 100, lang) + "%",
            empty=_NONE if indicator.empty is None else _number(indicator.empty, lang),
            levels=_levels(indicator, lang),
            note=indicator.note.render(lang) if indicator.note else "",
            source=indicator.source,
        )
        for indicator in rules.indicators
    ]


def group_rows(rules: RuleSet, lang: Lang) -> list[GroupRow]:
    """A row for each group: the boxes in their order, then the others."""
    codes = [*rules.boxes, *(code for code in rules.group if code not in rules.boxes)]
    return [
        GroupRow(
            code=code,
            name=rules.group[code].names.render(lang),
            points=_number(rules.group[code].points, lang),
            made_of=" + ".join(rules.group[code].parts) or ", ".join(i.number for i in rules.in_group[code]),
            source=rules.group[code].source,
        )
        for code in codes
    ]


def grade_rows(rules: RuleSet, lang: Lang) -> list[GradeRow]:
    """A row for each grade, best first."""
    bounds = rules.grades.bounds
    above = [None, *bounds[:-1]]
    return [
        GradeRow(grade.code, grade.names.render(lang), _totals(grade, better, lang))
        for grade, better in zip(bounds, above, strict=True)
    ]


def deadline_rows(rules: RuleSet, lang: Lang) -> list[DeadlineRow]:
    """A row for each deadline, in the order of the set."""
    return [
        DeadlineRow(
            number=rules.indicator[deadline.indicator].number,
            name=deadline.names.render(lang),
            deadline=_deadline(deadline, lang),
            source=deadline.source,
        )
        for deadline in rules.deadlines
    ]


def _number(value: Decimal, lang: Lang) -> str:
    """A number without needless decimals: 6, 2,5."""
    return number(Decimal(f"{value.normalize():f}"), lang)


def _shown_only(lang: Lang) -> str:
    return say("không tính điểm", "shown only").render(lang)


def _levels(indicator: Indicator, lang: Lang) -> str:
    """`cấp tỉnh; kế thừa từ tỉnh: sở, ban, ngành; cấp xã`."""
    own = [level for level in indicator.levels if level not in indicator.inherits]
    if len(own) == len(_LEVELS):
        return say("tất cả các cấp", "all levels").render(lang)
    listed = "; ".join(_LEVELS[level].render(lang) for level in own)
    if not indicator.inherits:
        return listed
    heirs = "; ".join(_LEVELS[level].render(lang) for level in indicator.inherits)
    inherited = say("kế thừa từ tỉnh: {heirs}", "inherited from the province: {heirs}", heirs=heirs)
    return "; ".join(part for part in (listed, inherited.render(lang)) if part)


def _totals(grade: Grade, better: Grade | None, lang: Lang) -> str:
    """`từ 80 đến dưới 90 điểm`, as offices write it."""
    least = _number(grade.least, lang)
    if better is None:
        return say("từ {least} điểm trở lên", "{least} points or more", least=least).render(lang)
    below = _number(better.least, lang)
    if not grade.least:
        return say("dưới {below} điểm", "below {below} points", below=below).render(lang)
    both = say(
        "từ {least} đến dưới {below} điểm", "{least} to below {below} points", least=least, below=below
    )
    return both.render(lang)


def _deadline(deadline: Deadline, lang: Lang) -> str:
    """`chậm nhất 05 ngày làm việc trước ngày thủ tục có hiệu lực`."""
    event = _EVENTS[deadline.side, deadline.event]
    return say(
        "chậm nhất {days:02d} ngày làm việc {event}",
        "at the latest {days:d} working days {event}",
        days=deadline.days,
        event=event,
    ).render(lang)
