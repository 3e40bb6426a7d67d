"""The table of an indicator as rows of a file."""

from typing import Any

from bochiso.followup.change_words import change_sentence
from bochiso.score.export import rate_of
from bochiso.score.indicator_table import IndicatorStanding, IndicatorTable
from bochiso.store.figures.snapshot_store import Snapshot
from bochiso.text import Lang, Text
from bochiso.units.model import LEVEL_NAMES

_HEADINGS = (
    Text("Hạng", "Rank"),
    Text("Trên tổng số", "Of"),
    Text("Mã", "Code"),
    Text("Đơn vị", "Unit"),
    Text("Cấp", "Level"),
    Text("Chỉ số", "Indicator"),
    Text("Tử số", "Numerator"),
    Text("Mẫu số", "Denominator"),
    Text("Tỷ lệ", "Rate"),
    Text("Điểm", "Points"),
    Text("Điểm tối đa", "Maximum"),
    Text("Điểm bị mất", "Lost"),
    Text("Thay đổi điểm", "Change of points"),
    Text("Mẫu số thêm", "Denominator grew by"),
    Text("Chưa đạt thêm", "Missed grew by"),
    Text("Diễn giải", "In words"),
    Text("Kỳ số liệu", "Period"),
    Text("Ngày số liệu", "Day of the figures"),
    Text("So với ngày", "Compared with"),
)


def indicator_file_rows(
    table: IndicatorTable, snapshot: Snapshot, since: Snapshot | None, lang: Lang
) -> list[dict[str, Any]]:
    """A row a unit, best first; empty where a thing isn't known. Rates are shares of 1."""
    headings = [each.render(lang) for each in _HEADINGS]
    return [dict(zip(headings, _cells(row, table, snapshot, since, lang), strict=True)) for row in table.rows]


def _cells(
    row: IndicatorStanding, table: IndicatorTable, snapshot: Snapshot, since: Snapshot | None, lang: Lang
) -> list[Any]:
    rule, count, change = table.rule, row.score.count, row.change
    words = change_sentence(change) if change and change.moved else None
    return [
        row.rank,
        table.ranked if row.rank is not None else None,
        row.unit.code,
        row.unit.name,
        LEVEL_NAMES[row.unit.level].render(lang),
        rule.number,
        count.numerator,
        count.denominator,
        rate_of(row.score),
        row.points,
        rule.points if rule.scored else None,
        row.lost,
        change.points if change and rule.scored else None,
        change.added if change else None,
        change.missed if change else None,
        words.render(lang) if words else None,
        snapshot.period.code,
        snapshot.as_of,
        since.as_of if since else None,
    ]
