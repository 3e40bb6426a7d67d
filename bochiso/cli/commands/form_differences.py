"""`bochiso reconcile`: a form's figures against the index's, each difference by its cause."""

from pathlib import Path
from typing import Any

import click
from rich.table import Table

from bochiso.cli.options import LANG, PeriodType, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command
from bochiso.measure.forms.reconciliation import DifferenceCause, ReconciledLine
from bochiso.office.backend import Backend
from bochiso.office.dossiers import DossierExport, record_export
from bochiso.office.report_forms import reconciliation_files
from bochiso.periods import Period
from bochiso.report import build
from bochiso.report.forms.reconciled_data import ReconciledUnit, reconciled_items, reconciled_unit
from bochiso.report.forms.reconciliation_files import lacks_list, summary_rows
from bochiso.report.forms.reconciliation_words import CAUSE_WORDS, NO_PORTAL_LIST
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.worklists.form_reconciliation import DifferingItem
from bochiso.text import day, now


@click.command(
    cls=Command,
    help=t(
        "Đối chiếu số liệu biểu mẫu báo cáo với Bộ chỉ số (Thông tư 09/2026/TT-BTP, Điều 15 khoản "
        "2): mỗi chênh "
        "lệch tách theo nguyên nhân, mở đến từng hồ sơ.",
        "The forms' figures against the index's (Circular 09/2026/TT-BTP, Article 15.2): each "
        "difference by its "
        "causes, down to the dossiers.",
    ),
)
@click.option(
    "--period",
    required=True,
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ của biểu mẫu, như 2026-11@15.", "The form's period, as 2026-11@15."),
)
@click.option(
    "--against",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t(
        "Kỳ của Bộ chỉ số; mặc định là cùng tháng, quý, năm theo lịch.",
        "The index's period; the same by the calendar by default.",
    ),
)
@click.option(
    "--unit", metavar=t("MÃ", "CODE"), help=t("Đơn vị; mặc định là tỉnh.", "A unit; the province by default.")
)
@click.option(
    "--line",
    type=click.Choice([each.value for each in ReconciledLine]),
    help=t("Liệt kê hồ sơ của số liệu này.", "List the dossiers of this figure."),
)
@click.option(
    "--cause",
    type=click.Choice([each.value for each in DifferenceCause]),
    help=t("Chỉ hồ sơ của nguyên nhân này.", "Only the dossiers of this cause."),
)
@click.option(
    "-o",
    "--output",
    metavar=t("THƯ_MỤC", "DIR"),
    type=click.Path(readable=False, path_type=Path),
    help=t("Ghi bảng tính và phụ lục Word vào đây.", "Write the workbook and a Word annex here."),
)
@format_options
@data_option
@lang_option
def command(
    period: Period,
    against: Period | None,
    unit: str | None,
    line: str | None,
    cause: str | None,
    output: Path | None,
    form: str,
    excel: bool,
    data: Path,
) -> int:
    """Hold forms against the index."""
    form = chosen_form(form, excel=excel)
    folder, moment = DataFolder(data), now()
    backend, by = Backend(folder), by_command_line(moment)
    lines = [ReconciledLine(line)] if line else list(ReconciledLine)
    items: list[DifferingItem] = []
    with working(t("Đang đối chiếu", "Comparing")):
        with told_dossiers(folder) as db, open_store(folder, False, empty=True) as store:
            found = reconciled_unit(db, store, unit, period, against, moment)
            if line or output:
                chosen = DifferenceCause(cause) if cause else None
                for each in lines:
                    items += reconciled_items(db, unit, period, against, moment, each, chosen)
        if line:
            wanted = DossierExport(f"reconcile-{line}", found.unit, cause or "", form)
            record_export(backend, by, wanted, len(items))
        if output:
            files = reconciliation_files(backend, by, found, items)
            written = build.write_files(output, files)
    if output:
        for path in written:
            console().print(str(path), markup=False, soft_wrap=True)
    elif line:
        _print_items(items, form, excel)
    else:
        _print_summary(found, form, excel)
    return 1 if any(pair.unexplained for pair in found.found.pairs) else 0


def _print_items(items: list[DifferingItem], form: str, excel: bool) -> None:
    if form == "json":
        write_json([_item(each) for each in items])
    elif form == "csv":
        write_csv([_item(each) for each in items], excel=excel)
    else:
        table = new_table()
        for name in (
            t("Hồ sơ, PAKN", "Dossier, petition"), t("Đơn vị", "Unit"), t("Chỉ tính ở", "Only in"),
            t("Nguyên nhân", "DifferenceCause"), t("Tiếp nhận", "Received"), t("Kết thúc", "Ended"),
        ):  # fmt: skip
            table.add_column(name, overflow="fold")
        for each in items:
            table.add_row(
                each.number, each.unit,
                t("biểu mẫu", "form") if each.side > 0 else t("Bộ chỉ số", "index"),
                CAUSE_WORDS[each.cause].render(LANG),
                day(each.received_on, LANG) if each.received_on else "–",
                day(each.ended_on, LANG) if each.ended_on else "–",
            )  # fmt: skip
        console().print(table)


def _item(each: DifferingItem) -> dict[str, Any]:
    return {
        "line": each.line.value, "number": each.number, "unit": each.unit,
        "side": "form" if each.side > 0 else "index", "cause": each.cause.value,
        "received_on": str(each.received_on) if each.received_on else None,
        "ended_on": str(each.ended_on) if each.ended_on else None,
    }  # fmt: skip


def _print_summary(found: ReconciledUnit, form: str, excel: bool) -> None:
    rows: list[dict[str, Any]] = []
    for pair in found.found.pairs:
        head = {"unit": found.unit, "line": pair.line.value}
        figures = {"form": pair.form, "index": pair.index, "published": found.published.get(pair.line)}
        rows.append(head | {"cause": None} | figures)
        rows += [
            head | {"cause": each.cause.value, "form": each.form, "index": each.index, "published": None}
            for each in pair.differences
        ]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        console().print(_table(found))
        if lacks_list(found):
            tell(NO_PORTAL_LIST)


def _table(found: ReconciledUnit) -> Table:
    whole = found.found
    table = new_table(
        t(
            f"{found.name}: biểu mẫu {whole.form_period.show(LANG)}, Bộ chỉ số "
            f"{whole.index_period.show(LANG)}",
            f"{found.name}: form {whole.form_period.show(LANG)}, index {whole.index_period.show(LANG)}",
        )
    )
    table.add_column(t("Nội dung", "What"), overflow="fold", min_width=40)
    add_numbers(table, t("Số lượng", "Number"))
    for row in summary_rows(found, LANG):
        value = row.value if isinstance(row.value, str) else counted(row.value)
        table.add_row(f"   {row.label}" if row.cause else row.label, value)
    return table
