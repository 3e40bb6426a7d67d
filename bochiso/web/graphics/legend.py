"""What the marks of a chart mean, in as many lines as they need."""

from collections.abc import Sequence
from enum import Enum

from bochiso.web.graphics.marks import BEST, INK, MEAN, PAPER, SOFT, Drawing, width_of

SMALL, GAP, MARK = 12, 16, 20
LINE_HEIGHT = 22


class Sign(Enum):
    """The shape of a key."""

    BAR = "bar"
    DOT = "dot"
    TICK = "tick"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"


Key = tuple[Sign, str, str]
"""A sign, its colour, its words."""


def legend_lines(keys: Sequence[Key], width: float) -> list[list[Key]]:
    """The keys in lines that fit."""
    lines: list[list[Key]] = [[]]
    for key in keys:
        used = sum(_width(each) for each in lines[-1])
        if lines[-1] and used + _width(key) - GAP > width:
            lines.append([])
        lines[-1].append(key)
    return lines


def _width(key: Key) -> float:
    return MARK + width_of(key[2], SMALL) + GAP


def draw_legend(sheet: Drawing, lines: Sequence[Sequence[Key]], x: float, y: float) -> None:
    """Draw the lines, the first with its foot at `y`."""
    for n, line in enumerate(lines):
        at, foot = x, y + n * LINE_HEIGHT
        for sign, colour, words in line:
            _sign(sheet, sign, colour, at + 7, foot - 4)
            sheet.text(at + MARK, foot, words, colour=SOFT, size=SMALL)
            at += _width((sign, colour, words))


def _sign(sheet: Drawing, sign: Sign, colour: str, x: float, y: float) -> None:
    if sign is Sign.BAR:
        sheet.rect(x - 7, y - 5, 14, 10, colour)
    elif sign is Sign.DOT:
        sheet.dots([(x, y)], colour, 9)
    elif sign is Sign.TICK:
        sheet.rect(x - 1.5, y - 8, 3, 16, MEAN)
    elif sign is Sign.DIAMOND:
        diamond(sheet, x, y)
    else:
        triangle(sheet, x, y - 2)


def diamond(sheet: Drawing, x: float, y: float) -> None:
    """The best of all."""
    sheet.area([[(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)]], PAPER, BEST, "")


def triangle(sheet: Drawing, x: float, y: float) -> None:
    """A target, its tip at the figure."""
    sheet.area([[(x, y - 3), (x + 5, y + 6), (x - 5, y + 6)]], INK, PAPER, "")
