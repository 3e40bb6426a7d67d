"""The socio-economic regions of the country: which provinces are near one another. regions.yaml has them."""

from datetime import date
from functools import cache

import msgspec
from msgspec import Struct

from bochiso.text import Text


class Region(Struct, frozen=True, forbid_unknown_fields=True):
    """A region and its provinces by code."""

    code: str
    name: str
    english: str
    provinces: tuple[str, ...]

    @property
    def names(self) -> Text:
        """Its name in both languages."""
        return Text(f"Vùng {self.name}", self.english)


def regions() -> tuple[Region, ...]:
    """The six regions, from north to south."""
    return _book().regions


class _Book(Struct, frozen=True, forbid_unknown_fields=True):
    act: str
    since: date
    regions: tuple[Region, ...]


@cache
def _book() -> _Book:
    from importlib.resources import files  # slow to import, and most commands don't come here

    raw = files("bochiso.units").joinpath("regions.yaml").read_bytes()
    return msgspec.yaml.decode(raw, type=_Book)
