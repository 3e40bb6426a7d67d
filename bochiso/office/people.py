"""Accounts, keys and settings: what an administrator decides, each a line in the same transaction."""

from datetime import datetime
from typing import Any

from bochiso.errors import ComputeError
from bochiso.store.people import accounts, audit_check, audit_heads, login_throttle, settings, user_sessions
from bochiso.store.people.accounts import Account, AccountProfile
from bochiso.store.people.audit import By
from bochiso.store.people.audit_check import CheckedLog
from bochiso.store.people.audit_heads import HeadLine
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.settings import ServerSettings
from bochiso.text import say


def add_account(
    ledger: Ledger, by: By, name: str, profile: AccountProfile, password: str, *, must_change: bool = True
) -> Account:
    """Make an account. Raises ComputeError for a name, a password or a unit that can't be."""
    return accounts.add_account(ledger, name, profile, password, by, must_change=must_change)


def change_account(ledger: Ledger, by: By, name: str, profile: AccountProfile) -> None:
    """Give an account another displayed name, role or unit, at once. Raises ComputeError."""
    if name == by.who:
        raise ComputeError(say("không tự đổi vai trò của mình được.", "nobody changes their own role."))
    accounts.change_profile(ledger, name, profile, by)


def give_password(ledger: Ledger, by: By, name: str, password: str) -> None:
    """Give someone a password that they have to change; their sessions end. Raises ComputeError."""
    accounts.set_password(ledger, name, password, by, must_change=True)


def disable_account(ledger: Ledger, by: By, name: str) -> None:
    """Let nobody in by an account any more; its sessions end. Raises ComputeError where there is none."""
    accounts.disable(ledger, name, by)


def enable_account(ledger: Ledger, by: By, name: str) -> None:
    """Let people in by a disabled account again. Raises ComputeError where there is none."""
    accounts.enable(ledger, name, by)


def reset_second_factor(ledger: Ledger, by: By, name: str) -> None:
    """Forget an account's second factor; its sessions end. Raises ComputeError where there is none."""
    accounts.reset_second_factor(ledger, name, by)


def unlock_account(ledger: Ledger, by: By, name: str) -> None:
    """Let somebody sign in at once whom wrong tries make wait. Raises ComputeError where there is none."""
    login_throttle.unlock(ledger, name, by)


def close_sessions(ledger: Ledger, by: By, name: str) -> int:
    """End every session of an account; how many these were. Raises ComputeError where there is none."""
    accounts.account(ledger, name)
    return user_sessions.close_sessions(ledger, name, by)


def close_session(ledger: Ledger, by: By, name: str, only: str) -> None:
    """End one session of an account, the one that a list named. Raises ComputeError where it is over."""
    accounts.account(ledger, name)
    if not user_sessions.close_sessions(ledger, name, by, only):
        raise ComputeError(
            say("phiên đăng nhập này đã kết thúc từ trước.", "this session was over already."),
            do=say("Tải lại trang để xem các phiên đang mở.", "Load the page again to see what is open."),
        )


def link_account(ledger: Ledger, by: By, name: str, sub: str) -> None:
    """Say that the province's sign-on means an account by `sub`.

    Raises ComputeError where no sign-on is set, there is no such account, or another one is linked.
    """
    issuer = settings.read_settings(ledger).issuer
    if issuer is None:
        raise ComputeError(
            say("chưa thiết lập dịch vụ đăng nhập của tỉnh.", "no sign-on of the province is set."),
            do=say("Quản trị viên thiết lập trên trang web trước.", "An administrator sets it first."),
        )
    accounts.link_subject(ledger, name, accounts.subject_of(issuer, sub), by)


def add_key(ledger: Ledger, by: By, name: str, unit: str) -> str:
    """Make a system's key and return its secret, which nobody can learn again. Raises ComputeError."""
    return ledger.add_key(name, unit, by.at, by)


def revoke_key(ledger: Ledger, by: By, name: str) -> None:
    """End a key's right at once; what it sent stays. Raises ComputeError where there is none."""
    ledger.revoke_key(name, by.at, by)


def change_settings(ledger: Ledger, by: By, changes: dict[str, Any]) -> ServerSettings:
    """Change some settings; what isn't named stays. Raises ComputeError for a value that can't be."""
    return settings.change_settings(ledger, changes, by)


def check_log(ledger: Ledger, by: By) -> CheckedLog:
    """Check the whole audit log and remember that it was; that is no deed, and no line."""
    return audit_check.check_all(ledger, by.at)


def note_audit_head(ledger: Ledger, at: datetime) -> HeadLine:
    """Write down elsewhere where the audit log ends now; that is no deed, and no line. Raises StoreError."""
    return audit_heads.note_head(ledger, at)


def check_log_further(ledger: Ledger, by: By) -> CheckedLog:
    """Go on from the line that was checked last, as far as a page can wait."""
    return audit_check.check_newer(ledger, by.at)
