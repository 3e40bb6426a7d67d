"""A ledger's rows fill any other database: what was decided, the audit log whole, nobody signed in."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_databases import Postgres, by, ledger_at, person, sqlite_url

from bochiso.errors import StoreError
from bochiso.store.backup import ledger_rows
from bochiso.store.backup.ledger_rows import PART_ROWS, fill, is_empty, ledger_parts, read_rows, rights_of
from bochiso.store.people import migrations, user_sessions
from bochiso.store.people.accounts import check_password, disable
from bochiso.store.people.audit_check import look_through
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings, read_settings

Parts = list[tuple[str, ledger_rows.Rows]]


def parts_of(ledger: Ledger, tmp_path: Path) -> Parts:
    with ledger.frozen(tmp_path, lambda: None) as db:
        return [(name, read_rows([content])) for name, content in ledger_parts(db)]


def filled(ledger: Ledger) -> None:
    person(ledger, "lan")
    person(ledger, "quan", Role.ADMINISTRATOR)
    disable(ledger, "lan", by())
    ledger.add_key("h15", "H15", by().at, by())
    ledger.add_key("h16", "H15.06", by().at, by())
    ledger.revoke_key("h16", by().at, by())
    change_settings(ledger, {"province": "H15", "notice": "Bảo trì {tối} nay"}, by())
    user_sessions.begin_session(ledger, "quan", by("quan"), "password")


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_rows_go_from_any_database_to_any(
    ledger: Ledger, to: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    filled(ledger)
    parts = parts_of(ledger, tmp_path)
    (tmp_path / "to").mkdir()
    if to == "sqlite":
        address = sqlite_url(tmp_path / "to")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        address = server.fresh()
    with ledger_at(address, tmp_path / "to" / "ledger.key") as other:
        assert is_empty(other)
        fill(other, migrations.HEAD, parts)
        assert not is_empty(other)
        assert parts_of(other, tmp_path) == parts
        assert look_through(other, by().at).fault is None
        assert read_settings(other).province == "H15"
        assert check_password(other, "quan", "mưa rào trên mái ngói đỏ") is not None
        assert [name for name in ("h15", "h16") if other.key(name)] == ["h15"]
        with other.read() as db:
            assert db.execute(sa.text("select count(*) from sessions")).scalar_one() == 0
        other.add_key("h17", "H15.07", by().at, by())  # the log goes on
        assert look_through(other, by().at).fault is None


def test_rights_may_come_from_a_newer_ledger(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add_key("h15", "H15", by().at, by())
    person(ledger)
    parts = parts_of(ledger, tmp_path)
    ledger.revoke_key("h15", by().at, by())
    disable(ledger, "lan", by())
    (tmp_path / "to").mkdir()
    with ledger_at(sqlite_url(tmp_path / "to"), tmp_path / "key") as other:
        fill(other, migrations.HEAD, parts, rights_of(ledger))
        assert other.key("h15") is None
        assert check_password(other, "lan", "mưa rào trên mái ngói đỏ") is None


def test_a_ledger_of_an_older_version_is_brought_up(ledger: Ledger, tmp_path: Path) -> None:
    person(ledger)
    older = [
        each for each in parts_of(ledger, tmp_path) if not each[0].startswith(("unit_names", "withdrawn"))
    ]
    (tmp_path / "to").mkdir()
    with ledger_at("sqlite://", tmp_path / "key") as newer, pytest.raises(StoreError):
        fill(newer, "9999", older)
    other = Ledger(ledger_rows_database(tmp_path), tmp_path / "key")
    fill(other, "0003", older)
    with other.read() as db:
        assert migrations.version(db) == migrations.HEAD
    assert look_through(other, by().at).fault is None
    other.close()


def ledger_rows_database(tmp_path: Path) -> sa.Engine:
    from bochiso.store.people.ledger import open_database

    return open_database(sqlite_url(tmp_path / "to"))


def test_lines_of_the_log_come_in_parts_that_stay_the_same(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_rows, "PART_ROWS", 10)
    assert PART_ROWS > 10
    for _ in range(25):
        ledger.record(by(), "measure", "1")
    before = {name: rows for name, rows in parts_of(ledger, tmp_path) if name.startswith("audit-")}
    ledger.record(by(), "measure", "1")
    after = {name: rows for name, rows in parts_of(ledger, tmp_path) if name.startswith("audit-")}
    assert [len(rows) for rows in before.values()] == [9, 10, 6]
    assert {name for name in before if before[name] != after[name]} == {"audit-000002"}


def test_a_deed_is_in_the_copy_whole_or_not_at_all(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(by(), "measure", "1")
    seen: list[str] = []
    with ledger.frozen(tmp_path, lambda: seen.append("noted")) as db:
        assert seen == ["noted"]
        ledger.record(by(), "measure", "2")  # others write on meanwhile
        assert db.execute(sa.text("select max(subject) from audit")).scalar_one() == "1"
