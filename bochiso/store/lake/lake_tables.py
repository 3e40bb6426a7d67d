"""What a lake holds: its tables, their columns, and how each is split into parts.

A part is one table of one province and, for what grows, one month by Việt Nam's clock: 202609; 0 where a
row has no month, or its table isn't split by months.
"""

from dataclasses import dataclass

from bochiso.measure.schema import (
    CLOSINGS,
    DOSSIERS,
    PETITIONS,
    PORTAL_LISTS,
    PROCEDURES,
    PUBLICATIONS,
)

LAKE_VERSION = 1
"""Version of the tables below. Columns that an older lake lacks are read as null; a newer one isn't read."""

UNITS = {
    "unit": "string",
    "name": "string",
    "level": "string",
    "parent": "string",
    "province": "string",
    "busy": "boolean",  # whether any dossier is its own
}
STEPS = {
    "dossier": "string",
    "moment": "timestamp",
    "status": "int8",
    "room": "string",
    "started_at": "timestamp",
    "step_due_at": "timestamp",
}
PORTAL_ROWS = {"province": "string", "list_day": "date", "number": "string"}
FRONTS = {"province": "string", "code": "string"}
"""What stands in front of numbers in another form than today's."""
DAY_TABLES = {"province": "string", "place": "int64", "text": "string"}
"""Provinces' own tables of days off, later ones over earlier ones."""


@dataclass(frozen=True)
class LakeTable:
    """A table: its columns, the query that gives them from the facts, the moment whose month it is split by.

    `source` gives the columns and `home`, the province whose part a row is in. `moment`: None where it isn't
    split. `settled`: the moment since which a row stands as it is whatever day is asked for, null where it
    may still change by the mere passing of time.
    """

    name: str
    columns: dict[str, str]
    source: str
    moment: str | None = None
    settled: str = "timestamp '1970-01-01'"

    @property
    def month(self) -> str:
        """Its month, as the facts' engine words it."""
        if self.moment is None:
            return "0::integer"
        day = f"({self.moment} + interval 7 hours)"
        return f"coalesce(year({day}) * 100 + month({day}), 0)::integer"


_BEGAN = "coalesce(received_at, filed_at)"
_OF_NUMBER = r"""nullif(regexp_extract(coalesce(dossier, ''), '^[A-Z][0-9]{2}'), '')"""
_HOME = f"coalesce(province, {_OF_NUMBER}, $home)"
"""Whose part a row is in that no unit is known of: by its number, else the folder's first province."""

_CLOSED = " or ".join(f"{name} is not null" for name in CLOSINGS)
_LIST_ENDS = (
    "list_max(list_transform(requests, lambda each: greatest(each.asked_at, each.answered_at)))",
    "list_max(list_transform(dislikes, lambda each: greatest(each.since, each.until)))",
)
_SETTLED_DOSSIER = f"""case when {_CLOSED} then greatest(filed_at, received_at, accepted_at,
    {", ".join(CLOSINGS)}, reopened_at, last_known_at, complained_at, {", ".join(_LIST_ENDS)}) end"""
_SETTLED_PETITION = """case when refused_at is not null or resolved_at is not null
    then greatest(sent_at, forwarded_at, refused_at, supplement_asked_at, resolved_at, published_at) end"""

DOSSIER_TABLE = LakeTable(
    "dossiers",
    DOSSIERS,
    f"select {', '.join(DOSSIERS)}, {_HOME} as home from dossiers",  # noqa: S608 (our names)
    _BEGAN,
    _SETTLED_DOSSIER,
)
PETITION_TABLE = LakeTable(
    "petitions",
    PETITIONS,
    f"select {', '.join(PETITIONS)}, {_HOME} as home from petitions",  # noqa: S608
    "coalesce(sent_at, forwarded_at)",
    _SETTLED_PETITION,
)
PORTAL_TABLE = LakeTable(
    "portal_dossiers",
    PORTAL_ROWS,
    "select province, list_day, number, province as home from portal_dossiers",
    "(list_day::timestamp - interval 7 hours)",
)
STEP_TABLE = LakeTable(
    "steps",
    STEPS,
    f"""select told.dossier, told.moment, told.status, room, started_at, step_due_at, home, began
    from (select dossier, make_timestamp(move // 16) as moment, (move % 16)::tinyint as status
          from (select dossier, unnest(moves) as move from steps)) told
    join (select dossier, {_HOME} as home, {_BEGAN} as began from dossiers) using (dossier)
    left join (select distinct * from step_rooms) rooms using (dossier, moment, status)""",  # noqa: S608
    "began",
)

_WHOLE = (
    LakeTable("procedures", PROCEDURES, "select *, coalesce(province, $home) as home from procedures"),
    LakeTable("publications", PUBLICATIONS, "select *, coalesce(province, $home) as home from publications"),
    LakeTable(
        "units",
        UNITS,
        "select lake_units.*, unit in (select unit from dossiers) as busy, province as home from lake_units",
    ),
    LakeTable("portal_lists", PORTAL_LISTS, "select *, province as home from portal_lists"),
    LakeTable("old_fronts", FRONTS, "select home as province, code, home from lake_fronts"),
    LakeTable(
        "day_tables",
        DAY_TABLES,
        """select coalesce(day_tables.province, home.province) as province, place, text,
            coalesce(day_tables.province, home.province, $home) as home
        from day_tables, home where coalesce(day_tables.province, home.province) is not null or not several
        """,
    ),
)
TABLES: dict[str, LakeTable] = {
    each.name: each for each in (DOSSIER_TABLE, STEP_TABLE, PETITION_TABLE, PORTAL_TABLE, *_WHOLE)
}
SMALL = tuple(each.name for each in _WHOLE)
"""Tables that are read whole, whatever is asked for."""
