"""The differences between our dossiers and the portal's list, with what each costs and who sends it again."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.measure.compiled_sql import marks_query, received_query
from bochiso.measure.indicators import Row
from bochiso.measure.query_parameters import bounds, query_values
from bochiso.measure.sync_losses import NOTHING, Effect, SyncLosses, pairs_of
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.rule_set import RuleSet
from bochiso.store.dossiers.unit_lookup import unit_of
from bochiso.store.journal.statements import execute
from bochiso.store.measuring.measurement import choose_units, keep_period_limits, keep_table, rows_of, run
from bochiso.store.measuring.sync_source import ChosenList, find_sync, old_fronts
from bochiso.store.worklists.portal_matching import FIELDS, lay_out, match
from bochiso.store.worklists.worklist import vietnamese
from bochiso.text import say
from bochiso.units.codes import is_code, name_forms, normalise_code
from bochiso.units.model import Level, Unit
from bochiso.units.tops import province_of
from bochiso.units.tree import UnitTree


class FieldDifference(Struct, frozen=True):
    """One thing in which a dossier differs: what we have, what the portal has; None: nothing."""

    field: str
    here: Any
    there: Any


class DossierDifference(Struct, frozen=True):
    """One dossier that the portal lacks, that we lack, or that differs.

    `kind`: missing_there, missing_here or differs. `unit` is the ranked unit that it counts for, `own_unit`
    the one that it is of. `sender`: whose message is to be sent again. A dossier that the portal counts
    for another unit stands here once for each. `lost`: points of `unit`, exact;
    below 0 where the portal credits more than we would.
    """

    dossier: str
    kind: str
    unit: str | None
    own_unit: str | None
    sender: str | None
    procedure: str | None
    received_at: datetime | None
    fields: tuple[FieldDifference, ...]
    indicators: tuple[str, ...]
    lost: Fraction


class SyncDifferences(Struct, frozen=True):
    """The differences with one list, the dearest first.

    `lost`: by ranked unit and indicator the points here less those that the list comes to, which the
    differences of that unit add up to. `received`: by ranked unit the dossiers received here until the
    list was read.
    `uncounted`: dossiers that differ and count in no figure, here or there (not yet received, no known unit).
    """

    source: ChosenList
    rows: tuple[DossierDifference, ...]
    lost: dict[str, dict[str, Fraction]]
    received: dict[str, int]
    uncounted: int = 0

    @property
    def compared(self) -> int:
        """How many dossiers received here were compared."""
        return sum(self.received.values())

    @property
    def points(self) -> dict[str, Fraction]:
        """The points that each ranked unit lost."""
        return {unit: sum(each.values(), Fraction(0)) for unit, each in self.lost.items()}

    def of(self, unit: str, tree: UnitTree) -> "SyncDifferences":
        """Those of a unit and the units below it."""
        within = {unit, *tree.within(unit)}
        rows = (row for row in self.rows if {row.unit, row.own_unit} & within)
        return SyncDifferences(
            self.source,
            tuple(rows),
            {code: each for code, each in self.lost.items() if code in within},
            {code: n for code, n in self.received.items() if code in within},
        )


def sync_differences(
    db: duckdb.DuckDBPyConnection,
    tree: UnitTree,
    province: str | None,
    period: Period,
    as_of: datetime,
    rules: RuleSet,
    calendar: Calendar,
) -> list[SyncDifferences]:
    """The differences of a province's dossiers of a period (None: of every province that has a list).

    With the list that 1.4 is measured from, as things stood when it was read. Raises NoListError where
    there is none that holds the period.
    """
    units = list(tree.units.values())
    found = find_sync(db, units, period, as_of)
    lists = [each for each in found.lists if province in (None, each.province)]
    if not lists:
        raise _no_list(
            period, found.uncovered.get(province or "", next(iter(found.uncovered.values()), None))
        )
    return [_with_list(db, tree, each, period, rules, calendar) for each in lists]


class NoListError(StoreError):
    """There is no list of the portal's to compare with."""


def _no_list(period: Period, uncovered: object) -> NoListError:
    what = say(
        "chưa có danh sách hồ sơ của Cổng để đối chiếu kỳ {period}.",
        "there is no list of the portal's dossiers to compare {period} with.",
        period=period.code,
    )
    if uncovered is not None:
        what = say(
            "danh sách hồ sơ của Cổng ngày {day} không gồm đủ hồ sơ của kỳ {period}.",
            "the portal's list of {day} does not hold all dossiers of {period}.",
            day=uncovered,
            period=period.code,
        )
    return NoListError(
        what,
        do=say(
            "Nạp bằng `bochiso import portal-list TỆP --province … --period {period}`, hoặc chọn kỳ khác "
            "bằng --period.",
            "Bring it in with `bochiso import portal-list FILE --province … --period {period}`, or choose "
            "another --period.",
            period=period.code,
        ),
    )


