"""A YAML file of rules as a tree in which every value knows its file and line.

All scalars stay text: the model says what each must be, so `number: 1.1` is not a float, `no`
is not false, and nothing is rounded. Anchors and aliases ("billion laughs"), tags and second
documents are refused: a set of rules needs none.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bochiso.errors import RuleError
from bochiso.rules.file.problems import Place, RuleFileError, refuse
from bochiso.text import Text, say

LIMIT = 1_000_000
"""The longest file of rules, in bytes."""

_DEPTH = 12
_ENTRIES = 1_000  # in one list or mapping; the official set has 24 indicators
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class Node:
    """One value of a file: a mapping, a list, text or nothing, and where it stands."""

    value: "dict[str, Node] | list[Node] | str | None"
    file: str
    line: int

    def get(self, key: str) -> "Node | None":
        """The value of `key`, None where this is no mapping or has no such key."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def text(self, key: str) -> str | None:
        """The text of `key`, None where there is none."""
        node = self.get(key)
        return node.value if node is not None and isinstance(node.value, str) else None

    def items(self, key: str) -> "list[Node]":
        """The list of `key`, empty where there is none."""
        node = self.get(key)
        return node.value if node is not None and isinstance(node.value, list) else []

    def plain(self) -> Any:
        """The value alone, as dict, list, str and None."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


Path = tuple[str | int, ...]
"""The way to a value: keys, and places in lists from 0."""


def find(root: Node, path: Path) -> Node | None:
    """The value at `path`, None where there is none."""
    node: Node | None = root
    for step in path:
        if node is None:
            return None
        if isinstance(step, int):
            node = node.value[step] if isinstance(node.value, list) and step < len(node.value) else None
        else:
            node = node.get(step)
    return node


def place(root: Node, path: Path) -> Place:
    """Where `path` stands, or its nearest parent where it is missing; list items go by their code."""
    node, key = root, ""
    for length, step in enumerate(path, start=1):
        found = find(root, path[:length])
        node = found or node
        if isinstance(step, int):
            code = found.text("code") if found else None
            key += f".{code}" if code else f"[{step + 1}]"
        else:
            key += f".{step}"
    return Place(node.file, node.line, key.lstrip("."))


@dataclass(frozen=True)
class Document:
    """The tree of a file, and what is wrong with its form (keys written twice)."""

    root: Node
    problems: tuple[RuleError, ...] = ()


def read_document(text: str, name: str) -> Document:
    """The tree of a YAML text; `name` is the file's name in messages.

    Raises RuleFileError where the text is no YAML mapping or uses what rules don't need.
    """
    if len(text) > LIMIT:
        raise too_long(name)
    try:
        # macOS writes Vietnamese letters decomposed; the rest of the program compares composed ones.
        return _Reader(name, yaml.parse(unicodedata.normalize("NFC", text), Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise refuse(
            name,
            mark.line + 1 if mark else None,
            say("không đúng cú pháp YAML.", "not valid YAML: {why}.", why=error.problem),
            say(
                "Xem lại thụt lề (dùng dấu cách, không dùng phím Tab), dấu hai chấm và dấu ngoặc kép"
                " ở dòng này hoặc dòng ngay trên.",
                "Check indentation (spaces, no tabs), colons and quotes on this line or the one above.",
            ),
        ) from None
    except yaml.YAMLError:
        raise not_text(name) from None


def too_long(name: str) -> RuleFileError:
    """The error of a file above LIMIT."""
    return refuse(
        name,
        None,
        say("tệp lớn hơn 1 MB.", "the file is larger than 1 MB."),
        say(
            "Bộ chỉ số chỉ dài vài chục KB; kiểm tra lại có chọn nhầm tệp không.",
            "A set of rules takes a few dozen KB; check whether this is the right file.",
        ),
    )


def not_text(name: str) -> RuleFileError:
    """The error of a file that holds something else than text."""
    return refuse(
        name,
        None,
        say("không phải tệp văn bản UTF-8.", "not a UTF-8 text file."),
        say(
            "Mở bằng trình soạn thảo văn bản và lưu lại với bảng mã UTF-8.",
            "Open it in a text editor and save it as UTF-8.",
        ),
    )


class _Reader:
    """Builds the tree from the parser's events, one level of nesting a call."""

    def __init__(self, name: str, events: Iterator[yaml.Event]) -> None:
        self.name = name
        self.events = events
        self.problems: list[RuleError] = []

    def document(self) -> Document:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._refuse(
                        event,
                        say("tệp có nhiều hơn một tài liệu YAML.", "the file holds a second YAML document."),
                        say("Bỏ dòng “---” và phần sau đó.", "Remove the line “---” and what follows."),
                    )
                root = self._node(next(self.events), 0, None)
        if root is None or root.value is None:
            raise refuse(self.name, 1, say("tệp trống.", "the file is empty."), _WRITE_KEYS)
        if not isinstance(root.value, dict):
            raise refuse(
                self.name,
                root.line,
                say(
                    "cần các mục dạng “tên: giá trị”, nhưng tệp là danh sách hoặc chữ thường.",
                    "a mapping of keys to values is expected, but the file is a list or plain text.",
                ),
                _WRITE_KEYS,
            )
        return Document(root, tuple(self.problems))

    def _node(self, event: yaml.Event, depth: int, line: int | None) -> Node:
        """The value that starts with `event`; `line` is that of its key."""
        self._check(event, depth)
        at = _line(event) if line is None else line
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and event.value in _NULLS
            return Node(None if plain else event.value, self.name, at)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._list(depth + 1), self.name, at)
        return Node(self._mapping(depth + 1), self.name, at)

    def _list(self, depth: int) -> list[Node]:
        nodes = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            nodes.append(self._node(event, depth, None))
            self._count(event, len(nodes))
        return nodes

    def _mapping(self, depth: int) -> dict[str, Node]:
        nodes: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            self._check(event, depth)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse(
                    event,
                    say("tên mục phải là một từ.", "a key must be a word."),
                    say("Bỏ dấu [ ], {{ }} hoặc ? ở đầu dòng.", "Remove the brackets or “?” that start it."),
                )
            key, line = event.value, _line(event)
            node = self._node(next(self.events), depth, line)
            if key in nodes:
                self.problems.append(self._twice(key, line, nodes[key].line))
            nodes[key] = node
            self._count(event, len(nodes))
        return nodes

    def _twice(self, key: str, line: int, first: int) -> RuleError:
        return RuleError(
            say("mục “{key}” ghi hai lần.", "the key “{key}” is written twice.", key=key),
            where=Place(self.name, line, key),
            do=say(
                "Bỏ một trong hai; lần đầu ở dòng {first:d}.",
                "Remove one of them; the first is on line {first:d}.",
                first=first,
            ),
        )

    def _check(self, event: yaml.Event, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse(
                event,
                say("không dùng được ký hiệu & và * của YAML.", "YAML anchors and aliases can't be used."),
                say(
                    "Viết đầy đủ giá trị; chữ bắt đầu bằng & hoặc * thì đặt trong ngoặc kép.",
                    "Write the value out; put text that starts with & or * in quotes.",
                ),
            )
        if getattr(event, "tag", None):
            raise self._refuse(
                event,
                say("không dùng được ký hiệu ! của YAML.", "YAML tags can't be used."),
                say(
                    "Bỏ phần bắt đầu bằng “!”; chữ bắt đầu bằng ! thì đặt trong ngoặc kép.",
                    "Remove the part that starts with “!”; put text that starts with ! in quotes.",
                ),
            )
        if depth > _DEPTH:
            raise self._refuse(
                event,
                say("các mục lồng nhau quá sâu.", "keys are nested too deeply."),
                say("Xem lại thụt lề và các dấu [ {{.", "Check indentation and the brackets [ {{."),
            )

    def _count(self, event: yaml.Event, entries: int) -> None:
        if entries > _ENTRIES:
            raise self._refuse(
                event,
                say(
                    "nhiều hơn {most} mục trong một danh sách.",
                    "more than {most} entries in one list.",
                    most=_ENTRIES,
                ),
                say(
                    "Kiểm tra lại có chọn nhầm tệp không.",
                    "Check whether this is the right file.",
                ),
            )

    def _refuse(self, event: yaml.Event, what: Text, do: Text) -> RuleFileError:
        return refuse(self.name, _line(event), what, do)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


_WRITE_KEYS = say(
    "Bắt đầu bằng “extends: qd766” và “id: …”, rồi ghi những mục khác với bộ đó.",
    "Start with “extends: qd766” and “id: …”, then write the keys that differ from that set.",
)
