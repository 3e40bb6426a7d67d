"""A lake opened: what its manifests name, held against what is there, and its small tables in a DuckDB."""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import duckdb

from bochiso.errors import StoreError, Where
from bochiso.periods import Period
from bochiso.store.journal.reference_lists import columns
from bochiso.store.journal.statements import execute
from bochiso.store.lake.lake_manifest import (
    FOLDER,
    LakeFile,
    LakeManifest,
    LakePart,
    decode_manifest,
    manifest_path,
)
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_tables import SMALL, TABLES, LakeTable
from bochiso.text import say
from bochiso.units.provinces import COUNTRY, provinces_on

SHARED = COUNTRY
"""The country, where a list of procedures is everyone's: those who sent none have that one."""

_READERS = 4


@dataclass(frozen=True)
class Lake:
    """A lake as its manifests were when it was opened, by province."""

    place: LakePlace
    manifests: dict[str, LakeManifest]

    def silent(self, day: date) -> list[str]:
        """The provinces of a day that sent nothing at all."""
        return [each.code for each in provinces_on(day) if each.code not in self.manifests]

    def idle(self, period: Period, last: date) -> list[str]:
        """The provinces that sent something, but no dossier received in a period up to a day."""
        until = min(period.last, last)
        return [
            province
            for province, manifest in self.manifests.items()
            if province != SHARED
            and not any(each.received and period.first <= each.day <= until for each in manifest.days)
        ]

    def only(self, provinces: Collection[str]) -> "Lake":
        """The lake as if no others had sent anything; what everyone shares stays."""
        kept = {SHARED, *provinces}
        return Lake(self.place, {name: each for name, each in self.manifests.items() if name in kept})

    def procedures(self, province: str) -> LakePart | None:
        """The list of procedures of a province: its own, else the shared one."""
        own = self.manifests[province].part("procedures")
        shared = self.manifests.get(SHARED)
        return own or (shared.part("procedures") if shared else None)

    def parts(self, table: str, months: Iterable[int] | None = None) -> Iterator[tuple[str, LakePart]]:
        """The parts of a table with their provinces; only those of `months`, where they are given."""
        wanted = None if months is None else set(months)
        for province, manifest in self.manifests.items():
            for part in manifest.of(table):
                if wanted is None or part.month in wanted:
                    yield province, part


def months_of(period: Period) -> list[int]:
    """The months that a period touches: 202609."""
    first, last = period.first, period.last
    span = (last.year - first.year) * 12 + last.month - first.month
    every = (divmod(first.month - 1 + n, 12) for n in range(span + 1))
    return [(first.year + years) * 100 + month + 1 for years, month in every]


def open_lake(place: LakePlace) -> Lake:
    """Raises StoreError where there is no lake, or a manifest can't be used."""
    found = {}
    for name in place.names(FOLDER):
        where = f"{FOLDER}/{name}"
        manifest = decode_manifest(place.read(where) or b"", place.shown(where))
        if where != manifest_path(manifest.province):
            raise _misnamed(place, where, manifest.province)
        found[manifest.province] = manifest
    if not found:
        raise StoreError(
            say("ở đây chưa có hồ dữ liệu nào.", "there is no lake here."),
            where=Where(place.url),
            do=say(
                "Xuất số liệu bằng `bochiso facts export --to {url}`.",
                "Export facts with `bochiso facts export --to {url}`.",
                url=place.url,
            ),
        )
    return Lake(place, dict(sorted(found.items())))


def _misnamed(place: LakePlace, where: str, province: str) -> StoreError:
    """A copy beside a manifest could stand for it."""
    return StoreError(
        say(
            "tệp này là bản kê của {province} nhưng không mang tên {province}.json, có thể là bản sao cũ.",
            "this is a manifest of {province} but isn't named {province}.json; it may be an old copy.",
            province=province,
        ),
        where=Where(place.shown(where)),
        do=say(
            "Chuyển tệp ấy ra khỏi thư mục rồi chạy lại.", "Move it out of the folder, then run this again."
        ),
    )


def check_sizes(place: LakePlace, files: Iterable[LakeFile]) -> None:
    """Raises StoreError naming the file that isn't there, or isn't as long as its manifest says."""
    files = list(files)
    sizes = place.sizes(each.path for each in files)
    for each in files:
        size = sizes[each.path]
        if size is None:
            raise _broken(place, each, say("tệp không còn ở đó", "the file is missing"))
        if size != each.size:
            why = say(
                "tệp ghi dở hoặc bị cắt ({size} trên {whole} byte)",
                "the file is half-written or cut off ({size} of {whole} bytes)",
                size=size,
                whole=each.size,
            )
            raise _broken(place, each, why)


