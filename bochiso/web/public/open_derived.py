"""Open data that is worked out from a day's figures: rank bands, and each unit's way to the Top 10."""

from decimal import Decimal

from bochiso.followup.goals.aims import TOP_TEN
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.band_view import band_rows, band_views
from bochiso.store.snapshots.goal_view import GoalAsked, goal_view, lever_row
from bochiso.store.snapshots.snapshot_selection import find_snapshot
from bochiso.text import Text
from bochiso.web.core.table_files import Row
from bochiso.web.public.open_tables import UNITS

_WHOSE = {key: UNITS[key] for key in ("period", "as_of", "unit", "unit_name", "level")}

BANDS: dict[str, Text] = {
    **_WHOSE,
    "rank": Text("Thứ hạng chính thức", "The official rank"),
    "best": Text("Hạng cao nhất mà chỉ riêng may rủi có thể gây ra", "Best rank that chance alone allows"),
    "worst": Text("Hạng thấp nhất mà chỉ riêng may rủi có thể gây ra", "Worst rank that chance alone allows"),
    "top": Text(
        "Tỷ lệ lần rút thăm đứng trong Top 10, từ 0 đến 1", "Share of draws within the Top 10, 0 to 1"
    ),
    "surely": Text("Chắc trong Top 10", "Surely in the Top 10"),
    "possibly": Text("Có thể trong Top 10", "Possibly in the Top 10"),
    "drawn": Text(
        "Có tử số, mẫu số để tính khoảng; không thì hạng giữ nguyên",
        "Whether counts are known; else the rank is kept",
    ),
}
"""Columns of the table of rank bands."""

GOALS: dict[str, Text] = {
    **_WHOSE,
    "peers_as_of": Text("Ngày số liệu của các đơn vị cùng cấp", "Day of the figures of its peers"),
    "needed": Text(
        "Tổng điểm phải có để vào Top 10 của cấp; trống là chưa biết",
        "Total that reaches the Top 10 of the level; empty: not known",
    ),
    "short": Text("Còn thiếu bao nhiêu điểm; 0 là đã đạt", "Points that lack; 0: reached"),
    "code": Text("Mã chỉ số, hoặc mã nhóm không có tử số, mẫu số", "Indicator, or a group without counts"),
    "number": Text("Số thứ tự chỉ số; trống là nhóm", "Number of the indicator; empty: a group"),
    "remedy": Text(
        "now: còn khắc phục được; open: chỉ khi hồ sơ đang giải quyết; lost: không lấy lại được trong kỳ; "
        "province: chỉ tỉnh làm được; unknown: chưa tính được",
        "now: can still be mended; open: only while a dossier is open; lost: not in this period; province: "
        "by the province alone; unknown: can't be told",
    ),
    "lost": Text("Điểm bị mất", "Points lost"),
    "cases": Text("Số việc còn làm được; trống là chưa biết", "Cases left; empty: not known"),
    "within_reach": Text("Điểm được thêm nếu làm hết", "Points that all of them earn"),
    "for_hundredth": Text("Số việc để thêm 0,01 điểm", "Cases that earn 0.01 point"),
    "way_cases": Text(
        "Số việc trong cách ít việc nhất để vào Top 10; trống nếu không làm hoặc không tới được",
        "Cases in the fewest that reach the Top 10; empty: none, or it is out of reach",
    ),
    "way_points": Text("Điểm được thêm từ các việc ấy", "Points that they earn"),
}
"""Columns of the table of ways to the Top 10."""


def bands_table(store: Store, period: str, day: str) -> list[Row]:
    """One row a unit that is ranked among several: BANDS."""
    snapshot = find_snapshot(store, period, day)
    views = band_views(store, as_of=snapshot.as_of.isoformat(), period=snapshot.period)
    rows = [
        (period, snapshot.as_of, row.unit, row.unit_name, str(row.level), row.rank, row.best, row.worst,
         Decimal(str(row.top)), row.surely, row.possibly, row.drawn)
        for each in views for row in band_rows(each)
    ]  # fmt: skip
    return [dict(zip(BANDS, row, strict=True)) for row in rows]


def goals_table(store: Store, period: str, day: str) -> list[Row]:
    """One row a unit and what it lost points by: GOALS."""
    snapshot = find_snapshot(store, period, day)
    rows: list[Row] = []
    for unit in store.units(snapshot):
        found = goal_view(store, GoalAsked(unit.code, TOP_TEN, snapshot.as_of.isoformat(), snapshot.period))
        aim, way = found.aim, found.way
        steps = {each.lever.code: each for each in way.steps} if way and not way.lacks else {}
        for lever in found.levers:
            row, step = lever_row(lever), steps.get(lever.code)
            values = (
                period, snapshot.as_of, unit.code, unit.name, unit.level.value, found.peers.snapshot.as_of,
                aim.needed if aim else None, aim.short if aim else None, row.code, row.number,
                str(row.remedy), row.lost, row.cases, None if row.cases is None else row.within_reach,
                row.for_hundredth, step.cases if step else None, step.gain if step else None,
            )  # fmt: skip
            rows.append(dict(zip(GOALS, values, strict=True)))
    return rows


DERIVED = {"bands": bands_table, "goals": goals_table}
"""What is worked out from each published snapshot."""

DERIVED_COLUMNS = {"bands": BANDS, "goals": GOALS}
"""Their columns."""
