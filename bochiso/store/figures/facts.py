"""Facts: typed figures in DuckDB, derived from evidence and rebuilt from it at any time.

A file of facts is never written in place: the next generation is made beside it, under a name of its
own, and appears in one step, so whoever reads, and whatever is killed, finds a whole one.
"""

import shutil
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct
from msgspec.structs import astuple

from bochiso.errors import StoreError, Where
from bochiso.intake.result import Intake
from bochiso.intake.sources import MEASURED
from bochiso.score.figures import UnitFigures
from bochiso.store.figures.collection_record import WHOLE_COUNTRY, ReadingState
from bochiso.store.figures.engine import engine
from bochiso.store.figures.evidence import Reading
from bochiso.store.figures.facts_sql import SCHEMA, SCHEMA_HASH
from bochiso.store.figures.identities import (
    Identified,
    Identity,
    KeptChoice,
    WrittenUnit,
    identify_units,
    kept_choices,
)
from bochiso.store.folder import DataFolder, busy, full_disk, no_right, sync_folder
from bochiso.text import Lang, say
from bochiso.units.known_lists import LISTED_SINCE
from bochiso.units.model import Level, Unit

Codes = Collection[str] | None
"""The units asked for; None: all."""


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

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, *, written: bool = False) -> None:
        self.path = path
        self._db = connection
        self._written = written

    def as_written(self) -> "Facts":
        """The same with units as the readings wrote them, whoever they were found to be."""
        return Facts(self.path, self._db, written=True)

    def is_current(self) -> bool:
        """Whether the file was made by the schema of this program; an older one is made again."""
        rows = self._query(
            "select comment from duckdb_tables() "
            "where database_name = current_database() and table_name = 'readings'"
        )
        return rows == [(SCHEMA_HASH,)]

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

    def levels(self) -> dict[int, set[Level]]:
        """The levels whose units each reading has."""
        found: dict[int, set[Level]] = {}
        for seq, level in self._query("select distinct seq, level from units"):
            found.setdefault(seq, set()).add(Level(level))
        return found

    def add(self, reading: Reading, intake: Intake, choices: Sequence[KeptChoice] = ()) -> None:
        """Write the facts of one reading, all or none.

        A figure that says what was known before keeps the moment since when it does.
        """
        manifest, db = reading.manifest, self._db
        read_at = manifest.read_at.replace(tzinfo=None)
        refusals = [
            (reading.seq, n, each.where.file, each.where.row, each.where.column,
             each.reason.render(Lang.VI), each.reason.render(Lang.EN), each.content[:500])
            for n, each in enumerate(intake.refusals)
        ]  # fmt: skip
        with _transaction(db):
            db.register("units_", intake.units)
            db.register("figures_", intake.figures)
            db.execute(
                "insert into readings values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [reading.seq, manifest.kind, manifest.as_of, manifest.period, manifest.label,
                 read_at, manifest.rules, manifest.rules_sha256, intake.rows, len(refusals),
                 manifest.state, manifest.collected.scope if manifest.collected else None,
                 manifest.province],
            )  # fmt: skip
            db.execute("insert into units select ?, unit, name, level, parent from units_", [reading.seq])
            self._identify(choices, reading.seq)
            db.execute(
                "insert into figures select ?, f.unit, f.code, f.numerator, f.denominator, f.rate, f.points, "
                "f.quality, f.file, f.row, "
                "if(k.said = said(f.numerator, f.denominator, f.rate, f.points), k.since, ?) "
                "from figures_ f left join identities i on i.seq = ? and i.unit = f.unit "
                "left join known(?, ?) k on k.unit = coalesce(i.code, f.unit) and k.code = f.code",
                [reading.seq, read_at, reading.seq, manifest.period, manifest.as_of],
            )
            if refusals:
                db.executemany("insert into refusals values (?, ?, ?, ?, ?, ?, ?, ?)", refusals)

    def identify(self, choices: Sequence[KeptChoice]) -> None:
        """Work out anew who the names without codes are, in all readings."""
        with _transaction(self._db):
            self._identify(choices)

    def _identify(self, choices: Sequence[KeptChoice], seq: int | None = None) -> None:
        """The same within a transaction; `seq`: this reading's alone."""
        rows = self._query(
            "select seq, unit, name, level, u.parent, as_of, province "
            "from units u join readings r using (seq) where not coded(unit) or name = unit "
            "or seq in (select seq from units where not coded(unit)) order by seq"
        )
        found = identify_units(
            [
                WrittenUnit(seq, unit, name, Level(level), parent, day, province)
                for seq, unit, name, level, parent, day, province in rows
            ],
            self.learned_units() if rows else (),
            choices,
        )
        self._db.execute("delete from identities where seq = ? or ? is null", [seq, seq])
        mine = [[*astuple(each)[:-1], list(each.candidates)] for each in found if seq in (None, each.seq)]
        if mine:
            self._db.executemany("insert into identities values (?, ?, ?, ?, ?, ?, ?)", mine)

    def learned_units(self) -> list[tuple[Unit, date]]:
        """Units with codes and names that readings have, with the last day each was so; before the
        communes of today and since, apart."""
        rows = self._query(
            "select unit, arg_max(name, as_of), arg_max(level, as_of), arg_max(u.parent, as_of), "
            "max(as_of) from units u join readings using (seq) where coded(unit) and name <> unit "
            "group by unit, as_of >= ? order by unit",
            [LISTED_SINCE],
        )
        return [(Unit(code, name, Level(level), above), day) for code, name, level, above, day in rows]

    def identified(self, seq: int | None = None) -> list[tuple[Identity, Level]]:
        """Who the names of a reading, or of all, were taken for, and each one's level."""
        rows = self._query(
            "select seq, unit, i.code, i.name, i.parent, how, candidates, level "
            "from identities i join units using (seq, unit) "
            "where seq = $seq or $seq is null order by seq, unit",
            {"seq": seq},
        )
        return [
            (Identity(at, unit, code, name, parent, Identified(how), tuple(some)), Level(level))
            for at, unit, code, name, parent, how, some, level in rows
        ]

    def in_force(self, seq: int, seqs: Sequence[int]) -> bool:
        """Whether no reading among `seqs` after this one says one of its figures or units otherwise."""
        units = "unit, name, level, parent"
        figures = "unit, code, numerator, denominator, rate, points"
        return not self._query(
            f"(select {figures} from known_figures where seq = $seq except "  # noqa: S608 (names of columns)
            f"select {figures} from latest_figures($seqs::integer[], false)) union all by name "
            f"(select {units} from known_units where seq = $seq except "
            f"select {units} from latest_units($seqs::integer[], false))",
            {"seq": seq, "seqs": list(seqs)},
        )

    def units(self, seqs: Sequence[int]) -> list[Unit]:
        """Every unit of these readings, as the latest named it, by code."""
        rows = self._query("from latest_units(?::integer[], ?)", [list(seqs), self._written])
        return [Unit(code, name, Level(level), parent) for code, name, level, parent in rows]

    def figures(
        self,
        seqs: Sequence[int],
        groups: Container[str],
        *,
        own: bool = False,
        of: Codes = None,
    ) -> list[UnitFigures]:
        """What these readings together say of every unit, or of some; `groups`: the codes that are groups."""
        wanted = (unit for unit in self.units(seqs) if of is None or unit.code in of)
        units = {unit.code: UnitFigures(unit, own=own) for unit in wanted}
        for unit, *row in self._query(
            "select * exclude since from latest_figures($seqs::integer[], $written) "
            "where $of is null or list_contains($of, unit)",
            {"seqs": list(seqs), "written": self._written, "of": None if of is None else list(of)},
        ):
            units[unit].set_figure(*row, groups=groups)
        return list(units.values())

    def content_hash(self, seqs: Sequence[int]) -> str:
        """A fingerprint of the figures that these readings together give: SHA-256, hexadecimal.

        Of what was read: it stays the same when names are given to units.
        """
        rows = self._query(
            "select sha256(coalesce(string_agg(concat_ws('|', unit, code, "
            "said(numerator, denominator, rate, points)), chr(10) order by unit, code), '')) "
            "from latest_figures(?::integer[], true)",
            [list(seqs)],
        )
        return str(rows[0][0])

    def changed_at(self, seqs: Sequence[int]) -> datetime:
        """When the last of the figures that these readings together give became what it is (UTC, naive)."""
        rows = self._query("select max(since) from latest_figures(?::integer[], false)", [list(seqs)])
        changed: datetime = rows[0][0]
        return changed

    def refusals(self, seq: int) -> list[tuple[Any, ...]]:
        """Refused rows of a reading: file, row, column, reason (vi, en), content."""
        return self._query(
            "select file, row, col, vi, en, content from refusals where seq = ? order by place", [seq]
        )

    def _query(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[tuple[Any, ...]]:
        with database_errors(self.path):
            return self._db.execute(sql, values).fetchall()


def counted_readings(readings: list[ReadingFacts]) -> list[ReadingFacts]:
    """The readings that say a snapshot, the last word last.

    One that isn't complete says nothing where a complete one covers it, and nothing against any. What
    was measured is whole each time: of several measurements the last says all, and a unit that it
    hasn't is gone.
    """
    if readings[-1].kind == MEASURED:
        return readings[-1:]
    complete = [each for each in readings if each.state == ReadingState.COMPLETE]
    covered = {each.scope for each in complete if each.scope is not None}
    if covered:
        covered.add(WHOLE_COUNTRY)  # every run reads the list of provinces
    others = [each for each in readings if each.state != ReadingState.COMPLETE and each.scope not in covered]
    return others + complete


@contextmanager
def open_facts(folder: DataFolder) -> Iterator[Facts]:
    """The newest facts of a folder, for reading. Raises StoreError if they are damaged or not there."""
    with ExitStack() as stack:
        path, connection = _connect_newest(folder, stack)
        yield Facts(path, connection)


def _connect_newest(folder: DataFolder, stack: ExitStack) -> tuple[Path, duckdb.DuckDBPyConnection]:
    path = folder.facts
    while True:
        try:
            with database_errors(path):
                return path, stack.enter_context(engine().reading(path))
        except StoreError:
            newest = folder.facts
            if newest == path:
                raise
            # Another command made the next generation meanwhile and dropped this one; each has a name of
            # its own: docs/decisions/0005-evidence-and-facts.md.
            path = newest


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
    """Turn what DuckDB says into what a person can act on. Raises StoreError for it."""
    try:
        yield
    except duckdb.Error as error:
        raise _database_error(path, error) from error


def is_locked(error: duckdb.Error, path: Path) -> bool:
    """Whether another process has the database open."""
    return "Could not set lock" in _said(error, path)


def is_broken(error: StoreError) -> bool:
    """Whether DuckDB answers nothing more to anybody until the file is opened by another engine."""
    cause = error.__cause__
    if isinstance(cause, duckdb.FatalException | duckdb.InternalException):
        return True
    return isinstance(cause, duckdb.Error) and "has been invalidated" in str(cause)


def _said(error: duckdb.Error, path: Path) -> str:
    """What DuckDB says, which has no kinds for it, without the path: a folder may be named anything."""
    return str(error).replace(str(path), "")


def _database_error(path: Path, error: duckdb.Error) -> StoreError:
    text, where = _said(error, path), Where(str(path))
    if any(sign in text for sign in ("No space left", "disk full", "File too large", "out of disk")):
        return full_disk(where)
    if is_locked(error, path):
        return busy(path)
    if "Permission denied" in text:
        return no_right(where)
    return StoreError(
        say("tệp dữ kiện không đọc được.", "the file of facts can't be read."),
        where=where,
        do=say(
            "Chạy `bochiso rebuild` để dựng lại từ chứng cứ.",
            "Run `bochiso rebuild` to make it again from the evidence.",
        ),
    )


def prepare_facts(folder: DataFolder, parts: Iterable[tuple[Reading, Intake]], *, onto: bool) -> int:
    """Make the next facts: of these readings, `onto` those that are there or alone.

    Returns how many readings were written. Raises StoreError, leaving nothing behind.
    """
    discard_facts(folder)
    fresh, done = _prepared(folder), 0
    try:
        if onto:
            shutil.copyfile(folder.facts, fresh)
        with database_errors(fresh), engine("figures written").writing(fresh) as connection:
            if not onto:
                connection.execute(f"begin; {SCHEMA} comment on table readings is '{SCHEMA_HASH}'; commit;")
            facts = Facts(fresh, connection)
            choices = kept_choices(folder)
            for reading, intake in parts:
                facts.add(reading, intake, choices)
                done += 1
            if onto or done > 1:  # one reading alone knows what it names already
                facts.identify(choices)
            connection.execute("checkpoint")
    except BaseException:
        discard_facts(folder)
        raise
    return done


def place_facts(folder: DataFolder) -> None:
    """Let the facts that were prepared be the newest, in one step, and drop those before them."""
    _prepared(folder).chmod(0o600)
    _prepared(folder).replace(folder.next_facts())
    sync_folder(folder.root)
    discard_facts(folder)


def discard_facts(folder: DataFolder) -> None:
    """Drop facts that were prepared, now or by a command that was killed, and those before the newest."""
    for leftover in folder.root.glob("facts*.new*"):
        leftover.unlink(missing_ok=True)
    for older in folder.fact_files()[:-1]:
        with suppress(OSError):  # Windows keeps what someone still reads; the next to write drops it
            older.unlink()


def _prepared(folder: DataFolder) -> Path:
    return folder.next_facts().with_suffix(".new")