def check_contents(place: LakePlace, files: Iterable[LakeFile]) -> None:
    """Raises StoreError naming the file whose content isn't what its manifest says; reads them all."""
    files = list(files)
    check_sizes(place, files)
    with ThreadPoolExecutor(_READERS) as pool:
        for each, digest in zip(files, pool.map(lambda file: place.digest(file.path), files), strict=True):
            if digest != each.sha256:
                raise changed(place, each)


def changed(place: LakePlace, file: LakeFile) -> StoreError:
    """What is said of a file whose content isn't the one that was written."""
    return _broken(place, file, say("nội dung tệp đã bị hỏng", "the file is corrupt"))


def _broken(place: LakePlace, file: LakeFile, why: object) -> StoreError:
    return StoreError(
        say(
            "{why}; chưa đo gì từ hồ dữ liệu này.",
            "{why}; nothing was measured from this lake.",
            why=why,
        ),
        where=Where(place.shown(file.path)),
        do=say(
            "Xuất lại phần ấy: xóa tệp {manifest} rồi chạy `bochiso facts export` ở tỉnh đó.",
            "Export it again: remove {manifest}, then run `bochiso facts export` in that province.",
            manifest=f"{FOLDER}/{_province(file.path)}.json",
        ),
    )


def _province(path: str) -> str:
    return path.partition("province=")[2].partition("/")[0]


def reading(place: LakePlace, table: LakeTable, files: Iterable[LakeFile]) -> str:
    """The query by which DuckDB reads files of a table that were checked; columns that they lack are null."""
    paths = [str(place.near(each.path)).replace("'", "''") for each in files]
    if not paths:
        empty = ", ".join(f"null::{_kind(table, name)} as {name}" for name in table.columns)
        return f"select {empty} where false"
    listed = ", ".join(f"'{path}'" for path in paths)
    return f"select * from read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"  # noqa: S608


def show(
    db: duckdb.DuckDBPyConnection, place: LakePlace, table: LakeTable, files: Iterable[LakeFile]
) -> None:
    """The files of a table as a view of its name, with all of its columns."""
    query = reading(place, table, files)
    try:
        has = {row[0] for row in db.execute(f"describe {query}").fetchall()}
    except duckdb.Error as error:
        raise unreadable(error, place.url) from error
    listed = ", ".join(
        name if name in has else f"null::{_kind(table, name)} as {name}" for name in table.columns
    )
    execute(db, f"create or replace temp view {table.name} as select {listed} from ({query})")  # noqa: S608


def unreadable(error: duckdb.Error, where: str) -> StoreError:
    """What DuckDB says of a lake whose files are as their manifests have them, and can't be counted."""
    return StoreError(
        say("DuckDB báo “{why}”.", "DuckDB says “{why}”.", why=str(error).splitlines()[0][:300]),
        where=Where(where),
        do=say(
            "Tệp không theo cấu trúc của hồ dữ liệu; xuất lại bằng `bochiso facts export` ở tỉnh đó.",
            "A file isn't as a lake has it; export again with `bochiso facts export` in that province.",
        ),
    )


def _kind(table: LakeTable, name: str) -> str:
    return columns({name: table.columns[name]}).partition(" ")[2]


def load_small(db: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """The tables that are read whole, under the names that measuring knows: checked, and in memory."""
    load_units(db, lake)
    load_procedures(db, lake)


def load_units(db: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Of these tables those that say who there is, which days are worked, what the portal listed."""
    for name in SMALL:
        if name not in _OF_PROCEDURES:
            _load(db, lake, name)
    execute(db, _AS_IN_FACTS)


def load_procedures(db: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Of these tables those of procedures and of the decisions that published them."""
    for name in _OF_PROCEDURES:
        _load(db, lake, name)
    without = [each for each in lake.manifests if lake.manifests[each].part("procedures") is None]
    db.execute(_SHARED, [SHARED, without])


def _load(db: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> None:
    files = [file for _, part in lake.parts(name) for file in part.files]
    check_contents(lake.place, files)
    execute(db, f"drop table if exists {name}")
    show(db, lake.place, TABLES[name], files)
    execute(db, f"create temp table held as from {name}")
    execute(db, f"drop view {name}")
    execute(db, f"alter table held rename to {name}")


_OF_PROCEDURES = ("procedures", "publications")
_SHARED = """
insert into procedures by name
    select shared.* replace (own.province as province)
    from procedures shared, (select unnest($2::varchar[]) as province) own where shared.province = $1
"""
_AS_IN_FACTS = """
create or replace temp table unit_list as select unit, name, level, parent from units;
create or replace temp table unit_codes as select 'prefix' as kind, code from old_fronts;
drop table old_fronts;
create or replace temp table home as select null::varchar as province, true as several;
"""
