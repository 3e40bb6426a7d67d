"""Indicator 1.4: which of the dossiers received here the national portal's own list has.

A list speaks of the dossiers received until it was read; those received later are counted apart.
"""

import ibis
from ibis import Table

from bochiso.measure.cube import number_of, received_dossiers, with_month
from bochiso.measure.schema import PORTAL_DOSSIERS

LISTS_CHOSEN: dict[str, str] = {
    "list_province": "string",
    "chosen_day": "date",
    "list_until": "timestamp",
}
"""The table `lists_chosen`: the list of each province that is gone by, and until when it speaks."""

OLD_FRONTS: dict[str, str] = {"written": "string", "today": "string"}
"""The table `old_fronts`: what stands in front of numbers, where that is a code of the form before, and
today's code. Lists have today's."""


def sync_counts(*keys: str, subset: bool = False) -> Table:
    """Numbers by unit, of provinces with a list: dossiers compared, those that the list has, those later.

    Of the dossiers received in the period asked for; `subset`: only of `units_chosen`. `keys`: by which it
    is told besides, as the cube has them.
    """
    found = with_month(listed_dossiers(subset=subset), keys)
    return found.group_by(*keys, "unit").aggregate(
        compared=number_of(found.early),
        synced=number_of(found.early & found.number.notnull()),
        later=number_of(~found.early),
    )


def listed_dossiers(*, subset: bool = False) -> Table:
    """The dossiers received in the period asked for, of provinces with a list, as the list has them.

    Columns: unit, province, dossier, began; early: received until the list was read; number: as the list
    has it, None where it hasn't.
    """
    lists = ibis.table(LISTS_CHOSEN, name="lists_chosen")
    received = received_dossiers(subset)
    received = received.select(
        "unit", "province", "dossier", began=received.received_at.coalesce(received.filed_at)
    )
    known = received.join(lists, received.province == lists.list_province)
    known = known.mutate(early=known.began <= known.list_until)
    fronts = ibis.table(OLD_FRONTS, name="old_fronts")
    known = known.left_join(fronts, known.dossier.split("-")[0] == fronts.written)
    rest = known.dossier.substr(known.written.length())
    known = known.mutate(key=ibis.ifelse(known.today.notnull(), known.today + rest, known.dossier))
    has = ibis.table(PORTAL_DOSSIERS, name="portal_dossiers").select(
        "number", "list_day", portal_of="province"
    )
    same = [known.key == has.number, known.province == has.portal_of, known.chosen_day == has.list_day]
    return known.left_join(has, same).select("unit", "province", "dossier", "began", "early", "number")
