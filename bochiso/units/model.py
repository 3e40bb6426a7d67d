"""Who is measured: a unit has a code, a name, a level and, below a province, a parent."""

from enum import StrEnum

from msgspec import Struct

from bochiso.text import Text


class Level(StrEnum):
    """A level of government whose units are ranked with each other.

    Districts were abolished on 1 July 2025 (Law 72/2025/QH15); figures of before have them.
    """

    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"


LEVEL_NAMES: dict[Level, Text] = {
    Level.PROVINCE: Text("Tỉnh, thành phố", "Provinces"),
    Level.DEPARTMENT: Text("Sở, ban, ngành", "Departments"),
    Level.DISTRICT: Text("Cấp huyện", "Districts"),
    Level.COMMUNE: Text("Xã, phường, đặc khu", "Communes"),
}


class Unit(Struct, frozen=True):
    """A unit as a source named it on one day.

    `code` is its identity (H21.17): the name may change, the code stays.
    """

    code: str
    name: str
    level: Level
    parent: str | None = None
