"""The lists of units that come along: code, name, level of what stands under a province since July 2025."""

import csv
from datetime import date
from functools import cache

from bochiso.units.model import Level, Unit

LISTED_SINCE = date(2025, 7, 1)
"""From this day on the communes are those of the lists; before, the names meant other places."""


@cache
def shipped_units() -> tuple[Unit, ...]:
    """The units of every list that comes along, by province, then in the order of the list."""
    from importlib.resources import files  # slow to import, and only names without codes need it

    folder = files("bochiso.units").joinpath("lists")
    found: list[Unit] = []
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.name.endswith(".csv"):
            rows = csv.DictReader(each.read_text("utf-8").splitlines())
            found += (Unit(row["unit"], row["unit_name"], Level(row["level"]), row["parent"]) for row in rows)
    return tuple(found)
