"""The clock as an expression says of every dossier what the plain rule says of one."""

import random
from datetime import UTC, datetime, timedelta

import duckdb
import ibis
import pyarrow as pa
import pytest

from bochiso.measure.index_clock import CLOSINGS, with_end, with_verdict
from bochiso.measure.schema import DOSSIERS
from bochiso.rules.dossier_times import DossierTimes, stood_at
from bochiso.rules.lateness import index_verdict
from bochiso.rules.verdict import Outcome, decide

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = ("filed_at", "received_at", "due_at", *CLOSINGS, "first_open_request_at")


def generated(count, seed):
    """Dossiers of every kind: any moment may lack, any two may be the same, at any time of two months."""
    dice = random.Random(seed)

    def moment(chance):
        return START + timedelta(hours=dice.randrange(1440)) if dice.random() < chance else None

    for _ in range(count):
        chances = (0.9, 0.8, 0.85, 0.5, 0.3, 0.1, 0.1, 0.15, 0.3)
        times = dict(zip(MOMENTS, map(moment, chances), strict=True))
        asked = times["first_open_request_at"] is not None
        yield (
            DossierTimes(
                status=dice.randint(1, 10),
                open_requests=dice.choice((1, 1, 2)) if asked else dice.choice((0, 0, 0, 1)),
                supplement_seconds=dice.choice((0, 0, 3600, 90000)),
                **times,
            ),
            dice.choice((None, 24, 240)),
        )


def table_of(dossiers):
    naive = {name: [None] * len(dossiers) for name in DOSSIERS}
    for name in MOMENTS:
        naive[name] = [
            m if m is None else m.replace(tzinfo=None) for m in (getattr(t, name) for t, _ in dossiers)
        ]
    for name in ("status", "open_requests", "supplement_seconds"):
        naive[name] = [getattr(times, name) for times, _ in dossiers]
    naive["dossier"] = [str(n) for n in range(len(dossiers))]
    types = {"string": pa.string(), "timestamp": pa.timestamp("us"), "boolean": pa.bool_(), "int8": pa.int8(),
             "int32": pa.int32(), "int64": pa.int64()}  # fmt: skip
    columns = {name: pa.array(naive[name], types[kind]) for name, kind in DOSSIERS.items()}
    columns["maximum_hours"] = pa.array([hours for _, hours in dossiers], pa.int32())
    return pa.table(columns)


@pytest.mark.parametrize(("as_of_hours", "end_hours"), [(2000, 2000), (900, 900), (1200, 700)])
def test_the_expression_and_the_plain_rule_agree_on_100_000_dossiers(as_of_hours, end_hours):
    dossiers = list(generated(34_000, as_of_hours))
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


def expected(times, hours, as_of, end):
    """What the plain rule says."""
    maximum = None if hours is None else timedelta(hours=hours)
    return index_verdict(stood_at(times, as_of), end, maximum).outcome
