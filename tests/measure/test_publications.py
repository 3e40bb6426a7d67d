"""1.1 to 1.3 of made-up registers over three years with their holidays, against the words of the rules.

A province signs at the latest 5 working days before the day of effect, and enters at the latest 5 working
days after it signed; a ministry signs at the latest 20 before, and enters at the latest 10 after. A
procedure counts once in a period; late once in it is late for it.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from dossier_sending import settle
from provinces import table_of
from reference import VIETNAM, working_days
from thoroughness import spread

from bochiso.intake.dossiers.publication_rows import PARTS, read_publications
from bochiso.periods import Period, parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.file_import import import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import measure
from bochiso.units.model import Unit
from bochiso.units.tree import TOPS

Row = dict[str, Any]
Pair = tuple[int, int]
LIMITS = {"H15": (5, 5), "H19": (5, 5), "G01": (20, 10)}
"""Whose registers they are, and the working days of each: before the day of effect, and after it signed."""
INDICATORS = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL")

AROUND = [
    date(2024, 2, 7), date(2024, 4, 29), date(2024, 5, 4), date(2024, 9, 3), date(2025, 1, 24),
    date(2025, 4, 26), date(2025, 5, 2), date(2025, 9, 1), date(2026, 1, 2), date(2026, 1, 10),
    date(2026, 2, 16), date(2026, 8, 22), date(2026, 8, 31), date(2026, 9, 2),
]  # fmt: skip
"""Days off, and Saturdays that were worked instead: where counts of working days go wrong."""


def register(seed: int, province: str, count: int) -> list[Row]:
    """Decisions on few procedures, so that many have several; most near days off."""
    dice = random.Random(seed)
    ahead = timedelta(LIMITS[province][0] * 7 // 5 - 7)
    rows = []
    for n in range(count):
        near = dice.random() < 0.7
        start = dice.choice(AROUND) if near else date(2024, 1, 1) + timedelta(dice.randrange(1000))
        decided = start + timedelta(dice.randrange(-12, 12)) if dice.random() < 0.85 else None
        base = decided or start
        effective = (
            base + ahead + timedelta(dice.choice((*range(-3, 16), 420, -500)))
            if dice.random() < 0.85
            else None
        )
        entered = decided + timedelta(dice.randrange(16)) if decided and dice.random() < 0.8 else None
        checked = dice.random() < 0.6
        rows.append(
            {
                "procedure": f"1.{dice.randrange(40):06d}",
                "kind": dice.choice(("mới", "sửa đổi", "sửa đổi", "bãi bỏ", "")),
                "ministry_number": f"{n}/QĐ-BTP",
                "ministry_on": base - timedelta(dice.randrange(20)),
                "issuer": "Bộ Tư pháp",
                "number": f"{n}/QĐ-{province}" if decided else "",
                "decided_on": decided or "",
                "effective_on": effective or "",
                "entered_on": entered or "",
                **{part: dice.choice(("có", "có", "có", "có", "không")) if checked else "" for part in PARTS},
            }
        )
    return rows


def expected(
    rows: list[Row], first: date, last: date, today: date, limits: tuple[int, int] = (5, 5)
) -> dict[str, Pair]:
    """The three indicators, from the words of the rules alone; `today`: what comes later is not known."""
    before, after = limits
    today = min(last, today)
    signed: dict[str, list[bool]] = defaultdict(list)
    entered: dict[str, list[bool]] = defaultdict(list)
    known: dict[str, list[tuple[date, Row]]] = defaultdict(list)
    for row in rows:
        decided, effective, on = row["decided_on"], row["effective_on"], row["entered_on"]
        if (decided or row["ministry_on"]) <= today:
            known[row["procedure"]].append((decided or row["ministry_on"], row))
        if not decided or not (first <= decided <= last) or decided > today:
            continue
        if effective:
            signed[row["procedure"]].append(decided <= working_days(effective, -before))
        done = min(on or today, today)
        entered[row["procedure"]].append(done <= working_days(decided, after))
    full = public = 0
    for found in known.values():
        if not any(row["decided_on"] for _, row in found):
            continue
        day, row = max(found, key=lambda each: each[0])
        if row["kind"] == "bãi bỏ" and (row["effective_on"] or day) <= today:
            continue
        public += 1
        full += all(row[part] == "có" for part in PARTS)  # of what a later decision made of it
    return {
        "PUBLISH_ON_TIME": (sum(map(all, signed.values())), len(signed)),
        "PUBLIC_UPDATE_ON_TIME": (sum(map(all, entered.values())), len(entered)),
        "PUBLIC_CONTENT_FULL": (full, public),
    }


def one_a_day(rows: list[Row]) -> list[Row]:
    """Without a second decision of a procedure on one day: nobody could say which holds."""
    days = {}
    for row in rows:
        days.setdefault((row["procedure"], row["decided_on"] or row["ministry_on"]), row)
    return list(days.values())


@pytest.fixture(scope="module")
def made() -> dict[str, list[Row]]:
    return {top: one_a_day(register(n, top, 260)) for n, top in enumerate(LIMITS)}


@contextmanager
def kept(path: Path, made: dict[str, list[Row]]) -> Iterator[Any]:
    folder = DataFolder(path / "data")
    for top, rows in made.items():
        (found,), _ = import_records(folder, "publications", [("s.csv", table_of(rows))], province=top)
        assert found.refusals == ()
    with open_dossiers(folder) as db:
        yield db


@pytest.fixture(scope="module")
def db(made: dict[str, list[Row]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with kept(tmp_path_factory.mktemp("register"), made) as found:
        yield found


def measured(db: Any, period: Period, day: date) -> dict[tuple[str, str], Pair]:
    units = [Unit(top, top, TOPS[top[0]]) for top in LIMITS]
    moment = datetime.combine(day, time(23, 59, 59), VIETNAM)
    rows = measure(db, units, period, moment, load_rules("qd766"), builtin_calendar())
    return {(row.unit, row.indicator): (row.numerator, row.denominator) for row in rows}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("period", "day"),
    spread(
        [
            (period, day)
            for period, day in product(
                ("2024", "2025", "2026", "2025-Q1", "2026-02", "2024-04-20..2024-05-20"),
                ("2024-02-20", "2025-05-06", "2026-09-10", "2026-11-20"),
            )
            if parse_period(period).first.isoformat() <= day
        ],
        9,
    ),
)
def test_every_period_is_counted_as_the_rules_say(
    db: Any, made: dict[str, list[Row]], period: str, day: str
) -> None:
    span, on = parse_period(period), date.fromisoformat(day)
    found = measured(db, span, on)
    for top, limits in LIMITS.items():
        told = expected(made[top], span.first, span.last, on, limits)
        assert {name: found[top, name] for name in INDICATORS} == told


def test_the_registers_hold_what_they_are_for(made: dict[str, list[Row]]) -> None:
    for whose, rows in made.items():
        for year in (2024, 2025, 2026):
            told = expected(rows, date(year, 1, 1), date(year, 12, 31), date(2026, 11, 20), LIMITS[whose])
            assert all(0 < top < bottom for top, bottom in told.values())


def test_rows_in_any_order_and_in_pieces_come_to_the_same(
    db: Any, made: dict[str, list[Row]], tmp_path: Path
) -> None:
    dice, folder = random.Random(5), DataFolder(tmp_path / "data")
    pieces = []
    for top, rows in made.items():
        mixed = dice.sample(rows, len(rows))
        for at in range(0, len(mixed), 37):
            batch = read_publications("s.csv", table_of(mixed[at : at + 37])).batch
            column = [top] * batch.num_rows
            pieces.append([("publications", batch.append_column("province", pa.array(column)))])
    settle(folder, dice.sample(pieces, len(pieces)))
    span, on = parse_period("2026"), date(2026, 11, 20)
    with open_dossiers(folder) as other:
        assert measured(other, span, on) == measured(db, span, on)
