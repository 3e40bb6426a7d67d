"""Where people are written to, and whether they want it: their own choice, or an administrator's for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.delivery_settings import is_mail_address
from bochiso.store.people import audit
from bochiso.store.people.accounts import no_account
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import ACCOUNTS
from bochiso.store.people.permissions import Role
from bochiso.store.people.tables.steering_tables import CONTACTS
from bochiso.text import say


class Contact(Struct, frozen=True):
    """Where somebody is written to. `unit`: whose duties they have, None for the whole province."""

    account: str
    mail: str
    wanted: bool
    role: Role
    unit: str | None
    fields: tuple[str, ...] = ()


_OPEN = (
    sa.select(CONTACTS, ACCOUNTS.c.role, ACCOUNTS.c.unit, ACCOUNTS.c.fields)
    .join(ACCOUNTS, ACCOUNTS.c.name == CONTACTS.c.account)
    .where(ACCOUNTS.c.disabled_at.is_(None))
    .order_by(CONTACTS.c.account)
)


def contacts(ledger: Ledger) -> list[Contact]:
    """Everybody whose account is open and who has an address, those too who want nothing."""
    with ledger.read() as db:
        return contacts_in(db)


def contacts_in(db: sa.Connection) -> list[Contact]:
    """The same, in a transaction that is under way."""
    return [_contact(row) for row in db.execute(_OPEN)]


def contacts_of(ledger: Ledger, accounts: Collection[str]) -> dict[str, Contact]:
    """The contacts of some accounts, by account; without those who gave no address."""
    with ledger.read() as db:
        found = db.execute(_OPEN.where(CONTACTS.c.account.in_(accounts)))
        return {row.account: _contact(row) for row in found}


def contact_of(ledger: Ledger, account: str) -> Contact | None:
    """One's own contact; None where no address was given."""
    return contacts_of(ledger, [account]).get(account)


def set_contact(ledger: Ledger, account: str, mail: str, wanted: bool, by: By) -> None:
    """Say where somebody is written to; an empty address forgets it. Raises ComputeError.

    The log has the choice; an address is not in it.
    """
    mail = mail.strip()
    if mail and not is_mail_address(mail):
        raise ComputeError(
            say("“{mail}” không phải địa chỉ thư.", "“{mail}” is no mail address.", mail=mail[:80]),
            do=say("Viết như lan@daklak.gov.vn, không dấu.", "Write it as lan@example.vn, without marks."),
        )
    with ledger.write() as db:
        if db.execute(sa.select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == account)).one_or_none() is None:
            raise no_account(account)
        db.execute(sa.delete(CONTACTS).where(CONTACTS.c.account == account))
        if mail:
            db.execute(sa.insert(CONTACTS), _row(account, mail, wanted, by.at))
        audit.append(db, by, "contact.change", account, mail=bool(mail), wanted=bool(mail) and wanted)


def stop_messages(ledger: Ledger, account: str, by: By) -> bool:
    """End the messages to somebody, who asked for it; whether there were any to end."""
    with ledger.write() as db:
        change = sa.update(CONTACTS).where(CONTACTS.c.account == account, CONTACTS.c.wanted.is_(True))
        changed = bool(db.execute(change.values(wanted=False, at=by.at)).rowcount)
        if changed:
            audit.append(db, by, "contact.change", account, mail=True, wanted=False)
        return changed


def _contact(row: sa.Row[Any]) -> Contact:
    fields = tuple((row.fields or "").splitlines())
    return Contact(row.account, row.mail, row.wanted, Role(row.role), row.unit, fields)


def _row(account: str, mail: str, wanted: bool, at: datetime) -> dict[str, object]:
    return {"account": account, "mail": mail, "wanted": wanted, "at": at}
