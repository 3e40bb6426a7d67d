"""A list of work as a file: rows with the heads that clerks read, and the workbook for a letter."""

import io
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct
from xlsxwriter import Workbook

from bochiso.followup.work_kinds import ITEM_NAMES, WHY_NAMES, ItemKind
from bochiso.followup.work_value import WorkValue
from bochiso.measure.missed.why_missed import Why
from bochiso.report.xlsx.sheets import A4, FONT
from bochiso.rules.dossier_times import STATUS_NAMES
from bochiso.store.worklists.work_lists import WorkAsked, WorkList
from bochiso.text import Lang, Text, say

DECIMALS = 10
"""Of one item's points in a file: so many that a province's sum to the hundredth."""

_HEADS: dict[str, tuple[Text, int]] = {
    "item": (say("Mã số", "Code"), 30),
    "unit": (say("Mã đơn vị", "Unit"), 14),
    "unit_name": (say("Đơn vị", "Unit's name"), 34),
    "field_name": (say("Lĩnh vực", "Field"), 24),
    "procedure": (say("Mã thủ tục", "Procedure"), 16),
    "procedure_name": (say("Tên thủ tục", "Procedure's name"), 48),
    "room": (say("Phòng, bộ phận", "Room"), 26),
    "status": (say("Trạng thái", "Status"), 20),
    "began": (say("Ngày tiếp nhận", "Received"), 13),
    "due_at": (say("Ngày hẹn trả", "Due"), 13),
    "ended_at": (say("Ngày kết thúc", "Ended"), 13),
    "days": (say("Số ngày", "Days"), 9),
    "why": (say("Nội dung", "What lacks"), 28),
    "mendable": (say("Còn khắc phục được", "Can be mended"), 12),
    "points": (say("Số điểm", "Points"), 12),
}
"""Columns of a file, in order, with their heads and widths."""

_LACKING = {
    ItemKind.PROCEDURE: ("room", "status", "began", "due_at", "ended_at", "days", "why", "procedure"),
    ItemKind.PUBLICATION: ("room", "status", "due_at", "days", "procedure", "unit", "unit_name"),
    ItemKind.PETITION: ("room", "status", "due_at", "procedure", "procedure_name", "field_name"),
}
"""What lists of other items than dossiers have not."""


class WorkSheet(Struct, frozen=True):
    """What a file of a list is made of. `title`: the unit's name; `value`: None where it earns no points."""

    asked: WorkAsked
    title: str
    found: WorkList
    value: WorkValue | None = None
    lang: Lang = Lang.VI

    @property
    def heads(self) -> dict[str, str]:
        """The heads of the columns that this list has."""
        lacking = _LACKING.get(self.found.kind.of, ())
        has = self.found.rows[0].keys() if self.found.rows else _HEADS.keys()
        named = {"began": _BEGAN.get(self.found.kind.of), "ended_at": _ENDED.get(self.found.kind.of)}
        return {
            key: (named.get(key) or head).render(self.lang)
            for key, (head, _) in _HEADS.items()
            if key not in lacking
            and (key in has or key == "points")
            and (key != "points" or self.value is not None)
        }


_BEGAN = {
    ItemKind.PUBLICATION: say("Ngày quyết định công bố", "Decided"),
    ItemKind.PETITION: say("Ngày gửi", "Sent"),
}

_ENDED = {ItemKind.PUBLICATION: say("Ngày cập nhật", "Entered")}


def work_rows(sheet: WorkSheet) -> list[dict[str, Any]]:
    """The rows of a list under the heads of people; days are days, points have DECIMALS."""
    each = sheet.value.each if sheet.value else Fraction(0)
    points = round(Decimal(each.numerator) / Decimal(each.denominator), DECIMALS)
    return [
        {head: _told(key, row, points, sheet.lang) for key, head in sheet.heads.items()}
        for row in sheet.found.rows
    ]


def _told(key: str, row: Mapping[str, Any], points: Decimal, lang: Lang) -> Any:
    value = row.get(key)
    if key == "points":
        return points
    if key == "mendable":
        return (say("có", "yes") if value else say("không", "no")).render(lang)
    if key == "why" and value is not None:
        return WHY_NAMES[Why(value)].render(lang)
    if key == "status" and value is not None:
        return STATUS_NAMES[value].render(lang) if value in STATUS_NAMES else str(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float):
        return Decimal(str(value))
    return value


def work_heading(sheet: WorkSheet) -> tuple[Text, Text]:
    """What stands above a list: what it is of and whose, how much it holds and what that is worth."""
    found, lost = sheet.found, sheet.value.lost if sheet.value else None
    title = say("Danh sách {what}", "List of {what}", what=found.kind.what)
    below = say(
        "{unit}; kỳ {period}; tính đến {moment}: {n} {items}, {can} còn khắc phục được",
        "{unit}; {period}; as of {moment}: {n} {items}, {can} of which can be mended",
        unit=sheet.title,
        period=sheet.asked.period.show(sheet.lang),
        moment=sheet.asked.as_of,
        n=found.chosen,
        items=ITEM_NAMES[found.kind.of],
        can=sum(bool(row["mendable"]) for row in found.rows),
    )
    if lost is None or sheet.value is None:
        return title, say("{below}.", "{below}.", below=below)
    whole = say(
        "{below}; chỉ số mất {lost} điểm, do {missed} {items}.",
        "{below}; the indicator lost {lost} points by {missed} {items}.",
        below=below, lost=lost, missed=sheet.value.missed, items=ITEM_NAMES[found.kind.of],
    )  # fmt: skip
    return title, whole


def work_workbook(sheet: WorkSheet) -> bytes:
    """The bytes of the workbook: a title, what it holds, the table with frozen heads and filters."""
    out, rows, heads = io.BytesIO(), work_rows(sheet), list(sheet.heads.items())
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        font = {"font_name": FONT, "font_size": 12}
        page = book.add_worksheet(sheet.found.kind.slug)
        title, below = work_heading(sheet)
        page.write_string(0, 0, title.render(sheet.lang), book.add_format(font | {"bold": True}))
        page.write_string(1, 0, below.render(sheet.lang), book.add_format(font | {"italic": True}))
        head = book.add_format(font | {"bold": True, "border": 1, "text_wrap": True, "align": "center"})
        text = book.add_format(font | {"border": 1, "text_wrap": True, "valign": "top"})
        days = book.add_format(font | {"border": 1, "num_format": "dd/mm/yyyy", "valign": "top"})
        numbers = book.add_format(font | {"border": 1, "num_format": "#,##0.0", "valign": "top"})
        points = book.add_format(font | {"border": 1, "num_format": "0.000000", "valign": "top"})
        page.write_string(3, 0, say("TT", "No.").render(sheet.lang), head)
        page.set_column(0, 0, 6)
        for at, (key, name) in enumerate(heads, 1):
            page.set_column(at, at, _HEADS[key][1])
            page.write_string(3, at, name, head)
        for n, row in enumerate(rows, 1):
            page.write_number(3 + n, 0, n, text)
            for at, ((key, _), value) in enumerate(zip(heads, row.values(), strict=True), 1):
                if value is None:
                    page.write_blank(3 + n, at, None, text)
                elif isinstance(value, str):
                    page.write_string(3 + n, at, value, text)
                elif isinstance(value, Decimal | int):
                    page.write_number(3 + n, at, float(value), points if key == "points" else numbers)
                else:
                    page.write_datetime(3 + n, at, value, days)
        page.freeze_panes(4, 2)
        page.autofilter(3, 0, 3 + len(rows), len(heads))
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(3)
    return out.getvalue()
