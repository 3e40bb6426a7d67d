"""The forms of periodic reports, as data: their columns by meaning, their parts, and what must add up."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import msgspec
from msgspec import Struct

from bochiso.periods import Period, parse_period

BLANK_COLUMNS = frozenset({"serial", "label"})
"""Columns that hold no number."""


class FormColumn(Struct, frozen=True, forbid_unknown_fields=True):
    """One column. `heads`: what stands over it, the widest first.

    sums: ways in which it is the sum of others; `of`: columns of a count that it is the sum of, where the
    form tells less than is counted; before: the column of the period before that it must be equal to.
    """

    key: str
    heads: tuple[str, ...]
    sums: tuple[tuple[str, ...], ...] = ()
    of: tuple[str, ...] = ()
    before: str | None = None


class FormPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a form's rows: those of communes, or of all other offices."""

    number: str
    title: str
    communes: bool


class FormTable(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of a form.

    `balance`: the first column is the sum of the others. `total`: the name of its last row.
    """

    columns: tuple[FormColumn, ...]
    title: str = ""
    total: str = ""
    balance: tuple[str, ...] = ()
    parts: tuple[FormPart, ...] = ()

    def numbers(self) -> tuple[FormColumn, ...]:
        """The columns that hold numbers."""
        return tuple(each for each in self.columns if each.key not in BLANK_COLUMNS)

    def place(self, key: str) -> int:
        """The printed number of a column, from 1."""
        return 1 + next(at for at, each in enumerate(self.columns) if each.key == key)

    def printed(self, column: FormColumn) -> str:
        """What stands under a column's heads: (3) = (4) + (5)."""
        parts = (" + ".join(f"({self.place(key)})" for key in keys) for keys in column.sums)
        return " = ".join((f"({self.place(column.key)})", *parts))

    def completed(self, row: Mapping[str, int]) -> dict[str, int | None]:
        """A row's numbers, those that are sums of others filled in; None where nothing is known.

        >>> report_forms().forms["07a"].tables[0].completed({"early": 1, "on_day": 2, "late": 0})["done"]
        3
        """
        values: dict[str, int | None] = {
            each.key: sum(row[key] for key in each.of)
            if each.of and set(each.of) <= row.keys()
            else row.get(each.key)
            for each in self.numbers()
        }
        for each in self.numbers():
            if values[each.key] is None and each.sums:
                parts = [values[key] for key in each.sums[0]]
                values[each.key] = None if None in parts else sum(part for part in parts if part is not None)
        return values


class Unbalanced(Struct, frozen=True):
    """A law of the form that a row breaks: the column, what it says, what the others come to, and which."""

    column: FormColumn
    said: int
    found: int
    parts: tuple[str, ...]


class ReportForm(Struct, frozen=True, forbid_unknown_fields=True):
    """One form, as its circular has it; `kinds`: of which periods it is made."""

    number: str
    title: str
    source: str
    counted: str
    reporters: tuple[str, ...]
    receivers: tuple[str, ...]
    kinds: tuple[str, ...]
    tables: tuple[FormTable, ...]
    notes: tuple[str, ...] = ()


class FormSet(Struct, frozen=True, forbid_unknown_fields=True):
    """The forms of one circular and the day from which it is in force."""

    code: str
    name: str
    since: date = msgspec.field(name="from")
    source: str = ""
    forms: tuple[str, ...] = ()


class FormDeadlines(Struct, frozen=True, forbid_unknown_fields=True):
    """The days of the period's last month by which units and the province send."""

    unit: int
    province: int
    source: str


class ReportForms(Struct, frozen=True, forbid_unknown_fields=True):
    """Every form that is known, by its code."""

    sets: tuple[FormSet, ...]
    deadlines: FormDeadlines
    forms: dict[str, ReportForm]


def expected_periods(year: int) -> list[Period]:
    """The periods of a year that are reported on (Circular 09/2026/TT-BTP, Article 9), by their last day."""
    months = [f"{year}-{month:02d}" for month in (1, 2, 4, 5, 7, 8, 10, 11)]
    every = [*months, f"{year}-Q1", f"{year}-Q3", f"{year}-H1", f"{year}"]
    return sorted((parse_period(f"{code}@15") for code in every), key=lambda each: each.last)


def due_by(period: Period, *, province: bool = False) -> date:
    """The last day to send a period's forms: by a unit, or by the province.

    >>> due_by(parse_period("2026-11@15")), due_by(parse_period("2026-11@15"), province=True)
    (datetime.date(2026, 11, 20), datetime.date(2026, 11, 23))
    """
    days = report_forms().deadlines
    return period.last.replace(day=days.province if province else days.unit)


@cache
def report_forms() -> ReportForms:
    """The forms that come along."""
    from importlib.resources import files  # slow to import, and most commands don't come here

    raw = files("bochiso.rules").joinpath("data", "report-forms.yaml").read_bytes()
    return msgspec.yaml.decode(raw, type=ReportForms)


def column_names() -> dict[str, str]:
    """The columns of form 07, as it is and as it was before, in words."""
    return {
        column.key: ": ".join(dict.fromkeys((column.heads[0], column.heads[-1])))
        for code in ("07a", "06a-vpcp")
        for column in report_forms().forms[code].tables[0].columns
    }


def unbalanced(table: FormTable, row: Mapping[str, int]) -> Iterator[Unbalanced]:
    """The laws of a form that a row breaks, of the columns that the row has."""
    for column in table.numbers():
        for parts in column.sums:
            if column.key in row and set(parts) <= row.keys():
                found = sum(row[key] for key in parts)
                if row[column.key] != found:
                    yield Unbalanced(column, row[column.key], found, parts)
    whole, *rest = table.balance or ("",)
    if whole in row and set(rest) <= row.keys() and row[whole] != (found := sum(row[key] for key in rest)):
        column = next(each for each in table.columns if each.key == whole)
        yield Unbalanced(column, row[whole], found, tuple(rest))
