"""The table of the security standard: every number of levels 1 and 2 once, every test named exists."""

import re
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "asvs.md").read_text("utf-8")
ROW = re.compile(r"^\| ([0-9][0-9., –]*) \| (\w+) \| (.+) \|$", re.M)
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
STATES = {"kept", "part", "not", "proxy", "said", "none"}

LAST = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2,
    "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3,
    "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3,
    "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3,
    "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2,
    "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1,
    "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
"""The sections of ASVS 5.0.0, each with the last number of level 1 or 2; those before it are, too."""

EVERY = [f"{section}.{n}" for section, last in LAST.items() for n in range(1, last + 1)]


def numbers(cell: str) -> list[str]:
    """`1.1.2–1.2.1, 1.4.1`: each number that it stands for, in the standard's order."""
    found = []
    for part in cell.split(","):
        first, _, last = (each.strip() for each in part.partition("–"))
        found += EVERY[EVERY.index(first) : EVERY.index(last or first) + 1]
    return found


def test_every_requirement_of_levels_1_and_2_stands_once() -> None:
    assert list(accumulate(LAST.values()))[-1] == 253
    found = [each for cell, _, _ in ROW.findall(PAGE) for each in numbers(cell)]
    assert sorted(found, key=EVERY.index) == EVERY


def test_each_line_has_a_state_and_what_holds_it_or_a_reason() -> None:
    for cell, state, words in ROW.findall(PAGE):
        assert state in STATES, cell
        held = TEST.findall(words) or "ruff" in words or "mypy" in words
        assert held or state != "kept", cell


def test_each_test_that_is_named_exists() -> None:
    named = TEST.findall(PAGE)
    assert len(named) > 100
    for path, name in named:
        text = (ROOT / path).read_text("utf-8")
        assert not name or f"def {name}(" in text, f"{path}::{name}"
