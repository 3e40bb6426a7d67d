"""Petitions to act on and what each is worth: those late, due soon, disliked or sent again.

The points are those of indicators 5.2 and 5.3. What a unit lost there is shared evenly by the petitions that
missed, in whole hundredths, so that they add up to the loss on every list.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import duckdb
from msgspec import Struct
from msgspec.structs import replace

from bochiso.measure.compiled_sql import petitions_query, received_query
from bochiso.measure.petition_indicators import STEPS
from bochiso.measure.petition_list import LAST_DAYS
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.store.measuring.measurement import choose_units, prepare, rows_of, run, unit_tree
from bochiso.store.worklists.worklist import vietnamese
from bochiso.text import Text, say
from bochiso.units.codes import normalise_code

ON_TIME, PLEASED, CONTENT = (
    "PETITION_PROCESSING_ON_TIME",
    "PETITION_HANDLING_SATISFACTION",
    "DOSSIER_RECEIVING_SATISFACTION",
)


class PetitionState(StrEnum):
    """How a petition stands; the first that holds."""

    LATE = "late"
    DUE_SOON = "due_soon"
    OPEN = "open"
    DONE = "done"


PETITION_STATES = {
    PetitionState.LATE: say("quá hạn", "late"),
    PetitionState.DUE_SOON: say("sắp đến hạn", "due soon"),
    PetitionState.OPEN: say("đang xử lý, còn hạn", "open, in time"),
    PetitionState.DONE: say("đã xử lý đúng hạn", "handled in time"),
}

PETITION_STEPS = {
    "PETITION_REFUSE": say("từ chối", "to refuse it"),
    "PETITION_SUPPLEMENT": say("yêu cầu bổ sung", "to ask for supplements"),
    "PETITION_RESOLVE": say("xử lý, trả lời", "to resolve it"),
    "PETITION_PUBLISH": say("công khai kết quả", "to publish the answer"),
}


class PetitionRow(Struct, frozen=True):
    """One petition. Moments are Việt Nam's, None where they haven't come.

    `step`: that which was late, else which is to be taken next; `due_on`: its last day; `days_left` until
    then, negative past it. `…_by`: the last days by the four clocks. `in_period`: whether the period's
    figures count it; one of before still waits. `lost`: the points that it cost its unit; `at_risk`: those
    that it will, if the step is late.
    """

    petition: str
    unit: str
    dossier: str | None
    about: str | None
    status: str | None
    sent_at: datetime
    forwarded_at: datetime | None
    refused_at: datetime | None
    supplement_asked_at: datetime | None
    resolved_at: datetime | None
    published_at: datetime | None
    refuse_by: date | None
    supplement_by: date | None
    resolve_by: date | None
    publish_by: date | None
    open: bool
    late: bool
    disliked: bool
    repeated: bool
    in_period: bool
    state: PetitionState = PetitionState.DONE
    step: str | None = None
    due_on: date | None = None
    days_left: int | None = None
    lost: Decimal | None = None
    at_risk: Decimal | None = None

    @property
    def unpublished(self) -> bool:
        """Whether the answer should have been published and wasn't; the index doesn't count that."""
        return self.step == "PETITION_PUBLISH" and not self.late and (self.days_left or 0) < 0

    @property
    def own_step(self) -> str | None:
        """The step that is said beside the state, where it isn't the answer that is awaited."""
        if self.unpublished or (self.step == "PETITION_RESOLVE" and self.state is not PetitionState.LATE):
            return None
        return self.step


class PetitionTally(Struct, frozen=True):
    """What a unit's petitions of the period come to: numbers, and the points lost in 5.2 and in 5.3."""

    petitions: int
    late: int
    missed: int
    lost_on_time: Decimal
    lost_pleased: Decimal


def petition_worklist(
    db: duckdb.DuckDBPyConnection,
    rules: RuleSet,
    calendar: Calendar,
    period: Period,
    as_of: datetime,
    unit: str | None = None,
    days: int = 3,
) -> list[PetitionRow]:
    """Petitions of a period and older ones that still wait, those to act on first.

    Of a unit and those below it, worth what they are to that unit; without one, of all, each worth what it
    is to its own. `days`: due within so many is due soon.
    """
    tree = unit_tree(db, day_of(as_of))
    prepare(db, list(tree.units.values()), period, as_of, rules, calendar)
    code = normalise_code(unit) if unit is not None else None
    choose_units(db, list(tree.units) if code is None else tree.within(code) or [code])
    found = rows_of(run(db, petitions_query(rules), query_values(period, as_of)))
    today = day_of(as_of)
    rows = sorted((_row(each, today, days) for each in found), key=_most_urgent_first)
    if code is not None:
        return _worth(rows, rules)
    worth: dict[str, PetitionRow] = {}
    for own in dict.fromkeys(row.unit for row in rows):
        inside = set(tree.within(own)) | {own}
        valued = _worth([row for row in rows if row.unit in inside], rules)
        worth |= {row.petition: row for row in valued if row.unit == own}
    return [worth[row.petition] for row in rows]


def tally_of(rows: Iterable[PetitionRow], rules: RuleSet) -> PetitionTally:
    """What petitions come to, as one unit's."""
    counted = [row for row in rows if row.in_period]
    late = sum(row.late for row in counted)
    missed = sum(_missed(row) for row in counted)
    n = len(counted)
    return PetitionTally(
        n, late, missed, _loss(rules, ON_TIME, n - late, n), _loss(rules, PLEASED, n - missed, n)
    )


