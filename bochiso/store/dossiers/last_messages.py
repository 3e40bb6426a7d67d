"""How old the last message of each sender and unit is."""

from datetime import UTC, datetime
from typing import Any

import duckdb
from msgspec import Struct
from msgspec.structs import replace

from bochiso.text import VIETNAM
from bochiso.units.codes import is_at_or_below, natural_key


class LastMessage(Struct, frozen=True):
    """The latest message of a sender about a unit's dossiers; None: none ever came.

    `age_days`: whole days since, at the moment asked for. `dossiers`, `steps`, `file`: items that came
    so far, the last by files.
    """

    sender: str | None
    unit: str | None
    name: str | None
    last_at: datetime | None
    age_days: int | None
    dossiers: int = 0
    steps: int = 0
    file: int = 0


def last_messages(db: duckdb.DuckDBPyConnection, now: datetime, unit: str | None = None) -> list[LastMessage]:
    """Each sender and unit, those that were silent the longest first; listed units without any before all.

    `unit`: only those whose code is this or below.
    """
    names = dict(db.execute("select unit, name from unit_list").fetchall())
    above = {parent for (parent,) in db.execute("select distinct parent from unit_list").fetchall()}
    found: dict[tuple[str | None, str | None], LastMessage] = {}
    for sender, code, kind, items, last in db.execute(_TOLD).fetchall():
        at = last.replace(tzinfo=UTC).astimezone(VIETNAM)
        known = found.get((sender, code)) or LastMessage(sender, code, names.get(code), at, 0)
        latest = max(at, known.last_at or at)
        found[sender, code] = replace(
            known, last_at=latest, age_days=(now - latest).days, **{kind: getattr(known, kind) + items}
        )
    heard = {each.unit for each in found.values()}
    silent = (LastMessage(None, code, name, None, None) for code, name in names.items() if code not in above)
    rows = [*(each for each in silent if each.unit not in heard), *found.values()]
    if unit is not None:
        rows = [each for each in rows if each.unit and is_at_or_below(unit, each.unit)]
    return sorted(rows, key=_longest_first)


def _longest_first(each: LastMessage) -> tuple[bool, float, Any, str]:
    at = each.last_at
    return at is not None, at.timestamp() if at else 0.0, natural_key(each.unit or ""), each.sender or ""


_TOLD = """
select arrivals.sender, coalesce(prefixed.unit, sent.unit, arrivals.front), arrivals.kind, items, last_at
from arrivals
left join unit_codes prefixed on prefixed.kind = 'prefix' and prefixed.code = arrivals.front
left join unit_codes sent on sent.kind = 'sender' and sent.code = arrivals.sender
"""
