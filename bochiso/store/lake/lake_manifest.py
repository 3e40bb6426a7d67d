"""The manifest of a province in a lake: which parts there are, in which files, of how many rows.

manifests/H15.json; a province's manifest is the one thing that says what it has: files that no manifest names
are nothing. It is replaced in one step, after all that it names is there.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bochiso.errors import StoreError, Where
from bochiso.store.lake.lake_tables import LAKE_VERSION
from bochiso.text import say

FOLDER = "manifests"


class LakeFile(Struct, frozen=True):
    """A Parquet file of a part: its path below the lake, bytes, SHA-256."""

    path: str
    size: int
    sha256: str


class LakePart(Struct, frozen=True):
    """A part of a table. `print_`: what its rows come to, whatever their order; `settled`: the moment (UTC)
    since which nothing in it changes by the passing of time, None where something is open.
    """

    table: str
    month: int
    rows: int
    print_: str
    settled: datetime | None
    files: tuple[LakeFile, ...]


class DayReach(Struct, frozen=True, array_like=True):
    """Of one day: how many dossiers were received, and how much befell any; `limit`: the longest limit in
    working days of those received that have no due date, 0 where there is none.
    """

    day: date
    received: int
    events: int
    limit: int = 0


class LakeManifest(Struct, frozen=True):
    """What a province has in a lake.

    `source`: the data folder that wrote it; `before`: files of the manifest before, which those who read by
    that one may still need; `first`, `last`: days that limits count from; `engine`: what told the parts;
    `aside`: items that facts lack, since they couldn't be settled; `seal`: the hash of all else in it.
    """

    version: int
    province: str
    source: str
    written_at: datetime
    engine: str
    parts: tuple[LakePart, ...]
    before: tuple[str, ...] = ()
    days: tuple[DayReach, ...] = ()
    first: date | None = None
    last: date | None = None
    aside: int = 0
    seal: str = ""

    def part(self, table: str, month: int = 0) -> LakePart | None:
        """One part."""
        return next((each for each in self.parts if (each.table, each.month) == (table, month)), None)

    def of(self, table: str) -> list[LakePart]:
        """The parts of a table."""
        return [each for each in self.parts if each.table == table]

    @property
    def paths(self) -> set[str]:
        """Every file that it names."""
        return {file.path for part in self.parts for file in part.files}


def manifest_path(province: str) -> str:
    """Where a province's manifest is, below the lake."""
    return f"{FOLDER}/{province}.json"


def decode_manifest(data: bytes, where: str) -> LakeManifest:
    """Raises StoreError where it isn't one, isn't whole, or is of a newer version."""
    try:
        version = msgspec.json.decode(data, type=_Version).version
    except msgspec.DecodeError as error:
        raise _damaged(where) from error
    if version > LAKE_VERSION:
        raise StoreError(
            say(
                "hồ dữ liệu này theo cấu trúc mới hơn (phiên bản {version}, phần mềm đọc được đến {own}).",
                "this lake has a newer schema (version {version}; this program reads up to {own}).",
                version=version,
                own=LAKE_VERSION,
            ),
            where=Where(where),
            do=say("Cập nhật bochiso rồi chạy lại.", "Update bochiso, then run this again."),
        )
    try:
        found = msgspec.json.decode(data, type=LakeManifest)
    except msgspec.DecodeError as error:
        raise _damaged(where) from error
    if found.seal and found.seal != _seal(data):  # older ones have none
        raise _damaged(where)
    own = re.compile(rf"\w+/province={re.escape(found.province)}/month=\d+/\w+\.parquet")
    if not all(own.fullmatch(path) for path in found.paths):
        raise _damaged(where)
    return found


def _seal(data: bytes) -> str:
    """The hash of all that a manifest says but its own seal, what this program doesn't know included."""
    told = msgspec.json.decode(data)
    told.pop("seal", None)
    return sha256(msgspec.json.encode(told)).hexdigest()


class _Version(Struct):
    version: int


def _damaged(where: str) -> StoreError:
    return StoreError(
        say("bản kê hỏng hoặc ghi dở, không đọc được.", "the manifest is damaged or half-written."),
        where=Where(where),
        do=say(
            "Từ thư mục có đủ số liệu của tỉnh ấy, xuất lại bằng `bochiso facts export --replace`.",
            "From the folder that has all of that province, run `bochiso facts export --replace`.",
        ),
    )


def encode_manifest(manifest: LakeManifest) -> bytes:
    """A manifest as it is kept, with its seal."""
    sealed = replace(manifest, seal=_seal(msgspec.json.encode(manifest)))
    return msgspec.json.format(msgspec.json.encode(sealed), indent=1)


def names(provinces: Sequence[str]) -> str:
    """Codes, at most ten of them."""
    shown = ", ".join(provinces[:10])
    return shown if len(provinces) <= 10 else f"{shown}…"
