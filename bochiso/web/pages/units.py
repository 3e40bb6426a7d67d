"""The units of a province: one table a level, sorted, filtered and searched as one asks, and exported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response

from bochiso.errors import ComputeError
from bochiso.score.changes import Change
from bochiso.score.export import ranking_row
from bochiso.score.ranking import Standing, boxes_of
from bochiso.score.remarks import total_notes
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.history import histories
from bochiso.store.snapshots.queries import Ranked
from bochiso.text import Lang, Text, hundredths
from bochiso.units.codes import find_unit, fold
from bochiso.units.model import BELOW_PROVINCE, Level
from bochiso.units.names import province_title, short_name
from bochiso.units.tree import TOPS
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS
from bochiso.web.core.template_context import SECURITY, SnapshotRef, address_of, merged
from bochiso.web.graphics.scales import one_span, spark
from bochiso.web.pages.unit_tables import ranked_levels

RANK, NAME, TOTAL, CHANGE = "hang", "ten", "tong", "thay-doi"
UP, DOWN = "tang", "giam"
MAX_QUERY_LENGTH = 100
"""Signs of a search that count."""


@dataclass(frozen=True)
class UnitTableRow:
    """One unit: its standing, its name without the province, its points by box, what it lacks."""

    standing: Standing
    name: str
    points: dict[str, Decimal | None]
    change: Change | None
    lacks: tuple[Text, ...]

    @property
    def code(self) -> str:
        """The unit's code."""
        return self.standing.score.unit.code


@dataclass(frozen=True)
class LevelTable:
    """The units of one level, best first; `boxes` are the codes of its columns of points."""

    ranked: Ranked
    boxes: tuple[str, ...]
    rows: tuple[UnitTableRow, ...]

    @property
    def level(self) -> Level:
        """The level."""
        return self.ranked.level

    @property
    def name(self) -> Text:
        """The level's name."""
        return self.ranked.standings.title

    @property
    def countrywide(self) -> bool:
        """Whether it has units of several provinces, each named with its own."""
        return self.ranked.standings.province is None and self.level not in TOPS.values()

    def showing(self, rows: Sequence[UnitTableRow]) -> "LevelTable":
        """The same table with these rows."""
        return LevelTable(self.ranked, self.boxes, tuple(rows))


@dataclass(frozen=True)
class UnitsPage:
    """The tables of a province's units and the snapshots that they can be read for."""

    code: str
    name: Text
    tables: tuple[LevelTable, ...]


def units_page(store: Store, code: str, at: SnapshotRef | None) -> UnitsPage:
    """Raises ComputeError where nothing is known of the province's units."""
    tables = tuple(level_table(each, short_name) for each in ranked_levels(store, code, at))
    if not tables:
        raise ComputeError(
            Text("chưa có số liệu của đơn vị nào.", "there are no figures of any unit."),
        )
    return UnitsPage(code, province_title(code, tables[0].ranked.after.snapshot.as_of), tables)


def level_table(ranked: Ranked, named: Callable[[str], str]) -> LevelTable:
    """The rows of a ranking; `named` makes a name for the table from the source's."""
    rules, compared = ranked.after.rules, ranked.comparison
    rows = tuple(
        UnitTableRow(
            row,
            named(row.score.unit.name),
            {box.code: box.points for box in row.score.boxes},
            compared.find(row.score.unit.code) if compared else None,
            tuple(total_notes(row.score, rules)) if row.rank is None else (),
        )
        for row in ranked.standings.rows
    )
    return LevelTable(ranked, tuple(boxes_of(ranked.standings, rules)), rows)


@dataclass(frozen=True)
class TableQuery:
    """What a reader asked of the tables; what no table has is as if it weren't asked."""

    text: str = ""
    sort: str = RANK
    way: str = ""
    grade: str = ""
    level: str = ""
    kind: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As an address writes it; empty where nothing was asked."""
        values = {"tim": self.text, "loai": self.grade, "cap": self.level, "cung-loai": self.kind}
        if (self.sort, self.descending) != (RANK, False):
            values |= {"sap": self.sort, "chieu": DOWN if self.descending else UP}
        return {key: value for key, value in values.items() if value}

    @property
    def descending(self) -> bool:
        """Which way: ranks and names upwards, points downwards, unless said otherwise."""
        return self.way == DOWN if self.way else self.sort not in (RANK, NAME)

    def by(self, column: str) -> str:
        """The address that sorts by a column, the other way round where it is sorted by it already."""
        turned = self.sort == column
        plain = TableQuery(sort=column)
        way = (UP if self.descending else DOWN) if turned else (DOWN if plain.descending else UP)
        return merged(self.query, sap=column, chieu=way)

    def aria(self, column: str) -> str:
        """The state of a column for those who hear it; empty where it isn't sorted by."""
        if self.sort != column:
            return ""
        return "descending" if self.descending else "ascending"

    def without(self, **changes: str | None) -> str:
        """The address with some of it changed."""
        return merged(self.query, **changes)


