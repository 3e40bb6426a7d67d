"""Wrong passwords and codes: each makes the next wait longer, in the ledger, so that no restart forgets.

A try is counted before it is made, so that many at once gain nothing. Names are counted whether or
not there is such an account, and kept as hashes: people type passwords where names belong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import TRIES

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


def password_throttle_keys(name: str, address: str | None) -> list[ThrottleKey]:
    """A name at an address, a name anywhere, an address; `address` None where it tells nothing."""
    throttle_keys = [ThrottleKey(f"at {address} {name}", 3), ThrottleKey(f"name {name}", 15)]
    return throttle_keys if address is None else [*throttle_keys, ThrottleKey(f"address {address}", 30)]


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


def check_and_count(ledger: Ledger, throttle_keys: Sequence[ThrottleKey], at: datetime) -> int:
    """Count a try before it is made; seconds to wait where it may not be made yet, else 0."""
    with ledger.write() as db:
        rows = db.execute(sa.select(TRIES).where(TRIES.c.who_hash.in_([each.key for each in throttle_keys])))
        known = {row.who_hash: (row.wrong, row.last_at) for row in rows if at - row.last_at < FORGET}
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


def drop_old_attempts(db: sa.Connection, at: datetime) -> None:
    """Remove what is forgotten."""
    db.execute(sa.delete(TRIES).where(TRIES.c.last_at <= at - FORGET))


def _forget(db: sa.Connection, throttle_keys: Sequence[ThrottleKey]) -> None:
    db.execute(sa.delete(TRIES).where(TRIES.c.who_hash.in_([each.key for each in throttle_keys])))
