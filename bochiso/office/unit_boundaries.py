"""Boundaries for the map of a province: from a file, or none."""

from bochiso.errors import SourceError, Where
from bochiso.office.backend import Backend
from bochiso.rules.verdict import day_of
from bochiso.store.decisions import map_boundaries
from bochiso.store.figures.name_questions import units_of
from bochiso.store.people.audit import By
from bochiso.text import say
from bochiso.units.boundaries import Boundaries, read_boundaries
from bochiso.units.known_lists import LISTED_SINCE
from bochiso.units.model import Level


def keep_boundaries(backend: Backend, by: By, province: str, file: str, data: bytes) -> Boundaries:
    """Keep the boundaries of a province's communes from a GeoJSON file, in place of those before.

    Raises SourceError where the file can't be used, or none of its communes is known; keeps nothing then.
    """
    known = units_of(backend.folder, province, LISTED_SINCE)
    units = [unit for unit in known if unit.level is Level.COMMUNE]
    if not units:
        raise SourceError(
            say(
                "chưa có danh sách xã, phường của tỉnh {code}, nên không biết địa giới là của đơn vị nào.",
                "the communes of the province {code} are not known, so whose boundaries these are isn't.",
                code=province,
            ),
            where=Where(file),
            do=say(
                "Kiểm tra mã tỉnh; hoặc nạp số liệu của các xã, phường trước.",
                "Check the province's code, or bring figures of its communes in first.",
            ),
        )
    found = read_boundaries(data, file, units, province, day_of(by.at))
    with backend.open_ledger() as ledger:
        map_boundaries.keep_boundaries(ledger, province, found, file, by)
    return found


def drop_boundaries(backend: Backend, by: By, province: str) -> None:
    """Draw a province's map with tiles again."""
    with backend.open_ledger() as ledger:
        map_boundaries.keep_boundaries(ledger, province, Boundaries(()), "", by)
