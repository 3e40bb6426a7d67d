"""Whose things are: units' codes as they came, the unit of the list that each belongs to, its province.

A code comes in front of a dossier's number, as a message's sender, or in a list (petitions, the
offices of procedures). It belongs to the longest known unit in front of it. Known are the units that
were listed, and what a clerk gave a code to; where none was listed, those that numbers in files name.
"""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from bochiso.errors import StoreError
from bochiso.intake.messages.dossier_numbers import sender_code
from bochiso.store.journal.statements import execute
from bochiso.text import say
from bochiso.units.codes import normalise_code
from bochiso.units.tops import province_of

PLACES = """
create table learned (unit varchar);
create table unit_list (unit varchar, name varchar, level varchar, parent varchar);
create table unit_map (code varchar, unit varchar);
create table unit_codes (kind varchar, code varchar, unit varchar, province varchar);
create table home (province varchar, several boolean);
insert into home values (null, false);
"""
"""`learned`: units known from numbers alone. `unit_map`: codes that a clerk gave to a unit, null where
that was taken back. `unit_codes`: codes as they came (kind: prefix, sender or list), null where no known
unit is in front of one. `home`: the province that the folder is of, null where it has `several` or none."""

NEW_PREFIXES = """
select distinct 'prefix' as kind, front as code from arrivals where kind <> 'steps'
union all select distinct 'sender', sender from arrivals where kind <> 'steps' and sender is not null
"""
"""Codes that came with dossiers, as `arrivals` has them."""

NEW_IN_LISTS = """
select 'list' as kind, unit as code from petition_rows
union select 'list', split_part(dossier, '-', 1) from petition_rows
union select 'list', office from procedure_rows union select 'list', province from procedure_rows
union select 'list', province from publication_rows
"""
"""Codes that came with petitions, procedures and publications."""

PLACE_UNITS = """
create or replace temp table replaced as
    select dossier, coalesce(prefixed.unit, sent.unit) as unit,
        coalesce(prefixed.province, sent.province) as province
    from dossiers
    left join unit_codes prefixed on prefixed.kind = 'prefix'
        and prefixed.code = split_part(dossiers.dossier, '-', 1)
    left join unit_codes sent on sent.kind = 'sender' and sent.code = dossiers.sender
    where coalesce(prefixed.unit, sent.unit) is distinct from dossiers.unit
        or coalesce(prefixed.province, sent.province) is distinct from dossiers.province;
update dossiers set unit = replaced.unit, province = replaced.province from replaced
where replaced.dossier = dossiers.dossier;
"""
"""The units of dossiers whose codes belong to another one now."""


def learn(db: duckdb.DuckDBPyConnection, *, from_file: bool, lists: bool, relearn: bool) -> bool:
    """Find the unit of every code that is new, or of all where other units are known now.

    `from_file`: dossiers came by file; `lists`: petitions or procedures came; `relearn`: units were
    listed or given. Whether what was placed before is elsewhere now.
    """
    query = f"{NEW_PREFIXES} union {NEW_IN_LISTS}" if lists else NEW_PREFIXES
    fresh = set(
        execute(
            db,
            f"select kind, code from ({query}) anti join unit_codes using (kind, code) "  # noqa: S608 (our words)
            "where code is not null",
        ).fetchall()
    )
    if not (fresh or from_file or relearn):
        return False
    above = dict(db.execute("select unit, parent from unit_list").fetchall())
    learned = {unit for (unit,) in db.execute("select unit from learned").fetchall()}
    if from_file:
        rows = db.execute(
            "select distinct split_part(dossier, '-', 1) from new_dossiers where from_file"
        ).fetchall()
        more = {normalise_code(prefix) for (prefix,) in rows} - learned
        if more:
            db.executemany("insert into learned values (?)", [[unit] for unit in sorted(more)])
            learned |= more
            relearn |= not above
    relearn |= not above and any(kind == "sender" for kind, _ in fresh)
    given = dict(db.execute("from unit_map where unit is not null").fetchall())
    rows = db.execute("from unit_codes").fetchall()
    before = {(kind, code): (unit, province) for kind, code, unit, province in rows}
    place = _Places(above, learned, given, {code for kind, code in fresh | set(before) if kind == "sender"})
    found = {key: place(*key) for key in fresh | (set(before) if relearn else set())}
    moved = {key: where for key, where in found.items() if before.get(key) != where or key in fresh}
    if moved:
        _keep(db, moved)
    now = _home(db, place)
    elsewhere = any(key in before for key in moved)
    if elsewhere:
        execute(db, PLACE_UNITS)
    return elsewhere or now


