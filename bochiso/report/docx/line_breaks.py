"""Where a line of a filled document may not end: in a document's number, or between a word and its figure."""

import re
from copy import deepcopy

from bochiso.report.docx.ooxml_guard import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_BEFORE_FIGURE = re.compile(
    r"\b(tuần|tháng|quý|năm|ngày|hạng|khoản|Điều|Phụ lục) (?=\d|[IVX]+\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<=[\d/])[^\s/]*(?:/[A-ZĐ0-9]+)*/[A-ZĐ]+(?:-[A-ZĐ0-9]+)+")
"""The symbol of a document: 07406/UBND-PVHCC, 45/2026/QĐ-TTg."""


def keep_together(body: Element) -> None:
    """Put no-break spaces and hyphens where a line would be torn; what is read stays the same."""
    for text in list(body.iter(f"{_W}t")):
        if not text.text:
            continue
        joined = _BEFORE_FIGURE.sub(lambda found: f"{found[1]}\u00a0", text.text)
        pieces = _split(joined)
        if len(pieces) == 1:
            text.text = joined
        else:
            _hyphened(text, pieces)


def _split(text: str) -> list[str]:
    """The text cut at the hyphens of symbols."""
    pieces, last = [], 0
    for symbol in _NUMBER.finditer(text):
        for hyphen in re.finditer("-", symbol[0]):
            place = symbol.start() + hyphen.start()
            pieces.append(text[last:place])
            last = place + 1
    return [*pieces, text[last:]]


def _hyphened(text: Element, pieces: list[str]) -> None:
    """The same run with a hyphen between the pieces that no line ends at."""
    run = text.getparent()
    place = run.index(text)
    run.remove(text)
    for n, piece in enumerate(pieces):
        if n:
            run.insert(place, run.makeelement(f"{_W}noBreakHyphen", {}))
            place += 1
        each = deepcopy(text)
        each.text, each.tail = piece, None
        each.set(_SPACE, "preserve")
        run.insert(place, each)
        place += 1
