"""Forms filled with counts: rows by field of work, parts, totals. Values in, values out."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from msgspec import Struct

from bochiso.measure.indicators import Row
from bochiso.rules.periodic_forms import FormPart, FormTable
from bochiso.units.codes import fold

UNKNOWN_FIELD = "Lĩnh vực chưa xác định"
"""What stands in the place of a field of work that nobody names."""

Numbers = dict[str, int | None]


class FilledRow(Struct, frozen=True):
    """A row of a filled form. `part`: the heading of a part; else its numbers by column, None: not known."""

    label: str
    values: Numbers = {}
    part: str | None = None
    serial: int | None = None


class FilledTable(Struct, frozen=True):
    """A table of a form with its rows, and the last one, of their sums."""

    table: FormTable
    rows: tuple[FilledRow, ...]
    total: FilledRow


def filled(table: FormTable, rows: Iterable[Row], communes: Container[str]) -> FilledTable:
    """A table of a form from counts by `unit` and `field`.

    `communes`: the units of that level, for forms that tell them apart.
    """
    rows = list(rows)
    made: list[FilledRow] = []
    parts: tuple[FormPart | None, ...] = table.parts or (None,)
    for part in parts:
        if part is not None:
            made.append(FilledRow(part.title, part=part.number))
        made += _by_field(
            table, [row for row in rows if part is None or (row["unit"] in communes) is part.communes]
        )
    return FilledTable(table, tuple(made), totalled(table, made))


def totalled(table: FormTable, rows: Sequence[FilledRow]) -> FilledRow:
    """The last row: each column's sum, None where any row lacks it; 0 where there is no row."""
    counted = [row.values for row in rows if row.part is None]
    sums: Numbers = {}
    for column in table.numbers():
        values = [row.get(column.key) for row in counted]
        sums[column.key] = None if None in values else sum(value for value in values if value is not None)
    return FilledRow(table.total, sums)


def field_key(name: str) -> str:
    """A field of work as it is compared: systems write the same one with and without "Lĩnh vực".

    >>> field_key("Lĩnh vực Hộ tịch") == field_key("hộ tịch")
    True
    """
    return fold(name).removeprefix("linh vuc ")


def by_field(rows: Iterable[Row], amount: Callable[[Row], int]) -> dict[str, list[Row]]:
    """Rows by field of work, each field under its commonest spelling; those without one last."""
    spelt: dict[str, Counter[str]] = {}
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = " ".join((row["field"] or "").split())
        key = field_key(name)
        found.setdefault(key, []).append(row)
        spelt.setdefault(key, Counter())[name] += max(1, amount(row))
    ordered = sorted(found, key=lambda key: (not key, key))
    return {_commonest(spelt[key]): found[key] for key in ordered}


def _commonest(names: Counter[str]) -> str:
    (name, _), *_ = sorted(names.items(), key=lambda each: (-each[1], each[0]))
    return name or UNKNOWN_FIELD


def _by_field(table: FormTable, rows: Iterable[Row]) -> list[FilledRow]:
    made: list[FilledRow] = []
    for label, own in by_field(rows, _amount).items():
        counts = summed(own)
        if any(counts.values()):
            made.append(FilledRow(label, table.completed(counts), serial=len(made) + 1))
    return made


def summed(rows: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """The sums of what rows count, column by column."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: value for name, value in row.items() if isinstance(value, int)})
    return dict(sums)


def _amount(row: Row) -> int:
    return sum(value for value in row.values() if isinstance(value, int))
