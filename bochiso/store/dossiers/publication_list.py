"""The register of publications as a list: each decision and procedure with its last days and its state."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import duckdb
from msgspec import Struct

from bochiso.periods import Period, require_begun
from bochiso.rules.calendar import Calendar
from bochiso.rules.deadlines import Body, publication_on_time
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import Outcome, Verdict, day_of
from bochiso.text import Text, say
from bochiso.units.codes import of_ministry

_COLUMNS = (
    "province", "procedure", "name", "kind", "ministry_number", "ministry_on", "issuer", "field",
    "department", "submission", "submitted_on", "number", "decided_on", "effective_on", "entered_on", "note",
    "office",
)  # fmt: skip
_PARTS = (
    "part_name", "part_steps", "part_way", "part_dossier", "part_time", "part_subject", "part_agency",
    "part_result",
)  # fmt: skip


class State(StrEnum):
    """What is to be said of a row first."""

    LATE = "late"
    PENDING_LATE = "pending_late"
    PENDING = "pending"
    UNKNOWN = "unknown"
    DONE = "done"


STATE_NAMES = {
    State.LATE: say("chậm hạn", "late"),
    State.PENDING_LATE: say("chưa xong, đã quá hạn", "not done, overdue"),
    State.PENDING: say("chưa xong, còn hạn", "not done, in time"),
    State.UNKNOWN: say("thiếu ngày có hiệu lực", "no day of effect"),
    State.DONE: say("đúng hạn", "in time"),
}


class Entry(Struct, frozen=True):
    """One decision and procedure. Days are None where they are not known.

    `office`: the one unit that handles the procedure, as its list says. `publish_by`, `enter_by`: the
    last days allowed; `publish_days`, `enter_days`: how many days late, 0 where not. `missing`: the parts
    that were checked and are not there.
    """

    province: str | None
    procedure: str
    name: str | None
    kind: str | None
    ministry_number: str | None
    ministry_on: date | None
    issuer: str | None
    field: str | None
    department: str | None
    submission: str | None
    submitted_on: date | None
    number: str | None
    decided_on: date | None
    effective_on: date | None
    entered_on: date | None
    note: str | None
    office: str | None
    missing: tuple[str, ...]
    publish_by: date | None
    enter_by: date | None
    publish_days: int
    enter_days: int
    state: State

    @property
    def registered(self) -> bool:
        """Whether the register has it; a decision that the list of procedures alone has is not named."""
        return (self.ministry_number or self.number) is not None

    @property
    def decision(self) -> Text:
        """The decision that the row is about: the ministry's, else the province's."""
        if self.ministry_number is None:
            return say("{number} ({day})", "{number} ({day})", number=self.number, day=self.decided_on)
        return say(
            "{number} ({day}), {issuer}",
            "{number} ({day}), {issuer}",
            number=self.ministry_number,
            day=self.ministry_on,
            issuer=self.issuer,
        )


def publication_list(
    db: duckdb.DuckDBPyConnection,
    rules: RuleSet,
    calendar: Calendar,
    today: date,
    period: Period | None = None,
    province: str | None = None,
    *,
    listed: bool = False,
) -> list[Entry]:
    """Every row of the register, the latest days last; `period`: those decided in it, or not yet decided.

    Of one province, or of all. `listed`: also what the list of procedures alone names: decisions, and
    procedures in force since the year of the period began without one, in a province of which any decision
    is known: else such days were not brought in. A decision signed after today is not known yet. Raises
    ComputeError for a period that hasn't begun.
    """
    if period:
        require_begun(period, today)
    names = ", ".join((*_COLUMNS, *_PARTS))
    year = date((period.last if period else today).year, 1, 1)
    asked = (listed, today, year, today, province, province)
    rows = db.execute(f"select {names} from {_DECISIONS}", asked).fetchall()  # noqa: S608 (our names)
    return [each for row in rows if _asked(each := _entry(row, rules, calendar, today), period)]


_DECISIONS = """(
    select publications.* replace (coalesce(publications.name, listed.name) as name), office
    from publications left join procedures listed using (province, procedure)
    union all by name
    select own.province, own.procedure, own.name, told.effective_on, told.entered_on, own.office,
        false as registered
    from procedures own join procedure_rows told using (procedure)
    where told.decided_on is null
        and exists (from publications where publications.province = own.province)
        and not exists (from publications
            where publications.province = own.province and publications.procedure = own.procedure)
    qualify row_number() over (
        partition by own.province, own.procedure order by told.effective_on desc nulls last) = 1)
where (registered or (? and coalesce(decided_on <= ?, effective_on between ? and ?)))
    and (? is null or province = ?)
order by coalesce(decided_on, ministry_on), entry, office, procedure
"""


def _asked(each: Entry, period: Period | None) -> bool:
    return period is None or each.decided_on is None or period.first <= each.decided_on <= period.last


def _entry(row: tuple[object, ...], rules: RuleSet, calendar: Calendar, today: date) -> Entry:
    known = dict(zip((*_COLUMNS, *_PARTS), row, strict=True))
    for field in ("decided_on", "entered_on"):
        on = known[field]
        if isinstance(on, date) and on > today:
            known[field] = None
    missing = tuple(part for part in _PARTS if known.pop(part) is False)
    if isinstance(whose := known["province"], str):
        calendar = calendar.of(whose)
    decided, effective, entered = (known[f] for f in ("decided_on", "effective_on", "entered_on"))
    body: Body = "ministry" if isinstance(whose, str) and of_ministry(whose) else "province"
    publish = publication_on_time(
        rules, "PUBLISH_ON_TIME", body, _day(effective), _day(decided), today, calendar
    )
    enter = publication_on_time(
        rules, "PUBLIC_UPDATE_ON_TIME", body, _day(decided), _day(entered), today, calendar
    )
    return Entry(
        **known,  # type: ignore[arg-type]
        missing=missing,
        publish_by=_last(publish),
        enter_by=_last(enter),
        publish_days=publish.late_by.days,
        enter_days=enter.late_by.days,
        state=_state(publish, enter),
    )


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _last(verdict: Verdict) -> date | None:
    return None if verdict.deadline_at is None else day_of(verdict.deadline_at)


def _state(publish: Verdict, enter: Verdict) -> State:
    both = publish.outcome, enter.outcome
    if Outcome.OPEN_LATE in both:
        return State.PENDING_LATE
    if Outcome.LATE in both:
        return State.LATE
    if Outcome.OPEN_ON_TIME in both:
        return State.PENDING
    return State.UNKNOWN if publish.outcome is Outcome.NOT_COUNTED else State.DONE


def tally(entries: list[Entry]) -> Iterator[tuple[State, int]]:
    """How many rows are in each state, those to act on first."""
    for state in (State.PENDING_LATE, State.PENDING, State.LATE, State.UNKNOWN, State.DONE):
        yield state, sum(each.state is state for each in entries)
