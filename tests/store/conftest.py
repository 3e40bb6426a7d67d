"""A ledger in a SQLite file and one in PostgreSQL: what is tested of one is tested of the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_databases import Postgres, ledger_at, postgres_server, sqlite_url

from bochiso.store.people.ledger import Ledger


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    server: Postgres = request.getfixturevalue("postgres")
    return server.fresh()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An open ledger of either database."""
    if request.param == "sqlite":
        address = sqlite_url(tmp_path)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        address = server.with_tables()
    with ledger_at(address, tmp_path / "ledger.key") as found:
        yield found


IN_BOTH = {"test_ledger", "test_ledger_rows"}
"""Files whose tests run in PostgreSQL everywhere: what is asked of a ledger, and rows from one to another."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the others in SQLite alone but where a change lands: there the same test is the quicker like."""
    for each in items:
        if (
            isinstance(each, pytest.Function)
            and hasattr(each, "callspec")
            and "postgresql" in each.callspec.params.values()
            and each.path.stem not in IN_BOTH
        ):
            each.add_marker(pytest.mark.landing)
