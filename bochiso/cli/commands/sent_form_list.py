"""`bochiso forms`: who has sent the form of a period, who hasn't, and where it differs from our own count."""

from pathlib import Path
from typing import Any

import click

from bochiso.cli.options import LANG, PeriodType, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table
from bochiso.cli.usage import Command
from bochiso.periods import Period
from bochiso.report.forms.filled_forms import Filling, FormRequest, unit_asked
from bochiso.report.forms.gathered_forms import GatheredUnit, gathered, year_periods
from bochiso.rules.periodic_forms import column_names, due_by
from bochiso.store.decisions.forms_received import received_forms
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.people.ledger import open_ledger
from bochiso.text import day, now, say


@click.command(
    cls=Command,
    name="forms",
    help=t(
        "Biểu 07a do đơn vị gửi (nạp bằng import forms): đơn vị nào đã gửi, đúng hạn ngày 20 hay "
        "không, tỷ lệ đúng "
        "hạn trong năm; thêm --unit để xem chỗ khác với số tự đếm.",
        "Forms 07a that units sent (import forms): who has, by the 20th or later, how often in time "
        "this year; "
        "with --unit, where they differ from our own count.",
    ),
)
@click.option(
    "--period",
    required=True,
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ báo cáo, như 2026-11@15.", "The period, as 2026-11@15."),
)
@click.option(
    "--unit", metavar=t("MÃ", "CODE"), help=t("Xem chênh lệch của đơn vị này.", "This unit's differences.")
)
@format_options
@data_option
@lang_option
def command(period: Period, unit: str | None, form: str, excel: bool, data: Path) -> int:
    """Show what was sent."""
    form, folder, moment = chosen_form(form, excel=excel), DataFolder(data), now()
    with working(t("Đang tổng hợp biểu mẫu", "Gathering forms")):
        with open_ledger(folder) as ledger:
            received = received_forms(ledger, [each.code for each in year_periods(period)])
        with open_dossiers(folder) as db:
            filling = Filling.begun(db, FormRequest("07a", period, unit), moment)
            found = gathered(db, filling.tree, unit_asked(filling).code, period, received, moment)
    if unit is None:
        _print_status(found, form, excel)
    else:
        _print_differences(found, form, excel)
    missing = sum(each.sent_on is None for each in found)
    tell(
        say(
            "{sent}/{all} đơn vị đã gửi biểu {period}; hạn gửi của đơn vị: {by}, của tỉnh: {province}.",
            "{sent} of {all} sent their form of {period}; due on {by}, the province's on {province}.",
            sent=len(found) - missing,
            all=len(found),
            period=period.show(LANG),
            by=due_by(period),
            province=due_by(period, province=True),
        )
    )
    return 0


def _print_status(found: list[GatheredUnit], form: str, excel: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "unit": each.unit, "unit_name": each.name, "sent_on": str(each.sent_on) if each.sent_on else None,
            "late": each.late, "on_time": each.on_time, "due": each.due,
            "differences": None if each.differences is None else len(each.differences),
        }
        for each in found
    ]  # fmt: skip
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        table = new_table()
        table.add_column(t("Mã", "Code"))
        table.add_column(t("Đơn vị", "Unit"), overflow="fold")
        table.add_column(t("Ngày gửi", "Sent"))
        table.add_column(t("Đúng hạn", "In time"))
        add_numbers(
            table, t("Đúng hạn trong năm", "In time this year"), t("Số khác số tự đếm", "Differences")
        )
        for each in found:
            state = t("quá hạn", "late") if each.late else t("đúng hạn", "in time")
            if each.sent_on is None:
                state = t("chưa gửi, quá hạn", "not sent, late") if each.late else t("chưa gửi", "not sent")
            differences = "–" if each.differences is None else counted(len(each.differences))
            sent = day(each.sent_on, LANG) if each.sent_on else "–"
            table.add_row(each.unit, each.name, sent, state, f"{each.on_time}/{each.due}", differences)
        console().print(table)


def _print_differences(found: list[GatheredUnit], form: str, excel: bool) -> None:
    rows: list[dict[str, Any]] = [
        {"unit": each.unit, "field": one.field, "column": one.column, "sent": one.sent, "own": one.own}
        for each in found
        for one in each.differences or ()
    ]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        heads = column_names()
        table = new_table()
        for name in (t("Đơn vị", "Unit"), t("Lĩnh vực", "Field"), t("Cột", "Column")):
            table.add_column(name, overflow="fold")
        add_numbers(table, t("Đơn vị gửi", "Sent"), t("Tự đếm", "Own"))
        for row in rows:
            table.add_row(
                str(row["unit"]), str(row["field"]) or t("cả đơn vị", "the whole unit"),
                heads.get(str(row["column"]), ""), counted(row["sent"]), counted(row["own"]),
            )  # fmt: skip
        console().print(table)
