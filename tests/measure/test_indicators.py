"""What is measured from dossiers is what the simulator knows to be true of them."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bochiso.errors import ComputeError
from bochiso.measure.indicators import Measure
from bochiso.measure.losses import ADDITIVE
from bochiso.periods import Period, parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.deadlines import deadline_day
from bochiso.rules.loader import load_rules
from bochiso.score.scoring import score_units
from bochiso.simulate.offices import build_province
from bochiso.simulate.register_decisions import register_truth
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.truth import truth
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.publication_list import State, publication_list
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.live_scores import figures_of
from bochiso.store.measuring.measurement import due_table, measure, measured_units, unit_procedures

PERIOD = parse_period("2026-01-01..2026-09-30")
END = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)
COUNT, SEED = 4_000, 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A province's dossiers, taken in from files."""
    made = tmp_path_factory.mktemp("province")
    write_province(made, "H15", COUNT, SEED, Rhythm(PERIOD.first, PERIOD.last))
    folder = DataFolder(tmp_path_factory.mktemp("data") / "own")
    for kind in ("units", "procedures", "petitions"):
        table = made / f"{kind}.csv"
        import_records(folder, kind, [(table.name, table.read_bytes())])
    import_dossiers(folder, [made / "dossiers.jsonl", made / "steps.jsonl"])
    return folder


def measured(folder: DataFolder, period: Period = PERIOD, as_of: datetime = END) -> list[Measure]:
    with open_dossiers(folder) as db:
        return measure(db, measured_units(db), period, as_of, load_rules("qd766"), builtin_calendar())


def test_every_figure_of_every_unit_is_the_true_one(folder: DataFolder) -> None:
    found = {(row.unit, row.indicator): (row.numerator, row.denominator) for row in measured(folder)}
    known = truth("H15", COUNT, SEED, PERIOD.first, PERIOD.last)
    assert len(known) > 1_000
    wrong = {key: (found.get(key), value) for key, value in known.items() if found.get(key) != value}
    assert wrong == {}


@pytest.mark.parametrize(("province", "seed"), [("H15", 3), ("H21", 8), ("H44", 21)])
def test_the_register_gives_what_its_decisions_are(tmp_path: Path, province: str, seed: int) -> None:
    """With late decisions and entries, missing ones, abolished procedures, some without a day of effect."""
    rhythm = Rhythm(PERIOD.first, PERIOD.last)
    write_province(tmp_path / "made", province, 20, seed, rhythm)
    folder = DataFolder(tmp_path / "own")
    for kind in ("publications", "units", "procedures"):
        table = (tmp_path / "made" / f"{kind}.csv").read_bytes()
        (found,), _ = import_records(folder, kind, [(f"{kind}.csv", table)], province=province)
        assert found.refusals == ()
    known = register_truth(build_province(province, seed, rhythm))
    found = {
        row.indicator: (row.numerator, row.denominator) for row in measured(folder) if row.unit == province
    }
    assert {code: found[code] for code in known} == known
    assert all(0 < top < bottom for top, bottom in known.values())
    with open_dossiers(folder) as db:
        listed = publication_list(db, load_rules("qd766"), builtin_calendar(), PERIOD.last)
    states = Counter(each.state for each in listed)
    assert {*states} == {*State}
    assert sum(each.registered and each.decided_on is None for each in listed) == 4


def test_months_add_up_to_their_quarter(folder: DataFolder) -> None:
    def received(period: str) -> int:
        rows = measured(folder, parse_period(period))
        return sum(r.denominator or 0 for r in rows if r.unit == "H15" and r.indicator == "ONLINE_FILING")

    assert received("2026-Q2") == sum(received(f"2026-0{month}") for month in (4, 5, 6)) > 0


def test_a_province_is_the_sum_of_its_units(folder: DataFolder) -> None:
    rows = [row for row in measured(folder) if row.indicator == "RESOLVED_ON_TIME"]
    own = [row for row in rows if row.unit == "H15"]
    below = [row for row in rows if row.unit != "H15"]
    assert [row.denominator for row in own] == [sum(row.denominator or 0 for row in below)]


def test_as_of_an_earlier_day_later_dossiers_are_not_there_yet(folder: DataFolder) -> None:
    def received(day: date) -> int:
        moment = datetime(day.year, day.month, day.day, 16, 59, 59, tzinfo=UTC)
        rows = measured(folder, PERIOD, moment)
        return sum(r.denominator or 0 for r in rows if r.unit == "H15" and r.indicator == "ONLINE_FILING")

    assert 0 < received(date(2026, 3, 31)) < received(date(2026, 9, 30))
    with pytest.raises(ComputeError, match="hadn't begun"):
        received(date(2025, 12, 31))


def test_no_numerator_is_above_its_denominator(folder: DataFolder) -> None:
    shares = [row for row in measured(folder) if row.denominator is not None]
    assert [row for row in shares if not 0 <= (row.numerator or 0) <= (row.denominator or 0)] == []


def test_what_facts_cannot_give_is_null(folder: DataFolder) -> None:
    rows = [row for row in measured(folder) if row.indicator == "ELECTRONIC_CERTIFIED_COPY"]
    assert {(row.numerator, row.denominator) for row in rows} == {(None, None)}


def test_without_java_spark_is_refused_with_what_to_install(folder: DataFolder) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed (requirements-spark.txt)")
    command = [sys.executable, "-m", "bochiso.cli", "--lang", "en", "--data", str(folder.root), "measure"]
    bare = {name: value for name, value in os.environ.items() if name not in ("PATH", "JAVA_HOME")}
    done = subprocess.run(
        [*command, "--engine", "spark"], env=bare | {"PATH": ""}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "no Java here" in done.stderr
    assert "--engine duckdb" in done.stderr


def test_the_losses_of_procedures_add_up_to_what_their_unit_lost(folder: DataFolder) -> None:
    rules = load_rules("qd766")
    with open_dossiers(folder) as db:
        units = measured_units(db)
        rows = measure(db, units, PERIOD, END, rules, builtin_calendar())
        scores = score_units(figures_of(units, rows), rules)
        for score in scores[:20]:
            found = unit_procedures(db, units, score, PERIOD, END)
            received = {row.unit: row.denominator for row in rows if row.indicator == "ONLINE_FILING"}
            assert sum(each.received for each in found) == received[score.unit.code]
            assert [each.lost for each in found] == sorted((each.lost for each in found), reverse=True)
            lost = sum(
                each.rule.points - each.points
                for each in score.indicators
                if each.rule.code in ADDITIVE and each.points is not None and each.count.denominator
            )
            assert abs(sum(each.lost for each in found) - lost) <= Decimal("0.005") * len(found)


def test_deadlines_are_those_of_the_plain_rule_on_every_day() -> None:
    rules, calendar = load_rules("qd766"), builtin_calendar()
    first, last = date(2025, 12, 1), date(2026, 12, 31)
    table = due_table(first, last, rules, calendar)
    assert (table["day"][0], table["day"][-1]) == (first, last)
    for deadline in rules.deadlines:
        expected = [deadline_day(deadline, day, calendar) for day in table["day"]]
        assert table[deadline.code] == expected
