"""`bochiso account audit`: the audit log printed, and checked to be as it was written."""

from datetime import datetime
from pathlib import Path

import click

from bochiso.cli.options import LANG, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.usage import Command
from bochiso.office import people
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.text import moment, now, say


@click.command(
    "audit",
    cls=Command,
    help=t(
        "In nhật ký thao tác và kiểm tra không dòng nào bị sửa, bị xóa.",
        "Print the audit log and see that no line was changed or removed.",
    ),
)
@format_options
@data_option
@lang_option
def audit_log(form: str, excel: bool, data: Path) -> int:
    """Print and verify the audit log."""
    form = chosen_form(form, excel=excel)
    with open_ledger(DataFolder(data), look=True) as ledger:
        with ledger.read() as db:
            rows = list(audit.shown(audit.lines(db)))
        checked = people.check_log(ledger, by_command_line(now()))
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        _draw_audit(rows)
    if checked.fault is not None:
        tell(
            say(
                "Nhật ký đã bị sửa hoặc bị xóa từ dòng {n:d}. "
                "Giữ nguyên hiện trạng và đối chiếu với bản sao lưu.",
                "The log was changed or cut from line {n:d}. "
                "Leave all as it is and compare it with a backup.",
                n=checked.fault,
            )
        )
        return 1
    tell(
        say(
            "Nhật ký nguyên vẹn, {n} dòng; mã kiểm tra cuối: {last}.",
            "The log is whole, {n} {n:line|lines}; its last hash: {last}.",
            n=len(rows),
            last=checked.hash,
        )
    )
    return 0


def _draw_audit(rows: list[dict[str, str]]) -> None:
    table = new_table(t("Nhật ký thao tác", "Audit log"))
    headings = (
        t("Dòng", "Line"), t("Lúc", "When"), t("Ai", "Who"), t("Từ", "From"), t("Việc", "What"),
        t("Của", "Of"), t("Chi tiết", "Details"),
    )  # fmt: skip
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        at = moment(datetime.fromisoformat(row["at"]), LANG)
        table.add_row(*map(words, [row["seq"], at, *list(row.values())[2:]]))
    console().print(table)
