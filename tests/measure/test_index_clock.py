"""The clock as an expression says of every dossier what the plain rule says of one."""

import random
from datetime import UTC, datetime, timedelta

import duckdb
import ibis
import pyarrow as pa
import pytest
from msgspec.structs import asdict
from thoroughness import tries

from bochiso.measure.index_clock import with_end, with_verdict
from bochiso.measure.schema import CLOSINGS, DISLIKE, DOSSIERS, REQUEST
from bochiso.rules.lateness import Closings, DossierHistory, Request, index_verdict, stood_at
from bochiso.rules.verdict import Outcome, decide

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = ("filed_at", "received_at", "due_at", "last_known_at")


def generated(count, seed):
    """Dossiers of every kind: any moment may lack, any two may be the same, at any time of two months.

    With them what their procedures allow, in hours.
    """
    dice = random.Random(seed)

    def moment(chance=1.0):
        return START + timedelta(hours=dice.randrange(1440)) if dice.random() < chance else None

    def request():
        asked, answered = sorted((moment(), moment()))
        ended = dice.random() < 0.7
        return Request(
            asked_at=asked,
            answered_at=answered if ended else None,
            due_before=moment(0.3) if ended else None,
        )

    def closings(reopened_at=None):
        found = {
            name: moment(chance) for name, chance in zip(CLOSINGS, (0.5, 0.3, 0.1, 0.1, 0.15), strict=True)
        }
        return Closings(**found, reopened_at=reopened_at)

    for _ in range(count):
        reopened = sorted({moment() for _ in range(dice.choice((0, 0, 0, 0, 1, 2)))})
        requests = {request() for _ in range(dice.choice((0, 0, 1, 1, 2, 3)))}
        yield (
            DossierHistory(
                status=dice.randint(1, 10),
                closings=closings(),
                earlier=tuple(map(closings, reopened)),
                requests=tuple(sorted(requests, key=lambda each: each.asked_at)),
                **dict(zip(MOMENTS, map(moment, (0.9, 0.8, 0.85, 0.5)), strict=True)),
            ),
            dice.choice((None, 24, 240)),
        )


def row_of(history):
    """A history as the table of dossiers has it."""
    last = history.earlier[-1].reopened_at if history.earlier else None
    closings = {name: getattr(history.closings, name) for name in CLOSINGS}
    row = {name: getattr(history, name) for name in ("status", *MOMENTS)} | closings
    return naive(row | {
        "reopened_at": last,
        "earlier": [asdict(each) for each in history.earlier] or None,
        "requests": [asdict(each) for each in history.requests] or None,
    })  # fmt: skip


def naive(value):
    """Moments without their zone, in whatever they stand."""
    if isinstance(value, dict):
        return {name: naive(each) for name, each in value.items()}
    if isinstance(value, list):
        return [naive(each) for each in value]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


TYPES = {"string": pa.string(), "timestamp": pa.timestamp("us"), "boolean": pa.bool_(), "date": pa.date32(),
         "int8": pa.int8(), "int32": pa.int32(), "int64": pa.int64()}  # fmt: skip


def schema_of(kinds):
    """The Arrow types of columns."""
    lists = {"earlier": CLOSINGS | {"reopened_at": "timestamp"}, "requests": REQUEST, "dislikes": DISLIKE}
    nested = {
        name: pa.list_(pa.struct([(field, TYPES[kind]) for field, kind in fields.items()]))
        for name, fields in lists.items()
    }
    return pa.schema([(name, nested.get(name) or TYPES[kind]) for name, kind in kinds.items()])


def table_of(dossiers):
    rows = [
        row_of(history) | {"dossier": str(n), "maximum_hours": hours}
        for n, (history, hours) in enumerate(dossiers)
    ]
    return pa.Table.from_pylist(rows, schema_of({**DOSSIERS, "maximum_hours": "int32"}))


@pytest.mark.parametrize(("as_of_hours", "end_hours"), [(2000, 2000), (900, 900), (1200, 700)])
def test_the_expression_and_the_plain_rule_agree_on_drawn_dossiers(as_of_hours, end_hours):
    dossiers = list(generated(tries(34_000, 3_000), as_of_hours))
    as_of, end = START + timedelta(hours=as_of_hours), START + timedelta(hours=end_hours)
    source = ibis.table({**DOSSIERS, "maximum_hours": "int32"}, name="source")
    moments = [ibis.literal(moment.replace(tzinfo=None)) for moment in (as_of, end)]
    found = with_verdict(with_end(source, *moments))
    columns = found.select("dossier", "counted", "on_time", "closed")
    with duckdb.connect() as db:
        db.register("source", table_of(dossiers))
        rows = db.execute(str(ibis.to_sql(columns, dialect="duckdb"))).fetchall()
    assert len(rows) == len(dossiers)
    wrong = [
        (dossiers[int(place)], row)
        for place, *row in rows
        if outcome(*row) is not expected(*dossiers[int(place)], as_of, end)
    ]
    assert wrong == []


def outcome(counted, on_time, closed):
    """What the expression's columns say together."""
    if not counted:
        return Outcome.NOT_COUNTED
    return decide(closed=closed, late=not on_time)


def expected(history, hours, as_of, end):
    """What the plain rule says."""
    maximum = None if hours is None else timedelta(hours=hours)
    return index_verdict(stood_at(history, as_of, end), end, maximum).outcome
