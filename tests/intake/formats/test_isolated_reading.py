"""Reading in a process of its own: what came of it, or a refusal, whatever happens there."""

import os
import sys
import time

import pytest
from bombs import shared_string

from bochiso.errors import BochisoError, RuleError, SourceError, Where
from bochiso.intake.figures.detect import read_files
from bochiso.intake.formats import isolated_reading as module
from bochiso.intake.formats.isolated_reading import ApartError, apart
from bochiso.rules.loader import load_rules
from bochiso.text import Lang, say

TOO_MUCH = "a.xlsx: đọc tệp này cần quá nhiều bộ nhớ hoặc thời gian, nên không đọc."
limits = pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")


def raises(name: str) -> None:
    """Raise what readers raise."""
    cls = {"rule": RuleError, "source": SourceError}.get(name, ValueError)
    if cls is ValueError:
        raise ValueError("0912 345 678")
    raise cls(say("sai {n}", "wrong {n}", n=7), where=Where("a.csv", 3, "b"), do=say("sửa", "mend"))


def refusal(read: object, *args: object) -> str:
    with pytest.raises(SourceError) as caught:
        apart("a.xlsx", read, *args)  # type: ignore[arg-type] # any function
    return caught.value.render(Lang.VI)


def test_what_a_function_makes_comes_back() -> None:
    assert apart(None, sorted, [3, 1, 2], reverse=True) == [3, 2, 1]


@pytest.mark.parametrize(("name", "kind"), [("rule", RuleError), ("source", SourceError)])
def test_what_it_raises_is_raised(name: str, kind: type[BochisoError]) -> None:
    with pytest.raises(kind) as caught:
        apart("a.csv", raises, name)
    assert caught.value.render(Lang.VI) == "a.csv, dòng 3, cột b: sai 7 sửa"


def test_a_fault_of_the_program_says_where_and_never_what() -> None:
    with pytest.raises(ApartError, match="ValueError") as caught:
        apart("a.csv", raises, "")
    assert "0912" not in str(caught.value)


def test_a_process_that_breaks_down_is_a_refusal() -> None:
    assert refusal(os.abort).startswith(TOO_MUCH)


@limits
def test_too_much_memory_is_a_refusal() -> None:
    assert refusal(bytearray, module.MEMORY_BYTES).startswith(TOO_MUCH)


@limits
def test_too_much_of_the_processor_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CPU_SECONDS", 1)
    assert refusal(max, range(10**12)).startswith(TOO_MUCH)


def test_too_much_time_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WALL_SECONDS", 0.5)
    assert refusal(time.sleep, 600).startswith(TOO_MUCH)


@limits
def test_a_text_that_every_cell_holds_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEMORY_BYTES", 2 * 2**30)
    bomb = shared_string()
    assert len(bomb) < 2_000_000
    assert refusal(read_files, None, [("a.xlsx", bomb)], load_rules("qd766")).startswith(TOO_MUCH)
