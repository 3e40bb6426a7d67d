"""An item that facts can't take is set aside by name; everyone else's are settled, and it is tried again."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from dossier_sending import BEYOND, Item, closing_steps, message, rows
from waiting import until

from bochiso import __version__
from bochiso.intake.messages.message_schemas import MOMENT
from bochiso.store.dossiers import settling
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.projection import dossiers_path
from bochiso.store.dossiers.settling import try_again
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches
from bochiso.store.journal.set_aside import SetAside, WhyAside, read_set_aside, why_of


def dossiers(first: int, count: int) -> Batches:
    plain: Item = {"MaTTHC": "1.000001", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261005080000"}
    return message([{"MaHoSo": number(n), **plain} for n in range(first, first + count)])


def number(n: int) -> str:
    return f"H15.50-261005-{n:05d}"


def steps(*moments: int, first: int = 0) -> Batches:
    return closing_steps({number(first + n): moment for n, moment in enumerate(moments)})


def sound(day: int) -> int:
    return int(datetime.fromisoformat(f"2026-10-{day:02d}T03:00:00+00:00").timestamp() * 1_000_000)


def aside(folder: DataFolder) -> list[SetAside]:
    with open_dossiers(folder) as db:
        return read_set_aside(db)


def as_if(folder: DataFolder, changed: str) -> None:
    """What stands of items that were set aside, otherwise than it is."""
    with duckdb.connect(dossiers_path(folder)) as db:
        db.execute(f"update set_aside set {changed}")


def aside_of(ingest: DossierIngest) -> list[SetAside]:
    with ingest.facts.open(write=True) as db:
        return read_set_aside(db)


def test_one_item_that_overflows_holds_up_nobody_elses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = DataFolder(tmp_path)
    with DossierIngest(folder) as ingest:
        sent = [
            dossiers(0, 20),
            steps(sound(7), sound(8), BEYOND, sound(9)),
            dossiers(20, 5),
            steps(sound(9), first=20),
        ]
        ingest.wait([ingest.submit(each) for each in sent][-1].result())
        assert ingest.lag().items == 0
        assert ingest.lag().aside == 1
        ingest.wait(ingest.submit(dossiers(30, 1)).result())
    found = {row["dossier"]: row["done_at"] for row in rows(folder)}
    assert len(found) == 26
    assert [n for n in range(31) if found.get(number(n))] == [0, 1, 3, 20]
    (one,) = aside(folder)
    assert (one.first, one.items, one.kind, one.code, one.province) == (22, 1, "steps", number(2), "H15")
    assert one.why is WhyAside.RANGE
    told = [record.message for record in caplog.records if "set aside" in record.message]
    assert len(told) == 1
    assert "1 item(s) set aside (steps of H15, from item 22)" in told[0]
    assert "261005" not in caplog.text


def test_facts_made_again_come_to_the_same_and_lack_the_same(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with DossierIngest(folder) as ingest:
        for each in (dossiers(0, 3), steps(BEYOND, sound(7)), steps(sound(8), BEYOND + 1, first=1)):
            ingest.wait(ingest.submit(each).result())
    before, lacks = rows(folder), [each.first for each in aside(folder)]
    assert lacks == [3, 6]
    rebuild_dossiers(folder)
    assert rows(folder) == before
    assert [each.first for each in aside(folder)] == lacks


def test_an_item_is_tried_again_each_day_and_settled_as_soon_as_it_can_be(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with DossierIngest(folder) as ingest:
        ingest.wait(ingest.submit([*dossiers(0, 2), *steps(BEYOND)]).result())
    (one,) = aside(folder)
    assert one.due_at - one.tried_at == timedelta(days=1)
    as_if(folder, "since = '2026-01-01', tried_at = '2026-01-01'")
    with DossierIngest(folder) as ingest:
        ingest.wait(ingest.submit(dossiers(3, 1)).result())
        until(lambda: aside_of(ingest)[0].tried_at >= one.tried_at)
    (again,) = aside(folder)
    assert (again.first, again.since.year, again.since.month) == (one.first, 2026, 1)

    # As if what is wrong with this item had been mended by a new version: another item stands in its place.
    as_if(folder, "first = 1, kind = 'dossiers', version = '0.0.1'")
    with DossierIngest(folder) as ingest:
        until(lambda: not aside_of(ingest) and not ingest.lag().aside)
    assert number(1) in {row["dossier"] for row in rows(folder)}


def test_a_sender_of_many_bad_items_is_set_aside_by_parts_which_are_told_apart_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DataFolder(tmp_path)
    monkeypatch.setattr(settling, "ALONE", 2)
    bad = [BEYOND + n if n % 2 else sound(7) for n in range(12)]
    with DossierIngest(folder) as ingest:
        ingest.wait(ingest.submit([*dossiers(0, 12), *steps(*bad)]).result())
        several = [each for each in aside_of(ingest) if each.items > 1]
        assert several
        for _ in range(4):
            try_again(ingest.facts, folder.journal, several[0].tried_at + timedelta(minutes=10))
    assert sum(each.items for each in aside(folder)) == 6
    assert sum(row["done_at"] is not None for row in rows(folder)) == 6


def test_an_item_of_a_list_is_tried_again_in_its_order_by_a_newer_version(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    rated = {"dossier": [number(0), None], "rated_at": [sound(7), sound(7)], "rating": ["good", "good"]}
    columns = [pa.array(rated["dossier"], pa.string()), pa.array(rated["rated_at"], pa.int64()).cast(MOMENT),
               pa.array(rated["rating"], pa.string())]  # fmt: skip
    batch = pa.RecordBatch.from_arrays(columns, names=list(rated))
    with DossierIngest(folder) as ingest:
        ingest.wait(ingest.submit([*dossiers(0, 1), ("ratings", batch)]).result())
        assert ingest.lag().aside == 1
    (one,) = aside(folder)
    assert (one.kind, one.code, one.why) == ("ratings", None, WhyAside.PROGRAM)
    assert len(rows(folder, "ratings")) == 1
    as_if(folder, "version = '0.0.1', since = '2026-01-01'")
    with DossierIngest(folder):
        pass
    (again,) = aside(folder)
    assert again.version == __version__
    assert again.since >= one.since


def test_what_is_nobodys_item_sets_nothing_aside() -> None:
    for error in (
        duckdb.IOException("No space left on device"),
        duckdb.OutOfMemoryException("no memory"),
        duckdb.FatalException("the database has been invalidated"),
        duckdb.InvalidInputException("Attempting to execute an unsuccessful or closed pending query result"),
        MemoryError(),
        OSError(5, "input/output error"),
    ):
        assert why_of(error) is None
