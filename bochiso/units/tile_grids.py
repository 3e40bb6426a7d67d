"""Maps of tiles: where each province, and each commune of a province, stands on a grid of equal squares.

A grid keeps who lies beside whom about as the map does and gives every unit the same room, so that a
small ward is seen as well as a wide commune. It is a drawing of ours, not of boundaries.
"""

import csv
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from bochiso.units.codes import fold, name_forms
from bochiso.units.known_lists import shipped_units
from bochiso.units.model import Unit
from bochiso.units.names import short_name

PROVINCES = "provinces"
"""The grid of the 34 provinces; those of communes are called by their province's code."""


class Tile(Struct, frozen=True):
    """A square of a grid, counted from the upper left."""

    row: int
    column: int


@cache
def tile_grid(name: str) -> dict[str, Tile]:
    """The squares of a grid by the codes of its units; empty where none comes along."""
    from importlib.resources import files

    text = files("bochiso.units").joinpath("tile-grids.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["unit"]: Tile(int(row["row"]), int(row["column"])) for row in rows if row["grid"] == name}


def placed_on(grid: str, units: Iterable[Unit]) -> dict[str, Tile]:
    """The squares of units by their codes, each square once: the one of the unit's name, else of its code.

    Names lead since sources have given communes other codes than the list. What has neither stays out, but
    for the last unit where one square is left.
    """
    cells, names = tile_grid(grid), _names(grid)
    found: dict[str, Tile] = {}
    rest: list[Unit] = []
    for unit in units:
        code = names.get(_name(unit.name))
        if code is not None and cells[code] not in found.values():
            found[unit.code] = cells[code]
        else:
            rest.append(unit)
    for unit in rest:
        cell = cells.get(unit.code)
        if cell is not None and cell not in found.values():
            found[unit.code] = cell
    left = [unit for unit in rest if unit.code not in found]
    free = [cell for cell in cells.values() if cell not in found.values()]
    if len(left) == 1 and len(free) == 1:
        found[left[0].code] = free[0]
    return found


@cache
def _names(grid: str) -> dict[str, str]:
    """The codes of a grid's units by their folded names; a name that two have is nobody's."""
    cells = tile_grid(grid)
    found: dict[str, list[str]] = {}
    for unit in shipped_units():
        if unit.code in cells:
            found.setdefault(_name(unit.name), []).append(unit.code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


def _name(text: str) -> str:
    return fold(name_forms(short_name(text))[1])
