"""The sheet of one level: rank, unit, points of groups, total, grade, change; and all of it recomputed."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct
from xlsxwriter.utility import xl_range, xl_range_abs

from bochiso.report.xlsx.sheets import (
    FIRST_ROW,
    Cell,
    ColumnKind,
    SheetColumn,
    Table,
    column_range,
    sheet_name,
)
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change, LevelComparison
from bochiso.score.ranking import LevelStandings, Standing, boxes_of
from bochiso.score.scoring import Basis, ScoredUnit
from bochiso.text import Lang, Text, number, say
from bochiso.units.names import level_title

MATCHES = Text("khớp", "matches")
DIFFERS = Text("lệch", "differs")
INCOMPLETE = Text("chưa đủ số liệu", "incomplete")
UNGRADED = Text("chưa xếp loại", "not graded")
BARE = Text("chỉ có tổng điểm", "total only")
MEAN = Text("Trung bình", "Mean")

BOUNDS_NAME, GRADES_NAME = "MUC_DIEM", "XEP_LOAI"
"""Names in the workbook: the least totals of the grades, ascending, and the grades."""


class LevelPlan(Struct, frozen=True):
    """Where everything of a level's sheet stands, known before anything is written.

    name: of the sheet; title: what its units are called together.
    """

    name: str
    title: Text
    standings: LevelStandings
    comparison: LevelComparison | None
    boxes: list[str]
    columns: tuple[SheetColumn, ...]

    def column(self, key: str) -> int:
        """The number of a column."""
        return next(n for n, column in enumerate(self.columns) if column.key == key)

    @property
    def last(self) -> int:
        """The last row with a unit."""
        return FIRST_ROW + len(self.standings.rows) - 1

    def cells(self, key: str) -> str:
        """A whole column as another sheet names it."""
        return column_range(self.name, self.column(key), FIRST_ROW, self.last)


def plan_level(
    standings: LevelStandings, comparison: LevelComparison | None, rules: RuleSet, lang: Lang
) -> LevelPlan:
    """The columns that a level needs: its boxes, a comparison where there is one, what is recomputed."""
    boxes = boxes_of(standings, rules)
    scores = [row.score for row in standings.rows]
    title = level_title(standings.level, (score.unit.name for score in scores))
    columns = [
        SheetColumn("rank", say("Hạng", "Rank"), 6.5, ColumnKind.RANK),
        SheetColumn("name", title, 42, ColumnKind.TEXT),
        SheetColumn("code", say("Mã", "Code"), 9.5, ColumnKind.WORD),
        *(SheetColumn(code, _box_heading(code, standings, rules, lang), 11) for code in boxes),
    ]
    if any(score.gap for score in scores):
        columns.append(
            SheetColumn("gap", say("Tổng lệch với các nhóm", "Total beyond its groups"), 9, ColumnKind.CHANGE)
        )
    most = _whole(standings.within_reach(rules), lang)
    total = say("Tổng điểm\n(tối đa {most})", "Total\n(of {most})", most=most)
    columns += [
        SheetColumn("total", total, 9.5, ColumnKind.TOTAL),
        SheetColumn("grade", say("Xếp loại", "Grade"), 13, ColumnKind.WORD),
    ]
    if comparison:
        columns += [
            SheetColumn("change", say("Tăng, giảm điểm", "Change"), 9, ColumnKind.CHANGE),
            SheetColumn("before", say("Tổng điểm kỳ trước", "Total before"), 9),
            SheetColumn("move", say("Tăng, giảm hạng", "Places"), 8, ColumnKind.MOVE),
            SheetColumn("rank_before", say("Hạng kỳ trước", "Rank before"), 8, ColumnKind.RANK),
        ]
    columns += _checks(boxes if any(_measured(score) for score in scores) else [], rules)
    return LevelPlan(sheet_name(title.render(lang)), title, standings, comparison, boxes, tuple(columns))


def _box_heading(code: str, standings: LevelStandings, rules: RuleSet, lang: Lang) -> Text:
    most = _whole(standings.within_reach(rules, code), lang)
    return say("{name}\n(tối đa {most})", "{name}\n(of {most})", name=rules.label(code), most=most)


def _whole(most: Decimal, lang: Lang) -> str:
    return number(most if most % 1 else Decimal(int(most)), lang)


def _checks(boxes: list[str], rules: RuleSet) -> Iterator[SheetColumn]:
    for code in boxes:
        name = rules.label(code)
        yield SheetColumn(
            "re:" + code, say("Tính lại: {name}", "Recomputed: {name}", name=name), 11.5, check=True
        )
    yield SheetColumn(
        "re_total", say("Tính lại: tổng điểm", "Recomputed: total"), 11, ColumnKind.TOTAL, check=True
    )
    yield SheetColumn(
        "re_grade", say("Tính lại: xếp loại", "Recomputed: grade"), 12, ColumnKind.WORD, check=True
    )
    yield SheetColumn("re_rank", say("Tính lại: hạng", "Recomputed: rank"), 9, ColumnKind.RANK, check=True)
    yield SheetColumn(
        "verdict", say("So với công bố", "Against the published"), 16, ColumnKind.WORD, check=True
    )


def _measured(score: ScoredUnit) -> bool:
    return any(box.basis is Basis.MEASURED for box in score.boxes)


class IndicatorCells(Struct, frozen=True):
    """The columns of the sheet of indicators that groups are added up from."""

    units: str
    groups: str
    points: str


def write_level(table: Table, plan: LevelPlan, rules: RuleSet, indicators: IndicatorCells | None) -> None:
    """Every unit of a level, the mean below, and beside each unit what Excel recomputes."""
    for standing in plan.standings.rows:
        change = plan.comparison.find(standing.score.unit.code) if plan.comparison else None
        table.add(_cells(standing, change, plan, table.styles.lang))
        _recompute(table, plan, standing, rules, indicators)
        if change:
            _recompute_change(table, change)
    table.finish(frozen=2)
    grades = xl_range(FIRST_ROW, table.at["grade"], plan.last, table.at["grade"])
    table.styles.mark_grades(table.sheet, grades)
    _means(table, plan)


def _cells(standing: Standing, change: Change | None, plan: LevelPlan, lang: Lang) -> list[Cell]:
    score = standing.score
    points = {box.code: box.points for box in score.boxes}
    known: dict[str, Cell] = {
        "rank": standing.rank,
        "name": score.unit.name,
        "code": score.unit.code,
        "gap": score.gap,
        "total": score.total,
        "grade": _grade(standing, lang),
    }
    if change and change.before:
        known |= {"before": change.before.score.total, "rank_before": change.before.rank}
    return [known.get(c.key, points.get(c.key)) for c in plan.columns]


def _recompute(
    table: Table, plan: LevelPlan, standing: Standing, rules: RuleSet, indicators: IndicatorCells | None
) -> None:
    score, lang = standing.score, table.styles.lang
    for box in score.boxes:
        if box.basis is Basis.MEASURED and indicators and "re:" + box.code in table.at:
            leaves = rules.leaves[box.code]
            parts = [
                f'SUMIFS({indicators.points},{indicators.units},{table.cell("code")},{indicators.groups},"{leaf}")'
                for leaf in leaves
            ]
            earned = score.recomputed.get(box.code, box.points)
            table.formula("re:" + box.code, f"=ROUND({'+'.join(parts)},2)", earned)
    if score.total is None:
        table.formula("verdict", f'="{INCOMPLETE.render(lang)}"', INCOMPLETE.render(lang))
        return
    bare = score.basis is Basis.TOTAL or not plan.boxes
    total = table.cell("total")
    if not bare:
        boxes = f"{table.cell(plan.boxes[0])}:{table.cell(plan.boxes[-1])}"
        gap = "+" + table.cell("gap") if score.gap else ""
        total = f"ROUND(SUM({boxes}){gap},2)"
    table.formula("re_total", "=" + total, score.total)
    again, column = table.cell("re_total"), table.at["re_total"]
    if standing.grade:
        grade = standing.grade.names.render(lang)
        table.formula("re_grade", f"=LOOKUP({again},{BOUNDS_NAME},{GRADES_NAME})", grade)
    every = xl_range_abs(FIRST_ROW, column, plan.last, column)
    table.formula("re_rank", f"=RANK({again},{every})", standing.rank)
    _verdict(table, plan, standing, BARE if bare else MATCHES)


def _grade(standing: Standing, lang: Lang) -> str:
    """The grade in words, or why there is none."""
    if standing.grade:
        return standing.grade.names.render(lang)
    return (INCOMPLETE if standing.rank is None else UNGRADED).render(lang)


def _verdict(table: Table, plan: LevelPlan, standing: Standing, good: Text) -> None:
    score = standing.score
    lang, torn = table.styles.lang, score.gap is not None and score.rounding is None
    same = [
        f"ABS({table.cell('re_total')}-{table.cell('total')})<0.005",
        f"{table.cell('re_rank')}={table.cell('rank')}",
    ]
    if standing.grade:
        same.append(f"{table.cell('re_grade')}={table.cell('grade')}")
    if torn:
        same.append(f"ABS({table.cell('gap')})<0.005")
    if plan.boxes and "re:" + plan.boxes[0] in table.at:
        first, last = plan.boxes[0], plan.boxes[-1]
        again = f"{table.cell('re:' + first)}:{table.cell('re:' + last)}"
        earned = f"{table.cell(first)}:{table.cell(last)}"
        same.append(f"SUMPRODUCT(ISNUMBER({again})*(ABS({again}-{earned})>0.005))=0")
    words, wrong = good.render(lang), DIFFERS.render(lang)
    differs = torn or any(
        box.basis is Basis.MEASURED and score.recomputed.get(box.code, box.points) != box.points
        for box in score.boxes
    )
    table.formula("verdict", f'=IF(AND({",".join(same)}),"{words}","{wrong}")', wrong if differs else words)


def _recompute_change(table: Table, change: Change) -> None:
    if change.total is not None:
        table.formula("change", f"=ROUND({table.cell('total')}-{table.cell('before')},2)", change.total)
    if change.rank is not None:
        table.formula("move", f"={table.cell('rank_before')}-{table.cell('rank')}", change.rank)


def _means(table: Table, plan: LevelPlan) -> None:
    """The mean of every box and of the total, of the units that are ranked."""
    if plan.standings.mean is None:
        return
    styles, row = table.styles, table.row
    bold = styles.cell(ColumnKind.POINTS, bold=True, top=2)
    for n, column in enumerate(plan.columns):
        if not column.check:
            table.sheet.write_blank(row, n, None, bold)
    table.sheet.write_string(row, table.at["name"], MEAN.render(styles.lang), bold)
    totals = xl_range_abs(FIRST_ROW, table.at["total"], plan.last, table.at["total"])
    means = {code: plan.standings.means.get(code) for code in plan.boxes} | {"total": plan.standings.mean}
    for key, mean in means.items():
        if mean is not None:
            n = table.at[key]
            cells = xl_range(FIRST_ROW, n, plan.last, n)
            formula = f'=ROUND(AVERAGEIF({totals},">=0",{cells}),2)'
            table.sheet.write_formula(row, n, formula, bold, mean)
    printed = sum(not column.check for column in plan.columns) - 1
    table.sheet.print_area(0, 0, row, printed)
