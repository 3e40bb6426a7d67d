"""Scores that follow the facts are those of measuring everything anew."""

import json
import random
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from dossier_sending import Item, message
from thoroughness import tries

from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.ranking import rank_units
from bochiso.score.scoring import score_units
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_records
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.dossiers.portal_import import PortalListAsked, import_portal_list
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.live_scores import LiveScore, LiveScores, figures_of
from bochiso.store.measuring.measurement import measure, measured_units
from bochiso.store.measuring.sync_source import PublishedSync, find_sync
from bochiso.units.model import Level

AT = datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC)
RULES = load_rules("qd766")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("province")
    write_province(made, "H15", 600, 5, Rhythm(date(2026, 1, 1), date(2026, 3, 31)))
    return made


def items(province: Path, name: str) -> list[Item]:
    return [json.loads(line) for line in (province / f"{name}.jsonl").read_text("utf-8").splitlines()]


@contextmanager
def receiving(province: Path, data: Path) -> Iterator[DossierIngest]:
    """A folder that knows the province's units, procedures and petitions, and takes dossiers in."""
    folder = DataFolder(data)
    for kind in ("units", "procedures", "petitions"):
        table = province / f"{kind}.csv"
        import_records(folder, kind, [(table.name, table.read_bytes())])
    with DossierIngest(folder) as ingest:
        yield ingest


def push(ingest: DossierIngest, some: list[Item]) -> set[str]:
    """Send items; the units that they change, and their province."""
    ingest.wait(ingest.submit(message(some)).result())
    numbers = [item["MaHoSo"] for item in some]
    with ingest.facts.open(write=True) as db:
        query = "select distinct unit from dossiers where dossier in (select unnest(?)) and unit is not null"
        return {"H15", *(unit for (unit,) in db.execute(query, [numbers]).fetchall())}


def in_full(ingest: DossierIngest) -> dict[str, LiveScore]:
    """Everything measured anew and scored."""
    with ingest.facts.open(write=True) as db:
        units, period = measured_units(db), parse_period("2026")
        sync = find_sync(db, units, period, AT)
        rows = measure(db, units, period, AT, RULES, builtin_calendar(), sync)
    standings = rank_units(score_units(figures_of(units, rows), RULES), RULES)
    return {
        row.score.unit.code: LiveScore(
            row.score.unit.code,
            AT,
            row.score.total,
            row.grade and row.grade.code,
            row.rank,
            row.of,
            {box.code: box.points for box in row.score.boxes},
        )
        for row in standings.rows
    }


def told(scores: LiveScores, changed: Collection[str]) -> dict[str, LiveScore]:
    return {each.unit: each for each in scores.follow(changed, AT)}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.landing)])
def test_what_was_told_of_changes_is_what_measuring_everything_gives(
    province: Path, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    waiting = [*items(province, "dossiers"), *items(province, "steps")]
    dice.shuffle(waiting)
    with receiving(province, tmp_path / "data") as ingest:
        scores = LiveScores(ingest.facts, RULES)
        told(scores, push(ingest, waiting[:500]))
        known = in_full(ingest)
        del waiting[:500]
        for _ in range(tries(6, 3)):
            count = dice.choice((1, 3, 40, 300))
            some, waiting = waiting[:count], waiting[count:]
            found = told(scores, push(ingest, some))
            known |= found
            assert known == in_full(ingest)


def test_with_a_list_of_the_portal_1_4_follows_too(province: Path, tmp_path: Path) -> None:
    folder, waiting = DataFolder(tmp_path / "data"), items(province, "dossiers")
    asked = PortalListAsked("H15", date(2026, 3, 31), AT, parse_period("2026"))
    import_portal_list(folder, [province / "portal-list.csv"], asked)
    with receiving(province, tmp_path / "data") as ingest:
        scores = LiveScores(ingest.facts, RULES)
        known = told(scores, push(ingest, waiting[:300])) | in_full(ingest)
        found = told(scores, push(ingest, waiting[300:]))
        assert known | found == in_full(ingest)
        assert max(each.total or 0 for each in found.values()) > 60


def test_without_one_it_is_what_was_published(province: Path, tmp_path: Path) -> None:
    with receiving(province, tmp_path / "data") as ingest:
        push(ingest, items(province, "dossiers"))
        with ingest.facts.open(write=True) as db:
            communes = [each.code for each in measured_units(db) if each.level is Level.COMMUNE]
        counts = {code: Count(9, 10, Decimal("5.4")) for code in communes}
        without = told(LiveScores(ingest.facts, RULES), communes)
        published = PublishedSync(date(2026, 3, 30), counts)
        found = told(LiveScores(ingest.facts, RULES, lambda *_: published), communes)
    gained = {(found[code].total or 0) - (without[code].total or 0) for code in communes if found[code].total}
    assert gained == {Decimal("5.40")}


def test_a_unit_whose_rank_moved_is_told_though_nothing_of_its_own_changed(
    province: Path, tmp_path: Path
) -> None:
    every = items(province, "dossiers")
    one = [item for item in every if item["MaHoSo"].startswith(every[0]["MaHoSo"].partition("-")[0])]
    others = [item for item in every if item not in one]
    with receiving(province, tmp_path / "data") as ingest:
        scores = LiveScores(ingest.facts, RULES)
        told(scores, push(ingest, others))
        changed = push(ingest, one)
        assert changed < told(scores, changed).keys()


def test_a_unit_that_is_not_measured_has_no_score(province: Path, tmp_path: Path) -> None:
    with receiving(province, tmp_path / "data") as ingest:
        scores = LiveScores(ingest.facts, RULES)
        push(ingest, items(province, "dossiers")[:50])
        assert told(scores, {"H99.1"})["H99.1"] == LiveScore("H99.1", AT)


def test_in_a_new_year_everything_is_counted_anew(province: Path, tmp_path: Path) -> None:
    with receiving(province, tmp_path / "data") as ingest:
        scores = LiveScores(ingest.facts, RULES)
        push(ingest, items(province, "dossiers"))
        (before,) = (each for each in scores.follow({"H15"}, AT) if each.unit == "H15")
        later = {each.unit: each for each in scores.follow((), AT + timedelta(days=366))}
        assert later["H15"].boxes != before.boxes
