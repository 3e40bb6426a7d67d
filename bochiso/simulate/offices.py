"""The offices of a simulated province: who receives dossiers, how many, of which procedures, how well."""

from collections.abc import Sequence
from typing import TypeVar

from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.simulate.dice import Dice, pick
from bochiso.simulate.name_lists import units_of
from bochiso.simulate.people import NAMES
from bochiso.simulate.procedure_catalogue import SimulatedProcedure, catalogue, procedures_of
from bochiso.simulate.rhythm import Rhythm
from bochiso.text import say
from bochiso.units.model import Level, Unit
from bochiso.units.provinces import province as find_province

T = TypeVar("T")

SLOTS = 4096
"""Length of the tables from which procedures and offices are drawn: one draw, no search."""

_DEPARTMENTS_SHARE = 260  # of 1,000 dossiers of the province
_LATE_OFFICES = 5
_SEATS = ("", "", "", ".01", ".02", ".05.13")  # receiving desks below a unit, as dossier numbers show them


class SimulatedOffice(Struct, frozen=True, gc=False):
    """A unit at work. Rates are shares of 1.

    procedures: all within its authority. slots: the same, each as often as its dossiers come.
    desks: the codes that its dossier numbers start with. late: dossiers that miss their due date.
    online: filed online where that is offered. paid: fees paid online, if filed online. files:
    dossiers with a file of a component; result: with an electronic result; reused, stored and
    population: indicators 4.3, 4.4, 4.5a. extends: moves the due date when a supplement arrives.
    closes: due dates are at the end of the day, else at the hour of receipt. title: the name that
    its system sends.
    """

    unit: Unit
    procedures: tuple[SimulatedProcedure, ...]
    slots: tuple[SimulatedProcedure, ...]
    desks: tuple[str, ...]
    late: float
    online: float
    paid: float
    files: float
    result: float
    reused: float
    stored: float
    population: float
    extends: bool
    closes: bool
    title: str
    staff: tuple[str, ...]


class SimulatedProvince(Struct, frozen=True):
    """A province as its seed made it: offices, the catalogue, the days, and the draw of the next office."""

    code: str
    seed: int
    rhythm: Rhythm
    procedures: tuple[SimulatedProcedure, ...]
    offices: tuple[SimulatedOffice, ...]
    slots: tuple[SimulatedOffice, ...]


def build_province(code: str, seed: int, rhythm: Rhythm) -> SimulatedProvince:
    """The province of that code. Raises ComputeError where there is none on the last simulated day."""
    found = find_province(code, rhythm.last)
    if found is None:
        raise ComputeError(
            say("ngày {day} không có tỉnh, thành phố mã {code}.", "there is no province {code} on {day}.",
                code=code, day=rhythm.last),
            do=say("Ghi mã như H15.", "Write a code such as H15."),
        )  # fmt: skip
    units = units_of(found)
    procedures = procedures_of(code, seed, rhythm)
    late = pick([unit.code for unit in units], _LATE_OFFICES, "late", seed)
    offices = tuple(_office(unit, seed, procedures, unit.code in late) for unit in units)
    slots = _spread(offices, _volumes(units, seed))
    return SimulatedProvince(code, seed, rhythm, procedures, offices, slots)


def _office(unit: Unit, seed: int, procedures: Sequence[SimulatedProcedure], late: bool) -> SimulatedOffice:
    dice = Dice("office", seed, unit.code)

    def rate(least: int, most: int) -> float:
        return dice.between(least, most) / 1000

    commune = unit.level is Level.COMMUNE
    own = tuple(p for p in procedures if p.authority == (None if commune else unit.code))
    # Offices of one kind are busy with the same procedures, but not to the same degree.
    weights = [each.weight * Dice("busy", seed, unit.code, each.code).between(70, 130) for each in own]
    return SimulatedOffice(
        unit=unit,
        procedures=own,
        slots=_spread(own, weights),
        desks=(unit.code,) if commune else tuple(unit.code + seat for seat in _SEATS),
        late=rate(120, 250) if late else rate(25, 110),
        online=rate(930, 1000),
        paid=rate(550, 980),
        files=rate(250, 750),
        result=rate(700, 980),
        reused=rate(120, 550),
        stored=rate(2, 30),
        population=rate(280, 680),
        extends=dice.between(1, 10) <= 7,
        closes=dice.between(1, 10) <= 6,
        title=unit.name.replace("UBND", "Ủy ban nhân dân") if dice.between(1, 5) == 1 else unit.name,
        staff=tuple(NAMES[dice.between(0, len(NAMES) - 1)] for _ in range(6)),
    )


def _volumes(units: Sequence[Unit], seed: int) -> list[int]:
    """How many dossiers each unit receives, in proportion."""
    shares = {number: each.share for number, each in catalogue().departments.items()}
    communes = [
        Dice("volume", seed, unit.code).between(400, 1600) * (2 if "phường" in unit.name else 1)
        for unit in units
        if unit.level is Level.COMMUNE
    ]
    whole = sum(communes) * _DEPARTMENTS_SHARE // (1000 - _DEPARTMENTS_SHARE)
    departments = [
        whole * shares[unit.code.rpartition(".")[2]] // 1000
        for unit in units
        if unit.level is Level.DEPARTMENT
    ]
    return departments + communes


def _spread(items: Sequence[T], weights: Sequence[int]) -> tuple[T, ...]:
    """SLOTS places filled with the items in proportion to their weights; light items may get none."""
    whole = sum(weights) or 1
    slots: list[T] = []
    done = 0
    for item, weight in zip(items, weights, strict=True):
        done += weight
        slots += [item] * (SLOTS * done // whole - len(slots))
    return tuple(slots)
