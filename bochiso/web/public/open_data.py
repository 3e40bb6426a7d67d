"""Open data: each published snapshot as CSV, JSON and XLSX, with a dictionary of what the columns mean."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from bochiso.rules.rule_set import RuleSet
from bochiso.score.export import ranking_row
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import view
from bochiso.store.snapshots.snapshot_selection import find_snapshot
from bochiso.text import Lang, Text
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS, Row
from bochiso.web.core.template_context import SECURITY, Address

UNITS: dict[str, Text] = {
    "period": Text("Kỳ số liệu", "Period of the figures"),
    "as_of": Text("Ngày số liệu (năm-tháng-ngày)", "Day of the figures"),
    "unit": Text("Mã đơn vị", "Code of the unit"),
    "unit_name": Text("Tên đơn vị theo nguồn số liệu ngày đó", "Name of the unit as the source had it"),
    "level": Text(
        "Cấp: province (tỉnh), department (sở, ban, ngành), district (huyện), commune (xã)",
        "Level: province, department, district or commune",
    ),
    "parent": Text("Mã tỉnh quản lý", "Code of the province above"),
    "rank": Text(
        "Thứ hạng trong cấp, giữa các đơn vị cùng tỉnh; trống là chưa xếp hạng",
        "Rank within the level, among the units of the province; empty: not ranked",
    ),
    "of": Text("Số đơn vị được xếp hạng trong cấp", "How many units of the level are ranked"),
    "total": Text("Tổng điểm, trên 100; trống là chưa đủ số liệu", "Total of 100; empty: figures lack"),
    "grade": Text("Xếp loại", "Grade"),
}
"""Columns of the table of units; a column for each group of indicators follows."""

FIGURES: dict[str, Text] = {
    **{key: UNITS[key] for key in ("period", "as_of", "unit", "unit_name", "level")},
    "indicator": Text("Mã chỉ số thành phần", "Code of the indicator"),
    "number": Text("Số thứ tự chỉ số", "Number of the indicator"),
    "numerator": Text("Tử số; trống là chưa đo", "Numerator; empty: not measured"),
    "denominator": Text("Mẫu số; trống là chưa đo", "Denominator; empty: not measured"),
    "points": Text("Điểm của chỉ số", "Points of the indicator"),
    "max_points": Text("Điểm tối đa của chỉ số", "Most points of the indicator"),
}
"""Columns of the table of indicators."""


@dataclass(frozen=True)
class OpenPage:
    """What the page of open data lists, newest first."""

    snapshots: tuple[Snapshot, ...]


def open_page(store: Store) -> OpenPage:
    """The published snapshots."""
    return OpenPage(tuple(reversed(store.snapshots())))


def units_table(store: Store, period: str, day: str) -> list[Row]:
    """One row a unit: UNITS, then the points of each group."""
    snapshot = find_snapshot(store, period, day)
    found = view(store, snapshot)
    day_and_period = {"period": snapshot.period.code, "as_of": snapshot.as_of}
    rows = [
        day_and_period | ranking_row(standing, found.rules.boxes, Lang.VI)
        for standing in found.standings.rows
    ]
    return [{name: row[name] for name in (*UNITS, *found.rules.boxes)} for row in rows]


def figures_table(store: Store, period: str, day: str) -> list[Row]:
    """One row a unit and indicator: FIGURES."""
    snapshot = find_snapshot(store, period, day)
    rows = []
    for standing in view(store, snapshot).standings.rows:
        unit = standing.score.unit
        for each in standing.score.indicators:
            values = (
                snapshot.period.code, snapshot.as_of, unit.code, unit.name, unit.level.value,
                each.rule.code, each.rule.number, each.count.numerator, each.count.denominator,
                each.points, each.rule.points,
            )  # fmt: skip
            rows.append(dict(zip(FIGURES, values, strict=True)))
    return rows


def dictionary(rules: RuleSet) -> list[Row]:
    """What every column of both tables and every code in them means."""
    rows = [_meaning("units", name, text.vi, text.en) for name, text in UNITS.items()]
    rows += [
        _meaning("units", g.code, f"Điểm nhóm “{g.names.vi}”, tối đa {g.points:f}",
                 f"Points of “{g.names.en}”, at most {g.points:f}")
        for g in rules.groups if g.code in rules.boxes
    ]  # fmt: skip
    rows += [_meaning("indicators", name, text.vi, text.en) for name, text in FIGURES.items()]
    rows += [
        _meaning(
            "indicator", i.code, f"{i.number} {i.names.vi}: {i.counts.vi}", f"{i.names.en}: {i.counts.en}"
        )
        for i in rules.indicators
    ]
    return rows


def _meaning(table: str, name: str, vi: str, en: str) -> Row:
    return {"table": table, "name": name, "meaning_vi": vi, "meaning_en": en}


TABLES: dict[str, Callable[[Store, str, str], list[Row]]] = {
    "units": units_table, "indicators": figures_table,
}  # fmt: skip


def file_of(store: Store, table: str, form: str, period: str, day: str) -> bytes:
    """One table of one snapshot as a file."""
    rows = TABLES[table](store, period, day)
    return FORMS[form][0](rows, tuple(UNITS if table == "units" else FIGURES))


def routes(services: PageServices) -> APIRouter:
    """The page of open data and its files."""
    router = APIRouter()

    @router.get("/open")
    def page(request: Request) -> Response:
        return services.page(request, "open.html", page=services.ask(request, open_page), files=files)

    @router.get("/open/dictionary.{form}")
    def words(request: Request, form: str) -> Response:
        return _file(request, form, lambda make: make(dictionary(services.rules)), "dictionary")

    @router.get("/open/{period}/{day}/{table}.{form}")
    def table(request: Request, period: str, day: str, table: str, form: str) -> Response:
        if table not in TABLES:
            return services.missing(request)
        name = f"{table}-{period}-{day}"
        return _file(request, form, lambda _: services.ask(request, file_of, table, form, period, day), name)

    def _file(
        request: Request, form: str, body: Callable[[Callable[[list[Row]], bytes]], bytes], name: str
    ) -> Response:
        if form not in FORMS:
            return Response(status_code=404)
        make, kind = FORMS[form]
        headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', **SECURITY}
        return services.file(request, body(make), kind, headers)

    return router


def files(address: Address, snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Links to the files of a snapshot, by table and form."""
    base = f"/open/{snapshot.period.code}/{snapshot.as_of.isoformat()}"
    return {table: {form: address.link(f"{base}/{table}.{form}") for form in FORMS} for table in TABLES}
