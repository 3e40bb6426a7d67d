"""The ledger's tables: from nothing and from an older one to the same, one process at a time."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from ledger_databases import START, ledger_at

from bochiso.errors import ComputeError, StoreError
from bochiso.store.folder import DataFolder
from bochiso.store.people import migrations
from bochiso.store.people.ledger import Ledger, open_database, open_ledger
from bochiso.store.people.ledger_tables import AUDIT_ENDS, TABLES
from bochiso.store.people.passwords import hash_secret

OLD = sa.MetaData()
sa.Table("schema_version", OLD, sa.Column("version", sa.Integer, nullable=False))
sa.Table(
    "client_keys",
    OLD,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("secret_hash", sa.String(200), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("revoked_at", sa.DateTime),
)
"""The tables of a ledger of before there were versions of them."""


def fill_old(url: str) -> None:
    """A ledger of before, with two keys."""
    engine = open_database(url)
    with engine.begin() as db:
        OLD.create_all(db)
        db.execute(sa.insert(OLD.tables["schema_version"]), {"version": 1})
        made = datetime(2026, 9, 1, 2, 3, 4)  # noqa: DTZ001 (as it was stored)
        for name, revoked in (("h15", None), ("h15-cu", made)):
            row = {"name": name, "unit": "H15", "secret_hash": hash_secret(f"bí mật {name}")}
            db.execute(
                sa.insert(OLD.tables["client_keys"]), row | {"created_at": made, "revoked_at": revoked}
            )
    engine.dispose()


def schema(ledger: Ledger) -> str:
    """Every column, key and index, to be compared."""
    with ledger.read() as db:
        found = sa.inspect(db)
        tables = [
            (
                name,
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(str(each) for each in found.get_indexes(name)),
                sorted(str(each) for each in found.get_unique_constraints(name)),
                sorted(str(each) for each in found.get_foreign_keys(name)),
            )
            for name in sorted(found.get_table_names())
        ]
    return "\n".join(map(str, tables))


def as_code_says(ledger: Ledger) -> bool:
    """Whether the tables are those that the program's own definitions would make."""
    with ledger.read() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        return compare_metadata(context, TABLES) == []


def test_an_empty_ledger_gets_the_tables_that_the_program_uses(ledger: Ledger) -> None:
    assert as_code_says(ledger)
    with ledger.read() as db:
        assert migrations.version(db) == migrations.HEAD
        assert db.execute(sa.select(sa.func.count()).select_from(AUDIT_ENDS)).scalar_one() == 1


def test_a_ledger_of_before_keeps_its_keys_and_ends_at_the_same_tables(
    ledger_url: str, tmp_path: Path
) -> None:
    fill_old(ledger_url)
    with ledger_at(ledger_url, tmp_path / "key") as ledger:
        assert as_code_says(ledger)
        keys = ledger.keys()
        assert [(key.name, key.revoked_at is None) for key in keys] == [
            ("h15", True),
            ("h15-cu", False),
        ]
        assert ledger.check_key("h15", "bí mật h15") is not None
        assert ledger.check_key("h15-cu", "bí mật h15-cu") is None
        upgraded = schema(ledger)
        with ledger.write() as db:
            TABLES.drop_all(db)
            db.exec_driver_sql("drop table alembic_version")
            if db.dialect.name == "postgresql":
                db.exec_driver_sql("drop function audit_guard")
        ledger.prepare()
        assert schema(ledger) == upgraded


def test_the_newest_version_is_the_one_that_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_processes_that_start_together_do_not_collide(ledger_url: str, tmp_path: Path) -> None:
    fill_old(ledger_url)
    errors = together(8, lambda: open_once(ledger_url, tmp_path))
    assert errors == []
    with ledger_at(ledger_url, tmp_path / "key") as ledger:
        assert as_code_says(ledger)
        assert len(ledger.keys()) == 2


def open_once(url: str, folder: Path) -> None:
    with ledger_at(url, folder / "key") as ledger:
        ledger.keys()


def together(n: int, work: Callable[[], None]) -> list[BaseException]:
    """What went wrong in threads that begin at one moment."""
    errors: list[BaseException] = []
    start = threading.Barrier(n)

    def run() -> None:
        start.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_an_upgrade_that_fails_leaves_the_ledger_as_it_was(ledger_url: str, tmp_path: Path) -> None:
    fill_old(ledger_url)
    engine = open_database(ledger_url)
    with engine.begin() as db:
        db.exec_driver_sql("create table publications (in_the_way integer)")
    with pytest.raises(StoreError, match="the ledger can't be used"), ledger_at(ledger_url, tmp_path / "key"):
        pass
    with engine.begin() as db:
        assert set(sa.inspect(db).get_table_names()) == {"schema_version", "client_keys", "publications"}
    engine.dispose()


def test_a_ledger_of_a_newer_version_is_not_touched(ledger: Ledger) -> None:
    with ledger.write() as db:
        db.exec_driver_sql("update alembic_version set version_num = '9999'")
    before = schema(ledger)
    with pytest.raises(StoreError, match="of a newer version"):
        ledger.prepare()
    assert schema(ledger) == before


def test_writers_take_turns_and_lose_nothing(ledger: Ledger) -> None:
    names = iter([f"h15-{n}" for n in range(24)])
    lock = threading.Lock()

    def add() -> None:
        for _ in range(3):
            with lock:
                name = next(names)
            ledger.add_key(name, "H15", START)

    assert together(8, add) == []
    assert len(ledger.keys()) == 24


@pytest.mark.parametrize(
    "unit", ["15.06", "xyz <b>", "", "H", "H15.", "H15.05-261001-1", "h", "Sở Y tế", "*"]
)
def test_a_key_is_for_a_units_code_only(ledger: Ledger, unit: str) -> None:
    with pytest.raises(ComputeError, match="is no unit's code"):
        ledger.add_key("h15", unit, START)
    assert ledger.keys() == []


def test_a_key_has_its_unit_in_todays_form(ledger: Ledger) -> None:
    ledger.add_key("h15", " 000.00.05.h15 ", START)
    (key,) = ledger.keys()
    assert key.unit == "H15.05"


def test_a_key_is_made_once_under_a_name_and_a_revoked_one_opens_nothing(ledger: Ledger) -> None:
    secret = ledger.add_key("h15", "H15", START)
    found = ledger.check_key("h15", secret)
    assert found is not None
    assert (found.unit, found.created_at) == ("H15", START)
    assert ledger.check_key("h15", "sai") is None
    assert ledger.check_key("h16", secret) is None
    with pytest.raises(ComputeError, match="a key named “h15” already"):
        ledger.add_key("h15", "H15", START)
    ledger.revoke_key("h15", START)
    assert ledger.check_key("h15", secret) is None


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(StoreError, match="BOCHISO_LEDGER"):
        open_database("mssql+pyodbc://a:bimat@b/c")


def test_a_damaged_table_is_told_even_where_its_name_is_no_text(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with open_ledger(folder, make=True):
        pass
    whole = folder.ledger.read_bytes()
    assert b"tableaccounts" in whole
    folder.ledger.write_bytes(
        whole.replace(b"tableaccounts", b"table\xb0ccounts").replace(b"TABLE acc", b"T\xb0BLE acc")
    )
    with pytest.raises(StoreError, match=r"ledger\.sqlite"), open_ledger(folder):
        pass
