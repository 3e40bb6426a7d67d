"""Charts drawn in this process, each once: many documents of one folder have the same."""

import pickle

from bochiso.report.drawings import Drawing, Wanted, draw

_made: dict[bytes, list[Drawing]] = {}


def drawn_once(wanted: Wanted) -> list[Drawing]:
    """The pictures, as `draw` makes them."""
    key = pickle.dumps(wanted)
    if key not in _made:
        _made[key] = draw(wanted)
    return _made[key]
