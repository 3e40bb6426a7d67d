"""Signing in and out, step by step; the logins of systems wait by the same throttle.

Whoever tries too often waits, whatever they try: `ThrottledError` says how long. Network addresses are
those that the caller found by the settings' trusted servers; None where they don't tell callers apart.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

from bochiso.errors import ComputeError, StoreError
from bochiso.store.people import accounts, encryption, login_throttle, totp, user_sessions
from bochiso.store.people.accounts import Account
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import ClientKey, Ledger
from bochiso.store.people.login_throttle import ThrottleKey
from bochiso.store.people.totp import Enrolment
from bochiso.store.people.user_sessions import OpenSession, PersonSession, SignOn
from bochiso.text import say

_log = logging.getLogger(__name__)


class ThrottledError(ComputeError):
    """There were too many wrong tries: the next one is taken after `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            say("đã sai nhiều lần.", "there were too many wrong tries."),
            do=say("Thử lại sau {n} giây.", "Try again in {n} {n:second|seconds}.", n=seconds),
        )


class PasswordOverError(ComputeError):
    """A first password that nobody changed in time."""

    def __init__(self) -> None:
        super().__init__(
            say("mật khẩu dùng lần đầu đã hết hạn.", "this first password has expired."),
            do=say("Đề nghị quản trị viên cấp lại mật khẩu.", "Ask an administrator for another one."),
        )


def check_password(
    ledger: Ledger, name: str, password: str, by: By, apart: str | None, browser: str | None = None
) -> Account | None:
    """The account that a name and a password open; None, and a line, for a wrong one.

    `apart`: the address, where it tells callers apart; `browser`: what `known_browser` gave when the name
    signed in by it before. Raises ThrottledError, and PasswordOverError for a right one that is too old.
    """
    keys = login_throttle.password_throttle_keys(name, apart, _proven(ledger, name, browser))
    _count(ledger, keys, by.at, name)
    account = accounts.check_password(ledger, name, password)
    if account is None:
        known = accounts.find_account(ledger, name)
        ledger.record_seldom(by, "session.refused", known.name if known else "")
        return None
    login_throttle.succeeded(ledger, keys)
    if account.is_password_over(by.at):
        ledger.record_seldom(by, "session.refused", account.name)
        raise PasswordOverError
    return account


def check_key(ledger: Ledger, name: str, secret: str, by: By, apart: str | None) -> ClientKey | None:
    """The key that a system logs in with; None for a wrong one. Raises ThrottledError.

    Either leaves a line, once a minute for a system that logs in before each message.
    """
    keys = login_throttle.key_throttle_keys(name, apart)
    _count(ledger, keys, by.at)
    key = ledger.check_key(name, secret)
    if key is not None:
        login_throttle.succeeded(ledger, keys)
        ledger.record_seldom(by, "key.login", key.name)
    else:
        ledger.record_seldom(by, "key.refused", name if ledger.key(name) else "")
    return key


def known_browser(ledger: Ledger, name: str) -> str:
    """What a browser keeps by which somebody signed in: who tries the same name elsewhere can't hold it up.

    It proves nothing but that, opens nothing, and is of use to no other account.
    """
    number = secrets.token_urlsafe(16)
    return f"{number}.{encryption.sign(ledger.key_file, f'{name} {number}')}"


def _proven(ledger: Ledger, name: str, browser: str | None) -> str | None:
    """The number of a browser by which the name signed in before; None for what proves nothing."""
    number, _, proof = (browser or "").partition(".")
    if not proof:
        return None
    try:
        right = encryption.sign(ledger.key_file, f"{name} {number}")
    except StoreError:  # the key is lost: nobody is known, and all else goes on
        return None
    return number if compare_digest(right.encode(), proof.encode("utf-8", "replace")) else None


def refuse_access(ledger: Ledger, by: By, what: str) -> None:
    """Note that somebody who is signed in asked for what their account may not do.

    They aren't kept waiting for it: where another program holds the ledger the server's log has it alone.
    """
    try:
        ledger.record_seldom(by, "access.refused", what, brief=True)
    except StoreError:
        _log.warning("access refused: %s %s", by.who, what)


def check_subject(ledger: Ledger, subject: str, by: By) -> Account | None:
    """The account of someone whom the province's sign-on let in; None, and a line, where none is linked."""
    account = accounts.account_of_subject(ledger, subject)
    if account is None:
        ledger.record(by, "session.refused", how="sign-on")
    return account


def begin(ledger: Ledger, account: Account, by: By, how: str, before: str | None, browser: str = "") -> str:
    """Open a session and return its token; the one that the browser had, `before`, ends.

    `browser`: its kind and system.
    """
    if before:
        user_sessions.end_session(ledger, before, by)
    return user_sessions.begin_session(ledger, account.name, by, how, browser)


def end(ledger: Ledger, token: str, by: By) -> None:
    """Close a session."""
    user_sessions.end_session(ledger, token, by)


def session_of(ledger: Ledger, token: str, at: datetime, *, noted: bool = True) -> PersonSession | None:
    """The session of a token, noted as seen unless said otherwise; None where there is none any more."""
    return user_sessions.find_session(ledger, token, at, noted=noted)


def own_sessions(ledger: Ledger, name: str, at: datetime) -> list[OpenSession]:
    """Where an account is signed in, the newest first."""
    return user_sessions.open_sessions(ledger, at, name)


def close_session(ledger: Ledger, name: str, only: str, by: By) -> int:
    """End one of one's own sessions, at once; how many these were."""
    return user_sessions.close_sessions(ledger, name, by, only)


def give_code(ledger: Ledger, token: str, name: str, code: str, by: By) -> str | None:
    """The new token of a session whose second factor was given; None, and a line, for a wrong code.

    Raises ThrottledError.
    """
    keys = login_throttle.code_throttle_key(name)
    _count(ledger, keys, by.at, name)
    if not totp.check_code(ledger, name, code, by):
        ledger.record(by, "session.code-refused", name)
        return None
    login_throttle.succeeded(ledger, keys)
    return user_sessions.raise_session(ledger, token, by.at)


def enrolment(ledger: Ledger, name: str) -> Enrolment:
    """The secret of a new second factor, the same until its first code is given."""
    return totp.enrolment(ledger, name) or totp.begin_enrolment(ledger, name)


def enrol(ledger: Ledger, token: str, name: str, code: str, by: By) -> tuple[list[str], str] | None:
    """Turn the second factor on by its first code: the recovery codes and the session's new token.

    None for a wrong code. Raises ThrottledError.
    """
    keys = login_throttle.code_throttle_key(name)
    _count(ledger, keys, by.at)
    codes = totp.confirm_enrolment(ledger, name, code, by)
    if codes is None:
        return None
    login_throttle.succeeded(ledger, keys)
    return codes, user_sessions.raise_session(ledger, token, by.at)


def check_own_password(ledger: Ledger, name: str, password: str, by: By) -> bool:
    """Whether someone who is signed in knows their password. Raises ThrottledError."""
    keys = login_throttle.password_throttle_keys(name, None)
    _count(ledger, keys, by.at)
    if accounts.check_password(ledger, name, password) is None:
        return False
    login_throttle.succeeded(ledger, keys)
    return True


def confirm(ledger: Ledger, token: str, account: Account, given: str, by: By) -> bool:
    """Whether who uses a session proves to be its owner: by a code of the second factor, else the password.

    Noted in the session; a wrong one leaves a line. Raises ThrottledError.
    """
    if account.second_factor:
        keys = login_throttle.code_throttle_key(account.name)
        _count(ledger, keys, by.at, account.name)
        if not totp.check_code(ledger, account.name, given, by):
            ledger.record_seldom(by, "session.code-refused", account.name)
            return False
        login_throttle.succeeded(ledger, keys)
    elif not check_own_password(ledger, account.name, given, by):
        ledger.record_seldom(by, "session.refused", account.name)
        return False
    user_sessions.confirm_session(ledger, token, by.at)
    return True


def change_password(ledger: Ledger, account: Account, password: str, by: By, browser: str = "") -> str:
    """Give oneself another password: every session ends, and a new one begins, whose token this is.

    Raises ComputeError for a weak password.
    """
    accounts.set_password(ledger, account.name, password, by, must_change=False)
    token = user_sessions.begin_session(ledger, account.name, by, "password", browser)
    return user_sessions.raise_session(ledger, token, by.at) if account.second_factor else token


def begin_sign_on(ledger: Ledger, state: str, sign_on: SignOn, at: datetime) -> None:
    """Remember someone who is sent to the province's sign-on."""
    user_sessions.begin_sign_on(ledger, state, sign_on, at)


def take_sign_on(ledger: Ledger, state: str, at: datetime) -> SignOn | None:
    """What was remembered for a state, once; None for an unknown, used or old one."""
    return user_sessions.take_sign_on(ledger, state, at)


def _count(ledger: Ledger, keys: Sequence[ThrottleKey], at: datetime, name: str | None = None) -> None:
    if wait := login_throttle.check_and_count(ledger, keys, at, name):
        raise ThrottledError(wait)
