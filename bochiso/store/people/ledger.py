"""The ledger: what people decide and no evidence can give back.

SQLite in the data folder (ledger.sqlite), or the PostgreSQL database whose SQLAlchemy address stands
in BOCHISO_LEDGER. One writer at a time, on both, so that what a change rests on is still so when it
is written; readers never wait for each other. Every change adds a line to the audit log in the same
transaction. The keys of systems that send dossiers are kept here; accounts, sessions, settings and
publications have modules of their own.
"""

import os
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from traceback import walk_tb
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError

from bochiso.errors import BochisoError, ComputeError, StoreError, Where
from bochiso.intake.messages.dossier_numbers import sender_code
from bochiso.store.folder import DataFolder, disk_errors, make_folder
from bochiso.store.people import audit, migrations
from bochiso.store.people.audit import By, Deed, by_command_line
from bochiso.store.people.ledger_tables import AUDIT, AUDIT_ENDS, KEYS
from bochiso.store.people.passwords import hash_secret, is_secret
from bochiso.store.people.tables import followup_tables, steering_tables  # noqa: F401 (tables of the ledger)
from bochiso.text import say

ADDRESS_VARIABLE = "BOCHISO_LEDGER"
KEY_VARIABLE = "BOCHISO_LEDGER_KEY"

WAIT_SECONDS = 30
"""How long a writer waits for the one before it."""

BRIEF_SECONDS = 0.2
"""How long one waits whose loss harms nobody."""

_LOCK = 766_2022
"""The number of the lock that PostgreSQL gives to one writer at a time."""

_ALONE = "select pg_try_advisory_lock(hashtext('bochiso ' || %s))"

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""How keys and accounts may be named."""


@dataclass(frozen=True)
class ClientKey:
    """A system's right to send dossiers of a unit and of those below it. Moments are UTC."""

    name: str
    unit: str
    created_at: datetime
    revoked_at: datetime | None


