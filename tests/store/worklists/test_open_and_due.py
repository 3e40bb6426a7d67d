"""What dossiers say of a goal: what is open and can be mended, what is due soon, as the lists have it."""

from collections.abc import Iterator

import duckdb
import pytest
from dossier_sending import settle
from provinces import batches, made_up, moment

from bochiso.followup.work_kinds import KIND_OF
from bochiso.measure.missed.why_missed import Mend
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.worklists.open_and_due import open_and_due
from bochiso.store.worklists.work_lists import WorkAsked, work_list, work_overview
from bochiso.store.worklists.worklist import open_list

RULES = load_rules("qd766")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = DataFolder(tmp_path_factory.mktemp("due") / "data")
    settle(folder, batches(made_up(1, ("H15",), 300, shared=True)))
    with open_dossiers(folder) as db:
        yield db


def test_it_is_what_the_lists_have(facts: duckdb.DuckDBPyConnection) -> None:
    unit, code = "H15.24", "REUSED_DIGITIZED_DATA"
    asked = WorkAsked(unit, parse_period("2026-Q1"), moment("2026-03-31"))
    score = work_overview(facts, asked, RULES).score
    found = open_and_due(facts, asked, score, RULES, 30)
    assert found is not None
    items = dict(found.open_items)
    assert all(KIND_OF[each].mend is Mend.WHILE_OPEN for each in items)
    listed = work_list(facts, asked, KIND_OF[code], RULES).rows
    assert items[code] == sum(row["mendable"] for row in listed) > 0
    assert found.risk.due == len(open_list(facts, asked.as_of, unit, 30))
    assert found.risk.total >= 0


def test_without_dossiers_nothing_is_said(facts: duckdb.DuckDBPyConnection) -> None:
    asked = WorkAsked("H15", parse_period("2026-Q1"), moment("2026-03-31"))
    score = work_overview(facts, asked, RULES).score
    with duckdb.connect() as bare:
        bare.execute("create table dossiers (dossier varchar)")
        assert open_and_due(bare, asked, score, RULES) is None
