"""A map of boundaries: each unit's outline, coloured by its class, with its letters where they fit."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, radians

from bochiso import text
from bochiso.text import Lang
from bochiso.units.boundaries import Boundaries, Outline, Ring
from bochiso.web.graphics.map_shades import MapUnit, fill_of
from bochiso.web.graphics.marks import INK, PAPER, Drawing, width_of
from bochiso.web.graphics.page_chart import ChartSize, PageChart
from bochiso.web.graphics.tile_map import (
    MapSet,
    draw_map_legend,
    left_out,
    legend_of,
    map_headings,
    map_rows,
    map_words,
)

TALLEST = 1.1
"""A map is at most so many times as high as wide."""

LETTERS = 10.0

_CROSSED = 0.1
"""A ring with less area than this share of the rectangle around it has parts that cancel out."""


def boundary_picture(found: MapSet, kept: Boundaries, kind: str, subject: str, lang: Lang) -> PageChart:
    """The map; units without an outline stand in its table and in a line below."""
    return PageChart(
        kind,
        subject,
        found.title,
        map_words(found, lang),
        map_headings(found, lang),
        map_rows(found),
        lambda size: _draw(found, kept, size, lang),
        ChartSize.BROAD,
        left_out(found, {each.unit for each in kept.outlines}, lang),
    )


class _Ground:
    """From degrees to pixels: as wide as the sheet, as high as the land, north up."""

    def __init__(self, outlines: Sequence[Outline], width: float) -> None:
        points = [point for each in outlines for ring in each.rings for point in ring]
        east, north = [x for x, _ in points], [y for _, y in points]
        self._west, self._north = min(east), max(north)
        self._flat = cos(radians((min(north) + max(north)) / 2))
        across = (max(east) - self._west) * self._flat or 1.0
        down = self._north - min(north) or 1.0
        self._scale = min((width - 4) / across, width * TALLEST / down)
        self.height = down * self._scale + 4
        self._left = (width - across * self._scale) / 2

    def ring(self, ring: Ring) -> list[tuple[float, float]]:
        """A ring in pixels."""
        return [
            (self._left + (x - self._west) * self._flat * self._scale, 2 + (self._north - y) * self._scale)
            for x, y in ring
        ]


def _draw(found: MapSet, kept: Boundaries, size: ChartSize, lang: Lang) -> Drawing:
    ground = _Ground(kept.outlines, size.value)
    legend = legend_of(found, size.value, lang)
    sheet = Drawing(size.value, ground.height + 26 * len(legend) + 14)
    units = {each.code: each for each in found.units}
    drawn = [(units[each.unit], [ground.ring(r) for r in each.rings]) for each in kept.outlines
             if each.unit in units]  # fmt: skip
    for unit, rings in drawn:
        title = f"{unit.name}: {text.points(unit.value, lang)}"
        sheet.area(rings, fill_of(unit.place), PAPER, title)
    for unit, rings in drawn:
        if unit.code == found.ours:
            sheet.area(rings, "none", INK, unit.name)
    for unit, rings in drawn:
        _letters(sheet, unit, rings, found)
    draw_map_legend(sheet, legend, ground.height + 24, found.classes)
    return sheet


def _letters(
    sheet: Drawing, unit: MapUnit, rings: Sequence[Sequence[tuple[float, float]]], found: MapSet
) -> None:
    """The class of a unit as letters in its largest ring, where that has room."""
    if unit.place is None or not rings:
        return
    words = found.classes[unit.place].letters
    ring = max(rings, key=lambda each: abs(_area(each)))
    wide = max(x for x, _ in ring) - min(x for x, _ in ring)
    if wide < width_of(words, LETTERS) + 8:
        return
    x, y = _middle(ring)
    sheet.text(x, y + LETTERS / 3, words, "middle", size=LETTERS)


def _area(ring: Sequence[tuple[float, float]]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring)) / 2


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity of a ring; of one that crosses itself, of all that it spans."""
    area = _area(ring)
    east, south = [x for x, _ in ring], [y for _, y in ring]
    wide, high = max(east) - min(east), max(south) - min(south)
    if abs(area) <= _CROSSED * wide * high:
        return min(east) + wide / 2, min(south) + high / 2
    pairs = list(pairwise(ring))
    x = sum((ax + bx) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs)
    y = sum((ay + by) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs)
    return x / (6 * area), y / (6 * area)
