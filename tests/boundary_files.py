"""Files of boundaries for tests: each commune of a list a square of its own, as its tile stands."""

import json

from bochiso.units.known_lists import shipped_units
from bochiso.units.tile_grids import tile_grid

SIDE = 0.05


def every_commune(province: str) -> bytes:
    """A GeoJSON file of all communes of a province, neighbours with a common border."""
    cells = tile_grid(province)
    features = []
    for unit in shipped_units():
        if (cell := cells.get(unit.code)) is not None:
            x, y = 107.5 + cell.column * SIDE, 14.5 - cell.row * SIDE
            ring = [[x, y], [x + SIDE, y], [x + SIDE, y + SIDE], [x, y + SIDE], [x, y]]
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "properties": {"ten": unit.name}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
