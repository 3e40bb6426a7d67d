"""Form against index: whatever was sent, the causes add up to the difference, dossier by dossier."""

import tempfile
from collections import Counter
from datetime import date, datetime
from itertools import product
from pathlib import Path

import pytest
from dossier_sending import message, settle
from hypothesis import given, settings
from hypothesis import strategies as st
from provinces import made_up, table_of, units_of
from reference import VIETNAM
from thoroughness import spread, tries

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.measure.forms.reconciliation import DifferenceCause, ReconciledLine
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.portal_import import PortalListAsked, import_portal_list
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import measure, unit_tree
from bochiso.store.measuring.sync_source import find_sync
from bochiso.store.worklists.form_reconciliation import differing_items, reconcile_forms

END = datetime(2026, 9, 30, 23, 59, 59, tzinfo=VIETNAM)
NOW = datetime(2026, 10, 10, 17, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = tmp_path_factory.mktemp("province")
    write_province(made, "H15", 3_000, 7, Rhythm(date(2026, 1, 1), date(2026, 9, 30)))
    folder = DataFolder(tmp_path_factory.mktemp("data") / "own")
    for kind in ("units", "procedures", "petitions"):
        table = made / f"{kind}.csv"
        import_records(folder, kind, [(table.name, table.read_bytes())])
    import_dossiers(folder, [made / "dossiers.jsonl", made / "steps.jsonl"])
    return folder


@pytest.mark.parametrize(
    ("unit", "code"),
    spread(product(("H15", "H15.17"), ("2026-03@15", "2026-09@15", "2026-Q2@15", "2026@15")), 3),
)
def test_nothing_of_a_simulated_province_is_left_unexplained(
    simulated: DataFolder, code: str, unit: str
) -> None:
    period = parse_period(code)
    with open_dossiers(simulated) as db:
        codes = unit_tree(db).within(unit)
        found = reconcile_forms(db, codes, period, period.calendar, NOW, builtin_calendar())
    assert {pair.line for pair in found.pairs if pair.form is None} == {ReconciledLine.PORTAL}  # no list yet
    for pair in found.pairs:
        if pair.line is ReconciledLine.PORTAL:
            continue
        assert pair.form is not None
        assert pair.index is not None
        assert sum(each.form - each.index for each in pair.differences) == pair.form - pair.index
        assert pair.unexplained == 0
        assert DifferenceCause.UNEXPLAINED not in {each.cause for each in pair.differences}


def test_the_index_s_figures_are_those_that_are_measured(simulated: DataFolder) -> None:
    period = parse_period("2026-06@15")
    with open_dossiers(simulated) as db:
        tree = unit_tree(db)
        found = reconcile_forms(db, tree.within("H15"), period, period.calendar, NOW, builtin_calendar())
        rows = measure(
            db, list(tree.units.values()), period.calendar, NOW, load_rules("qd766"), builtin_calendar()
        )
    measured = {row.indicator: row for row in rows if row.unit == "H15"}
    figures = {pair.line: pair.index for pair in found.pairs}
    assert figures == {
        ReconciledLine.RECEIVED: measured["ONLINE_FILING"].denominator,
        ReconciledLine.ON_TIME: measured["RESOLVED_ON_TIME"].numerator,
        ReconciledLine.PORTAL: None,
        ReconciledLine.PETITIONS: measured["PETITION_PROCESSING_ON_TIME"].denominator,
    }


def test_with_the_portal_s_list_what_is_not_synchronised_is_told_dossier_by_dossier(tmp_path: Path) -> None:
    days = Rhythm(date(2026, 1, 1), date(2026, 9, 30))
    write_province(tmp_path, "H15", 2_000, 3, days)
    folder = DataFolder(tmp_path / "data")
    units = tmp_path / "units.csv"
    import_records(folder, "units", [(units.name, units.read_bytes())])
    import_dossiers(folder, [tmp_path / "dossiers.jsonl", tmp_path / "steps.jsonl"])
    import_portal_list(folder, [tmp_path / "portal-list.csv"], PortalListAsked("H15", days.last, END))
    period = parse_period("2026@15")
    with open_dossiers(folder) as db:
        tree = unit_tree(db)
        asked = (db, tree.within("H15"), period, period.calendar, NOW, builtin_calendar())
        (pair,) = [each for each in reconcile_forms(*asked).pairs if each.line is ReconciledLine.PORTAL]
        every = list(tree.units.values())
        sync = find_sync(db, every, period.calendar, NOW)
        rows = measure(db, every, period.calendar, NOW, load_rules("qd766"), builtin_calendar(), sync)
        lacking = differing_items(*asked, ReconciledLine.PORTAL, DifferenceCause.NOT_SYNCED)
    (own,) = [row for row in rows if (row.unit, row.indicator) == ("H15", "DOSSIER_SYNC")]
    assert (pair.index, pair.form) == (own.numerator, own.denominator)
    assert pair.form is not None
    assert pair.index is not None
    assert len(lacking) == pair.form - pair.index > 0
    assert pair.unexplained == 0


@settings(max_examples=tries(3, 2))
@given(seed=st.integers(0, 10_000), code=st.sampled_from(("2026-03@15", "2026-Q1@15", "2026-H1@15")))
def test_causes_add_up_and_open_to_their_dossiers_whatever_was_sent(seed: int, code: str) -> None:
    made, period = made_up(seed, ("H15",), 250, shared=True), parse_period(code)
    tables = {
        "petitions": read_petitions("petitions.csv", table_of(made.petitions)).batch,
        "procedures": read_procedures("procedures.csv", table_of(made.procedures)).batch,
        "units": read_units("units.csv", table_of(units_of(made))).batch,
    }
    parts = [[(kind, batch)] for kind, batch in tables.items()]
    with tempfile.TemporaryDirectory() as place:
        folder = DataFolder(Path(place) / "data")
        settle(folder, [message(made.steps), message(made.messages, sender=None), *parts])
        with open_dossiers(folder) as db:
            asked = (db, unit_tree(db).within("H15"), period, period.calendar, NOW, builtin_calendar())
            for pair in reconcile_forms(*asked).pairs:
                assert pair.unexplained == 0
                listed = Counter((item.cause, item.side) for item in differing_items(*asked, pair.line))
                counted = {(each.cause, 1): each.form for each in pair.differences}
                counted |= {(each.cause, -1): each.index for each in pair.differences}
                assert listed == {key: n for key, n in counted.items() if n}
