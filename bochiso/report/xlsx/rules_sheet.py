"""The sheet of sources and of how points, grades and ranks come about."""

from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from bochiso.report.provenance import Provenance
from bochiso.report.xlsx.level_sheets import BOUNDS_NAME, GRADES_NAME
from bochiso.report.xlsx.sheets import (
    Cell,
    ColumnKind,
    SheetPage,
    Styles,
    column_range,
    fit_height,
    put,
    set_page,
)
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, day, say

SHEET = Text("Nguồn và cách tính", "Sources and method")

_WIDTHS = (9, 50, 66, 10, 10, 11, 50)

_ROLES = {
    "units": say("Số liệu", "Figures"),
    "against": say("Số liệu kỳ so sánh", "Figures compared with"),
    "province": say("Số liệu xếp hạng các tỉnh", "Figures of the provinces"),
    "province_against": say("Số liệu xếp hạng các tỉnh, kỳ so sánh", "Figures of the provinces, before"),
}

_METHOD = (
    say(
        "Điểm của một chỉ số = điểm tối đa × tỷ lệ đạt được / mức đạt điểm tối đa, không quá điểm tối đa; "
        "tỷ lệ = tử số / mẫu số; làm tròn đến hai chữ số thập phân, nửa lên; "
        "chỉ số nào Cổng làm tròn cách khác thì nêu ở ghi chú.",
        "Points of an indicator = maximum × rate / target, never above the maximum; rate = numerator / "
        "denominator; rounded to two decimals, half up; notes name indicators that the "
        "portal rounds otherwise.",
    ),
    say(
        "Điểm của nhóm là tổng điểm các chỉ số trong nhóm; tổng điểm là tổng điểm các nhóm.",
        "A group's points are the sum of its indicators', the total is the sum of the groups.",
    ),
    say(
        "Xếp hạng riêng từng cấp; bằng điểm thì đồng hạng, hạng kế tiếp được bỏ qua. Đơn vị chưa đủ số liệu "
        "thì không xếp hạng; ô trống là chưa có số liệu, không phải 0 điểm.",
        "Ranks are within a level; equal totals share one and the next is skipped. A unit that lacks figures "
        "is not ranked; a blank cell is a figure that is not known, not 0.",
    ),
    say(
        "Điểm mà nguồn đã công bố thì lấy đúng như công bố; các cột “Tính lại” kiểm tra điểm ấy.",
        "Points that the source published stand as published; the columns “Recomputed” verify them.",
    ),
    say(
        "Các cột “Tính lại” và các ô tổng là công thức Excel tính lại từ tử số, mẫu số và điểm trong chính "
        "tệp này; cột “So với công bố” cho biết kết quả có khớp hay không.",
        "The columns “Recomputed” and the totals are Excel formulas over the counts and points of this very "
        "file; “Against the published” says whether they agree.",
    ),
)


