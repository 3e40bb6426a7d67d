"""Tables for the terminal."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from bochiso.cli.options import LANG, t
from bochiso.rules.model import RuleSet
from bochiso.score.check import Comparison
from bochiso.score.compare import Change, Fate, LevelComparison
from bochiso.score.explain import ROUNDING, Cause, Loss
from bochiso.score.figures import TOTAL
from bochiso.score.standings import LevelStandings, Standing
from bochiso.text import change, count, day, moment, number, percent, points
from bochiso.units.model import LEVEL_NAMES, Level

GRADE_STYLES = {
    "EXCELLENT": "bold green",
    "GOOD": "green",
    "FAIR": "cyan",
    "AVERAGE": "yellow",
    "WEAK": "red",
}


def new_table(title: str | None = None) -> Table:
    """An empty table in the house's style."""
    return Table(title=title, title_style="bold", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)


def ranking(
    level: LevelStandings, rules: RuleSet, title: str, comparison: LevelComparison | None = None
) -> Table:
    """The ranking of one level; with a comparison, the changes of total and rank."""
    table = new_table(title)
    table.add_column(t("Hạng", "Rank"), justify="right")
    table.add_column(LEVEL_NAMES[level.level].render(LANG), overflow="fold", min_width=22)
    boxes = boxes_of(level, rules)
    for code in boxes:
        table.add_column(f"{code}\n/{_short(rules.group[code].points)}", justify="right")
    table.add_column(t("Tổng", "Total") + f"\n/{_short(rules.total_points)}", justify="right", style="bold")
    table.add_column(t("Xếp loại", "Grade"))
    if comparison:
        table.add_column(t("± điểm", "± points"), justify="right")
        table.add_column(t("± hạng", "± rank"), justify="right")
    for row in level.rows:
        score = row.score
        earned = {box.code: box.points for box in score.boxes}
        cells: list[str | Line] = [
            "–" if row.rank is None else str(row.rank),
            escape(score.unit.name),
            *(points(earned.get(code), LANG) for code in boxes),
            points(score.total, LANG),
            _grade(row),
        ]
        if comparison:
            cells += _changes(comparison.find(score.unit.code))
        table.add_row(*cells)
    return table


def boxes_of(level: LevelStandings, rules: RuleSet) -> list[str]:
    """The boxes that the units of a level have, in the order of the rule set."""
    have = {box.code for row in level.rows for box in row.score.boxes if box.points is not None}
    order = list(rules.boxes) + [g.code for g in rules.groups if g.code not in rules.boxes]
    return [code for code in order if code in have]


def _short(value: Decimal) -> str:
    return number(value.normalize() if value % 1 else Decimal(int(value)), LANG)


def _grade(row: Standing) -> Line:
    if row.grade is None:
        return Line(t("chưa đủ số liệu", "incomplete"), style="dim")
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
        parts.append(f"{level.grade_counts[grade.code]}/{level.ranked} {name}{sign}")
    line = t("Xếp loại: ", "Grades: ") + ", ".join(parts) + "."
    if level.mean is not None:
        moved_mean = (
            f" ({change(comparison.mean, LANG)})" if comparison and comparison.mean is not None else ""
        )
        line += t(" Điểm trung bình: ", " Mean: ") + points(level.mean, LANG) + moved_mean + "."
    unranked = len(level.rows) - level.ranked
    if unranked:
        line += t(f" Chưa xếp hạng: {unranked} đơn vị.", f" Not ranked: {unranked} units.")
    return line


def fates(comparison: LevelComparison) -> list[str]:
    """Units that were renamed, appeared, vanished or were merged, one line each kind."""
    lines = []
    for found in comparison.of(Fate.RENAMED):
        if found.before and found.after:
            lines.append(f"{found.code}: {found.before.score.unit.name} → {found.after.score.unit.name}")
    renamed = [t("Đổi tên: ", "Renamed: ") + "; ".join(lines) + "."] if lines else []
    words = {
        Fate.APPEARED: t("Mới xuất hiện: ", "Appeared: "),
        Fate.VANISHED: t("Không còn: ", "Vanished: "),
    }
    for fate, word in words.items():
        names = [_name(found) for found in comparison.of(fate)]
        if names:
            renamed.append(word + "; ".join(names) + ".")
    merged = [f"{_name(found)} → {found.became}" for found in comparison.of(Fate.MERGED)]
    if merged:
        renamed.append(t("Sáp nhập: ", "Merged: ") + "; ".join(merged) + ".")
    return renamed


def _name(found: Change) -> str:
    standing = found.after or found.before
    return "" if standing is None else f"{standing.score.unit.name} ({found.code})"


