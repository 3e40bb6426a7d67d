"""The eras of the published scale: across their bounds points are never subtracted, ranks are."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

from msgspec import Struct

from bochiso.errors import ComputeError, RuleError
from bochiso.rules import values
from bochiso.rules.file.problems import RuleFileError
from bochiso.rules.file.yaml_tree import Node, find, place, read_document
from bochiso.text import Text, say

_KEYS = frozenset({"code", "names", "first", "last", "rules", "source"})


class Era(Struct, frozen=True):
    """A time in which the source published points on one scale.

    `first` and `last` are the first and last day of its figures, None where it is open. `rules`:
    the set that finds the published points again, None where the formula is not known.
    """

    code: str
    vi: str
    en: str
    source: str
    first: date | None = None
    last: date | None = None
    rules: str | None = None

    @property
    def name(self) -> Text:
        """What it is called in a sentence."""
        return say("{vi}", "{en}", vi=self.vi, en=self.en)

    @property
    def known(self) -> bool:
        """Whether its formula is known."""
        return self.rules is not None


Eras = tuple[Era, ...]


def era_of(eras: Eras, day: date) -> Era:
    """The era of the figures of a day; every day has one."""
    return next(each for each in eras if each.last is None or day <= each.last)


@cache
def builtin_eras() -> Eras:
    """The eras that come with the program."""
    text = files("bochiso.rules").joinpath("data", "eras.yaml").read_text("utf-8")
    return read_eras(text, "eras.yaml")


def read_eras(text: str, name: str) -> Eras:
    """The eras of a YAML text, oldest first; `name` stands for its file in messages.

    Raises RuleFileError with every problem: what is missing or unreadable, eras that overlap, days
    that belong to none.
    """
    document = read_document(text, name)
    root = document.root
    problems = list(document.problems)
    listed = root.items("eras")
    if not listed:
        problems.append(
            RuleError(
                say("chưa có giai đoạn nào.", "there are no eras."),
                where=place(root, ("eras",)),
                do=say(
                    "Ghi danh sách “eras”, mỗi giai đoạn bắt đầu bằng “- code: …”.",
                    "Write a list “eras”, each starting with “- code: …”.",
                ),
            )
        )
    eras = []
    for n, node in enumerate(listed):
        found = _Reader(root, n, node)
        eras.append(found.era())
        problems += found.problems
    if not problems:
        problems += _bounds(root, eras)
    if problems:
        raise RuleFileError(problems)
    return tuple(eras)


class _Reader:
    """One era of a file, with what is wrong with it."""

    def __init__(self, root: Node, n: int, node: Node) -> None:
        self._root, self._n, self._node = root, n, node
        self.problems: list[RuleError] = []

    def era(self) -> Era:
        for key in self._node.value if isinstance(self._node.value, dict) else ():
            if key not in _KEYS:
                self._wrong(
                    (key,),
                    say("không có mục nào tên “{key}”.", "no key is named “{key}”.", key=key),
                    say(
                        "Các mục dùng được: {known}.", "Known keys: {known}.", known=", ".join(sorted(_KEYS))
                    ),
                )
        return Era(
            self._text("code"), self._text("names", "vi"), self._text("names", "en"), self._text("source"),
            self._day("first"), self._day("last"), self._node.text("rules"),
        )  # fmt: skip

    def _text(self, *path: str) -> str:
        node = find(self._node, path)
        if node is None or not isinstance(node.value, str):
            self._wrong(
                path,
                say("chưa ghi mục này.", "it is missing."),
                say(
                    "Cần mã, tên (vi, en) và nguồn của giai đoạn.",
                    "An era needs its code, names (vi, en) and source.",
                ),
            )
            return ""
        return node.value

    def _day(self, key: str) -> date | None:
        text = self._node.text(key)
        if text is None:
            return None
        try:
            return values.day(text)
        except (ValueError, ComputeError):
            self._wrong(
                (key,),
                say("“{text}” không phải ngày.", "“{text}” is not a day.", text=text),
                say("Ghi như 2026-09-01.", "Write it as 2026-09-01."),
            )
            return None

    def _wrong(self, path: tuple[str, ...], what: Text, do: Text) -> None:
        self.problems.append(RuleError(what, where=place(self._root, ("eras", self._n, *path)), do=do))


def _bounds(root: Node, eras: Sequence[Era]) -> Iterator[RuleError]:
    """Eras that overlap or leave days between them, and bounds that are open or closed but must not be."""
    for n, era in enumerate(eras):
        if (n == 0) != (era.first is None) or (n == len(eras) - 1) != (era.last is None):
            yield RuleError(
                say(
                    "chỉ giai đoạn đầu tiên không có “first” và chỉ giai đoạn cuối cùng không có “last”.",
                    "only the first era has no “first”, and only the last has no “last”.",
                ),
                where=place(root, ("eras", n)),
                do=say(
                    "Xếp các giai đoạn từ cũ đến mới và ghi đủ ngày.", "List them oldest first, with days."
                ),
            )
        elif any(other.code == era.code for other in eras[:n]):
            yield RuleError(
                say("mã {code} đã dùng cho giai đoạn khác.", "{code} is another era's code.", code=era.code),
                where=place(root, ("eras", n, "code")),
                do=say("Đặt mã khác.", "Give it another code."),
            )
    for n, (before, after) in enumerate(pairwise(eras), start=1):
        if before.last is None or after.first is None:
            continue
        if after.first <= before.last:
            yield RuleError(
                say(
                    "giai đoạn {b} chồng lên giai đoạn {a} (đến hết ngày {last}).",
                    "{b} overlaps {a}, which lasts until {last}.",
                    a=before.code,
                    b=after.code,
                    last=before.last,
                ),
                where=place(root, ("eras", n, "first")),
                do=say("Sửa ngày để hai giai đoạn nối tiếp nhau.", "Make one begin the day after the other."),
            )
        elif after.first > before.last + timedelta(days=1):
            yield RuleError(
                say(
                    "các ngày từ {first} đến {last} không thuộc giai đoạn nào.",
                    "the days from {first} to {last} belong to no era.",
                    first=before.last + timedelta(days=1),
                    last=after.first - timedelta(days=1),
                ),
                where=place(root, ("eras", n, "first")),
                do=say("Sửa ngày để hai giai đoạn nối tiếp nhau.", "Make one begin the day after the other."),
            )
