"""Tables of lists of work, and of one dossier."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from rich.table import Table

from bochiso.cli.options import LANG, t
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.followup.work_kinds import ItemKind
from bochiso.followup.work_value import six_decimals
from bochiso.report.xlsx.work_sheet import WorkSheet, work_rows
from bochiso.rules.dossier_times import STATUS_NAMES
from bochiso.rules.verdict import duration
from bochiso.store.worklists.dossier_record import DossierRecord
from bochiso.store.worklists.work_lists import WorkOverview
from bochiso.text import day, number, points, show

SHOWN = 50
"""Rows of a list on a terminal; a file has them all."""


def overview_table(found: WorkOverview) -> Table:
    """All lists of a unit, and below them the indicators that have none."""
    table = new_table()
    table.add_column(t("Danh sách", "List"))
    table.add_column(t("Nội dung", "What"), overflow="fold", min_width=30)
    add_numbers(
        table,
        t("Số mục", "Items"),
        t("Còn khắc phục được", "Can be mended"),
        t("Mất điểm", "Lost"),
        t("Mỗi mục", "Each"),
        t("Cần để đạt tối đa", "For all points"),
    )
    for line in found.lines:
        value = line.value
        none_counted = value is not None and value.empty
        table.add_row(
            line.kind.slug,
            words(t("chưa phát sinh", "nothing counted") if none_counted else line.kind.what.render(LANG)),
            counted(line.items),
            counted(line.mendable),
            points(value.lost, LANG) if value else "–",
            number(six_decimals(value.each), LANG) if value and value.each else "–",
            counted(value.needed) if value and value.needed else "–",
        )
    for each in found.unlisted:
        lost = points(each.lost, LANG) if each.lost is not None else t("chưa đo được", "not measured")
        name = f"{each.rule.names.render(LANG)} {t('(không có danh sách)', '(no list)')}"
        table.add_row(each.rule.number, words(name), "–", "–", lost, "–", "–")
    return table


def item_table(sheet: WorkSheet) -> Table:
    """The first rows of a list, under the heads of its file."""
    table = new_table()
    rows = work_rows(sheet)[:SHOWN]
    dropped = {"unit_name", "points", "mendable"}
    if sheet.found.kind.of in (ItemKind.DOSSIER, ItemKind.PETITION):
        dropped.add("procedure_name")  # there is no room for it beside the dossier
    heads = {key: head for key, head in sheet.heads.items() if key not in dropped}
    for head in heads.values():
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(words(show(row[head], LANG) or "–") for head in heads.values()))
    return table


def dossier_table(found: DossierRecord) -> Iterator[Table]:
    """What is known of a dossier: itself by both clocks, its steps, what it costs."""
    facts = found.facts
    table = new_table(found.number)
    table.add_column("")
    table.add_column("", overflow="fold")
    status = STATUS_NAMES.get(facts["status"])
    for name, value in (
        (t("Đơn vị", "Unit"), f"{found.unit_name or '–'} ({facts['unit'] or '–'})"),
        (t("Thủ tục", "Procedure"), f"{found.procedure_name or '–'} ({facts['procedure'] or '–'})"),
        (t("Trạng thái", "Status"), status.render(LANG) if status else "–"),
        (t("Tiếp nhận", "Received"), _moment(facts["received_at"])),
        (t("Hẹn trả (theo Bộ chỉ số)", "Due (by the index)"), _moment(facts["due_at"])),
        (t("Theo Bộ chỉ số", "By the index"), index_words(found)),
        (t("Hạn theo Nghị định 118/2025", "Due by law"), _moment(facts["legal_due_at"])),
        (t("Theo Nghị định 118/2025", "By law"), law_words(found)),
    ):
        table.add_row(name, words(value))
    yield table
    steps = new_table(t("Các bước", "Steps"))
    for head in (
        t("Lúc", "At"),
        t("Trạng thái", "Status"),
        t("Phòng, bộ phận", "Room"),
        t("Hạn của bước", "Due"),
    ):
        steps.add_column(head, overflow="fold")
    for step in found.steps:
        named = STATUS_NAMES.get(step.status)
        label = named.render(LANG) if named else str(step.status)
        steps.add_row(_moment(step.moment), label, words(step.room or "–"), _moment(step.due_at))
    yield steps
    if found.costs:
        costs = new_table(t("Làm mất điểm", "What it costs"))
        costs.add_column(t("Chỉ số", "Indicator"))
        costs.add_column(t("Việc cần làm", "What to do"), overflow="fold")
        add_numbers(costs, t("Điểm", "Points"))
        for cost in found.costs:
            costs.add_row(
                cost.kind.slug, words(cost.kind.do.render(LANG)), number(six_decimals(cost.points), LANG)
            )
        yield costs


def index_words(found: DossierRecord) -> str:
    """What the index's clock finds of a dossier."""
    facts = found.facts
    if not facts["counted"]:
        return t("không tính được", "not judged")
    if facts["on_time"]:
        return t("trong hạn", "in time")
    late = facts["passed"]
    span = duration(timedelta(seconds=late)).render(LANG) if late is not None else ""
    return t("quá hạn", "late") + (f" {span}" if span else "")


def law_words(found: DossierRecord) -> str:
    """What the law's clock finds of a dossier."""
    facts = found.facts
    if not facts["legal_counted"]:
        return t("không tính được", "not judged")
    if facts["stands_still"]:
        return t("đang chờ người nộp bổ sung", "the applicant is awaited")
    return t("trong hạn", "in time") if facts["legal_on_time"] else t("quá hạn", "late")


def _moment(value: Any) -> str:
    return "–" if value is None else f"{value:%H:%M} {day(value.date(), LANG)}"
