"""Form 07's counts: equal to a count by hand, lawful on whatever was sent, the same on Spark."""

import csv
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from dossier_sending import message, settle
from hypothesis import given, settings
from hypothesis import strategies as st
from provinces import made_up, table_of, units_of
from reference import VIETNAM, Dossier, Item, day_of, working_days
from thoroughness import spread, tries

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.measure.forms.filling import field_key, filled, summed
from bochiso.measure.forms.handling import CARRIED, COUNTED, STATES, WAYS
from bochiso.periods import Period, parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.periodic_forms import report_forms, unbalanced
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.worklists.form_counts import handling_rows, petition_rows

NOW = datetime(2026, 10, 10, 17, tzinfo=VIETNAM)
PERIODS = ("2026-03@15", "2026-06@15", "2026-Q2@15", "2026-H1@15", "2026-05")
COUNTS = dict.fromkeys(COUNTED, 0)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataFolder]:
    """A province's files, and the data folder that took them in."""
    made = tmp_path_factory.mktemp("province")
    write_province(made, "H15", 4_000, 5, Rhythm(date(2026, 1, 1), date(2026, 9, 30)))
    folder = DataFolder(tmp_path_factory.mktemp("data") / "own")
    for kind in ("units", "procedures", "petitions"):
        table = made / f"{kind}.csv"
        import_records(folder, kind, [(table.name, table.read_bytes())])
    import_dossiers(folder, [made / "dossiers.jsonl", made / "steps.jsonl"])
    return made, folder


class ByHand:
    """The form's columns, dossier by dossier, from the files alone."""

    def __init__(self, made: Path, period: Period) -> None:
        self.first = datetime.combine(period.first, time(), VIETNAM)
        self.end = datetime.combine(period.last, time(23, 59, 59), VIETNAM)
        self.units = {row["unit"] for row in _table(made / "units.csv")}
        self.procedures = {row["procedure"]: row for row in _table(made / "procedures.csv")}
        steps: dict[str, list[Item]] = defaultdict(list)
        for step in map(json.loads, (made / "steps.jsonl").read_text("utf-8").splitlines()):
            steps[step["MaHoSo"]].append(step)
        items = map(json.loads, (made / "dossiers.jsonl").read_text("utf-8").splitlines())
        self.dossiers = [Dossier(each, steps[each["MaHoSo"]]) for each in items]

    def count(self) -> dict[tuple[str, str], Counter[str]]:
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for each in self.dossiers:
            start = each.received or each.filed
            never = each.received is None and each.status in ("3", "7")
            if start is None or start > self.end or each.draft(self.end) or never:
                continue
            before = self._ended(each, self.first - timedelta(seconds=1))
            if start < self.first and before is not None:
                continue
            procedure = self.procedures.get(each.message.get("MaTTHC") or "", {})
            field = procedure.get("field_name") or each.message.get("TenLinhVuc") or ""
            columns = found[self._unit(each.number), field_key(field)]
            columns[CARRIED if start < self.first else self._way(each, procedure)] += 1
            columns[self._state(each, procedure)] += 1
        return found

    def _unit(self, number: str) -> str:
        code = number.partition("-")[0]
        while code not in self.units:
            code = code.rpartition(".")[0]
        return code

    def _ended(self, each: Dossier, now: datetime) -> datetime | None:
        closings = each.closings(now)
        for name in ("done", "returned"):
            if name in closings:
                return closings[name]
        others = [closings[name] for name in ("stopped", "refused") if name in closings]
        return min(others, default=closings.get("withdrawn"))

    def _way(self, each: Dossier, procedure: Item) -> str:
        channel = each.message.get("KenhThucHien")
        if channel == "2":
            return "online_full" if procedure.get("online") == "full" else "online_partial"
        return "by_post" if channel == "3" else "in_person"

    def _state(self, each: Dossier, procedure: Item) -> str:
        ended = self._ended(each, self.end)
        waiting = [
            asked
            for asked, answered, _ in each.requests
            if asked <= self.end and not (answered and answered <= self.end)
        ]
        stopped = ended or min(waiting, default=self.end)
        last = self._last_day(each, procedure)
        late = day_of(stopped) > last
        if ended is None:
            return "open_late" if late else "open_in_time"
        return "late" if late else "on_day" if day_of(stopped) == last else "early"

    def _last_day(self, each: Dossier, procedure: Item) -> date:
        """Counted again from the latest supplement; never before an appointed day that was put off."""
        completed = [answered for _, answered, _ in each.requests if answered and answered <= self.end]
        start = max(completed, default=each.received)
        assert start is not None
        if procedure.get("working_days"):
            return working_days(day_of(start), int(procedure["working_days"]))
        assert each.due is not None
        return day_of(each.due)


