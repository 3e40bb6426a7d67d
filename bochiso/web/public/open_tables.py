"""The tables of open data: what stands in each column, and the rows of one snapshot or of all of them."""

from collections.abc import Mapping, Sequence

from bochiso.rules.rule_set import RuleSet
from bochiso.score.export import ranking_row
from bochiso.store.decisions.publications import Publication, VersionKind, in_force
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import view
from bochiso.store.snapshots.snapshot_selection import find_snapshot
from bochiso.text import Lang, Text
from bochiso.units.model import Level
from bochiso.web.core.table_files import Row

Versions = tuple[Publication, ...]

OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*"}
"""Pages of any other site may read it: what is published, without whoever is signed in here."""

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


VERSION: dict[str, Text] = {
    "version": Text("Bản công bố; từ bản 2 là đính chính", "Version; from 2 on a correction"),
    "published_at": Text("Công bố lúc (UTC)", "When it was published (UTC)"),
    "reason": Text("Lý do đính chính", "Why it was corrected"),
}
"""Columns about the publication, behind those of a table over all days."""

VERSIONS: dict[str, Text] = {
    "period": UNITS["period"],
    "as_of": UNITS["as_of"],
    "version": VERSION["version"],
    "kind": Text("figures: số liệu; withdrawal: gỡ công bố", "figures, or withdrawal"),
    "published_at": VERSION["published_at"],
    "reason": Text("Lý do đính chính hoặc gỡ công bố", "Why it was corrected or withdrawn"),
    "in_force": Text("Bản đang có hiệu lực", "Whether it is what the public reads"),
    "figures": Text("SHA-256 của toàn bộ số liệu của bản này", "SHA-256 of all figures of the version"),
}
"""Columns of the table of versions: every one that was ever public."""


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


def dictionary(rules: RuleSet, more: Mapping[str, Mapping[str, Text]]) -> list[Row]:
    """What every column of the tables, of `more` by their names too, and every code in them means."""
    rows = [_meaning("units", name, text.vi, text.en) for name, text in UNITS.items()]
    rows += [
        _meaning("units", g.code, f"Điểm nhóm “{g.names.vi}”, tối đa {g.points:f}",
                 f"Points of “{g.names.en}”, at most {g.points:f}")
        for g in rules.groups if g.code in rules.boxes
    ]  # fmt: skip
    rows += [_meaning("indicators", name, text.vi, text.en) for name, text in FIGURES.items()]
    rows += [
        _meaning(table, name, text.vi, text.en)
        for table in ("units", "indicators")
        for name, text in VERSION.items()
    ]
    rows += [
        _meaning(table, name, text.vi, text.en) for table, its in more.items() for name, text in its.items()
    ]
    rows += [_meaning("versions", name, text.vi, text.en) for name, text in VERSIONS.items()]
    rows += [
        _meaning(
            "indicator", i.code, f"{i.number} {i.names.vi}: {i.counts.vi}", f"{i.names.en}: {i.counts.en}"
        )
        for i in rules.indicators
    ]
    return rows


def _meaning(table: str, name: str, vi: str, en: str) -> Row:
    return {"table": table, "name": name, "meaning_vi": vi, "meaning_en": en}


def levels_of(store: Store) -> tuple[Level, ...]:
    """The levels that any snapshot has."""
    found = {level for each in store.snapshots() for level in store.levels(each)}
    return tuple(level for level in Level if level in found)


def all_days(store: Store, table: str, level: Level, versions: Versions) -> list[Row]:
    """One table of a level over every snapshot, oldest first, each row with its version."""
    known = {each.snapshot: each for each in in_force(versions)}
    rows: list[Row] = []
    for snapshot in store.snapshots():
        if level not in store.levels(snapshot):
            continue
        told = version_of(known.get(snapshot))
        found = TABLES[table](store, snapshot.period.code, snapshot.as_of.isoformat())
        rows += [row | told for row in found if row["level"] == level.value]
    return rows


def columns_over_days(store: Store, table: str) -> tuple[str, ...]:
    """The columns of a table over all days."""
    boxes = {box: None for each in store.snapshots() for box in view(store, each).rules.boxes}
    return (*(UNITS if table == "units" else FIGURES), *(boxes if table == "units" else ()), *VERSION)


def version_of(found: Publication | None) -> Row:
    """What is told of a version; empty where there is none."""
    if found is None:
        return dict.fromkeys(VERSION)
    at = found.decided.at.isoformat() if found.decided else None
    return {"version": found.version, "published_at": at, "reason": found.reason}


def versions_table(versions: Sequence[Publication], snapshots: Sequence[Snapshot]) -> list[Row]:
    """Every version that was ever public, newest first; `snapshots`: those that the public reads."""
    force = {each.id for each in in_force(versions) if each.snapshot in snapshots}
    rows = [
        {
            "period": each.snapshot.period.code, "as_of": each.snapshot.as_of, **version_of(each),
            "kind": each.kind.value, "in_force": each.id in force,
            "figures": each.seal.figures if each.kind is VersionKind.FIGURES else None,
        }
        for each in versions
    ]  # fmt: skip
    return [{name: row[name] for name in VERSIONS} for row in rows]


TABLES = {"units": units_table, "indicators": figures_table}
"""What each published snapshot is given as."""
