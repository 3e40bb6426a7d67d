"""Who is measured: a unit has a code, a name, a level and, below a province, a parent."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from bochiso.text import Text


class Level(StrEnum):
    """A level of government whose units are ranked with each other.

    Districts were abolished on 1 July 2025 (Law 72/2025/QH15); figures of before have them. A subunit
    is below a department, a commune or any unit but a province or a district (chi cục, land registration
    offices and their branches, branches of a service centre). A ministry has a code of its own (G05).
    """

    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"
    SUBUNIT = "subunit"
    MINISTRY = "ministry"

    __hash__ = str.__hash__  # as equal texts have it, and without a call of Python for every unit ranked

    @property
    def scored_as(self) -> "Level":
        """The level that sets of indicators name for it: a subunit is scored as a department is."""
        return {Level.SUBUNIT: Level.DEPARTMENT, Level.MINISTRY: Level.PROVINCE}.get(self, self)


BELOW_PROVINCE = (Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE, Level.SUBUNIT)
"""The levels of a province's units, in the order in which they are shown."""

DISTRICTS_END = date(2025, 7, 1)
"""From this day on communes are right below provinces (Law 72/2025/QH15)."""


def levels_on(day: date) -> tuple[Level, ...]:
    """The levels of a province's units that there are on a day.

    >>> Level.DISTRICT in levels_on(date(2024, 12, 31)), Level.DISTRICT in levels_on(date(2026, 10, 7))
    (True, False)
    """
    return tuple(each for each in BELOW_PROVINCE if each is not Level.DISTRICT or day < DISTRICTS_END)


LEVEL_NAMES: dict[Level, Text] = {
    Level.PROVINCE: Text("Tỉnh, thành phố", "Provinces"),
    Level.DEPARTMENT: Text("Sở, ban, ngành", "Departments"),
    Level.DISTRICT: Text("Cấp huyện", "Districts"),
    Level.COMMUNE: Text("Xã, phường, đặc khu", "Communes"),
    Level.SUBUNIT: Text("Đơn vị trực thuộc", "Subordinate units"),
    Level.MINISTRY: Text("Bộ, cơ quan ngang bộ", "Ministries"),
}


class Unit(Struct, frozen=True):
    """A unit as a source named it on one day.

    `code` is its identity (H21.17): the name may change, the code stays.
    """

    code: str
    name: str
    level: Level
    parent: str | None = None
