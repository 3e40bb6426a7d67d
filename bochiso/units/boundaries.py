"""Boundaries of units from a GeoJSON file (RFC 7946): checked, matched with the units, simplified.

Shared borders stay shared: a point is left out where it lies between the same two neighbours in every ring
that has it, and stays where borders meet.
"""

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from bochiso.errors import SourceError, Where
from bochiso.text import Text, say
from bochiso.units.codes import fold, name_forms, normalise_code
from bochiso.units.model import Unit
from bochiso.units.names import named_province, short_name

MOST_BYTES = 60_000_000
MOST_FEATURES = 5_000
MOST_POINTS = 6_000
"""So many points are kept in all: enough for a map as wide as a page."""

WEST, EAST, SOUTH, NORTH = 102.0, 118.0, 6.0, 24.0
"""Degrees within which Việt Nam lies, its islands too."""

LEAST_MATCHED = 0.5
"""Fewer of the units than this share mean a file of something else."""

CODE_KEYS = ("unit", "code", "ma", "madinhdanh", "madonvi", "maxa")
NAME_KEYS = (
    "ten", "name", "tenxa", "tendonvi", "tendvhc", "tenphuongxa", "xaphuong", "wardname", "fullname",
    "communename", "name3",
)  # fmt: skip
PROVINCE_KEYS = ("tentinh", "tinh", "tinhthanh", "matinh", "province", "provincename", "name1")
"""What properties are called that hold a unit's code, its name, its province; capitals, accents and what
stands between words don't matter."""

KEYS_TOLD = 12
"""So many names of properties are told of a file in which no unit was found."""

DEGREES = Text(
    "Tọa độ phải là kinh độ, vĩ độ theo WGS84, không phải VN-2000.",
    "Coordinates must be longitude, latitude of WGS84, not VN-2000.",
)
TURNED = Text(
    "Trong tệp, vĩ độ đứng trước kinh độ: đổi lại thành kinh độ, vĩ độ.",
    "Latitude stands before longitude in the file: turn them round.",
)

NAMES_TOLD = 20
"""So many names are told of units without an outline, of features that are no unit's."""

CLOSED = 4
"""Points of a triangle that is closed: no ring has fewer."""

_PROVINCE = re.compile(r"H\d\d")
_BETWEEN = re.compile(r"[\W_]+")

Point = tuple[float, float]
Ring = tuple[Point, ...]


class Outline(Struct, frozen=True):
    """The rings of one unit's boundary, holes among them, each closed by its first point at the end."""

    unit: str
    rings: tuple[Ring, ...]


class Boundaries(Struct, frozen=True):
    """The outlines of a province's units. `missing`: units without one; `strangers`: names of the file that
    are no unit's."""

    outlines: tuple[Outline, ...]
    missing: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """How many points all have."""
        return sum(len(ring) for each in self.outlines for ring in each.rings)


def some_of(names: Sequence[str]) -> Text:
    """Names in a row, the first NAMES_TOLD of them where there are more.

    >>> some_of(["Ea Drăng", "Tân An"]).en
    'Ea Drăng, Tân An'
    """
    told, more = ", ".join(names[:NAMES_TOLD]), len(names) - NAMES_TOLD
    if more <= 0:
        return Text(told, told)
    return say("{told} và {n} tên khác", "{told} and {n} more", told=told, n=more)


class _Place(Struct, frozen=True):
    """A file, and in it a feature by its number."""

    file: str
    feature: int | None = None


def read_boundaries(data: bytes, file: str, units: Sequence[Unit], province: str, on: date) -> Boundaries:
    """The boundaries of a province's units in a file; of a file of more provinces, those that it says lie in
    this one, as provinces are called on a day.

    Raises SourceError that names the feature where one can't be used, where two are of one unit, and where
    most units have none.
    """
    features = [
        (n, each) for n, each in enumerate(_features(data, file), 1) if _of_province(each, province, on)
    ]
    by_code = {unit.code: unit for unit in units}
    by_name = _unique_names(units)
    found: dict[str, tuple[int, Outline]] = {}
    strangers: list[str] = []
    for n, feature in features:
        rings = tuple(_rings(feature, _Place(file, n)))
        if not rings:
            raise _refused(_Place(file, n), say("nhỏ hơn mười mét.", "is smaller than ten metres."), DEGREES)
        unit, name = _unit_of(feature, by_code, by_name)
        if unit is None:
            strangers.append(name or say("đối tượng {n}", "feature {n}", n=n).vi.format(n=n))
            continue
        if unit.code in found:
            raise _refused(
                _Place(file, n),
                say(
                    "là “{name}”, đã có ở đối tượng {first}.",
                    "is “{name}”, as feature {first} is already.",
                    name=unit.name, first=found[unit.code][0],
                ),
                say("Gộp các phần thành một MultiPolygon.", "Make its parts one MultiPolygon."),
            )  # fmt: skip
        found[unit.code] = n, Outline(unit.code, rings)
    missing = tuple(unit.name for unit in units if unit.code not in found)
    if len(found) < LEAST_MATCHED * len(units) or not found:
        raise _refused(
            _Place(file),
            say(
                "chỉ {n}/{of} đơn vị có trong tệp.",
                "only {n} of {of} {of:unit|units} {n:is|are} in the file.",
                n=len(found), of=len(units),
            ),
            say(
                "Mỗi đối tượng cần thuộc tính “ma” là mã đơn vị, hoặc “ten” là tên xã, phường của tỉnh này; "
                "tệp có các thuộc tính: {keys}.",
                "Each feature needs a property “code”, or “name”, of a commune of this province; the file "
                "has the properties: {keys}.",
                keys=_keys(each for _, each in features),
            ),
        )  # fmt: skip
    outlines = tuple(outline for _, outline in found.values())
    return Boundaries(simplified(outlines, MOST_POINTS), missing, tuple(strangers))


