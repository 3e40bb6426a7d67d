"""Taking dossiers in: written to the journal first, then settled into facts a moment later.

`Receiver` is what a server or an import works with; one process at a time owns it. `dossier_facts`
is how anything else reads: it catches up first where a killed process left facts behind.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from bochiso.errors import StoreError, Where
from bochiso.intake.dossier_words import Refused
from bochiso.intake.dossiers import Received
from bochiso.store.dossier_facts import DossierFacts, OlderFactsError, dossiers_path
from bochiso.store.fields import fields_batch
from bochiso.store.folder import DataFolder
from bochiso.store.journal import Batches, Entry, Journal, Position, end_of, journal_path, read_journal
from bochiso.text import say

CHUNK_ITEMS = 200_000
"""How many items are settled in one go where many wait."""

REFUSALS = pa.schema(
    [
        ("sender", pa.string()),
        ("item", pa.int64()),
        ("dossier", pa.string()),
        ("why", pa.string()),
        ("field", pa.string()),
    ]
)
"""Refused items, kept for the clerk: what they held is not."""


def batches_of(received: Received, *, sender: str | None = None, from_file: bool = False) -> Batches:
    """What the journal keeps of a message: the columns of what was taken, the reasons of the rest."""
    kept = [("dossiers-file" if from_file else "dossiers", received.dossiers), ("steps", received.steps)]
    if received.refused:
        kept.append(("refusals", _refusals(received.refused, sender)))
    if received.unknown or received.unread:
        kept.append(("fields", fields_batch(received, sender)))
    return kept


def _refusals(refused: Sequence[Refused], sender: str | None) -> pa.RecordBatch:
    return pa.record_batch(
        [
            pa.array([sender] * len(refused), pa.string()),
            pa.array([each.item for each in refused], pa.int64()),
            pa.array([each.dossier for each in refused], pa.string()),
            pa.array([each.why.value for each in refused], pa.string()),
            pa.array([each.field for each in refused], pa.string()),
        ],
        schema=REFUSALS,
    )


_PACE_SECONDS = 0.2
"""From one settling to the next: more at a time leaves more of the machine to those who send."""

_REST_SECONDS = 0.05
"""Between them at least: whoever waits for facts that were closed meanwhile finds them so."""

_NICENESS = 5
"""How far settling steps back behind those who answer; more, and facts would fall behind."""


class Receiver:
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
        self.journal = Journal(folder)
        self.facts = DossierFacts(dossiers_path(folder), threads)
        self._changed, self._step = changed, step
        self._waited_for = 0
        self._wake = threading.Condition()
        self._wanted = self.journal.end
        self._stop = False
        self._failed: BaseException | None = None
        try:
            self.settled = _start(self.facts, self.journal.root)
        except BaseException:
            self.journal.close()
            raise
        self._thread = threading.Thread(target=self._follow, name="facts", daemon=True)
        self._thread.start()

    def submit(self, batches: Batches) -> "Future[Position]":
        """Keep batches; the future is done once they are on disk."""
        future = self.journal.submit(batches)
        future.add_done_callback(self._written)
        return future

    def wait(self, position: Position, timeout: float | None = None) -> bool:
        """Wait until facts are up to a position; whether they are. Raises what settling failed of."""
        with self._wake:
            self._waited_for = max(self._waited_for, position.items)
            self._wake.notify_all()
            done = self._wake.wait_for(lambda: self.settled.items >= position.items or self._failed, timeout)
            if self._failed is not None:
                raise self._failed
            return bool(done)

    def close(self) -> None:
        """Write what waits, settle it, and let the folder go."""
        self.journal.close()
        with self._wake:
            self._wanted = max(self._wanted, self.journal.end)
            self._stop = True
            self._wake.notify_all()
        self._thread.join()

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _written(self, future: "Future[Position]") -> None:
        if future.exception() is None:
            with self._wake:
                self._wanted = max(self._wanted, future.result())
                self._wake.notify_all()

    def _follow(self) -> None:
        if self._step == 1:
            _give_way()
        try:
            while self._next():
                # Closing takes as long as settling did: facts stay open while there is more to settle.
                with self.facts.open(write=True, wait=float("inf")):
                    rest = self._settle()
                    while self._due and not self.facts.take_wish():
                        self._pause(rest)
                        rest = self._settle()
                self._pause(rest)
        except BaseException as error:
            with self._wake:
                self._failed = error
                self._wake.notify_all()

    def _settle(self) -> float:
        """Settle all there is; how long to rest then."""
        began = time.monotonic()
        for position in catch_up(self.facts, self.journal.root, self.settled):
            with self._wake:
                self.settled = position
                self._wake.notify_all()
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
        """Wait for something to settle; false where nothing will come any more."""
        with self._wake:
            self._wake.wait_for(lambda: self._stop or self._due)
            return self._behind > 0


def _give_way() -> None:
    """Have the system put threads that people wait for before this one; only Linux knows how."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def catch_up(facts: DossierFacts, root: Path, position: Position) -> Iterator[Position]:
    """Settle the journal from a position on, in large steps; yields how far it is."""
    waiting: list[Entry] = []
    items = 0
    for position, entries in read_journal(root, position):  # noqa: B020 (goes on from where it was)
        waiting += entries
        items += sum(entry.batch.num_rows for entry in entries)
        if items >= CHUNK_ITEMS:
            facts.apply(waiting, position)
            yield position
            waiting, items = [], 0
    if waiting:
        facts.apply(waiting, position)
        yield position


