"""The maxima that a table of groups states itself: points of another scale are no points of this one.

They stand in the heading ("Công khai, minh bạch (18 điểm)"), in a row of their own below it, or in a
column beside each group.
"""

from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.numbers import parse_decimal, tidy
from bochiso.intake.headings.headings import MOST_OF
from bochiso.intake.tables.passed_over import is_row_of_maxima
from bochiso.intake.tables.table_reader import RawTable, rows_where
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say

_FIRST = 3
"""A row of maxima stands among the first so many."""

_Stated = tuple[str, Decimal, int | None]
"""A group's code (or "total"), the maximum that is stated, in which row."""


def held_to_maxima(table: RawTable, rules: RuleSet) -> RawTable:
    """The table without what states maxima. Raises SourceError where these aren't the rule set's."""
    rows = list(_rows_of_maxima(table, rules))
    stated = [*_in_headings(table, rules), *(each for at in rows for each in _in_row(table, rules, at))]
    stated += _in_columns(table)
    for code, most, row in stated:
        right = rules.total_points if code == "total" else rules.group[code].points
        if most != right:
            raise _other_scale(table, rules, code, most, right, row)
    for heading in table.headings:
        if heading.name.startswith(MOST_OF):
            table = table.without(heading.name)
    nameless = [at for at in rows if not _name(table, at)]
    if nameless:
        table = rows_where(table, pa.array([at not in nameless for at in range(len(table.rows))]))
    return table


def _in_headings(table: RawTable, rules: RuleSet) -> Iterator[_Stated]:
    for heading in table.headings:
        if heading.maximum is not None and heading.name in (*rules.group, "total"):
            yield heading.name, heading.maximum, None


def _rows_of_maxima(table: RawTable, rules: RuleSet) -> Iterator[int]:
    for at in range(min(_FIRST, len(table.rows))):
        name = _name(table, at)
        if (name and is_row_of_maxima(name)) or (name is None and len(list(_in_row(table, rules, at))) > 1):
            yield at
        elif name is not None:
            continue


def _in_row(table: RawTable, rules: RuleSet, at: int) -> Iterator[_Stated]:
    for heading, column in zip(table.headings, table.columns, strict=True):
        if heading.name in (*rules.group, "total") and heading.cells != "percent":
            text = (column[at].as_py() or "").strip("()[] ")
            value = parse_decimal(text)
            if isinstance(value, Decimal):
                yield heading.name, value, table.rows[at].as_py()


def _in_columns(table: RawTable) -> Iterator[_Stated]:
    for heading, column in zip(table.headings, table.columns, strict=True):
        if heading.name.startswith(MOST_OF):
            for at, cell in enumerate(column.to_pylist()):
                value = parse_decimal(cell)
                if isinstance(value, Decimal):
                    yield heading.name.removeprefix(MOST_OF), value, table.rows[at].as_py()


def _name(table: RawTable, at: int) -> str | None:
    name: str | None = table.column("unit_name")[at].as_py() or table.column("unit")[at].as_py()
    return name


def _other_scale(
    table: RawTable, rules: RuleSet, code: str, most: Decimal, right: Decimal, row: int | None
) -> SourceError:
    label: Text | str = say("tổng điểm", "the total") if code == "total" else rules.label(code)
    return SourceError(
        say(
            "bảng ghi điểm tối đa của “{group}” là {most}, bộ chỉ số {rules} là {right}.",
            "the table says that “{group}” has {most} points at most, the rule set {rules} {right}.",
            group=label,
            most=tidy(most),
            rules=rules.id,
            right=tidy(right),
        ),
        where=Where(table.file, row, " ".join(table.heading(code).split())),
        do=say(
            "Đây là bảng của một thang điểm khác: hãy chọn bộ quy tắc đúng bằng --rules, "
            "hoặc sửa điểm tối đa ghi trong bảng.",
            "It is a table of another scale: choose its rule set with --rules, or mend the maximum.",
        ),
    )
