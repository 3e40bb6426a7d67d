"""Tables of HTML and of Excel's XML of 2003, which many systems save under the name .xls."""

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from lxml import etree, html

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.sheet import Sheet, Span, cell_text, is_percent, percent_text, rectangular
from bochiso.text import say

_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml\b|\A(?:\xef\xbb\xbf)?\s*<(?:\w+:)?Workbook\b")
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_HIDDEN = ("SheetHidden", "SheetVeryHidden")
_CELLS_OF_SPAN = 1_000
_HIDDEN_LINE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_markup(data: bytes) -> bool:
    """Whether the bytes are HTML or XML."""
    return bool(_HTML.match(data[:4096]) or _XML.match(data[:4096]))


def markup_sheets(name: str, data: bytes) -> list[Sheet]:
    """The tables of an HTML page or of Excel's XML. Raises SourceError where there are none."""
    try:
        if _XML.match(data[:4096]) and not re.search(rb"<html\b", data[:4096], re.IGNORECASE):
            found = list(_xml_sheets(data))
        else:
            found = list(_html_sheets(data))
    except (etree.LxmlError, ValueError, RecursionError):
        found = []
    if not found:
        raise SourceError(
            say(
                "đây là tệp HTML hoặc XML không có bảng nào đọc được.",
                "it is HTML or XML without a table that can be read.",
            ),
            where=Where(name),
            do=say(
                "Hãy mở bằng Excel, lưu lại thành .xlsx rồi nạp lại.",
                "Open it in Excel, save it as .xlsx and try again.",
            ),
        )
    return found


def _html_sheets(data: bytes) -> Iterator[Sheet]:
    parser = html.HTMLParser(encoding=_charset(data), no_network=True, huge_tree=True)
    root = html.fromstring(data, parser=parser)
    tables = [root] if root.tag == "table" else root.iter("table")
    for table in tables:
        if table.find(".//table") is not None:
            continue  # only frames others
        rows, spans = _html_rows(table)
        if rows:
            yield Sheet("", rows, spans)


def _charset(data: bytes) -> str | None:
    """UTF-8 where the bytes are; else what the page says itself."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _html_rows(table: Any) -> tuple[list[list[str]], tuple[Span, ...]]:
    rows: list[list[str]] = []
    spans: list[Span] = []
    taken: set[tuple[int, int]] = set()
    shown = (row for row in table.iter("tr") if not _HIDDEN_LINE.search(row.get("style") or ""))
    for at, row in enumerate(shown):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            while (at, len(cells)) in taken:
                cells.append("")
            across, down = (_times(cell.get(kind)) for kind in ("colspan", "rowspan"))
            left = len(cells)
            if across > 1 or down > 1:
                spans.append((at, at + down - 1, left, left + across - 1))
                taken |= {(at + d, left + a) for d in range(down) for a in range(across)}
            cells += [_words(cell)] + [""] * (across - 1)
        rows.append(cells)
    return rectangular(rows), tuple(spans)


def _words(cell: Any) -> str:
    for line in cell.iter("br"):
        line.tail = f"\n{line.tail or ''}"
    return normalize("NFC", cell.text_content().replace("\xa0", " ").strip())


def _times(text: str | None) -> int:
    return min(int(text), _CELLS_OF_SPAN) if text and text.isdecimal() and int(text) else 1


def _xml_sheets(data: bytes) -> Iterator[Sheet]:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    percents = {
        style.get(f"{_SS}ID")
        for style in root.iter(f"{_SS}Style")
        for shown in style.iter(f"{_SS}NumberFormat")
        if shown.get(f"{_SS}Format") == "Percent" or is_percent(shown.get(f"{_SS}Format") or "")
    }
    for sheet in root.iter(f"{_SS}Worksheet"):
        rows: list[list[str]] = []
        spans: list[Span] = []
        for row in sheet.iterfind(f"{_SS}Table/{_SS}Row"):
            rows += [[] for _ in range(_index(row, len(rows)) - len(rows))]
            rows.append(_xml_row(row, len(rows), spans, percents))
        visible = not any(node.text in _HIDDEN for node in sheet.iter("{*}Visible"))
        yield Sheet(sheet.get(f"{_SS}Name") or "", rectangular(rows), tuple(spans), visible)


def _index(node: Any, expected: int) -> int:
    """The place of a row or cell from 0, which may pass over blank ones."""
    given = int(node.get(f"{_SS}Index", "0"))
    return given - 1 if expected < given <= expected + 100_000 else expected


def _xml_row(row: Any, at: int, spans: list[Span], percents: set[Any]) -> list[str]:
    cells: list[str] = []
    for cell in row.iterfind(f"{_SS}Cell"):
        cells += [""] * (_index(cell, len(cells)) - len(cells))
        across, down = (int(cell.get(f"{_SS}Merge{way}", "0")) for way in ("Across", "Down"))
        if across or down:
            spans.append((at, at + down, len(cells), len(cells) + across))
        cells += [_xml_text(cell, percents)] + [""] * min(across, _CELLS_OF_SPAN)
    return cells


def _xml_text(cell: Any, percents: set[Any]) -> str:
    data = cell.find(f"{_SS}Data")
    formula = cell.get(f"{_SS}Formula")
    if data is None:
        return str(formula) if formula else ""
    text = "".join(data.itertext())
    kind = data.get(f"{_SS}Type")
    if kind == "Number":
        value = float(text)
        return percent_text(value) if cell.get(f"{_SS}StyleID") in percents else cell_text(value)
    if kind == "DateTime":
        return text.partition(".")[0].removesuffix("T00:00:00")
    return normalize("NFC", text)
