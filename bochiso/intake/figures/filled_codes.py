"""The workbook of names without codes, filled in by a person: which name has which code now."""

from collections.abc import Iterator

from bochiso.intake.headings.column_choice import Choice
from bochiso.intake.tables.named_rows import RecordHeadings
from bochiso.intake.tables.reader import tables_of
from bochiso.units.codes import normalise_code, parse_level
from bochiso.units.model import Level

FIRST_SHEET = Choice(sheet="1")
_HEADINGS = RecordHeadings(
    {
        "unit_name": ("Tên đơn vị", "Đơn vị"),
        "unit": ("Mã đơn vị", "Mã"),
        "level": ("Cấp",),
        "province": ("Mã tỉnh", "Tỉnh"),
        "candidates": ("Có thể là",),
    }
)

Filled = tuple[int, str, Level | None, str | None, str]
"""A row's number, its name, level and province, and the code that was filled in."""


def filled_codes(name: str, data: bytes) -> Iterator[Filled]:
    """The rows of the first sheet that have a name and a code. Raises SourceError for no such workbook."""
    for table in tables_of(name, data, _HEADINGS, FIRST_SHEET):
        cells = zip(
            table.rows.to_pylist(),
            *(table.column(field).to_pylist() for field in ("unit_name", "unit", "level", "province")),
            strict=True,
        )
        for row, written, code, level, province in cells:
            if written and code:
                above = normalise_code(province) if province else None
                yield row, written, parse_level(level) if level else None, above, normalise_code(code)
