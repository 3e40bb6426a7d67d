"""`bochiso account`: the keys of systems that send dossiers, the accounts of people, the audit log."""

import sys
from pathlib import Path
from typing import Any

import click

from bochiso.cli.audit_log import audit_log
from bochiso.cli.message_contact import contact
from bochiso.cli.options import LANG, F, data_option, lang_option, t
from bochiso.cli.output import console, tell
from bochiso.cli.settings_command import settings_command
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ComputeError
from bochiso.office import people
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import Account, AccountProfile, account, accounts
from bochiso.store.people.audit import By, by_command_line
from bochiso.store.people.ledger import key_unit, open_ledger
from bochiso.store.people.passwords import check_strength
from bochiso.store.people.permissions import ROLE_NAMES, Role
from bochiso.text import moment, now, say


@click.group(
    cls=CommandGroup,
    help=t(
        "Quản lý khóa gửi hồ sơ, tài khoản, thiết lập và nhật ký thao tác.",
        "Keys, people's accounts, settings and the audit log.",
    ),
)
@lang_option
def command() -> None:
    """Accounts."""


command.add_command(audit_log)
command.add_command(settings_command)


@command.group(
    cls=CommandGroup,
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
    code = key_unit(unit)
    with open_ledger(DataFolder(data), make=True) as ledger:
        secret = people.add_key(ledger, _by(), name, code)
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
    with open_ledger(DataFolder(data), look=True) as ledger:
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
        people.revoke_key(ledger, _by(), name)
    tell(say("Đã thu hồi khóa {name}.", "The key {name} is revoked.", name=name))


@command.group(cls=CommandGroup, help=t("Tài khoản của người dùng.", "The accounts of people."))
@lang_option
def user() -> None:
    """Accounts of people."""


user.add_command(contact)

name_argument = click.argument("name", metavar=t("TÊN", "NAME"))

stdin_option = click.option(
    "--password-stdin",
    "stdin",
    is_flag=True,
    help=t("Đọc mật khẩu từ đầu vào chuẩn, không hỏi.", "Read the password from standard input; don't ask."),
)


def profile_options(command: F) -> F:
    """`--unit`, `--name` and `--field`."""
    unit = t("Mã định danh đơn vị của cán bộ đơn vị, như H15.50.", "A unit officer's unit, as H15.50.")
    shown = t("Tên hiển thị.", "The name that is shown.")
    field = t(
        "Lĩnh vực thủ tục mà sở phụ trách, dùng với vai trò department; viết nhiều lần được.",
        "A field of procedures that a department answers for; may be given several times.",
    )
    command = click.option("--field", "fields", multiple=True, metavar=t("LĨNH_VỰC", "FIELD"), help=field)(
        command
    )
    command = click.option("--name", "display", metavar=t("HỌ_TÊN", "FULL_NAME"), help=shown)(command)
    return click.option("--unit", metavar=t("MÃ", "CODE"), help=unit)(command)


@user.command(
    "add",
    cls=Command,
    help=t(
        "Tạo tài khoản; hỏi mật khẩu hai lần. Người dùng phải đổi mật khẩu khi đăng nhập lần đầu.",
        "Make an account; asks for its password twice. The person has to change it when first signing in.",
    ),
)
@name_argument
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help=t(
        "unit: cán bộ đơn vị, xem hồ sơ của đơn vị mình và đơn vị trực thuộc; department: đầu mối của sở, "
        "xem thêm thủ tục thuộc lĩnh vực phụ trách ở mọi đơn vị; leader: lãnh đạo, xem cả tỉnh, không sửa "
        "gì; office: Văn phòng, xem cả tỉnh, công bố, làm báo cáo; administrator: quản trị tài khoản, khóa, "
        "thiết lập.",
        "unit: its own unit's dossiers and those below it; department: besides, its fields of procedures at "
        "every unit; leader: reads the whole province, changes nothing; office: the whole province, "
        "publishing, documents; administrator: accounts, keys, settings.",
    ),
)
@profile_options
@stdin_option
@data_option
@lang_option
def add_user(name: str, role: str, stdin: bool, data: Path, **given: Any) -> None:
    """Make an account."""
    profile = AccountProfile(given["display"] or name, Role(role), given["unit"], given["fields"])
    with open_ledger(DataFolder(data), make=True) as ledger:
        people.add_account(ledger, _by(), name, profile, _password(name, stdin=stdin))
    tell(say("Đã tạo tài khoản {name}.", "The account {name} was made.", name=name))


@user.command(
    "change",
    cls=Command,
    help=t("Đổi vai trò, đơn vị, tên hiển thị.", "Give an account another role, unit or shown name."),
)
@name_argument
@click.option("--role", type=click.Choice([role.value for role in Role]), help=t("Vai trò.", "The role."))
@profile_options
@data_option
@lang_option
def change_user(name: str, role: str | None, data: Path, **given: Any) -> None:
    """Change an account; what isn't given stays."""
    with open_ledger(DataFolder(data)) as ledger:
        before = account(ledger, name).profile
        fields = given["fields"] or before.fields
        profile = AccountProfile(
            given["display"] or before.display,
            Role(role or before.role),
            given["unit"] or before.unit,
            fields,
        )
        people.change_account(ledger, _by(), name, profile)
    tell(say("Đã đổi tài khoản {name}.", "The account {name} was changed.", name=name))