def legend(codes: Sequence[str], rules: RuleSet) -> str:
    """What the codes of the boxes stand for."""
    return "; ".join(f"{code}: {rules.label(code).render(LANG)}" for code in codes) + "."


def losses(lines: list[Loss], rules: RuleSet) -> Table:
    """An explanation, greatest loss first."""
    table = new_table()
    table.add_column(t("Số", "No."))
    table.add_column(t("Chỉ số", "Indicator"), overflow="fold", min_width=30)
    table.add_column(t("Tử số", "Numerator"), justify="right")
    table.add_column(t("Mẫu số", "Denominator"), justify="right")
    table.add_column(t("Tỷ lệ", "Rate"), justify="right")
    table.add_column(t("Mức đạt", "Target"), justify="right")
    table.add_column(t("Điểm", "Points"), justify="right", style="bold")
    table.add_column(t("Tối đa", "Max"), justify="right")
    table.add_column(t("Mất", "Lost"), justify="right", style="red")
    for line in lines:
        table.add_row(*_loss_cells(line, rules))
    return table


def _loss_cells(line: Loss, rules: RuleSet) -> list[str]:
    rule = rules.indicator.get(line.code)
    name = rules.label(line.code).render(LANG)
    each = line.indicator
    if each is None:
        return [rule.number if rule else "", escape(name), "–", "–", "–", "", points(line.points, LANG),
                points(line.max_points, LANG), points(line.lost, LANG)]  # fmt: skip
    marks = ("*" if line.small else "") + ("↑" if each.inherited_from else "")
    target = (
        ""
        if each.rule.target is None
        else percent(each.rule.target, LANG).replace(",00", "").replace(".00", "")
    )
    return [
        each.rule.number,
        escape(name) + (f" {marks}" if marks else ""),
        _counted(each.count.numerator),
        _counted(each.count.denominator),
        percent(each.rate, LANG),
        target,
        points(line.points, LANG) if each.rule.scored else "",
        points(line.max_points, LANG) if each.rule.scored else "",
        points(line.lost, LANG) if each.rule.scored else "",
    ]


def _counted(value: Decimal | int | None) -> str:
    if value is None:
        return "–"
    return count(value, LANG) if isinstance(value, int) else number(value.normalize(), LANG)


def causes(parts: list[Cause], rules: RuleSet, total: Decimal | None) -> Table:
    """What a change is made of; the last line is their sum."""
    table = new_table()
    table.add_column(t("Số", "No."))
    table.add_column(t("Do", "Through"), overflow="fold", min_width=30)
    table.add_column(t("Trước", "Before"), justify="right")
    table.add_column(t("Sau", "After"), justify="right")
    table.add_column(t("Thay đổi", "Change"), justify="right")
    for part in parts:
        rule = rules.indicator.get(part.code)
        table.add_row(
            rule.number if rule else "",
            escape(_cause_name(part.code, rules)),
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
    return rules.label(code).render(LANG)


def level_title(level: Level, title: str) -> str:
    """The heading of a level's ranking."""
    return f"{LEVEL_NAMES[level].render(LANG)} – {title}"


def differences(wrong: list[Comparison], rules: RuleSet) -> Table:
    """Published figures that disagree with ours, largest difference first."""
    table = new_table()
    table.add_column(t("Đơn vị", "Unit"), overflow="fold", min_width=22)
    table.add_column(t("Chỉ số, nhóm", "Indicator, group"), overflow="fold", min_width=22)
    table.add_column(t("Công bố", "Published"), justify="right")
    table.add_column(t("Tính lại", "Computed"), justify="right")
    table.add_column(t("Chênh lệch", "Difference"), justify="right")
    for each in wrong:
        name = t("Tổng điểm", "Total") if each.code == TOTAL else rules.label(each.code).render(LANG)
        table.add_row(
            escape(f"{each.unit.name} ({each.unit.code})"),
            escape(name),
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
    table.add_column(t("Tỉnh", "Prov."), justify="right")
    table.add_column(t("Sở", "Dept."), justify="right")
    table.add_column(t("Huyện", "Distr."), justify="right")
    table.add_column(t("Xã", "Comm."), justify="right")
    table.add_column(t("Nguồn đọc lúc", "Source read at"))
    table.add_column(t("Thay đổi lần cuối", "Last changed"))
    for each in found:
        table.add_row(
            day(date.fromisoformat(each["as_of"]), LANG),
            each["period"],
            escape(each["label"] or ""),
            *(str(each[level.value] or "–") for level in Level),
            moment(datetime.fromisoformat(each["read_at"]), LANG),
            moment(datetime.fromisoformat(each["changed_at"]), LANG),
        )
    return table
