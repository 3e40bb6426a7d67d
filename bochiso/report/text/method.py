"""How points and grades come about, in words, from the set of rules and from what the figures stand on."""

from decimal import Decimal

from bochiso.report import phrases
from bochiso.report.context import Method, RuleGroup
from bochiso.report.text.document_builder import LEVELS, DocumentBuilder
from bochiso.rules.rule_set import RuleSet
from bochiso.score.formula import points_from_rate
from bochiso.score.scoring import Basis
from bochiso.units.model import Level

_EXAMPLE = 75
"""The rate of the worked example, in percent."""


def method(builder: DocumentBuilder) -> Method:
    """The groups, the ways to points, and the bounds of grades."""
    rules = builder.facts.rules
    groups = [rules.group[code] for code in _groups(rules)]
    return Method(
        total=phrases.plain(rules.total_points),
        count=phrases.count(len(groups)),
        groups=[RuleGroup(group.names.vi, phrases.plain(group.points)) for group in groups],
        ways=_ways(builder),
        grades=_grades(rules),
    )


def _groups(rules: RuleSet) -> list[str]:
    """The groups of the decision: boxes that are parts of one group count as that group."""
    made = [group for group in rules.groups if group.parts and set(group.parts) <= set(rules.boxes)]
    whole = {part: group.code for group in made for part in group.parts}
    return list(dict.fromkeys(whole.get(code, code) for code in rules.boxes))


def _ways(builder: DocumentBuilder) -> list[str]:
    """How the units of each level came to their points; levels that came the same way together."""
    by_way: dict[Basis, list[Level]] = {}
    for figures in builder.facts.levels:
        found = {row.score.basis for row in figures.standings.rows}
        for basis in Basis:
            if basis in found:
                by_way.setdefault(basis, []).append(figures.level)
    return [
        f"Đối với {phrases.together(*(LEVELS[level].name for level in levels))}: {_way(builder, basis)}"
        for basis, levels in by_way.items()
    ]


def _way(builder: DocumentBuilder, basis: Basis) -> str:
    rules, source = builder.facts.rules, builder.source
    if basis is Basis.MEASURED:
        return (
            "điểm của từng chỉ số bằng điểm tối đa nhân với tỷ lệ đạt được chia cho mức đạt điểm tối đa, "
            "không vượt quá điểm tối đa; tổng điểm là tổng điểm các chỉ số"
        )
    if basis is Basis.RATES:
        group = max((rules.group[code] for code in rules.boxes), key=lambda each: each.points)
        earned = phrases.plain(points_from_rate(Decimal(_EXAMPLE), group.points))
        return (
            "điểm của từng nhóm chỉ số bằng tỷ lệ đạt được nhân với điểm tối đa của nhóm (ví dụ: đạt "
            f"{_EXAMPLE}% của nhóm {group.names.vi} thì được {_EXAMPLE} × {phrases.plain(group.points)}/100 "
            f"= {earned} điểm); tổng điểm là tổng điểm các nhóm"
        )
    if basis is Basis.POINTS:
        return f"lấy điểm từng nhóm chỉ số do {source} tính và công bố; tổng điểm là tổng điểm các nhóm"
    return f"lấy tổng điểm do {source} tính và công bố"


def _grades(rules: RuleSet) -> list[str]:
    lines, above = [], None
    for grade in rules.grades.bounds:
        least = phrases.plain(grade.least)
        if above is None:
            line = f"Từ {least} điểm trở lên: {grade.names.vi}"
        elif grade.least:
            line = f"Từ {least} đến dưới {above} điểm: {grade.names.vi}"
        else:
            line = f"Dưới {above} điểm: {grade.names.vi}"
        lines.append(line)
        above = least
    return lines
