"""Taking dossiers in: written to the journal first, then settled into facts a moment later.

`DossierIngest` is what a server or an import works with; one process at a time owns it. `dossier_facts`
is how anything else reads: it catches up first where a killed process left facts behind.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path

import duckdb
from msgspec import Struct

from bochiso.errors import BochisoError, StoreError, Where, frames
from bochiso.store.dossiers.projection import DossierFacts, OlderFactsError, dossiers_path, has_facts, seen_by
from bochiso.store.dossiers.settling import catch_up, is_settled_anew, make_again, next_try, try_again
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import (
    START,
    Batches,
    Journal,
    OwnedError,
    Position,
    check_seen,
    end_of,
    read_head,
)
from bochiso.store.journal.journal_loss import free_name
from bochiso.text import now, say

_PACE_SECONDS = 0.25
"""From one settling to the next: more at a time leaves more of the machine to those who send."""

_REST_SECONDS = 0.05
"""Seconds between two steps at least, so that a process that waits for the facts can open them."""

_NICENESS = 2
"""How far settling steps back behind those who answer; with 3, facts were up to 1.3 seconds behind where
another program took a core."""

_RETRY_SECONDS = 1.0
"""Where settling failed it is tried again after so long, twice as long each further time,"""

_LONGEST_RETRY_SECONDS = 60.0
"""but after so long at most."""

_BUSY_SECONDS = 60.0
"""How long settling waits for the file while a command reads it, before it says that it does."""

_log = logging.getLogger(__name__)


Recorded = Callable[[], AbstractContextManager[object]]
"""A transaction of whoever notes that something is taken in, around the moment in which it is on disk."""


class Lag(Struct, frozen=True):
    """How far facts are behind the journal. `seconds`: for how long; `failed`: whether the last try was.

    `aside`: items that facts can't take, which are tried again.
    """

    items: int = 0
    seconds: float = 0.0
    failed: bool = False
    aside: int = 0


class DossierIngest:
    """The one that takes items in. Its facts follow the journal by themselves, within a second.

    `changed` is called, in a thread of its own, after facts were brought up to a position. `step`:
    how many items are settled together where nobody waits for them; an import, whose facts are for
    its end, settles in large steps, since each looks at all dossiers there are. `threads`: see
    `DossierFacts`; small steps take two threads longer than one.
    """

    def __init__(
        self,
        folder: DataFolder,
        changed: Callable[[Position], None] | None = None,
        *,
        step: int = 1,
        threads: int = 2,
    ) -> None:
        self.facts = DossierFacts(dossiers_path(folder), threads)
        self.journal = Journal(folder, lambda: seen_by(self.facts.path) or START)
        self._changed, self._step = changed, step
        self._waited_for = 0
        self._wake = threading.Condition()
        self._wanted = self.journal.end
        self._stop = False
        self._ended = False
        self._failed: BaseException | None = None
        self._failures = 0
        self._behind_since = time.monotonic()
        self._aside = 0
        self._try_at: datetime | None = None
        try:
            self.settled = _start(self.facts, self.journal.root)
            if has_facts(self.facts.path):
                self._look_aside()
        except BaseException:
            self.journal.close()
            raise
        self._thread = threading.Thread(target=self._run_projection, name="facts", daemon=True)
        self._thread.start()

    def submit(self, batches: Batches) -> "Future[Position]":
        """Keep batches; the future is done once they are on disk."""
        future = self.journal.submit(batches)
        future.add_done_callback(self._written)
        return future

    def keep(self, batches: Batches, recorded: Recorded = nullcontext) -> None:
        """Keep batches, and wait until facts have them. Raises StoreError where they can't be kept."""
        with recorded():
            position = self.submit(batches).result()
        self.wait(position)

    def wait(self, position: Position, timeout: float | None = None) -> bool:
        """Wait until facts are up to a position; whether they are. Raises what settling failed of meanwhile.

        Whoever waits has it tried at once, however long ago it failed.
        """
        with self._wake:
            before = self._failures
            self._waited_for = max(self._waited_for, position.items)
            self._wake.notify_all()

            def over() -> bool:
                return self.settled.items >= position.items or self._failures > before or self._ended

            self._wake.wait_for(over, timeout)
            done = self.settled.items >= position.items
            if not done and self._failed is not None and self._failures > before:
                raise self._failed
            return done

    def lag(self) -> Lag:
        """How far facts are behind now."""
        with self._wake:
            if not (items := max(0, self._behind)):
                return Lag(aside=self._aside)
            seconds = time.monotonic() - self._behind_since
            return Lag(items, seconds, self._failed is not None, self._aside)

    def close(self) -> None:
        """Write what waits, settle it, and let the folder go."""
        self.journal.close()
        with self._wake:
            self._wanted = max(self._wanted, self.journal.end)
            self._stop = True
            self._wake.notify_all()
        self._thread.join()

    def __enter__(self) -> "DossierIngest":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _written(self, future: "Future[Position]") -> None:
        if future.exception() is None:
            with self._wake:
                if self._behind <= 0:
                    self._behind_since = time.monotonic()
                self._wanted = max(self._wanted, future.result())
                self._wake.notify_all()

    def _run_projection(self) -> None:
        if self._step == 1:
            _lower_priority()
        pause = _RETRY_SECONDS
        try:
            while self._next():
                try:
                    self._catch_up()
                    pause = _RETRY_SECONDS
                except BaseException as error:  # whatever it is, the next try may do
                    self._note(error, pause)
                    if self._stop:  # this was the last one; who opens the folder next catches up
                        return
                    self._rest(pause)
                    pause = min(2 * pause, _LONGEST_RETRY_SECONDS)
        finally:
            with self._wake:
                self._ended = True
                self._wake.notify_all()

    def _catch_up(self) -> None:
        # Closing takes as long as settling did: facts stay open while there is more to settle. Not after a
        # failure: an engine that broke is another's only once nobody has it open.
        with nullcontext() if self._failed else self.facts.open(write=True, wait=_BUSY_SECONDS):
            rest = self._settle()
            while self._due and not self.facts.take_release_request():
                self._pause(rest)
                rest = self._settle()
        if self._seconds_to_try == 0 and not self._stop:
            try_again(self.facts, self.journal.root, now())
            self._look_aside()
        self._pause(rest)

    def _look_aside(self) -> None:
        """Know how many items are set aside, and when the first is tried again."""
        items, at = next_try(self.facts)
        with self._wake:
            self._aside, self._try_at = items, at

    @property
    def _seconds_to_try(self) -> float | None:
        """How long until an item that was set aside is tried again; None where none is."""
        return None if self._try_at is None else max(0.0, (self._try_at - now()).total_seconds())

    def _note(self, error: BaseException, pause: float) -> None:
        """Let who waits, and the log, know what settling failed of."""
        with self._wake:
            self._failed, self._failures, behind = error, self._failures + 1, self._behind
            self._waited_for = 0  # who waits hears of this; only who comes later has it tried at once
            self._wake.notify_all()
        what = str(error) if isinstance(error, BochisoError) else "they can't be settled."
        _log.error(
            "facts: %d items behind the journal, tried again in %.0f s: %s (%s)",
            behind, pause, what, frames(error.__cause__ or error),
        )  # fmt: skip

    def _rest(self, seconds: float) -> None:
        """Wait before the next try, but for no longer than nobody waits for what it is to settle."""
        with self._wake:
            self._wake.wait_for(lambda: self._stop or self._waited_for > self.settled.items, seconds)

    def _settle(self) -> float:
        """Settle all there is; how long to rest then."""
        began = time.monotonic()
        for position in catch_up(self.facts, self.journal.root, self.settled, self._look_aside):
            with self._wake:
                self.settled = position
                healed, self._failed = self._failed is not None, None
                self._wake.notify_all()
            if healed:
                _log.warning("facts: settled again, up to item %d.", position.items)
            if self._changed is not None:
                self._changed(position)
        return max(_REST_SECONDS, _PACE_SECONDS - (time.monotonic() - began))

    def _pause(self, seconds: float) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._stop, seconds)

    @property
    def _behind(self) -> int:
        return self._wanted.items - self.settled.items

    @property
    def _due(self) -> bool:
        """Whether there is enough to settle, or something that somebody waits for."""
        waited_for = self._waited_for > self.settled.items
        return self._behind >= self._step or (waited_for and self._behind > 0)

    def _next(self) -> bool:
        """Wait for something to settle or to try again; false where nothing will come any more."""
        with self._wake:
            self._wake.wait_for(lambda: self._stop or self._due, self._seconds_to_try)
            return self._behind > 0 or not self._stop


