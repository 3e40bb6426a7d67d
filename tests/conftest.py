"""What all tests share. Where BOCHISO_CI is set nothing may be skipped: a skip is a failure."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from copied_tables import copy_tables
from drawn import drawn_once
from fastapi.dependencies.utils import get_dependant
from hypothesis import settings
from kept_sql import keep_compiled
from lazy_adapters import KnownParameters, LazyAdapter
from loaded_python import end_loaded
from same_day import stay
from thoroughness import THOROUGH

from bochiso.report import build
from bochiso.report.charts.process import ChartPicture
from bochiso.report.docx import pdf
from bochiso.store.people import migrations, passwords

# Before any test is collected: some ask for today as they are.
stay()

# What is imported and collected stays: looking for cycles in it again and again took a third of collecting.
gc.disable()

# What is kept is flushed to disk thousands of times: where memory is plenty and may hold programs,
# tests write there.
MEMORY = Path("/dev/shm")
if (
    MEMORY.is_dir()
    and shutil.disk_usage(MEMORY).free > 4 * 2**30
    and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# Tests speak on loopback alone: no client has to read a list of authorities.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull

# Tests start hundreds of processes: what one of them compiles serves the next.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Spark answers small questions: what its Java would gain by compiling better it never earns back.
os.environ.setdefault("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

# Properties are tried on more examples where everything is checked before a change lands.
# A busy machine is no failure: what a test may take is not a property of what it tests.
settings.register_profile("bochiso", deadline=None, max_examples=10)
settings.register_profile("thorough", deadline=None)
settings.load_profile("thorough" if THOROUGH else "bochiso")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long and has a quicker like runs where a change lands, or asked for by name."""
    if THOROUGH or any("::" in each for each in config.args):
        return
    long = [each for each in items if each.get_closest_marker("landing")]
    config.hook.pytest_deselected(items=long)
    items[:] = [each for each in items if each not in set(long)]


def pytest_collection_finish() -> None:
    """From here on cycles are looked for, in what tests make alone."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(1_000_000, 50, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and THOROUGH and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(autouse=True, scope="session")
def _empty_ledgers_are_made_once() -> Iterator[None]:
    """In this process the first empty SQLite ledger goes through all versions, the next get its tables.

    Tests make ledgers by the thousand; those of migrations go through the versions themselves.
    """
    upgrade = migrations.upgrade

    @cache
    def statements() -> tuple[str, ...]:
        with sa.create_engine("sqlite://").connect() as db:
            upgrade(db)
            made = db.connection.dbapi_connection.iterdump()
            return tuple(each for each in made if each not in {"BEGIN TRANSACTION;", "COMMIT;"})

    def upgraded(db: sa.Connection, to: str = migrations.HEAD) -> None:
        if to != migrations.HEAD or db.dialect.name != "sqlite" or sa.inspect(db).get_table_names():
            return upgrade(db, to)
        for each in statements():
            db.exec_driver_sql(each)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "upgrade", upgraded)
        yield


@pytest.fixture(autouse=True, scope="session")
def _empty_facts_are_made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        copy_tables(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _servers_make_ready_what_is_asked_for() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fastapi._compat.v2.TypeAdapter", LazyAdapter)
        patch.setattr("fastapi.routing.get_dependant", KnownParameters(get_dependant))
        yield


@pytest.fixture(autouse=True, scope="session")
def _what_was_compiled_is_kept() -> None:
    keep_compiled()


@pytest.fixture(autouse=True, scope="session")
def _what_was_loaded_ends() -> Iterator[None]:
    yield
    end_loaded()


@pytest.fixture(autouse=True, scope="session")
def _passwords_cost_little() -> Iterator[None]:
    """Hashes in this process take no time; in processes of their own they cost what they cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cache(lambda: PasswordHasher(1, 8, 1)))
        yield


LIBREOFFICE = pdf.PROGRAMS


@pytest.fixture(autouse=True, scope="session")
def _documents_start_no_programs() -> Iterator[None]:
    """Each document would start LibreOffice and a process that draws, for seconds: in this process
    LibreOffice isn't found, and the same charts are drawn once. The tests of either ask for it."""

    def drawn(template: build.Template, facts: build.ReportData, *_: object) -> list[ChartPicture]:
        return drawings(template, facts, drawn_once)

    drawings = build.drawings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "PROGRAMS", ())
        patch.setattr(build, "drawings", drawn)
        yield


@pytest.fixture
def libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents get their PDF, as on a machine that has LibreOffice."""
    monkeypatch.setattr(pdf, "PROGRAMS", LIBREOFFICE)
    if pdf.find_office() is None:
        pytest.skip("LibreOffice is not on this machine")
