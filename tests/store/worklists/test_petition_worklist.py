"""Petitions one by one: their clocks, what they are worth, and that they add up to what was measured."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from dossier_sending import settle

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_units
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.score.scoring import score_units
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.live_scores import figures_of
from bochiso.store.measuring.measurement import measure, unit_tree
from bochiso.store.worklists.petition_worklist import (
    PetitionRow,
    PetitionState,
    dossiers_lost,
    only,
    petition_worklist,
    tally_of,
)
from bochiso.text import VIETNAM

RULES, CALENDAR, YEAR = load_rules("qd766"), builtin_calendar(), parse_period("2026")
HEAD = "petition,unit,sent_at,forwarded_at,refused_at,supplement_asked_at,resolved_at,published_at,"
HEAD += "disliked,repeated\n"


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), VIETNAM)


def listed(
    path: Path, rows: str, day: str, unit: str | None = "H15.50", period: str = "2026"
) -> dict[str, PetitionRow]:
    folder = DataFolder(path / "data")
    units = b"unit,name,level,parent\nH15,T\xe1\xbb\x89nh,province,\nH15.50,X\xc3\xa3,commune,H15\n"
    settle(
        folder,
        [
            [("units", read_units("u.csv", units).batch)],
            [("petitions", read_petitions("p.csv", (HEAD + rows).encode()).batch)],
        ],
    )
    with open_dossiers(folder) as db:
        found = petition_worklist(db, RULES, CALENDAR, parse_period(period), at(day), unit)
    return {row.petition: row for row in found}


def test_the_four_clocks_count_working_days_over_a_holiday(tmp_path: Path) -> None:
    # Tết 2026: 16 to 20 February are off.
    found = listed(tmp_path, "P1,H15.50,2026-02-12 08:00,,,,,,,\n", "2026-02-13")["P1"]
    assert (found.refuse_by, found.supplement_by) == (date(2026, 2, 23), date(2026, 2, 26))
    assert (found.resolve_by, found.publish_by) == (date(2026, 3, 12), None)
    assert (found.state, found.step, found.days_left) == (PetitionState.OPEN, "PETITION_RESOLVE", 27)


@pytest.mark.parametrize(
    ("row", "day", "state", "step", "left"),
    [
        (",,,,,,", "2026-03-20", PetitionState.DUE_SOON, "PETITION_RESOLVE", 3),
        (",,,,,,", "2026-03-24", PetitionState.LATE, "PETITION_RESOLVE", -1),
        ("2026-03-05 08:00,,,,,,", "2026-03-24", PetitionState.DUE_SOON, "PETITION_RESOLVE", 2),
        (",2026-03-04,,,,,", "2026-03-24", PetitionState.DONE, None, None),
        (",2026-03-05,,,,,", "2026-03-24", PetitionState.LATE, "PETITION_REFUSE", -1),
        (",,2026-03-10,,,,", "2026-03-12", PetitionState.LATE, "PETITION_SUPPLEMENT", -1),
        (",,,2026-03-23,,,", "2026-03-23", PetitionState.DUE_SOON, "PETITION_PUBLISH", 2),
        (",,,2026-03-23,2026-03-26,,", "2026-03-27", PetitionState.LATE, "PETITION_PUBLISH", -1),
        (",,,2026-03-25,2026-03-26,,", "2026-03-27", PetitionState.LATE, "PETITION_RESOLVE", -2),
    ],
)  # fmt: skip
def test_a_petition_stands_by_the_step_that_counts(
    tmp_path: Path, row: str, day: str, state: PetitionState, step: str | None, left: int | None
) -> None:
    found = listed(tmp_path, f"P1,H15.50,2026-03-02 08:00,{row}\n", day)["P1"]
    assert (found.state, found.step, found.days_left) == (state, step, left)
    assert found.late == (state is PetitionState.LATE)


def test_an_answer_that_nobody_published_is_marked_and_costs_nothing(tmp_path: Path) -> None:
    found = listed(tmp_path, "P1,H15.50,2026-03-02 08:00,,,,2026-03-10,,,\n", "2026-03-20")["P1"]
    assert (found.state, found.unpublished, found.lost) == (PetitionState.DONE, True, Decimal(0))
    assert only([found], ["unpublished"]) == [found]


def test_what_happened_later_had_not_happened_then(tmp_path: Path) -> None:
    rows = "P1,H15.50,2026-03-02 08:00,2026-03-06,,,2026-03-09,2026-03-10,,\n"
    found = listed(tmp_path, rows, "2026-03-05")["P1"]
    assert (found.open, found.forwarded_at, found.resolved_at, found.published_at) == (True, None, None, None)


def test_one_petition_due_tomorrow_is_worth_what_it_would_cost(tmp_path: Path) -> None:
    found = listed(tmp_path, "P1,H15.50,2026-03-02 08:00,,,,,,,\n", "2026-03-20")["P1"]
    assert (found.lost, found.at_risk) == (Decimal(0), Decimal("12.00"))


def test_points_are_shared_in_whole_hundredths_that_add_up(tmp_path: Path) -> None:
    late = "".join(f"L{n},H15.50,2026-01-05 08:00,,,,2026-03-10,,,\n" for n in range(3))
    good = "".join(f"G{n},H15.50,2026-03-02 08:00,,,,2026-03-10,,,\n" for n in range(4))
    marked = "D1,H15.50,2026-03-02 08:00,,,,2026-03-10,,1,\nD2,H15.50,2026-03-02 08:00,,,,2026-03-10,,,1\n"
    found = listed(tmp_path, late + good + marked, "2026-04-01")
    told = tally_of(found.values(), RULES)
    assert (told.petitions, told.late, told.missed) == (9, 3, 5)
    assert (told.lost_on_time, told.lost_pleased) == (Decimal("2.00"), Decimal("3.33"))
    assert sum(row.lost or 0 for row in found.values()) == Decimal("5.33")
    assert [found[name].lost for name in ("L0", "D1", "G0")] == [Decimal("1.34"), Decimal("0.66"), 0]


def test_one_of_a_period_before_still_waits_and_costs_this_one_nothing(tmp_path: Path) -> None:
    rows = "OLD1,H15.50,2024-03-02,,,,,,,\nDEC2,H15.50,2025-12-30,,,,,,,\n"
    rows += "END3,H15.50,2025-12-30,,,,2026-01-05,,,\n"
    found = listed(tmp_path, rows, "2026-01-06")
    assert found.keys() == {"OLD1", "DEC2"}
    assert found["OLD1"].state is PetitionState.LATE
    assert {(row.in_period, row.lost, row.at_risk) for row in found.values()} == {(False, None, None)}


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made, path = DataFolder(tmp_path_factory.mktemp("tinh") / "data"), tmp_path_factory.mktemp("files")
    write_province(path, "H15", 6000, 5, Rhythm(date(2026, 1, 1), date(2026, 6, 30)))
    for kind in ("units", "procedures", "petitions"):
        import_records(made, kind, [(f"{kind}.csv", (path / f"{kind}.csv").read_bytes())])
    import_dossiers(made, [path / "dossiers.jsonl"])
    with open_dossiers(made) as db:
        some = db.execute("select dossier from dossiers order by dossier limit 60").fetchall()
    rated = "dossier,rated_at,rating\n" + "".join(f"{d},2026-06-30,dissatisfied\n" for (d,) in some)
    import_records(made, "ratings", [("r.csv", rated.encode())])
    return made


def test_petitions_and_dossiers_add_up_to_what_the_box_lost_in_every_unit(province: DataFolder) -> None:
    moment, period = at("2026-06-30"), parse_period("2026-01-01..2026-06-30")
    with open_dossiers(province) as db:
        units = list(unit_tree(db).units.values())
        rows = measure(db, units, period, moment, RULES, CALENDAR)
        box = {
            score.unit.code: next(each for each in score.boxes if each.code == "MDHL")
            for score in score_units(figures_of(units, rows), RULES)
        }
        counts = {(row.unit, row.indicator): (row.numerator, row.denominator) for row in rows}
        every = petition_worklist(db, RULES, CALENDAR, period, moment)
        for unit in {row.unit for row in every} | {"H15"}:
            own = petition_worklist(db, RULES, CALENDAR, period, moment, unit)
            told = tally_of(own, RULES)
            assert counts[unit, "PETITION_PROCESSING_ON_TIME"] == (told.petitions - told.late, told.petitions)
            assert counts[unit, "PETITION_HANDLING_SATISFACTION"][0] == told.petitions - told.missed
            off, received, lost = dossiers_lost(db, RULES, period, moment)
            assert counts[unit, "DOSSIER_RECEIVING_SATISFACTION"] == (received - off, received)
            worth = sum((row.lost or Decimal(0) for row in own), Decimal(0))
            assert worth == told.lost_on_time + told.lost_pleased
            assert box[unit].points is not None
            assert worth + lost == box[unit].max_points - box[unit].points
            of_unit = {row.petition: row.lost for row in own if row.unit == unit}
            assert {row.petition: row.lost for row in every if row.unit == unit} == of_unit
    assert sum(row.lost or 0 for row in every) > 0
