"""A lake: exported once, again only what changed, and measured as the folder's own facts are."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lake_folders import ASKED, PROVINCES, asked_for, made_folder, of_folder, of_lake
from thoroughness import spread, tries

from bochiso.errors import StoreError
from bochiso.store.dossiers.projection import dossiers_path
from bochiso.store.folder import DataFolder
from bochiso.store.lake.kept_counts import STATE
from bochiso.store.lake.lake_export import EVERYTHING, ExportAsked, export_facts, export_from
from bochiso.store.lake.lake_facts import months_of, open_lake
from bochiso.store.lake.lake_manifest import encode_manifest, manifest_path
from bochiso.store.lake.lake_measurement import LakeMeasured
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_tables import LAKE_VERSION
from bochiso.store.lake.part_counts import PartsRead
from bochiso.text import now


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return made_folder(tmp_path_factory.mktemp("provinces"))


@pytest.fixture(scope="module")
def lake(folder: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> LakePlace:
    place = LakePlace(str(tmp_path_factory.mktemp("lake")))
    export_facts(folder, place, now())
    return place


@pytest.fixture
def own(lake: LakePlace, tmp_path: Path) -> LakePlace:
    """A lake to spoil."""
    shutil.copytree(lake.root, tmp_path / "lake")
    return LakePlace(str(tmp_path / "lake"))


@pytest.fixture
def facts(folder: DataFolder, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Facts to change."""
    copy = shutil.copy(dossiers_path(folder), tmp_path / "facts.duckdb")
    with duckdb.connect(copy) as db:
        yield db


@pytest.mark.parametrize(("period", "day"), ASKED[tries(0, 3) :])
def test_a_lake_comes_to_what_the_folder_comes_to(
    folder: DataFolder, lake: LakePlace, period: str, day: str
) -> None:
    expected = of_folder(folder, asked_for(period, day))
    found = of_lake(lake, asked_for(period, day))
    assert found.rows == expected.rows
    assert sum(row.denominator or 0 for row in found.rows) > 30
    assert (found.basis, found.reached) == (expected.basis, expected.reached)


@pytest.mark.parametrize("province", PROVINCES[: tries(3, 1)])
def test_a_province_alone_is_what_it_is_in_the_country(
    folder: DataFolder, lake: LakePlace, tmp_path: Path, province: str
) -> None:
    alone = LakePlace(str(tmp_path))
    export_facts(folder, alone, now(), ExportAsked(frozenset({province})))
    asked = asked_for("2026-Q1", "2026-06-10")
    country = [row for row in of_lake(lake, asked).rows if row.unit.startswith(province)]
    assert of_lake(alone, asked).rows == country


def test_exporting_again_writes_what_changed_alone(facts: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    place = LakePlace(str(tmp_path / "lake"))
    first = export_from(facts, "here", place, now())
    assert first.written > 40
    assert export_from(facts, "here", place, now()).written == 0
    facts.execute(
        "update dossiers set paid_online = not coalesce(paid_online, false) where dossier = "
        "(select min(dossier) from dossiers where province = 'H19' and received_at between '2026-02-03' "
        "and '2026-02-20')"
    )
    before = open_lake(place).manifests["H19"]
    assert export_from(facts, "here", place, now()).written == 1
    after = open_lake(place).manifests["H19"]
    assert next(each for each in after.parts if each not in before.parts).month == 202602
    gone = before.paths - after.paths
    assert all((Path(place.root) / each).exists() for each in gone)  # someone may still read by it
    facts.execute("update dossiers set paid_online = null where province = 'H19'")
    export_from(facts, "here", place, now())
    assert not any((Path(place.root) / each).exists() for each in gone)
    assert not list(Path(place.root).glob(".staging-*"))


def test_a_province_is_not_replaced_by_another_folder_unasked(
    facts: duckdb.DuckDBPyConnection, own: LakePlace
) -> None:
    with pytest.raises(StoreError, match="from another data folder"):
        export_from(facts, "elsewhere", own, now())
    assert export_from(facts, "elsewhere", own, now(), ExportAsked(replace=True)).written == 0
    assert open_lake(own).manifests["H15"].source == "elsewhere"


def test_a_province_that_the_folder_has_no_more_is_taken_back(
    facts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    place = LakePlace(str(tmp_path / "lake"))
    export_from(facts, "here", place, now())
    for table in ("dossiers", "procedures", "petitions", "publications", "portal_lists", "portal_dossiers"):
        facts.execute(f"delete from {table} where province = 'H21'")
    facts.execute("delete from unit_list where unit like 'H21%'")
    export_from(facts, "here", place, now())
    assert sorted(open_lake(place).manifests) == ["H15", "H19"]


def one_file(place: LakePlace, table: str = "dossiers") -> Path:
    part = open_lake(place).manifests["H15"].part(table, 202602 if table == "dossiers" else 0)
    assert part is not None
    return Path(place.root) / part.files[0].path


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "the file is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), "half-written or cut off"),
        (lambda path: flip(path), "the file is corrupt"),
    ],
    ids=["missing", "half-written", "corrupt"],
)
@pytest.mark.parametrize("table", ["dossiers", "procedures"])
def test_a_file_that_is_not_whole_is_named_and_nothing_is_measured(
    own: LakePlace, table: str, harm: Callable[[Path], object], said: str
) -> None:
    path = one_file(own, table)
    harm(path)
    with pytest.raises(StoreError, match=said) as raised:
        of_lake(own, asked_for("2026-Q1", "2026-06-10", remember=True))
    assert path.name in str(raised.value)
    assert not (Path(own.root) / STATE).exists()


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def test_a_manifest_cut_off_or_of_a_newer_schema_is_refused(own: LakePlace) -> None:
    path = Path(own.root) / manifest_path("H19")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError, match=r"H19\.json.*damaged or half-written"):
        open_lake(own)
    path.write_bytes(whole.replace(b'"version": 1', b'"version": 9', 1))
    with pytest.raises(StoreError, match="newer schema"):
        open_lake(own)