def parse_table_query(query: Mapping[str, str]) -> TableQuery:
    """What a query string asks."""
    way = query.get("chieu", "")
    return TableQuery(
        query.get("tim", "").strip()[:MAX_QUERY_LENGTH],
        query.get("sap", RANK)[:MAX_QUERY_LENGTH],
        way if way in (UP, DOWN) else "",
        query.get("loai", "")[:MAX_QUERY_LENGTH],
        query.get("cap", "")[:MAX_QUERY_LENGTH],
        query.get("cung-loai", "").strip()[:MAX_QUERY_LENGTH],
    )


def arranged(tables: Sequence[LevelTable], asked: TableQuery) -> tuple[LevelTable, ...]:
    """The tables as they were asked for: those that lack the figure that is sorted by come last."""
    levels = {table.level.value for table in tables}
    shown = [table for table in tables if asked.level not in levels or table.level.value == asked.level]
    units = [row.standing.score.unit for table in shown for row in table.rows]
    wanted = {each.code for each in find_unit(asked.text, units)} if asked.text.strip() else None
    return tuple(table.showing(_sorted(_matching(table, asked, wanted), table, asked)) for table in shown)


def _matching(table: LevelTable, asked: TableQuery, wanted: set[str] | None) -> list[UnitTableRow]:
    """The rows of the units that the person means, all where that isn't said, of the grade asked for."""
    grades = {grade.code for grade in table.ranked.after.rules.grades.bounds}
    return [
        row
        for row in table.rows
        if (wanted is None or row.code in wanted)
        and (asked.grade not in grades or (row.standing.grade and row.standing.grade.code == asked.grade))
    ]


def _sorted(rows: list[UnitTableRow], table: LevelTable, asked: TableQuery) -> list[UnitTableRow]:
    keys: dict[str, Callable[[UnitTableRow], Any]] = {
        RANK: lambda row: row.standing.rank,
        NAME: lambda row: (fold(row.name), row.name),
        TOTAL: lambda row: row.standing.score.total,
        CHANGE: lambda row: row.change.total if row.change else None,
        **{code: lambda row, code=code: row.points.get(code) for code in table.boxes},  # type: ignore[misc]
    }
    if asked.sort not in keys:
        asked = TableQuery()
    key = keys[asked.sort]
    known = [row for row in rows if key(row) is not None]
    rest = [row for row in rows if key(row) is None]
    return sorted(known, key=key, reverse=asked.descending) + rest


COLUMNS = {
    "rank": Text("Hạng", "Rank"),
    "of": Text("Trên tổng số", "Of"),
    "unit": Text("Mã", "Code"),
    "name": Text("Đơn vị", "Unit"),
    "level": Text("Cấp", "Level"),
    "total": Text("Tổng điểm", "Total"),
    "grade": Text("Xếp loại", "Grade"),
    "change": Text("Thay đổi điểm", "Change of points"),
    "places": Text("Thay đổi hạng", "Change of rank"),
    "period": Text("Kỳ số liệu", "Period"),
    "day": Text("Ngày số liệu", "Day of the figures"),
    "note": Text("Ghi chú", "Remarks"),
}
"""Headings of an export; a column for each group stands before the total."""


def export_rows(tables: Sequence[LevelTable], lang: Lang) -> list[dict[str, Any]]:
    """What the tables show as rows of an export: full names, points as they are, empty where unknown."""
    names = {code: table.ranked.after.rules.label(code) for table in tables for code in table.boxes}
    return [_export_row(row, table, names, lang) for table in tables for row in table.rows]


