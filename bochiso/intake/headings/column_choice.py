"""Which column is meant where several headings could be the one: by what they say, else by the person.

`--column "Tổng điểm=Tuần 02"`: what is to be read, then the heading (or the letter) of its column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bochiso.errors import SourceError, Where
from bochiso.intake.headings.heading_words import BEFORE, LABELS, ORDINAL, PLACE
from bochiso.intake.headings.headings import Heading, Parts, Vocabulary, simplify
from bochiso.text import Text, say

_LETTERS = re.compile(r"[A-Z]{1,2}")
_SHOWN = 12


@dataclass(frozen=True)
class Choice:
    """What the person says about a table: the sheet to read, columns by what they are read as, and published
    ranks by unit ("" for the only one), as "16/34".
    """

    sheet: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    ranks: tuple[tuple[str, str], ...] = ()


NO_CHOICE = Choice()


def parse_column(text: str) -> tuple[str, str]:
    """What is to be read and its column. Raises SourceError where that isn't said.

    >>> parse_column("Tổng điểm = Tuần 02")
    ('Tổng điểm', 'Tuần 02')
    """
    what, sign, column = (part.strip() for part in text.partition("="))
    if not (what and sign and column):
        raise SourceError(
            say("không hiểu --column “{text}”.", "--column “{text}” can't be read.", text=text),
            do=say(
                'Hãy ghi như --column "Tổng điểm=Tuần 02": nội dung cần lấy, dấu bằng, tiêu đề của cột.',
                'Write it like --column "Tổng điểm=Tuần 02": what to read, then the heading of its column.',
            ),
        )
    return what, column


def settled(
    file: str, headings: Sequence[Heading], vocabulary: Vocabulary, choice: Choice = NO_CHOICE
) -> tuple[Heading, ...]:
    """The headings, each name at most once. Raises SourceError with the candidates where that stays open."""
    found = list(headings)
    for what, column in choice.columns:
        _choose(file, found, vocabulary, what, column)
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(found):
        if heading.used:
            places.setdefault(heading.name, []).append(at)
    for name, many in places.items():
        if len(many) > 1:
            keep = many[:1] if name in (ORDINAL, PLACE) else _told_apart(found, many, places)
            if keep is None:
                raise _open(file, found, many, vocabulary.label(name), name)
            for at in many:
                if at not in keep:
                    found[at] = replace(found[at], name="")
    return tuple(found)


def _told_apart(found: list[Heading], many: list[int], places: dict[str, list[int]]) -> list[int] | None:
    """The column that is meant, by what the headings say; None where they don't."""
    name = found[many[0]].name
    now = [at for at in many if not BEFORE.search(simplify(f"{found[at].text} {found[at].variant}"))]
    many = now or many
    if len(many) == 1:
        return many
    shown = [at for at in many if found[at].cells != "percent"]
    if len(shown) == 1 and found[shown[0]].cells == "points":
        return shown
    if name == "unit" and "unit_name" not in places:
        names = [at for at in many if simplify(found[at].text) == "unit"]
        codes = [at for at in many if simplify(found[at].text) in ("code", "unit code")]
        if len(names) == len(codes) == 1 and len(many) == 2:
            found[names[0]] = replace(found[names[0]], name="unit_name")
            return many
    if name == "unit_name":
        below = [at for at in many if not _PROVINCE.fullmatch(simplify(found[at].text))]
        return below if len(below) == 1 else None
    return None


_PROVINCE = re.compile(r"(?:ten )?tinh(?:[ /,]*thanh pho)?")


def _choose(file: str, found: list[Heading], vocabulary: Vocabulary, what: str, column: str) -> None:
    """Make one column what the person says that it is."""
    name = _meant(vocabulary, what)
    if not name:
        raise SourceError(
            say("không có nội dung nào tên là “{what}”.", "nothing is called “{what}”.", what=what),
            where=Where(file),
            do=say(
                "Trong --column, bên trái dấu bằng ghi nội dung cần lấy, như “Tổng điểm”, “Tên đơn vị”.",
                "In --column, what to read stands left of the sign, like “Total” or “unit_name”.",
            ),
        )
    places = _places(found, column)
    if len(places) != 1:
        raise _no_column(file, found, column, len(places))
    found[:] = _as_meant(found, places[0], name)


def _meant(vocabulary: Vocabulary, what: str) -> str:
    """The name of what is to be read; "" for nothing that is known."""
    name = next((key for key, label in LABELS.items() if simplify(label.vi) == simplify(what)), "")
    return name or vocabulary.stacked([(what,)])[0].name


