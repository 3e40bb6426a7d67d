"""Short ways to read a table and to look at what came of it."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from bochiso.errors import SourceError
from bochiso.intake.figures.detect import TableKind, read_files
from bochiso.intake.result import Intake
from bochiso.rules.loader import load_rules
from bochiso.text import Lang

RULES = load_rules("qd766")


def read(text: str | bytes, kind: TableKind | None = None, name: str = "bảng.csv") -> Intake:
    """The intake of one table."""
    return read_files(kind, [(name, text.encode() if isinstance(text, str) else text)], RULES)


def figures(intake: Intake) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(unit, code) to (numerator, denominator, rate, points), plain."""
    return {
        (row["unit"], row["code"]): tuple(
            _plain(row[n]) for n in ("numerator", "denominator", "rate", "points")
        )
        for row in intake.figures.to_pylist()
    }


def points(intake: Intake, unit: str) -> dict[str, Decimal]:
    """Code to points, of one unit."""
    return {code: values[3] for (who, code), values in figures(intake).items() if who == unit}


def refusals(intake: Intake, lang: Lang = Lang.VI) -> list[str]:
    """What the person reads, a line a refusal."""
    return [refusal.render(lang) for refusal in intake.refusals]


def notes(intake: Intake) -> list[str]:
    """What the person reads beside."""
    return [note.render(Lang.VI) for note in intake.notes]


def units(intake: Intake) -> list[tuple[str, ...]]:
    """(code, name, level, parent) of every unit."""
    return [tuple(row.values()) for row in intake.units.to_pylist()]


def error(text: str | bytes, kind: TableKind | None = None) -> str:
    """The message of a file that can't be used."""
    try:
        read(text, kind)
    except SourceError as found:
        return found.render(Lang.VI)
    raise AssertionError("the file was read")


def workbook(*sheets: list[list[object]]) -> bytes:
    """An XLSX of some sheets."""
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(at, place, cell)
                    elif cell is not None:
                        sheet.write(at, place, cell)
    return data.getvalue()


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize() + 0
