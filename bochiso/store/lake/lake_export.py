"""Facts of a data folder into a lake: the parts that changed alone, a province all at once or not at all."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import duckdb
import pyarrow as pa
from msgspec.structs import replace

from bochiso.errors import StoreError, Where
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal.set_aside import read_set_aside
from bochiso.store.lake.lake_manifest import (
    FOLDER,
    DayReach,
    LakeFile,
    LakeManifest,
    LakePart,
    decode_manifest,
    encode_manifest,
    manifest_path,
)
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.lake.lake_tables import DOSSIER_TABLE, LAKE_VERSION, TABLES, LakeTable
from bochiso.store.measuring.measurement import keep_table, unit_tree
from bochiso.store.measuring.sync_source import old_fronts
from bochiso.text import say
from bochiso.units.tops import province_of

_STAGING = ".staging-"
_LEFT_SECONDS = 2 * 86_400
"""After which what an export was making is nobody's any more."""
_OPEN_FILES = 2_000
"""Parts that are written at once: fewer would make several files of one."""
_ROWS_AT_ONCE = 4_000_000
"""Rows of parts that are written at once: they are held in memory until a part's file is whole."""


@dataclass(frozen=True)
class Exported:
    """What an export did, by province: parts written, parts left as they were, rows and bytes written."""

    provinces: tuple[str, ...] = ()
    written: int = 0
    kept: int = 0
    rows: int = 0
    size: int = 0


@dataclass(frozen=True)
class ExportAsked:
    """What is exported. `provinces`: None for every one; `replace`: also where another folder exported it."""

    provinces: frozenset[str] | None = None
    replace: bool = False


EVERYTHING = ExportAsked()


@dataclass
class _Province:
    """A province while it is exported."""

    old: LakeManifest | None
    parts: list[LakePart] = field(default_factory=list)


def export_facts(
    folder: DataFolder, place: LakePlace, at: datetime, asked: ExportAsked = EVERYTHING
) -> Exported:
    """Bring a lake up to the facts of a data folder.

    Raises StoreError where there are no dossiers, or where a province was exported from another folder.
    """
    with open_dossiers(folder) as db:
        return export_from(db, source_of(folder), place, at, asked)


def source_of(folder: DataFolder) -> str:
    """What a data folder is known by: the start of its journal, which never changes."""
    first = min(folder.journal.glob("*.log"), default=None)
    if first is None:
        return ""
    with first.open("rb") as file:
        return sha256(file.read(256)).hexdigest()[:16]


def export_from(
    db: duckdb.DuckDBPyConnection,
    source: str,
    place: LakePlace,
    at: datetime,
    asked: ExportAsked = EVERYTHING,
) -> Exported:
    """The same from facts that are open already."""
    home = _prepare(db)
    found = {name: _parts(db, table, home) for name, table in TABLES.items()}
    every = sorted({province for parts in found.values() for province, _ in parts})
    wanted = [each for each in every if asked.provinces is None or each in asked.provinces]
    if not wanted:
        raise StoreError(
            say("không có số liệu của tỉnh cần xuất.", "there are no facts of such a province."),
            do=say("Tỉnh đang có: {list}.", "There are: {list}.", list=", ".join(every) or "–"),
        )
    known = {each: _known(place, each, source, asked) for each in wanted}
    if asked.provinces is None:
        _forget(place, source, every)
    reaches, bounds = _day_reaches(db, home), _bounds(db, home)
    aside = Counter[str]()
    for row in read_set_aside(db):
        aside[row.province or home] += row.items
    done = Exported(tuple(wanted))
    with _staging(place) as staging:
        for name, table in TABLES.items():
            mine = {key: part for key, part in found[name].items() if key[0] in known}
            changed = {key: part for key, part in mine.items() if _changed(known[key[0]].old, part)}
            files = _written(db, table, home, changed, staging)
            for key, part in mine.items():
                own = known[key[0]]
                if key in changed:
                    placed = tuple(_placed(place, path, name, key) for path in files[key])
                    part = LakePart(name, key[1], part.rows, part.print_, part.settled, placed)
                    size = done.size + sum(each.size for each in placed)
                    done = Exported(done.provinces, done.written + 1, done.kept, done.rows + part.rows, size)
                else:
                    old = own.old.part(name, key[1]) if own.old else None
                    part = old or part
                    done = Exported(done.provinces, done.written, done.kept + 1, done.rows, done.size)
                own.parts.append(part)
        for province, own in known.items():
            manifest = LakeManifest(
                LAKE_VERSION, province, source, at.astimezone(UTC), duckdb.__version__, tuple(own.parts),
                days=tuple(reaches.get(province, ())),
                first=bounds.get(province, (None, None))[0], last=bounds.get(province, (None, None))[1],
                aside=aside[province],
            )  # fmt: skip
            _replace_manifest(place, own.old, manifest)
    return done