def _lower_priority() -> None:
    """Have the system put threads that people wait for before this one; only Linux knows how."""
    # Facts may be a moment late, an answer to a system that pushes may not: docs/decisions/0009-dossiers.md.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _start(facts: DossierFacts, root: Path) -> Position:
    """How far facts are, for the one who writes: made again where another version made them."""
    try:
        seen = facts.position(write=True)
        if not seen.items or not is_settled_anew(facts):
            return seen
    except OlderFactsError:
        pass
    make_again(facts.path, root)
    return facts.position(write=True)


def _behind(facts: DossierFacts, root: Path) -> bool:
    """Whether facts are behind. Raises StoreError where the journal isn't the one that they follow."""
    head = read_head(root)
    try:
        seen = facts.position(write=False)
    except OlderFactsError:
        return True
    end = end_of(root)
    for each in (head, seen):
        check_seen(root, end, each)
    return seen.items < end.items


@contextmanager
def open_dossiers(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """The facts of dossiers, for reading: tables dossiers, procedures, petitions, unit_list.

    Catches up first, or makes them again where another version made them, unless a server owns the
    journal: then it does. Raises StoreError where there are none.
    """
    folder.check()
    facts, root = DossierFacts(dossiers_path(folder)), folder.journal
    with ExitStack() as stack:  # to open a database costs more than most questions: looked at and read in one
        db = facts.open_if_there(stack)
        behind = _behind(facts, root)
        if not end_of(root).items:
            raise StoreError(
                say("thư mục số liệu chưa có hồ sơ nào.", "the data folder has no dossiers yet."),
                where=Where(str(folder.root)),
                do=say(
                    "Nạp hồ sơ bằng `bochiso import dossiers`.",
                    "Bring some in with `bochiso import dossiers`.",
                ),
            )
        if db is not None and not behind:
            yield db
            return
    try:
        with DossierIngest(folder) as ingest:
            ingest.wait(ingest.journal.end)
    except OwnedError:
        if not has_facts(facts.path):
            raise
    with facts.open(write=False) as db:
        yield db


class Rebuilt(Struct, frozen=True):
    """What facts were made again from. `lost`: items that the journal had and has no more; `aside`: files
    with what was broken of it, and with the facts that knew of more.
    """

    items: int = 0
    lost: int = 0
    aside: tuple[Path, ...] = ()


def rebuild_dossiers(folder: DataFolder) -> Rebuilt:
    """Make the facts of dossiers again from the journal, whatever is left of it; nothing is deleted."""
    root, path = folder.journal, dossiers_path(folder)
    if not root.is_dir() and not path.exists():
        return Rebuilt()
    with Journal(folder, lambda: seen_by(path) or START, go_on=True) as journal:
        aside = journal.torn
        if path.exists() and (journal.lost or (not journal.end.items and seen_by(path) is None)):
            kept = free_name(path.with_name(f"dossiers-{now():%Y%m%dT%H%M%SZ}.duckdb"))
            path.replace(kept)
            with suppress(FileNotFoundError):
                path.with_suffix(".duckdb.wal").replace(kept.with_suffix(".duckdb.wal"))
            aside += (kept,)
        make_again(path, root)
        return Rebuilt(journal.end.items, journal.lost, aside)