class Ledger:
    """An open ledger; safe to use from many threads. `key_file` is what seals second factors.

    `writes`: a number that differs once anything may have been decided here, for who keeps what was read.
    """

    def __init__(self, engine: sa.Engine, key_file: Path) -> None:
        self.key_file = key_file
        self.writes = 0
        self._engine = engine
        self._writer = engine.execution_options(bochiso_writes=True)
        self._brief = engine.execution_options(bochiso_writes=True, bochiso_wait=BRIEF_SECONDS)
        still = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._still = engine.execution_options(**still)

    @contextmanager
    def read(self, *, still: bool = False) -> Iterator[sa.Connection]:
        """A transaction that only reads; `still`: of one moment. Raises StoreError where it fails."""
        with _database_errors(self._engine.url), (self._still if still else self._engine).begin() as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that writes, all of it or nothing, while nobody else does."""
        decided = False
        try:
            with _database_errors(self._engine.url), self._writer.begin() as db:
                try:
                    yield db
                finally:
                    decided = db.info.pop(audit.DECIDED, False)
        finally:
            self.writes += decided

    @contextmanager
    def frozen(self, scratch: Path, noted: Callable[[], None]) -> Iterator[sa.Connection]:
        """The ledger as it is at one moment, to be read for as long as it takes while others write on.

        `noted` is called at that moment, while nobody writes: what a deed did elsewhere is done whole
        or not begun. `scratch`: a folder for a copy, where the database is a file.
        """
        with _database_errors(self._engine.url):
            if self._engine.dialect.name == "sqlite":
                copy = scratch / "ledger-copy.sqlite"
                copy.unlink(missing_ok=True)
                copy.touch(mode=0o600)
                try:
                    with self.write():
                        noted()
                        _copy_sqlite(Path(self._engine.url.database or ""), copy)
                    still = open_database(sa.URL.create("sqlite", database=str(copy)))
                    with still.begin() as db:
                        yield db
                    still.dispose()
                finally:
                    copy.unlink()
                return
            with self._still.connect() as db:
                with self.write():
                    noted()
                    db.execute(sa.select(sa.literal(1)))  # from here on it reads the same
                yield db

    @contextmanager
    def write_if_free(self) -> Iterator[sa.Connection]:
        """`write` for what may as well not be written: raises StoreError where another writer takes long."""
        with _database_errors(self._engine.url), self._brief.begin() as db:
            yield db

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        """Whether nobody else with this ledger does the same meanwhile; it ends with the process."""
        lock = FileLock(self.key_file.with_name(f"{what}.lock"), mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        with closing(self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")) as db:
            try:
                if self._engine.dialect.name == "sqlite":
                    yield True
                else:
                    yield bool(db.exec_driver_sql(_ALONE, (what,)).scalar_one())
            finally:
                lock.release()
                db.invalidate()  # an advisory lock is its connection's

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def record(self, by: By, action: Deed, subject: str = "", /, **details: Any) -> None:
        """Write down in the audit log what changes nothing in the ledger, as an export of dossiers."""
        with self.write() as db:
            audit.append(db, by, action, subject, **details)

    def record_seldom(self, by: By, action: Deed, subject: str = "", *, brief: bool = False) -> None:
        """Write down a refusal, unless the same was written a moment ago. `brief`: as `write_if_free`."""
        with self.write_if_free() if brief else self.write() as db:
            audit.append_seldom(db, by, action, subject)

    def has_line(self, seq: int, digest: str) -> bool:
        """Whether the audit log has a line with that number and hash, or once had and dropped it in time."""
        with self.read() as db:
            first = db.execute(sa.select(AUDIT_ENDS.c.first_seq)).scalar_one()
            found = db.execute(sa.select(AUDIT.c.hash).where(AUDIT.c.seq == seq)).scalar_one_or_none()
        return found == digest or seq < first

    def add_key(self, name: str, unit: str, at: datetime, by: By | None = None) -> str:
        """Make a key and return its secret, which nobody can learn again; `by`: the command line.

        Raises ComputeError for a name that can't be one or was used before, and for what is no unit's code.
        """
        if not NAME.fullmatch(name):
            raise no_name(name, say("tên khóa", "a key"))
        unit = key_unit(unit)
        secret = secrets.token_urlsafe(24)
        row = {"name": name, "unit": unit, "created_at": at, "secret_hash": hash_secret(secret)}
        try:
            with self.write() as db:
                db.execute(sa.insert(KEYS), row)
                audit.append(db, by or by_command_line(at), "key.add", name, unit=unit)
        except IntegrityError:
            raise ComputeError(
                say("đã có khóa tên “{name}”.", "there is a key named “{name}” already.", name=name),
                do=say("Chọn tên khác; tên của khóa đã thu hồi cũng không dùng lại.",
                       "Choose another name; that of a revoked key isn't used again either."),
            ) from None  # fmt: skip
        return secret

    def keys(self) -> list[ClientKey]:
        """All keys, revoked ones too, by name."""
        with self.read() as db:
            return [_key(row) for row in db.execute(sa.select(KEYS).order_by(KEYS.c.name))]

    def key(self, name: str) -> ClientKey | None:
        """The key of that name; None where there is none or it was revoked."""
        with self.read() as db:
            row = db.execute(_valid(name)).one_or_none()
        return _key(row) if row else None

    def check_key(self, name: str, secret: str) -> ClientKey | None:
        """The key that a secret opens; None for a wrong secret, an unknown name or a revoked key.

        Takes as long for each of these, so that none is told from another.
        """
        with self.read() as db:
            row = db.execute(_valid(name)).one_or_none()
        right = is_secret(row.secret_hash if row else None, secret)
        return _key(row) if row and right else None

    def revoke_key(self, name: str, at: datetime, by: By | None = None) -> None:
        """End a key's right at once; what it sent stays. Raises ComputeError where there is none."""
        change = sa.update(KEYS).where(KEYS.c.name == name, KEYS.c.revoked_at.is_(None))
        with self.write() as db:
            changed = db.execute(change.values(revoked_at=at)).rowcount
            if changed:
                audit.append(db, by or by_command_line(at), "key.revoke", name)
        if not changed:
            raise ComputeError(
                say("không có khóa nào tên “{name}” đang dùng.", "no key “{name}” is in use.", name=name),
                do=say("Xem `bochiso account key list`.", "See `bochiso account key list`."),
            )

    def prepare(self) -> None:
        """Bring an older or an empty ledger to the tables of this program.

        Raises StoreError for one of a newer version, which isn't touched.
        """
        with self.read() as db:
            if migrations.version(db) == migrations.HEAD:
                return
        with self.write() as db:  # another process may be doing the same
            if (version := migrations.version(db)) is not None and version not in migrations.known_versions():
                raise StoreError(
                    say("sổ cái thuộc phiên bản mới hơn.", "the ledger is of a newer version."),
                    where=Where(_shown(self._engine.url)), do=say("Cập nhật bochiso.", "Update bochiso."),
                )  # fmt: skip
            migrations.upgrade(db)


def key_unit(text: str) -> str:
    """The code of the unit that a key is for. Raises ComputeError for what is none."""
    code = sender_code(text)
    if code is None:
        what = say("“{code}” không phải mã định danh đơn vị.", "“{code}” is no unit's code.", code=text[:60])
        raise ComputeError(what, do=say("Viết như H15 hoặc H15.50.", "Write it as H15 or H15.50."))
    return code


def no_name(name: str, of: Any) -> ComputeError:
    """What is said of a name that can't be one."""
    return ComputeError(
        say("“{name}” không dùng làm {of} được.", "“{name}” can't name {of}.", name=name, of=of),
        do=say("Dùng chữ thường không dấu, chữ số, dấu chấm, gạch nối; dài nhất 40 ký tự.",
               "Use small letters a to z, digits, dots and hyphens; 40 signs at most."),
    )  # fmt: skip


