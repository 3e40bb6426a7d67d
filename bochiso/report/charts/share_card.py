"""The picture that stands beside a link to a page: whose figures, the total, the rank, of which day."""

from base64 import b64encode
from html import escape

import vl_convert

from bochiso.report.charts.theme import register_fonts

WIDTH, HEIGHT = 1200, 630
_INK, _SOFT, _MARK, _LINE = "#1b1e24", "#565c66", "#1d4f91", "#dfe3e8"
_EMBLEM = 128


def share_card(
    name: str, about: str, figures: tuple[tuple[str, str], ...], day: str, emblem: bytes | None = None
) -> bytes:
    """A PNG of WIDTH × HEIGHT pixels; `figures`: up to three, each a large value and what it is; `emblem`: a
    PNG for the corner."""
    register_fonts()
    step = (WIDTH - 160) // max(len(figures), 1)
    shown = "".join(
        _text(80 + n * step, 380, 76, value, _INK, bold=True) + _text(84 + n * step, 440, 30, what, _SOFT)
        for n, (value, what) in enumerate(figures)
    )
    corner = (
        f'<image x="{WIDTH - 80 - _EMBLEM}" y="70" width="{_EMBLEM}" height="{_EMBLEM}" '
        f'href="data:image/png;base64,{b64encode(emblem).decode()}"/>'
        if emblem
        else ""
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="Be Vietnam Pro"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<rect width="{WIDTH}" height="14" fill="{_MARK}"/>{corner}'
        f"{_text(80, 130, 60, name, _INK, bold=True)}{_text(82, 182, 32, about, _SOFT)}{shown}"
        f'<path d="M80 520h1040" stroke="{_LINE}" stroke-width="2"/>{_text(82, 574, 30, day, _SOFT)}</svg>'
    )
    return vl_convert.svg_to_png(svg, scale=1, ppi=72)


def _text(x: int, y: int, size: int, words: str, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{weight}>{escape(words)}</text>'
