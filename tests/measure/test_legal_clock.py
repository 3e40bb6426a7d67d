"""The law's clock as an expression says of every dossier what the plain rule says of one."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from ibis.expr.types import TimestampScalar
from msgspec.structs import replace
from test_index_clock import START, generated, naive, outcome, table_of
from thoroughness import tries

from bochiso.measure.index_clock import with_end, with_verdict
from bochiso.measure.legal_clock import with_legal_clock
from bochiso.measure.limits import with_limit_end
from bochiso.measure.schema import COUNTRY, DOSSIERS
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.dossier_history import completed_by, due_found
from bochiso.rules.lateness import (
    DossierHistory,
    LegalCourse,
    Limit,
    index_verdict,
    judged_at,
    legal_due,
    legal_verdict,
    limit_end,
    published_limit,
    stood_at,
)
from bochiso.store.measuring.deadline_table import deadline_table

CALENDAR = builtin_calendar()
FIRST, LAST = date(2025, 12, 25), date(2026, 5, 1)
Case = tuple[DossierHistory, int | None, int | None, LegalCourse]


def cases(count: int, seed: int) -> list[Case]:
    """Dossiers of every kind, their procedures' limits in hours and working days, and their course."""
    dice = random.Random(seed)

    def moment(chance: float) -> datetime | None:
        return START + timedelta(hours=dice.randrange(1440)) if dice.random() < chance else None

    made = []
    for times, hours in generated(count, seed):
        again = moment(0.2)
        course = LegalCourse(
            appointed_at=moment(0.1),
            reappointments=0 if again is None else dice.randint(1, 2),
            reappointed_due_at=again,
        )
        made.append((times, dice.choice((hours, 4)), dice.choice((None, None, 0, 1, 5, 15)), course))
    return made


def source_of(made: list[Case]) -> pa.Table:
    table = table_of([(times, hours) for times, hours, _, _ in made])

    def moments_of(name: str) -> pa.Array:
        return pa.array([naive(getattr(course, name)) for *_, course in made], pa.timestamp("us"))

    columns = {
        "appointed_at": moments_of("appointed_at"),
        "reappointed_at": moments_of("reappointed_due_at"),
        "working_days": pa.array([days for _, _, days, _ in made], pa.int32()),
    }
    for name, values in columns.items():
        if name in table.schema.names:
            table = table.set_column(table.schema.get_field_index(name), name, values)
        else:
            table = table.append_column(name, values)
    return table


def found(expression: Any, made: list[Case], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    limits = [Limit(n, "working_day") for n in (0, 1, 5, 15)] + [Limit(n, "day") for n in (1, 10, 15)]
    with duckdb.connect() as db:
        db.register("source", source_of(made))
        days = deadline_table(FIRST, LAST, limits, CALENDAR)
        db.register("limit_days", pa.table({name: pa.array(values) for name, values in days.items()}))
        query = ibis.to_sql(expression.select("dossier", *columns), dialect="duckdb")
        return db.execute(str(query)).fetchall()


SOURCE = ibis.table({**DOSSIERS, "maximum_hours": "int32", "working_days": "int32"}, name="source").mutate(
    calendar=ibis.literal(COUNTRY)
)


def moments(*given: datetime) -> list[TimestampScalar]:
    return [ibis.literal(moment.replace(tzinfo=None)) for moment in given]


@pytest.mark.parametrize(("as_of_hours", "end_hours"), [(2000, 2000), (900, 900), (1200, 700)])
def test_the_expression_and_the_plain_rule_agree_on_drawn_dossiers(as_of_hours: int, end_hours: int) -> None:
    made = cases(tries(34_000, 3_000), as_of_hours)
    as_of, end = START + timedelta(hours=as_of_hours), START + timedelta(hours=end_hours)
    columns = ("legal_counted", "legal_on_time", "legal_closed", "legal_due_at")
    rows = found(with_legal_clock(SOURCE, *moments(as_of, end)), made, columns)
    assert len(rows) == len(made)
    wrong = []
    for place, *row, due in rows:
        times, hours, days, course = made[int(place)]
        course = course_then(times, course, judged_at(times, as_of, end))
        stood = stood_at(times, as_of, end)
        verdict = legal_verdict(stood, course, end, published_limit(days, hours), CALENDAR)
        said = outcome(*row)
        if said is not verdict.outcome or (row[0] and due.replace(tzinfo=UTC) != verdict.deadline_at):
            wrong.append((made[int(place)], row, due, verdict))
    assert wrong == []


def course_then(history: DossierHistory, course: LegalCourse, moment: datetime) -> LegalCourse:
    """What the law's clock needs, as it stood."""
    appointed = due_found(history, moment) or course.appointed_at
    return replace(course, completed_at=completed_by(history, moment), appointed_at=appointed)


def test_working_days_of_a_procedure_stand_for_a_due_date_by_the_index_too() -> None:
    made = cases(tries(30_000, 8_000), 1)
    now = START + timedelta(hours=1000)
    judged = with_verdict(with_limit_end(with_end(SOURCE, *moments(now, now))))
    rows = found(judged, made, ("counted", "on_time", "closed"))
    wrong = []
    for place, *row in rows:
        times, hours, days, _ = made[int(place)]
        maximum: Any = None if hours is None else timedelta(hours=hours)
        if days is not None:
            maximum = limit_end(times, Limit(days, "working_day"), CALENDAR)
        if outcome(*row) is not index_verdict(stood_at(times, now, now), now, maximum).outcome:
            wrong.append((made[int(place)], row))
    assert wrong == []


def test_the_table_of_limits_is_what_the_calendar_counts() -> None:
    limits = [Limit(n, unit) for n in (0, 1, 3, 20) for unit in ("working_day", "day")]
    table = deadline_table(date(2026, 1, 20), date(2026, 3, 5), [*limits, Limit(-1, "working_day")], CALENDAR)
    rows = list(zip(*table.values(), strict=True))
    assert len(rows) == 9 * 45
    for _, unit, amount, day, last in rows:
        noon = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        assert last == legal_due(noon, Limit(amount, unit), CALENDAR)