def _places(found: Sequence[Heading], column: str) -> list[int]:
    """The columns that are called so, or the one that has this letter."""
    places = [at for at, heading in enumerate(found) if _called(heading, column)]
    if not places and _LETTERS.fullmatch(column) and (at := _place(column)) < len(found):
        places = [at]
    return places


def _as_meant(found: Sequence[Heading], place: int, name: str) -> list[Heading]:
    """The headings with one of them called so, and no other."""
    return [
        replace(heading, name=name if at == place else "") if at == place or heading.name == name else heading
        for at, heading in enumerate(found)
    ]


class ChosenHeadings:
    """A vocabulary that also knows the headings that the person named: "Tuần 02" alone is no word of it."""

    def __init__(self, vocabulary: Vocabulary, columns: Sequence[tuple[str, str]]) -> None:
        self._vocabulary = vocabulary
        self._columns = [(name, column) for what, column in columns if (name := _meant(vocabulary, what))]
        self.keys = vocabulary.keys

    @property
    def needed(self) -> Text:
        """What a table of the kind needs."""
        return self._vocabulary.needed

    def complete(self, headings: Sequence[Heading]) -> bool:
        """Whether these make a table of the kind."""
        return self._vocabulary.complete(headings)

    def label(self, name: str) -> Text | str:
        """What a column is called to the person."""
        return self._vocabulary.label(name)

    def stacked(self, columns: Sequence[Parts]) -> tuple[Heading, ...]:
        """The headings of a table, those that the person named among them."""
        found = list(self._vocabulary.stacked(columns))
        for name, column in self._columns if len(found) > 1 else ():
            if len(places := _places(found, column)) == 1:
                found = _as_meant(found, places[0], name)
        return tuple(found)


def chosen(vocabulary: Vocabulary, choice: Choice) -> Vocabulary:
    """The vocabulary by which a heading is looked for, with what the person said of columns."""
    return ChosenHeadings(vocabulary, choice.columns) if choice.columns else vocabulary


def _called(heading: Heading, column: str) -> bool:
    words = simplify(column)
    return words in (simplify(heading.text), simplify(heading.variant)) or words in map(
        simplify, heading.text.split(" – ")
    )


def letters(place: int) -> str:
    """The letters of a column by its place from 0.

    >>> letters(0), letters(25), letters(27)
    ('A', 'Z', 'AB')
    """
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def _place(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _open(
    file: str, found: Sequence[Heading], many: Sequence[int], label: Text | str, name: str
) -> SourceError:
    if isinstance(label, str):  # a field of records goes by its own name
        label = name
    shown = [one_line(found[at].text) for at in many]
    if len(set(shown)) < len(shown):
        shown = [f"{text} ({letters(at)})" for text, at in zip(shown, many, strict=True)]
    first, *others = shown
    words = [one_line(found[at].text.split(" – ")[-1]) for at in many]
    calls = [
        word if len(_places(found, word)) == 1 else letters(at) for word, at in zip(words, many, strict=True)
    ]
    last = calls[-1]
    return SourceError(
        say(
            "cột “{first}” và {others} cùng được hiểu là “{name}”.",
            "the columns “{first}” and {others} both mean “{name}”.",
            first=first,
            others=Text(", ".join(f"cột “{one}”" for one in others), ", ".join(f"“{one}”" for one in others)),
            name=label,
            choices=tuple(zip(calls, shown, strict=True)),
        ),
        where=Where(file),
        do=say(
            'Hãy chọn bằng --column "{label}={last}", hoặc chỉ giữ lại một cột.',
            'Choose with --column "{label}={last}", or keep one of them.',
            label=label,
            last=last,
        ),
    )


def _no_column(file: str, found: Sequence[Heading], column: str, many: int) -> SourceError:
    shown = [one_line(heading.text) for heading in found if heading.text.strip()]
    what = (
        say(
            "có {many} cột tên là “{column}”.",
            "{many} {many:column is|columns are} called “{column}”.",
            many=many,
            column=column,
        )
        if many
        else say("không có cột “{column}”.", "there is no column “{column}”.", column=column)
    )
    return SourceError(
        what,
        where=Where(file),
        do=say(
            "Bảng có các cột: {columns}. Có thể ghi tiêu đề hoặc chữ cái của cột (A, B, …).",
            "The table has the columns: {columns}. Give a heading, or a column's letter (A, B, …).",
            columns=", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else ""),
        ),
    )


def one_line(text: str) -> str:
    """A heading on one line, cut where it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