def test_a_damaged_manifest_holds_up_no_other_province_and_is_replaced_when_that_is_said(
    facts: duckdb.DuckDBPyConnection, own: LakePlace
) -> None:
    path = Path(own.root) / manifest_path("H19")
    path.write_bytes(path.read_bytes()[:300])
    for table in ("dossiers", "procedures", "petitions", "publications", "portal_lists", "portal_dossiers"):
        facts.execute(f"delete from {table} where province <> 'H15'")
    facts.execute("delete from unit_list where unit not like 'H15%'")
    facts.execute("delete from day_tables")
    export_from(facts, "elsewhere", own, now(), ExportAsked(replace=True))
    facts.execute("update dossiers set paid_online = null")
    assert export_from(facts, "elsewhere", own, now()).provinces == ("H15",)
    assert path.stat().st_size == 300
    facts.execute("update dossiers set province = 'H19'")
    with pytest.raises(StoreError, match=r"H19\.json.*damaged.*--replace"):
        export_from(facts, "here", own, now(), ExportAsked(frozenset({"H19"})))
    export_from(facts, "here", own, now(), ExportAsked(frozenset({"H19"}), replace=True))
    assert open_lake(own).manifests["H19"].source == "here"


def test_a_manifest_that_lost_a_line_names_strange_files_or_lies_beside_another_is_refused(
    own: LakePlace,
) -> None:
    path = Path(own.root) / manifest_path("H19")
    whole = path.read_bytes()
    manifest = open_lake(own).manifests["H19"]
    less = msgspec.json.decode(whole)
    del less["parts"][0]
    path.write_bytes(msgspec.json.encode(less))
    with pytest.raises(StoreError, match=r"H19\.json.*damaged"):
        open_lake(own)
    (file,) = manifest.parts[0].files
    for strange in ("../../x.parquet", file.path.replace("H19", "H15"), "/etc/passwd"):
        moved = msgspec.structs.replace(file, path=strange)
        part = msgspec.structs.replace(manifest.parts[0], files=(moved,))
        own.put_file(manifest_path("H19"), encode_manifest(msgspec.structs.replace(manifest, parts=(part,))))
        with pytest.raises(StoreError, match=r"H19\.json.*damaged"):
            open_lake(own)
    path.write_bytes(whole)
    path.with_name("H19 (2).json").write_bytes(whole)
    with pytest.raises(StoreError, match=r"H19 \(2\)\.json.*may be an old copy"):
        open_lake(own)


def with_columns_changed(place: LakePlace, change: Callable[[pa.Table], pa.Table], version: int) -> None:
    """Dossiers of H15 as another program, or an older one, would have written them, and named as its own."""
    manifest = open_lake(place).manifests["H15"]
    parts = []
    for part in manifest.parts:
        files = part.files
        if part.table == "dossiers":
            (file,) = files
            path = Path(place.root) / file.path
            pq.write_table(change(pq.read_table(path, partitioning=None)), path)
            digest = sha256(path.read_bytes()).hexdigest()
            files = (msgspec.structs.replace(file, size=path.stat().st_size, sha256=digest),)
        parts.append(msgspec.structs.replace(part, files=files))
    other = msgspec.structs.replace(manifest, version=version, parts=tuple(parts))
    place.put_file(manifest_path("H15"), encode_manifest(other))


