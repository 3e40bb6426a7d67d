"""The first sheet: the province's points, the grades of every level, what changed, and whether all agrees."""

from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from bochiso.report.xlsx.comparison_sheets import FELL, ROSE, SAME
from bochiso.report.xlsx.level_sheets import BARE, BOUNDS_NAME, GRADES_NAME, MATCHES, LevelPlan
from bochiso.report.xlsx.sheet_charts import SheetCells
from bochiso.report.xlsx.sheets import (
    FIRST_ROW,
    Cell,
    ColumnKind,
    SheetColumn,
    SheetPage,
    Styles,
    column_range,
    fit_height,
    put,
    set_page,
)
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.text import Text, say

SHEET = Text("Tổng quan", "Overview")
_TITLE = Text(
    "KẾT QUẢ ĐÁNH GIÁ CHẤT LƯỢNG PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP",
    "QUALITY OF SERVICE TO CITIZENS AND BUSINESSES",
)
_NAME_WIDTH, _WIDTH, _COLUMNS = 36, 12.5, 9
_CHART_WIDTH, _CHART_HEIGHT, _CHART_ROWS = 486, 300, 16


class Overview:
    """Writes the sheet from the top down; the charts stand below all tables, two in a row."""

    def __init__(self, book: Workbook, name: str, styles: Styles, page: SheetPage) -> None:
        self._styles, self._lang = styles, styles.lang
        self._sheet: Worksheet = book.get_worksheet_by_name(name)
        self._cells_of = SheetCells(book, name, styles.lang)
        self._charts: list[Chart] = []
        self._row = 0
        self._sections = 0
        self._sheet.set_column(0, 0, _NAME_WIDTH)
        self._sheet.set_column(1, _COLUMNS - 1, _WIDTH)
        set_page(self._sheet, page, self._lang, portrait=True)
        self._sheet.fit_to_pages(1, 1)
        self._text(page.office, bold=True)
        self._text(_TITLE.render(self._lang), bold=True, font_size=15)
        self._text(page.title, italic=True)

    def remarks(self, remarks: Sequence[Text]) -> None:
        """What a reader must know first."""
        style = self._styles.get(italic=True, text_wrap=True)
        for remark in remarks:
            text = remark.render(self._lang)
            fit_height(self._sheet, self._row, [(text, _NAME_WIDTH + (_COLUMNS - 1) * _WIDTH)])
            self._sheet.merge_range(self._row, 0, self._row, _COLUMNS - 1, "", style)
            put(self._sheet, self._row, 0, text, style)
            self._row += 1

    def unit(
        self, standing: Standing, change: Change | None, national: LevelStandings | None, rules: RuleSet
    ) -> None:
        """One unit's boxes, total, grade and rank: the province's."""
        score = standing.score
        means = national.means if national else {}
        columns = _unit_columns(mean=bool(means), moved=change is not None)
        at = {column.key: n for n, column in enumerate(columns)}
        self._section(say("Kết quả của {unit}", "Result of {unit}", unit=score.unit.name))
        self._headings(*(column.heading for column in columns))
        first = self._row
        for box in score.boxes:
            known: dict[str, Cell] = {
                "name": rules.label(box.code).render(self._lang),
                "points": box.points,
                "most": box.max_points,
                "mean": means.get(box.code),
                "change": change.boxes.get(box.code) if change else None,
            }
            self._unit_row(columns, known, box.points, box.max_points)
        last = self._row - 1
        whole: dict[str, Cell] = {
            "name": say("Tổng điểm", "Total").render(self._lang),
            "points": score.total,
            "most": score.most,
            "mean": national.mean if national else None,
            "change": change.total if change else None,
        }
        self._unit_row(columns, whole, score.total, score.most, bold=True)
        rounding = f"+{score.gap}" if score.gap else ""
        if score.total is not None and all(box.points is not None for box in score.boxes):
            formula = f"=ROUND(SUM(B{first + 1}:B{last + 1}){rounding},2)"
            self._formula(last + 1, at["points"], formula, score.total, ColumnKind.TOTAL)
        self._formula(last + 1, at["most"], f"=SUM(C{first + 1}:C{last + 1})", score.most, ColumnKind.TOTAL)
        self._grade_and_rank(standing, total=last + 1)
        self._charts.append(self._cells_of.boxes(first, last, at["points"], at["most"], at.get("mean")))
        if change and any(change.boxes.values()):
            self._charts.append(self._cells_of.changes(first, last, at["change"]))

    def _unit_row(
        self,
        columns: Sequence[SheetColumn],
        known: dict[str, Cell],
        points: Decimal | None,
        most: Decimal,
        *,
        bold: bool = False,
    ) -> None:
        row = self._row
        self._cells([known.get(c.key) for c in columns], [c.kind for c in columns], bold=bold)
        if points is not None:
            self._formula(row, 3, f"=B{row + 1}/C{row + 1}", points / most, ColumnKind.SHARE, bold=bold)

    def _grade_and_rank(self, standing: Standing, total: int) -> None:
        if standing.grade:
            grade = standing.grade.names.render(self._lang)
            self._fact(say("Xếp loại", "Grade"), grade)
            formula = f"=LOOKUP(B{total + 1},{BOUNDS_NAME},{GRADES_NAME})"
            self._formula(self._row - 1, 1, formula, grade, ColumnKind.WORD)
            self._styles.mark_grades(self._sheet, f"B{self._row}")
        if standing.rank and standing.of > 1:
            label = say("Xếp hạng cả nước", "Rank in the country").render(self._lang)
            self._cells([label, standing.rank], (ColumnKind.TEXT, ColumnKind.COUNT), bold=True)
            # A number that reads 4/34, so that it can be sorted and compared.
            shown = self._styles.cell(ColumnKind.COUNT, bold=True, num_format=f'0"/{standing.of}"')
            self._sheet.write_number(self._row - 1, 1, standing.rank, shown)

    def grades(self, plans: Sequence[LevelPlan], rules: RuleSet) -> None:
        """How many units of each level have each grade, the share of each, and the mean."""
        self._section(say("Xếp loại theo cấp", "Grades by level"))
        names = [Text(grade.names.vi, grade.names.en) for grade in rules.grades.bounds]
        heading = self._row
        self._headings(
            say("Cấp", "Level"),
            say("Số đơn vị xếp hạng", "Ranked units"),
            *names,
            say("Điểm trung bình", "Mean"),
            say("Chưa xếp hạng", "Not ranked"),
        )
        shares = []
        for plan in plans:
            row = self._level(plan, rules)
            if plan.standings.ranked > 1:
                shares.append((plan.title.render(self._lang), row))
        if shares:
            self._charts.append(self._cells_of.grades(shares, heading, 2, 1 + len(names)))

    def _level(self, plan: LevelPlan, rules: RuleSet) -> int:
        """A level's rows: counts, shares, changes; the row of the shares."""
        standings, row = plan.standings, self._row
        counts = list(standings.grade_counts.values())
        kinds = [
            ColumnKind.TEXT,
            *[ColumnKind.COUNT] * (1 + len(counts)),
            ColumnKind.POINTS,
            ColumnKind.COUNT,
        ]
        name = plan.title.render(self._lang)
        unranked = len(standings.rows) - standings.ranked
        self._cells([name, standings.ranked, *counts, standings.mean, unranked], kinds, bold=True)
        self._formula(row, 1, f"=COUNT({plan.cells('rank')})", standings.ranked, ColumnKind.COUNT)
        for n, grade in enumerate(rules.grades.bounds, 2):
            formula = f'=COUNTIF({plan.cells("grade")},"{grade.names.render(self._lang)}")'
            self._formula(row, n, formula, standings.grade_counts[grade.code], ColumnKind.COUNT)
        share = [None if not standings.ranked else Decimal(n) / standings.ranked for n in counts]
        label = say("    tỷ lệ", "    share").render(self._lang)
        kinds = [
            ColumnKind.TEXT,
            ColumnKind.COUNT,
            *[ColumnKind.SHARE] * len(counts),
            ColumnKind.COUNT,
            ColumnKind.COUNT,
        ]
        self._cells([label, None, *share, None, None], kinds)
        for n, value in enumerate(share, 2):
            if value is not None:
                formula = f"={xl_rowcol_to_cell(row, n)}/{xl_rowcol_to_cell(row, 1)}"
                self._formula(row + 1, n, formula, value, ColumnKind.SHARE, bold=False)
        if plan.comparison:
            moved = [plan.comparison.grade_counts.get(g.code) for g in rules.grades.bounds]
            ranked = standings.ranked - plan.comparison.before.ranked
            label = say("    tăng, giảm", "    change").render(self._lang)
            kinds = [
                ColumnKind.TEXT,
                *[ColumnKind.STEP] * (1 + len(counts)),
                ColumnKind.CHANGE,
                ColumnKind.COUNT,
            ]
            self._cells([label, ranked, *moved, plan.comparison.mean, None], kinds)
        return row + 1

    def comparison(self, plans: Sequence[LevelPlan], sheet: str, trend: tuple[int, int], rows: int) -> None:
        """How many units rose, fell or stayed; `trend`: the columns of the level and of the change."""
        self._section(say("So với kỳ trước", "Against the period before"))
        self._headings(
            say("Cấp", "Level"),
            *(say("Số đơn vị {words}", "Units: {words}", words=words) for words in (ROSE, FELL, SAME)),
        )
        levels, moved = (column_range(sheet, n, FIRST_ROW, FIRST_ROW + rows - 1) for n in trend)
        for plan in plans:
            if plan.comparison is None:
                continue
            known = [change.total for change in plan.comparison.changes if change.total is not None]
            counts = (
                (">0", sum(total > 0 for total in known)),
                ("<0", sum(total < 0 for total in known)),
                ("=0", sum(total == 0 for total in known)),
            )
            name, row = plan.title.render(self._lang), self._row
            self._cells(
                [name, *(n for _, n in counts)],
                [ColumnKind.TEXT, ColumnKind.COUNT, ColumnKind.COUNT, ColumnKind.COUNT],
            )
            for n, (test, value) in enumerate(counts, 1):
                formula = f'=COUNTIFS({levels},A{row + 1},{moved},"{test}")'
                self._formula(row, n, formula, value, ColumnKind.COUNT)

    def checks(self, plans: Sequence[LevelPlan], indicators: tuple[str, int] | None) -> None:
        """How many figures Excel recomputes as published; `indicators`: their verdicts, how many."""
        self._section(say("Tính lại bằng công thức Excel", "Recomputed by Excel formulas"))
        self._headings(say("Nội dung", "What"), say("Số dòng tính lại", "Rows"), say("Khớp", "Agree"))
        kinds = (ColumnKind.TEXT, ColumnKind.COUNT, ColumnKind.COUNT)
        good = [words.render(self._lang) for words in (MATCHES, BARE)]
        for plan in plans:
            what, cells = plan.title.render(self._lang), plan.cells("verdict")
            self._cells([what, plan.standings.ranked, plan.standings.ranked], kinds)
            formula = "=" + "+".join(f'COUNTIF({cells},"{words}")' for words in good)
            self._formula(self._row - 1, 2, formula, plan.standings.ranked, ColumnKind.COUNT)
        if indicators:
            cells, rows = indicators
            self._cells(
                [say("Điểm từng chỉ số", "Points of indicators").render(self._lang), rows, rows], kinds
            )
            self._formula(self._row - 1, 2, f'=COUNTIF({cells},"{good[0]}")', rows, ColumnKind.COUNT)

    def finish(self) -> None:
        """The charts, and what prints."""
        self._row += 1
        for n, chart in enumerate(self._charts):
            chart.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHT})
            where = {"x_offset": 4 + n % 2 * (_CHART_WIDTH + 8), "object_position": 2}
            self._sheet.insert_chart(self._row + n // 2 * _CHART_ROWS, 0, chart, where)
        self._row += -(-len(self._charts) // 2) * _CHART_ROWS
        self._sheet.print_area(0, 0, self._row, _COLUMNS - 1)

    def _section(self, title: Text) -> None:
        self._row += 1
        self._sections += 1
        self._text(f"{self._sections}. {title.render(self._lang)}", bold=True, font_size=12)

    def _text(self, words: str, **look: object) -> None:
        if words:
            put(self._sheet, self._row, 0, words, self._styles.get(**look))
            self._row += 1

    def _headings(self, *headings: Text) -> None:
        self._sheet.set_row(self._row, 32)
        for n, heading in enumerate(headings):
            self._sheet.write_string(self._row, n, heading.render(self._lang), self._styles.heading())
        self._row += 1

    def _cells(self, cells: Sequence[Cell], kinds: Sequence[ColumnKind], *, bold: bool = False) -> None:
        more = {"bold": True} if bold else {}
        for n, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            put(self._sheet, self._row, n, cell, self._styles.cell(kind, **more))
        self._row += 1

    def _fact(self, name: Text, value: str) -> None:
        self._cells([name.render(self._lang), value], (ColumnKind.TEXT, ColumnKind.WORD), bold=True)

    def _formula(
        self, row: int, column: int, formula: str, value: Cell, kind: ColumnKind, *, bold: bool = True
    ) -> None:
        more = {"bold": True} if bold else {}
        self._sheet.write_formula(row, column, formula, self._styles.cell(kind, **more), value)


def _unit_columns(*, mean: bool, moved: bool) -> list[SheetColumn]:
    columns = [
        SheetColumn("name", say("Nhóm chỉ số", "Group"), _NAME_WIDTH, ColumnKind.TEXT),
        SheetColumn("points", say("Điểm", "Points"), _WIDTH),
        SheetColumn("most", say("Điểm tối đa", "Maximum"), _WIDTH),
        SheetColumn("share", say("Tỷ lệ đạt", "Share"), _WIDTH, ColumnKind.SHARE),
    ]
    if mean:
        columns.append(SheetColumn("mean", say("Trung bình cả nước", "National mean"), _WIDTH))
    if moved:
        columns.append(SheetColumn("change", say("Tăng, giảm điểm", "Change"), _WIDTH, ColumnKind.CHANGE))
    return columns
