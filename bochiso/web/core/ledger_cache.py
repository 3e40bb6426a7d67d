"""What was read from the ledger, kept for a moment: the one rule by which readers' answers grow stale."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache
from msgspec import Struct

from bochiso.store.decisions.map_boundaries import boundaries_of, boundary_moments
from bochiso.store.decisions.publications import Publication, public_versions
from bochiso.store.decisions.site_emblem import emblem_digest, emblem_of
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.settings import ServerSettings, read_settings
from bochiso.units.boundaries import Boundaries

K = TypeVar("K")
T = TypeVar("T")

DECISIONS_SECONDS = 2.0
"""How long a decision that another program writes into the ledger may go unseen by the public."""


class LedgerCache(Generic[K, T]):
    """Values read from a ledger, each held for `seconds`, and no longer than until this process writes there.

    So what is done here is seen at once, and what another program does soon. Safe to use from many threads.
    """

    def __init__(self, ledger: Ledger, read: Callable[[K], T], seconds: float, size: int) -> None:
        self._ledger, self._read, self.seconds = ledger, read, seconds
        self._lock = Lock()
        self._values: LRUCache[K, tuple[T, float, int]] = LRUCache(size)

    def age(self, key: K) -> float:
        """Seconds since the value was read; infinite where it doesn't hold any more."""
        with self._lock:
            found = self._values.get(key)
        if found is None or found[2] != self._ledger.writes:
            return float("inf")
        age = time.monotonic() - found[1]
        return age if age <= self.seconds else float("inf")

    def __call__(self, key: K) -> T:
        """The value, read where it isn't held. Raises StoreError where the ledger can't be read."""
        with self._lock:
            found = self._values.get(key)
        if found is not None and self.age(key) <= self.seconds:
            return found[0]
        return self.refresh(key)

    def refresh(self, key: K) -> T:
        """The value, read now. Raises StoreError where the ledger can't be read."""
        at, writes = time.monotonic(), self._ledger.writes
        value = self._read(key)
        with self._lock:
            self._values[key] = value, at, writes
        return value


class Decisions(Struct, frozen=True):
    """What people decided that public pages rest on. `boundaries`: which provinces have them, since when;
    `emblem`: the digest of the one above every page."""

    publications: tuple[Publication, ...]
    settings: ServerSettings
    boundaries: tuple[tuple[str, datetime], ...] = ()
    emblem: str | None = None


def kept_boundaries(ledger: Ledger, decisions: Callable[[], Decisions]) -> Callable[[str], Boundaries | None]:
    """The boundaries of a province's communes, read once for each moment when they were kept."""

    @lru_cache(4)
    def read(province: str, at: datetime) -> Boundaries | None:
        return boundaries_of(ledger, province)

    def found(province: str) -> Boundaries | None:
        at = dict(decisions().boundaries).get(province)
        return None if at is None else read(province, at)

    return found


def kept_emblem(ledger: Ledger, decisions: Callable[[], Decisions]) -> Callable[[], bytes | None]:
    """The emblem above every page, read once for each."""

    @lru_cache(1)
    def read(_: str) -> bytes | None:
        return emblem_of(ledger)

    def found() -> bytes | None:
        digest = decisions().emblem
        return None if digest is None else read(digest)

    return found


def decisions_of(ledger: Ledger, seconds: float = DECISIONS_SECONDS) -> "LedgerCache[None, Decisions]":
    """The decisions in a ledger, as readers see them."""

    def read(_: None) -> Decisions:
        return Decisions(
            tuple(public_versions(ledger)),
            read_settings(ledger),
            boundary_moments(ledger),
            emblem_digest(ledger),
        )

    return LedgerCache(ledger, read, seconds, 1)
