"""Facts of dossiers, procedures and petitions: dossiers.duckdb, kept up with the journal.

Its own file: the facts of figures are copied at every import, which a file of millions of dossiers can't
be. DuckDB lets one process write or many read. A server that takes dossiers in lets the file go
where it has nothing to settle, and where a command that waits for it says so by a file beside it.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import StoreError, Where
from bochiso.intake.dossiers.items import MESSAGES, STEPS
from bochiso.store.dossiers.journal import JournalEntry, Position
from bochiso.store.dossiers.journal_kinds import of_today
from bochiso.store.dossiers.projection_sql import (
    KEEP_DUE_DATES,
    LATEST_MESSAGES,
    MERGE_STEPS,
    NEW_UNIT_PREFIXES,
    NO_STEPS,
    PLACE_COMPLAINTS,
    PLACE_PROCEDURES,
    PLACE_UNITS,
    READ_MESSAGES,
    SCHEMA,
    SCHEMA_HASH,
    SEVERAL_DUE_DATES,
    UPDATE,
    UPSERT_DOSSIERS,
    execute,
    unit_of,
)
from bochiso.store.figures.facts import database_errors, is_locked
from bochiso.store.folder import DataFolder, busy
from bochiso.text import say
from bochiso.units.codes import normalise_code

WAIT_SECONDS = 10.0
"""How long a command waits for the file while another process has it open."""

# Kinds of the journal's entries that are rows of a table, by their keys.
_KEYS = {"procedures": "procedure", "petitions": "petition", "units": "unit", "unit_map": "code",
         "procedure_map": "code", "publications": "entry"}  # fmt: skip
_PAUSE = 0.02


_MOVE = 'update position set segment = ?, "offset" = ?, items = ?, seal = ?'
_MADE_BY = "select comment from duckdb_tables() where table_name = 'position'"


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


class DossierFacts:
    """The file of facts; open only while it is used. `threads`: how many work on one question."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        self.path, self.threads = path, threads
        self._guard = threading.Lock()
        self._users = 0
        self._database: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def open(self, *, write: bool, wait: float = WAIT_SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own. Raises StoreError where another process has the file for too long.

        A process that writes opens it for writing always: readers and writer share one database.
        """
        with self._guard:
            if self._database is None:
                self._database = self._connect(write, wait)
            self._users += 1
            connection = self._database.cursor()
        try:
            with database_errors(self.path):
                yield connection
        finally:
            connection.close()
            with self._guard:
                self._users -= 1
                if not self._users:
                    self._database.close()
                    self._database = None

    def _connect(self, write: bool, wait: float) -> duckdb.DuckDBPyConnection:
        until = time.monotonic() + wait
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": "3GB", "threads": self.threads, "preserve_insertion_order": "false",
            "checkpoint_threshold": "256MB",
        }  # fmt: skip
        while True:
            fresh = not self.path.exists()
            try:
                database = duckdb.connect(str(self.path), read_only=not write, config=config)
            except duckdb.Error as error:
                # Another process has it, or this one for another purpose. DuckDB lets one process write or
                # several read, so whoever wants in asks the writer to let go between two steps:
                # docs/decisions/0009-dossiers.md.
                if not (is_locked(error, self.path) or isinstance(error, duckdb.ConnectionException)):
                    with database_errors(self.path):
                        raise
                if time.monotonic() > until:
                    raise busy(self.path) from error
                with suppress(OSError):  # who may only read waits until there is nothing to settle
                    self._release_request.touch()
                time.sleep(_PAUSE)
                continue
            made = None if fresh else database.execute(_MADE_BY).fetchone()
            if made is None and write:
                database.execute(f"begin; {SCHEMA} comment on table position is '{SCHEMA_HASH}'; commit;")
            elif made not in (None, (SCHEMA_HASH,)):
                database.close()
                raise OlderFactsError(self.path)
            return database

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
        if not self.path.exists():
            return Position()
        with self.open(write=write) as db:
            # A file that was made just before its process was killed has no tables yet.
            made = db.execute("from duckdb_tables() where table_name = 'position'").fetchone()
            row = db.execute("from position").fetchone() if made else None
        return Position(*row) if row else Position()

    def apply(self, entries: Sequence[JournalEntry], position: Position) -> None:
        """Bring the facts up to a position: all of it or nothing."""
        entries = [of_today(entry, self.path) for entry in entries]
        with self.open(write=True, wait=float("inf")) as db:
            db.begin()
            try:
                _apply(db, entries)
                db.execute(_MOVE, [position.segment, position.offset, position.items, position.seal])
                db.commit()
            except BaseException:
                db.rollback()
                raise


def seen_by(path: Path) -> Position | None:
    """How far in the journal a file of facts has come, whatever version made it; None where it can't tell."""
    if not path.exists():
        return Position()
    try:
        with duckdb.connect(str(path), read_only=True) as db:
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
    for kind, key in _KEYS.items():
        if found := groups.get(kind):
            _replace(db, "unit_list" if kind == "units" else kind, key, found)
    if "petitions" in groups:
        execute(db, PLACE_COMPLAINTS)
    if "procedure_map" in groups:
        execute(db, PLACE_PROCEDURES)
    for entry in groups.get("days", ()):
        texts = entry.batch.column("text").to_pylist()
        db.executemany("insert into day_tables values (?, ?)", [[entry.first, text] for text in texts])
    if found := groups.get("refusals"):
        for entry in found:
            db.register("fresh", pa.table(entry.batch))
            db.execute("insert into refusals by name select ?::timestamp as received_at, * from fresh",
                       [entry.received_at.replace(tzinfo=None)])  # fmt: skip
    dossiers = [*groups.get("dossiers", ()), *groups.get("dossiers-file", ())]
    steps = [entry.batch for entry in groups.get("steps", ())]
    db.register("messages", _messages(dossiers))
    execute(db, READ_MESSAGES)
    db.register("new_steps", pa.Table.from_batches(steps, STEPS))
    relearn = "units" in groups or "unit_map" in groups
    _learn(db, from_file="dossiers-file" in groups, relearn=relearn)
    execute(db, MERGE_STEPS if steps else NO_STEPS)
    execute(db, LATEST_MESSAGES)
    if execute(db, SEVERAL_DUE_DATES).fetchall():
        execute(db, KEEP_DUE_DATES)
    execute(db, UPSERT_DOSSIERS)


def _replace(db: duckdb.DuckDBPyConnection, table: str, key: str, entries: Iterable[JournalEntry]) -> None:
    """Rows by their key: the later received is the row."""
    for entry in entries:
        db.register("fresh", pa.table(entry.batch))
        db.execute(f"delete from {table} where {key} in (select {key} from fresh)")  # noqa: S608 (our names)
        db.execute(f"insert into {table} by name from fresh")


def _learn(db: duckdb.DuckDBPyConnection, *, from_file: bool, relearn: bool) -> None:
    """Find the unit of every front that is new, or of all where other units are known now."""
    fresh = {front for (front,) in execute(db, NEW_UNIT_PREFIXES).fetchall()}
    if not (fresh or from_file or relearn):
        return
    listed = {unit for (unit,) in db.execute("select unit from unit_list").fetchall()}
    learned = {unit for (unit,) in db.execute("select unit from learned").fetchall()}
    if from_file:
        rows = db.execute(
            "select distinct split_part(dossier, '-', 1) from new_dossiers where from_file"
        ).fetchall()
        more = {normalise_code(front) for (front,) in rows} - learned
        if more:
            db.executemany("insert into learned values (?)", [[unit] for unit in sorted(more)])
            learned |= more
            relearn |= not listed
    given = dict(db.execute("from unit_map where unit is not null").fetchall())
    known = (listed or learned) | given.keys()
    before = dict(db.execute("from fronts").fetchall()) if relearn else {}
    found = {front: unit_of(normalise_code(front), known) for front in fresh | set(before)}
    found = {front: given.get(unit or "", unit) for front, unit in found.items()}
    moved = [(f, u) for f, u in found.items() if f in fresh or before.get(f) != u]
    if not moved:
        return
    table = pa.table({"front": [f for f, _ in moved], "unit": pa.array([u for _, u in moved], pa.string())})
    db.register("moved", table)
    db.execute("delete from fronts where front in (select front from moved)")
    db.execute("insert into fronts from moved")
    if any(front in before for front, _ in moved):
        execute(db, PLACE_UNITS)


def _messages(entries: Sequence[JournalEntry]) -> pa.Table:
    """Messages with their versions."""
    none = _numbered(pa.Table.from_batches([], MESSAGES), 0, from_file=False)
    some = (
        _numbered(pa.table(entry.batch), entry.first, from_file=entry.kind == "dossiers-file")
        for entry in entries
    )
    return pa.concat_tables([none, *some])


def _numbered(messages: pa.Table, first: int, *, from_file: bool) -> pa.Table:
    numbers = pc.add(pc.cumulative_sum(pa.repeat(1, len(messages))), first - 1)
    version = pc.add(numbers, pc.if_else(messages["updating"], UPDATE, 0))
    files = pa.repeat(pa.scalar(from_file), len(messages))
    return messages.append_column("version", version).append_column("from_file", files)
