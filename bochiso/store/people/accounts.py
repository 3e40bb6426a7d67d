"""Accounts of people: made by an administrator or on the command line, never deleted, only disabled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bochiso.errors import ComputeError
from bochiso.intake.messages.dossier_numbers import sender_code
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import NAME, Ledger, no_name
from bochiso.store.people.ledger_tables import ACCOUNTS, RECOVERY_CODES, SESSIONS
from bochiso.store.people.passwords import check_strength, hash_secret, is_secret
from bochiso.store.people.permissions import UNIT_ROLES, Role
from bochiso.text import say

MOST_FIELDS = 40
"""For how many fields of procedures a department may answer."""


@dataclass(frozen=True)
class AccountProfile:
    """What an account says of its person. `unit`: of UNIT_ROLES, None for the others. `fields`: the fields of
    procedures that a department answers for at every unit."""

    display: str
    role: Role
    unit: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """An account; its moments are UTC.

    `must_change`: the password was set by someone else, and opens nothing after FIRST_PASSWORD_AGE.
    `second_factor`: whether one was confirmed.
    `subject`: who the province's sign-on says it is.
    """

    name: str
    profile: AccountProfile
    must_change: bool
    second_factor: bool
    subject: str | None
    created_at: datetime
    disabled_at: datetime | None
    password_at: datetime | None = None

    def is_password_over(self, at: datetime) -> bool:
        """Whether it is a first password that nobody changed in time."""
        given = self.password_at
        return self.must_change and given is not None and at - given > FIRST_PASSWORD_AGE


FIRST_PASSWORD_AGE = timedelta(days=7)
"""For how long a password that someone else gave opens anything."""


def add_account(
    ledger: Ledger, name: str, profile: AccountProfile, password: str, by: By, *, must_change: bool = True
) -> Account:
    """Make an account. Raises ComputeError for a name that is used or can't be one, a weak password,
    a unit officer without a unit."""
    if not NAME.fullmatch(name):
        raise no_name(name, say("tên tài khoản", "an account"))
    profile = _tidy(profile)
    check_strength(password, name)
    row = {
        "name": name, **_row(profile),
        "password_hash": hash_secret(password), "must_change": must_change, "created_at": by.at,
        "password_at": by.at,
    }  # fmt: skip
    try:
        with ledger.write() as db:
            db.execute(sa.insert(ACCOUNTS), row)
            audit.append(
                db, by, "account.add", name, role=profile.role.value, unit=profile.unit, **_told(profile)
            )
            return _one(db, name)
    except IntegrityError:
        raise ComputeError(
            say("đã có tài khoản tên “{name}”.", "there is an account named “{name}” already.", name=name),
            do=say(
                "Chọn tên khác; tên của tài khoản đã khóa cũng không dùng lại.",
                "Choose another name; that of a disabled account isn't used again either.",
            ),
        ) from None


def accounts(ledger: Ledger) -> list[Account]:
    """All accounts, disabled ones too, by name."""
    with ledger.read() as db:
        return [account_of(row) for row in db.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.name))]


def find_account(ledger: Ledger, name: str) -> Account | None:
    """The account of that name; None where there is none."""
    with ledger.read() as db:
        row = db.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()
    return account_of(row) if row else None


def account(ledger: Ledger, name: str) -> Account:
    """The account of that name. Raises ComputeError where there is none."""
    with ledger.read() as db:
        return _one(db, name)


def subject_of(issuer: str, sub: str) -> str:
    """How a person is known whom a provider of sign-on knows as `sub`."""
    return f"{issuer} {sub}"


def account_of_subject(ledger: Ledger, subject: str) -> Account | None:
    """The account linked to someone whom the sign-on knows; None where there is none or it is disabled."""
    wanted = sa.select(ACCOUNTS).where(ACCOUNTS.c.subject == subject, ACCOUNTS.c.disabled_at.is_(None))
    with ledger.read() as db:
        row = db.execute(wanted).one_or_none()
    return account_of(row) if row else None


def check_password(ledger: Ledger, name: str, password: str) -> Account | None:
    """The account that a password opens; None for a wrong one, an unknown name, a disabled account.

    Takes as long for each of these, so that none is told from another.
    """
    wanted = sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name, ACCOUNTS.c.disabled_at.is_(None))
    with ledger.read() as db:
        row = db.execute(wanted).one_or_none()
    right = is_secret(row.password_hash if row else None, password)
    return account_of(row) if row and right else None


def set_password(ledger: Ledger, name: str, password: str, by: By, *, must_change: bool) -> None:
    """Give an account another password and end its sessions. Raises ComputeError for a weak one."""
    check_strength(password, name)
    values = {"password_hash": hash_secret(password), "must_change": must_change, "password_at": by.at}
    with ledger.write() as db:
        _change(db, name, values)
        _end_sessions(db, name)
        audit.append(db, by, "account.password", name)


def change_profile(ledger: Ledger, name: str, profile: AccountProfile, by: By) -> None:
    """Give an account another displayed name, role or unit, at once. Raises ComputeError."""
    profile = _tidy(profile)
    values = _row(profile)
    with ledger.write() as db:
        before = _one(db, name).profile
        _change(db, name, values)
        audit.append(
            db, by, "account.change", name, role=profile.role.value, unit=profile.unit,
            role_before=before.role.value, unit_before=before.unit, **_told(profile),
        )  # fmt: skip


def disable(ledger: Ledger, name: str, by: By) -> None:
    """Let nobody in by an account any more; its sessions end. Raises ComputeError where there is none."""
    with ledger.write() as db:
        _change(db, name, {"disabled_at": by.at})
        _end_sessions(db, name)
        audit.append(db, by, "account.disable", name)


def enable(ledger: Ledger, name: str, by: By) -> None:
    """Let people in by a disabled account again. Raises ComputeError where there is none."""
    with ledger.write() as db:
        _change(db, name, {"disabled_at": None})
        audit.append(db, by, "account.enable", name)


def link_subject(ledger: Ledger, name: str, subject: str | None, by: By) -> None:
    """Link an account to an identity (`sub`) of the province's sign-on; None unlinks.

    Raises ComputeError where there is no such account or another one is linked.
    """
    try:
        with ledger.write() as db:
            _change(db, name, {"subject": subject})
            audit.append(db, by, "account.link", name, subject=subject)
    except IntegrityError:
        raise ComputeError(
            say(
                "định danh này đã gắn với một tài khoản khác.",
                "this identity is linked to another account already.",
            ),
            do=say("Gỡ liên kết ở tài khoản kia trước.", "Unlink it from the other account first."),
        ) from None


def reset_second_factor(ledger: Ledger, name: str, by: By) -> None:
    """Forget an account's second factor and its recovery codes; its sessions end."""
    with ledger.write() as db:
        _change(db, name, {"totp_secret": None, "totp_at": None, "totp_step": None})
        db.execute(sa.delete(RECOVERY_CODES).where(RECOVERY_CODES.c.account == name))
        _end_sessions(db, name)
        audit.append(db, by, "account.totp-reset", name)


