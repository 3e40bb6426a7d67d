"""What rows of a list are held against what the folder has: units by their names, decisions by their numbers.

A row that can't be taken is refused like any other, with its row and column.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from bochiso.errors import Where
from bochiso.intake.dossiers.petitions import PETITION_COLUMNS
from bochiso.intake.dossiers.publication_rows import PUBLICATION_COLUMNS
from bochiso.intake.dossiers.records import Columns, Records, Wrong
from bochiso.intake.result import Refusal
from bochiso.text import Text, say
from bochiso.units.matching import NameIndex
from bochiso.units.model import Level, Unit

Row = Mapping[str, Any]
Check = Callable[[Row], Wrong]


def checked(db: duckdb.DuckDBPyConnection, kind: str, records: Records, file: str | None) -> Records:
    """Records without the rows that what the folder has speaks against; petitions with their units' codes."""
    if kind == "petitions":
        return _with_units(db, records, file)
    if kind == "publications":
        check = _same_number(db, records)
        return _without(records, "entry", PUBLICATION_COLUMNS, check, file)
    return records


def _without(records: Records, key: str, columns: Columns, check: Check, file: str | None) -> Records:
    rows = records.batch.to_pylist()
    wrong = {row[key]: found for row in rows if (found := check(row)) is not None}
    if not wrong:
        return records
    # Rows of several sheets have no numbers of their own.
    at: list[tuple[int | None, str]] = [
        (number, name) for number, name in records.keys.items() if name in wrong
    ] or [(None, name) for name in wrong]
    refused = [
        Refusal(Where(file, number, columns[wrong[name][0]].words[0]), _named(number, name, wrong[name][1]))
        for number, name in at
    ]
    return replace(
        records,
        batch=records.batch.filter(pa.array([row[key] not in wrong for row in rows], pa.bool_())),
        refusals=tuple(sorted((*records.refusals, *refused), key=lambda each: each.where.row or 0)),
        keys={number: name for number, name in records.keys.items() if name not in wrong},
    )


def _named(number: int | None, name: str, why: Text) -> Text:
    return why if number is not None else say("{name}: {why}", "{name}: {why}", name=name, why=why)


def _with_units(db: duckdb.DuckDBPyConnection, records: Records, file: str | None) -> Records:
    """Petitions whose unit has a name and no code, with the code that the folder's list gives it."""
    if not records.named:
        return records
    names, index = dict(records.named), _index(db)
    codes = {name: _code_of(name, index) for name in set(names.values())}
    found = {petition: codes[name] for petition, name in names.items()}

    def unknown(row: Row) -> Wrong:
        if found.get(row["petition"], "") is not None:
            return None
        return "unit_name", say(
            "không rõ đây là đơn vị nào trong danh sách đơn vị; ghi thêm mã đơn vị, hoặc nạp danh sách đơn "
            "vị trước.",
            "which unit of the list this is can't be told; add its code, or bring the list of units in "
            "first.",
        )

    kept = _without(records, "petition", PETITION_COLUMNS, unknown, file)
    rows = kept.batch.to_pylist()
    units = pa.array([row["unit"] or found.get(row["petition"]) for row in rows], pa.string())
    place = kept.batch.schema.get_field_index("unit")
    return replace(kept, batch=kept.batch.set_column(place, "unit", units), named=())


def _index(db: duckdb.DuckDBPyConnection) -> dict[Level, NameIndex]:
    rows = db.execute("select unit, name, level, parent from unit_list where name is not null").fetchall()
    units = [
        Unit(code, name, Level(level) if level else Level.DEPARTMENT, parent)
        for code, name, level, parent in rows
    ]
    return {
        level: NameIndex([unit for unit in units if unit.level is level])
        for level in {unit.level for unit in units}
    }


def _code_of(name: str, index: Mapping[Level, NameIndex]) -> str | None:
    sure = {match.unit.code for level, each in index.items() if (match := each.match(name, level)).unit}
    return sure.pop() if len(sure) == 1 else None


def _same_number(db: duckdb.DuckDBPyConnection, records: Records) -> Check:
    """Whether the register has a decision of the same number and year on another day."""
    held: dict[tuple[str, str | None, str, int], date] = {}
    mine = set(records.batch.column("entry").to_pylist())
    for row in db.execute(_DECISIONS).fetchall():
        entry, province, *signed = row
        if entry not in mine:
            held |= _decisions(province, *signed)

    def other_day(row: Row) -> Wrong:
        own = _decisions(
            row["province"], row["ministry_number"], row["ministry_on"], row["number"], row["decided_on"]
        )
        for (column, *same), day in own.items():
            other = held.get((column, *same), day)  # type: ignore[arg-type]
            if other != day:
                return column, say(
                    "sổ đã ghi quyết định {number} ký ngày {other}; dòng này ghi ngày {day}.",
                    "the register has decision {number} as signed on {other}; this row says {day}.",
                    number=same[1],
                    other=other,
                    day=day,
                )
        return None

    return other_day


_DECISIONS = (
    "select entry, province, ministry_number, ministry_on, number, decided_on from publications "
    "where registered"
)


def _decisions(
    province: str | None, ministry: str | None, ministry_on: date | None, number: str | None, on: date | None
) -> dict[tuple[str, str | None, str, int], date]:
    """The decisions that a row names, each with its day; no province's register speaks against another's."""
    found = {}
    if ministry and ministry_on:
        found["ministry_on", province, ministry, ministry_on.year] = ministry_on
    if number and on:
        found["decided_on", province, number, on.year] = on
    return found
