"""What an XLSX says of its cells beside their values: percent formats, errors, formulas never computed.

Only read where the workbook has any: most have none, and their values are read much faster.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from lxml import etree

from bochiso.intake.formats.sheet import is_percent, shows_sign


class Mark(Enum):
    """How a cell shows its number."""

    PERCENT = "percent"
    SIGN = "sign"


Marks = Mapping[tuple[int, int], Mark | str]
"""By row and column from 0: how the cell shows its number, or what it shows instead of one."""

_BUILT_IN = {9: "0%", 10: "0.00%"}
_SHEETS = "xl/workbook.xml"


def hidden_of(data: bytes) -> dict[str, tuple[int, int]]:
    """How many filled rows and how many columns each sheet of an XLSX hides, by its title."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        found = {}
        for title, member in _sheets(archive) if _SHEETS in names else ():
            xml = archive.read(member) if member in names else b""
            rows = sum(1 for row in _HIDDEN_ROW.findall(xml) if not row.endswith(b"/"))
            columns = sum(
                min(int(last), _WIDEST) - int(first) + 1
                for first, last in map(_extent, _HIDDEN_COLUMN.findall(xml))
            )
            if rows or columns:
                found[title] = rows, columns
        return found


_HIDDEN_ROW = re.compile(rb'<row\b([^>]*\bhidden="(?:1|true)"[^>]*)>')
_HIDDEN_COLUMN = re.compile(rb'<col\b([^>]*\bhidden="(?:1|true)"[^>]*)>')
_EDGES = re.compile(rb'\b(min|max)="([0-9]{1,5})"')
_WIDEST = 64
"""A sheet may hide all columns behind its table: these are none of it."""


def _extent(column: bytes) -> tuple[bytes, bytes]:
    edges = dict(_EDGES.findall(column))
    return edges.get(b"min", b"1"), edges.get(b"max", b"0")


def marks_of(data: bytes) -> dict[str, Marks]:
    """The marks of each sheet of an XLSX, by its title."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if _SHEETS not in names:
            return {}
        styles = _styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in names else {}
        found: dict[str, Marks] = {}
        for title, member in _sheets(archive):
            if member in names:
                xml = archive.read(member)
                if styles or b'"e"' in xml or b"'e'" in xml or b"f>" in xml or b"<f" in xml:
                    found[title] = dict(_marks(xml, styles))
        return found


def _root(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Titles of sheets with the files that hold them."""
    relations = _root(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target") or "" for each in relations}
    for sheet in _root(archive.read(_SHEETS)).iter("{*}sheet"):
        link = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        target = targets.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield sheet.get("name") or "", path


def _styles(xml: bytes) -> dict[str, Mark]:
    """The styles, by number, that show a percent sign."""
    root = _root(xml)
    formats = {int(each.get("numFmtId", 0)): each.get("formatCode") or "" for each in root.iter("{*}numFmt")}
    formats = _BUILT_IN | formats
    found: dict[str, Mark] = {}
    for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        shown = formats.get(int(style.get("numFmtId", 0)), "")
        if is_percent(shown):
            found[str(number)] = Mark.PERCENT
        elif shows_sign(shown):
            found[str(number)] = Mark.SIGN
    return found


def _marks(xml: bytes, styles: Mapping[str, Mark]) -> Iterator[tuple[tuple[int, int], Mark | str]]:
    row_number = -1
    for _, row in etree.iterparse(
        io.BytesIO(xml), tag="{*}row", resolve_entities=False, no_network=True, huge_tree=True
    ):
        given = row.get("r")
        row_number = int(given) - 1 if given else row_number + 1
        column = -1
        for cell in row:
            place = cell.get("r")
            column = _column(place) if place else column + 1
            mark = _mark(cell, styles)
            if mark is not None:
                yield (row_number, column), mark
        row.clear()
        while row.getprevious() is not None:
            del row.getparent()[0]


def _mark(cell: Any, styles: Mapping[str, Mark]) -> Mark | str | None:
    kind = cell.get("t", "n")
    value = cell.findtext("{*}v") or ""
    if kind == "e":
        return value or "#ERROR!"
    if kind != "n":
        return None
    if value:
        return styles.get(cell.get("s", "0"))
    formula = cell.find("{*}f")
    return None if formula is None else f"={formula.text or ''}"


def _column(place: str) -> int:
    number = 0
    for sign in place.upper():
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return number - 1
