"""Maps of tiles."""

from datetime import date

import pytest
from msgspec.structs import replace

from bochiso.units.known_lists import shipped_units
from bochiso.units.model import Level, Unit
from bochiso.units.provinces import provinces_on
from bochiso.units.tile_grids import PROVINCES, placed_on, tile_grid


def communes(province: str) -> list[Unit]:
    return [u for u in shipped_units() if u.level is Level.COMMUNE and u.code.startswith(f"{province}.")]


@pytest.mark.parametrize(("province", "units"), [("H15", 102), ("H21", 135)])
def test_every_commune_has_a_square_of_its_own(province: str, units: int) -> None:
    found = placed_on(province, communes(province))
    assert len(found) == units == len(set(found.values()))
    assert found == tile_grid(province)


def test_every_province_of_today_has_a_square_of_its_own() -> None:
    assert {each.code for each in provinces_on(date(2026, 10, 6))} == set(tile_grid(PROVINCES))
    assert len(set(tile_grid(PROVINCES).values())) == 34


@pytest.mark.parametrize(("a", "b"), [("H15.100", "H15.101"), ("H15.168", "H15.169"), ("H21.195", "H21.198")])
def test_who_lies_beside_whom_is_near_on_the_grid(a: str, b: str) -> None:
    cells = tile_grid(a[:3])
    assert abs(cells[a].row - cells[b].row) + abs(cells[a].column - cells[b].column) <= 4


def test_names_lead_whatever_codes_a_source_gives() -> None:
    listed = communes("H15")
    shuffled = [replace(unit, code=f"H15.{n}") for n, unit in enumerate(reversed(listed), 300)]
    by_name = {u.name: cell for u, cell in zip(listed, map(tile_grid("H15").get, [u.code for u in listed]),
               strict=True)}  # fmt: skip
    found = placed_on("H15", shuffled)
    assert {unit.name: found[unit.code] for unit in shuffled} == by_name


def test_a_unit_that_is_not_known_stays_out() -> None:
    strangers = [Unit(f"H15.9{n}", f"UBND xã Lạ {n}", Level.COMMUNE, "H15") for n in range(2)]
    found = placed_on("H15", [*communes("H15")[2:], *strangers])
    assert not {each.code for each in strangers} & set(found)
    assert placed_on("H99", strangers) == {}