@contextmanager
def open_ledger(folder: DataFolder, *, make: bool = False, look: bool = False) -> Iterator[Ledger]:
    """The ledger of a data folder, or the one that BOCHISO_LEDGER names; a folder without one gets it.

    `make`: also make the folder where there is none. `look`: leave a folder without a ledger as it is
    and give an empty one, which nobody keeps. Raises StoreError where it can't be used.
    """
    if address := os.environ.get(ADDRESS_VARIABLE):
        engine = open_database(address)
    elif look and not folder.ledger.exists():
        folder.check()
        engine = open_database("sqlite://")
    else:
        if make:
            # A folder is kept where something is in it: here the place of what these keys will send.
            with folder.writing():
                make_folder(folder.journal)
        folder.check()
        path = folder.ledger
        with disk_errors(path):
            path.touch(mode=0o600)
        engine = open_database(sa.URL.create("sqlite", database=str(path)))
    ledger = Ledger(engine, folder.root / "ledger.key")
    try:
        ledger.prepare()
        yield ledger
    finally:
        ledger.close()


@contextmanager
def open_new_ledger(folder: DataFolder) -> Iterator[Ledger]:
    """The ledger of a folder that is being restored, as it is, of any version. Raises StoreError."""
    address: str | sa.URL | None = os.environ.get(ADDRESS_VARIABLE)
    if not address:
        with disk_errors(folder.ledger):
            folder.ledger.touch(mode=0o600)
        address = sa.URL.create("sqlite", database=str(folder.ledger))
    ledger = Ledger(open_database(address), folder.root / "ledger.key")
    try:
        yield ledger
    finally:
        ledger.close()


def open_database(address: str | sa.URL) -> sa.Engine:
    """The database at an address; nothing is connected yet. Raises StoreError for no such address."""
    try:
        engine = sa.create_engine(address, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, ImportError, ValueError) as error:
        raise _no_address(type(error).__name__) from None
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise _no_address(engine.dialect.name)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _connected)
    sa.event.listen(engine, "begin", _begun)
    return engine


def _no_address(kind: str) -> StoreError:
    return StoreError(
        say("địa chỉ sổ cái trong {variable} không dùng được ({kind}).",
            "the ledger's address in {variable} can't be used ({kind}).",
            variable=ADDRESS_VARIABLE, kind=kind),
        do=say("Viết như postgresql+psycopg://tên@máy/sổ và cài trình điều khiển của nó.",
               "Write it as postgresql+psycopg://name@host/ledger and install its driver."),
    )  # fmt: skip


def _copy_sqlite(source: Path, target: Path) -> None:
    """A whole copy of a database that others may write to."""
    address = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _connected(connection: Any, _: object) -> None:
    """Turn off sqlite3's implicit BEGIN, so that ours says which lock it takes; enforce foreign keys.

    `extra` flushes the folder after a commit, else a power cut soon after takes back what was told.
    """
    connection.isolation_level = None
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = extra")
    connection.execute(f"pragma busy_timeout = {WAIT_SECONDS * 1000}")


def _begun(db: sa.Connection) -> None:
    """Begin a transaction: a writer's only while there is no other."""
    options = db.get_execution_options()
    writes, wait = options.get("bochiso_writes", False), options.get("bochiso_wait", WAIT_SECONDS)
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(f"pragma busy_timeout = {round(wait * 1000)}")
        db.exec_driver_sql("begin immediate" if writes else "begin")
    elif writes:
        db.exec_driver_sql(f"set local lock_timeout = '{round(wait * 1000)}ms'")
        db.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK})")


@contextmanager
def _database_errors(url: sa.URL) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, BochisoError):
        raise
    except (OverflowError, DataError) as error:  # of what was asked, not of the ledger
        raise ComputeError(say("có số hoặc ký tự mà sổ cái không ghi được.",
                               "a number or a sign is beyond what the ledger holds.")) from error  # fmt: skip
    except (DBAPIError, ValueError, TypeError) as error:
        if not isinstance(error, DBAPIError) and not _is_of_database(error):
            raise
        reason = str(error.orig).strip() if isinstance(error, DBAPIError) else say("bị hỏng", "damaged")
        raise StoreError(
            say("sổ cái không dùng được: {reason}.", "the ledger can't be used: {reason}.", reason=reason),
            where=Where(_shown(url)),
            do=say("Kiểm tra tệp hoặc cơ sở dữ liệu rồi chạy lại.", "Check the file or the database."),
        ) from error


def _is_of_database(error: Exception) -> bool:
    """Whether it was raised where rows are read or a connection is made: what was read is damaged, be it a
    name or a moment."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__", "")).startswith(("sqlalchemy", __name__))


def _shown(url: sa.URL) -> str:
    return url.database or "" if url.drivername == "sqlite" else url.render_as_string(hide_password=True)


def _valid(name: str) -> sa.Select[Any]:
    return sa.select(KEYS).where(KEYS.c.name == name, KEYS.c.revoked_at.is_(None))


def _key(row: sa.Row[Any]) -> ClientKey:
    return ClientKey(row.name, row.unit, row.created_at, row.revoked_at)
