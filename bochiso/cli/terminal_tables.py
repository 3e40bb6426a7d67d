"""Tables for the terminal."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from bochiso.cli.options import LANG, t
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change, Fate, LevelComparison
from bochiso.score.explanation import GAP, ROUNDING, Cause, Loss
from bochiso.score.figures import RANK, TOTAL
from bochiso.score.ranking import LevelStandings, Standing, boxes_of
from bochiso.score.recomputation import FigureComparison
from bochiso.score.reconcile import Discrepancy
from bochiso.store.figures.collection_record import STATE_NAMES, ReadingState
from bochiso.text import change, count, day, moment, number, percent, points
from bochiso.units.model import LEVEL_NAMES, Level

GRADE_STYLES = {
    "EXCELLENT": "bold green",
    "GOOD": "green",
    "FAIR": "cyan",
    "AVERAGE": "yellow",
    "WEAK": "red",
}


ANY_WIDTH = 10_000
"""Columns of a console that every table fits on."""


def printable(text: str) -> str:
    """A source's words without what a terminal would take for its own commands."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def words(text: str) -> str:
    """A source's words for a cell, where rich would read [bold] as its own."""
    return escape(printable(text))


def new_table(title: str | None = None, *, tight: bool = False) -> Table:
    """An empty table in the house's style; `tight`: with one space between columns."""
    return Table(
        title=None if title is None else Line(printable(title)),
        title_style="bold",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        padding=(0, 0) if tight else (0, 1, 0, 0),
    )


def add_numbers(table: Table, *headings: str, style: str = "") -> None:
    """Columns of numbers: no number and no heading is cut."""
    for heading in headings:
        least = max(map(len, heading.split("\n")))
        table.add_column(heading, justify="right", no_wrap=True, min_width=least, style=style)


def first_fitting(out: Console, tables: Iterable[Table]) -> Table:
    """The first of several forms of a table that the console is wide enough for, else the last."""
    for table in tables:
        if out.measure(table, options=out.options.update_width(ANY_WIDTH)).minimum <= out.width:
            break
    return table


def ranking(
    out: Console,
    level: LevelStandings,
    rules: RuleSet,
    title: str,
    comparison: LevelComparison | None = None,
) -> Table:
    """The ranking of one level; with a comparison, the changes of total and rank.

    Where the console is too narrow the groups are left out.
    """
    boxes = boxes_of(level, rules)
    forms: tuple[tuple[list[str], bool], ...] = ((boxes, False), (boxes, True), ([], False), ([], True))
    return first_fitting(
        out, (_ranking(level, rules, title, comparison, some, tight=tight) for some, tight in forms)
    )


def _ranking(
    level: LevelStandings,
    rules: RuleSet,
    title: str,
    comparison: LevelComparison | None,
    boxes: list[str],
    *,
    tight: bool,
) -> Table:
    table = new_table(title, tight=tight)
    add_numbers(table, t("Hạng", "Rank"))
    table.add_column(LEVEL_NAMES[level.level].render(LANG), overflow="fold", min_width=24)
    add_numbers(table, *(f"{words(code)}\n/{_short(level.within_reach(rules, code))}" for code in boxes))
    add_numbers(table, t("Tổng", "Total") + f"\n/{_short(level.within_reach(rules))}", style="bold")
    table.add_column(t("Xếp loại", "Grade"), min_width=8)
    if comparison:
        add_numbers(table, t("± điểm", "± points"), t("± hạng", "± rank"))
    for row in level.rows:
        score = row.score
        earned = {box.code: box.points for box in score.boxes}
        cells: list[str | Line] = [
            "–" if row.rank is None else str(row.rank),
            words(score.unit.name),
            *(points(earned.get(code), LANG) for code in boxes),
            points(score.total, LANG),
            _grade(row),
        ]
        if comparison:
            cells += _changes(comparison.find(score.unit.code))
        table.add_row(*cells)
    return table


def _short(value: Decimal) -> str:
    return number(value.normalize() if value % 1 else Decimal(int(value)), LANG)


