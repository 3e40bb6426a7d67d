"""Boundaries for a map are matched with the communes that there are now."""

from pathlib import Path

import pytest
from boundary_files import every_commune

from bochiso.errors import SourceError
from bochiso.office.backend import Backend
from bochiso.office.unit_boundaries import keep_boundaries
from bochiso.periods import parse_day, parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import add_reading
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.text import Lang, now

OLD = "unit,unit_name,level,parent,total\nH15.40.01,UBND xã Cũ,commune,H15.40,60.00\n"
OLD += "H15.40,UBND huyện Cũ,district,H15,70.00\n"


def test_communes_that_ended_in_2025_are_not_missed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    add_reading(
        folder,
        NewReading(
            "points",
            [("2024.csv", OLD.encode())],
            as_of=parse_day("2024-12-31"),
            period=parse_period("2024"),
            rules_text=rules_text("qd766"),
            read_at=now(),
        ),
    )
    found = keep_boundaries(Backend(folder), By("#test", now()), "H15", "a.geojson", every_commune("H15"))
    assert len(found.outlines) == 102
    assert (found.missing, found.strangers) == ((), ())


def test_of_a_province_without_known_communes_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        keep_boundaries(
            Backend(DataFolder(tmp_path / "data")),
            By("#test", now()),
            "H99",
            "a.geojson",
            every_commune("H15"),
        )
    assert "a.geojson: chưa có danh sách xã, phường của tỉnh H99" in caught.value.render(Lang.VI)
