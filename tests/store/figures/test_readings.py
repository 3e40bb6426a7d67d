"""Readings go in: idempotent, the later one says each figure, several make one snapshot."""

import os
import subprocess
from pathlib import Path

import pytest
from reading_samples import COMMUNES, DEPARTMENTS, LATER, QD766, answers, keep, totals, tree

from bochiso.errors import SourceError, StoreError
from bochiso.score.figures import Count
from bochiso.store.figures.facts import open_facts
from bochiso.store.figures.snapshot_store import open_store, rebuild
from bochiso.store.folder import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def totals_of(folder: DataFolder) -> dict[str, str]:
    with open_store(folder) as store:
        return totals(store, store.snapshots()[-1])


def test_the_same_files_twice_change_nothing_and_say_when_they_were_kept(folder: DataFolder) -> None:
    first = keep(folder, DEPARTMENTS)
    before = tree(folder.root)
    again = keep(folder, DEPARTMENTS, hour=5)
    assert (again.already, again.seq, again.read_at) == (True, 1, first.read_at)
    assert tree(folder.root) == before


def test_a_then_b_then_a_again_puts_a_in_force(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, LATER, hour=1)
    assert totals_of(folder)["H21.17"] == "79.090000"
    again = keep(folder, DEPARTMENTS, hour=2)
    assert (again.already, again.seq) == (False, 3)
    assert totals_of(folder)["H21.17"] == "79.070000"


def test_two_tables_of_one_day_brought_in_again_change_nothing(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, COMMUNES, hour=1)
    before = tree(folder.root)
    assert keep(folder, DEPARTMENTS, hour=2).already
    assert keep(folder, COMMUNES, hour=3).already
    assert tree(folder.root) == before


