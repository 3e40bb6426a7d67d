"""Facts: typed figures in DuckDB, derived from evidence and rebuilt from it at any time."""

import time
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct

from bochiso.errors import StoreError, Where
from bochiso.intake.result import Intake
from bochiso.score.figures import UnitFigures
from bochiso.store.evidence import Reading
from bochiso.store.folder import LOCK_SECONDS, busy, full_disk
from bochiso.text import Lang, say
from bochiso.units.model import Level, Unit

SCHEMA = """
create table readings (
    seq integer primary key, kind varchar not null, as_of date not null, period varchar not null,
    label varchar, read_at timestamp not null, rules varchar not null, rules_sha256 varchar not null,
    row_count integer not null, refused integer not null, state varchar not null, scope varchar);
create table units (
    seq integer not null, unit varchar not null, name varchar not null, level varchar not null,
    parent varchar);
create table figures (
    seq integer not null, unit varchar not null, code varchar not null,
    numerator decimal(18, 6), denominator decimal(18, 6), rate decimal(18, 6),
    points decimal(18, 6), quality varchar, file varchar not null, row integer);
create table refusals (
    seq integer not null, place integer not null, file varchar, row integer, col varchar,
    vi varchar not null, en varchar not null, content varchar not null);

-- Of several readings of one snapshot the latest says each figure.
create macro latest_figures(seqs) as table
    select unit, code, numerator, denominator, rate, points, quality from figures
    where seq in (select unnest(seqs))
    qualify row_number() over (partition by unit, code order by seq desc) = 1
    order by unit, code;
create macro latest_units(seqs) as table
    select unit, name, level, parent from units where seq in (select unnest(seqs))
    qualify row_number() over (partition by unit order by seq desc) = 1
    order by unit;
create macro line(unit, code, numerator, denominator, rate, points) as
    concat_ws('|', unit, code, coalesce(numerator::varchar, ''), coalesce(denominator::varchar, ''),
              coalesce(rate::varchar, ''), coalesce(points::varchar, ''));
"""


class ReadingFacts(Struct, frozen=True):
    """One reading as facts know it: a row of `readings`."""

    seq: int
    kind: str
    as_of: date
    period: str
    label: str | None
    read_at: datetime
    rules: str
    rules_sha256: str
    row_count: int
    refused: int
    state: str
    scope: str | None


