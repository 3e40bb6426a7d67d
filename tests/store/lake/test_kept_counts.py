"""What parts came to, kept beside the lake: what is asked for comes back, and no other province's rows."""

from pathlib import Path

import pyarrow as pa

from bochiso.store.lake.kept_counts import KEY, PROVINCE, KeptCounts
from bochiso.store.lake.lake_place import LakePlace

ROWS = pa.table(
    {
        KEY: pa.array([11, 12, 21, 31, 11, 32], pa.int64()),
        PROVINCE: ["H15", "H15", "H21", "H26", "H15", "H26"],
        "online": pa.array([5, None, 7, 8, 9, 0], pa.int64()),
    }
)
WHOSE = {11: "H15", 12: "H15", 21: "H21", 31: "H26", 32: "H26"}


def rows(kept: KeptCounts, keys: set[int], provinces: set[str] | None) -> list[dict[str, object]]:
    tables, found = kept.load(keys, provinces)
    assert found == keys
    return sorted(tables["cube"].to_pylist(), key=str)


def test_rows_are_the_same_whether_or_not_it_is_said_of_which_provinces_they_are(tmp_path: Path) -> None:
    kept = KeptCounts(LakePlace(str(tmp_path)), "2026")
    kept.keep_counts(WHOSE, {"cube": ROWS}, WHOSE)
    every = sorted(ROWS.to_pylist(), key=str)
    assert rows(kept, set(WHOSE), None) == every
    for keys in ({11}, {12, 21}, {31, 32}, {21, 32}, set(WHOSE)):
        wanted = [row for row in every if row[KEY] in keys]
        assert rows(kept, keys, None) == rows(kept, keys, {WHOSE[key] for key in keys}) == wanted


def test_a_part_without_a_single_row_is_known_all_the_same(tmp_path: Path) -> None:
    kept = KeptCounts(LakePlace(str(tmp_path)), "2026")
    kept.keep_counts([11], {"cube": ROWS.slice(0, 0)}, [11])
    assert rows(kept, {11}, {"H15"}) == []
