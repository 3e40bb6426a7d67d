"""Answers from the store, worked out once and kept while its figures stay the same."""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from threading import BoundedSemaphore, Lock
from typing import Concatenate, ParamSpec, TypeVar, cast

from cachetools import LRUCache

from bochiso.store.figures.snapshot_store import Snapshot, Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.text import say
from bochiso.web.auth.signing_in import WebError

P = ParamSpec("P")
T = TypeVar("T")

CACHED_ANSWERS = 512
"""How many answers are kept; the ones that nobody asked for longest go first."""

LARGE_ANSWERS, MOST_WAITING = 3, 4
"""Whole tables that are kept, and calls that wait for one at the same time: of a country one has 58,000
rows, and takes a quarter of a minute."""


class QueryCache:
    """What pages ask the store for: the one opener of a server's figures.

    A question is a pure function of an open store and of values that can be keys.
    """

    def __init__(
        self,
        folder: DataFolder,
        measured: bool | None = None,
        answers: int = CACHED_ANSWERS,
        most_waiting: int | None = None,
    ) -> None:
        """`measured`: of what was measured here alone; None as `open_store` has it.

        `most_waiting`: calls that are answered or wait at a time, others are refused (WebError, 503).
        """
        self.folder, self._measured = folder, measured
        self._places = None if most_waiting is None else BoundedSemaphore(most_waiting)
        self._state = FactsState(folder)
        self._lock = Lock()
        self._asking = Lock()
        self._answers: LRUCache[Hashable, object] = LRUCache(answers)
        self._store: tuple[Hashable, Store, ExitStack] | None = None

    @cached_property
    def own(self) -> "QueryCache":
        """The same of what was measured here, opened where it is asked for."""
        return QueryCache(self.folder, measured=True)

    @cached_property
    def apart(self) -> "QueryCache":
        """The same for whole tables, with a store of its own: pages don't wait while one is worked out."""
        return QueryCache(self.folder, self._measured, LARGE_ANSWERS, MOST_WAITING)

    def ask(
        self,
        shown: tuple[Snapshot, ...] | None,
        question: Callable[Concatenate[Store, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The answer to a question about the snapshots that are `shown`; None: about all.

        Raises what the question raises; a folder without figures is asked as one without snapshots.
        """
        key = (self._state(), shown, question, args, tuple(sorted(kwargs.items())))
        with self._lock:
            if key in self._answers:
                return cast(T, self._answers[key])
        with self._turn(), self._asking:
            store = self._opened(key[0])
            answer = question(store if shown is None else store.restricted_to(shown), *args, **kwargs)
        with self._lock:
            self._answers[key] = answer
        return answer

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._places is None:
            yield
            return
        if not self._places.acquire(blocking=False):
            raise WebError(
                503,
                say("nhiều người đang tải các bảng lớn.", "many are downloading large tables."),
                say("Tải lại sau một phút.", "Download it again in a minute."),
            )
        try:
            yield
        finally:
            self._places.release()

    def _opened(self, state: Hashable) -> Store:
        """The store, opened once for each state of the facts: what it worked out helps the next question."""
        if self._store is None or self._store[0] != state:
            before = self._store
            with ExitStack() as stack:
                store = stack.enter_context(open_store(self.folder, self._measured, empty=True))
                if before is not None:
                    store.remember_with(before[1])
                self.close()
                self._store = facts_state(self.folder), store, stack.pop_all()
        return self._store[1]

    def close(self) -> None:
        """Let the facts go."""
        for other in ("own", "apart"):
            if other in self.__dict__:
                self.__dict__[other].close()
        if self._store is not None:
            self._store[2].close()
            self._store = None


_SETTLED_NS = 50_000_000
"""A folder whose names changed so long ago shows it where they change again: clocks of files tick slowly."""


class FactsState:
    """`facts_state`, asked for by every call of the public: looked for anew only where names changed.

    Each question of the system lets other threads go on first, and whoever answers waits for them.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._known: tuple[int, Hashable] | None = None

    def __call__(self) -> Hashable:
        """What differs whenever the figures may."""
        try:
            changed = self._folder.root.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._known is not None and self._known[0] == changed:
            return self._known[1]
        found = facts_state(self._folder)
        self._known = (changed, found) if time.time_ns() - changed > _SETTLED_NS else None
        return found


def facts_state(folder: DataFolder) -> Hashable:
    """What differs whenever the figures may: each generation of facts has a file of its own."""
    path = folder.facts
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return path.name, found.st_ino, found.st_mtime_ns, found.st_size