def account_of(row: sa.Row[Any]) -> Account:
    """An account from its row."""
    return Account(
        row.name,
        AccountProfile(row.display, Role(row.role), row.unit, tuple((row.fields or "").splitlines())),
        row.must_change,
        row.totp_at is not None,
        row.subject,
        row.created_at,
        row.disabled_at,
        row.password_at,
    )


def _tidy(profile: AccountProfile) -> AccountProfile:
    """A profile whose unit is the one that its role has."""
    display = " ".join(profile.display.split())[:200]
    if profile.role not in UNIT_ROLES:
        return AccountProfile(display, profile.role)
    unit = sender_code(profile.unit)
    if unit is None:
        raise ComputeError(
            say("cán bộ đơn vị phải có mã định danh đơn vị.", "a unit officer has a unit's code."),
            do=say("Viết như H15.50.", "Write it as H15.50."),
        )
    if profile.role is Role.UNIT:
        return AccountProfile(display, profile.role, unit)
    fields = dict.fromkeys(" ".join(each.split())[:200] for each in profile.fields)
    return AccountProfile(display, profile.role, unit, tuple(each for each in fields if each)[:MOST_FIELDS])


def _row(profile: AccountProfile) -> dict[str, str | None]:
    return {
        "display": profile.display, "role": profile.role.value, "unit": profile.unit,
        "fields": "\n".join(profile.fields) or None,
    }  # fmt: skip


def _told(profile: AccountProfile) -> dict[str, list[str]]:
    return {"fields": list(profile.fields)} if profile.fields else {}


def _one(db: sa.Connection, name: str) -> Account:
    row = db.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()
    if row is None:
        raise no_account(name)
    return account_of(row)


def _change(db: sa.Connection, name: str, values: Mapping[str, object]) -> None:
    if not db.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(values)).rowcount:
        raise no_account(name)


def _end_sessions(db: sa.Connection, name: str) -> None:
    db.execute(sa.delete(SESSIONS).where(SESSIONS.c.account == name))


def no_account(name: str) -> ComputeError:
    """What is said where there is no account of a name."""
    return ComputeError(
        say("không có tài khoản nào tên “{name}”.", "there is no account “{name}”.", name=name),
        do=say("Xem `bochiso account user list`.", "See `bochiso account user list`."),
    )
