"""What pages ask is answered while whole tables are worked out, and few may wait for those."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from public_pages import UNITS, bring_in
from waiting import PATIENCE, until

from bochiso.store.figures.snapshot_store import Store
from bochiso.store.folder import DataFolder
from bochiso.web.auth.signing_in import WebError
from bochiso.web.core.query_cache import MOST_WAITING, QueryCache

asked: list[int] = []
goes_on = Event()


def large(store: Store, number: int) -> int:
    """A table that takes as long as the test wants."""
    asked.append(number)
    assert goes_on.wait(PATIENCE)
    return number if store.snapshots() else -1


def small(store: Store) -> int:
    return len(store.snapshots())


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[QueryCache]:
    asked.clear()
    goes_on.clear()
    with closing(QueryCache(bring_in(DataFolder(tmp_path / "data"), *UNITS))) as found:
        yield found


def test_pages_are_answered_while_a_table_is_worked_out(cache: QueryCache) -> None:
    with ThreadPoolExecutor() as pool:
        table = pool.submit(cache.apart.ask, None, large, 7)
        until(lambda: asked == [7])
        assert cache.ask(None, small) > 0
        assert not table.done()
        goes_on.set()
        assert table.result(PATIENCE) == 7
    assert cache.apart.ask(None, large, 7) == 7
    assert asked == [7]


def test_few_wait_for_tables_at_a_time_and_others_are_told_to_come_again(cache: QueryCache) -> None:
    numbers = range(MOST_WAITING + 1)
    with ThreadPoolExecutor(len(numbers)) as pool:
        tables = [pool.submit(cache.apart.ask, None, large, n) for n in numbers]
        until(lambda: any(each.done() for each in tables))
        (refused,) = (n for n in numbers if tables[n].done())
        error = tables[refused].exception()
        goes_on.set()
        assert isinstance(error, WebError)
        assert error.status == 503
        assert [tables[n].result(PATIENCE) for n in numbers if n != refused] == [
            n for n in numbers if n != refused
        ]
    assert cache.apart.ask(None, large, refused) == refused