def _export_row(
    row: UnitTableRow, table: LevelTable, boxes: Mapping[str, Text], lang: Lang
) -> dict[str, Any]:
    known, change = ranking_row(row.standing, table.boxes, lang), row.change
    snapshot = table.ranked.after.snapshot
    titled = {key: text.render(lang) for key, text in COLUMNS.items()}
    return {
        titled["rank"]: known["rank"],
        titled["of"]: known["of"],
        titled["unit"]: known["unit"],
        titled["name"]: row.name if table.countrywide else known["unit_name"],
        titled["level"]: table.name.render(lang),
        **{text.render(lang): _exact(known.get(code)) for code, text in boxes.items()},
        titled["total"]: _exact(known["total"]),
        titled["grade"]: known["grade"],
        titled["change"]: change.total if change else None,
        titled["places"]: change.rank if change else None,
        titled["period"]: snapshot.period.code,
        titled["day"]: snapshot.as_of,
        titled["note"]: " ".join(note.render(lang) for note in row.lacks) or None,
    }


@dataclass(frozen=True)
class ShownUnits:
    """The page as it was asked for: its tables arranged, the lines of trends by unit, the choice of days."""

    page: UnitsPage
    asked: TableQuery
    tables: tuple[LevelTable, ...]
    sparks: dict[str, str]
    base: str

    @property
    def found(self) -> int:
        """How many units are shown."""
        return sum(len(table.rows) for table in self.tables)

    @property
    def all(self) -> int:
        """How many units there are."""
        return sum(len(table.rows) for table in self.page.tables)


def sparks(
    services: PageServices, request: Request, within: str | None, levels: Sequence[Ranked]
) -> dict[str, str]:
    """The line of every unit's trend, by code, all of a level on one scale."""
    found: dict[str, str] = {}
    for level in levels:
        known = services.ask(request, histories, within, level.after.snapshot)
        trends = {
            row.score.unit.code: [(p.day, p.total, p.era) for p in known.get(row.score.unit.code, ())]
            for row in level.standings.rows
        }
        span = one_span(trends.values())
        found |= {code: spark(trend, span) for code, trend in trends.items()}
    return found


def _exact(value: Decimal | None) -> Decimal | None:
    return None if value is None else hundredths(value)


def file_answer(
    services: PageServices, request: Request, tables: Sequence[LevelTable], name: str, form: str
) -> Response:
    """What the tables show, as they were asked for, as a file named by its newest day."""
    if form not in FORMS:
        return services.missing(request)
    lang = address_of(request).lang
    rows = export_rows(arranged(tables, parse_table_query(request.query_params)), lang)
    make, kind = FORMS[form]
    newest = max(table.ranked.after.snapshot.as_of for table in tables)
    band = services.band(request, [table.ranked.after.snapshot for table in tables])
    hidden = band.unpublished if band else None
    if hidden is not None:
        note, told = COLUMNS["note"].render(lang), hidden.render(lang)
        rows = [row | {note: f"{told} {row[note] or ''}".strip()} for row in rows]
    state = "-chua-cong-bo" if hidden else ""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{newest.isoformat()}{state}.{form}"',
        **SECURITY,
    }
    return services.file(request, make(rows), kind, headers)


def units_answer(services: PageServices, request: Request, code: str, base: str) -> Response:
    """The page of the units of a province; `base`: its address."""
    page = services.ask(request, units_page, code, address_of(request).at)
    asked = parse_table_query(request.query_params)
    found = ShownUnits(
        page,
        asked,
        arranged(page.tables, asked),
        sparks(services, request, code, [table.ranked for table in page.tables]),
        base,
    )
    days = [table.ranked.after.snapshot for table in page.tables]
    return services.page(
        request, "units.html", of_days=days, of_levels=BELOW_PROVINCE, found=found, page=page
    )


def units_file(services: PageServices, request: Request, code: str, form: str) -> Response:
    """The same as a file."""
    page = services.ask(request, units_page, code, address_of(request).at)
    return file_answer(services, request, page.tables, f"don-vi-{code}", form)


def routes(services: PageServices) -> APIRouter:
    """The units of any province, and what is shown as a file."""
    router = APIRouter()

    @router.get("/tinh/{code}/don-vi")
    def province(request: Request, code: str) -> Response:
        return units_answer(services, request, code, f"/tinh/{code}/don-vi")

    @router.get("/tinh/{code}/don-vi.{form}")
    def province_file(request: Request, code: str, form: str) -> Response:
        return units_file(services, request, code, form)

    return router
