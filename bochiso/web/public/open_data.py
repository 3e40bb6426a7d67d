"""Open data: each published snapshot as CSV, JSON and XLSX, with a dictionary of what the columns mean."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import xlsxwriter
from fastapi import APIRouter, Request, Response

from bochiso.rules.rule_set import RuleSet
from bochiso.store.figures.queries import view
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.text import Text
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import SECURITY, Address
from bochiso.web.public.api import find_snapshot

Row = dict[str, Any]

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
    rows = []
    for standing in found.standings.rows:
        score = standing.score
        values = (
            snapshot.period.code, snapshot.as_of, score.unit.code, score.unit.name, score.unit.level.value,
            score.unit.parent, standing.rank, standing.of, score.total,
            standing.grade.names.vi if standing.grade else None,
        )  # fmt: skip
        points = {box.code: box.points for box in score.boxes}
        rows.append(
            dict(zip(UNITS, values, strict=True)) | {code: points.get(code) for code in found.rules.boxes}
        )
    return rows


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


def as_csv(rows: list[Row]) -> bytes:
    """Comma-separated with a mark that makes Excel read it as UTF-8; a text never becomes a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if rows:
        writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_harmless(value) for value in row.values()])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def as_json(rows: list[Row]) -> bytes:
    """An array of objects."""
    return msgspec.json.Encoder(decimal_format="number").encode(rows)


def as_xlsx(rows: list[Row]) -> bytes:
    """A sheet with a frozen heading and filters; numbers are numbers, text is text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, head = book.add_worksheet("bochiso"), book.add_format({"bold": True, "bottom": 1})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    names = list(rows[0]) if rows else []
    sheet.write_row(0, 0, names, head)
    for n, row in enumerate(rows, 1):
        for column, value in enumerate(row.values()):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(n, column, value)
            elif hasattr(value, "isoformat"):
                sheet.write_datetime(n, column, value, days)
            else:
                sheet.write_number(n, column, float(value))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(names) - 1, 0), 14)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)
    book.close()
    return out.getvalue()


TABLES: dict[str, Callable[[Store, str, str], list[Row]]] = {
    "units": units_table, "indicators": figures_table,
}  # fmt: skip
FORMS: dict[str, tuple[Callable[[list[Row]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def file_of(store: Store, table: str, form: str, period: str, day: str) -> bytes:
    """One table of one snapshot as a file."""
    return FORMS[form][0](TABLES[table](store, period, day))


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
