"""`bochiso account settings`: the server's settings, shown, and changed where the page can't be reached."""

import re
from pathlib import Path
from typing import Any

import click

from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import console, tell
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.office import people
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import LABELS, ServerSettings, plain_setting, read_settings
from bochiso.text import now, say

_ELSEWHERE = ("mail", "webhook", "alerts")
"""What has parts of its own and is set on its page."""
SETTABLE = tuple(name for name in LABELS if name not in _ELSEWHERE)
_LISTS = ("trusted_proxies", "allowed_frames", "second_factor_roles")
_NUMBERS = ("retention_months", "evidence_months", "second_factor_grace_days")
_YES_NO = {"yes": True, "no": False, "có": True, "không": False}


@click.command(
    "settings",
    cls=Command,
    help=t(
        "Xem thiết lập của máy chủ; --set đổi một thiết lập, có hiệu lực ngay, kể cả khi không vào được "
        "trang Quản trị. Máy chủ thư, webhook và ngưỡng cảnh báo đặt ở trang Gửi tin.",
        "Show the server's settings; --set changes one, at once, also where the page of administration "
        "can't be reached. Mail server, webhook and thresholds are set on the page of messages.",
    ),
)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar=t("TÊN=GIÁ_TRỊ", "NAME=VALUE"),
    help=t(
        "Thiết lập mới; viết nhiều lần được. Danh sách cách nhau bằng dấu phẩy; yes hoặc no; để trống "
        "thì bỏ thiết lập.",
        "A new value; may be given again. Lists with commas between; yes or no; an empty value unsets.",
    ),
)
@data_option
@lang_option
def settings_command(given: tuple[str, ...], data: Path) -> None:
    """Show or change the settings."""
    changes = dict(_change(each) for each in given)
    with open_ledger(DataFolder(data), make=bool(changes), look=not changes) as ledger:
        if changes:
            people.change_settings(ledger, by_command_line(now()), changes)
        found = read_settings(ledger)
    if changes:
        tell(say("Đã lưu thiết lập.", "The settings were saved."))
    table = new_table()
    table.add_column(t("Tên", "Name"), no_wrap=True)
    table.add_column(t("Thiết lập", "Setting"))
    table.add_column(t("Giá trị", "Value"), overflow="fold")
    for name in changes or SETTABLE:
        table.add_row(name, words(LABELS[name].render(LANG)), words(_shown(found, name)))
    console().print(table)


def _change(given: str) -> tuple[str, Any]:
    """A name and its value as the use case takes it. Raises ComputeError for what can't be one."""
    name, equals, text = (each.strip() for each in given.partition("="))
    if not equals or name not in SETTABLE:
        raise ComputeError(
            say("không có thiết lập “{name}”.", "there is no setting “{name}”.", name=name),
            do=say(
                "Viết TÊN=GIÁ_TRỊ, với tên là một trong: {names}.",
                "Write NAME=VALUE, with one of: {names}.",
                names=", ".join(SETTABLE),
            ),
        )
    if name in _LISTS:
        return name, [each.strip() for each in text.split(",") if each.strip()]
    if name in _NUMBERS and re.fullmatch("-?[0-9]{1,9}", text):
        return name, int(text)
    if name == "approval_required":
        return name, _YES_NO.get(text.casefold(), text)
    if name in ("public_url", "issuer"):
        text = text.rstrip("/") if name == "public_url" else text
    return name, text.upper() if name == "province" and text else text or _unset(name)


def _unset(name: str) -> object:
    """What a setting is where nobody set it."""
    return plain_setting(ServerSettings(), name)


def _shown(found: ServerSettings, name: str) -> str:
    value = plain_setting(found, name)
    if isinstance(value, bool):
        return t("có", "yes") if value else t("không", "no")
    if not value and value != 0:
        return "–"
    return ", ".join(sorted(map(str, value))) if isinstance(value, (list, tuple, set)) else str(value)
