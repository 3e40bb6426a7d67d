"""Tables of records (dossiers, procedures, petitions, units): their headings, and their rows by field.

The reader is the one of all tables; here stands what differs: a field's own name is a heading
too, and a text of any length is read row by row.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from unicodedata import is_normalized, normalize

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.encodings import encoding_of
from bochiso.intake.formats.legacy_fonts import FONTS, font_of, typed_for
from bochiso.intake.formats.moments import tidy_moment
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice, one_line
from bochiso.intake.headings.header_rows import READ_ROWS
from bochiso.intake.headings.heading_words import IGNORED
from bochiso.intake.headings.headings import Heading, Parts, simplify
from bochiso.intake.tables.delimited import find_layout
from bochiso.intake.tables.passed_over import kind_of_row
from bochiso.intake.tables.table_reader import RawTable, unused_columns
from bochiso.text import Text, say

Words = Mapping[str, tuple[str, ...]]
"""Names of fields, and the headings that they may have beside their own name."""

Row = tuple[int, dict[str, Any]]
"""A row's number in its file, the heading's counted too, and its cells by field."""

_IGNORED = ("stt", "tt", "số tt", "số thứ tự", "no", "#", "ghi chú", "field", "accepted")
"""Known, and of no use here: the last three are what the simulated province writes besides."""

_OPENING = 2**20


@dataclass(frozen=True)
class Must:
    """Fields of which a table has to have one; where `beside` is given, only beside one of those."""

    one_of: tuple[str, ...]
    beside: frozenset[str] = frozenset()


class RecordHeadings:
    """The headings of a table of records; the first field is its key.

    `further`: fields known by their own name alone. `must`: what the table can't do without.
    """

    def __init__(self, words: Words, further: Iterable[str] = (), must: Sequence[Must] = ()) -> None:
        self._words = words
        self._must = must
        self.keys = frozenset({next(iter(words))})
        self._known = {simplify(name): name for name in further}
        self._known |= {
            simplify(word).replace("/", " "): field
            for field, many in words.items() for word in (field, *many)
        }  # fmt: skip
        self._ignored = {simplify(word) for word in _IGNORED}

    @property
    def needed(self) -> Text:
        """The key, which no table of the kind can do without."""
        key = next(iter(self._words))
        return say("Cần cột {column}.", "It needs the column {column}.", column=self.label(key))

    def complete(self, headings: Sequence[Heading]) -> bool:
        """Whether the key is among them."""
        return any(heading.name in self.keys for heading in headings)

    def label(self, name: str) -> str:
        """A field by what clerks call it, and its own name."""
        words = self._words.get(name, ())
        first = next((word for word in words if not word.isascii()), next(iter(words), None))
        return f"“{first}” ({name})" if first else name

    def stacked(self, columns: Sequence[Parts]) -> tuple[Heading, ...]:
        """The headings of a table, each from its parts."""
        return tuple(self._heading(parts) for parts in columns)

    def field(self, text: str) -> str:
        """The field that a heading or a key of JSON names, "" for none."""
        words = simplify(text).replace("/", " ")
        return self._known.get(" ".join(words.split()), "") or self._known.get(_bare(text), "")

    def strange(self, text: str) -> bool:
        """Whether a heading or a key is neither a field nor one that is known to be of no use."""
        return not self.field(text) and simplify(text) not in self._ignored

    def check(self, file: str, names: Iterable[str]) -> None:
        """Raise SourceError where a table lacks what its rows can't be judged without."""
        have = set(names)
        for must in self._must:
            group = must.one_of
            if not have & set(group) and (not must.beside or have & must.beside):
                raise SourceError(
                    say(
                        "bảng thiếu cột {columns}.",
                        "the table lacks the column {columns}.",
                        columns=Text(
                            " hoặc ".join(map(self.label, group)), " or ".join(map(self.label, group))
                        ),
                    ),
                    where=Where(file),
                    do=say(
                        'Hãy thêm cột ấy, hoặc chỉ ra bằng --column "{field}=tiêu đề của cột".',
                        'Add it, or say which column it is with --column "{field}=its heading".',
                        field=group[0],
                    ),
                )

    def _heading(self, parts: Parts) -> Heading:
        given = [part for part in parts if part.strip()]
        text = " – ".join(" ".join(part.split()) for part in given) if len(given) > 1 else "".join(given)
        fields = (found for part in (text, *reversed(given)) if (found := self.field(part)))
        name = next(fields, "")
        if not name and given and simplify(given[-1]) in self._ignored:
            name = IGNORED
        return Heading(text, name)


def _bare(text: str) -> str:
    """A heading without what stands in parentheses or behind a star: "Ngày tiếp nhận (dd/mm/yyyy)"."""
    return " ".join(simplify(text.partition("(")[0].strip(" *:")).replace("/", " ").split())


