"""A data folder with the real figures that come along."""

import shutil
from pathlib import Path

import pytest

from bochiso.cli.commands.demo import bring_examples_in
from bochiso.store.folder import DataFolder


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOCHISO_DATA", "BOCHISO_LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All examples, imported; only to be read."""
    root = tmp_path_factory.mktemp("examples") / "data"
    bring_examples_in(DataFolder(root))
    return root


@pytest.fixture
def own_data(data: Path, tmp_path: Path) -> Path:
    """All examples, imported; to be written to."""
    return Path(shutil.copytree(data, tmp_path / "data"))
