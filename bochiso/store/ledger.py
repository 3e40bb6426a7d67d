"""The ledger: what people decide and no evidence can give back. So far the keys of systems that send.

SQLite in the data folder (ledger.sqlite), or any database whose SQLAlchemy address stands in
BOCHISO_LEDGER. A key's secret is shown once, when it is made; only its argon2 hash is kept.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from bochiso.errors import ComputeError, StoreError, Where
from bochiso.store.folder import DataFolder, disk_errors
from bochiso.store.journal import journal_path
from bochiso.text import say

ADDRESS_VARIABLE = "BOCHISO_LEDGER"

VERSION = 1
"""Version of the tables below; a ledger of a newer one isn't touched."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")

_TABLES = sa.MetaData()
_VERSION = sa.Table("schema_version", _TABLES, sa.Column("version", sa.Integer, nullable=False))
_KEYS = sa.Table(
    "client_keys",
    _TABLES,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("secret_hash", sa.String(200), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("revoked_at", sa.DateTime),
)


@dataclass(frozen=True)
class ClientKey:
    """A system's right to send dossiers of a unit and of those below it. Moments are UTC."""

    name: str
    unit: str
    created_at: datetime
    revoked_at: datetime | None


class Ledger:
    """An open ledger; safe to use from many threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add_key(self, name: str, unit: str, at: datetime) -> str:
        """Make a key and return its secret, which nobody can learn again.

        Raises ComputeError for a name that can't be one or was used before.
        """
        if not _NAME.fullmatch(name):
            raise ComputeError(
                say("“{name}” không dùng làm tên khóa được.", "“{name}” can't name a key.", name=name),
                do=say(
                    "Dùng chữ thường không dấu, chữ số, dấu chấm, gạch nối; dài nhất 40 ký tự.",
                    "Use small letters a to z, digits, dots and hyphens; 40 signs at most.",
                ),
            )
        secret = secrets.token_urlsafe(24)
        row = {"name": name, "unit": unit, "created_at": _stored(at), "secret_hash": _hasher().hash(secret)}
        try:
            with self._begin() as db:
                db.execute(sa.insert(_KEYS), row)
        except IntegrityError:
            raise ComputeError(
                say("đã có khóa tên “{name}”.", "there is a key named “{name}” already.", name=name),
                do=say(
                    "Chọn tên khác; tên của khóa đã thu hồi cũng không dùng lại.",
                    "Choose another name; that of a revoked key isn't used again either.",
                ),
            ) from None
        return secret

    def keys(self) -> list[ClientKey]:
        """All keys, revoked ones too, by name."""
        with self._begin() as db:
            return [_key(row) for row in db.execute(sa.select(_KEYS).order_by(_KEYS.c.name))]

    def key(self, name: str) -> ClientKey | None:
        """The key of that name; None where there is none or it was revoked."""
        with self._begin() as db:
            row = db.execute(_valid(name)).one_or_none()
        return _key(row) if row else None

    def check_key(self, name: str, secret: str) -> ClientKey | None:
        """The key that a secret opens; None for a wrong secret, an unknown name or a revoked key.

        Takes as long for each of these, so that none is told from another.
        """
        with self._begin() as db:
            row = db.execute(_valid(name)).one_or_none()
        try:
            _hasher().verify(row.secret_hash if row else _nobody(), secret)
        except (VerificationError, InvalidHashError):
            return None
        return _key(row) if row else None

    def revoke_key(self, name: str, at: datetime) -> None:
        """End a key's right at once; what it sent stays. Raises ComputeError where there is none."""
        change = sa.update(_KEYS).where(_KEYS.c.name == name, _KEYS.c.revoked_at.is_(None))
        with self._begin() as db:
            changed = db.execute(change.values(revoked_at=_stored(at))).rowcount
        if not changed:
            raise ComputeError(
                say("không có khóa nào tên “{name}” đang dùng.", "no key “{name}” is in use.", name=name),
                do=say("Xem `bochiso account key list`.", "See `bochiso account key list`."),
            )

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        with _database_errors(self._engine.url), self._engine.begin() as db:
            yield db

    def _prepare(self) -> None:
        with self._begin() as db:
            _TABLES.create_all(db)
            version = db.execute(sa.select(_VERSION.c.version)).scalar_one_or_none()
            if version is None:
                db.execute(sa.insert(_VERSION), {"version": VERSION})
        if (version or 0) > VERSION:
            raise StoreError(
                say("sổ cái thuộc phiên bản mới hơn.", "the ledger is of a newer version."),
                where=Where(_shown(self._engine.url)),
                do=say("Cập nhật bochiso.", "Update bochiso."),
            )


@contextmanager
def open_ledger(folder: DataFolder, *, make: bool = False) -> Iterator[Ledger]:
    """The ledger of a data folder, or the one that BOCHISO_LEDGER names.

    `make`: also make the folder where there is none. Raises StoreError where it can't be used.
    """
    if address := os.environ.get(ADDRESS_VARIABLE):
        engine = _engine(address)
    else:
        if make:
            # A folder is kept where something is in it: here the place of what these keys will send.
            with folder.writing():
                journal_path(folder).mkdir(exist_ok=True)
        folder.check()
        path = folder.root / "ledger.sqlite"
        with disk_errors(path):
            path.touch(mode=0o600)
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), hide_parameters=True)
    try:
        ledger = Ledger(engine)
        ledger._prepare()
        yield ledger
    finally:
        engine.dispose()


def _engine(address: str) -> sa.Engine:
    try:
        return sa.create_engine(address, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, ImportError, ValueError) as error:
        raise StoreError(
            say(
                "địa chỉ sổ cái trong {variable} không dùng được ({kind}).",
                "the ledger's address in {variable} can't be used ({kind}).",
                variable=ADDRESS_VARIABLE,
                kind=type(error).__name__,
            ),
            do=say(
                "Viết như postgresql+psycopg://tên@máy/sổ và cài trình điều khiển của nó.",
                "Write it as postgresql+psycopg://name@host/ledger and install its driver.",
            ),
        ) from None


@contextmanager
def _database_errors(url: sa.URL) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise StoreError(
            say("sổ cái không dùng được: {reason}.", "the ledger can't be used: {reason}.",
                reason=str(error.orig).strip()),
            where=Where(_shown(url)),
            do=say("Kiểm tra tệp hoặc cơ sở dữ liệu rồi chạy lại.", "Check the file or the database."),
        ) from error  # fmt: skip


def _shown(url: sa.URL) -> str:
    return url.database or "" if url.drivername == "sqlite" else url.render_as_string(hide_password=True)


def _valid(name: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(_KEYS).where(_KEYS.c.name == name, _KEYS.c.revoked_at.is_(None))


def _key(row: sa.Row[tuple[object, ...]]) -> ClientKey:
    revoked = row.revoked_at
    return ClientKey(
        row.name, row.unit, row.created_at.replace(tzinfo=UTC), revoked and revoked.replace(tzinfo=UTC)
    )


def _stored(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """The hash that an unknown name's secret is held against."""
    return _hasher().hash(secrets.token_urlsafe(24))