def _grade(row: Standing) -> Line:
    if row.grade is None:
        lacks = t("chưa đủ số liệu", "incomplete")
        return Line(lacks if row.rank is None else t("chưa xếp loại", "not graded"), style="dim")
    return Line(row.grade.names.render(LANG), style=GRADE_STYLES.get(row.grade.code, ""))


def _changes(found: Change | None) -> list[Line]:
    if found is None or found.fate is Fate.APPEARED:
        return [Line(t("mới", "new"), style="dim"), Line("")]
    rank = found.rank
    if rank is None:
        before, after = found.before, found.after
        shown = before is not None and before.rank is not None and after is not None
        return [
            _delta(found.total),
            Line(f"{before.rank}/{before.of}" if shown and before else "–", style="dim"),
        ]
    style = "green" if rank > 0 else "red" if rank < 0 else "dim"
    return [
        _delta(found.total),
        Line(f"▲{rank}" if rank > 0 else f"▼{-rank}" if rank < 0 else "=", style=style),
    ]


def _delta(value: Decimal | None) -> Line:
    style = "" if not value else "green" if value > 0 else "red"
    return Line(change(value, LANG), style=style)


def summary(level: LevelStandings, rules: RuleSet, comparison: LevelComparison | None = None) -> str:
    """Grade counts and the mean: `Xếp loại: 10/14 Xuất sắc (+1), 3/14 Tốt …`."""
    parts = []
    for grade in rules.grades.bounds:
        moved = comparison.grade_counts.get(grade.code, 0) if comparison else 0
        sign = f" ({'+' if moved > 0 else '−'}{abs(moved)})" if moved else ""
        name = grade.names.render(LANG)
        parts.append(f"{counted(level.grade_counts[grade.code])}/{counted(level.ranked)} {name}{sign}")
    line = t("Xếp loại: ", "Grades: ") + ", ".join(parts) + "."
    if level.mean is not None:
        moved_mean = (
            f" ({change(comparison.mean, LANG)})" if comparison and comparison.mean is not None else ""
        )
        line += t(" Điểm trung bình: ", " Mean: ") + points(level.mean, LANG) + moved_mean + "."
    unranked = len(level.rows) - level.ranked
    if unranked:
        line += t(
            f" Chưa xếp hạng: {counted(unranked)} đơn vị.",
            f" Not ranked: {counted(unranked)} unit{'s' * (unranked != 1)}.",
        )
    return line


def beside_table(shown: RuleSet, other: RuleSet, rows: Iterable[tuple[Standing, Standing]]) -> Table:
    """Units by two rule sets: total and rank by each."""
    table = new_table()
    table.add_column(t("Đơn vị", "Unit"), overflow="fold", min_width=24)
    for rules in (shown, other):
        add_numbers(table, f"{t('Điểm', 'Points')}\n{rules.id}", f"{t('Hạng', 'Rank')}\n{rules.id}")
    for pair in rows:
        cells = [words(pair[0].score.unit.name)]
        for each in pair:
            cells += [points(each.score.total, LANG), "–" if each.rank is None else f"{each.rank}/{each.of}"]
        table.add_row(*cells)
    return table


def fates(comparison: LevelComparison) -> list[str]:
    """Units that were renamed, appeared, vanished or were merged, one line each kind."""
    lines = []
    for found in comparison.of(Fate.RENAMED):
        if found.before and found.after:
            was, now = found.before.score.unit.name, found.after.score.unit.name
            lines.append(f"{found.code}: {printable(was)} → {printable(now)}")
    renamed = [t("Đổi tên: ", "Renamed: ") + "; ".join(lines) + "."] if lines else []
    headings = {
        Fate.APPEARED: t("Mới xuất hiện: ", "Appeared: "),
        Fate.VANISHED: t("Không còn: ", "Vanished: "),
    }
    for fate, heading in headings.items():
        names = [_name(found) for found in comparison.of(fate)]
        if names:
            renamed.append(heading + "; ".join(names) + ".")
    merged = [f"{_name(found)} → {found.became}" for found in comparison.of(Fate.MERGED)]
    if merged:
        renamed.append(t("Sáp nhập: ", "Merged: ") + "; ".join(merged) + ".")
    return renamed