def _with_list(
    db: duckdb.DuckDBPyConnection,
    tree: UnitTree,
    source: ChosenList,
    period: Period,
    rules: RuleSet,
    calendar: Calendar,
) -> SyncDifferences:
    until = source.until.replace(tzinfo=UTC)
    first, after = bounds(period)
    asked = {"province": source.province, "day": str(source.day), "first": str(first), "after": str(after),
             "until": str(source.until)}  # fmt: skip
    _place_words(db, tree, source)
    match(db, asked, old_fronts(db))
    lay_out(db, source.province)
    keep_period_limits(db, period, until, calendar)
    values = query_values(period, until)
    here, there = (
        {row["dossier"]: row for row in rows_of(run(db, marks_query(f"dossiers_{side}"), values))}
        for side in ("here", "there")
    )
    ranked = _ranked_units(tree)
    own = _own_counts(db, tree, source.province, ranked, values)
    differing = rows_of(db.execute("from portal_differences"))
    effects = [list(_effects(row, here, there, ranked)) for row in differing]
    losses = SyncLosses(own, (each for some in effects for each, _ in some), rules)
    rows = [
        _difference(row, each, own_unit, losses)
        for row, some in zip(differing, effects, strict=True)
        for each, own_unit in some
    ]
    rows.sort(key=lambda each: (-each.lost, each.kind, each.dossier))
    received = {unit: counts["received"] for unit, counts in own.items()}
    lost = {unit: losses.lost(unit) for unit in {*own, *(each.unit for each in rows if each.unit)}}
    return SyncDifferences(source, tuple(rows), lost, received, sum(not some for some in effects))


def _place_words(db: duckdb.DuckDBPyConnection, tree: UnitTree, source: ChosenList) -> None:
    """The table `list_units`: words that the list has for units, and the codes in front of its numbers."""
    rows = execute(db, _WORDS, {"province": source.province, "day": str(source.day)}).fetchall()
    given = dict(db.execute("from unit_map where unit is not null").fetchall())
    mine = [unit for unit in tree.units.values() if province_of(unit.code, _parents(tree)) == source.province]
    forms: dict[str, str | None] = {}
    for unit in mine:
        for form in {*name_forms(unit.name), unit.name.lower()}:
            forms[form] = None if form in forms else unit.code
    known = {*tree.units, *given}
    found = {}
    for (words,) in rows:
        code = unit_of(normalise_code(words), known) if is_code(words) else None
        if code is None and not is_code(words):
            code = forms.get(words.lower()) or next(filter(None, map(forms.get, name_forms(words))), None)
        found[words] = given.get(code, code) if code else None
    names = {"words": list(found), "unit": list(found.values())}
    keep_table(db, "list_units", {name: pa.array(values, pa.string()) for name, values in names.items()})


_WORDS = """
select distinct unit from portal_dossiers
where province = $province and list_day = $day::date and unit is not null
union select distinct split_part(number, '-', 1) from portal_dossiers
where province = $province and list_day = $day::date
"""


def _parents(tree: UnitTree) -> dict[str, str | None]:
    return {unit.code: unit.parent for unit in tree.units.values()}


def _ranked_units(tree: UnitTree) -> dict[str, str]:
    """By unit the ranked one that it counts for: itself, or the first above it that is no subunit."""

    def ranked(unit: Unit) -> str:
        chain = (unit.code, *tree.above(unit.code))
        return next((code for code in chain if tree.units[code].level is not Level.SUBUNIT), unit.code)

    return {unit.code: ranked(unit) for unit in tree.units.values()}


def _own_counts(
    db: duckdb.DuckDBPyConnection,
    tree: UnitTree,
    province: str,
    ranked: Mapping[str, str],
    values: Mapping[str, str],
) -> dict[str, dict[str, int]]:
    """By ranked unit of a province what its dossiers here come to."""
    parents = _parents(tree)
    choose_units(db, [code for code in tree.units if province_of(code, parents) == province])
    found: dict[str, dict[str, int]] = {}
    for row in rows_of(run(db, received_query(), values)):
        sums = found.setdefault(ranked[row["unit"]], {})
        for name, value in row.items():
            if name not in ("unit", "seconds"):
                sums[name] = sums.get(name, 0) + value
    return found


def _effects(
    row: Row, here: Mapping[str, Row], there: Mapping[str, Row], ranked: Mapping[str, str]
) -> Iterator[tuple[Effect, str | None]]:
    """What a difference changes, for the unit here and, where the portal counts it for another, there."""
    number = row["number"] if row["kind"] == "missing_here" else row["dossier"]
    ours, theirs = here.get(number), there.get(number)
    if ours is None and theirs is None:
        return
    left = None if ours is None else ranked.get(ours["unit"])
    right = None if theirs is None else ranked.get(theirs["unit"])
    synced = row["kind"] != "missing_there"
    counts_here = NOTHING if ours is None else pairs_of(ours, synced=True)
    # The portal has a dossier that it counts for another unit all the same.
    counts_there = NOTHING if theirs is None else pairs_of(theirs, synced=True)
    missing = ((0, 1), *NOTHING[1:]) if not synced else ((1, 1), *NOTHING[1:])
    if left is not None and ours is not None:
        told = counts_there if right == left else missing
        yield Effect(left, counts_here, ((int(synced), 1), *told[1:])), ours["unit"]
    if right is not None and right != left and theirs is not None:
        yield Effect(right, NOTHING, ((0, 0), *counts_there[1:])), theirs["unit"]


def _difference(row: Row, effect: Effect, own_unit: str | None, losses: SyncLosses) -> DossierDifference:
    fields = tuple(
        FieldDifference(name, vietnamese(row[name]), vietnamese(row[f"their_{name}"]))
        for name, bit in FIELDS.items()
        if row["differing"] & bit
    )
    return DossierDifference(
        row["dossier"] or row["number"],
        row["kind"],
        effect.unit,
        own_unit,
        row["sender"] or row["unit"] or own_unit,
        row["procedure"] or row["their_procedure"],
        _moment(row["received_at"] or row["filed_at"] or row["their_received_at"] or row["their_filed_at"]),
        fields,
        effect.indicators,
        losses.of(effect),
    )


def _moment(value: datetime | None) -> datetime | None:
    found = vietnamese(value)
    return found if isinstance(found, datetime) else None
