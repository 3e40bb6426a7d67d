"""How units stand to their targets, as the annex of a letter: a sheet for each target."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook

from bochiso.followup.targets import TARGET_STATES, name_of, value_in_words
from bochiso.report.xlsx.sheets import A4, FONT, ColumnKind, SheetColumn, Table, sheet_name
from bochiso.store.snapshots.target_standings import TargetTable
from bochiso.text import Lang, say
from bochiso.units.names import level_title

HEADS = (
    (say("TT", "No."), 6), (say("Đơn vị", "Unit"), 44), (say("Mức giao", "Target"), 20),
    (say("Kết quả", "Now"), 20), (say("Còn thiếu", "Short"), 11),
    (say("Số mục cần thêm", "Items to close it"), 12), (say("Tình trạng", "State"), 26),
)  # fmt: skip


TARGETS = say("Chỉ tiêu", "Targets")
TARGET_COLUMNS = (
    SheetColumn("decision", say("Văn bản giao", "Decision"), 30, ColumnKind.TEXT),
    SheetColumn("what", say("Chỉ tiêu", "Target"), 34, ColumnKind.TEXT),
    SheetColumn("name", say("Cơ quan, đơn vị, địa phương", "Unit"), 44, ColumnKind.TEXT),
    SheetColumn("value", say("Mức giao", "Value"), 18, ColumnKind.TEXT),
    SheetColumn("now", say("Kết quả", "Now"), 18, ColumnKind.TEXT),
    SheetColumn("short", say("Còn thiếu", "Short"), 11),
    SheetColumn("closes", say("Số mục cần thêm", "Items to close it"), 12, ColumnKind.COUNT),
    SheetColumn("state", say("Tình trạng", "State"), 24, ColumnKind.TEXT),
)


def write_targets(table: Table, found: Sequence[TargetTable]) -> None:
    """Every unit's standing to every target, in a report's own workbook."""
    lang = table.styles.lang
    for one in found:
        what = name_of(one.what, one.rules).render(lang)
        for level in one.levels:
            for each in level.rows:
                table.add(
                    [
                        one.decision, what, one.names.get(each.unit, each.unit),
                        value_in_words(one.what, each.target.value, one.rules).render(lang),
                        value_in_words(one.what, each.now, one.rules).render(lang),
                        each.short, each.closes, TARGET_STATES[each.state].render(lang),
                    ]
                )  # fmt: skip
    table.finish(frozen=3)


def target_rows(found: TargetTable, lang: Lang) -> list[list[Any]]:
    """The rows of one target: a level's name alone, then its units in the order of their ranking."""
    rows: list[list[Any]] = []
    for level in found.levels:
        title = level_title(level.level, (found.names.get(each.unit, "") for each in level.rows))
        rows.append(["", title.render(lang), "", "", "", "", ""])
        for n, each in enumerate(level.rows, 1):
            rows.append(
                [
                    n, found.names.get(each.unit, each.unit),
                    value_in_words(found.what, each.target.value, found.rules).render(lang),
                    value_in_words(found.what, each.now, found.rules).render(lang),
                    each.short, each.closes, TARGET_STATES[each.state].render(lang),
                ]
            )  # fmt: skip
    return rows


def target_workbook(tables: Sequence[TargetTable], lang: Lang) -> bytes:
    """The bytes of the workbook."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        font = {"font_name": FONT, "font_size": 12}
        bold = book.add_format(font | {"bold": True})
        head = book.add_format(font | {"bold": True, "border": 1, "text_wrap": True, "align": "center"})
        cell = book.add_format(font | {"border": 1, "text_wrap": True})
        short = book.add_format(font | {"border": 1, "num_format": "0.00"})
        for n, found in enumerate(tables, 1):
            page = book.add_worksheet(sheet_name(f"{n}. {found.what}"))
            page.write_string(
                0, 0, f"{found.decision}: {name_of(found.what, found.rules).render(lang)}", bold
            )
            page.write_string(1, 0, found.phrase.render(lang), book.add_format(font))
            for at, (name, width) in enumerate(HEADS):
                page.set_column(at, at, width)
                page.write_string(3, at, name.render(lang), head)
            for row, values in enumerate(target_rows(found, lang), 4):
                for at, value in enumerate(values):
                    if isinstance(value, str):
                        page.write_string(row, at, value, cell)
                    elif value is None:
                        page.write_blank(row, at, None, cell)
                    else:
                        page.write_number(
                            row, at, float(value), short if isinstance(value, Decimal) else cell
                        )
            page.freeze_panes(4, 2)
            page.set_paper(A4)
            page.fit_to_pages(1, 0)
            page.repeat_rows(3)
        if not tables:
            book.add_worksheet()
    return out.getvalue()