def _name(found: Change) -> str:
    standing = found.after or found.before
    return "" if standing is None else f"{printable(standing.score.unit.name)} ({found.code})"


def legend(codes: Sequence[str], rules: RuleSet) -> str:
    """What the codes of the boxes stand for."""
    return "; ".join(f"{code}: {rules.label(code).render(LANG)}" for code in codes) + "."


def losses(out: Console, lines: list[Loss], rules: RuleSet) -> Table:
    """An explanation, greatest loss first; on a narrow console without targets and maxima."""
    forms = ((True, False), (True, True), (False, True))
    return first_fitting(out, (_losses(lines, rules, whole=whole, tight=tight) for whole, tight in forms))


def _losses(lines: list[Loss], rules: RuleSet, *, whole: bool, tight: bool) -> Table:
    table = new_table(tight=tight)
    table.add_column(t("Số", "No."))
    table.add_column(t("Chỉ số", "Indicator"), overflow="fold", min_width=24)
    add_numbers(table, t("Tử số", "Numerator"), t("Mẫu số", "Denominator"), t("Tỷ lệ", "Rate"))
    if whole:
        add_numbers(table, t("Mức đạt", "Target"))
    add_numbers(table, t("Điểm", "Points"), style="bold")
    if whole:
        add_numbers(table, t("Tối đa", "Max"))
    add_numbers(table, t("Mất", "Lost"), style="red")
    for line in lines:
        cells = _loss_cells(line, rules)
        table.add_row(*(cell for n, cell in enumerate(cells) if whole or n not in (5, 7)))
    return table


def _loss_cells(line: Loss, rules: RuleSet) -> list[str]:
    rule = rules.indicator.get(line.code)
    name = rules.label(line.code).render(LANG)
    each = line.indicator
    if each is None:
        return [rule.number if rule else "", words(name), "–", "–", "–", "", points(line.points, LANG),
                points(line.max_points, LANG), points(line.lost, LANG)]  # fmt: skip
    marks = ("*" if line.small else "") + ("↑" if each.inherited_from else "")
    target = (
        ""
        if each.rule.target is None
        else percent(each.rule.target, LANG).replace(",00", "").replace(".00", "")
    )
    return [
        each.rule.number,
        words(name) + (f" {marks}" if marks else ""),
        counted(each.count.numerator),
        counted(each.count.denominator),
        percent(each.rate, LANG),
        target,
        points(line.points, LANG) if each.rule.scored else "",
        points(line.max_points, LANG) if each.rule.scored else "",
        points(line.lost, LANG) if each.rule.scored else "",
    ]


def counted(value: Decimal | int | None) -> str:
    """A numerator or denominator; a dash where there is none."""
    if value is None:
        return "–"
    return count(value, LANG) if isinstance(value, int) else number(value.normalize(), LANG)


def causes(parts: list[Cause], rules: RuleSet, total: Decimal | None) -> Table:
    """What a change is made of; the last line is their sum."""
    table = new_table()
    table.add_column(t("Số", "No."))
    table.add_column(t("Do", "Through"), overflow="fold", min_width=30)
    add_numbers(table, t("Trước", "Before"), t("Sau", "After"), t("Thay đổi", "Change"))
    for part in parts:
        rule = rules.indicator.get(part.code)
        table.add_row(
            rule.number if rule else "",
            words(_cause_name(part.code, rules)),
            points(part.before, LANG),
            points(part.after, LANG),
            _delta(part.change),
        )
    if total is not None:
        table.add_section()
        before = sum((part.before for part in parts), Decimal(0))
        after = sum((part.after for part in parts), Decimal(0))
        table.add_row(
            "",
            t("Tổng điểm", "Total"),
            points(before, LANG),
            points(after, LANG),
            _delta(total),
            style="bold",
        )
    return table


