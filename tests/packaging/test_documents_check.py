"""What checks the documents writes into them what is printed, but never that a command failed."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(DOCS))
    return import_module("check")


def page(folder: Path, *blocks: str) -> Path:
    path = folder / "trang.md"
    path.write_text("".join(f"```console\n{each}```\n" for each in blocks), "utf-8")
    return path


def test_what_is_printed_is_written_into_the_page(check: ModuleType, tmp_path: Path) -> None:
    path = page(tmp_path, "$ echo mới\ncũ\n")
    assert len(check.check_page(path, update=False)) == 1
    assert path.read_text("utf-8").count("cũ") == 1
    assert check.check_page(path, update=True) == []
    assert "$ echo mới\nmới\n" in path.read_text("utf-8")


@pytest.mark.parametrize("command", ["echo Lỗi: hỏng", "sh -c 'echo xong; exit 2'", "kill -9 $$"])
def test_an_error_that_no_page_shows_is_never_written(
    check: ModuleType, tmp_path: Path, command: str
) -> None:
    path = page(tmp_path, f"$ {command}\ncũ\n", "$ echo mới\ncũ hơn\n")
    (told,) = check.check_page(path, update=True)
    assert command in told
    text = path.read_text("utf-8")
    assert f"$ {command}\ncũ\n" in text
    assert "$ echo mới\nmới\n" in text


def test_an_error_that_a_page_shows_is_kept_up_with(check: ModuleType, tmp_path: Path) -> None:
    path = page(tmp_path, "$ echo Lỗi: khác\nLỗi: cũ\n")
    assert check.check_page(path, update=True) == []
    assert "Lỗi: khác\n" in path.read_text("utf-8")


if sys.platform == "win32":  # the commands above are a shell's
    pytestmark = pytest.mark.skip("needs a shell")
