"""Tables of days off and days worked, each with its notice: the program's own, and a province's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from bochiso.errors import ComputeError, RuleError
from bochiso.periods import parse_day
from bochiso.rules.file.problems import RuleFileError
from bochiso.rules.file.yaml_tree import Node, place, read_document
from bochiso.text import Text, say

Session = tuple[time, time]
"""When an office opens and when it closes, Việt Nam's time."""


class DayKind(StrEnum):
    """What a table says of a day; an undecided one waits for a notice."""

    OFF = "off"
    WORK = "work"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class SpecialDay:
    """A day that differs from the week's order; `source` is the notice or law it rests on."""

    day: date
    kind: DayKind
    name: str
    source: str


@dataclass(frozen=True)
class DayTable:
    """Special days by date, the years whose every notice is out, and office hours where stated."""

    days: Mapping[date, SpecialDay]
    confirmed: frozenset[int]
    hours: tuple[Session, ...] = ()

    def over(self, base: "DayTable") -> "DayTable":
        """This table with `base` beneath it: what this one says of a day or of the hours wins."""
        days = MappingProxyType({**base.days, **self.days})
        return DayTable(days, base.confirmed | self.confirmed, self.hours or base.hours)


def parse_day_table(text: str, name: str) -> DayTable:
    """The table that a YAML text states; `name` stands for its file in messages.

    Raises RuleFileError with every problem of the text.
    """
    document = read_document(text, name)
    reader = _Reader(document.root, [*document.problems])
    table = reader.table()
    if reader.problems:
        raise RuleFileError(reader.problems)
    return table


_KEYS = ("confirmed", "hours", "days")
_DAY_KEYS = ("day", "is", "name", "source")
_YEAR = re.compile(r"20[0-9]{2}")
_SESSION = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\s*[-–]\s*([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LONGEST = 31  # days in one line; Tết takes nine, so a longer one is a slip of the pen

_FORM = say(
    "Ghi một ngày (2026-01-02) hoặc từ ngày đến ngày (2026-02-16..2026-02-20).",
    "Write a day (2026-01-02), or a first and last day (2026-02-16..2026-02-20).",
)
_LIST = say("Cần một danh sách.", "A list is expected.")
_KINDS = say(
    "Ghi off (nghỉ), work (làm việc) hoặc undecided (chưa quyết định).",
    "Write off, work or undecided.",
)
_KNOWN = say("Các mục dùng được: {known}.", "Known keys: {known}.")
_NEEDED = {
    "day": _FORM,
    "is": _KINDS,
    "name": say("Ghi tên ngày nghỉ hoặc lý do.", "Write the holiday's name or the reason."),
    "source": say(
        "Ghi số văn bản, ví dụ Thông báo số 9441/TB-BNV.",
        "Write the notice's number, such as 9441/TB-BNV.",
    ),
}


class _Reader:
    """Reads one document and collects what is wrong with it."""

    def __init__(self, root: Node, problems: list[RuleError]) -> None:
        self.root = root
        self.problems = problems

    def table(self) -> DayTable:
        self._known_keys(self.root, _KEYS)
        days: dict[date, SpecialDay] = {}
        for item in self._items("days"):
            for special in self._special_days(item):
                if special.day in days:
                    self._wrong(
                        item,
                        say("ngày {day} ghi hai lần.", "{day} is written twice.", day=special.day),
                        say("Bỏ một trong hai dòng.", "Remove one of the two lines."),
                    )
                days[special.day] = special
        years = frozenset(self._years(days))
        hours = tuple(self._sessions())
        if not (days or hours or self.problems):
            self._wrong(
                self.root,
                say("bảng ngày nghỉ không có ngày nào.", "the table holds no day."),
                say("Thêm mục “days: …”.", "Add a key “days: …”."),
            )
        return DayTable(MappingProxyType(days), years, hours)

    def _items(self, key: str) -> list[Node]:
        node = self.root.get(key)
        if node is not None and not isinstance(node.value, list):
            self._wrong(node, say("{key} không phải là danh sách.", "{key} is not a list.", key=key), _LIST)
        return self.root.items(key)

    def _special_days(self, item: Node) -> Iterator[SpecialDay]:
        self._known_keys(item, _DAY_KEYS)
        written = {key: item.text(key) for key in _DAY_KEYS}
        missing = [key for key, text in written.items() if not text]
        for key in missing:
            self._wrong(item, say("thiếu mục {key}.", "{key} is missing.", key=key), _NEEDED[key])
        if missing:
            return
        kind = written["is"] or ""
        if kind not in list(DayKind):
            self._wrong(item, say("“{kind}” không dùng được.", "“{kind}” can't be used.", kind=kind), _KINDS)
            return
        for day in self._span(item, written["day"] or ""):
            yield SpecialDay(day, DayKind(kind), written["name"] or "", written["source"] or "")

    def _span(self, item: Node, text: str) -> list[date]:
        first_text, _, last_text = text.partition("..")
        try:
            first = parse_day(first_text)
            last = parse_day(last_text) if last_text else first
        except ComputeError:
            self._wrong(item, say("không có ngày “{text}”.", "“{text}” is not a day.", text=text), _FORM)
            return []
        length = (last - first).days + 1
        if not 1 <= length <= _LONGEST:
            what = say(
                "khoảng ngày “{text}” không hợp lý.", "“{text}” is not a likely range of days.", text=text
            )
            self._wrong(item, what, _FORM)
            return []
        return [first + timedelta(days=n) for n in range(length)]

    def _years(self, days: Mapping[date, SpecialDay]) -> Iterator[int]:
        for node in self._items("confirmed"):
            text = node.value if isinstance(node.value, str) else ""
            if not _YEAR.fullmatch(text):
                what = say("“{text}” không phải là năm.", "“{text}” is not a year.", text=text)
                self._wrong(node, what, say("Ghi năm như 2026.", "Write a year such as 2026."))
                continue
            # A year without Tết would count every weekday as worked.
            if not any(day.year == int(text) for day in days):
                self._wrong(
                    node,
                    say(
                        "năm {year} ghi là đã chốt nhưng bảng không có ngày nghỉ nào.",
                        "{year} is marked confirmed, but the table has no day of it.",
                        year=text,
                    ),
                    say("Thêm các ngày nghỉ của năm đó.", "Add that year's days off."),
                )
            yield int(text)

    def _sessions(self) -> Iterator[Session]:
        closed = time.min
        for node in self._items("hours"):
            text = node.value if isinstance(node.value, str) else ""
            match = _SESSION.fullmatch(text.strip())
            a, b, c, d = (int(part) for part in match.groups()) if match else (0, 0, 0, 0)
            opens, closes = time(a, b), time(c, d)
            if closes <= opens or opens < closed:
                self._wrong(
                    node,
                    say("“{text}” không phải là buổi làm việc.", "“{text}” is not a session.", text=text),
                    say(
                        "Ghi các buổi theo thứ tự, ví dụ [07:30-11:30, 13:30-17:30].",
                        "Write the sessions in order, such as [07:30-11:30, 13:30-17:30].",
                    ),
                )
                continue
            closed = closes
            yield opens, closes

    def _known_keys(self, node: Node, known: tuple[str, ...]) -> None:
        if not isinstance(node.value, dict):
            return
        for key, child in node.value.items():
            if key not in known:
                what = say("không có mục nào tên “{key}”.", "no key is named “{key}”.", key=key[:40])
                self._wrong(child, what, say(_KNOWN.vi, _KNOWN.en, known=", ".join(known)))

    def _wrong(self, node: Node, what: Text, do: Text) -> None:
        self.problems.append(RuleError(what, where=place(node, ()), do=do))
