"""`bochiso account key add|list|revoke`: the keys of systems that send dossiers."""

from pathlib import Path

import click

from bochiso.cli.draw import new_table, words
from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import console, tell
from bochiso.cli.usage import Command, Group
from bochiso.errors import ComputeError
from bochiso.intake.dossiers import sender_code
from bochiso.store.folder import DataFolder
from bochiso.store.ledger import open_ledger
from bochiso.text import moment, now, say


@click.group(cls=Group, help=t("Quản lý quyền truy cập máy chủ.", "Who may use the server."))
@lang_option
def command() -> None:
    """Accounts."""


@command.group(
    cls=Group,
    help=t("Khóa của các hệ thống gửi hồ sơ.", "The keys of systems that send dossiers."),
)
@lang_option
def key() -> None:
    """Keys."""


@key.command(
    cls=Command,
    help=t(
        "Tạo khóa cho hệ thống của một đơn vị: in tên đăng nhập và mật khẩu, chỉ một lần này.",
        "Make a key for a unit's system: prints the username and the password, this once.",
    ),
)
@click.argument("name", metavar=t("TÊN", "NAME"))
@click.option(
    "--unit",
    required=True,
    metavar=t("MÃ", "CODE"),
    help=t(
        "Mã định danh đơn vị, như H15; khóa gửi được hồ sơ của đơn vị này và các đơn vị trực thuộc.",
        "The unit's code, as H15; the key sends dossiers of this unit and of those below it.",
    ),
)
@data_option
@lang_option
def add(name: str, unit: str, data: Path) -> None:
    """Make a key."""
    code = sender_code(unit)
    if code is None:
        raise ComputeError(
            say("“{code}” không phải mã định danh đơn vị.", "“{code}” is no unit's code.", code=unit),
            do=say("Viết như H15 hoặc H15.50.", "Write it as H15 or H15.50."),
        )
    with open_ledger(DataFolder(data), make=True) as ledger:
        secret = ledger.add_key(name, code, now())
    click.echo(f"username: {name}")
    click.echo(f"password: {secret}")
    tell(
        say(
            "Đã tạo khóa cho đơn vị {unit}. Hãy lưu mật khẩu ngay: không xem lại được.",
            "A key for {unit} was made. Keep the password now: it can't be shown again.",
            unit=code,
        )
    )


@key.command("list", cls=Command, help=t("Liệt kê các khóa.", "List the keys."))
@data_option
@lang_option
def list_(data: Path) -> None:
    """List the keys."""
    with open_ledger(DataFolder(data)) as ledger:
        keys = ledger.keys()
    if not keys:
        tell(say("Chưa có khóa nào.", "There are no keys yet."))
        return
    table = new_table(t("Khóa gửi hồ sơ", "Keys for sending dossiers"))
    for heading in (t("Tên", "Name"), t("Đơn vị", "Unit"), t("Tạo lúc", "Made"), t("Thu hồi lúc", "Revoked")):
        table.add_column(heading, overflow="fold")
    for each in keys:
        revoked = moment(each.revoked_at, LANG) if each.revoked_at else ""
        table.add_row(
            words(each.name), words(each.unit), words(moment(each.created_at, LANG)), words(revoked)
        )
    console().print(table)


@key.command(
    cls=Command,
    help=t(
        "Thu hồi một khóa, có hiệu lực ngay; hồ sơ đã gửi được giữ nguyên.",
        "Revoke a key, at once; what it sent is kept.",
    ),
)
@click.argument("name", metavar=t("TÊN", "NAME"))
@data_option
@lang_option
def revoke(name: str, data: Path) -> None:
    """Revoke a key."""
    with open_ledger(DataFolder(data)) as ledger:
        ledger.revoke_key(name, now())
    tell(say("Đã thu hồi khóa {name}.", "The key {name} is revoked.", name=name))
