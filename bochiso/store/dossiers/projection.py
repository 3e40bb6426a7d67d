"""Facts of dossiers, procedures and petitions: dossiers.duckdb, kept up with the journal.

Its own file: the facts of figures are copied at every import, which a file of millions of dossiers can't
be. DuckDB lets one process write or many read. A server that takes dossiers in lets the file go
where it has nothing to settle, and where a command that waits for it says so by a file beside it.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import StoreError, Where
from bochiso.store.dossiers.arrivals import note_arrivals
from bochiso.store.dossiers.projection_sql import (
    FIND_EARLIER,
    FORGET_EARLIER,
    KEEP_DUE_DATES,
    KEEP_ROOMS,
    LATEST_MESSAGES,
    MERGE_STEPS,
    NO_REQUESTS,
    NO_STEPS,
    READ_EARLIER,
    READ_MESSAGES,
    READ_REQUESTS,
    SCHEMA,
    SCHEMA_HASH,
    SEVERAL_DUE_DATES,
    SOURCES,
    UPDATE,
    insert_dossiers,
)
from bochiso.store.dossiers.unit_lookup import learn
from bochiso.store.figures.engine import Config, Engine, engine, replace_engine
from bochiso.store.figures.facts import database_errors, is_broken, is_locked
from bochiso.store.folder import DataFolder, busy, disk_errors, sync_folder
from bochiso.store.journal.journal import JournalEntry, Position
from bochiso.store.journal.journal_kinds import LIST_KIND, ROWS_KIND, messages_of, of_today, steps_of
from bochiso.store.journal.kept_fields import count_fields
from bochiso.store.journal.portal_lists import add_portal_lists
from bochiso.store.journal.reference_lists import (
    KEYS,
    PLACE_COMPLAINTS,
    PLACE_PROCEDURES,
    SETTLED,
    add_rows,
    place_ratings,
    settle_lists,
)
from bochiso.store.journal.statements import execute
from bochiso.text import say

WAIT_SECONDS, APPLY_SECONDS = 10.0, 60.0
"""How long a command, and settling, wait for the file while another process has it open."""

# Kinds of the journal's entries: dossiers, dossiers-file (from a file: its numbers make units known),
# steps, refusals, days (tables of days off), those of `KEYS`, and these, by their tables and keys.
_UNITS = {"units": ("unit_list", "unit"), "unit_map": ("unit_map", "code")}
_PAUSE = 0.02

_MOVE = 'update position set segment = ?, "offset" = ?, items = ?, seal = ?'
_MADE_BY = (
    "select comment from duckdb_tables() where database_name = current_database() and table_name = 'position'"
)


class OlderFactsError(StoreError):
    """The file was made by another version of bochiso, with other columns."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say(
                "dữ kiện hồ sơ do một phiên bản khác của bochiso lập.",
                "the facts of dossiers were made by another version of bochiso.",
            ),
            where=Where(str(path)),
            do=say(
                "Dừng máy chủ nếu đang chạy, rồi chạy `bochiso rebuild` để dựng lại từ nhật ký.",
                "Stop the server if one runs, then run `bochiso rebuild` to make them from the journal.",
            ),
        )


def dossiers_path(folder: DataFolder) -> Path:
    """Where a data folder keeps the facts of its dossiers."""
    return folder.root / "dossiers.duckdb"


