"""How points and grades come about, in words, from the set of rules and from what the figures stand on."""

from decimal import Decimal

from bochiso.report import words
from bochiso.report.context import Method, RuleGroup
from bochiso.report.draft import LEVELS, Draft
from bochiso.rules.model import RuleSet
from bochiso.score.formula import points_from_rate
from bochiso.score.scoring import Basis
from bochiso.units.model import Level

_EXAMPLE = 75
"""The rate of the worked example, in percent."""


def method(draft: Draft) -> Method:
    """The groups, the ways to points, and the bounds of grades."""
    rules = draft.facts.rules
    groups = [rules.group[code] for code in _groups(rules)]
    return Method(
        total=words.plain(rules.total_points),
        count=words.count(len(groups)),
        groups=[RuleGroup(group.names.vi, words.plain(group.points)) for group in groups],
        ways=_ways(draft),
        grades=_grades(rules),
    )


def _groups(rules: RuleSet) -> list[str]:
    """The groups of the decision: boxes that are parts of one group count as that group."""
    made = [group for group in rules.groups if group.parts and set(group.parts) <= set(rules.boxes)]
    whole = {part: group.code for group in made for part in group.parts}
    return list(dict.fromkeys(whole.get(code, code) for code in rules.boxes))


def _ways(draft: Draft) -> list[str]:
    """How the units of each level came to their points; levels that came the same way together."""
    by_way: dict[Basis, list[Level]] = {}
    for figures in draft.facts.levels:
        found = {row.score.basis for row in figures.standings.rows}
        for basis in Basis:
            if basis in found:
                by_way.setdefault(basis, []).append(figures.level)
    return [
        f"Đối với {words.listed([LEVELS[level].name for level in levels])}: {_way(draft, basis)}"
        for basis, levels in by_way.items()
    ]


def _way(draft: Draft, basis: Basis) -> str:
    rules, source = draft.facts.rules, draft.source
    if basis is Basis.MEASURED:
        return (
            "điểm của từng chỉ số bằng điểm tối đa nhân với tỷ lệ đạt được chia cho mức đạt điểm tối đa, "
            "không vượt quá điểm tối đa; tổng điểm là tổng điểm các chỉ số"
        )
    if basis is Basis.RATES:
        group = rules.group[rules.boxes[-1]]
        earned = words.plain(points_from_rate(Decimal(_EXAMPLE), group.points))
        return (
            "điểm của từng nhóm chỉ số bằng tỷ lệ đạt được nhân với điểm tối đa của nhóm (ví dụ: đạt "
            f"{_EXAMPLE}% của nhóm {group.names.vi} thì được {_EXAMPLE} × {words.plain(group.points)}/100 "
            f"= {earned} điểm); tổng điểm là tổng điểm các nhóm"
        )
    if basis is Basis.POINTS:
        return f"lấy điểm từng nhóm chỉ số do {source} tính và công bố; tổng điểm là tổng điểm các nhóm"
    return f"lấy tổng điểm do {source} tính và công bố"


def _grades(rules: RuleSet) -> list[str]:
    lines, above = [], None
    for grade in rules.grades.bounds:
        least = words.plain(grade.least)
        if above is None:
            line = f"Từ {least} điểm trở lên: {grade.names.vi}"
        elif grade.least:
            line = f"Từ {least} đến dưới {above} điểm: {grade.names.vi}"
        else:
            line = f"Dưới {above} điểm: {grade.names.vi}"
        lines.append(line)
        above = least
    return lines
