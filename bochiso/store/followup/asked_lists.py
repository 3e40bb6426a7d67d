"""What units are asked to explain: the items of a list of work, each to the unit that answers for it; a fall.

A subordinate unit's items are its department's or commune's, which answers to the province's office.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.explanations import Origin
from bochiso.followup.work_kinds import ItemKind, WorkKind
from bochiso.periods import Period
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.score.changes import Change
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.dossiers.publication_list import publication_list
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.followup.explanation_register import AskedList, RequestDraft
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.snapshots.history import snapshots_before
from bochiso.store.snapshots.queries import compare_views, view
from bochiso.store.snapshots.snapshot_selection import choose
from bochiso.store.worklists.work_lists import WorkAsked, work_list
from bochiso.text import Lang, day, number, say
from bochiso.units.codes import find_unit, natural_key
from bochiso.units.model import BELOW_PROVINCE, Level, Unit
from bochiso.units.names import short_name
from bochiso.units.tree import UnitTree


class Concerned(Struct, frozen=True):
    """Whom a list or a fall concerns, those with most items first. `unplaced`: items of no known unit."""

    units: tuple[AskedList, ...]
    unplaced: int = 0


_KEPT = ("item", "unit", "unit_name", "field_name", "procedure", "procedure_name", "room", "status", "began",
         "due_at", "ended_at", "days", "why", "mendable")  # fmt: skip
"""What is frozen of an item: nothing of a person is among it."""


def list_draft(
    db: duckdb.DuckDBPyConnection, asked: WorkAsked, kind: WorkKind, rules: RuleSet
) -> tuple[Concerned, RequestDraft]:
    """Whom a list concerns, and the request that asks all of them; its last day is not yet said."""
    found = concerned_by_list(db, asked, kind, rules)
    last, title = day_of(asked.as_of), _titled(kind.what.vi, asked.period)
    code = asked.period.code
    return found, RequestDraft(title, Origin.LIST, kind.slug, code, asked.as_of, last, found.units)


def _titled(what: str, period: Period) -> str:
    """`hồ sơ trễ hạn (tháng 10/2026, từ 15/09/2026 đến 14/10/2026)`."""
    named, _, days = period.show(Lang.VI).partition(" (")
    return f"{what} ({named}{', ' if days else ''}{days.removesuffix(')')})"


def fall_draft(store: Store, least: Decimal, province: str) -> tuple[Concerned, RequestDraft]:
    """Who fell by so many points to the newest figures of units, and the request that asks all of them.

    Raises ComputeError where there are no figures of units.
    """
    last = choose(store, None, None, lambda each: bool(store.levels(each).intersection(BELOW_PROVINCE)))
    found = concerned_by_fall(store, last, least, province)
    before = [each for each in snapshots_before(store, last) if each != last]
    since = f" so với số liệu ngày {day(before[-1].as_of, Lang.VI)}" if before else ""
    title = f"tổng điểm giảm từ {number(least, Lang.VI)} điểm trở lên{since}"
    code = last.period.code
    return found, RequestDraft(title, Origin.FALL, None, code, last.read_at, last.as_of, found.units)


def concerned_by_list(
    db: duckdb.DuckDBPyConnection, asked: WorkAsked, kind: WorkKind, rules: RuleSet
) -> Concerned:
    """The units that the items of a list are of, each with its own. Raises ComputeError as work_list does."""
    found = work_list(db, asked, kind, rules)
    tree = unit_tree(db, day_of(asked.as_of))
    registered = _registered(db, asked, rules, tree) if kind.of is ItemKind.PUBLICATION else {}
    rows: dict[str, list[dict[str, Any]]] = {}
    unplaced = 0
    for row in found.rows:
        unit = answerable(registered.get(row["item"]) or row["unit"], tree)
        if unit is None:
            unplaced += 1
        else:
            rows.setdefault(unit.code, []).append({name: row.get(name) for name in _KEPT if name in row})
    lists = [AskedList(code, short_name(tree.units[code].name), tuple(each)) for code, each in rows.items()]
    return Concerned(tuple(sorted(lists, key=_most_first)), unplaced)


def answerable(code: str | None, tree: UnitTree) -> Unit | None:
    """The unit that answers to the province for another: the one below the province that it is within.

    A commune under a district answers itself. None for the province, and for a unit that isn't known.
    """
    line = [tree.units[each] for each in (code, *tree.above(code)) if each in tree.units] if code else []
    below = [each for each in line if each.level in BELOW_PROVINCE]
    if len(below) > 1 and below[-1].level is Level.DISTRICT:
        below.pop()
    return below[-1] if below else None


def _registered(
    db: duckdb.DuckDBPyConnection, asked: WorkAsked, rules: RuleSet, tree: UnitTree
) -> dict[str, str]:
    """By procedure the unit that the register of publications says drafted its decision, else handles it."""
    found: dict[str, str] = {}
    calendar = calendar_of(db)
    for each in publication_list(db, rules, calendar, day_of(asked.as_of), asked.period, listed=True):
        named = find_unit(each.department, tree.units.values()) if each.department else []
        code = named[0].code if len(named) == 1 else each.office
        if code is not None:
            found[each.procedure] = code
    return found


def concerned_by_fall(store: Store, last: Snapshot, least: Decimal, province: str) -> Concerned:
    """The units of a province whose total fell by at least so many points since the snapshot before.

    Their items are the groups and indicators that make up the fall. None where there is no snapshot before.
    """
    before = [each for each in snapshots_before(store, last) if each != last]
    if not before:
        return Concerned(())
    old, new = view(store, before[-1]), view(store, last)
    changes = [
        each for level in BELOW_PROVINCE for each in compare_views(old, new, level, province).changes
        if each.total is not None and each.total <= -least and each.after is not None
    ]  # fmt: skip
    worst_first = sorted(changes, key=lambda each: each.total or 0)
    lists = [_fallen(each, each.after.score.unit, new.rules) for each in worst_first if each.after]
    return Concerned(tuple(lists))


def _fallen(change: Change, unit: Unit, rules: RuleSet) -> AskedList:
    rows = tuple(
        {"item": _named(each.code, rules), "before": _plain(each.before), "after": _plain(each.after),
         "change": _plain(each.change)}
        for each in change.causes(rules) if each.change < 0
    )  # fmt: skip
    return AskedList(unit.code, short_name(unit.name), rows)


def _named(code: str, rules: RuleSet) -> str:
    if code in rules.indicator:
        return f"{rules.indicator[code].number} {rules.indicator[code].names.vi}"
    return rules.group[code].names.vi if code in rules.group else "Tổng điểm do nguồn công bố"


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _most_first(asked: AskedList) -> tuple[int, object]:
    return -len(asked.rows), natural_key(asked.unit)


def chosen_units(found: Concerned, codes: Iterable[str] | None) -> tuple[AskedList, ...]:
    """Those of the units that are to be asked; all where no choice was made.

    Raises ComputeError for one that isn't concerned.
    """
    if codes is None:
        return found.units
    wanted = set(codes)
    if unknown := sorted(wanted - {each.unit for each in found.units}, key=natural_key):
        raise ComputeError(
            say("{units} không có mục nào trong danh sách.", "nothing of the list is of {units}.",
                units=", ".join(unknown)),
            do=say("Xem các đơn vị liên quan bằng --dry-run.", "--dry-run shows whom it concerns."),
        )  # fmt: skip
    return tuple(each for each in found.units if each.unit in wanted)