def _cause_name(code: str, rules: RuleSet) -> str:
    if code == TOTAL:
        return t("Tổng điểm do nguồn công bố", "The total that the source published")
    if code == ROUNDING:
        return t("Làm tròn của nguồn", "Rounding of the source")
    if code == GAP:
        return t("Tổng điểm công bố lệch với các nhóm", "Published totals that aren't their groups' sums")
    return rules.label(code).render(LANG)


def level_title(level: Level, title: str) -> str:
    """The heading of a level's ranking."""
    return f"{LEVEL_NAMES[level].render(LANG)} – {title}"


def differences(wrong: list[FigureComparison], rules: RuleSet) -> Table:
    """Published figures that disagree with ours, largest difference first."""
    table = new_table()
    table.add_column(t("Đơn vị", "Unit"), overflow="fold", min_width=22)
    table.add_column(t("Chỉ số, nhóm", "Indicator, group"), overflow="fold", min_width=22)
    add_numbers(table, t("Công bố", "Published"), t("Tính lại", "Computed"), t("Chênh lệch", "Difference"))
    for each in wrong:
        own = {TOTAL: t("Tổng điểm", "Total"), RANK: t("Thứ hạng", "Rank")}
        name = own.get(each.code) or rules.label(each.code).render(LANG)
        table.add_row(
            words(f"{each.unit.name} ({each.unit.code})"),
            words(name),
            points(each.published, LANG),
            points(each.computed, LANG),
            _delta(each.difference),
        )
    return table


def snapshots(found: Sequence[dict[str, Any]]) -> Table:
    """The snapshots that are kept, oldest first."""
    table = new_table()
    table.add_column(t("Ngày", "Day"))
    table.add_column(t("Kỳ", "Period"))
    table.add_column(t("Nhãn", "Label"), overflow="fold")
    usual = [Level.PROVINCE, Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE]
    levels = [level for level in Level if level in usual or any(each[level.value] for each in found)]
    short = {
        Level.PROVINCE: t("Tỉnh", "Prov."), Level.DEPARTMENT: t("Sở", "Dept."),
        Level.DISTRICT: t("Huyện", "Distr."), Level.COMMUNE: t("Xã", "Comm."),
        Level.SUBUNIT: t("Trực thuộc", "Sub."), Level.MINISTRY: t("Bộ", "Min."),
    }  # fmt: skip
    add_numbers(table, *(short[level] for level in levels))
    table.add_column(t("Nguồn đọc lúc", "Source read at"))
    table.add_column(t("Thay đổi lần cuối", "Last changed"))
    for each in found:
        table.add_row(
            day(date.fromisoformat(each["as_of"]), LANG),
            each["period"],
            words("; ".join(filter(None, (each["label"], _unfinished(each["state"]))))),
            *(str(each[level.value] or "–") for level in levels),
            moment(datetime.fromisoformat(each["read_at"]), LANG),
            moment(datetime.fromisoformat(each["changed_at"]), LANG),
        )
    return table


def _unfinished(state: str) -> str:
    return "" if state == ReadingState.COMPLETE else STATE_NAMES[ReadingState(state)].render(LANG)


def discrepancies(found: Sequence[Discrepancy], rules: RuleSet) -> Table:
    """Indicators that we and the source count differently, the greatest difference first."""
    table = new_table()
    table.add_column(t("Đơn vị", "Unit"), overflow="fold", min_width=22)
    table.add_column(t("Chỉ số", "Indicator"), overflow="fold", min_width=22)
    add_numbers(table, t("Tự đo", "Own"), t("Công bố", "Published"))
    for each in found:
        table.add_row(
            words(f"{each.unit.name} ({each.unit.code})"),
            words(f"{rules.indicator[each.code].number} {rules.label(each.code).render(LANG)}"),
            f"{counted(each.own.numerator)}/{counted(each.own.denominator)}",
            f"{counted(each.published.numerator)}/{counted(each.published.denominator)}",
        )
    return table
