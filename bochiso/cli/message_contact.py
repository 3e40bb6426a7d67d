"""`bochiso account user contact`: where somebody gets the digest and alerts."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.office.backend import Backend
from bochiso.office.messages import set_contact
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import now, say


@click.command(
    cls=Command,
    help=t(
        "Khai địa chỉ thư nhận bản tin, cảnh báo của một tài khoản; địa chỉ để trống thì xóa.",
        "Say where an account gets its digest and alerts; an empty address forgets it.",
    ),
)
@click.argument("name", metavar=t("TÊN", "NAME"))
@click.option(
    "--mail", required=True, metavar=t("ĐỊA_CHỈ", "ADDRESS"), help=t("Địa chỉ thư.", "The address.")
)
@click.option("--stop", is_flag=True, help=t("Giữ địa chỉ nhưng thôi gửi tin.", "Keep it, but send nothing."))
@data_option
@lang_option
def contact(name: str, mail: str, stop: bool, data: Path) -> None:
    """Say where somebody is written to."""
    set_contact(Backend(DataFolder(data)), by_command_line(now()), name, mail, not stop)
    if not mail.strip():
        tell(say("Đã xóa địa chỉ của {name}.", "The address of {name} is forgotten.", name=name))
    elif stop:
        tell(say("Đã thôi gửi tin cho {name}.", "Nothing is sent to {name} any more.", name=name))
    else:
        tell(say("Tin của {name} gửi đến {mail}.", "Messages of {name} go to {mail}.", name=name, mail=mail))
