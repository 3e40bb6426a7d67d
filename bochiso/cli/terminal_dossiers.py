"""Tables of what was measured from dossiers, and of dossiers to act on."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from rich.table import Table

from bochiso.cli.options import LANG, t
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.intake.messages.sync_schema import OTHER_NAME
from bochiso.measure.indicators import Measure
from bochiso.rules.rule_set import RuleSet
from bochiso.store.dossiers.code_mapping import PROCEDURE, UNIT, Held, Mapped, Unmapped
from bochiso.store.journal.kept_fields import Field, What
from bochiso.store.worklists.worklist import LatenessClock
from bochiso.text import day, number, percent, say
from bochiso.units.model import Level, Unit


def measured(rows: Sequence[Measure], units: Sequence[Unit], rules: RuleSet) -> Table:
    """What was measured of the units at the top: the provinces."""
    names = {unit.code: unit.name for unit in units}
    table = new_table()
    table.add_column(t("Số", "No."))
    table.add_column(t("Chỉ số", "Indicator"), overflow="fold", min_width=24)
    add_numbers(table, t("Tử số", "Numerator"), t("Mẫu số", "Denominator"), t("Tỷ lệ", "Rate"))
    for code, own in groupby((row for row in rows if row.level is Level.PROVINCE), lambda row: row.unit):
        table.add_row("", words(f"{names.get(code, code)} ({code})"), style="bold")
        for row in sorted(own, key=lambda row: rules.indicator[row.indicator].number):
            share = Fraction(row.numerator or 0) / row.denominator if row.denominator else None
            table.add_row(
                rules.indicator[row.indicator].number,
                words(rules.label(row.indicator).render(LANG)),
                counted(row.numerator),
                counted(row.denominator),
                percent(share, LANG),
            )
    return table


def open_dossiers_table(
    rows: Sequence[dict[str, Any]], clock: LatenessClock, *, ahead: bool = False
) -> Table:
    """Dossiers to act on, the most urgent first; by the law's clock with the last day to say sorry.

    `ahead`: they are still in time, and the days are those that are left.
    """
    law = clock is LatenessClock.LAW
    table = new_table(
        t("Theo Nghị định số 118/2025/NĐ-CP", "By Decree 118/2025/NĐ-CP")
        if law
        else t("Theo cách tính của Bộ chỉ số", "By the index's clock")
    )
    apart = _by_ministry(table, rows)
    table.add_column(t("Thủ tục", "Procedure"))
    table.add_column(t("Tiếp nhận", "Received"))
    table.add_column(t("Hết hạn", "Due") if law else t("Hẹn trả", "Due"))
    add_numbers(table, t("Còn lại (ngày)", "Left (days)") if ahead else t("Quá hạn (ngày)", "Late (days)"))
    if law:
        table.add_column(t("Xin lỗi, hẹn lại chậm nhất", "Apologise by"))
        add_numbers(table, t("Đã hẹn lại (lần)", "New dates given"))
    for row in rows:
        late = row["days_late"]
        mark = "*" if row.get("confirmed") is False else ""
        table.add_row(
            words(row["dossier"]),
            row["unit"] or "–",
            *apart(row),
            words(row["procedure"] or "–"),
            _day_of(row["received_at"]),
            _day_of(row["due_at"]) + mark,
            "–" if late is None else number(abs(Decimal(str(late))), LANG),
            *((day(row["notify_by"], LANG), counted(row["reappointments"])) if law else ()),
        )
    return table


def late_table(rows: Sequence[dict[str, Any]]) -> Table:
    """The late dossiers of a period, the worst first."""
    table = new_table(t("Theo cách tính của Bộ chỉ số", "By the index's clock"))
    apart = _by_ministry(table, rows)
    table.add_column(t("Thủ tục", "Procedure"))
    table.add_column(t("Tiếp nhận", "Received"))
    table.add_column(t("Hẹn trả", "Due"))
    table.add_column(t("Kết thúc", "Ended"))
    add_numbers(table, t("Quá hạn (ngày)", "Late (days)"))
    for row in rows:
        late, ended = row["days_late"], row["ended_at"]
        table.add_row(
            words(row["dossier"]),
            row["unit"],
            *apart(row),
            words(row["procedure"] or "–"),
            _day_of(row["received_at"]),
            _day_of(row["due_at"]),
            t("đang giải quyết", "open") if ended is None else _day_of(ended),
            "–" if late is None else number(Decimal(str(late)), LANG),
        )
    return table


def _by_ministry(table: Table, rows: Sequence[dict[str, Any]]) -> Callable[[dict[str, Any]], tuple[str, ...]]:
    """The first columns: number, unit, the ministry's system where any came by one; a row's cell of that."""
    table.add_column(t("Hồ sơ", "Dossier"), overflow="fold")
    table.add_column(t("Đơn vị", "Unit"))
    if not any(row["ministry"] for row in rows):
        return lambda row: ()
    table.add_column(t("Hệ thống của bộ", "Ministry's system"))
    return lambda row: (row["ministry"] or "–",)


BY_CLOCK = {
    LatenessClock.INDEX: say(
        "theo cách tính của Bộ chỉ số (đã trừ thời gian chờ bổ sung)",
        "by the index's clock (time waiting for supplements subtracted)",
    ),
    LatenessClock.LAW: say(
        "theo cách tính của Nghị định số 118/2025/NĐ-CP (tính lại từ đầu khi đã bổ sung đủ hồ sơ, chỉ tính "
        "một lần hẹn lại)",
        "by the law's clock, Decree 118/2025/NĐ-CP (counted again from a completed supplement, one new date)",
    ),
}
"""By what a list says that its dossiers are late."""

_KINDS = {UNIT: t("Đơn vị", "Unit"), PROCEDURE: t("Thủ tục", "Procedure")}


def unmapped_table(found: Sequence[Unmapped]) -> Table:
    """Codes that no list has."""
    table = new_table()
    table.add_column(t("Loại", "Kind"))
    table.add_column(t("Mã", "Code"), overflow="fold")
    table.add_column(t("Tỉnh", "Province"))
    table.add_column(t("Đang tính cho", "Counted to"))
    add_numbers(table, *_HELD)
    for each in found:
        code = words(each.code) if each.code else _nameless(each)
        table.add_row(_KINDS[each.kind], code, each.province or "–", each.counted_to or "–", *_counts(each))
    return table


def _nameless(each: Unmapped) -> str:
    if each.kind == PROCEDURE and each.procedures:
        return t("danh sách chưa rõ của tỉnh nào", "lists of no known province")
    return t("không có mã", "no code")


def mapped_table(found: Sequence[tuple[Mapped, Held]]) -> Table:
    """Codes that were given to something of the lists."""
    table = new_table()
    table.add_column(t("Loại", "Kind"))
    table.add_column(t("Mã", "Code"), overflow="fold")
    table.add_column(t("Tỉnh", "Province"))
    table.add_column(t("Ghép vào", "Given to"), overflow="fold")
    add_numbers(table, *_HELD)
    for each, held in found:
        table.add_row(
            _KINDS[each.kind], words(each.code), each.province or "–", words(each.target or "–"),
            *_counts(held),
        )  # fmt: skip
    return table


_WHATS = {
    What.GIVEN: t("có giá trị", "given"),
    What.LACKING: t("nhận trước khi trường này được giữ", "received before it was kept"),
    What.UNREAD: t("không đúng dạng, không giữ giá trị", "of another form, value not kept"),
    What.UNKNOWN: t("trường lạ, không giữ giá trị", "unknown field, value not kept"),
}


def fields_table(found: Sequence[Field]) -> Table:
    """The fields of messages."""
    table = new_table()
    table.add_column(t("Trường", "Field"), overflow="fold")
    table.add_column(t("Tình trạng", "State"))
    table.add_column(t("Bên gửi", "Sender"))
    add_numbers(table, t("Số lượt", "Items"))
    for each in found:
        name = t("(tên không đúng dạng)", "(not a field's name)") if each.name == OTHER_NAME else each.name
        table.add_row(words(name), _WHATS[each.what], each.sender or "–", counted(each.items))
    return table


_HELD = (t("Số hồ sơ", "Dossiers"), t("Phản ánh", "Petitions"), t("Thủ tục", "Procedures"))


def _counts(held: Held | Unmapped) -> tuple[str, ...]:
    return counted(held.dossiers), counted(held.petitions), counted(held.procedures)


def held_words(held: Held) -> str:
    """How much has a code: dossiers always, petitions and procedures where any do."""
    parts = [say("{n} hồ sơ", "{n} {n:dossier|dossiers}", n=held.dossiers)]
    if held.petitions:
        parts.append(say("{n} phản ánh, kiến nghị", "{n} {n:petition|petitions}", n=held.petitions))
    if held.procedures:
        parts.append(say("{n} thủ tục", "{n} {n:procedure|procedures}", n=held.procedures))
    return ", ".join(part.render(LANG) for part in parts)


def _day_of(at: datetime | None) -> str:
    return "–" if at is None else day(at.date(), LANG)
