"""The catalogue of procedures of a simulated province: made from procedures.yaml, a seed and the days."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
from msgspec import Struct

from bochiso.simulate.dice import Dice
from bochiso.simulate.name_lists import PROCEDURES
from bochiso.simulate.rhythm import Rhythm

Online = Literal["none", "partial", "full"]

_FEES = (20_000, 50_000, 100_000, 150_000, 200_000, 300_000, 500_000, 1_000_000)


class ProcedureForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What procedures of one kind are like: names with {}, working days, how many in 1,000 have a fee."""

    names: list[str]
    days: tuple[int, int]
    fee: int
    document: bool = True


class _Branch(Struct, frozen=True, forbid_unknown_fields=True):
    fields: dict[str, dict[str, list[str]]]
    share: int = 0


class _Busy(Struct, frozen=True, forbid_unknown_fields=True):
    field: str
    fee: int
    days: int
    weight: int


class Catalogue(Struct, frozen=True, forbid_unknown_fields=True):
    """procedures.yaml as it is read."""

    forms: dict[str, ProcedureForm]
    departments: dict[str, _Branch]
    communes: _Branch
    busy: dict[str, _Busy]


class SimulatedProcedure(Struct, frozen=True, gc=False):
    """A procedure (thủ tục hành chính).

    authority: the department's code, None where every commune handles it. fee: VNĐ, 0 for none.
    days: the longest handling time, working days. weight: its share of the authority's dossiers.
    decided, effective, entered: days of the publication decision, of its effect and of the entry
    in the national database, as ISO text; `published` and `updated` say whether those were in time.
    """

    code: str
    name: str
    field_code: str
    field: str
    authority: str | None
    fee: int
    document: bool
    online: Online
    portal_payment: bool
    citizens: bool
    days: int
    weight: int
    decided: str
    effective: str
    entered: str
    in_period: bool
    published: bool
    updated: bool


@cache
def catalogue() -> Catalogue:
    """What procedures.yaml holds, read once."""
    text = resources.files("bochiso.simulate").joinpath("procedures.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=Catalogue)


def procedures_of(province: str, seed: int, rhythm: Rhythm) -> tuple[SimulatedProcedure, ...]:
    """Every procedure of the province: the departments', the communes', then the busiest of these."""
    made = []
    for number, (authority, field_code, field, name, form) in enumerate(_subjects(province)):
        dice = Dice("procedure", seed, number)
        code = f"{dice.between(1, 3)}.9{number:05d}"
        fee = _FEES[dice.between(0, 7)] if dice.between(1, 1000) <= form.fee else 0
        traits = {
            "code": code, "name": name, "field_code": field_code, "field": field, "authority": authority,
            "fee": fee, "document": form.document, "days": dice.between(*form.days),
            "citizens": authority is None or dice.between(1, 100) <= 75,
            "weight": 1 + 400 // (1 + dice.between(0, 60)),
        }  # fmt: skip
        made.append(_procedure(traits, seed, rhythm))
    fields = {each.field: each.field_code for each in made if each.authority is None}
    for known in PROCEDURES:
        busy = catalogue().busy[known.code]
        traits = {
            "code": known.code, "name": known.name, "field": busy.field, "authority": None,
            "field_code": fields.get(busy.field, "LV.X00"),
            "fee": busy.fee, "document": True, "days": busy.days, "citizens": True,
            "weight": busy.weight * 60,
        }  # fmt: skip
        made.append(_procedure(traits, seed, rhythm))
    return tuple(made)


def _subjects(province: str) -> Iterator[tuple[str | None, str, str, str, ProcedureForm]]:
    """Authority, code and name of the field, name of the procedure and its form, one by one."""
    book = catalogue()
    branches: dict[str | None, Any] = {f"{province}.{n}": each for n, each in book.departments.items()}
    for authority, branch in (branches | {None: book.communes}).items():
        tail = "X" if authority is None else authority.rpartition(".")[2]
        for number, (field, kinds) in enumerate(branch.fields.items(), start=1):
            for kind, subjects in kinds.items():
                form = book.forms[kind]
                for subject in subjects:
                    for pattern in form.names:
                        yield authority, f"LV.{tail}{number:02d}", field, pattern.format(subject), form


def _procedure(traits: dict[str, Any], seed: int, rhythm: Rhythm) -> SimulatedProcedure:
    """The procedure with what doesn't depend on its kind: online level, payment, publication."""
    dice = Dice("traits", seed, traits["code"])
    levels: tuple[Online, ...] = ("none", "partial", "partial", "partial", "full", "full", "full", "full")
    busy = traits["weight"] > 1000
    online: Online = "full" if busy else levels[dice.between(0, 7)]
    if online == "none":  # what nobody needs often was put online last
        traits["weight"] = 1 + traits["weight"] // 5
    portal = traits["fee"] > 0 and (busy or dice.between(1, 10) <= 3)
    return SimulatedProcedure(**traits, online=online, portal_payment=portal, **_publication(dice, rhythm))


def _publication(dice: Dice, rhythm: Rhythm) -> dict[str, Any]:
    """Days of decision, effect and entry. A few procedures are published during the simulated days.

    Margins are wide, so that what is in time is so whichever days offices swapped.
    """
    published, updated = dice.between(1, 10) <= 2, dice.between(1, 10) <= 9
    lead = dice.between(8, 15) if published else dice.between(0, 2)
    lag = dice.between(0, 2) if updated else dice.between(8, 20)
    length = (rhythm.last - rhythm.first).days
    recent = length >= 80 and dice.between(1, 10) == 1
    if recent:
        decided = rhythm.ahead(rhythm.day_index(rhythm.first) + dice.between(0, length - 60), 1)
        effective, entered = rhythm.ahead(decided, lead), rhythm.ahead(decided, lag)
        days = [rhythm.day(index) for index in (decided, effective, entered)]
    else:
        year = rhythm.first.year - dice.between(1, 4)
        start = rhythm.first.replace(year=year, month=dice.between(1, 12), day=dice.between(1, 4))
        days = [start, start.replace(day=start.day + 2 * lead % 20), start.replace(day=start.day + lag % 20)]
    decided_day, effective_day, entered_day = (day.isoformat() for day in days)
    return {
        "decided": decided_day, "effective": effective_day, "entered": entered_day,
        "in_period": recent, "published": published, "updated": updated,
    }  # fmt: skip