def _table(path: Path) -> Iterator[Item]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize("code", spread(["2026-05@15", "2026-Q2@15"], 1))
def test_form_07a_of_every_unit_equals_a_count_by_hand(simulated: tuple[Path, DataFolder], code: str) -> None:
    made, folder = simulated
    period = parse_period(code)
    with open_dossiers(folder) as db:
        rows = handling_rows(db, unit_tree(db).within("H15"), period, NOW, builtin_calendar())
    found = {
        (row["unit"], field_key(row["field"] or "")): {name: row[name] for name in COUNTED} for row in rows
    }
    expected = {key: COUNTS | counts for key, counts in ByHand(made, period).count().items()}
    assert sum(each["carried"] for each in expected.values()) > 50
    assert {key: (found.get(key), value) for key, value in expected.items() if found.get(key) != value} == {}
    assert found.keys() == expected.keys()


def sent(folder: DataFolder, seed: int, count: int) -> None:
    """A province with everything in it that real ones have and worse, taken in."""
    made = made_up(seed, ("H15",), count, shared=True)
    tables = {
        "petitions": read_petitions("petitions.csv", table_of(made.petitions)).batch,
        "procedures": read_procedures("procedures.csv", table_of(made.procedures)).batch,
        "units": read_units("units.csv", table_of(units_of(made))).batch,
    }
    parts = [[(kind, batch)] for kind, batch in tables.items()]
    settle(folder, [message(made.steps), message(made.messages, sender=None), *parts])


def by_unit_and_field(rows: list[dict[str, object]]) -> dict[tuple[object, object], Counter[str]]:
    found: dict[tuple[object, object], Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row["unit"], row["field"]].update({k: v for k, v in row.items() if isinstance(v, int)})
    return found


@settings(max_examples=tries(4, 2))
@given(seed=st.integers(0, 10_000), code=st.sampled_from(PERIODS))
def test_the_laws_of_forms_07_and_06_hold_whatever_was_sent(seed: int, code: str) -> None:
    forms, period = report_forms().forms, parse_period(code)
    with tempfile.TemporaryDirectory() as place:
        folder = DataFolder(Path(place) / "data")
        sent(folder, seed, 250)
        with open_dossiers(folder) as db:
            tree = unit_tree(db)
            codes, calendar = tree.within("H15"), builtin_calendar()
            rows, before = (handling_rows(db, codes, each, NOW, calendar) for each in (period, period.before))
            petitions, sent_before = (
                petition_rows(db, codes, each, NOW, calendar) for each in (period, period.before)
            )
    here, then = by_unit_and_field(rows), by_unit_and_field(before)
    assert here
    for key, row in here.items():
        assert sum(row[way] for way in WAYS) + row[CARRIED] == sum(row[state] for state in STATES)
        assert row[CARRIED] == then[key]["open_in_time"] + then[key]["open_late"]
    for key, row in then.items():
        assert key in here or not row["open_in_time"] + row["open_late"]
    there = by_unit_and_field(sent_before)
    for key, row in by_unit_and_field(petitions).items():
        assert row["behaviour"] + row["regulation"] == row["carried"] + row["new"]
        assert row["done_behaviour"] + row["done_regulation"] == row["done_carried"] + row["done_new"]
        assert row["carried"] == there[key]["open_behaviour"] + there[key]["open_regulation"]
    table = forms["07b"].tables[0]
    communes = {unit.code for unit in tree.units.values() if unit.level == "commune"}
    whole = filled(table, rows, communes)
    for each in (*whole.rows, whole.total):
        assert not list(unbalanced(table, {k: v for k, v in each.values.items() if v is not None}))
    own = [filled(table, [row for row in rows if row["unit"] == code], communes).total for code in codes]
    assert summed(each.values for each in own) == dict(whole.total.values)
