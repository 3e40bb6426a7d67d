"""What was read from the ledger, kept for a moment: the one rule by which readers' answers grow stale."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import lru_cache
from threading import Lock, Thread
from typing import Generic, TypeVar

from cachetools import LRUCache
from msgspec import Struct

from bochiso.errors import StoreError
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


LOCKED_SECONDS = 600.0
"""For how long the public is shown what was decided last where the ledger can't be read."""

WAIT_SECONDS = 0.2
"""How long a reader waits for a ledger that another program keeps to itself, where the last value will do."""


class LedgerCache(Generic[K, T]):
    """Values read from a ledger, each held for `seconds`, and no longer than until this process writes there.

    So what is done here is seen at once, and what another program does soon. Where the ledger can't be read,
    be it that another program has locked it, the last value does for `locked_seconds`: nobody can have
    decided anything else in a ledger that is locked. Safe to use from many threads.
    """

    def __init__(
        self, ledger: Ledger, read: Callable[[K], T], seconds: float, size: int, locked_seconds: float = 0.0
    ) -> None:
        self._ledger, self._read, self.seconds = ledger, read, seconds
        self._locked_seconds = locked_seconds
        self._lock = Lock()
        self._values: LRUCache[K, tuple[T, float, int]] = LRUCache(size)
        self._reading: dict[K, tuple[Future[T], float]] = {}

    def age(self, key: K) -> float:
        """Seconds since the value was read; infinite where it doesn't hold any more."""
        found = self._found(key)
        return float("inf") if found is None else self._age(found)

    def _found(self, key: K) -> tuple[T, float, int] | None:
        with self._lock:
            return self._values.get(key)

    def _age(self, found: tuple[T, float, int]) -> float:
        age = time.monotonic() - found[1]
        return age if age <= self.seconds and found[2] == self._ledger.writes else float("inf")

    def __call__(self, key: K) -> T:
        """The value, read where it isn't held. Raises StoreError where the ledger can't be read."""
        found = self._found(key)
        if found is not None and self._age(found) <= self.seconds:
            return found[0]
        if found is None or found[2] != self._ledger.writes or not self._locked_seconds:
            return self.refresh(key)
        reading, since = self._begun(key)
        try:
            return reading.result(max(0.0, since + WAIT_SECONDS - time.monotonic()))
        except (TimeoutError, StoreError):
            if time.monotonic() - found[1] > self._locked_seconds:
                return reading.result()
            return found[0]

    def held(self, key: K) -> T | None:
        """The value where it needn't be read; None where it has to be."""
        found = self._found(key)
        return found[0] if found is not None and self._age(found) <= self.seconds else None

    def last(self, key: K) -> T | None:
        """What was read last, however long ago; None where nothing was."""
        found = self._found(key)
        return None if found is None else found[0]

    def _begun(self, key: K) -> tuple["Future[T]", float]:
        """A reading that is under way, and since when: one at a time, in a thread that may wait for it."""
        with self._lock:
            known = self._reading.get(key)
            if known is None or known[0].done():
                known = self._reading[key] = Future(), time.monotonic()
                Thread(target=self._read_into, args=(key, known[0]), name="ledger", daemon=True).start()
            return known

    def _read_into(self, key: K, reading: "Future[T]") -> None:
        try:
            value = self.refresh(key)
        except BaseException as error:  # whoever waits for it hears of it
            reading.set_exception(error)
        else:
            reading.set_result(value)
        with self._lock:
            self._reading.pop(key, None)

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


def decisions_shown(decisions: LedgerCache[None, Decisions]) -> Decisions:
    """What pages are drawn by: the last that is known where the ledger can't be read, else a page couldn't
    even say so."""
    try:
        return decisions(None)
    except StoreError:
        return decisions.last(None) or Decisions((), ServerSettings(), ())


def decisions_of(ledger: Ledger, seconds: float = DECISIONS_SECONDS) -> "LedgerCache[None, Decisions]":
    """The decisions in a ledger, as readers see them."""

    def read(_: None) -> Decisions:
        return Decisions(
            tuple(public_versions(ledger)),
            read_settings(ledger),
            boundary_moments(ledger),
            emblem_digest(ledger),
        )

    return LedgerCache(ledger, read, seconds, 1, LOCKED_SECONDS)
