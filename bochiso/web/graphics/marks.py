"""The marks that charts are drawn of, as SVG: escaped, without styles or scripts of their own.

Colours are attributes, since a page allows no style in itself; the same drawing is a file of its own.
"""

from collections.abc import Sequence
from html import escape

INK, SOFT, LINE = "#1b1e24", "#565c66", "#dfe3e8"
OURS, OTHERS, MEAN, BEST, TRACK = "#1d4f91", "#9aa7b8", "#1b1e24", "#8a6414", "#e3e7ed"
PAPER, LEADING = "#ffffff", "#e8eff8"
FONT = "Be Vietnam Pro, system-ui, Segoe UI, Arial, sans-serif"

Point = tuple[float, float]

SIZE = 13
"""Pixels of a chart's words, as it is drawn."""


class Drawing:
    """A chart under way: a sheet of `width` × `height` pixels that marks are put on, the last on top."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._marks: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "") -> None:
        """A rectangle; with `stroke` an outlined one."""
        line = f' stroke="{stroke}"' if stroke else ""
        self._marks.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" height="{_n(height)}"'
            f' fill="{fill}"{line}/>'
        )

    def line(
        self, a: tuple[float, float], b: tuple[float, float], colour: str = LINE, dash: str = ""
    ) -> None:
        """A straight line of one pixel, dashed where said."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._marks.append(
            f'<path d="M{_n(a[0])} {_n(a[1])}L{_n(b[0])} {_n(b[1])}" stroke="{colour}"{dashes}/>'
        )

    def path(
        self, points: Sequence[tuple[float, float]], colour: str, width: float = 2, dash: str = ""
    ) -> None:
        """A line through points."""
        if not points:
            return
        way = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._marks.append(
            f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="{_n(width)}"'
            f' stroke-linejoin="round"{dashes}/>'
        )

    def area(
        self, rings: Sequence[Sequence[tuple[float, float]]], fill: str, stroke: str, title: str
    ) -> None:
        """A filled shape of one or more rings, with the words that it is called by."""
        way = "".join("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in ring) + "z" for ring in rings)
        self._marks.append(
            f'<path d="{way}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}">{_title(title)}</path>'
        )

    def dots(
        self, points: Sequence[tuple[float, float]], colour: str, size: float, opacity: float = 1
    ) -> None:
        """Many round dots of `size` pixels as one mark."""
        self.put(dots_mark(points, colour, size, opacity))

    def put(self, mark: str) -> None:
        """A mark that was made before."""
        self._marks.append(mark)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        anchor: str = "start",
        colour: str = INK,
        size: float = SIZE,
        bold: bool = False,
    ) -> None:
        """A line of words whose foot is at `y`; `anchor`: which part of it is at `x`."""
        extra = f' text-anchor="{anchor}"' if anchor != "start" else ""
        extra += f' font-size="{_n(size)}"' if size != SIZE else ""
        extra += ' font-weight="600"' if bold else ""
        extra += f' fill="{colour}"' if colour != INK else ""
        self._marks.append(f'<text x="{_n(x)}" y="{_n(y)}"{extra}>{escape(words)}</text>')

    def link(self, address: str, title: str) -> "_Linked":
        """What is drawn inside leads to an address."""
        return _Linked(self._marks, address, title)

    def svg(self, label: str, kind: str = "") -> str:
        """The whole as SVG; `label` says it to who can't see it, `kind` is its class in a page."""
        made = f' class="{kind}"' if kind else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
            f' width="{_n(self.width)}" height="{_n(self.height)}" role="img"'
            f' aria-label="{escape(label)}" font-family="{FONT}" font-size="{SIZE}" fill="{INK}"{made}>'
            f"{self.body}</svg>"
        )

    @property
    def body(self) -> str:
        """The marks alone."""
        return "".join(self._marks)


def dots_mark(points: Sequence[Point], colour: str, size: float, opacity: float = 1) -> str:
    """What `Drawing.dots` puts on a sheet; nothing of no dots."""
    if not points:
        return ""
    way = "".join(f"M{_n(x)} {y:.0f}h.1" for x, y in points)
    faint = f' stroke-opacity="{_n(opacity)}"' if opacity < 1 else ""
    return f'<path d="{way}" stroke="{colour}" stroke-width="{_n(size)}" stroke-linecap="round"{faint}/>'


class _Linked:
    """Puts an anchor around the marks that are drawn while it is open."""

    def __init__(self, marks: list[str], address: str, title: str) -> None:
        self._marks, self._address, self._words = marks, address, title

    def __enter__(self) -> None:
        self._marks.append(f'<a href="{escape(self._address)}">{_title(self._words)}')

    def __exit__(self, *_: object) -> None:
        self._marks.append("</a>")


def width_of(words: str, size: float = SIZE, bold: bool = False) -> float:
    """About how wide a line of words is set, in pixels; a little more rather than less."""
    narrow = sum(letter in "iljtf.,:;'|()[] 1-" for letter in words)
    wide = sum(letter in "mwMWƯĐOÔƠQG%" for letter in words)
    return ((len(words) - narrow - wide) * 0.57 + narrow * 0.32 + wide * 0.8) * size * (1.05 if bold else 1)


def shortened(words: str, most: float, size: float = SIZE) -> str:
    """Words that fit into so many pixels, cut with an ellipsis where they don't."""
    if width_of(words, size) <= most:
        return words
    while words and width_of(f"{words}…", size) > most:
        words = words[:-1]
    return f"{words.rstrip()}…"


def wrapped(words: str, most: float, size: float = SIZE) -> list[str]:
    """Words in lines that fit into so many pixels each."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _title(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""


def _n(value: float) -> str:
    """A coordinate with one decimal, two below one; without needless zeros."""
    text = f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