def test_the_same_table_by_other_rules_is_another_reading(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    other = QD766.replace("id: qd766", "id: gia-lai", 1)
    assert not keep(folder, DEPARTMENTS, hour=1, rules=other).already
    assert not keep(folder, DEPARTMENTS, hour=2).already


def test_the_same_table_under_a_label_is_another_reading_and_names_the_snapshot(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    assert not keep(folder, DEPARTMENTS, hour=1, label="tuần 02 tháng 10/2026").already
    assert [each["label"] for each in answers(folder)] == ["tuần 02 tháng 10/2026"]
    assert keep(folder, DEPARTMENTS, hour=2).already


def test_the_same_table_of_another_day_or_period_is_another_snapshot(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, DEPARTMENTS, day="2026-10-08")
    keep(folder, DEPARTMENTS, period="2026-10")
    assert [(each["as_of"], each["period"]) for each in answers(folder)] == [
        ("2026-10-07", "2026"),
        ("2026-10-07", "2026-10"),
        ("2026-10-08", "2026"),
    ]


def test_departments_by_rates_and_communes_by_totals_make_one_snapshot(folder: DataFolder) -> None:
    keep(folder, "unit,unit_name,level,CKMB,TDGQ\nH21.09,Sở Y tế,department,65.5,99.5\n", kind="rates")
    keep(folder, "unit,unit_name,level,total\nH21.227,UBND xã Vân Canh,commune,75.45\n", hour=1)
    with open_store(folder) as store:
        (snapshot,) = store.snapshots()
        rules = store.rules(snapshot)
        department, commune = store.figures(snapshot, rules)
        assert store.figures(snapshot, rules, {"H21.227", "H21.999"}) == [commune]
        assert store.figures(snapshot, rules, ()) == []
    assert (commune.unit.code, str(commune.total), commune.rates) == ("H21.227", "75.450000", {})
    assert {code: float(rate) for code, rate in department.rates.items()} == {"CKMB": 65.5, "TDGQ": 99.5}


def test_of_two_readings_of_a_day_the_later_says_each_figure_that_it_has(folder: DataFolder) -> None:
    header = "unit,unit_name,level,indicator,numerator,denominator\n"
    province = "H20,UBND tỉnh Đồng Tháp,province,"
    keep(folder, f"{header}{province}1.1,0,52\n{province}1.2,45,52\n", kind="measures")
    keep(folder, f"{header}{province}1.2,46,52\n", kind="measures", hour=1)
    with open_store(folder) as store:
        (snapshot,) = store.snapshots()
        (found,) = store.figures(snapshot, store.rules(snapshot))
    assert (found.counts["PUBLISH_ON_TIME"].numerator, found.counts["PUBLIC_UPDATE_ON_TIME"].numerator) == (
        0,
        46,
    )


def test_a_null_figure_in_a_later_reading_stands_for_nothing_not_for_the_older_one(
    folder: DataFolder,
) -> None:
    header = "unit,unit_name,level,indicator,numerator,denominator\n"
    keep(folder, f"{header}H20,UBND tỉnh Đồng Tháp,province,1.2,45,52\n", kind="measures")
    keep(folder, f"{header}H20,UBND tỉnh Đồng Tháp,province,1.2,,\n", kind="measures", hour=1)
    with open_store(folder) as store:
        (snapshot,) = store.snapshots()
        (found,) = store.figures(snapshot, store.rules(snapshot))
    assert found.counts == {"PUBLIC_UPDATE_ON_TIME": Count()}


def test_a_table_without_a_usable_row_leaves_no_folder(folder: DataFolder) -> None:
    with pytest.raises(SourceError, match="no row can be used"):
        keep(folder, DEPARTMENTS.replace("79.07", "79.90").replace("73.01", "99.00"))
    assert not folder.root.exists()


def test_a_folder_that_was_made_for_nothing_goes_with_the_folders_above_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "một" / "hai" / "data")
    with pytest.raises(RuntimeError), folder.writing():
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_refused_rows_are_kept_with_their_reasons(folder: DataFolder) -> None:
    added = keep(folder, DEPARTMENTS.replace("73.01", "73.10"))
    assert added.intake is not None
    assert len(added.intake.refusals) == 1
    with open_facts(folder) as facts:
        ((file, row, _, vi, en, content),) = facts.refusals(1)
    assert (file, row) == ("bảng.csv", 3)
    assert "73,10" in vi
    assert "73.10" in en
    assert "H21.09" in content


def test_rebuilding_gives_the_same_answers(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, LATER, hour=1, label="tuần 01")
    keep(folder, COMMUNES, day="2026-10-08")
    before = answers(folder)
    assert rebuild(folder) == 3
    assert answers(folder) == before


@pytest.mark.parametrize("facts", [None, b"", b"\0" * 5000, b"not a database" * 100])
def test_rebuilding_works_where_the_facts_are_gone_or_garbage(
    folder: DataFolder, facts: bytes | None
) -> None:
    keep(folder, DEPARTMENTS)
    before = answers(folder)
    if facts is None:
        folder.facts.unlink()
    else:
        folder.facts.write_bytes(facts)
        with pytest.raises(StoreError, match="bochiso rebuild"):
            answers(folder)
    rebuild(folder)
    assert answers(folder) == before


def test_facts_that_are_gone_are_made_again_by_the_next_command(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    before = answers(folder)
    folder.facts.unlink()
    assert answers(folder) == before


@pytest.mark.parametrize("name", ["001.csv", "rules.yaml", "manifest.json", "manifest.sha256"])
@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_evidence_that_was_changed_is_noticed_and_named(folder: DataFolder, name: str, damage: str) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, COMMUNES, hour=1)
    path = folder.evidence / "000001" / name
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"0", b"1", 1).replace(b"2", b"3", 1))
    before = tree(folder.root)
    with pytest.raises(StoreError, match="was changed") as error:
        rebuild(folder)
    assert "000001" in str(error.value)
    assert tree(folder.root) == before


def test_a_changed_rule_set_is_noticed_before_it_scores_anything(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    path = folder.evidence / "000001" / "rules.yaml"
    path.write_text(path.read_text("utf-8").replace("points: 6", "points: 5", 1), "utf-8")
    with open_store(folder) as store, pytest.raises(StoreError, match=r"rules\.yaml"):
        store.rules(store.snapshots()[0])


def test_a_reading_that_facts_know_and_evidence_lacks_is_not_forgotten_in_silence(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, COMMUNES, hour=1)
    (folder.evidence / "000001").rename(folder.root.parent / "moved")
    with pytest.raises(StoreError, match="000001"):
        answers(folder)
    with pytest.raises(StoreError, match="000001"):
        keep(folder, LATER, hour=2)


def test_facts_of_another_version_are_made_again(folder: DataFolder) -> None:
    import duckdb

    keep(folder, DEPARTMENTS)
    before = answers(folder)
    with duckdb.connect(str(folder.facts)) as db:
        db.execute("comment on table readings is 'an older schema'")
        db.execute("alter table figures drop column since")
    assert answers(folder) == before


def test_an_error_while_an_open_store_is_used_is_not_taken_for_the_disk(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    with pytest.raises(BrokenPipeError), open_store(folder):
        raise BrokenPipeError


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_a_process_forked_after_facts_were_read_lives(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    before = answers(folder)
    assert subprocess.run(["true"], preexec_fn=lambda: None, check=False).returncode == 0
    assert answers(folder) == before
