"""The provinces: 63 until 30 June 2025, 34 since (Resolution 202/2025/QH15), and which became which.

The lines of the law are in provinces.yaml; here they are read once, when first asked for.
"""

from datetime import date
from functools import cache
from typing import Literal

import msgspec
from msgspec import Struct

COUNTRY = "VN"
"""Stands for the whole country where a province's code may stand."""


class Province(Struct, frozen=True, forbid_unknown_fields=True):
    """A province under one of its names.

    code: H15. kind and name: tỉnh, Đắk Lắk; Thành phố Hồ Chí Minh by Decree 30/2020/NĐ-CP, Annex II.
    first, last: the first and last day of this name, None where it is older than the index or still in
    force. became: code of the unit that it was merged into. act: the act it rests on, in short;
    `legal_source` writes it in full.
    """

    code: str
    kind: Literal["tỉnh", "thành phố", "Thành phố"]
    name: str
    act: str
    first: date | None = None
    last: date | None = None
    became: str | None = None

    def stands_on(self, day: date) -> bool:
        """Whether the province had this name on that day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def every_province() -> tuple[Province, ...]:
    """Every province under every name it has had since the index began, by code, then by time."""
    return _book().provinces


def provinces_on(day: date) -> tuple[Province, ...]:
    """The provinces of that day, by code: 63 until 30 June 2025, 34 since."""
    return tuple(province for province in every_province() if province.stands_on(day))


def province(code: str, day: date) -> Province | None:
    """The province of that code on that day, None if there was none."""
    return next((found for found in provinces_on(day) if found.code == code), None)


def successor(code: str) -> str | None:
    """What a retired province became: `successor("H45")` is H15. None if it still stands or never was."""
    return next((found.became for found in every_province() if found.code == code and found.became), None)


def same_map(day_a: date, day_b: date) -> bool:
    """Whether both days had the same provinces, whatever their names.

    A rank out of 63 and one out of 34 are not to be subtracted.
    """
    return _codes_on(day_a) == _codes_on(day_b)


def legal_source(province: Province) -> str:
    """The act that gave the province its code, began its name or ended it, as it is cited."""
    return _book().acts[province.act]


def _codes_on(day: date) -> frozenset[str]:
    return frozenset(found.code for found in provinces_on(day))


class _Book(Struct, frozen=True, forbid_unknown_fields=True):
    acts: dict[str, str]
    provinces: tuple[Province, ...]


@cache
def _book() -> _Book:
    from importlib.resources import files  # slow to import, and most commands don't come here

    raw = files("bochiso.units").joinpath("provinces.yaml").read_bytes()
    return msgspec.yaml.decode(raw, type=_Book)
