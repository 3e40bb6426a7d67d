"""Procedures, the decisions that published them, petitions, ratings and mappings, out of every row that came.

A row is known by its province and code, so that what provinces share (most procedures have one code
in the whole country) is each one's own. Rows that name no province are of the folder's, if it is of one.
"""

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from bochiso.measure.schema import DISSATISFIED, PETITIONS, PROCEDURES, PUBLICATIONS, RATINGS
from bochiso.store.journal.journal import JournalEntry
from bochiso.store.journal.statements import execute
from bochiso.units.tops import province_of

SQL_TYPES = {
    "string": "varchar",
    "int8": "tinyint",
    "int32": "integer",
    "int64": "bigint",
    "timestamp": "timestamp",
    "date": "date",
    "boolean": "boolean",
}


def columns(kinds: dict[str, str]) -> str:
    """Columns as a table is made with them."""
    return ", ".join(f"{name} {_sql_type(kind)}" for name, kind in kinds.items())


def _sql_type(kind: str) -> str:
    """DuckDB's word for a kind of column; lists of records have their fields in it."""
    fields = kind.removeprefix("array<struct<").removesuffix(">>")
    if fields == kind:
        return SQL_TYPES[kind]
    pairs = (field.split(": ") for field in fields.split(", "))
    return f"struct({', '.join(f'{name} {SQL_TYPES[each]}' for name, each in pairs)})[]"


_DECISION = ("decided_on", "effective_on", "entered_on")

PROCEDURE_ROWS = PROCEDURES | {name: PUBLICATIONS[name] for name in _DECISION} | {"mistaken": "boolean"}
"""A row of a province's list of procedures. `mistaken`: the decision it names was written in error."""

PUBLICATION_ROWS = {name: kind for name, kind in PUBLICATIONS.items() if name != "registered"}
"""A row of a province's register of publications."""

_NAMED = ", ".join(("province", "procedure", *_DECISION))
"""What a list of procedures says of a decision."""

_ENTRY = (
    "coalesce(ministry_number, number) || ' ' || "
    "year(case when ministry_number is null then decided_on else ministry_on end) || ' ' || procedure"
)
"""What identifies a row of the register: rows of before had no year in theirs."""

LISTS = f"""
create table procedure_rows (place bigint, {columns(PROCEDURE_ROWS)});
create table publication_rows (place bigint, {columns(PUBLICATION_ROWS)});
create table petition_rows (place bigint, {columns(PETITIONS)});
create table ratings (place bigint, province varchar, {columns(RATINGS)});
create table map_rows (place bigint, province varchar, code varchar, procedure varchar);
create table procedures ({columns(PROCEDURES)}, own_office varchar);
create table publications ({columns(PUBLICATIONS)});
create table petitions ({columns(PETITIONS)}, own_unit varchar);
create table procedure_map (province varchar, code varchar, procedure varchar);
"""
"""`procedure_rows`, `publication_rows`, `petition_rows`, `ratings`, `map_rows`: the latest of each key, as it
came. The others are settled from them: `own_office` and `own_unit` are the codes that rows name."""

KEYS = {
    "procedures": ("procedure_rows", ("procedure", "decided_on")),
    "publications": ("publication_rows", ("entry",)),
    "petitions": ("petition_rows", ("petition",)),
    "ratings": ("ratings", ("dossier", "rated_at")),
    "procedure_map": ("map_rows", ("code",)),
}
"""By the kind of a journal's entry: the table of its rows, and with the province the key of one."""

SETTLED = KEYS.keys() - {"ratings"}
"""Those that something is settled from; ratings stand as they came."""

SETTLE_LISTS = f"""
create or replace temp table told_procedures as
    select told.* exclude (province, office), told.office as own_office,
        coalesce(at_office.unit, told.office) as office,
        coalesce(at_office.province, top.province, told.province, home.province) as province
    from procedure_rows told
    left join unit_codes at_office on at_office.kind = 'list' and at_office.code = told.office
    left join unit_codes top on top.kind = 'list' and top.code = told.province, home;
create or replace temp table told_publications as
    select {_NAMED}, mistaken from told_procedures
    where province is not null and decided_on is not null
    qualify row_number() over (partition by province, procedure, decided_on order by place desc) = 1;
delete from publications;
insert into publications by name
    with told as (
        select told.* exclude (province, entry), true as registered, {_ENTRY} as entry,
            coalesce(top.province, told.province, home.province) as province
        from publication_rows told
        left join unit_codes top on top.kind = 'list' and top.code = told.province, home)
    select * exclude (place) from told
    qualify row_number() over (partition by province, entry order by place desc) = 1;
insert into publications by name
    select {_NAMED}, false as registered from told_publications
    anti join publications using (province, procedure) where mistaken is not true;
delete from procedures;
insert into procedures by name
    select {", ".join(PROCEDURES)}, own_office from told_procedures
    where province is not null and mistaken is not true
    qualify row_number() over (partition by province, procedure order by place desc) = 1;
create or replace temp table told_petitions as
    select told.* exclude (province, unit), told.unit as own_unit,
        case when told.unit is null then at_dossier.unit else named.unit end as unit,
        coalesce(named.province, at_dossier.province, told.province, home.province) as province
    from petition_rows told
    left join unit_codes named on named.kind = 'list' and named.code = told.unit
    left join unit_codes at_dossier on at_dossier.kind = 'list'
        and at_dossier.code = split_part(told.dossier, '-', 1), home;
delete from petitions;
insert into petitions by name
    select * exclude (place, later) from (
        select *, max(place) over (partition by petition) > place as later from told_petitions
        qualify row_number() over (partition by province, petition order by place desc) = 1)
    where unit is not null or not later;
delete from procedure_map;
insert into procedure_map by name
    select coalesce(map_rows.province, home.province) as province, code, procedure from map_rows, home
    qualify row_number() over (
        partition by coalesce(map_rows.province, home.province), code order by place desc) = 1;
"""  # noqa: S608 (names of columns)
"""Of several rows with one key the later received is the row. A petition that no unit had is dropped
where a later row has it; a decision that was written in error is no publication. The register counts
for the procedures that it has, the list of procedures for the others."""

