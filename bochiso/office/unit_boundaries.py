"""Boundaries for the map of a province: from a file, or none."""

from bochiso.office.backend import Backend
from bochiso.rules.verdict import day_of
from bochiso.store.decisions import map_boundaries
from bochiso.store.figures.name_questions import units_of
from bochiso.store.people.audit import By
from bochiso.units.boundaries import Boundaries, read_boundaries
from bochiso.units.model import Level


def keep_boundaries(backend: Backend, by: By, province: str, file: str, data: bytes) -> Boundaries:
    """Keep the boundaries of a province's communes from a GeoJSON file, in place of those before.

    Raises SourceError where the file can't be used, and keeps nothing then.
    """
    units = [unit for unit in units_of(backend.folder, province) if unit.level is Level.COMMUNE]
    found = read_boundaries(data, file, units, province, day_of(by.at))
    with backend.open_ledger() as ledger:
        map_boundaries.keep_boundaries(ledger, province, found, file, by)
    return found


def drop_boundaries(backend: Backend, by: By, province: str) -> None:
    """Draw a province's map with tiles again."""
    with backend.open_ledger() as ledger:
        map_boundaries.keep_boundaries(ledger, province, Boundaries(()), "", by)