def _features(data: bytes, file: str) -> list[Any]:
    if len(data) > MOST_BYTES:
        raise _refused(_Place(file), say("lớn hơn {n} MB.", "is larger than {n} MB.", n=MOST_BYTES // 10**6))
    try:
        found = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _refused(_Place(file), say("không phải là tệp JSON.", "is not JSON.")) from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        raise _refused(
            _Place(file),
            say("không phải là GeoJSON kiểu FeatureCollection.", "is not a GeoJSON FeatureCollection."),
            say("Xuất bản đồ ra GeoJSON, hệ WGS84.", "Export the map as GeoJSON, WGS84."),
        )
    if not features:
        raise _refused(_Place(file), say("không có đối tượng nào.", "has no features."))
    if len(features) > MOST_FEATURES:
        raise _refused(
            _Place(file), say("có hơn {n} đối tượng.", "has more than {n} features.", n=MOST_FEATURES)
        )
    return features


def _rings(feature: Any, where: _Place) -> Iterator[Ring]:
    found = feature.get("geometry") if isinstance(feature, dict) else None
    geometry: dict[str, Any] = found if isinstance(found, dict) else {}
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise _refused(
            where,
            say("không có hình vùng (Polygon, MultiPolygon).", "has no Polygon or MultiPolygon."),
        )
    parts = geometry.get("coordinates")
    parts = [parts] if kind == "Polygon" else parts
    if not isinstance(parts, list) or not all(isinstance(each, list) and each for each in parts) or not parts:
        raise _refused(where, say("thiếu tọa độ.", "lacks coordinates."))
    for ring in (ring for part in parts for ring in part):
        if len(found := _ring(ring, where)) >= CLOSED:
            yield found


def _ring(ring: Any, where: _Place) -> Ring:
    """A ring on a grid of ten metres; an islet that is smaller comes to fewer than four points."""
    if not isinstance(ring, list):
        raise _refused(where, say("thiếu tọa độ.", "lacks coordinates."))
    points = [_point(each, where) for each in ring]
    if len(points) < CLOSED or points[0] != points[-1]:
        raise _refused(
            where,
            say(
                "có vòng không khép kín hoặc ít hơn 4 điểm.",
                "has a ring that isn't closed, or of fewer than 4 points.",
            ),
        )
    return tuple(point for n, point in enumerate(points) if not n or point != points[n - 1])


def _point(point: Any, where: _Place) -> Point:
    numbers = point[:2] if isinstance(point, list) else []
    if len(numbers) < 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise _refused(where, say("có tọa độ không phải là số.", "has a coordinate that is no number."))
    east, north = float(numbers[0]), float(numbers[1])
    if not _in_vietnam(east, north):
        raise _refused(
            where,
            say(
                "có tọa độ {east}, {north} không nằm ở Việt Nam.",
                "has the coordinate {east}, {north}, which is not in Việt Nam.",
                east=str(round(east, 3)), north=str(round(north, 3)),
            ),
            TURNED if _in_vietnam(north, east) else DEGREES,
        )  # fmt: skip
    return round(east, 4), round(north, 4)


def _in_vietnam(east: float, north: float) -> bool:
    return WEST <= east <= EAST and SOUTH <= north <= NORTH


def _of_province(feature: Any, province: str, on: date) -> bool:
    """Whether a feature lies in a province, or doesn't say in which."""
    known = _properties(feature)
    named = (value for key in PROVINCE_KEYS if isinstance(value := known.get(key), str))
    said = [code for each in named if (code := named_province(each, on) or _code_of_province(each))]
    return not said or province in said


def _code_of_province(value: str) -> str | None:
    return code if _PROVINCE.fullmatch(code := normalise_code(value)) else None


def _properties(feature: Any) -> dict[str, Any]:
    """A feature's properties by their names without capitals, accents and what stands between words."""
    found = feature.get("properties") if isinstance(feature, dict) else None
    known = found if isinstance(found, dict) else {}
    return {_BETWEEN.sub("", fold(str(key))): value for key, value in known.items()}


def _keys(features: Iterable[Any]) -> str:
    """The names of the properties that a file has."""
    found = (each.get("properties") for each in features if isinstance(each, dict))
    names = dict.fromkeys(str(key) for each in found if isinstance(each, dict) for key in each)
    more = ", …" if len(names) > KEYS_TOLD else ""
    return ", ".join(f"“{name}”" for name in list(names)[:KEYS_TOLD]) + more or "–"


def _unit_of(feature: Any, by_code: dict[str, Unit], by_name: dict[str, Unit]) -> tuple[Unit | None, str]:
    """Which unit a feature is of, and what the file calls it."""
    known = _properties(feature)
    for key in CODE_KEYS:
        if isinstance(value := known.get(key), str) and (unit := by_code.get(normalise_code(value))):
            return unit, unit.name
    name = next((known[key] for key in NAME_KEYS if isinstance(known.get(key), str)), "")
    return by_name.get(_plain(name)), name


def _unique_names(units: Iterable[Unit]) -> dict[str, Unit]:
    """The units by their folded names; a name that two have is nobody's."""
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(_plain(unit.name), []).append(unit)
    return {name: named[0] for name, named in found.items() if len(named) == 1}


def _plain(name: str) -> str:
    return fold(name_forms(short_name(name))[1])


def _refused(where: _Place, what: Text, do: Text | None = None) -> SourceError:
    if where.feature is not None:
        what = say("đối tượng {n} {what}", "feature {n} {what}", n=where.feature, what=what)
    return SourceError(what, where=Where(where.file), do=do)


def simplified(outlines: Sequence[Outline], most: int) -> tuple[Outline, ...]:
    """The same outlines with at most about so many points, those that change the areas least left out.

    A ring keeps four points at least.
    """
    rings = [list(ring[:-1]) for each in outlines for ring in each.rings]
    kept = _Net(rings).thinned(most)
    found = iter(kept)
    return tuple(Outline(each.unit, tuple(next(found) for _ in each.rings)) for each in outlines)


class _Net:
    """The points of all rings with their neighbours: what may go, and by how much that moves a border."""

    def __init__(self, rings: list[list[Point]]) -> None:
        self._rings = rings
        self._beside: dict[Point, set[frozenset[Point]]] = {}
        self._times: dict[Point, int] = {}
        for ring in rings:
            for before, point, after in zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False):
                self._beside.setdefault(point, set()).add(frozenset((before, after)))
                self._times[point] = self._times.get(point, 0) + 1
        self._left = sum(map(len, rings))

    def thinned(self, most: int) -> list[Ring]:
        """Closed rings of what stays."""
        queue = [(area, point) for point in self._beside if (area := self._area(point)) is not None]
        heapq.heapify(queue)
        gone: set[Point] = set()
        sizes = {id(ring): len(ring) for ring in self._rings}
        owners: dict[Point, list[int]] = {}
        for ring in self._rings:
            for point in ring:
                owners.setdefault(point, []).append(id(ring))
        while queue and self._left > most:
            area, point = heapq.heappop(queue)
            if point in gone or area != self._area(point):
                continue
            if any(sizes[each] <= 4 for each in owners[point]):
                continue
            gone.add(point)
            self._left -= self._times[point]
            for each in owners[point]:
                sizes[each] -= 1
            for neighbour in self._bridge(point):
                if (fresh := self._area(neighbour)) is not None:
                    heapq.heappush(queue, (fresh, neighbour))
        return [(*kept, kept[0]) for ring in self._rings if (kept := tuple(p for p in ring if p not in gone))]

    def _area(self, point: Point) -> float | None:
        """The triangle that leaving a point out takes away or adds; None where borders meet in it."""
        pairs = self._beside[point]
        if len(pairs) != 1:
            return None
        (pair,) = pairs
        if len(pair) != 2:
            return None
        (ax, ay), (bx, by) = sorted(pair)
        return abs((ax - point[0]) * (by - point[1]) - (bx - point[0]) * (ay - point[1]))

    def _bridge(self, point: Point) -> list[Point]:
        """Make the two neighbours of a point that goes neighbours of each other."""
        (pair,) = self._beside[point]
        one, other = sorted(pair)
        for here, there in ((one, other), (other, one)):
            self._beside[here] = {
                frozenset(there if each == point else each for each in old) for old in self._beside[here]
            }
        return [one, other]
