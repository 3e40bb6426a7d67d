"""Charts drawn in this process, each once: many documents of one folder have the same."""

import pickle

from bochiso.report.charts.process import ChartInputs, ChartPicture, draw

_made: dict[bytes, list[ChartPicture]] = {}


def drawn_once(wanted: ChartInputs) -> list[ChartPicture]:
    """The pictures, as `draw` makes them."""
    key = pickle.dumps(wanted)
    if key not in _made:
        _made[key] = draw(wanted)
    return _made[key]
