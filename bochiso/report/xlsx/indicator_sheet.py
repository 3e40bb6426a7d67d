"""The sheet of indicators: every count of every unit, its points, and the points recomputed."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from bochiso.report.xlsx.level_sheets import DIFFERS, MATCHES, IndicatorCells
from bochiso.report.xlsx.sheets import FIRST_ROW, Cell, ColumnKind, SheetColumn, Table, column_range
from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import is_small
from bochiso.score.scoring import IndicatorScore, ScoredUnit
from bochiso.text import Lang, Text, hundredths, say
from bochiso.units.names import level_title

SHEET = Text("Chỉ số", "Indicators")

COLUMNS = (
    SheetColumn("level", say("Cấp", "Level"), 19, ColumnKind.TEXT),
    SheetColumn("code", say("Mã", "Code"), 9.5, ColumnKind.WORD),
    SheetColumn("name", say("Cơ quan, đơn vị, địa phương", "Unit"), 42, ColumnKind.TEXT),
    SheetColumn("number", say("Số", "No."), 6, ColumnKind.WORD),
    SheetColumn("indicator", say("Chỉ số", "Indicator"), 58, ColumnKind.TEXT),
    SheetColumn("group", say("Nhóm", "Group"), 9, ColumnKind.WORD),
    SheetColumn("numerator", say("Tử số", "Numerator"), 10, ColumnKind.COUNT),
    SheetColumn("denominator", say("Mẫu số", "Denominator"), 11, ColumnKind.COUNT),
    SheetColumn("rate", say("Tỷ lệ", "Rate"), 9.5, ColumnKind.SHARE),
    SheetColumn("target", say("Mức đạt điểm tối đa", "Target"), 10, ColumnKind.SHARE),
    SheetColumn("points", say("Điểm", "Points"), 8, ColumnKind.TOTAL),
    SheetColumn("most", say("Điểm tối đa", "Maximum"), 8),
    SheetColumn("empty", say("Điểm khi mẫu số bằng 0", "Points where the denominator is 0"), 9),
    SheetColumn("published", say("Nguồn công bố", "Published by the source"), 9),
    SheetColumn("note", say("Ghi chú", "Notes"), 30, ColumnKind.TEXT),
    SheetColumn("re_points", say("Tính lại: điểm", "Recomputed: points"), 9, ColumnKind.TOTAL, check=True),
    SheetColumn("verdict", say("So với công bố", "Against the published"), 11, ColumnKind.WORD, check=True),
)


def indicator_cells(sheet: str, rows: int) -> IndicatorCells:
    """Where the levels' sheets find what groups are added up from."""
    at = {column.key: n for n, column in enumerate(COLUMNS)}
    keys = ("code", "group", "re_points")
    return IndicatorCells(*(column_range(sheet, at[key], FIRST_ROW, FIRST_ROW + rows - 1) for key in keys))


def write_indicators(table: Table, scores: Iterable[ScoredUnit], rules: RuleSet) -> None:
    """A row for each indicator that a unit has a count of; blank where it was not measured."""
    known = list(scores)
    lang, titles = table.styles.lang, {}
    for level in {score.unit.level for score in known}:
        names = (score.unit.name for score in known if score.unit.level is level)
        titles[level] = level_title(level, names).render(lang)
    for score in known:
        for each in score.indicators:
            table.add([titles[score.unit.level], *_cells(score, each, rules, lang)])
            _recompute(table, each)
    table.finish(frozen=3)


def _cells(score: ScoredUnit, each: IndicatorScore, rules: RuleSet, lang: Lang) -> list[Cell]:
    rule, unit = each.rule, score.unit
    scored = rule.scored
    return [
        unit.code,
        unit.name,
        rule.number,
        rule.names.render(lang),
        rule.group,
        each.count.numerator,
        each.count.denominator,
        each.rate,
        rule.target if scored else None,
        each.points,
        rule.points if scored else None,
        rule.empty if scored else None,
        each.count.published,
        "; ".join(note.render(lang) for note in _notes(each, rules)) or None,
        None,
        None,
    ]


def _notes(each: IndicatorScore, rules: RuleSet) -> Iterator[Text]:
    if not each.rule.scored:
        yield say("chỉ theo dõi, không tính điểm", "only shown, earns no points")
    if each.inherited_from:
        yield say("lấy theo tỉnh ({code})", "of the province ({code})", code=each.inherited_from)
    if is_small(each, rules):
        yield say("mẫu số rất nhỏ", "very few dossiers")
    if _tie_goes_down(each):
        yield say("nửa phần trăm điểm, Cổng làm tròn xuống", "half a hundredth, which the portal rounds down")
    if each.count.quality:
        yield say("nguồn ghi chú: {words}", "the source remarks: {words}", words=each.count.quality)


def _recompute(table: Table, each: IndicatorScore) -> None:
    """max × min(1, rate / target), half up; what an empty denominator earns; else as published."""
    numerator, denominator = (table.cell(key) for key in ("numerator", "denominator"))
    if each.rate is not None:
        table.formula("rate", f"={numerator}/{denominator}", each.rate)
    if each.points is None:
        return
    count = each.count
    if count.counted or count.published is None:
        earned = _earned(table, each)
        formula = f"=IF(N({denominator})=0,{table.cell('empty')},{earned})"
    else:
        formula = "=" + table.cell("published")
    table.formula("re_points", formula, each.computed)
    lang = table.styles.lang
    again, points = table.cell("re_points"), table.cell("points")
    words, wrong = MATCHES.render(lang), DIFFERS.render(lang)
    verdict = f'=IF(ABS({again}-{points})<0.005,"{words}","{wrong}")'
    table.formula("verdict", verdict, words if each.computed == each.points else wrong)


def _earned(table: Table, each: IndicatorScore) -> str:
    """What a count earns, for Excel; where the portal's own arithmetic breaks a tie downwards, so does it."""
    numerator, denominator, target, most = (
        table.cell(key) for key in ("numerator", "denominator", "target", "most")
    )
    if each.rule.arithmetic == "exact":
        return f"ROUND({most}*MAX(0,MIN(1,{numerator}/{denominator}/{target})),2)"
    rounding = "ROUNDDOWN" if _tie_goes_down(each) else "ROUND"
    percent = f"ROUND(100*{numerator}/{denominator},2)"
    return f"{rounding}(MAX(0,MIN({most},{percent}*{most}/(100*{target}))),2)"


def _tie_goes_down(each: IndicatorScore) -> bool:
    """Whether points end in exactly half a hundredth, and the binary number that stands for it lies below."""
    if each.rule.arithmetic == "exact" or each.rate is None or each.computed is None:
        return False
    percent = Fraction(hundredths(each.rate * 100))
    exact = percent * Fraction(each.rule.points) / Fraction((each.rule.target or 1) * 100)
    return exact - Fraction(each.computed) == Fraction(1, 200)