class _Places:
    """The unit and province of a code, by the units that are known."""

    def __init__(
        self, above: dict[str, str | None], learned: set[str], given: dict[str, str], senders: set[str]
    ) -> None:
        self.above, self.given, self._listed = above, given, bool(above)
        known = set(above) or learned
        self._known = known | {province_of(unit, above) for unit in above} | given.keys()
        # Where no list says what units there are, who sends is one.
        self._known_to_lists = self._known
        if not above:
            named = known | senders
            self._known_to_lists = self._known | named | {province_of(unit) for unit in named}

    def __call__(self, kind: str, code: str) -> tuple[str | None, str | None]:
        known = self._known_to_lists if kind == "list" else self._known
        plain = normalise_code(code)
        unit = unit_of(plain, known)
        if unit is None and kind == "sender" and not self._listed:
            unit = plain
        if unit is None:
            return None, None
        unit = self.given.get(unit, unit)
        return unit, province_of(unit, self.above)

    def provinces(self, senders: Iterable[str]) -> set[str]:
        """The provinces of all known units."""
        units = set(self._known if self._listed else self._known | set(senders))
        return {province_of(self.given.get(unit, unit), self.above) for unit in units}


def _keep(db: duckdb.DuckDBPyConnection, moved: dict[tuple[str, str], tuple[str | None, str | None]]) -> None:
    columns = zip(*((*key, *where) for key, where in moved.items()), strict=True)
    names = ("kind", "code", "unit", "province")
    table = {name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)}
    db.register("moved", pa.table(table))
    db.execute("delete from unit_codes u using moved m where u.kind = m.kind and u.code = m.code")
    db.execute("insert into unit_codes from moved")
    db.unregister("moved")


def _home(db: duckdb.DuckDBPyConnection, place: _Places) -> bool:
    """Keep which province the folder is of; whether that is another one than before."""
    senders = db.execute("select unit from unit_codes where kind = 'sender' and unit is not null").fetchall()
    found = place.provinces(unit for (unit,) in senders)
    # Ministries send to provinces; a folder is a ministry's where it has no province.
    provinces = {each for each in found if each.startswith("H")} or found
    now = (next(iter(provinces)) if len(provinces) == 1 else None, len(provinces) > 1)
    if db.execute("from home").fetchone() == now:
        return False
    db.execute("update home set province = ?, several = ?", now)
    return True


def which_province(db: duckdb.DuckDBPyConnection, given: str | None, *, needed: bool = True) -> str | None:
    """The province that something is of: the one given, else the folder's; None where none is known yet.

    Raises StoreError for what is no province's code and, where it is `needed`, for a folder of several.
    """
    if given is not None:
        code = sender_code(given)
        if code is None or province_of(code) != code:
            raise StoreError(
                say("“{code}” không phải mã tỉnh.", "“{code}” is no province's code.", code=given[:40]),
                do=say("Ghi mã như H15.", "Write a code such as H15."),
            )
        return code
    (row,) = db.execute("from home").fetchall()
    own, several = row
    if several and needed:
        raise StoreError(
            say(
                "thư mục này có số liệu của nhiều tỉnh, chưa rõ nội dung này của tỉnh nào.",
                "this folder has several provinces, and nothing says which one this is of.",
            ),
            do=say("Ghi thêm --province và mã tỉnh, như --province H15.",
                   "Add --province with its code, such as --province H15."),
        )  # fmt: skip
    return str(own) if own else None


def unit_of(prefix: str, known: frozenset[str] | set[str]) -> str | None:
    """The longest known unit code in front of a dossier's number; None where none is.

    `prefix` is what stands before the first dash, in today's form.

    >>> unit_of("H15.50.05.13", {"H15", "H15.50"}), unit_of("H16.01", {"H15"})
    ('H15.50', None)
    """
    code = prefix
    while code:
        if code in known:
            return code
        code = code.rpartition(".")[0]
    return None
