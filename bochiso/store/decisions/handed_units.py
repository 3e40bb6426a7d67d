"""A table of the handling of dossiers by unit, as an office handed it in: values alone."""

from datetime import date

from msgspec import Struct


class HandedUnit(Struct, frozen=True):
    """The counts of a unit; None where its table has no such column."""

    unit: str
    name: str
    overdue: int
    carried: int | None = None
    received: int | None = None
    before: int | None = None
    on_day: int | None = None
    after: int | None = None
    open: int | None = None


class HandlingTable(Struct, frozen=True):
    """A table of a province, of what happened from `first` to the end of `as_of`."""

    province: str
    first: date
    as_of: date
    rows: tuple[HandedUnit, ...]
    file: str = ""
