"""Sheets of OpenDocument (ODS): cells say themselves what they are."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from lxml import etree

from bochiso.intake.formats.sheet import Sheet, Span, cell_text, percent_text, rectangular
from bochiso.intake.formats.zip_guard import BROKEN_ZIP, broken

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_WIDEST = 16_384


def is_opendocument(data: bytes) -> bool:
    """Whether an archive is an OpenDocument spreadsheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "content.xml" in archive.namelist()
    except BROKEN_ZIP:
        return False


def opendocument_sheets(name: str, data: bytes) -> list[Sheet]:
    """The sheets of an ODS. Raises SourceError where it can't be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            xml = archive.read("content.xml")
        return list(_sheets(xml))
    except (etree.XMLSyntaxError, *BROKEN_ZIP) as error:
        raise broken(name) from error


def _sheets(xml: bytes) -> Iterator[Sheet]:
    hidden: set[str] = set()
    rows: list[list[str]] = []
    spans: list[Span] = []
    blank = 0
    events = etree.iterparse(
        io.BytesIO(xml), ("start", "end"), tag=(f"{_STYLE}style", f"{_TABLE}table", f"{_TABLE}table-row"),
        resolve_entities=False, no_network=True, huge_tree=True,
    )  # fmt: skip
    found = False
    for event, node in events:
        if node.tag == f"{_STYLE}style":
            look = node.find(f"{_STYLE}table-properties")
            if event == "end" and look is not None and look.get(f"{_TABLE}display") == "false":
                hidden.add(node.get(f"{_STYLE}name"))
        elif node.tag == f"{_TABLE}table" and event == "start":
            rows, spans, blank = [], [], 0
        elif node.tag == f"{_TABLE}table" and node.get(f"{_TABLE}name") is not None:
            found = True
            visible = node.get(f"{_TABLE}style-name") not in hidden
            yield Sheet(node.get(f"{_TABLE}name"), rectangular(rows), tuple(spans), visible)
        elif node.tag == f"{_TABLE}table-row" and event == "end":
            times = int(node.get(f"{_TABLE}number-rows-repeated", "1"))
            cells = _cells(node, len(rows) + blank, spans)
            if cells:
                rows += [[] for _ in range(blank)] + [list(cells) for _ in range(times)]
                blank = 0
            else:
                blank += times
            node.clear()
    if not found:
        raise ValueError("no sheet")


def _cells(row: Any, at: int, spans: list[Span]) -> list[str]:
    """The cells of a row up to its last one that says something."""
    cells: list[str] = []
    blank = 0
    for node in row:
        if node.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(node.get(f"{_TABLE}number-columns-repeated", "1"))
        text = _value(node) if node.tag == f"{_TABLE}table-cell" else ""
        right, below = (int(node.get(f"{_TABLE}number-{kind}-spanned", "1")) for kind in ("columns", "rows"))
        if right > 1 or below > 1:
            left = len(cells) + blank
            spans.append((at, at + below - 1, left, left + right - 1))
        if text:
            cells += [""] * blank + [text] * min(times, _WIDEST)
            blank = 0
        else:
            blank += times
    return cells


def _value(node: Any) -> str:
    kind = node.get(f"{_OFFICE}value-type")
    shown = "\n".join("".join(each.itertext()) for each in node.iterfind(f"{_TEXT}p"))
    if node.get(f"{_CALC}value-type") == "error" or (shown.startswith(("#", "Err:")) and kind != "string"):
        return str(shown) or "#ERROR!"
    if kind == "percentage":
        return percent_text(float(node.get(f"{_OFFICE}value", "0")))
    if kind in ("float", "currency"):
        return cell_text(float(node.get(f"{_OFFICE}value", "0")))
    if kind == "date":
        return str(node.get(f"{_OFFICE}date-value", "")).removesuffix("T00:00:00")
    if kind == "boolean":
        return str(node.get(f"{_OFFICE}boolean-value") == "true")
    if kind is None and (formula := node.get(f"{_TABLE}formula")):
        return "=" + str(formula).partition("=")[2]
    return normalize("NFC", str(node.get(f"{_OFFICE}string-value") or shown))