class RulesSheet:
    """Writes the sheet from the top down."""

    def __init__(self, sheet: Worksheet, styles: Styles, page: SheetPage) -> None:
        self._sheet, self._styles, self._lang = sheet, styles, styles.lang
        self._row = 0
        for n, width in enumerate(_WIDTHS):
            sheet.set_column(n, n, width)
        set_page(sheet, page, self._lang)
        sheet.write_string(0, 0, SHEET.render(self._lang), styles.get(bold=True, font_size=14))
        self._row = 1

    def sources(self, lines: Iterable[Text], provenance: Provenance | None, rules: RuleSet) -> None:
        """Where the figures come from, as of when, and by which their identity is told."""
        self._section(say("1. Nguồn số liệu", "1. Sources"))
        for line in lines:
            self._line(line)
        for role, source in provenance.sources() if provenance else ():
            self._line(
                say(
                    "{role}: ngày {day}, kỳ {period}, bộ quy tắc {rules}; mã băm SHA-256: {figures}",
                    "{role}: of {day}, period {period}, rule set {rules}; SHA-256: {figures}",
                    role=_ROLES[role],
                    day=day(source.as_of, self._lang),
                    period=source.period,
                    rules=source.rules,
                    figures=source.figures,
                )
            )
        self._section(say("2. Căn cứ và cách tính", "2. Basis and method"))
        self._line(say("{name} ({id}).", "{name} ({id}).", name=rules.names.render(self._lang), id=rules.id))
        self._line(say("{source}.", "{source}.", source=rules.source))
        for line in _METHOD:
            self._line(line)

    def grades(self, book: Workbook, name: str, rules: RuleSet) -> None:
        """The grades, lowest first, as the formulas look them up; names the two ranges."""
        self._section(say("3. Mức xếp loại", "3. Grades"))
        heads = (say("Từ", "From"), say("Xếp loại", "Grade"), say("Căn cứ", "Source"))
        self._headings(heads)
        first, kinds = self._row, (ColumnKind.POINTS, ColumnKind.TEXT, ColumnKind.TEXT)
        for grade in reversed(rules.grades.bounds):
            self._cells([grade.least, grade.names.render(self._lang), rules.grades.source], kinds)
        for label, column in ((BOUNDS_NAME, 0), (GRADES_NAME, 1)):
            book.define_name(label, "=" + column_range(name, column, first, self._row - 1))

    def groups(self, rules: RuleSet) -> None:
        """The groups and their greatest points; their sum is a formula."""
        self._section(say("4. Nhóm chỉ số", "4. Groups"))
        self._headings(
            [say("Mã", "Code"), say("Nhóm chỉ số", "Group"), say("Căn cứ", "Source"), say("Tối đa", "Max.")]
        )
        first = self._row
        kinds = (ColumnKind.WORD, ColumnKind.TEXT, ColumnKind.TEXT, ColumnKind.POINTS)
        for code in rules.boxes:
            group = rules.group[code]
            self._cells([code, group.names.render(self._lang), group.source, group.points], kinds)
        style = self._styles.cell(ColumnKind.TOTAL)
        put(self._sheet, self._row, 1, say("Tổng điểm", "Total").render(self._lang), style)
        formula = f"=SUM(D{first + 1}:D{self._row})"
        self._sheet.write_formula(self._row, 3, formula, style, rules.total_points)
        self._row += 1

    def indicators(self, rules: RuleSet) -> None:
        """Every indicator: what it counts, its maximum, target and legal source."""
        self._section(say("5. Chỉ số thành phần", "5. Indicators"))
        self._headings(
            [
                say("Số", "No."),
                say("Chỉ số", "Indicator"),
                say("Cách đếm", "What counts"),
                say("Tối đa", "Max."),
                say("Mức đạt tối đa", "Target"),
                say("Mẫu số bằng 0", "Denominator 0"),
                say("Căn cứ", "Source"),
            ]
        )
        kinds = (
            ColumnKind.WORD,
            ColumnKind.TEXT,
            ColumnKind.TEXT,
            ColumnKind.POINTS,
            ColumnKind.SHARE,
            ColumnKind.POINTS,
            ColumnKind.TEXT,
        )
        for each in rules.indicators:
            counts = [each.counts.render(self._lang)] + ([each.note.render(self._lang)] if each.note else [])
            figures = [each.points, each.target, each.empty] if each.scored else [None, None, None]
            self._cells(
                [each.number, each.names.render(self._lang), " ".join(counts), *figures, each.source], kinds
            )

    def _section(self, title: Text) -> None:
        self._row += 1
        style = self._styles.get(bold=True, font_size=12)
        self._sheet.write_string(self._row, 0, title.render(self._lang), style)
        self._row += 1

    def _line(self, line: Text) -> None:
        last = len(_WIDTHS) - 1
        text = line.render(self._lang)
        style = self._styles.get(text_wrap=True)
        fit_height(self._sheet, self._row, [(text, sum(_WIDTHS))])
        self._sheet.merge_range(self._row, 0, self._row, last, "", style)
        put(self._sheet, self._row, 0, text, style)
        self._row += 1

    def _headings(self, headings: Sequence[Text]) -> None:
        self._sheet.set_row(self._row, 32)
        for n, heading in enumerate(headings):
            self._sheet.write_string(self._row, n, heading.render(self._lang), self._styles.heading())
        self._row += 1

    def _cells(self, cells: Sequence[Cell], kinds: Sequence[ColumnKind]) -> None:
        fit_height(self._sheet, self._row, zip(cells, _WIDTHS, strict=False))
        for n, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            put(self._sheet, self._row, n, cell, self._styles.cell(kind))
        self._row += 1
