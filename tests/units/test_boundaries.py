"""Boundaries from GeoJSON: checked, matched, simplified."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.errors import SourceError
from bochiso.text import Lang
from bochiso.units import boundaries
from bochiso.units.boundaries import CLOSED, Boundaries, Outline, simplified
from bochiso.units.model import Level, Unit

UNITS = [
    Unit("H15.1", "UBND xã Ea Drăng", Level.COMMUNE, "H15"),
    Unit("H15.2", "UBND phường Tân An - Đắk Lắk", Level.COMMUNE, "H15"),
]


def read_boundaries(data: bytes, file: str, units: list[Unit]) -> Boundaries:
    return boundaries.read_boundaries(data, file, units, "H15", date(2026, 10, 7))


def square(x: float, y: float = 12.5, side: float = 0.1) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(ring: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_features_are_matched_by_code_or_by_name_without_accents() -> None:
    data = collection(
        feature(square(108.0), MA="h15.1"), feature(square(108.1), "MultiPolygon", Ten="tan an")
    )
    found = read_boundaries(data, "a.geojson", UNITS)
    assert [each.unit for each in found.outlines] == ["H15.1", "H15.2"]
    assert (found.missing, found.strangers) == ((), ())


def test_what_has_no_boundary_and_what_is_no_unit_is_named() -> None:
    data = collection(feature(square(108.0), ten="Xã Ea Drăng"), feature(square(109.0), ten="Xã Lạ"))
    found = read_boundaries(data, "a.geojson", UNITS)
    assert found.missing == ("UBND phường Tân An - Đắk Lắk",)
    assert found.strangers == ("Xã Lạ",)


@pytest.mark.parametrize("key", ["Tên xã", "TEN_XA", "tenXa", "NAME_3", "Tên đơn vị", "ten_dvhc"])
def test_a_property_is_known_however_its_name_is_written(key: str) -> None:
    data = collection(feature(square(108.0), **{key: "Xã Ea Drăng", "huyen": "Tân An"}))
    (found,) = read_boundaries(data, "a.geojson", UNITS).outlines
    assert found.unit == "H15.1"


def test_of_a_file_of_the_whole_country_the_units_of_other_provinces_are_left_alone() -> None:
    data = collection(
        feature(square(105.0), ten="Phường Tân An", ten_tinh="TP. Cần Thơ"),
        feature(square(105.2), ten="Xã Lạ", ma_tinh="h92"),
        feature(square(108.0), ten="Phường Tân An", ten_tinh="Tỉnh Đắk Lắk"),
        feature(square(108.2), ma="H15.1", ma_tinh="H15"),
    )
    found = read_boundaries(data, "a.geojson", UNITS)
    assert [each.unit for each in found.outlines] == ["H15.2", "H15.1"]
    assert found.strangers == ()
    assert found.outlines[0].rings[0][0] == (108.0, 12.5)


def test_holes_islands_and_lines_that_cross_themselves_are_kept_as_they_are() -> None:
    hole = [[108.02, 12.52], [108.02, 12.56], [108.06, 12.56], [108.02, 12.52]]
    crossing = [[108.3, 12.5], [108.4, 12.6], [108.4, 12.5], [108.3, 12.6], [108.3, 12.5]]
    geometry = {"type": "MultiPolygon", "coordinates": [[square(108.0), hole], [square(108.2)], [crossing]]}
    data = collection({"properties": {"ma": "H15.1"}, "geometry": geometry})
    (found,) = read_boundaries(data, "a.geojson", UNITS).outlines
    assert len(found.rings) == 4


GOOD = feature(square(108.0), ma="H15.1")
SWAPPED = [[y, x] for x, y in square(108.0)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe", "a.geojson: không phải là tệp JSON"),
        (b"[" * 100_000, "không phải là tệp JSON"),
        (b'{"type": "Topology"}', "không phải là GeoJSON kiểu FeatureCollection"),
        (collection(GOOD, {"geometry": None}), "a.geojson: đối tượng 2 không có hình vùng"),
        (collection(GOOD, 7), "a.geojson: đối tượng 2 không có hình vùng"),
        (collection(feature([[108, 12], [109, 12], [108, 13]], ma="H15.1")), "vòng không khép kín"),
        (collection(feature([*square(108)[:-1], [108.5, 12.5]], ma="H15.1")), "vòng không khép kín"),
        (collection(feature(SWAPPED, ma="H15.1")), "vĩ độ đứng trước kinh độ: đổi lại"),
        (collection(feature(square(2.0, 48.0), ma="H15.1")), "không nằm ở Việt Nam"),
        (collection(feature([[500000, 1400000]] * 4, ma="H15.1")), "không phải VN-2000"),
        (collection(feature([["a", "b"]] * 4, ma="H15.1")), "tọa độ không phải là số"),
        (collection(feature([[True, True]] * 4, ma="H15.1")), "tọa độ không phải là số"),
        (collection(feature("x", ma="H15.1")), "thiếu tọa độ"),
        (collection(GOOD, GOOD), "đối tượng 2 là “UBND xã Ea Drăng”, đã có ở đối tượng 1"),
        (collection(feature(square(108.0), ten="Xã Lạ")), "chỉ 0/2 đơn vị có trong tệp"),
        (collection(), "a.geojson: không có đối tượng nào"),
        (collection({"properties": None, "geometry": GOOD["geometry"]}), "tệp có các thuộc tính: –"),
        (collection({"properties": [1], "geometry": GOOD["geometry"]}), "chỉ 0/2 đơn vị"),
        (collection(feature(square(108.0), DonVi="Xã Ea Drăng", GSO=24163)), "“DonVi”, “GSO”"),
        (collection(feature(square(108.0, side=0.00001), ma="H15.1")), "đối tượng 1 nhỏ hơn mười mét"),
        (collection(feature(square(108.0), ma="H15.1", tinh="Gia Lai")), "chỉ 0/2 đơn vị"),
        (b"PK\x03\x04", "không phải là tệp JSON"),
    ],
)  # fmt: skip
def test_a_file_that_can_t_be_used_is_refused_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_boundaries(data, "a.geojson", UNITS)
    assert said in caught.value.render(Lang.VI)


def grid(size: int, steps: int) -> list[Outline]:
    """Neighbouring squares whose borders have many points."""
    found = []
    for row in range(size):
        for column in range(size):
            x, y, n = float(column), float(row), steps
            ring = [(x + k / n, y) for k in range(n)] + [(x + 1, y + k / n) for k in range(n)]
            ring += [(x + 1 - k / n, y + 1) for k in range(n)] + [(x, y + 1 - k / n) for k in range(n)]
            found.append(Outline(f"H15.{row}{column}", ((*ring, ring[0]),)))
    return found


@given(st.integers(2, 4), st.sampled_from([2, 4, 8]), st.integers(10, 200))
def test_neighbours_keep_the_same_border_and_every_ring_stays_a_ring(
    size: int, steps: int, most: int
) -> None:
    before = grid(size, steps)
    after = simplified(before, most)
    assert [each.unit for each in after] == [each.unit for each in before]
    kept = {point for each in after for ring in each.rings for point in ring}
    for old, new in zip(before, after, strict=True):
        (ring,) = new.rings
        assert ring[0] == ring[-1]
        assert len(ring) > CLOSED
        # A point that any neighbour kept, this one kept, too.
        assert set(ring) == set(old.rings[0]) & kept
    total = sum(len(ring) - 1 for each in after for ring in each.rings)
    assert total <= max(most, 4 * len(before) + 4)
