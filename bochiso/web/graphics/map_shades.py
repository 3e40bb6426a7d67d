"""How the units of a map are told apart: a colour, a pattern and a letter for each class."""

from dataclasses import dataclass
from decimal import Decimal

from bochiso.web.graphics.marks import Drawing

FILLS = ("#bfe3cd", "#cfe0f6", "#fbeab0", "#f8d2b0", "#ecd0e4")
"""Best class first: light enough for words, apart for those who don't see red and green by their lightness
and their pattern."""

STROKES = ("#2f7d54", "#2f64a3", "#9a7412", "#a85a1a", "#6e2459")
UNKNOWN, UNKNOWN_EDGE = "#eef0f3", "#aab2bd"


@dataclass(frozen=True)
class MapClass:
    """One class: its name, its letters on the map."""

    name: str
    letters: str


@dataclass(frozen=True)
class MapUnit:
    """One unit: code, the name that is written on it, the class (None: unknown), its figure."""

    code: str
    name: str
    place: int | None
    value: Decimal | None


def fill_of(place: int | None) -> str:
    """The colour of a class."""
    return UNKNOWN if place is None else FILLS[min(place, len(FILLS) - 1)]


def stroke_of(place: int | None) -> str:
    """The colour of a class's border and pattern."""
    return UNKNOWN_EDGE if place is None else STROKES[min(place, len(STROKES) - 1)]


def pattern(sheet: Drawing, place: int | None, x: float, y: float, side: float) -> None:
    """The pattern of a class on the foot of a square: more lines, a lower class; none where unknown."""
    if place is None:
        return
    colour = stroke_of(place)
    for n in range(place + 1):
        foot = y + side - 3 - 3 * n
        sheet.line((x + 3, foot), (x + side - 3, foot), colour)
