from collections.abc import Iterator

import pytest
from loopback_server import Served, close_readers, serving

from bochiso.store.folder import DataFolder


@pytest.fixture(autouse=True, scope="session")
def _readers() -> Iterator[None]:
    yield
    close_readers()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(DataFolder(tmp_path_factory.mktemp("served") / "data")) as each:
        yield each


@pytest.fixture(scope="module")
def session(served: Served) -> str:
    return served.login()
