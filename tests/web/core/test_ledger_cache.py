"""What is read from the ledger grows stale by one rule, and does where the ledger can't be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_databases import by, ledger_at, sqlite_url

from bochiso.errors import StoreError
from bochiso.store.people.ledger import Ledger
from bochiso.web.core.ledger_cache import LedgerCache, decisions_of, decisions_shown


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with ledger_at(sqlite_url(tmp_path), tmp_path / "ledger.key") as ledger:
        ledger.add_key("a", "H15", by().at, by())
        yield ledger


def keys_in(ledger: Ledger, locked_seconds: float) -> LedgerCache[None, list[str]]:
    """Read at each question."""

    def read(_: None) -> list[str]:
        found = ledger.keys()
        return [each.name for each in found]

    return LedgerCache(ledger, read, -1.0, 1, locked_seconds)


def damage(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all" * 100)


def test_where_the_ledger_cannot_be_read_the_last_value_does(ledger: Ledger, tmp_path: Path) -> None:
    bounded, strict = keys_in(ledger, 60), keys_in(ledger, 0)
    assert bounded(None) == strict(None) == ["a"]
    damage(ledger, tmp_path)
    assert bounded(None) == ["a"]
    with pytest.raises(StoreError):
        strict(None)


def test_what_was_read_before_something_was_written_here_never_does(ledger: Ledger, tmp_path: Path) -> None:
    cache = keys_in(ledger, 60)
    assert cache(None) == ["a"]
    ledger.add_key("b", "H15", by().at, by())
    assert cache(None) == ["a", "b"]
    ledger.add_key("c", "H15", by().at, by())
    damage(ledger, tmp_path)
    with pytest.raises(StoreError):
        cache(None)


def test_a_write_that_never_began_leaves_the_last_value(ledger: Ledger, tmp_path: Path) -> None:
    cache = keys_in(ledger, 60)
    assert cache(None) == ["a"]
    damage(ledger, tmp_path)
    with pytest.raises(StoreError):
        ledger.add_key("b", "H15", by().at, by())
    assert cache(None) == ["a"]


def test_pages_are_drawn_by_the_last_settings_where_none_can_be_read(ledger: Ledger, tmp_path: Path) -> None:
    decisions = decisions_of(ledger, -1.0)
    assert decisions_shown(decisions).settings.province is None
    ledger.record(by(), "measure")
    damage(ledger, tmp_path)
    with pytest.raises(StoreError):
        decisions(None)
    assert decisions_shown(decisions).settings.province is None


def test_who_came_meanwhile_changes_nothing_that_was_decided(ledger: Ledger, tmp_path: Path) -> None:
    cache = keys_in(ledger, 60)
    assert cache(None) == ["a"]
    ledger.record_seldom(by(), "key.login", "a")
    damage(ledger, tmp_path)
    assert cache(None) == ["a"]


def test_what_is_held_is_given_without_reading_and_only_while_it_holds(ledger: Ledger) -> None:
    asked: list[str] = []

    def read(name: str) -> str:
        asked.append(name)
        return name

    cache = LedgerCache(ledger, read, 60.0, 10)
    assert cache.held("a") is None
    cache("a")
    assert cache.held("a") == "a"
    ledger.add_key("b", "H15", by().at, by())
    assert cache.held("a") is None
    cache.seconds = 0.0
    cache("a")
    assert cache.held("a") is None
    assert asked == ["a", "a"]
