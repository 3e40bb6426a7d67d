"""A chart as pages, files and other sites have it: its words, its table, and its drawing in two sizes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from bochiso.text import Lang, Text, points, show
from bochiso.web.graphics.map_shades import FILLS, STROKES, UNKNOWN, UNKNOWN_EDGE
from bochiso.web.graphics.marks import (
    BEST,
    INK,
    LEADING,
    LINE,
    OTHERS,
    OURS,
    PAPER,
    SOFT,
    TRACK,
    Drawing,
    wrapped,
)


class ChartSize(Enum):
    """The sizes that a chart is drawn in, by its width in pixels: a phone's, a desk's."""

    PHONE = 340
    DESK = 580
    BROAD = 880

    @property
    def narrow(self) -> bool:
        """Whether names stand above their marks and not beside them."""
        return self is ChartSize.PHONE


Value = str | Decimal | int | None
Row = tuple[Value, ...]
Draw = Callable[[ChartSize], Drawing]


@dataclass(frozen=True)
class PageChart:
    """A chart. `words` say what it shows to who can't see it; `rows` under `headings` are its figures.

    `paper`: its size on a desk. `note`: what a reader must know of it. `kind` and `subject` are its address:
    /bieu-do/kind/subject.svg.
    """

    kind: str
    subject: str
    title: str
    words: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    draw: Draw
    paper: ChartSize = ChartSize.DESK
    note: str = ""

    def svg(self, paper: ChartSize) -> str:
        """The drawing for a page."""
        name = "phone" if paper.narrow else "desk"
        return in_page_colours(self.draw(paper).svg(f"{self.title}. {self.words}", name))

    @property
    def inline(self) -> str:
        """Both sizes for a page, which shows the one that has room."""
        return self.svg(self.paper) + self.svg(ChartSize.PHONE)

    def file(self, source: str, paper: ChartSize | None = None) -> str:
        """The drawing as a file of its own: with its title, and its `source` at the foot."""
        inner = self.draw(paper or self.paper)
        title = wrapped(self.title, inner.width, _TITLE * 1.05)
        foot = wrapped(source, inner.width, _SOURCE)
        head = _EDGE + _TITLE * 1.4 * len(title) + 6
        whole = Drawing(inner.width + 2 * _EDGE, head + inner.height + _SOURCE * 1.5 * len(foot) + _EDGE)
        whole.rect(0, 0, whole.width, whole.height, PAPER)
        for n, line in enumerate(title):
            whole.text(_EDGE, _EDGE + _TITLE * (1 + 1.4 * n), line, size=_TITLE, bold=True)
        for n, line in enumerate(foot):
            at = head + inner.height + _SOURCE * 1.5 * (n + 1)
            whole.text(_EDGE, at, line, colour=SOFT, size=_SOURCE)
        drawn = whole.svg(f"{self.title}. {self.words}").removesuffix("</svg>")
        return f'{drawn}<g transform="translate({_EDGE} {head:.0f})">{inner.body}</g></svg>'

    def png(self, source: str, paper: ChartSize | None = None) -> bytes:
        """The same as a picture of twice the pixels."""
        import vl_convert  # only where a picture is made: it takes a while to load

        _fonts()
        made: bytes = vl_convert.svg_to_png(self.file(source, paper), scale=2, ppi=72)
        return made

    def cells(self, lang: Lang) -> list[list[str]]:
        """Its figures as the reader's language writes them: decimals are points, a dash for none."""
        return [[_cell(cell, lang) for cell in row] for row in self.rows]

    def table(self) -> list[dict[str, Any]]:
        """Its figures as rows of a file."""
        return [dict(zip(self.headings, row, strict=True)) for row in self.rows]


PAGE_COLOURS = {
    INK: "ink", SOFT: "soft", LINE: "line", OURS: "mark", OTHERS: "others", BEST: "best", TRACK: "whole",
    PAPER: "paper", LEADING: "mark-soft", UNKNOWN: "class-none", UNKNOWN_EDGE: "edge-none",
    **{colour: f"class-{n}" for n, colour in enumerate(FILLS)},
    **{colour: f"edge-{n}" for n, colour in enumerate(STROKES)},
}  # fmt: skip
"""What the style sheet calls each colour of a chart: a page gives it another one in the dark."""

_COLOUR = re.compile(r'="(#[0-9a-f]{6})"')


def in_page_colours(svg: str) -> str:
    """A drawing whose colours are those of the page that it stands on; a file of its own has no page."""
    return _COLOUR.sub(lambda found: f'="var(--{PAGE_COLOURS[found[1]]})"', svg)


_EDGE, _TITLE, _SOURCE = 16, 15, 11


@cache
def _fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(files("bochiso.report.charts") / "charts_fonts"))


def _cell(value: Value, lang: Lang) -> str:
    return points(value, lang) if value is None or isinstance(value, Decimal) else show(value, lang)


def sentence(parts: Sequence[str]) -> str:
    """Parts as one sentence."""
    text = "; ".join(each for each in parts if each)
    return f"{text}." if text else ""


def said(text: Text, lang: Lang) -> str:
    """A text with a capital."""
    found = text.render(lang)
    return found[:1].upper() + found[1:]


def attribute(text: str) -> str:
    """A text for an attribute."""
    return escape(text, quote=True)