def table_rows(table: RawTable) -> Iterator[Row]:
    """The rows of a table, by field; what a row doesn't say isn't in it."""
    names = [heading.name for heading in table.headings]
    columns = [column.to_pylist() for column in table.columns]
    for number, *cells in zip(table.rows.to_pylist(), *columns, strict=True):
        yield number, {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}


class NotRecords:
    """Rows of a table of records that are no record: a sum, a note, a signature, a section's name."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._passed: list[str] = []

    def kept(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows that are records, or mean to be."""
        for number, values in rows:
            kind = kind_of_row(str(next(iter(values.values())))) if len(values) == 1 else None
            if kind is None:
                yield number, values
            else:
                self._passed.append(str(number))

    def notes(self) -> list[Text]:
        """A note on the rows that were passed over, once all were read."""
        shown = ", ".join(self._passed[:10]) + (", …" if len(self._passed) > 10 else "")
        if not shown:
            return []
        return [
            say(
                "{file}: bỏ qua {count} dòng tổng, ghi chú, chữ ký (dòng {rows}).",
                "{file}: {count} {count:row|rows} of sums, notes or signatures passed over (row {rows}).",
                file=self._file,
                count=len(self._passed),
                rows=shown,
            )
        ]


class TextRows:
    """The rows of a CSV or TSV of any length, read piece by piece; `notes` say what was found of it."""

    def __init__(
        self, name: str, stream: Any, vocabulary: RecordHeadings, choice: Choice = NO_CHOICE
    ) -> None:
        self.name = name
        opening = bytes(stream.read(_OPENING))
        encoding = encoding_of(name, opening)
        first = opening.decode(encoding, "ignore")
        font = font_of(first)
        self._convert = FONTS[font] if font else None
        self.notes: list[Text] = [typed_for(name, font)] if font else []
        if self._convert:
            first = self._convert(first)
        head = "".join(islice(io.StringIO(first, newline=""), 4 * READ_ROWS))
        layout = find_layout(name, head, vocabulary, choice)
        vocabulary.check(name, [heading.name for heading in layout.headings])
        self.notes += unused_columns(name, layout.headings)
        self._fields = {at: one.name for at, one in enumerate(layout.headings) if one.used}
        self._last, self._mark = layout.last, layout.mark
        self._text = io.TextIOWrapper(
            io.BufferedReader(_Joined(opening, stream)), encoding, newline="", errors="strict"
        )

    def __iter__(self) -> Iterator[Row]:
        """Rows below the heading, by field; rows without anything fall away. Raises SourceError."""
        lines: Iterable[str] = self._text
        if self._convert:
            lines = map(self._convert, lines)
        try:
            for at, row in enumerate(csv.reader(lines, delimiter=self._mark)):
                if at <= self._last:
                    continue
                values = {
                    field: cell if cell.isascii() or is_normalized("NFC", cell) else normalize("NFC", cell)
                    for place, field in self._fields.items()
                    if place < len(row) and (cell := row[place])
                }
                if values:
                    yield at + 1, values
        except UnicodeDecodeError as error:
            raise SourceError(
                say(
                    "tệp lẫn nhiều bảng mã, không đọc được đến hết.",
                    "several encodings are mixed, it can't be read to its end.",
                ),
                where=Where(self.name),
                do=say("Lưu lại bằng “CSV UTF-8” rồi nạp lại.", "Save it as “CSV UTF-8” and try again."),
            ) from error
        except csv.Error as error:
            raise SourceError(
                say(
                    "CSV sai cú pháp; kiểm tra dấu ngoặc kép.",
                    "the CSV is broken; look at its quotation marks.",
                ),
                where=Where(self.name),
            ) from error


def fields_of_rows(
    row: Mapping[str, Any], moments: Iterable[str], ends: Iterable[str] = ()
) -> dict[str, Any]:
    """A row's cells as a message would have them: moments as yyyyMMddHHmmss.

    `ends`: the moments of which a day without a time means its end.
    """
    fields = dict(row)
    last = set(ends)
    for name in moments:
        if name in fields:
            fields[name] = tidy_moment(row[name], ends=name in last)
    return fields


def unknown_keys(name: str, keys: Iterable[str]) -> list[Text]:
    """A note on the keys of JSON that no field has."""
    return unused_columns(name, [Heading(one_line(key), "") for key in keys])


class _Joined(io.RawIOBase):
    """A stream of any kind from its beginning, of which some was read already."""

    def __init__(self, opening: bytes, stream: Any) -> None:
        self._rest = memoryview(opening)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        if self._rest:
            data, self._rest = self._rest[:size], self._rest[size:]
        else:
            data = memoryview(bytes(self._stream.read(size)))
        buffer[: len(data)] = data
        return len(data)