PLACE_PROCEDURES = """
create or replace temp table renamed as
    select dossier, coalesce(map.procedure, own_procedure) as procedure from dossiers
    left join procedure_map map on map.code = own_procedure and map.province = dossiers.province
    where coalesce(map.procedure, own_procedure) is distinct from dossiers.procedure;
update dossiers set procedure = renamed.procedure from renamed where renamed.dossier = dossiers.dossier;
"""
"""The procedures of dossiers whose code was given to another procedure, or back."""


def add_rows(db: duckdb.DuckDBPyConnection, kind: str, entries: Iterable[JournalEntry]) -> None:
    """Rows of a kind as they came, each in the place of an earlier one with its key."""
    table, key = KEYS[kind]
    same = " and ".join(f"{table}.{name} is not distinct from fresh.{name}" for name in ("province", *key))
    for entry in entries:
        db.register("fresh", with_places(with_provinces(entry.batch, kind), entry.first))
        db.execute(f"delete from {table} using fresh where {same}")  # noqa: S608 (our names)
        db.execute(
            f"insert into {table} by name from fresh qualify "
            f"row_number() over (partition by province, {', '.join(key)} order by place desc) = 1"
        )
        db.unregister("fresh")


def with_places(batch: pa.RecordBatch, first: int) -> pa.Table:
    """Rows with their places in the journal."""
    return pa.table(batch).append_column("place", pa.array(range(first, first + batch.num_rows)))


def with_provinces(batch: pa.RecordBatch, kind: str) -> pa.RecordBatch:
    """Rows with the provinces that they are of, as far as their codes say.

    A list of procedures whose offices are all of one province is that province's; the register names none.
    """
    empty: list[str | None] = [None] * batch.num_rows
    said = batch.column("province").to_pylist() if "province" in batch.schema.names else empty
    if kind == "procedures":
        codes = batch.column("office").to_pylist()
    elif kind == "ratings":
        codes = [number.partition("-")[0] for number in batch.column("dossier").to_pylist()]
    elif kind == "petitions":
        units, numbers = batch.column("unit").to_pylist(), batch.column("dossier").to_pylist()
        codes = [
            unit or (number and number.partition("-")[0]) for unit, number in zip(units, numbers, strict=True)
        ]
    else:
        codes = empty
    found = [each or (code and province_of(code)) or None for each, code in zip(said, codes, strict=True)]
    known = {each for each in found if each is not None}
    if kind == "procedures" and len(known) == 1:
        found = [*known] * batch.num_rows
    column = pa.array(found, pa.string())
    if "province" not in batch.schema.names:
        return batch.append_column("province", column)
    return batch.set_column(batch.schema.get_field_index("province"), "province", column)


def settle_lists(db: duckdb.DuckDBPyConnection) -> None:
    """What the rows come to, by the units that are known now."""
    execute(db, SETTLE_LISTS)


COMPLAINTS = """
select dossier, min(sent_at) as complained_at from petitions where dossier is not null group by dossier
"""
"""When the first petition about a dossier was sent."""

PLACE_COMPLAINTS = f"""
update dossiers set complained_at = fresh.complained_at
from (select dossier, told.complained_at from dossiers left join ({COMPLAINTS}) told using (dossier)
      where dossiers.complained_at is distinct from told.complained_at) fresh
where dossiers.dossier = fresh.dossier;
"""  # noqa: S608 (our words)
"""Petitions that came or changed, into the dossiers that they are about."""

DISLIKES = f"""
with ordered as (
    select dossier, rating, rated_at as since,
        lead(rated_at) over (partition by dossier order by rated_at) as until
    from ratings semi join {{those}} using (dossier))
select dossier, list(struct_pack(since := since, until := until) order by since) as dislikes
from ordered where rating = '{DISSATISFIED}' group by dossier
"""  # noqa: S608 (our words)
"""While the latest rating of some dossiers was a bad one."""

PLACE_DISLIKES = f"""
update dossiers set dislikes = fresh.dislikes
from (select dossier, told.dislikes from dossiers semi join rated using (dossier)
      left join ({DISLIKES.format(those="rated")}) told using (dossier)
      where dossiers.dislikes is distinct from told.dislikes) fresh
where dossiers.dossier = fresh.dossier;
"""  # noqa: S608 (our words)
"""Ratings that came, into the dossiers `rated`."""


def place_ratings(db: duckdb.DuckDBPyConnection, entries: Sequence[JournalEntry]) -> None:
    """Bring the dossiers that were rated up to their ratings; those to come find them there."""
    if entries:
        db.register("rated", pa.table({"dossier": pa.concat_arrays([_numbers(each) for each in entries])}))
        execute(db, PLACE_DISLIKES)
        db.unregister("rated")


def _numbers(entry: JournalEntry) -> pa.Array:
    return entry.batch.column("dossier").cast(pa.string())
