"""Where a line of a filled document may not end: in a document's number, between a figure and its word."""

import re
from collections.abc import Collection
from copy import deepcopy

from bochiso.report.docx.ooxml_guard import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_BEFORE_FIGURE = re.compile(
    r"\b(tuần|tháng|quý|năm|ngày|hạng|khoản|Điều|Phụ lục) (?=\d|[IVX]+\b)",
    re.IGNORECASE,
)
_AFTER_FIGURE = re.compile(r"(?<!\S)\(?(\d[\d,.]{0,4}) (?=(?:điểm|bậc|×)(?!\w))")
"""A short figure and what it counts: 1,38 điểm, 05 bậc; 75 × 22."""

_NUMBER = re.compile(r"(?<=[\d/])[^\s/]*(?:/[A-ZĐ0-9]+)*/[A-ZĐ]+(?:-[A-ZĐ0-9]+)+")
"""The symbol of a document: 07406/UBND-PVHCC, 45/2026/QĐ-TTg."""


SHORT = 9
"""Letters of a word and its figure that stay together in a justified line: a longer piece that moves to
the next line would leave this one stretched."""


def justified_styles(styles: Element) -> frozenset[str]:
    """The ids of the styles of justified paragraphs, by themselves or by what they are based on."""
    own, above = {}, {}
    for each in styles.iter(f"{_W}style"):
        name = each.get(f"{_W}styleId")
        aligned, based = each.find(f"{_W}pPr/{_W}jc"), each.find(f"{_W}basedOn")
        own[name] = None if aligned is None else aligned.get(f"{_W}val")
        above[name] = None if based is None else based.get(f"{_W}val")

    def alignment(name: str | None, left: int = 11) -> str | None:  # Word's own limit is ten
        return own.get(name) or (alignment(above[name], left - 1) if name in above and left else None)

    return frozenset(name for name in own if alignment(name) == "both")


def keep_together(body: Element, justified: Collection[str] = ()) -> None:
    """Put no-break spaces and hyphens where a line would be torn; what is read stays the same.

    `justified`: the ids of the styles of paragraphs where long pieces stay apart.
    """
    for paragraph in body.iter(f"{_W}p"):
        most = SHORT if _is_justified(paragraph, justified) else None
        for text in list(paragraph.iter(f"{_W}t")):
            if text.text:
                _kept(text, most)


def _is_justified(paragraph: Element, justified: Collection[str]) -> bool:
    aligned = paragraph.find(f"{_W}pPr/{_W}jc")
    if aligned is not None:
        return bool(aligned.get(f"{_W}val") == "both")
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and style.get(f"{_W}val") in justified


def _kept(text: Element, most: int | None) -> None:
    def joined(found: re.Match[str]) -> str:
        figure = found.string[found.end() :].split(" ", 1)[0]
        word = found[1].rpartition(" ")[2]
        fits = most is None or len(word) + 1 + len(figure) <= most
        return f"{found[1]}\u00a0" if fits else found[0]

    told = _BEFORE_FIGURE.sub(joined, text.text)
    if most is not None:
        told = _AFTER_FIGURE.sub(lambda found: f"{found[0][:-1]}\u00a0", told)
    pieces = _split(told)
    if len(pieces) == 1:
        text.text = pieces[0]
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
