"""A synthetic province as files: dossiers and steps as JSON lines, what they are counted with as CSV."""

import csv
import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from bochiso.errors import StoreError, Where
from bochiso.simulate.dossier_stream import PETITION_COLUMNS, simulate_everything
from bochiso.simulate.name_lists import official_name
from bochiso.simulate.offices import SimulatedProvince, build_province
from bochiso.simulate.portal_export import COLUMNS as PORTAL_COLUMNS
from bochiso.simulate.portal_export import titles
from bochiso.simulate.procedure_catalogue import SimulatedProcedure
from bochiso.simulate.register_decisions import REGISTER_COLUMNS, register_of
from bochiso.simulate.rhythm import Rhythm
from bochiso.text import say
from bochiso.units.model import Level, Unit
from bochiso.units.provinces import province as find_province

_BATCH = 100
_PART = ".part"


class Written(NamedTuple):
    """How much went into the files."""

    dossiers: int
    steps: int
    petitions: int
    procedures: int
    units: int
    publications: int


def write_province(
    folder: Path,
    province: str,
    n: int,
    seed: int,
    rhythm: Rhythm,
    *,
    compress: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Written:
    """Write `n` dossiers of a rhythm's days, and what belongs to them; `progress` hears how many are done.

    The files: dossiers.jsonl, steps.jsonl (with .gz if compressed), procedures.csv, petitions.csv,
    units.csv, publications.csv, portal-list.csv (with faults: see portal_export). Each appears under its
    name when all are whole. Raises ComputeError where there is no such province, StoreError where the folder
    can't be written.
    """
    made = build_province(province, seed, rhythm)
    tail = ".jsonl.gz" if compress else ".jsonl"
    names = [f"dossiers{tail}", f"steps{tail}", "procedures.csv", "petitions.csv", "units.csv",
             "publications.csv", "portal-list.csv"]  # fmt: skip
    parts = [folder / (name + _PART) for name in names]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            steps, petitions = _write_dossiers(made, n, parts[:2], parts[3], parts[6], progress)
            _write_table(parts[2], _PROCEDURE_COLUMNS, [_procedure_row(each) for each in made.procedures])
            units = _units(made)
            _write_table(parts[4], _UNIT_COLUMNS, [_unit_row(each) for each in units])
            register = register_of(made)
            _write_table(parts[5], REGISTER_COLUMNS, [each.fields for each in register])
            for part, name in zip(parts, names, strict=True):
                part.replace(folder / name)
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            say("không ghi được: {reason}.", "can't be written: {reason}.", reason=error.strerror),
            where=Where(str(folder)),
            do=say(
                "Chọn thư mục khác, hoặc kiểm tra quyền ghi và chỗ trống trên đĩa.",
                "Name another folder, or check the right to write and the free space.",
            ),
        ) from error
    return Written(n, steps, petitions, len(made.procedures), len(units), len(register))


def _write_dossiers(
    made: SimulatedProvince,
    n: int,
    messages: Sequence[Path],
    petitions: Path,
    listed: Path,
    progress: Callable[[int], None],
) -> tuple[int, int]:
    """Messages (dossiers and steps), petitions and the portal's list, a batch at a time; the numbers of steps
    and petitions."""
    encode = msgspec.json.Encoder().encode_lines
    done = step_count = petition_count = 0
    with ExitStack() as stack:
        dossier_file, step_file = (stack.enter_context(_open(part)) for part in messages)
        portal = stack.enter_context(_portal_list(listed, made.rhythm))
        table = stack.enter_context(petitions.open("w", encoding="utf-8", newline=""))
        writer = csv.DictWriter(table, PETITION_COLUMNS)
        writer.writeheader()
        dossier_batch: list[dict[str, Any]] = []
        step_batch: list[dict[str, Any]] = []
        for each in simulate_everything(made, n):
            dossier_batch.append(each.dossier)
            step_batch += each.steps
            portal(each.listed)
            if each.petition is not None:
                writer.writerow(each.petition)
                petition_count += 1
            if len(dossier_batch) == _BATCH or done + len(dossier_batch) == n:
                dossier_file.write(encode(dossier_batch))
                step_file.write(encode(step_batch))
                done += len(dossier_batch)
                step_count += len(step_batch)
                dossier_batch.clear()
                step_batch.clear()
                progress(done)
    return step_count, petition_count


@contextmanager
def _portal_list(path: Path, rhythm: Rhythm) -> Iterator[Callable[[list[dict[str, str]]], None]]:
    """The portal's list, with the titles and the total that exports have; rows are given to it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        blank = [""] * (len(PORTAL_COLUMNS) - 1)
        writer.writerows([title, *blank] for title in titles(rhythm))
        writer.writerow(PORTAL_COLUMNS)
        count = 0

        def add(rows: list[dict[str, str]]) -> None:
            nonlocal count
            for row in rows:
                count += 1
                writer.writerow([count, *list(row.values())[1:]])

        yield add
        writer.writerow([f"Tổng số hồ sơ: {count}", *blank])


def _open(part: Path) -> IO[bytes]:
    """A file for JSON lines; compressed ones carry no time, so that the same run gives the same bytes."""
    if part.name.endswith(".gz" + _PART):
        return gzip.GzipFile(part, "wb", compresslevel=1, mtime=0)  # type: ignore[return-value]
    return part.open("wb")


_UNIT_COLUMNS = ("unit", "unit_name", "level", "parent")
_PROCEDURE_COLUMNS = (
    "procedure", "procedure_name", "field", "field_name", "authority", "office", "fee",
    "returns_document", "online", "portal_payment", "citizens", "working_days", "decided", "effective",
    "entered",
)  # fmt: skip


def _procedure_row(procedure: SimulatedProcedure) -> dict[str, object]:
    """A row of procedures.csv: flags as 1 and 0, the fee in đồng, handling time in working days."""
    level = Level.COMMUNE if procedure.authority is None else Level.DEPARTMENT
    values = (
        procedure.code, procedure.name, procedure.field_code, procedure.field, level,
        procedure.authority or "",
        procedure.fee, int(procedure.document), procedure.online, int(procedure.portal_payment),
        int(procedure.citizens), procedure.days, procedure.decided, procedure.effective, procedure.entered,
    )  # fmt: skip
    return dict(zip(_PROCEDURE_COLUMNS, values, strict=True))


def _unit_row(unit: Unit) -> dict[str, object]:
    return {"unit": unit.code, "unit_name": unit.name, "level": unit.level, "parent": unit.parent or ""}


def _units(made: SimulatedProvince) -> list[Unit]:
    """The province, then its units."""
    found = find_province(made.code, made.rhythm.last)
    top = [Unit(made.code, official_name(found), Level.PROVINCE)] if found else []
    return top + [office.unit for office in made.offices]


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