def dossiers_lost(
    db: duckdb.DuckDBPyConnection, rules: RuleSet, period: Period, as_of: datetime
) -> tuple[int, int, Decimal]:
    """Of the units last asked for: dossiers that 5.4 takes off, of how many, and the points lost."""
    counts = rows_of(run(db, received_query(), query_values(period, as_of)))
    content, received = (sum(row[name] for row in counts) for name in ("content", "received"))
    return received - content, received, _loss(rules, CONTENT, content, received)


def _row(found: Mapping[str, Any], today: date, days: int) -> PetitionRow:
    known = {name: vietnamese(value) for name, value in found.items()}
    late_steps = [code for code in STEPS if known.pop(f"{code}_late")]
    row = PetitionRow(**known)  # type: ignore[arg-type]
    step = _step(row, late_steps)
    if step is None:
        return row
    due, done = _last(row, step), _taken(row, step)
    if due is None:  # it waits since before anyone counts
        return replace(row, step=step, state=PetitionState.LATE)
    left = (due - (day_of(done) if done else today)).days
    return replace(row, step=step, due_on=due, days_left=left, state=_state(row, left, days))


def _step(row: PetitionRow, late_steps: Sequence[str]) -> str | None:
    if late_steps:
        return late_steps[0]
    if row.open:
        return "PETITION_RESOLVE"
    return "PETITION_PUBLISH" if row.publish_by is not None and row.published_at is None else None


def _state(row: PetitionRow, left: int, days: int) -> PetitionState:
    if row.late or (row.open and left < 0):
        return PetitionState.LATE
    if not row.open and left < 0:
        return PetitionState.DONE  # answered in time; see `unpublished`
    return PetitionState.DUE_SOON if left <= days else PetitionState.OPEN


def _last(row: PetitionRow, step: str) -> date | None:
    last: date | None = getattr(row, LAST_DAYS[step])
    return last


def _taken(row: PetitionRow, step: str) -> datetime | None:
    taken: datetime | None = getattr(row, STEPS[step])
    return taken


_ORDER = list(PetitionState)


def _most_urgent_first(row: PetitionRow) -> tuple[int, int, datetime, str]:
    left = row.days_left if row.days_left is not None else -(10**6)
    return _ORDER.index(row.state), left, row.sent_at, row.petition


def _missed(row: PetitionRow) -> bool:
    return row.late or row.disliked or row.repeated


def _worth(rows: list[PetitionRow], rules: RuleSet) -> list[PetitionRow]:
    """Petitions of one unit with what each cost it, or will."""
    told = tally_of(rows, rules)
    on_time = _shared(told.lost_on_time, [r.petition for r in rows if r.in_period and r.late])
    pleased = _shared(told.lost_pleased, [r.petition for r in rows if r.in_period and _missed(r)])
    # What one more that is late, or answered and late, would cost.
    n, late, missed = told.petitions, told.late, told.missed
    next_late = _loss(rules, ON_TIME, n - late - 1, n) - told.lost_on_time if n > late else Decimal(0)
    next_missed = _loss(rules, PLEASED, n - missed - 1, n) - told.lost_pleased if n > missed else Decimal(0)

    def valued(row: PetitionRow) -> PetitionRow:
        if not row.in_period:
            return row
        lost = on_time.get(row.petition, Decimal(0)) + pleased.get(row.petition, Decimal(0))
        waits = row.state in (PetitionState.DUE_SOON, PetitionState.OPEN)
        risk = next_late + (Decimal(0) if _missed(row) else next_missed)
        return replace(row, lost=lost, at_risk=risk if waits and not row.late else None)

    return [valued(row) for row in rows]


def _shared(lost: Decimal, petitions: Sequence[str]) -> dict[str, Decimal]:
    """Points shared evenly in whole hundredths; what is over goes to the first."""
    if not petitions:
        return {}
    each, over = divmod(int(lost * 100), len(petitions))
    return {petition: Decimal(each + (place < over)).scaleb(-2) for place, petition in enumerate(petitions)}


def _loss(rules: RuleSet, indicator: str, numerator: int, denominator: int) -> Decimal:
    """Points short of the maximum."""
    rule = rules.indicator[indicator]
    earned = formula(rule)(Count(numerator, denominator))
    return rule.points - earned if earned is not None else Decimal(0)


def only(rows: Iterable[PetitionRow], marks: Iterable[str]) -> list[PetitionRow]:
    """Those in any of the states, or with any of the marks, that are named; all where none is."""
    wanted = set(marks)
    return [row for row in rows if not wanted or wanted & {row.state.value, *marks_of(row)}]


def fields_of(row: PetitionRow) -> dict[str, Any]:
    """A petition as files carry it."""
    return {name: getattr(row, name) for name in row.__struct_fields__} | {
        "state": row.state.value,
        "unpublished": row.unpublished,
    }


def marks_of(row: PetitionRow) -> list[str]:
    """What is said of a petition beside its state."""
    return [name for name in MARKS if getattr(row, name)]


MARKS: dict[str, Text] = {
    "disliked": say("không hài lòng", "disliked"),
    "repeated": say("gửi lại", "sent again"),
    "unpublished": say("chưa công khai kết quả, đã quá hạn công khai", "answer not published in time"),
}