class Facts:
    """An open facts file."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self._db = connection

    def is_current(self) -> bool:
        """Whether the file has the columns that this program writes; an older one is made again."""
        rows = self._query("select column_name from duckdb_columns() where table_name = 'readings'")
        return {name for (name,) in rows} == set(ReadingFacts.__struct_fields__)

    def seqs(self) -> list[int]:
        """Numbers of the readings whose facts are here, in order."""
        return [seq for (seq,) in self._query("select seq from readings order by seq")]

    def readings(self) -> list[ReadingFacts]:
        """All readings, in order."""
        rows = self._query(
            "select seq, kind, as_of, period, label, read_at, rules, rules_sha256, row_count, refused, "
            "state, scope from readings order by seq"
        )
        return [ReadingFacts(*row) for row in rows]

    def add(self, reading: Reading, intake: Intake) -> None:
        """Write the facts of one reading, all or none."""
        manifest, db = reading.manifest, self._db
        refusals = [
            (reading.seq, n, each.where.file, each.where.row, each.where.column,
             each.reason.render(Lang.VI), each.reason.render(Lang.EN), each.content[:500])
            for n, each in enumerate(intake.refusals)
        ]  # fmt: skip
        with database_errors(self.path), _transaction(db):
            db.execute(
                "insert into readings values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [reading.seq, manifest.kind, manifest.as_of, manifest.period, manifest.label,
                 manifest.read_at.replace(tzinfo=None), manifest.rules, manifest.rules_sha256,
                 intake.rows, len(refusals), manifest.state,
                 manifest.collected.scope if manifest.collected else None],
            )  # fmt: skip
            db.register("units_", intake.units)
            db.register("figures_", intake.figures)
            db.execute("insert into units select ?, unit, name, level, parent from units_", [reading.seq])
            db.execute(
                "insert into figures select ?, unit, code, numerator, denominator, rate, points, quality, "
                "file, row from figures_",
                [reading.seq],
            )
            if refusals:
                db.executemany("insert into refusals values (?, ?, ?, ?, ?, ?, ?, ?)", refusals)

    def units(self, seqs: Sequence[int]) -> list[Unit]:
        """Every unit of these readings, as the latest named it, by code."""
        rows = self._query("from latest_units(?::integer[])", [list(seqs)])
        return [Unit(code, name, Level(level), parent) for code, name, level, parent in rows]

    def figures(self, seqs: Sequence[int], groups: Container[str]) -> list[UnitFigures]:
        """What these readings together say of every unit; `groups` are the codes that are groups."""
        units = {unit.code: UnitFigures(unit) for unit in self.units(seqs)}
        for unit, *row in self._query("from latest_figures(?::integer[])", [list(seqs)]):
            units[unit].place(*row, groups=groups)
        return list(units.values())

    def content_hash(self, seqs: Sequence[int]) -> str:
        """A fingerprint of the figures that these readings together give: SHA-256, hexadecimal."""
        rows = self._query(
            "select sha256(coalesce(string_agg(line(unit, code, numerator, denominator, rate, points), "
            "chr(10) order by unit, code), '')) from latest_figures(?::integer[])",
            [list(seqs)],
        )
        return str(rows[0][0])

    def refusals(self, seq: int) -> list[tuple[Any, ...]]:
        """Refused rows of a reading: file, row, column, reason (vi, en), content."""
        return self._query(
            "select file, row, col, vi, en, content from refusals where seq = ? order by place", [seq]
        )

    def _query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with database_errors(self.path):
            return self._db.execute(sql, list(values)).fetchall()


@contextmanager
def open_facts(path: Path, *, write: bool) -> Iterator[Facts]:
    """The facts file, made if it isn't there and `write`; waits for another command's turn.

    Raises StoreError if it stays taken, or the file is damaged.
    """
    connection = _connect(path, write=write)
    try:
        yield Facts(path, connection)
    finally:
        connection.close()


def _connect(path: Path, *, write: bool) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + LOCK_SECONDS
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "1GB", "threads": "2"}
    while True:
        try:
            fresh = not path.exists()
            connection = duckdb.connect(str(path), read_only=not write, config=config)
            if fresh:
                connection.execute(SCHEMA)
            return connection
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise _database_error(path, error) from error
            if time.monotonic() > deadline:
                raise busy(path.parent) from error
            time.sleep(0.05)
        except duckdb.Error as error:
            raise _database_error(path, error) from error


@contextmanager
def _transaction(db: duckdb.DuckDBPyConnection) -> Iterator[None]:
    db.begin()
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn what DuckDB says into what a person can act on."""
    try:
        yield
    except duckdb.Error as error:
        raise _database_error(path, error) from error


def _database_error(path: Path, error: duckdb.Error) -> StoreError:
    text = str(error)
    if any(sign in text for sign in ("No space left", "disk full", "File too large", "out of disk")):
        return full_disk(Where(str(path)))
    return StoreError(
        say("tệp dữ kiện không đọc được.", "the file of facts can't be read."),
        where=Where(str(path)),
        do=say(
            "Chạy `bochiso rebuild` để dựng lại từ chứng cứ.",
            "Run `bochiso rebuild` to make it again from the evidence.",
        ),
    )


def replace_facts(path: Path, parts: Iterable[tuple[Reading, Intake]]) -> int:
    """Make the whole facts file again and put it in place in one step; returns how many readings."""
    fresh = path.with_suffix(".new")
    for old in (fresh, fresh.with_name(fresh.name + ".wal")):
        old.unlink(missing_ok=True)
    done = 0
    with open_facts(fresh, write=True) as facts:
        for reading, intake in parts:
            facts.add(reading, intake)
            done += 1
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    fresh.replace(path)
    return done