def has_facts(path: Path) -> bool:
    """Whether there is a file of facts; an empty one was cut off in the first moment of its making."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


_CONFIG: Config = {
    "memory_limit": "3GB", "preserve_insertion_order": "false", "checkpoint_threshold": "256MB"
}  # fmt: skip


def _reader() -> Engine:
    """One for all who read in this process: the first of two to close a file would unlock it for both."""
    return engine("dossiers read", _CONFIG | {"threads": 2})


def _writer(threads: int) -> Engine:
    return engine(f"dossiers written by {threads}", _CONFIG | {"threads": threads})


class DossierFacts:
    """The file of facts; open only while it is used. `threads`: how many work on one question."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        self.path, self.threads = path, threads
        self._guard = threading.Condition()
        self._users: list[int] = []  # the threads that have it open
        self._engine: Engine | None = None
        self._broken = False

    @contextmanager
    def open(self, *, write: bool, wait: float = WAIT_SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own. Raises StoreError where another process has the file for too long.

        A process that writes opens it for writing always: readers and writer share one database.
        """
        thread = threading.get_ident()
        opened = self._enter(thread, write, wait)
        try:
            with database_errors(self.path):
                with self._guard:
                    connection = opened.connection(self.path)
                with connection:
                    yield connection
        except StoreError as error:
            if write or is_broken(error):
                replace_engine(opened)
            with self._guard:
                self._broken |= is_broken(error)
            raise
        finally:
            with self._guard:
                self._users.remove(thread)
                if not self._users:
                    self._engine, self._broken = None, False
                    self._let_go(opened)
                    self._guard.notify_all()

    def _enter(self, thread: int, write: bool, wait: float) -> Engine:
        """The engine, which a thread uses from now on."""
        with self._guard:
            if thread not in self._users:
                # Who has a broken one open hears of it at the next question, and leaves; then it is replaced.
                self._guard.wait_for(lambda: not self._broken, min(wait, WAIT_SECONDS))
            opened = self._engine or self._open_engine(write, wait)
            self._engine = opened
            self._users.append(thread)
            return opened

    def open_if_there(self, stack: ExitStack) -> duckdb.DuckDBPyConnection | None:
        """A connection to read with for as long as `stack`; None where the file must be made first."""
        try:
            return stack.enter_context(self.open(write=False)) if has_facts(self.path) else None
        except OlderFactsError:
            return None

    def _open_engine(self, write: bool, wait: float) -> Engine:
        """The engine, with the file attached to it."""
        until = time.monotonic() + wait
        while True:
            fresh, opened = not has_facts(self.path), _writer(self.threads) if write else _reader()
            try:
                if fresh and write:
                    with disk_errors(self.path.parent):
                        self._begin(opened)
                opened.attach(self.path, write=write)
            except duckdb.Error as error:
                # Another process has it, or this one for another purpose. DuckDB lets one process write or
                # several read, so whoever wants in asks the writer to let go between two steps:
                # docs/decisions/0009-dossiers.md.
                if not (is_locked(error, self.path) or isinstance(error, duckdb.ResourceInUseException)):
                    replace_engine(opened)
                    with database_errors(self.path):
                        raise
                if time.monotonic() > until:
                    raise busy(self.path) from error
                with suppress(OSError):  # who may only read waits until there is nothing to settle
                    self._release_request.touch()
                time.sleep(_PAUSE)
                continue
            try:
                with database_errors(self.path):
                    self._check(opened, write, fresh)
            except BaseException:
                self._let_go(opened)
                raise
            return opened

    def _begin(self, opened: Engine) -> None:
        """Make a file without tables in one step: one that is cut off in the making can't be opened.

        Who writes owns the journal, so nobody else makes it.
        """
        begun = self.path.with_suffix(".begun")
        for left in (begun, *map(_wal, (begun, self.path))):
            left.unlink(missing_ok=True)
        opened.attach(begun, write=True)
        opened.detach(begun)
        begun.chmod(0o600)
        with begun.open("rb+") as file:
            os.fsync(file.fileno())
        begun.replace(self.path)
        sync_folder(self.path.parent)

    def _let_go(self, opened: Engine) -> None:
        """Close the file; an engine that can't is no one's any more."""
        try:
            opened.detach(self.path)
        except duckdb.Error:  # what is in its journal is applied by the next who opens it
            replace_engine(opened)
            opened.give_up()

    def _check(self, opened: Engine, write: bool, fresh: bool) -> None:
        """Make the tables that a file lacks; OlderFactsError where another version made it."""
        with opened.connection(self.path) as db:
            made = None if fresh else db.execute(_MADE_BY).fetchone()
            if made is None and write:
                db.execute(f"begin; {SCHEMA} comment on table position is '{SCHEMA_HASH}'; commit;")
            elif made not in (None, (SCHEMA_HASH,)):
                raise OlderFactsError(self.path)

    @property
    def _release_request(self) -> Path:
        return self.path.with_suffix(".wanted")

    def take_release_request(self) -> bool:
        """Whether someone waits for the file; the next one to wait says so anew."""
        try:
            self._release_request.unlink()
        except FileNotFoundError:
            return False
        return True

    def position(self, *, write: bool) -> Position:
        """How far in the journal these facts are."""
        if not has_facts(self.path):
            return Position()
        with self.open(write=write) as db:
            # A file that was made just before its process was killed has no tables yet.
            made = db.execute(_MADE_BY).fetchone()
            row = db.execute("from position").fetchone() if made else None
        return Position(*row) if row else Position()

    def apply(
        self,
        entries: Sequence[JournalEntry],
        position: Position | None,
        note: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
    ) -> None:
        """Bring the facts up to a position, or leave them where they are: all of it or nothing.

        `note`: what else is written with it.
        """
        entries = [of_today(entry, self.path) for entry in entries]
        with self.open(write=True, wait=APPLY_SECONDS) as db:
            db.begin()
            try:
                _apply(db, entries)
                if note is not None:
                    note(db)
                if position is not None:
                    db.execute(_MOVE, [position.segment, position.offset, position.items, position.seal])
                db.commit()
            except BaseException:
                with suppress(duckdb.Error):  # a broken engine has nothing to take back
                    db.rollback()
                raise


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def seen_by(path: Path) -> Position | None:
    """How far in the journal a file of facts has come, whatever version made it; None where it can't tell."""
    if not has_facts(path):
        return Position()
    try:
        with _reader().reading(path) as db:
            found = db.execute("from position")
            names = [column[0] for column in found.description]
            row = dict(zip(names, found.fetchone() or (), strict=False))
    except duckdb.CatalogException:
        return Position()  # made just before its process was killed
    except duckdb.Error:
        return None  # whoever opens it for its facts says what is wrong
    return Position(**row)


def _apply(db: duckdb.DuckDBPyConnection, entries: Sequence[JournalEntry]) -> None:
    groups: dict[str, list[JournalEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.kind, []).append(entry)
    for kind, (table, key) in _UNITS.items():
        if found := groups.get(kind):
            _replace(db, table, key, found)
    for kind in KEYS.keys() & groups.keys():
        add_rows(db, kind, groups[kind])
    place_ratings(db, groups.get("ratings", ()))
    for entry in groups.get("days", ()):
        rows = [[entry.first, each.get("province"), each["text"]] for each in entry.batch.to_pylist()]
        db.executemany("insert into day_tables values (?, ?, ?)", rows)
    if found := groups.get("refusals"):
        for entry in found:
            db.register("fresh", pa.table(entry.batch))
            db.execute("insert into refusals by name select ?::timestamp as received_at, * from fresh",
                       [entry.received_at.replace(tzinfo=None)])  # fmt: skip
    if LIST_KIND in groups:
        add_portal_lists(db, groups.get(ROWS_KIND, ()), groups[LIST_KIND])
    note_arrivals(db, entries)
    dossiers = [*groups.get("dossiers", ()), *groups.get("dossiers-file", ())]
    steps = groups.get("steps", ())
    messages = messages_of(dossiers)
    version = pc.add(messages["number"], pc.if_else(messages["updating"], UPDATE, 0))
    db.register("messages", messages.append_column("version", version))
    execute(db, READ_REQUESTS if _has_requests(messages) else NO_REQUESTS)
    execute(db, READ_MESSAGES)
    db.register("new_steps", steps_of(steps))
    count_fields(db, entries)
    _place(db, groups)
    if not dossiers and not steps:
        return
    execute(db, MERGE_STEPS if steps else NO_STEPS)
    if steps:
        execute(db, KEEP_ROOMS)
    known = execute(db, FIND_EARLIER).fetchone() is not None
    if known:
        execute(db, READ_EARLIER)
    execute(db, LATEST_MESSAGES)
    if execute(db, SEVERAL_DUE_DATES).fetchall():
        execute(db, KEEP_DUE_DATES)
    there = _make_sources(db)
    if known:
        execute(db, FORGET_EARLIER)
    execute(db, insert_dossiers(there))


def _make_sources(db: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The names of `SOURCES` that have anything for dossiers; their tables are made."""
    there: set[str] = set()
    for source in SOURCES:
        if source.part_of not in (None, *there):
            continue
        if execute(db, f"select 1 {source.rows} limit 1").fetchone():
            if source.make is not None:
                execute(db, source.make)
            there.add(source.name)
    return frozenset(there)


def _place(db: duckdb.DuckDBPyConnection, groups: Mapping[str, Sequence[JournalEntry]]) -> None:
    """Bring lists, and the units and procedures of dossiers, up to what came."""
    lists = bool(SETTLED & groups.keys())
    moved = learn(
        db,
        from_file="dossiers-file" in groups,
        lists=lists,
        relearn=bool(_UNITS.keys() & groups.keys()),
    )
    if lists or moved:
        settle_lists(db)
        execute(db, PLACE_COMPLAINTS)
        execute(db, PLACE_PROCEDURES)


def _replace(db: duckdb.DuckDBPyConnection, table: str, key: str, entries: Iterable[JournalEntry]) -> None:
    """Rows by their key: the later received is the row."""
    for entry in entries:
        db.register("fresh", pa.table(entry.batch))
        db.execute(f"delete from {table} where {key} in (select {key} from fresh)")  # noqa: S608 (our names)
        db.execute(f"insert into {table} by name from fresh")


def _has_requests(messages: pa.Table) -> bool:
    return bool(pc.sum(pc.list_value_length(messages["supplements"])).as_py())
