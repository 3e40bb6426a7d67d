"""`bochiso doctor`: what is wrong on this machine, and what to do."""

from dataclasses import asdict
from pathlib import Path

import click

from bochiso.cli.machine_checks import Health, check_machine, shown
from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import tell, write_json
from bochiso.cli.usage import Command
from bochiso.store.folder import DataFolder
from bochiso.text import Text, say


@click.command(
    cls=Command,
    help=t(
        "Xem máy này có gì chưa ổn và cách xử lý: Python, ổ đĩa, đồng hồ, cổng, LibreOffice, phông chữ, "
        "quyền của tệp, sổ cái, dữ kiện, sao lưu. Không sửa gì. Mã trả về: 0 ổn, 1 có chỗ sai.",
        "What is wrong on this machine and what to do: Python, disk, clock, port, LibreOffice, fonts, rights "
        "of files, ledger, facts, backups. Changes nothing. Exit: 0 fine, 1 something is wrong.",
    ),
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8766,
    metavar=t("CỔNG", "PORT"),
    help=t("Cổng của máy chủ; mặc định 8766.", "The server's port; 8766 by default."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=t("text để đọc, json cho máy đọc.", "text to read, json for programs."),
)
@data_option
@lang_option
def command(port: int, form: str, data: Path) -> int:
    """Look at the machine."""
    found = list(check_machine(DataFolder(data), port))
    if form == "json":
        write_json([
            {name: value.render(LANG) if isinstance(value, Text) else value
             for name, value in (asdict(each) | {"what": each.what, "do": each.do}).items()}
            for each in found
        ])  # fmt: skip
    else:
        for each in found:
            click.echo(shown(each))
    wrong = sum(each.health is Health.WRONG for each in found)
    warned = sum(each.health is Health.WARNING for each in found)
    if wrong or warned:
        tell(
            say(
                "{wrong} chỗ sai (✗), {warned} chỗ nên xem (!).",
                "{wrong} wrong (✗), {warned} to look at (!).",
                wrong=wrong,
                warned=warned,
            )
        )
    else:
        tell(say("Không có gì đáng ngại.", "Nothing to worry about."))
    return 1 if wrong else 0
