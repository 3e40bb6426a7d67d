"""Ledgers for tests: in SQLite files and in a PostgreSQL of their own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from waiting import PATIENCE

from bochiso.store.people.accounts import Account, AccountProfile, add_account
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger, open_database
from bochiso.store.people.permissions import Role

START = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)
PASSWORD = "mưa rào trên mái ngói đỏ"


def by(who: str = "quantri", seconds: float = 0, address: str = "10.0.0.7") -> By:
    """Someone who does something so many seconds after the start."""
    return By(who, START + timedelta(seconds=seconds), address)


def person(
    ledger: Ledger, name: str = "lan", role: Role = Role.OFFICE, unit: str | None = None, **more: bool
) -> Account:
    """An account with the usual password."""
    return add_account(
        ledger,
        name,
        AccountProfile(f"Bà {name}", role, unit),
        PASSWORD,
        by(),
        **({"must_change": False} | more),
    )


@contextmanager
def ledger_at(address: str | sa.URL, key_file: Path) -> Iterator[Ledger]:
    """An open ledger of any database."""
    ledger = Ledger(open_database(address), key_file)
    try:
        ledger.prepare()
        yield ledger
    finally:
        ledger.close()


def sqlite_url(folder: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{folder / 'ledger.sqlite'}"


class Postgres:
    """A PostgreSQL that runs for the tests of one process; every test gets a database of its own."""

    def __init__(self, port: int) -> None:
        self.port, self._made = port, 0
        self._model: str | None = None

    def fresh(self) -> str:
        """The address of a new, empty database."""
        return self._new("template1")

    def with_tables(self) -> str:
        """The address of a new database with a ledger's tables, which one of them gets by all versions."""
        if self._model is None:
            self._model = self.fresh()
            with ledger_at(self._model, Path(os.devnull)):
                pass
        return self._new(self._model.rpartition("/")[2])

    def _new(self, model: str) -> str:
        self._made += 1
        name = f"ledger{self._made}"
        engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            db.exec_driver_sql(f"create database {name} template {model}")
        engine.dispose()
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/{name}"


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        pytest.skip(f"PostgreSQL's {name} isn't on this machine")
    return path


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A server on loopback, not as root, whose files are gone at the end. Skips where there is none."""
    pytest.importorskip("psycopg", reason="psycopg isn't installed")
    initdb, postgres = _program("initdb"), _program("postgres")
    # PostgreSQL doesn't run as root.
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="bochiso-pg-") as folder:
        home = Path(folder)
        if become:
            shutil.chown(home, "postgres")
        make = [*become, initdb, "-D", str(home / "db"), "-U", "tests", "-A", "trust", "--no-sync"]
        subprocess.run(make, check=True, cwd=home, stdout=subprocess.DEVNULL)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        run = [*become, postgres, "-D", str(home / "db"), "-p", str(port), "-k", str(home), "-F"]
        server = subprocess.Popen(
            [*run, "-c", "listen_addresses=127.0.0.1"], cwd=home, stderr=subprocess.DEVNULL
        )
        try:
            _wait(server, Postgres(port)._url("postgres"))
            yield Postgres(port)
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    engine, until = sa.create_engine(url), time.monotonic() + PATIENCE
    while True:
        try:
            engine.connect().close()
            break
        except sa.exc.OperationalError:
            assert server.poll() is None, "PostgreSQL ended"
            assert time.monotonic() < until, "PostgreSQL doesn't listen"
            time.sleep(0.05)
    engine.dispose()