def test_a_column_of_another_kind_is_told_and_nothing_is_measured(own: LakePlace) -> None:
    def as_text(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index("received_at")
        return table.set_column(place, "received_at", pa.array(["hôm qua"] * table.num_rows))

    with_columns_changed(own, as_text, LAKE_VERSION)
    with pytest.raises(StoreError, match="DuckDB says"):
        of_lake(own, asked_for("2026-Q1", "2026-06-10"))


def test_what_a_killed_export_was_making_goes_after_some_days(
    facts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    old, new = (tmp_path / f".staging-{name}" for name in ("old", "new"))
    for each in (old, new):
        (each / "dossiers").mkdir(parents=True)
    os.utime(old, (0, 0))
    export_from(facts, "here", LakePlace(str(tmp_path)), now())
    assert (old.exists(), new.exists()) == (False, True)


def test_an_older_schema_is_read_with_what_it_lacks_as_null(own: LakePlace) -> None:
    """Before ratings and fields of work were kept: only what ratings decide may differ, and only there."""
    asked = asked_for("2026-Q1", "2026-06-10")
    expected = of_lake(own, asked)
    with_columns_changed(own, lambda table: table.drop_columns(["field_name", "dislikes"]), LAKE_VERSION - 1)
    pairs = zip(of_lake(own, asked).rows, expected.rows, strict=True)
    differing = {(one.unit[:3], one.indicator) for one, other in pairs if one != other}
    assert differing == {("H15", "DOSSIER_RECEIVING_SATISFACTION")}


def test_provinces_that_sent_nothing_are_said_and_not_scored(lake: LakePlace) -> None:
    found = of_lake(lake, asked_for("2026-Q1", "2026-06-10"))
    assert len(found.silent) == 34 - len(PROVINCES)
    assert not {row.unit[:3] for row in found.rows} & set(found.silent)
    empty = of_lake(lake, asked_for("2024", "2026-06-10"))
    assert (sorted(empty.idle), empty.rows) == (sorted(PROVINCES), [])


def test_a_province_without_a_list_of_procedures_has_the_shared_one(
    facts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    own, shared = (LakePlace(str(tmp_path / name)) for name in ("own", "shared"))
    export_from(facts, "here", own, now())
    facts.execute("update procedures set province = 'VN' where province = 'H21'")
    export_from(facts, "here", shared, now())
    asked = asked_for("2026-Q1", "2026-06-10")
    found = of_lake(shared, asked)
    assert found.rows == of_lake(own, asked).rows
    assert not found.idle


def test_months_are_those_that_a_period_touches() -> None:
    assert months_of(asked_for("2026-01@15", "2026-06-10").period) == [202512, 202601]
    assert months_of(asked_for("2026-Q4", "2026-06-10").period) == [202610, 202611, 202612]


def test_what_did_not_change_is_not_read_again(facts: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    place = LakePlace(str(tmp_path / "lake"))
    export_from(facts, "here", place, now())
    asked = asked_for("2026-Q1", "2026-06-10", remember=True)
    first = of_lake(place, asked)
    again = of_lake(place, asked)
    assert (again.rows, again.parts.read, again.parts.kept) == (first.rows, 0, first.parts.read)
    facts.execute("update dossiers set channel = 2 where province = 'H21' and month(received_at) = 3")
    export_from(facts, "here", place, now())
    third = of_lake(place, asked)
    assert 0 < third.parts.read <= 3
    assert third.rows == of_lake(place, asked_for("2026-Q1", "2026-06-10")).rows != first.rows


def test_two_runs_at_once_both_come_to_the_whole_and_leave_what_the_next_can_use(own: LakePlace) -> None:
    asked = asked_for("2026-Q1", "2026-06-10", remember=True)
    expected = of_lake(own, replace(asked, remember=False)).rows
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: of_lake(LakePlace(own.url), asked).rows, range(2)))
    assert both == [expected, expected]
    after = of_lake(own, asked)
    assert (after.rows, after.parts.read) == (expected, 0)


def test_what_was_counted_serves_other_processes_too(own: LakePlace) -> None:
    """Sets are in another order in each: a key that hangs on one would never be found again."""
    asked = asked_for("2026-Q1", "2026-06-10", remember=True)
    read = of_lake(own, asked).parts.read
    program = (
        "import sys\n"
        "from bochiso.store.lake.lake_place import LakePlace\n"
        "from lake_folders import asked_for, of_lake\n"
        "print(of_lake(LakePlace(sys.argv[1]), asked_for('2026-Q1', '2026-06-10', remember=True)).parts)"
    )
    env = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program, own.root], env=env, check=True, text=True,
                          stdout=subprocess.PIPE)  # fmt: skip
    assert done.stdout.strip() == str(PartsRead(0, 0, read))


