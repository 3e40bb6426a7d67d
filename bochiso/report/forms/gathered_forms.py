"""What units sent: who has, in time or not, merged into the province's form, beside our own count."""

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime

import duckdb
from msgspec import Struct

from bochiso.measure.forms.filling import UNKNOWN_FIELD, field_key, summed
from bochiso.measure.indicators import Row
from bochiso.periods import Period
from bochiso.rules.periodic_forms import due_by, expected_periods, report_forms
from bochiso.store.decisions.forms_received import ReceivedForm
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.worklists.form_counts import handling_rows
from bochiso.text import VIETNAM
from bochiso.units.model import Level
from bochiso.units.names import short_name
from bochiso.units.tree import UnitTree

OLD_FORM = "06a-vpcp"
"""The form of before, which tells less apart."""

REPORTING = (Level.DEPARTMENT, Level.COMMUNE)
"""Levels whose units send a form of their own (Circular 09/2026/TT-BTP, Article 11.2)."""


class FormDifference(Struct, frozen=True):
    """A number that a unit sent and that we count otherwise: field of work, column, both numbers."""

    field: str
    column: str
    sent: int
    own: int


class GatheredUnit(Struct, frozen=True):
    """A unit's form of a period. `late`: sent after the last day, or not sent and that day is over.

    on_time, due: how many of the year's forms due so far it sent in time. differences: from our own count;
    None where we have no dossiers of the unit.
    """

    unit: str
    name: str
    sent_on: date | None
    late: bool
    on_time: int
    due: int
    differences: tuple[FormDifference, ...] | None


def year_periods(period: Period) -> list[Period]:
    """The periods that were reported on in a period's year, with the period itself."""
    known = expected_periods(period.last.year)
    return known if period in known else sorted([*known, period], key=lambda each: each.last)


def gathered(
    db: duckdb.DuckDBPyConnection,
    tree: UnitTree,
    top: str,
    period: Period,
    received: Iterable[ReceivedForm],
    moment: datetime,
) -> list[GatheredUnit]:
    """Every unit within `top` that sends a form, with what it sent; `received`: of the year's periods.

    Forms are due from the first period of the year that any unit sent one for.
    """
    sent = {(each.unit, each.period): each for each in received}
    today = moment.astimezone(VIETNAM).date()
    asked = [each for each in year_periods(period) if due_by(each) < today or each == period]
    begun = [each for each in asked if any(code == each.code for _, code in sent)]
    asked = [each for each in asked if begun and each.last >= begun[0].last]
    codes = tree.within(top)
    own: dict[str, list[Row]] = {}
    for row in handling_rows(db, codes, period, moment, calendar_of(db)):
        for code in (row["unit"], *tree.above(row["unit"])):
            own.setdefault(code, []).append(row)
    found = []
    for code in codes:
        unit = tree.units[code]
        if unit.level not in REPORTING or any(
            tree.units[each].level in REPORTING for each in tree.above(code) if each in tree.units
        ):
            continue
        form = sent.get((code, period.code))
        past = [each for each in asked if due_by(each) < today or (code, each.code) in sent]
        on_time = sum(_in_time(sent.get((code, each.code)), each) for each in past)
        late = not _in_time(form, period) and (form is not None or due_by(period) < today)
        differences = None if form is None or code not in own else compared(form, own[code])
        sent_on = form.sent_on if form else None
        found.append(
            GatheredUnit(code, short_name(unit.name), sent_on, late, on_time, len(past), differences)
        )
    return found


def _in_time(form: ReceivedForm | None, period: Period) -> bool:
    return form is not None and form.sent_on <= due_by(period)


def compared(form: ReceivedForm, own: Sequence[Row]) -> tuple[FormDifference, ...]:
    """Where a form's numbers differ from our own, by field of work; of a unit's total, from ours."""
    table = report_forms().forms[form.form].tables[0]
    alone = all(not row.field for row in form.rows)
    names: dict[str, str] = {}
    ours: dict[str, list[Row]] = {}
    for row in own:
        name = "" if alone else row["field"] or UNKNOWN_FIELD
        names.setdefault(field_key(name), name)
        ours.setdefault(field_key(name), []).append(row)
    theirs: dict[str, dict[str, int]] = {}
    for sent in form.rows:
        key = field_key(sent.field)
        names[key] = sent.field
        theirs[key] = summed([theirs.get(key, {}), sent.values])
    found = []
    for key in sorted(names):
        counted = table.completed(summed(ours.get(key, ()))) if key in ours else {}
        for column in table.numbers():
            said, known = theirs.get(key, {}).get(column.key, 0), counted.get(column.key) or 0
            if said != known:
                found.append(FormDifference(names[key], column.key, said, known))
    return tuple(found)


def merged_rows(received: Iterable[ReceivedForm], own: Iterable[Row], tree: UnitTree) -> list[Row]:
    """Counts for the province's form: what units sent, and our own count of those that sent nothing.

    The form of before tells online dossiers and others apart, no further: they count as partly online and
    as handed in.
    """
    forms = list(received)
    units = {form.unit for form in forms}
    rows: list[Row] = [row for row in own if not units & {row["unit"], *tree.above(row["unit"])}]
    for form in forms:
        for sent in form.rows:
            values = dict(sent.values)
            values["online_partial"] = values.get("online_partial", 0) + values.pop("online", 0)
            values["in_person"] = values.get("in_person", 0) + values.pop("off_line", 0)
            counts = {key: n for key, n in values.items() if key not in _SUMS}
            rows.append({"unit": form.unit, "field": sent.field or None} | counts)
    return rows


_SUMS: Container[str] = frozenset({"received", "done", "open"})
