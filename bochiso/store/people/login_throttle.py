"""Wrong passwords and codes: each makes the next wait longer, in the ledger, so that no restart forgets.

Whoever signed in by a browser before is counted by that browser: strangers who try the same name make
nobody else wait. A try is counted before it is made, so that many at once gain nothing. Names are
counted whether or not there is such an account, and kept as hashes: people type passwords where names
belong.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from bochiso.store.people import audit
from bochiso.store.people.accounts import no_account
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import ACCOUNTS, TRIES

WAITS = (5, 15, 60, 300, 900)
"""Seconds to wait after each wrong try beyond the free ones; the last for all that follow."""

FORGET = timedelta(hours=2)
"""After so long without a try all are forgotten."""


@dataclass(frozen=True)
class ThrottleKey:
    """What tries are counted by, and how many of them in a row are free."""

    what: str
    free: int

    @property
    def key(self) -> str:
        """Under which they are counted."""
        return sha256(self.what.encode("utf-8", "surrogatepass")).hexdigest()


def password_throttle_keys(name: str, address: str | None, browser: str | None = None) -> list[ThrottleKey]:
    """A name at an address, a name anywhere, an address; `address` None where it tells nothing.

    `browser`: one by which the name signed in before; then it stands for the name.
    """
    at = [] if address is None else [ThrottleKey(f"address {network_of(address)}", 30)]
    if browser is not None:
        return [ThrottleKey(f"browser {browser} {name}", 5), *at]
    anywhere = [ThrottleKey(f"name {name}", 15), *at]
    return anywhere if address is None else [ThrottleKey(f"at {network_of(address)} {name}", 3), *anywhere]


def network_of(address: str) -> str:
    """Where somebody can take another address at will it is the network that counts: a /64 of IPv6.

    >>> network_of("10.1.2.3"), network_of("2405:4802:1:2::9"), network_of("::ffff:10.1.2.3")
    ('10.1.2.3', '2405:4802:1:2::', '10.1.2.3')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)


def key_throttle_keys(name: str, address: str | None) -> list[ThrottleKey]:
    """As `password_throttle_keys`, for a system's key; no account of that name waits for it."""
    return password_throttle_keys(f"key {name}", address)


def code_throttle_key(name: str) -> list[ThrottleKey]:
    """Codes of an account's second factor."""
    return [ThrottleKey(f"code {name}", 4)]


def wait_after(wrong: int, free: int) -> int:
    """Seconds to wait after so many wrong tries in a row.

    >>> [wait_after(wrong, 3) for wrong in (0, 2, 3, 4, 5, 6, 7, 99)]
    [0, 0, 5, 15, 60, 300, 900, 900]
    """
    beyond = wrong - free
    return 0 if beyond < 0 else WAITS[min(beyond, len(WAITS) - 1)]


def check_and_count(
    ledger: Ledger, throttle_keys: Sequence[ThrottleKey], at: datetime, name: str | None = None
) -> int:
    """Count a try before it is made; seconds to wait where it may not be made yet, else 0.

    `name`: whose tries they are; those of before `unlock` are forgotten. A clock that was set back makes
    nobody wait longer than WAITS.
    """
    unlocked = ThrottleKey(f"unlocked {name}", 0).key
    with ledger.write() as db:
        wanted = [unlocked, *(each.key for each in throttle_keys)]
        rows = db.execute(sa.select(TRIES).where(TRIES.c.who_hash.in_(wanted))).all()
        since = next((row.last_at for row in rows if row.who_hash == unlocked), None)
        known = {
            row.who_hash: (row.wrong, min(row.last_at, at))
            for row in rows
            if at - row.last_at < FORGET and (since is None or row.last_at > since)
        }
        waits = [
            known[each.key][1] + timedelta(seconds=wait_after(known[each.key][0], each.free)) - at
            for each in throttle_keys
            if each.key in known
        ]
        longest = max(waits, default=timedelta())
        if longest > timedelta():
            return -int(-longest.total_seconds() // 1)
        _forget(db, throttle_keys)
        counted = [
            {"who_hash": each.key, "wrong": known.get(each.key, (0, at))[0] + 1, "last_at": at}
            for each in throttle_keys
        ]
        db.execute(sa.insert(TRIES), counted)
    return 0


def succeeded(ledger: Ledger, throttle_keys: Sequence[ThrottleKey]) -> None:
    """Forgive a name its wrong tries; an address that tries many names keeps all but this one."""
    names = [each for each in throttle_keys if not each.what.startswith("address ")]
    others = [each.key for each in throttle_keys if each not in names]
    with ledger.write() as db:
        _forget(db, names)
        one_less = sa.update(TRIES).where(TRIES.c.who_hash.in_(others), TRIES.c.wrong > 0)
        db.execute(one_less.values(wrong=TRIES.c.wrong - 1))


def unlock(ledger: Ledger, name: str, by: By) -> None:
    """Forget the wrong tries of a name, wherever they were made. Raises ComputeError for no account."""
    mark = ThrottleKey(f"unlocked {name}", 0)
    with ledger.write() as db:
        if db.execute(sa.select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == name)).one_or_none() is None:
            raise no_account(name)
        _forget(db, [mark, ThrottleKey(f"name {name}", 0), *code_throttle_key(name)])
        db.execute(sa.insert(TRIES), {"who_hash": mark.key, "wrong": 0, "last_at": by.at})
        audit.append(db, by, "account.unlock", name)


def drop_old_attempts(db: sa.Connection, at: datetime) -> None:
    """Remove what is forgotten."""
    db.execute(sa.delete(TRIES).where(TRIES.c.last_at <= at - FORGET))


def _forget(db: sa.Connection, throttle_keys: Sequence[ThrottleKey]) -> None:
    db.execute(sa.delete(TRIES).where(TRIES.c.who_hash.in_([each.key for each in throttle_keys])))
