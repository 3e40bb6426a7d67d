"""The lists that are brought in by file or pushed over HTTP, described for people and as JSON Schema."""

from typing import Any

import pyarrow as pa
from msgspec import Struct

from bochiso.intake.dossiers.petitions import PETITION_COLUMNS
from bochiso.intake.dossiers.procedures import PROCEDURE_COLUMNS, UNIT_COLUMNS
from bochiso.intake.dossiers.publication_rows import PUBLICATION_COLUMNS
from bochiso.intake.dossiers.ratings import RATING_COLUMNS
from bochiso.intake.dossiers.records import Columns, RecordColumn
from bochiso.text import Text, say

_PROVINCES_KEY = say("chỉ khóa của tỉnh gửi được", "with the province's key only")
_OWN = say("khóa của đơn vị nào gửi của đơn vị đó và các đơn vị trực thuộc", "each unit's key its own")

LISTS: dict[str, tuple[Columns, Text, Text]] = {
    "units": (UNIT_COLUMNS, say("Danh sách đơn vị", "Units"), _PROVINCES_KEY),
    "procedures": (PROCEDURE_COLUMNS, say("Danh sách thủ tục", "Procedures"), _PROVINCES_KEY),
    "publications": (
        PUBLICATION_COLUMNS,
        say("Sổ theo dõi công bố thủ tục", "The register of publications"),
        _PROVINCES_KEY,
    ),
    "petitions": (PETITION_COLUMNS, say("Phản ánh, kiến nghị", "Petitions"), _OWN),
    "ratings": (RATING_COLUMNS, say("Đánh giá hài lòng về hồ sơ", "Ratings of dossiers"), _OWN),
}
"""By the end of its address: its columns, what it is, and whose key sends it."""

_KINDS: dict[pa.DataType, tuple[dict[str, Any], Text]] = {
    pa.string(): ({"type": "string"}, say("chữ", "text")),
    pa.bool_(): ({"type": ["boolean", "string"]}, say("có, không", "yes, no")),
    pa.int32(): ({"type": "integer", "minimum": 0}, say("số nguyên", "whole number")),
    pa.date32(): ({"type": "string", "format": "date"}, say("ngày", "day")),
    pa.timestamp("us"): ({"type": "string"}, say("ngày giờ", "moment")),
}


def _kind(column: RecordColumn) -> tuple[dict[str, Any], Text]:
    """What a column holds; of one that is read from words (“05 ngày làm việc”) the words."""
    return _KINDS.get(column.kind, _KINDS[pa.string()])


class ListField(Struct, frozen=True):
    """A field of a list. `headings`: what else it may be called; `accepted`: what it may hold."""

    name: str
    kind: Text
    headings: tuple[str, ...]
    accepted: str
    needed: bool


class ListCall(Struct, frozen=True):
    """A list that can be pushed, and its fields."""

    name: str
    title: Text
    sender: Text
    fields: tuple[ListField, ...]


def list_calls() -> tuple[ListCall, ...]:
    """Every list with its fields."""
    return tuple(
        ListCall(
            name,
            title,
            sender,
            tuple(
                ListField(field, _kind(column)[1], column.words, column.accepted, n == 0)
                for n, (field, column) in enumerate(columns.items())
            ),
        )
        for name, (columns, title, sender) in LISTS.items()
    )


def json_schema() -> dict[str, Any]:
    """The lists as JSON Schema (2020-12): under `$defs` an array of items each."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "bochiso-lists",
        "$defs": {name: _array(columns, title) for name, (columns, title, _) in LISTS.items()},
    }


def _array(columns: Columns, title: Text) -> dict[str, Any]:
    properties = {}
    for name, column in columns.items():
        kind = dict(_kind(column)[0])
        some = kind["type"] if isinstance(kind["type"], list) else [kind["type"]]
        # A cell that says nothing is null or isn't there.
        kind["type"] = [*some, "null"]
        if said := "; ".join(filter(None, (", ".join(column.words), column.accepted))):
            kind["description"] = said
        properties[name] = kind
    item = {"type": "object", "required": [next(iter(columns))], "properties": properties}
    return {"title": title.vi, "type": "array", "items": item}