def _prepare(db: duckdb.DuckDBPyConnection) -> str:
    """The small tables that aren't as the facts keep them; returns the province of what names none."""
    tree = unit_tree(db)
    above = {unit.code: unit.parent for unit in tree.units.values()}
    rows = db.execute("select unit, name, level, parent from unit_list order by unit").fetchall()
    if not rows:
        rows = [(unit.code, None, None, None) for unit in tree.units.values() if unit.parent is not None]
        rows += [(unit.code, None, None, None) for unit in tree.units.values() if unit.parent is None]
    names = ("unit", "name", "level", "parent")
    columns = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)}
    columns["province"] = pa.array([province_of(row[0], above) for row in rows], pa.string())
    keep_table(db, "lake_units", columns)
    fronts = list(old_fronts(db))
    tops = [province_of(each, above) for each in fronts]
    keep_table(
        db, "lake_fronts", {"home": pa.array(tops, pa.string()), "code": pa.array(fronts, pa.string())}
    )
    (found,) = db.execute(
        "select coalesce((select province from home), (select min(province) from dossiers), '-')"
    ).fetchall()
    return str(found[0])


def _source(table: LakeTable, home: str) -> str:
    return table.source.replace("$home", "'" + home.replace("'", "''") + "'")


def _parts(db: duckdb.DuckDBPyConnection, table: LakeTable, home: str) -> dict[tuple[str, int], LakePart]:
    """The parts of a table as they should be, without their files."""
    query = f"""
        select home, {table.month} as month, count(*), bit_xor(row_hash)::varchar || '-' ||
            sum(row_hash)::varchar, case when count(*) = count(settled) then max(settled) end
        from (select *, {table.settled} as settled, hash({", ".join(table.columns)}) as row_hash
              from ({_source(table, home)}))
        group by all
    """  # noqa: S608 (our names)
    rows = db.execute(query).fetchall()
    return {
        (province, month): LakePart(
            table.name, month, count, print_, settled and settled.replace(tzinfo=UTC), ()
        )
        for province, month, count, print_, settled in rows
    }


def _changed(old: LakeManifest | None, part: LakePart) -> bool:
    if old is None or (old.version, old.engine) != (LAKE_VERSION, duckdb.__version__):
        return True
    before = old.part(part.table, part.month)
    return before is None or (before.rows, before.print_) != (part.rows, part.print_)


def _known(place: LakePlace, province: str, source: str, asked: ExportAsked) -> _Province:
    """What a lake has of a province. Raises StoreError where it is another folder's."""
    where = manifest_path(province)
    data = place.read(where)
    if data is None:
        return _Province(None)
    try:
        old = decode_manifest(data, place.shown(where))
    except StoreError:
        if asked.replace:
            return _Province(None)
        raise
    if old.source != source and not asked.replace:
        raise StoreError(
            say(
                "số liệu của {province} trong hồ dữ liệu là do một thư mục số liệu khác xuất.",
                "the lake has {province} from another data folder.",
                province=province,
            ),
            where=Where(place.shown(where)),
            do=say(
                "Nếu thư mục này mới là bản đủ của tỉnh, chạy lại với --replace; nếu không, chọn tỉnh bằng "
                "--province.",
                "If this folder is the one that has all of the province, run again with --replace; else "
                "choose provinces with --province.",
            ),
        )
    return _Province(old)


def _forget(place: LakePlace, source: str, provinces: Sequence[str]) -> None:
    """Take back what this folder exported of provinces that it has no facts of any more."""
    for name in place.names(FOLDER):
        where = f"{FOLDER}/{name}"
        try:
            old = decode_manifest(place.read(where) or b"", place.shown(where))
        except StoreError:  # another province's, which doesn't keep this one from being exported
            continue
        if old.source == source and old.province not in provinces:
            place.remove([where])


@contextmanager
def _staging(place: LakePlace) -> Iterator[Path]:
    """A folder for files that are being made, on the lake's own disk where that is this machine's."""
    if place.local is not None:
        place.local.mkdir(parents=True, exist_ok=True)
        for left in place.local.glob(f"{_STAGING}*"):  # by an export that was killed
            if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=_STAGING, dir=place.local))
    try:
        yield made
    finally:
        rmtree(made, ignore_errors=True)