@user.command("list", cls=Command, help=t("Liệt kê các tài khoản.", "List the accounts."))
@data_option
@lang_option
def list_users(data: Path) -> None:
    """List the accounts."""
    with open_ledger(DataFolder(data), look=True) as ledger:
        found = accounts(ledger)
    if not found:
        tell(say("Chưa có tài khoản nào.", "There are no accounts yet."))
        return
    table = new_table(t("Tài khoản", "Accounts"))
    headings = (
        t("Tên", "Account"), t("Họ tên", "Name"), t("Vai trò", "Role"), t("Đơn vị", "Unit"),
        t("Hai lớp", "Second factor"), t("Tạo lúc", "Made"), t("Khóa lúc", "Disabled"),
    )  # fmt: skip
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for each in found:
        table.add_row(*map(words, _cells(each)))
    console().print(table)


def _cells(each: Account) -> list[str]:
    profile = each.profile
    return [
        each.name, profile.display, ROLE_NAMES[profile.role].render(LANG), profile.unit or "",
        t("có", "yes") if each.second_factor else t("không", "no"), moment(each.created_at, LANG),
        moment(each.disabled_at, LANG) if each.disabled_at else "",
    ]  # fmt: skip


@user.command(
    cls=Command,
    help=t("Khóa tài khoản: không đăng nhập được nữa, có hiệu lực ngay.", "Disable an account, at once."),
)
@name_argument
@data_option
@lang_option
def disable(name: str, data: Path) -> None:
    """Disable an account."""
    with open_ledger(DataFolder(data)) as ledger:
        people.disable_account(ledger, _by(), name)
    tell(say("Đã khóa tài khoản {name}.", "The account {name} is disabled.", name=name))


@user.command(cls=Command, help=t("Mở lại tài khoản đã khóa.", "Enable a disabled account again."))
@name_argument
@data_option
@lang_option
def enable(name: str, data: Path) -> None:
    """Enable an account."""
    with open_ledger(DataFolder(data)) as ledger:
        people.enable_account(ledger, _by(), name)
    tell(say("Đã mở lại tài khoản {name}.", "The account {name} is enabled.", name=name))


@user.command(
    cls=Command,
    help=t(
        "Bỏ thời gian chờ sau nhiều lần sai: người dùng đăng nhập được ngay.",
        "Let someone sign in at once whom wrong tries make wait.",
    ),
)
@name_argument
@data_option
@lang_option
def unlock(name: str, data: Path) -> None:
    """End the waits of an account."""
    with open_ledger(DataFolder(data)) as ledger:
        people.unlock_account(ledger, _by(), name)
    tell(say("{name} đăng nhập được ngay.", "{name} may sign in at once.", name=name))


@user.command(
    "sign-out",
    cls=Command,
    help=t("Kết thúc mọi phiên đăng nhập của một tài khoản.", "End all sessions of an account."),
)
@name_argument
@data_option
@lang_option
def sign_out(name: str, data: Path) -> None:
    """End an account's sessions."""
    with open_ledger(DataFolder(data)) as ledger:
        n = people.close_sessions(ledger, _by(), name)
    tell(say("Đã kết thúc {n} phiên của {name}.", "{n} {n:session|sessions} of {name} ended.",
             n=n, name=name))  # fmt: skip


@user.command(
    "password",
    cls=Command,
    help=t(
        "Đặt mật khẩu khác; người dùng phải đổi lại khi đăng nhập.",
        "Set another password; the person has to change it when signing in.",
    ),
)
@name_argument
@stdin_option
@data_option
@lang_option
def set_password(name: str, stdin: bool, data: Path) -> None:
    """Set a password."""
    with open_ledger(DataFolder(data)) as ledger:
        people.give_password(ledger, _by(), name, _password(name, stdin=stdin))
    tell(say("Đã đặt mật khẩu của {name}.", "The password of {name} was set.", name=name))


@user.command(
    "totp-reset",
    cls=Command,
    help=t(
        "Bỏ xác thực hai lớp của người mất điện thoại; phải đăng ký lại nếu vai trò bắt buộc.",
        "Forget the second factor of someone who lost their phone.",
    ),
)
@name_argument
@data_option
@lang_option
def totp_reset(name: str, data: Path) -> None:
    """Forget a second factor."""
    with open_ledger(DataFolder(data)) as ledger:
        people.reset_second_factor(ledger, _by(), name)
    tell(say("Đã bỏ xác thực hai lớp của {name}.", "The second factor of {name} is gone.", name=name))


@user.command(
    cls=Command,
    help=t(
        "Gắn tài khoản với định danh ở dịch vụ đăng nhập của tỉnh (OpenID Connect).",
        "Link an account to an identity at the province's sign-on (OpenID Connect).",
    ),
)
@name_argument
@click.argument("subject", metavar=t("ĐỊNH_DANH", "SUBJECT"))
@data_option
@lang_option
def link(name: str, subject: str, data: Path) -> None:
    """Link an account to an identity. Raises ComputeError where no sign-on is set up."""
    with open_ledger(DataFolder(data)) as ledger:
        people.link_account(ledger, _by(), name, subject)
    tell(say("Đã gắn tài khoản {name}.", "The account {name} is linked.", name=name))


def _by() -> By:
    return by_command_line(now())


def _password(name: str, *, stdin: bool) -> str:
    """The password of an account: asked for twice, or the first line of standard input."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise ComputeError(
            say("không có bàn phím để hỏi mật khẩu.", "there is no keyboard to ask for a password."),
            do=say("Chạy ở cửa sổ lệnh, hoặc dùng --password-stdin.", "Use a terminal, or --password-stdin."),
        )
    first: str = click.prompt(t("Mật khẩu", "Password"), hide_input=True, err=True)
    check_strength(first, name)
    again: str = click.prompt(t("Nhập lại mật khẩu", "Password again"), hide_input=True, err=True)
    if first != again:
        raise ComputeError(
            say("hai lần nhập không giống nhau.", "the two passwords differ."),
            do=say("Chạy lại lệnh.", "Run the command again."),
        )
    return first
