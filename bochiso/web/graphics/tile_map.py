"""A map of tiles: a square a unit, coloured by its class, with its name and figure."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from bochiso import text
from bochiso.text import Lang, Text
from bochiso.units.tile_grids import Tile
from bochiso.web.graphics.map_shades import MapClass, MapUnit, fill_of, pattern, stroke_of
from bochiso.web.graphics.marks import INK, SOFT, Drawing, shortened, width_of, wrapped
from bochiso.web.graphics.page_chart import ChartSize, PageChart, Row, sentence

GAP = 2.0
LARGEST = 66.0
"""Pixels of a tile's side at most."""


@dataclass(frozen=True)
class MapSet:
    """What is drawn: the units, the classes best first, what the figures are called, and a unit to mark."""

    title: str
    units: tuple[MapUnit, ...]
    classes: tuple[MapClass, ...]
    figure: str
    ours: str = ""

    def counted(self, place: int) -> int:
        """How many units a class has."""
        return sum(each.place == place for each in self.units)

    @property
    def unknown(self) -> int:
        """How many units have no class."""
        return sum(each.place is None for each in self.units)


def tile_picture(found: MapSet, tiles: Mapping[str, Tile], kind: str, subject: str, lang: Lang) -> PageChart:
    """The map; units without a tile stand in its table and in a line below."""
    return PageChart(
        kind,
        subject,
        found.title,
        map_words(found, lang),
        map_headings(found, lang),
        map_rows(found),
        lambda size: _draw(found, tiles, size, lang),
        ChartSize.BROAD,
        left_out(found, set(tiles), lang),
    )


def map_headings(found: MapSet, lang: Lang) -> tuple[str, ...]:
    """The headings of a map's table."""
    return Text("Đơn vị", "Unit").render(lang), found.figure, Text("Mức", "Class").render(lang)


def map_rows(found: MapSet) -> tuple[Row, ...]:
    """The units of a map, best first."""
    order = sorted(found.units, key=lambda each: (each.value is None, -(each.value or 0), each.name))
    return tuple(
        (each.name, each.value, None if each.place is None else found.classes[each.place].name)
        for each in order
    )


def map_words(found: MapSet, lang: Lang) -> str:
    """How many units each class has."""
    parts = [f"{each.name}: {found.counted(n)}" for n, each in enumerate(found.classes)]
    if found.unknown:
        parts.append(f"{Text('chưa có số liệu', 'no figure').render(lang)}: {found.unknown}")
    return sentence(parts)


def left_out(found: MapSet, drawn: Set[str], lang: Lang) -> str:
    """Which units the map lacks; empty where it has all."""
    names = [each.name for each in found.units if each.code not in drawn]
    if not names:
        return ""
    lead = Text("Chưa có vị trí trên bản đồ, chỉ có trong bảng", "Not on the map, in the table alone")
    return f"{lead.render(lang)}: {', '.join(names)}."


def _draw(found: MapSet, tiles: Mapping[str, Tile], size: ChartSize, lang: Lang) -> Drawing:
    columns = max((each.column for each in tiles.values()), default=0) + 1
    rows = max((each.row for each in tiles.values()), default=0) + 1
    side = min((size.value - GAP) / columns, LARGEST)
    legend = legend_of(found, size.value, lang)
    sheet = Drawing(size.value, rows * side + 26 * len(legend) + 14)
    for each in found.units:
        if (cell := tiles.get(each.code)) is not None:
            _tile(sheet, each, (cell.column * side, cell.row * side), side - GAP, found, lang)
    draw_map_legend(sheet, legend, rows * side + 26)
    return sheet


def _tile(
    sheet: Drawing, unit: MapUnit, at: tuple[float, float], side: float, found: MapSet, lang: Lang
) -> None:
    x, y = at
    ours = unit.code == found.ours
    sheet.rect(x, y, side, side, fill_of(unit.place), INK if ours else stroke_of(unit.place))
    pattern(sheet, unit.place, x, y, side)
    if side < 34:
        letters = "".join(word[0] for word in unit.name.split())[:3]
        sheet.text(x + side / 2, y + side / 2 + 1, letters, "middle", size=9, bold=ours)
        return
    lines = wrapped(unit.name, side - 6, 10)[:2]
    for n, line in enumerate(lines):
        sheet.text(x + side / 2, y + 13 + 12 * n, shortened(line, side - 4, 10), "middle", size=10, bold=ours)
    sheet.text(x + side / 2, y + 15 + 12 * len(lines), text.points(unit.value, lang), "middle", SOFT, 10)


def legend_of(found: MapSet, width: float, lang: Lang) -> list[list[tuple[int | None, str]]]:
    """The classes in lines that fit, each with how many units it has."""
    keys: list[tuple[int | None, str]] = [
        (n, f"{each.name} ({found.counted(n)})") for n, each in enumerate(found.classes)
    ]
    if found.unknown:
        keys.append((None, f"{Text('chưa có số liệu', 'no figure').render(lang)} ({found.unknown})"))
    lines: list[list[tuple[int | None, str]]] = [[]]
    for key in keys:
        if lines[-1] and sum(_width(each) for each in lines[-1]) + _width(key) > width:
            lines.append([])
        lines[-1].append(key)
    return lines


def _width(key: tuple[int | None, str]) -> float:
    return width_of(key[1], 12) + 46


def draw_map_legend(
    sheet: Drawing,
    lines: Sequence[Sequence[tuple[int | None, str]]],
    y: float,
    letters: Sequence[MapClass] = (),
) -> None:
    """The legend, its first line's foot at `y`; classes by their `letters` where a map has no patterns."""
    for n, line in enumerate(lines):
        x = 2.0
        for place, words in line:
            foot = y + 26 * n
            sheet.rect(x, foot - 15, 20, 20, fill_of(place), stroke_of(place))
            if place is not None and letters:
                sheet.text(x + 10, foot - 2, letters[place].letters, "middle", size=9)
            else:
                pattern(sheet, place, x, foot - 15, 20)
            sheet.text(x + 27, foot, words, size=12)
            x += _width((place, words))
