"""How every chart looks and becomes a picture: one theme, SVG and PNG, without a network.

Charts are set in Be Vietnam Pro, which comes along (the converter's own font lacks Vietnamese letters):
a chart looks the same on every machine, and as the pages do. The converter's engine takes half a second
to start and then stays warm in the process: a chart after the first takes less than a tenth of one.
"""

import re
import zlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt
import vl_convert

from bochiso.text import Lang, Text, change, points, show

FONT = "Be Vietnam Pro, Arial, Helvetica, sans-serif"
INK = "#1a1a1a"
FRAME = "#595959"
BLUE, LIGHT_BLUE, ORANGE, WHITE = "#08519c", "#6baed6", "#d95f02", "#ffffff"
GRADE_SHADES = ("#08519c", "#4292c6", "#9ecae1", "#fdd0a2", "#e6550d")
"""Best grade first. Blue and orange stay apart for those who don't see red and green."""

PLOT_WIDTH = 330
"""Pixels, of 96 to the inch: with names and figures beside it a chart fits an A4 page's text, 16 cm."""

ROW_HEIGHT = 34
LABEL_LIMIT = 220

Value = str | Decimal | int | date | None
Row = tuple[Value, ...]

_LOCALES: dict[Lang, dict[str, Any]] = {
    Lang.VI: {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " đ"]},
    Lang.EN: {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " đ"]},
}


@dataclass(frozen=True)
class Chart:
    """A chart, and the table that says the same.

    `rows` under `headings`: what is drawn, for a table beside it; None where there is no figure.
    `alt` says it in words, for who can't see it. `definition` is Vega-Lite's.
    """

    title: Text
    alt: Text
    headings: tuple[Text, ...]
    rows: tuple[Row, ...]
    lang: Lang
    definition: dict[str, Any]

    @cached_property
    def _svg(self) -> str:
        register_fonts()
        drawn: str = vl_convert.vegalite_to_svg(
            self.definition, format_locale=_LOCALES[self.lang], allowed_base_urls=[]
        )
        label = f"{self.title.render(self.lang)}. {self.alt.render(self.lang)}"
        return drawn.replace("<svg ", f'<svg role="img" aria-label={quoteattr(label)} ', 1)

    def svg(self) -> str:
        """The chart as SVG, its words as text."""
        return self._svg

    def png(self, scale: float = 3) -> bytes:
        """The chart as PNG; `scale` 3 is 288 dots to the inch, enough for print."""
        return _packed(vl_convert.svg_to_png(self._svg, scale=scale, ppi=72))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels, of 96 to the inch."""
        found = re.search(r'width="([\d.]+)" height="([\d.]+)"', self._svg)
        assert found is not None  # noqa: S101 (the converter writes both)
        return float(found[1]), float(found[2])

    def cells(self) -> list[list[str]]:
        """The rows as the reader's language writes them, a dash where there is no figure."""
        return [[cell(value, self.lang) for value in row] for row in self.rows]


@cache
def register_fonts() -> None:
    """Let the converter know the fonts that come along."""
    vl_convert.register_font_directory(str(Path(__file__).with_name("charts_fonts")))


_SIGNATURE = 8
_AROUND = 12
"""Bytes of a PNG before its first chunk, and of a chunk around its data: size, kind, checksum."""


def _packed(png: bytes) -> bytes:
    """The same picture in a quarter of the bytes: the converter hardly compresses."""
    at, pixels, before, after = _SIGNATURE, b"", png[:_SIGNATURE], b""
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        chunk = png[at : at + size + _AROUND]
        if chunk[4:8] == b"IDAT":
            pixels += chunk[8:-4]
        elif pixels:
            after += chunk
        else:
            before += chunk
        at += len(chunk)
    body = b"IDAT" + zlib.compress(zlib.decompress(pixels), 6)
    length = (len(body) - 4).to_bytes(4, "big")
    return before + length + body + zlib.crc32(body).to_bytes(4, "big") + after


def cell(value: Value, lang: Lang) -> str:
    """A value of a row as text; decimals are points."""
    return points(value, lang) if value is None or isinstance(value, Decimal) else show(value, lang)


def signed(value: Decimal | None, lang: Lang) -> str:
    """A change with its sign; a dash where there is none."""
    return change(value, lang)


def at(value: Decimal | None) -> float | None:
    """Where a figure is drawn: only the pixels are floating."""
    return None if value is None else float(value)


def data(rows: list[dict[str, Any]]) -> alt.Data:
    """Rows as a chart's own data: nothing is fetched."""
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def finish(chart: Any) -> dict[str, Any]:
    """The definition of a chart in the house's theme."""
    themed = (
        chart.configure(font=FONT, background=WHITE, padding=6, aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            domainColor=FRAME,
            tickColor=FRAME,
            gridColor="#d9d9d9",
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelLimit=LABEL_LIMIT,
        )
        .configure_legend(
            orient="bottom",
            direction="horizontal",
            title=None,
            labelFontSize=12,
            labelColor=INK,
            labelLimit=330,
            symbolSize=130,
            symbolType="square",
            symbolStrokeColor=INK,
            symbolStrokeWidth=1,
        )
        .configure_title(fontSize=13, color=INK, anchor="start", fontWeight="bold")
        .configure_text(fontSize=12, color=INK)
    )
    definition: dict[str, Any] = themed.to_dict()
    return definition
