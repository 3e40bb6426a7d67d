"""The table of predecessors that an office gave, in its data folder; the provinces' comes along."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from functools import lru_cache
from pathlib import Path

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.encodings import decode
from bochiso.intake.formats.isolated_reading import apart
from bochiso.intake.formats.sheet import Sheet
from bochiso.intake.formats.zip_guard import is_workbook
from bochiso.intake.tables.spreadsheet import workbook_sheets
from bochiso.store.folder import DataFolder, disk_errors, write_new
from bochiso.text import say
from bochiso.units.predecessors import Predecessors, builtin_predecessors, read_predecessors
from bochiso.units.tree import UnitTree

MOST_BYTES = 20_000_000


def predecessors_of(folder: DataFolder) -> Predecessors:
    """The table in use. Raises SourceError where the office's file was spoilt since."""
    if not folder.predecessors.exists():
        return Predecessors(builtin_predecessors())
    return read_predecessors(_text(folder.predecessors), folder.predecessors.name)


def predecessors_kept(folder: DataFolder) -> Predecessors:
    """The same, read once as long as the file is as it was: the same object then."""
    try:
        found = folder.predecessors.stat()
    except FileNotFoundError:
        return _read_once(folder.root, None)
    return _read_once(folder.root, (found.st_mtime_ns, found.st_ino, found.st_size))


@lru_cache(maxsize=4)
def _read_once(root: Path, _: tuple[int, int, int] | None) -> Predecessors:
    return predecessors_of(DataFolder(root))


def was_merged(folder: DataFolder, code: str) -> bool:
    """Whether others stood where a unit stands; not known of one where the office's file was spoilt since."""
    try:
        return predecessors_kept(folder).merged(code)
    except SourceError:
        return False


def taken_over(folder: DataFolder, day: date) -> Mapping[str, str]:
    """The units that ended before a day and the one that came after each, as the table in use states.

    None where the office's file was spoilt since: then nobody answers for another.
    """
    try:
        return predecessors_of(folder).taken_over(day)
    except SourceError:
        return {}


def units_answered_for(unit: str, tree: UnitTree, ended: Mapping[str, str]) -> frozenset[str]:
    """A unit, those below it, and those that ended in one of these (`taken_over`)."""
    own = {unit, *tree.within(unit)}
    return frozenset(own | {old for old, heir in ended.items() if heir in own})


def keep_predecessors(
    folder: DataFolder, file: Path, recorded: Callable[[], AbstractContextManager[object]] = nullcontext
) -> Predecessors:
    """Use a table of predecessors from now on. Raises SourceError with what is wrong in it.

    `recorded`: a transaction of whoever notes it, around the moment in which it comes into use.
    """
    text = _text(file)
    found = read_predecessors(text, file.name)
    with folder.writing():
        new = folder.predecessors.with_suffix(".new")
        new.unlink(missing_ok=True)
        write_new(new, text.encode())
        with recorded():
            new.replace(folder.predecessors)
    return found


def _text(file: Path) -> str:
    """A table as CSV: of text in any encoding that people's programs write, or of a workbook."""
    with disk_errors(file):
        size = file.stat().st_size
        data = file.read_bytes() if size <= MOST_BYTES else b""
    if size > MOST_BYTES:
        raise SourceError(
            say("tệp lớn hơn 20 MB.", "the file is larger than 20 MB."),
            where=Where(file.name),
            do=say("Bỏ bớt những cột không cần.", "Leave out the columns that aren't needed."),
        )
    if not is_workbook(data):
        return decode(file.name, data)[0].decode()
    return _as_csv(file.name, apart(file.name, workbook_sheets, file.name, data))


def _as_csv(name: str, sheets: Sequence[Sheet]) -> str:
    """The one sheet that has anything, row for row."""
    filled = [each for each in sheets if each.visible and any(map(any, each.rows))]
    if len(filled) != 1:
        raise SourceError(
            say(
                "tệp phải có đúng một trang tính có số liệu; tệp này có {n}.",
                "the workbook must have one sheet that isn't empty; it has {n}.",
                n=len(filled),
            ),
            where=Where(name),
            do=say(
                "Để bảng sắp xếp trên một trang tính, bỏ các trang khác rồi nạp lại.",
                "Leave the table's sheet alone in the file, then bring it in again.",
            ),
        )
    text = io.StringIO()
    for row in filled[0].rows:
        csv.writer(text, lineterminator="\n").writerow([" ".join(cell.split()) for cell in row])
    return text.getvalue()
