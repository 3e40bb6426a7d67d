"""Accounts of a whole province at once, from rows as they are pasted out of a spreadsheet."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bochiso.errors import ComputeError
from bochiso.store.people import accounts
from bochiso.store.people.accounts import AccountProfile
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import NAME, Ledger, no_name
from bochiso.store.people.permissions import ROLE_NAMES
from bochiso.text import Lang, say
from bochiso.units.codes import fold

OF_A_UNIT = ("unit", "department")
"""Roles whose rights are one unit's."""

MOST = 500
"""Accounts of one batch."""


@dataclass(frozen=True)
class NewAccount:
    """One account to be made, with its first password."""

    name: str
    profile: AccountProfile
    password: str


def parse_accounts(text: str, meant: Callable[[str], str]) -> list[NewAccount]:
    """Rows of account, full name, role, unit, apart by tabs, semicolons or bars; a row of heads is passed.

    `meant`: the unit's code of what was written. Raises ComputeError that names the row.
    """
    found: list[NewAccount] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = _cells(line)
        if not any(cells) or (number == 1 and fold(cells[0]) in ("ten dang nhap", "account", "tai khoan")):
            continue
        try:
            found.append(_account(cells, meant))
        except ComputeError as error:
            raise _at(number, error) from None
    if not found:
        raise ComputeError(say("chưa có dòng nào.", "there is no row."))
    if len(found) > MOST:
        raise ComputeError(say("nhiều hơn {n} tài khoản một lần.", "more than {n} accounts at once.", n=MOST))
    return found


def add_accounts(
    ledger: Ledger, by: By, batch: Sequence[NewAccount]
) -> tuple[list[NewAccount], ComputeError | None]:
    """Make every account, once all of them can be; those that were made, and what stopped the next one.

    Raises ComputeError, with nothing made, for a name that stands twice or is taken.
    """
    names = [each.name for each in batch]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ComputeError(say("tên “{name}” có hai lần.", "the name “{name}” stands twice.", name=twice))
    known = {each.name for each in accounts.accounts(ledger)}
    if taken := [name for name in names if name in known]:
        raise ComputeError(
            say("đã có tài khoản: {names}.", "these accounts exist: {names}.", names=", ".join(taken[:10])),
            do=say("Bỏ các dòng ấy rồi tạo lại.", "Leave these rows out."),
        )
    made: list[NewAccount] = []
    for each in batch:
        try:
            accounts.add_account(ledger, each.name, each.profile, each.password, by)
        except ComputeError as error:  # someone else took the name meanwhile
            return made, error
        made.append(each)
    return made, None


def _cells(line: str) -> list[str]:
    mark = next((each for each in ("\t", ";", "|") if each in line), ";")
    return [each.strip() for each in line.split(mark)]


def _account(cells: list[str], meant: Callable[[str], str]) -> NewAccount:
    name, display, role, unit = (*cells, "", "", "", "")[:4]
    known = {
        fold(text): each for each, words in ROLE_NAMES.items() for text in (each.value, words.vi, words.en)
    }
    if fold(role) not in known:
        roles = ", ".join(words.render(Lang.VI) for words in ROLE_NAMES.values())
        raise ComputeError(
            say("không rõ vai trò “{role}”.", "the role “{role}” isn't known.", role=role[:40]),
            do=say("Ghi một trong: {roles}.", "Write one of: {roles}.", roles=roles),
        )
    if not display:
        raise ComputeError(say("thiếu họ và tên.", "the full name is missing."))
    found, name = known[fold(role)], name.lower()
    if not NAME.fullmatch(name):
        raise no_name(name, say("tên tài khoản", "an account"))
    if found.value in OF_A_UNIT and not unit:
        raise ComputeError(say("thiếu đơn vị.", "the unit is missing."))
    profile = AccountProfile(display, found, meant(unit) if found.value in OF_A_UNIT else None)
    return NewAccount(name, profile, secrets.token_urlsafe(12))


def _at(row: int, error: ComputeError) -> ComputeError:
    return ComputeError(say("dòng {row}: {what}", "row {row}: {what}", row=row, what=error.what), do=error.do)