def _position(facts: DossierFacts, root: Path, *, write: bool) -> Position:
    """How far facts are; from the start where they know of more than the journal has."""
    position = facts.position(write=write)
    if position.items > end_of(root).items:
        raise StoreError(
            say("nhật ký hồ sơ ngắn hơn dữ kiện đã có.", "the journal is shorter than the facts."),
            where=Where(str(root)),
            do=say(
                "Khôi phục nhật ký từ bản sao lưu, hoặc chạy `bochiso rebuild` để dựng lại theo nhật ký.",
                "Restore the journal from a backup, or run `bochiso rebuild` to follow it as it is.",
            ),
        )
    return position


def _start(facts: DossierFacts, root: Path) -> Position:
    """How far facts are, for the one who writes: made again where another version made them."""
    try:
        return _position(facts, root, write=True)
    except OlderFactsError:
        _make_again(facts.path, root)
        return _position(facts, root, write=True)


def _behind(facts: DossierFacts, root: Path) -> bool:
    try:
        return _position(facts, root, write=False).items < end_of(root).items
    except OlderFactsError:
        return True


@contextmanager
def open_dossiers(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """The facts of dossiers, for reading: tables dossiers, procedures, petitions, unit_list.

    Catches up first, or makes them again where another version made them, unless a server owns the
    journal: then it does. Raises StoreError where there are none.
    """
    folder.check()
    facts, root = DossierFacts(dossiers_path(folder)), journal_path(folder)
    if not end_of(root).items:
        raise StoreError(
            say("thư mục số liệu chưa có hồ sơ nào.", "the data folder has no dossiers yet."),
            where=Where(str(folder.root)),
            do=say(
                "Nạp hồ sơ bằng `bochiso import dossiers`.", "Bring some in with `bochiso import dossiers`."
            ),
        )
    if _behind(facts, root):
        try:
            with Receiver(folder) as receiver:
                receiver.wait(receiver.journal.end)
        except StoreError:
            if not facts.path.exists():
                raise
    with facts.open(write=False) as db:
        yield db


def rebuild_dossiers(folder: DataFolder) -> int:
    """Make the facts of dossiers again from the journal; returns the number of items in it."""
    root = journal_path(folder)
    if not root.is_dir():
        return 0
    with Journal(folder) as journal:
        _make_again(dossiers_path(folder), root)
        return journal.end.items


def _make_again(path: Path, root: Path) -> None:
    """The facts of the whole journal beside those that are there, then in their place."""
    fresh = DossierFacts(path.with_suffix(".new"))
    for leftover in (fresh.path, fresh.path.with_suffix(".new.wal")):
        leftover.unlink(missing_ok=True)
    for _ in catch_up(fresh, root, Position()):
        pass
    if fresh.path.exists():
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        fresh.path.replace(path)
