"""The ledger as text, a JSON line a row: what any database gives, and any takes again.

Rows go from SQLite to PostgreSQL and back. Sessions, sign-ons under way and counted tries stay
behind: a restored ledger has nobody signed in. Lines of the audit log come in parts of equal length, so
that a backup takes no more room for those that the one before has.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bochiso.errors import StoreError
from bochiso.store.people import migrations
from bochiso.store.people.ledger import Ledger
from bochiso.text import say

LEFT_BEHIND = {"alembic_version", "sessions", "sign_ons", "tries", "audit_checked"}
"""Tables whose rows aren't kept: who is signed in, and what is found out again."""

RIGHTS = ("client_keys", "accounts", "recovery_codes")
"""Who may come in: of these the newest word counts, whatever else is restored."""

PART_ROWS = 10_000

Rows = list[dict[str, Any]]


def ledger_parts(db: sa.Connection) -> Iterator[tuple[str, bytes]]:
    """The tables in parts: a name as `audit-000001`, and its rows."""
    for table in _tables(db):
        order = list(table.primary_key.columns) or list(table.columns)
        found = db.execute(sa.select(table).order_by(*order)).mappings()
        for place, part in _apart(table.name, found):
            yield f"{table.name}-{place:06}", b"".join(msgspec.json.encode(row) + b"\n" for row in part)


def _apart(table: str, rows: Iterable[Any]) -> Iterator[tuple[int, Rows]]:
    """Rows in parts; those of the audit log by number, so that pruning leaves the others as they are."""
    part: Rows = []
    place = 0
    for n, row in enumerate(rows):
        at = (row["seq"] if table == "audit" else n) // PART_ROWS
        if part and at != place:
            yield place, part
            part = []
        place = at
        part.append(dict(row))
    if part:
        yield place, part


def read_rows(part: Iterable[bytes]) -> Rows:
    """The rows of a part."""
    return [msgspec.json.decode(line) for line in b"".join(part).splitlines()]


def is_empty(ledger: Ledger) -> bool:
    """Whether nobody has decided anything in a ledger yet."""
    with ledger.read() as db:
        if migrations.version(db) is None:
            return True
        return all(
            db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
            for table in _tables(db)
            if table.name != "audit_ends"
        )


def fill(
    ledger: Ledger, version: str, parts: Iterable[tuple[str, Rows]], rights: dict[str, Rows] | None = None
) -> None:
    """Fill an empty ledger with rows of a version, and bring it to this program's, all or nothing.

    `rights`: who may come in instead of those among the rows. Raises StoreError.
    """
    if version not in migrations.known_versions():
        raise StoreError(
            say("sổ cái thuộc phiên bản mới hơn.", "the ledger is of a newer version."),
            do=say("Cập nhật bochiso.", "Update bochiso."),
        )
    by_table: dict[str, Rows] = {}
    for name, rows in parts:
        by_table.setdefault(name.rpartition("-")[0], []).extend(rows)
    if rights is not None:
        by_table |= {name: rights.get(name, []) for name in RIGHTS}
    with ledger.write() as db:
        if migrations.version(db) is None:
            migrations.upgrade(db, version)
        tables = {table.name: table for table in _tables(db)}
        for table in [*reversed(tables.values())]:
            if table.name != "audit":  # it is empty, and nothing may be removed from it
                db.execute(sa.delete(table))
        for name, table in tables.items():
            for start in range(0, len(found := by_table.get(name, [])), PART_ROWS):
                db.execute(sa.insert(table), [_typed(table, row) for row in found[start : start + PART_ROWS]])
        migrations.upgrade(db)


def rights_of(ledger: Ledger) -> dict[str, Rows]:
    """The keys, accounts and recovery codes of a ledger, as `replace_rights` takes them."""
    found: dict[str, Rows] = {}
    with ledger.read() as db:
        for name, content in ledger_parts(db):
            if (table := name.rpartition("-")[0]) in RIGHTS:
                found.setdefault(table, []).extend(read_rows([content]))
    return found


def _tables(db: sa.Connection) -> list[sa.Table]:
    """The tables that are kept, as they are in the database, those that others name first."""
    found = sa.MetaData()
    found.reflect(db)
    return [table for table in found.sorted_tables if table.name not in LEFT_BEHIND]


def _typed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row as the database takes it; columns that came since are left to their defaults."""
    return {name: _value(table.columns[name].type, value) for name, value in row.items()
            if name in table.columns}  # fmt: skip


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.LargeBinary):
        return msgspec.json.decode(msgspec.json.encode(value), type=bytes)
    return value
