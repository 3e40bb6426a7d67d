"""Tables in JSON: an array of objects, alone or under "rows", and the array that `bochiso score` prints.

A printed score reads back to what it was computed from: counts where it lists them, the points
of groups where it doesn't, the total where there are no counts.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.numbers import exact_text
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice, settled
from bochiso.intake.headings.headings import UNIT_NAMES, Headings
from bochiso.intake.tables.table_reader import RawTable, from_rows, no_heading
from bochiso.text import say

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

_UNIT = ("unit", "unit_name", "level", "parent")
_MEASURES = (*_UNIT, "indicator", "numerator", "denominator", "score")


def read_json(name: str, text: bytes, headings: Headings, choice: Choice = NO_CHOICE) -> tuple[RawTable, ...]:
    """The tables of a JSON text (UTF-8): one, or two for printed scores with counts."""
    objects = _objects(name, text)
    if any(isinstance(one.get("groups"), dict) or isinstance(one.get("indicators"), list) for one in objects):
        return _printed(name, objects, headings)
    keys = list(dict.fromkeys(key for one in objects for key in one))
    return (_table(name, keys, [(n, one) for n, one in enumerate(objects, 1)], headings, choice),)


def _objects(name: str, text: bytes) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text, parse_float=lambda digits: exact_text(Decimal(digits)), parse_int=str)
    except json.JSONDecodeError as error:
        raise SourceError(
            say(
                "JSON sai cú pháp ở cột {column:d}.",
                "JSON is broken at column {column:d}.",
                column=error.colno,
            ),
            where=Where(name, error.lineno),
            do=say("Hãy xuất lại tệp từ nguồn.", "Export the file again from its source."),
        ) from error
    except (RecursionError, ArithmeticError) as error:
        raise _other_shape(name) from error
    if _SURROGATE.search(text) and _has_half_signs(found):
        raise SourceError(
            say(
                "JSON có ký tự hỏng (nửa ký tự, như \\ud800), không ghi lại được.",
                "the JSON has broken signs (halves, as \\ud800) that can't be written down.",
            ),
            where=Where(name),
            do=say("Hãy xuất lại tệp từ nguồn.", "Export the file again from its source."),
        )
    rows = _rows(name, found) if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _other_shape(name)
    if not rows:
        raise SourceError(say("không có dòng số liệu nào.", "there are no rows in it."), where=Where(name))
    return rows


def _rows(name: str, found: Mapping[str, Any]) -> object:
    """The rows of an object: under "rows", or the "items" of our own API, which must be all of them."""
    items = found.get("items")
    if not isinstance(items, list):
        return found.get("rows")
    total = str(found.get("total", len(items)))
    if total.isdecimal() and int(total) > len(items):
        raise SourceError(
            say(
                "tệp chỉ có {n} trong {total} dòng của danh sách.",
                "the file has {n} of the list's {total} {total:row|rows}.",
                n=len(items),
                total=int(total),
            ),
            where=Where(name),
            do=say(
                "Hãy tải đủ: thêm size={total} vào địa chỉ, hoặc tải tệp CSV.",
                "Get all of them: add size={total} to the address, or take the CSV.",
                total=total,
            ),
        )
    return items


def _has_half_signs(found: object) -> bool:
    """Whether text in it has halves of surrogate pairs, which only JSON's escapes can bring in."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _other_shape(name: str) -> SourceError:
    return SourceError(
        say(
            "JSON không phải một bảng: cần mảng các đối tượng, hoặc {shape}.",
            "the JSON is no table: an array of objects is needed, or {shape}.",
            shape='{"rows": […]}',
        ),
        where=Where(name),
        do=say(
            "Số liệu tải từ Cổng Dịch vụ công quốc gia thì nạp bằng “bochiso import portal”.",
            "Answers of the national portal are imported with “bochiso import portal”.",
        ),
    )


def _table(
    name: str,
    keys: Sequence[str],
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    headings: Headings,
    choice: Choice = NO_CHOICE,
) -> RawTable:
    found = headings.row(keys)
    if not {heading.name for heading in found} & UNIT_NAMES:
        raise no_heading(name, [list(keys)], headings)
    found = settled(name, found, headings, choice)
    return from_rows(name, ((n, [_cell(row.get(key)) for key in keys]) for n, row in rows), found)


def _cell(value: object) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    return normalize("NFC", str(value))


def _printed(name: str, objects: Sequence[Mapping[str, Any]], headings: Headings) -> tuple[RawTable, ...]:
    units = {one["unit"] for one in objects if isinstance(one.get("unit"), str)}
    measures: list[tuple[int, Mapping[str, Any]]] = []
    points: list[tuple[int, Mapping[str, Any]]] = []
    for number, one in enumerate(objects, 1):
        unit = {key: one.get(key) for key in _UNIT}
        entries = [entry for entry in one.get("indicators") or () if isinstance(entry, dict)]
        counted = {
            entry.get("group") for entry in entries if _has(entry, "numerator", "denominator", "published")
        }
        for entry in entries:
            # What a unit took from its province comes back with the province's own row.
            if entry.get("group") in counted and entry.get("inherited_from") not in units:
                row = {"indicator": entry.get("code"), "score": entry.get("published")}
                counts = {key: entry.get(key) for key in ("numerator", "denominator")}
                measures.append((number, unit | row | counts))
        earned = {entry.get("code") for entry in entries if _has(entry, "points")}
        computed = {
            group
            for group in counted
            if earned.issuperset(headings.scored(str(group), str(one.get("level"))))
        }
        groups: Mapping[str, Any] = one.get("groups") or {}
        kept = {
            code: value for code, value in groups.items() if not computed.issuperset(headings.leaves(code))
        }
        if kept or not measures or measures[-1][0] != number:
            points.append((number, unit | kept | ({} if counted else {"total": one.get("total")})))
    tables = []
    if measures:
        tables.append(_table(name, _MEASURES, measures, headings))
    if points:
        keys = list(dict.fromkeys(key for _, row in points for key in row))
        tables.append(_table(name, keys, points, headings))
    return tuple(tables)


def _has(entry: Mapping[str, Any], *keys: str) -> bool:
    return any(entry.get(key) is not None for key in keys)
