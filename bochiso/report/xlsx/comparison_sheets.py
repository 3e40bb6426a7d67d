"""The sheets of what changed between two snapshots, and of dossiers that are overdue."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bochiso.report.dossier_figures import LateDecision
from bochiso.report.xlsx.sheets import Cell, ColumnKind, SheetColumn, Table, column_range
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change, Fate, LevelComparison
from bochiso.score.ranking import boxes_of
from bochiso.text import Lang, Text, say
from bochiso.units.codes import natural_key
from bochiso.units.names import level_title

COMPARISON = Text("So sánh", "Comparison")
OVERDUE = Text("Hồ sơ quá hạn", "Overdue")
OVERDUE_LIST = Text("Danh sách quá hạn", "Overdue list")

ROSE, FELL, SAME = Text("tăng", "rose"), Text("giảm", "fell"), Text("không đổi", "unchanged")
_FATES = {
    Fate.APPEARED: say("mới có số liệu", "new"),
    Fate.VANISHED: say("không còn số liệu", "gone"),
}


def comparison_columns(comparisons: Iterable[LevelComparison], rules: RuleSet) -> tuple[SheetColumn, ...]:
    """The columns of the comparison: totals, ranks, the change of every box."""
    boxes = dict.fromkeys(code for one in comparisons for code in boxes_of(one.after, rules))
    return (
        SheetColumn("level", say("Cấp", "Level"), 19, ColumnKind.TEXT),
        SheetColumn("code", say("Mã", "Code"), 9.5, ColumnKind.WORD),
        SheetColumn("name", say("Cơ quan, đơn vị, địa phương", "Unit"), 42, ColumnKind.TEXT),
        SheetColumn("before", say("Tổng điểm kỳ trước", "Total before"), 9.5),
        SheetColumn("after", say("Tổng điểm kỳ này", "Total now"), 9.5, ColumnKind.TOTAL),
        SheetColumn("change", say("Tăng, giảm điểm", "Change"), 9.5, ColumnKind.CHANGE),
        SheetColumn("trend", say("Diễn biến", "What happened"), 18, ColumnKind.TEXT),
        *(SheetColumn(code, rules.label(code), 11, ColumnKind.CHANGE) for code in boxes),
        SheetColumn("rank_before", say("Hạng kỳ trước", "Rank before"), 8, ColumnKind.RANK),
        SheetColumn("rank", say("Hạng kỳ này", "Rank now"), 8, ColumnKind.RANK),
        SheetColumn("move", say("Tăng, giảm hạng", "Places"), 9, ColumnKind.MOVE),
    )


def write_comparison(table: Table, comparisons: Iterable[LevelComparison]) -> None:
    """Level by level, who rose most first, who fell most last, then who can't be compared."""
    for one in comparisons:
        named = level_title(one.level, (row.score.unit.name for row in one.after.rows))
        title = named.render(table.styles.lang)
        for change in sorted(one.changes, key=_by_change):
            table.add(_change_cells(change, title, table))
            if change.total is not None:
                formula = f"=ROUND({table.cell('after')}-{table.cell('before')},2)"
                table.formula("change", formula, change.total)
            if change.rank is not None:
                table.formula("move", f"={table.cell('rank_before')}-{table.cell('rank')}", change.rank)
    table.finish(frozen=3)


def _by_change(change: Change) -> tuple[bool, Decimal]:
    return (change.total is None, -(change.total or Decimal(0)))


def _change_cells(change: Change, title: str, table: Table) -> list[Cell]:
    standing = change.after or change.before
    known: dict[str, Cell] = {
        "level": title,
        "code": change.code,
        "name": standing.score.unit.name if standing else "",
        "trend": _trend(change).render(table.styles.lang),
        **change.boxes,
    }
    if change.before:
        known |= {"before": change.before.score.total, "rank_before": change.before.rank}
    if change.after:
        known |= {"after": change.after.score.total, "rank": change.after.rank}
    return [known.get(column.key) for column in table.columns]


def _trend(change: Change) -> Text:
    if change.fate is Fate.MERGED:
        return say("sáp nhập vào {code}", "merged into {code}", code=change.became)
    if change.fate in _FATES:
        return _FATES[change.fate]
    if not change.one_scale:
        return say("nguồn đã đổi cách tính điểm", "the source has changed how it scores")
    if change.total is None:
        return say("không so sánh được", "can't be compared")
    words = ROSE if change.total > 0 else FELL if change.total < 0 else SAME
    if change.fate is Fate.RENAMED and change.before:
        was = change.before.score.unit.name
        return say("{words}; tên cũ: {was}", "{words}; formerly {was}", words=words, was=was)
    return words


Dossier = Mapping[str, Any]
"""An overdue dossier: dossier, unit, procedure, received_at, due_at, days_late; nothing personal."""