def test_counts_kept_that_are_damaged_are_counted_anew(own: LakePlace) -> None:
    asked = asked_for("2026-Q1", "2026-06-10", remember=True)
    first = of_lake(own, asked)
    for path in (Path(own.root) / STATE).glob("*/cube.parquet"):
        flip(path)
    assert of_lake(own, asked).rows == first.rows
    for path in (Path(own.root) / STATE).glob("*/measures.parquet"):
        flip(path)
    assert of_lake(own, asked).rows == first.rows
    for path in (Path(own.root) / STATE).glob("*.json"):
        path.write_bytes(b"{")
    found = of_lake(own, asked)
    assert (found.rows, found.parts.kept) == (first.rows, 0)


def test_a_dossier_of_another_provinces_unit_is_counted_there_whatever_is_kept(
    facts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """What a province came to stands for nobody else, but where its dossiers name another's unit."""
    place = LakePlace(str(tmp_path / "lake"))
    asked = asked_for("2026-Q1", "2026-06-10", remember=True)
    full = replace(asked, remember=False)
    foreign = "(select max(unit) from unit_list where unit like 'H21.%')"

    def after(change: str) -> LakeMeasured:
        facts.execute(change)
        export_from(facts, "here", place, now())
        found = of_lake(place, asked)
        assert found.rows == of_lake(place, full).rows
        return found

    first = after("select 1")
    strayed = after(f"update dossiers set unit = {foreign} where province = 'H15' and hash(dossier) % 9 = 0")
    assert [row for row in strayed.rows if row.unit.startswith("H21")] != [
        row for row in first.rows if row.unit.startswith("H21")
    ]
    changes = ("null where province = 'H21'", "null where province = 'H15'", "true where province = 'H19'")
    for change in spread(changes, 2):
        after(f"update dossiers set paid_online = {change}")


CHANGES = (
    "update dossiers set status = 9, done_at = received_at + interval {n} hours where {some}",
    "update dossiers set channel = 2, paid_online = true where {some}",
    "update dossiers set procedure = (select min(procedure) from procedures) where {some}",
    "update dossiers set received_at = received_at + interval {n} hours where {some}",
    "delete from dossiers where {some}",
    "update procedures set working_days = {n} where province = 'H19'",
    "update petitions set resolved_at = sent_at + interval {n} hours where province = 'H21'",
    "update publications set decided_on = decided_on + {n} where province = '{province}'",
    "delete from unit_list where unit = (select max(unit) from unit_list where unit like '{province}.%')",
)


@settings(max_examples=tries(4, 1))
@given(
    days=st.lists(
        st.tuples(
            st.sampled_from(CHANGES), st.integers(1, 60), st.sampled_from(PROVINCES), st.integers(0, 5)
        ),
        min_size=2,
        max_size=4,
    )
)
def test_a_run_after_changes_comes_to_what_a_full_one_does(
    folder: DataFolder, tmp_path_factory: pytest.TempPathFactory, days: list[tuple[str, int, str, int]]
) -> None:
    where = tmp_path_factory.mktemp("changes")
    place = LakePlace(str(where / "lake"))
    asked = asked_for("2026-01-01..2026-06-30", "2026-05-02", remember=True)
    with duckdb.connect(shutil.copy(dossiers_path(folder), where / "facts.duckdb")) as db:
        for n, (change, size, province, rest) in enumerate(days):
            some = f"province = '{province}' and hash(dossier) % 6 = {rest}"
            db.execute(change.format(n=size, some=some, province=province))
            export_from(db, "here", place, now(), EVERYTHING)
            moved = replace(asked, as_of=asked.as_of + timedelta(days=n // 2))
            assert of_lake(place, moved).rows == of_lake(place, replace(moved, remember=False)).rows
    shutil.rmtree(where)
