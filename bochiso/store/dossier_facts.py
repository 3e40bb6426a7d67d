"""Facts of dossiers, procedures and petitions: dossiers.duckdb, kept up with the journal.

Its own file: facts.duckdb is copied at every import, which a file of millions of dossiers can't
be. DuckDB lets one process write or many read, so whoever uses the file lets it go at once: a
server that takes dossiers in writes in short turns, and commands read between them.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import StoreError, Where
from bochiso.intake.dossiers import MESSAGES, STEPS
from bochiso.store.facts import database_errors
from bochiso.store.folder import DataFolder, busy
from bochiso.store.journal import Entry, Position
from bochiso.store.settling import (
    CLOSING,
    KEEP_DUE_DATES,
    MERGE_STEPS,
    PLACE_COMPLAINTS,
    PLACE_PROCEDURES,
    PLACE_UNITS,
    SCHEMA,
    SCHEMA_HASH,
    SETTLE,
    UPDATE,
    WINNERS,
    supplement_time,
    unit_of,
)
from bochiso.text import say
from bochiso.units.codes import normalise_code

WAIT_SECONDS = 10.0
"""How long a command waits for the file while another process has it open."""

# Kinds of the journal's entries: dossiers, dossiers-file (from a file: its numbers make units known),
# steps, refusals, days (tables of days off), and these, by their keys.
_KEYS = {"procedures": "procedure", "petitions": "petition", "units": "unit", "unit_map": "code",
         "procedure_map": "code"}  # fmt: skip
_PAUSE = 0.02


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
    """The file of facts; open only while it is used."""

    def __init__(self, path: Path) -> None:
        self.path = path
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
            "memory_limit": "3GB", "threads": "2", "preserve_insertion_order": "false",
            "checkpoint_threshold": "256MB",
        }  # fmt: skip
        while True:
            fresh = not self.path.exists()
            try:
                database = duckdb.connect(str(self.path), read_only=not write, config=config)
            except (duckdb.IOException, duckdb.ConnectionException) as error:
                # Another process has it, or this one for another purpose.
                if not any(sign in str(error) for sign in ("lock", "different configuration")):
                    with database_errors(self.path):
                        raise
                if time.monotonic() > until:
                    raise busy(self.path) from error
                time.sleep(_PAUSE)
                continue
            made = None if fresh else database.execute(_MADE_BY).fetchone()
            if made is None and write:
                database.execute(f"begin; {SCHEMA} comment on table position is '{SCHEMA_HASH}'; commit;")
            elif made not in (None, (SCHEMA_HASH,)):
                database.close()
                raise OlderFactsError(self.path)
            return database

    def position(self, *, write: bool) -> Position:
        """How far in the journal these facts are."""
        if not self.path.exists():
            return Position()
        with self.open(write=write) as db:
            # A file that was made just before its process was killed has no tables yet.
            made = db.execute("from duckdb_tables() where table_name = 'position'").fetchone()
            row = db.execute("from position").fetchone() if made else None
        return Position(*row) if row else Position()

    def apply(self, entries: Sequence[Entry], position: Position) -> None:
        """Bring the facts up to a position: all of it or nothing."""
        with self.open(write=True, wait=float("inf")) as db:
            db.begin()
            try:
                _apply(db, entries)
                db.execute('update position set segment = ?, "offset" = ?, items = ?', _row(position))
                db.commit()
            except BaseException:
                db.rollback()
                raise


def _row(position: Position) -> list[int]:
    return [position.segment, position.offset, position.items]


def _apply(db: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.kind, []).append(entry)
    for kind, key in _KEYS.items():
        if found := groups.get(kind):
            _replace(db, "unit_list" if kind == "units" else kind, key, found)
    if "petitions" in groups:
        db.execute(PLACE_COMPLAINTS)
    if "procedure_map" in groups:
        db.execute(PLACE_PROCEDURES)
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
    messages = _messages(dossiers)
    db.register("new_dossiers", messages)
    db.register("new_steps", pa.Table.from_batches(steps, STEPS))
    relearn = "units" in groups or "unit_map" in groups
    _learn(db, from_file="dossiers-file" in groups, relearn=relearn)
    db.execute(MERGE_STEPS)
    db.execute(WINNERS)
    if _several_due_dates(db, messages):
        db.execute(KEEP_DUE_DATES)
    db.execute(SETTLE)


def _several_due_dates(db: duckdb.DuckDBPyConnection, messages: pa.Table) -> bool:
    """Whether any dossier has had more than one; few have."""
    named = messages["named"].null_count < len(messages)
    return named or bool(db.execute("from winners where moved limit 1").fetchall())


def _replace(db: duckdb.DuckDBPyConnection, table: str, key: str, entries: Iterable[Entry]) -> None:
    """Rows by their key: the later received is the row."""
    for entry in entries:
        db.register("fresh", pa.table(entry.batch))
        db.execute(f"delete from {table} where {key} in (select {key} from fresh)")  # noqa: S608 (our names)
        db.execute(f"insert into {table} by name from fresh")


def _learn(db: duckdb.DuckDBPyConnection, *, from_file: bool, relearn: bool) -> None:
    """Find the unit of every front that is new, or of all where other units are known now."""
    fresh = {
        front
        for (front,) in db.execute(
            "select distinct split_part(dossier, '-', 1) as front from new_dossiers "
            "anti join fronts on fronts.front = split_part(new_dossiers.dossier, '-', 1)"
        ).fetchall()
    }
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
        db.execute(PLACE_UNITS)


_OWN_STATUS_AT = {
    1: "filed_at",
    2: "received_at",
    5: "asked",
    **{status: f"own_{name}" for status, name in CLOSING.items()},
}


def _messages(entries: Sequence[Entry]) -> pa.Table:
    """Messages with what their lists of supplements come to, and their versions."""
    tables = []
    for entry in entries:
        batch = entry.batch
        numbers = pa.array(range(entry.first, entry.first + batch.num_rows), pa.int64())
        version = pc.add(numbers, pc.if_else(batch.column("updating"), UPDATE, 0))
        from_file = pa.repeat(pa.scalar(entry.kind == "dossiers-file"), batch.num_rows)
        tables.append(pa.table(batch).append_column("version", version).append_column("from_file", from_file))
    if not tables:
        empty = pa.Table.from_batches([], MESSAGES)
        tables = [empty.append_column("version", pa.array([], pa.int64()))
                  .append_column("from_file", pa.array([], pa.bool_()))]  # fmt: skip
    return _with_own(pa.concat_tables(tables).combine_chunks())


def _with_own(table: pa.Table) -> pa.Table:
    columns = {name: table[name] for name in (*table.schema.names,)}
    columns |= _supplements(table["supplements"])
    del columns["supplements"], columns["updating"]
    columns["own_procedure"] = columns.pop("procedure")
    status = columns["own_status"] = columns.pop("status")
    columns |= _own_closings(columns, status)
    moment: pa.ChunkedArray = pa.chunked_array([pa.nulls(len(table), pa.timestamp("us"))])
    for code, name in _OWN_STATUS_AT.items():
        moment = pc.if_else(pc.fill_null(pc.equal(status, code), False), columns[name], moment)
    columns["own_status_at"] = moment
    for name in ("asked", "done_at", "returned_at", "refused_at"):
        del columns[name]
    return pa.table(columns)


def _own_closings(columns: dict[str, pa.ChunkedArray], status: pa.ChunkedArray) -> dict[str, pa.Array]:
    """The closing moments that messages give. The end of processing is that of the status they have."""
    ended = columns["done_at"]
    nothing = pa.scalar(None, ended.type)

    def ended_as(code: int) -> pa.ChunkedArray:
        return pc.if_else(pc.fill_null(pc.equal(status, code), False), ended, nothing)

    otherwise = pc.fill_null(pc.is_in(status, value_set=pa.array([3, 7, 8], status.type)), False)
    return {
        "own_done_at": pc.if_else(otherwise, nothing, ended),
        "own_returned_at": columns["returned_at"],
        "own_refused_at": pc.coalesce(columns["refused_at"], ended_as(3)),
        "own_stopped_at": ended_as(8),
        "own_withdrawn_at": ended_as(7),
    }


def _supplements(column: pa.ChunkedArray) -> dict[str, pa.Array]:
    """The columns that requests for supplements come to, and the last moment that one was made."""
    lists = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    size = len(lists)
    open_, seconds = [0] * size, [0] * size
    moments: dict[str, list[datetime | None]] = {
        name: [None] * size for name in ("first_open_request_at", "completed_at", "own_moved_at", "asked")
    }
    named: list[list[datetime] | None] = [None] * size
    places = pc.indices_nonzero(pc.fill_null(pc.greater(pc.list_value_length(lists), 0), False))
    for at, requests in zip(places.to_pylist(), lists.take(places).to_pylist(), strict=True):
        intervals = [(each["asked"], each["answered"]) for each in requests]
        open_[at], moments["first_open_request_at"][at], seconds[at] = supplement_time(intervals)
        moments["asked"][at] = max(asked for asked, _ in intervals)
        answered = [(each["answered"], each["due_after"]) for each in requests if each["answered"]]
        moments["completed_at"][at] = max((when for when, _ in answered), default=None)
        moments["own_moved_at"][at] = max((each for each in answered if each[1]), default=(None, None))[1]
        before = [each["due_before"] for each in requests if each["due_before"]]
        named[at] = before or ([] if moments["own_moved_at"][at] else None)
    return {
        "open_requests": pa.array(open_, pa.int32()),
        "supplement_seconds": pa.array(seconds, pa.int64()),
        "named": pa.array(named, pa.list_(pa.timestamp("us"))),
        **{name: pa.array(values, pa.timestamp("us")) for name, values in moments.items()},
    }