_UNIT = SheetColumn("name", say("Cơ quan, đơn vị, địa phương", "Unit"), 48, ColumnKind.TEXT)
_CODE = SheetColumn("code", say("Mã", "Code"), 12, ColumnKind.WORD)
OVERDUE_COLUMNS = (
    _CODE,
    _UNIT,
    SheetColumn("count", say("Số hồ sơ quá hạn", "Overdue dossiers"), 12, ColumnKind.COUNT),
    SheetColumn("longest", say("Quá hạn lâu nhất (ngày)", "Longest (days)"), 12, ColumnKind.DAYS),
)
LIST_COLUMNS = (
    SheetColumn("dossier", say("Số hồ sơ", "Dossier"), 24, ColumnKind.TEXT),
    _CODE,
    _UNIT,
    SheetColumn("procedure", say("Thủ tục", "Procedure"), 14, ColumnKind.WORD),
    SheetColumn("received", say("Ngày tiếp nhận", "Received"), 12, ColumnKind.DAY),
    SheetColumn("due", say("Ngày hẹn trả", "Due"), 12, ColumnKind.DAY),
    SheetColumn("late", say("Quá hạn (ngày)", "Days late"), 10, ColumnKind.DAYS),
)


def write_overdue(table: Table, sheet: str, overdue: Sequence[Dossier], names: Mapping[str, str]) -> None:
    """How many dossiers of each unit are overdue, most first; counted from the list `sheet`."""
    counts = Counter(each["unit"] or "" for each in overdue)
    last = table.row + len(overdue) - 1
    units, late = (column_range(sheet, n, table.row, last) for n in (1, len(LIST_COLUMNS) - 1))
    for code, number in sorted(counts.items(), key=lambda pair: (-pair[1], natural_key(pair[0]))):
        known = [_days(each["days_late"]) for each in overdue if (each["unit"] or "") == code]
        longest = max((days for days in known if days is not None), default=None)
        table.add([code, _name(code, names, table.styles.lang), number, longest])
        if code:
            table.formula("count", f"=COUNTIF({units},{table.cell('code')})", number)
        if code and longest is not None:
            formula = f"=SUMPRODUCT(MAX(({units}={table.cell('code')})*{late}))"
            table.formula("longest", formula, longest)
    table.finish(frozen=2)


def write_overdue_list(table: Table, overdue: Iterable[Dossier], names: Mapping[str, str]) -> None:
    """Every overdue dossier, the most urgent first."""
    for each in overdue:
        code = each["unit"] or ""
        cells: list[Cell] = [each["dossier"], code, _name(code, names, table.styles.lang), each["procedure"]]
        table.add([*cells, each["received_at"], each["due_at"], _days(each["days_late"])])
    table.finish(frozen=1)


LATE = say("Chậm công bố", "Published late")
LATE_COLUMNS = (
    SheetColumn("procedure", say("Thủ tục", "Procedure"), 14, ColumnKind.WORD),
    SheetColumn("name", say("Tên thủ tục", "Its name"), 60, ColumnKind.TEXT),
    SheetColumn("unit", say("Đơn vị tham mưu", "Who advises"), 34, ColumnKind.TEXT),
    SheetColumn("effective", say("Ngày có hiệu lực", "In force"), 12, ColumnKind.DAY),
    SheetColumn("publish_by", say("Hạn công bố", "To be decided by"), 12, ColumnKind.DAY),
    SheetColumn("decided", say("Ngày công bố", "Decided"), 12, ColumnKind.DAY),
    SheetColumn("publish_days", say("Công bố chậm (ngày)", "Decided late (days)"), 11, ColumnKind.COUNT),
    SheetColumn("enter_by", say("Hạn cập nhật", "To be entered by"), 12, ColumnKind.DAY),
    SheetColumn("entered", say("Ngày cập nhật", "Entered"), 12, ColumnKind.DAY),
    SheetColumn("enter_days", say("Cập nhật chậm (ngày)", "Entered late (days)"), 11, ColumnKind.COUNT),
)


def write_late(table: Table, late: Iterable[LateDecision]) -> None:
    """Every procedure that was published or entered late, or is to be by now."""
    for each in late:
        own = each.unit.name if each.unit else None
        unit = each.entries[0].department if each.entries else own
        days = each.effective_on, each.publish_by, each.decided_on
        late_by = each.publish_days or None, each.enter_by, each.entered_on, each.enter_days or None
        for code, name in each.procedures:
            table.add([code, name, unit, *days, *late_by])
    table.finish(frozen=2)


def _name(code: str, names: Mapping[str, str], lang: Lang) -> str:
    return names.get(code) or code or say("(không rõ)", "(unknown)").render(lang)


def _days(late: object) -> Decimal | None:
    return None if late is None else Decimal(str(late))
