"""From the text of a set of rules to the set, and back. Reads no file: see loader.py."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml
from pydantic import ValidationError

from bochiso.errors import RuleError
from bochiso.rules.file.checks import check
from bochiso.rules.file.error_messages import translate
from bochiso.rules.file.problems import RuleFileError
from bochiso.rules.file.yaml_tree import Document, Node, place, read_document
from bochiso.rules.rule_set import RuleSet
from bochiso.text import say

EXTENDS = "extends"
"""The key of a file that states only what differs from another set."""

_BY_CODE = frozenset({"groups", "indicators", "deadlines"})
_OWN = frozenset({EXTENDS, "shown"})
"""What a set says of itself alone, whatever it extends."""


def parse_rules(text: str, name: str) -> RuleSet:
    """The set that a whole YAML text states; `name` stands for its file in messages.

    Raises RuleFileError with every problem of the text.
    """
    return build(read_document(text, name))


def build(document: Document) -> RuleSet:
    """The set that a whole document states. Raises RuleFileError with every problem of it."""
    problems = list(document.problems)
    rules: RuleSet | None = None
    try:
        rules = RuleSet.model_validate(document.root.plain())
    except ValidationError as error:
        problems += [translate(document.root, details) for details in error.errors(include_url=False)]
    problems += check(document.root)
    if rules is None or problems:
        raise RuleFileError(problems)
    return rules


def extend(base: Document, own: Document) -> Document:
    """The set `base` with what `own` states put over it.

    Groups, indicators and deadlines are matched by code; other lists are replaced whole.
    """
    problems = [*base.problems, *own.problems]
    if own.root.get("id") is None:
        what = say("thiếu mã riêng của bộ chỉ số này.", "the set needs an id of its own.")
        do = say("Thêm dòng “id: …”, khác với bộ gốc.", "Add a line “id: …” that differs from the base's.")
        problems.append(RuleError(what, where=place(own.root, ("id",)), do=do))
    whole = base.root.value if isinstance(base.root.value, dict) else {}
    below = {name: node for name, node in whole.items() if name not in _OWN}
    return Document(_over(Node(below, base.root.file, base.root.line), own.root, ""), tuple(problems))


def _over(base: Node, own: Node, key: str) -> Node:
    if isinstance(base.value, dict) and isinstance(own.value, dict):
        merged = dict(base.value)
        for name, node in own.value.items():
            merged[name] = _over(merged[name], node, name) if name in merged else node
        merged.pop(EXTENDS, None)
        return Node(merged, own.file, own.line)
    if key in _BY_CODE and isinstance(base.value, list) and isinstance(own.value, list):
        return Node(list(_by_code(base.value, own.value)), own.file, own.line)
    return own


def _by_code(base: list[Node], own: list[Node]) -> Iterator[Node]:
    """The base's items, changed where `own` has their code, then what is new or there twice."""
    changes: dict[str, Node] = {}
    more: list[Node] = []
    known = {item.text("code") for item in base}
    for item in own:
        code = item.text("code")
        if code is None or code not in known or code in changes:
            more.append(item)
        else:
            changes[code] = item
    for item in base:
        change = changes.get(item.text("code") or "")
        yield item if change is None else _over(item, change, "")
    yield from more


@lru_cache(maxsize=8)
def canonical(rules: RuleSet) -> str:
    """The whole set as YAML, always the same text for the same set; parse_rules reads it back."""
    content = rules.model_dump(exclude_none=True)
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes decimals as plain numbers and tuples as lists, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = f"{value.normalize():f}"
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


def _tuple(dumper: yaml.SafeDumper, value: tuple[object, ...]) -> yaml.SequenceNode:
    words = all(isinstance(item, str) for item in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=words)


_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(tuple, _tuple)
