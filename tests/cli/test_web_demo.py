"""The simulated province that a curious person tries in the browser: on any day of the year."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bochiso import text
from bochiso.cli import web_demo
from bochiso.store.decisions.publications import publications
from bochiso.store.dossiers.projection import DossierFacts, dossiers_path
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.ledger import open_ledger

OLD_AND_NEW = datetime(2027, 1, 4, 2, tzinfo=UTC)
"""A Monday on which four of the six weeks are last year's."""


@pytest.mark.parametrize(
    "moment", [OLD_AND_NEW, pytest.param(datetime(2026, 6, 8, 2, tzinfo=UTC), marks=pytest.mark.landing)]
)
def test_it_has_dossiers_and_six_weeks_each_of_the_year_it_is_of(
    moment: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "time", SimpleNamespace(time=moment.timestamp))
    folder = DataFolder(tmp_path / "data")
    trials = web_demo.prepare(folder)
    assert [each.name for each in trials] == [name for name, _ in web_demo.ACCOUNTS]
    with open_store(folder) as store:
        weeks = [(each.period.code, each.as_of) for each in store.snapshots()]
    assert len(weeks) == web_demo.WEEKS
    assert all(code == str(day.year) for code, day in weeks)
    with open_ledger(folder) as ledger:
        assert len(publications(ledger)) == web_demo.WEEKS - 1
    with DossierFacts(dossiers_path(folder)).open(write=False) as db:
        (late,) = db.execute("select count(*) from dossiers where due_at < ?", (moment,)).fetchone() or (0,)
    assert late > 1000
