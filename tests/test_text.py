"""Messages in both languages: values as each writes them, and the English forms of one and many."""

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bochiso import text
from bochiso.text import Lang, say

COUNTED = [
    "units", "dossiers", "rows", "items", "files", "days", "figures", "lines", "codes", "columns", "cells",
    "provinces", "times", "steps", "petitions", "procedures", "groups", "indicators", "seconds",
]  # fmt: skip


def pairs() -> Iterator[tuple[str, str, str]]:
    """Where a message stands in the code, in Vietnamese, in English."""
    for path in sorted(Path(text.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("say", "Text")
            ):
                words = [each.value for each in node.args if isinstance(each, ast.Constant)]
                if len(words) == 2 and all(isinstance(each, str) for each in words):
                    yield f"{path.name}:{node.lineno}", *words


def test_the_examples_are_true() -> None:
    assert doctest.testmod(text).failed == 0


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 codes are new"), (1, "1 code is new"), (2, "2 codes are new"), (1000, "1,000 codes are new")],
)
def test_english_has_a_form_for_one(n: int, said: str) -> None:
    assert say("{n} mã mới", "{n} {n:code is|codes are} new", n=n).render(Lang.EN) == said


def test_a_number_may_still_be_written_without_separators() -> None:
    assert say("{row:d}", "{row:d} {row:row|rows}", row=1234).render(Lang.EN) == "1234 rows"


def test_no_message_counts_in_the_plural_alone() -> None:
    alone = re.compile(rf"\{{\w+\}} ({'|'.join(COUNTED)})\b")
    assert [f"{place} {en}" for place, _, en in pairs() if alone.search(en)] == []


def test_what_is_chosen_by_a_number_is_beside_it_and_in_english_alone() -> None:
    chosen = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
    found = [(place, vi, en) for place, vi, en in pairs() if "|" in en and chosen.search(en)]
    assert len(found) > 30
    for place, vi, en in found:
        assert not chosen.search(vi), place
        for name, one, many in chosen.findall(en):
            assert f"{{{name}}}" in en.replace(":d}", "}"), place
            assert one, place
            assert many, place