def _written(
    db: duckdb.DuckDBPyConnection,
    table: LakeTable,
    home: str,
    parts: Mapping[tuple[str, int], LakePart],
    staging: Path,
) -> dict[tuple[str, int], list[Path]]:
    """The files of parts, made below `staging`, some millions of rows at a time."""
    target = staging / table.name
    db.execute(f"set partitioned_write_max_open_files = {_OPEN_FILES}")
    for number, keys in enumerate(_batches(parts)):
        columns = {
            "wanted_home": pa.array([province for province, _ in keys], pa.string()),
            "wanted_month": pa.array([month for _, month in keys], pa.int32()),
        }
        keep_table(db, "lake_wanted", columns)
        quoted = str(target / str(number)).replace("'", "''")
        target.mkdir(exist_ok=True)
        db.execute(
            f"""copy (
                select {", ".join(table.columns)}, home as in_province, {table.month} as in_month
                from ({_source(table, home)})
                semi join lake_wanted on wanted_home = home and wanted_month = {table.month}
            ) to '{quoted}' (format parquet, compression zstd, partition_by (in_province, in_month))"""  # noqa: S608
        )
    return {
        (province, month): sorted(target.glob(f"*/in_province={province}/in_month={month}/*.parquet"))
        for province, month in parts
    }


def _batches(parts: Mapping[tuple[str, int], LakePart]) -> Iterator[list[tuple[str, int]]]:
    batch: list[tuple[str, int]] = []
    rows = 0
    for key, part in sorted(parts.items()):
        if batch and rows + part.rows > _ROWS_AT_ONCE:
            yield batch
            batch, rows = [], 0
        batch.append(key)
        rows += part.rows
    if batch:
        yield batch


def _placed(place: LakePlace, made: Path, table: str, key: tuple[str, int]) -> LakeFile:
    """A file under the name that its content gives it."""
    digest, size = _hash_of(made), made.stat().st_size
    path = f"{table}/province={key[0]}/month={key[1]}/{digest[:20]}.parquet"
    place.take_file(made, path)
    return LakeFile(path, size, digest)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        found = sha256()
        while chunk := file.read(2**20):
            found.update(chunk)
    return found.hexdigest()


def _replace_manifest(place: LakePlace, old: LakeManifest | None, new: LakeManifest) -> None:
    """The new one in the place of the old; what only the one before that named goes."""
    gone = old.paths - new.paths if old else set()
    new = _with_before(new, gone)
    place.put_file(manifest_path(new.province), encode_manifest(new))
    if old is not None:
        place.remove(set(old.before) - new.paths - gone)


def _with_before(new: LakeManifest, gone: set[str]) -> LakeManifest:
    return replace(new, before=tuple(sorted(gone)))


_EVENTS = ("coalesce(received_at, filed_at)", "last_known_at", "done_at", "returned_at")
"""What tells that dossiers come in, as measured_basis has it."""


def _day_reaches(db: duckdb.DuckDBPyConnection, home: str) -> dict[str, list[DayReach]]:
    """By province and day, dossiers received and things that befell one."""
    day = "({event} + interval 7 hours)::date"
    told = [
        f"""select home, {day.format(event=event)} as day, {"0" if n else "count(*)"} as received,
            count(*) as events, 0 as days from found where {event} is not null group by all"""  # noqa: S608
        for n, event in enumerate(_EVENTS)
    ]
    told.append(
        f"""select home, {day.format(event=_EVENTS[0])} as day, 0, 0, max(working_days) from found
        join procedures using (province, procedure)
        where due_at is null and working_days is not null and {_EVENTS[0]} is not null group by all"""  # noqa: S608
    )
    rows = db.execute(
        f"""with found as ({_source(DOSSIER_TABLE, home)}), told as ({" union all ".join(told)})
        select home, day, sum(received)::bigint, sum(events)::bigint, max(days)::integer from told
        group by all order by home, day"""  # noqa: S608 (our names)
    ).fetchall()
    found: dict[str, list[DayReach]] = {}
    for province, *reach in rows:
        found.setdefault(province, []).append(DayReach(*reach))
    return found


def _bounds(db: duckdb.DuckDBPyConnection, home: str) -> dict[str, tuple[date, date]]:
    """By province, the first and the last day that a limit may count from."""
    rows = db.execute(
        f"""select home, min(least(filed_at, received_at, first_asked)) + interval 7 hours,
            max(greatest(filed_at, received_at, last_asked)) + interval 7 hours
        from (select *, list_min(list_transform(requests, lambda each: each.asked_at)) as first_asked,
                list_max(list_transform(requests, lambda each: greatest(each.asked_at, each.answered_at)))
                    as last_asked
              from ({_source(DOSSIER_TABLE, home)}))
        group by home"""  # noqa: S608 (our names)
    ).fetchall()
    return {home: (first.date(), last.date()) for home, first, last in rows if first and last}
