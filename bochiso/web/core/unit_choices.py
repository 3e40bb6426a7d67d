"""The units that a form offers, and which of them somebody means."""

from collections.abc import Sequence

from fastapi import Request

from bochiso.errors import ComputeError, StoreError
from bochiso.store.figures.snapshot_store import Store
from bochiso.text import say
from bochiso.units.codes import find_unit, is_code, natural_key, normalise_code
from bochiso.units.model import BELOW_PROVINCE, Level, Unit
from bochiso.units.names import short_name
from bochiso.web.core.page_services import PageServices

BETWEEN = " – "
"""What stands between the code and the name of a unit that is offered."""


def snapshot_units(store: Store) -> tuple[Unit, ...]:
    """The units of the newest snapshot of each level, those below a province alone."""
    found: dict[str, Unit] = {}
    for snapshot in store.snapshots():
        found |= {each.code: each for each in store.units(snapshot) if each.level in BELOW_PROVINCE}
    return tuple(found.values())


def known_units(services: PageServices, request: Request) -> tuple[Unit, ...]:
    """The units that figures or lists know, those of the home province, by code."""
    home = services.home()
    found = {each.code: each for each in services.query_cache.ask(None, snapshot_units)}
    try:
        with services.dossiers() as db:
            rows = db.execute("select unit, name, level from unit_list where name is not null").fetchall()
    except StoreError:
        rows = []
    levels = {level.value for level in Level}
    found |= {code: Unit(code, name, Level(level)) for code, name, level in rows if level in levels}
    own = [each for each in found.values() if is_code(each.code) and (not home or each.code.startswith(home))]
    return tuple(sorted(own, key=lambda each: natural_key(each.code)))


def offered(units: Sequence[Unit]) -> list[str]:
    """The units as a field offers them: code and name."""
    return [f"{each.code}{BETWEEN}{short_name(each.name)}" for each in units]


def meant_unit(given: str, units: Sequence[Unit]) -> str:
    """The code of the unit that somebody chose or typed, by code or by name.

    Where no unit is known yet, the code as it was typed. Raises ComputeError for none or several.
    """
    code = normalise_code(given.partition(BETWEEN.strip())[0])
    if not units or any(each.code == code for each in units):
        return code
    found = find_unit(given, units)
    if len(found) == 1:
        return found[0].code
    raise ComputeError(
        say("không có đơn vị “{given}”.", "there is no unit “{given}”.", given=given[:80])
        if not found
        else say(
            "“{given}” có thể là {n} đơn vị.",
            "“{given}” may be {n} {n:unit|units}.",
            given=given[:80],
            n=len(found),
        ),
        do=say("Chọn đơn vị trong danh sách.", "Choose a unit from the list."),
    )
