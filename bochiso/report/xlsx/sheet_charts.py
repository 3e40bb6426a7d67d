"""The charts of the workbook: Excel's own, so that they follow their cells and can be edited.

Bars differ by pattern and outline, not by colour alone, and every bar has its figure.
"""

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from bochiso.text import Lang, Text, say

_BLUE, _LIGHT, _ORANGE, _INK, _GRID = "#08519C", "#6BAED6", "#D95F02", "#1A1A1A", "#D9D9D9"
_FONT = {"name": "Times New Roman", "size": 9}
_LEVELS: tuple[dict[str, Any], ...] = (
    {"fill": {"color": _LIGHT}},
    {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": _ORANGE, "bg_color": "#FFFFFF"}},
    {"fill": {"none": True}},
    {"pattern": {"pattern": "dark_horizontal", "fg_color": _BLUE, "bg_color": "#FFFFFF"}},
)


class SheetCells:
    """Names the cells of one sheet for charts."""

    def __init__(self, book: Workbook, sheet: str, lang: Lang) -> None:
        self._book, self._sheet, self._lang = book, sheet, lang

    def boxes(self, first: int, last: int, points: int, most: int, mean: int | None) -> Chart:
        """The boxes (rows `first` to `last`) against their maximum and the mean: columns."""
        looks: list[tuple[int, dict[str, Any]]] = [(points, _LEVELS[0]), (most, _LEVELS[2])]
        if mean is not None:
            looks.append((mean, {"fill": {"color": "#404040"}}))
        chart = self._chart("bar", say("Điểm các nhóm so với mức tối đa", "Groups against their maximum"))
        for column, look in looks:
            self._add(chart, first, last, column, "0.00" if column != most else "0", {"gap": 35, **look})
        self._bars(chart, "0")
        chart.set_legend({"position": "bottom", "font": _FONT})
        return chart

    def changes(self, first: int, last: int, column: int) -> Chart:
        """What the boxes gained or lost; a loss is an outlined bar."""
        chart = self._chart("bar", say("Tăng, giảm điểm các nhóm", "Change of the groups"))
        look = {
            "fill": {"color": _LIGHT},
            "invert_if_negative": True,
            "invert_if_negative_color": "#FFFFFF",
            "gap": 50,
        }
        self._add(chart, first, last, column, "+0.00;−0.00;0.00", look)
        self._bars(chart, "0.0")
        chart.set_legend({"none": True})
        return chart

    def grades(self, shares: Sequence[tuple[str, int]], heading: int, first: int, last: int) -> Chart:
        """Each level's share of units by grade: `shares` are names and rows, grades are columns."""
        chart = self._chart("column", say("Tỷ lệ đơn vị theo xếp loại", "Share of units by grade"))
        for n, (level, row) in enumerate(shares):
            chart.add_series(
                {
                    "name": level,
                    "categories": [self._sheet, heading, first, heading, last],
                    "values": [self._sheet, row, first, row, last],
                    "data_labels": {"value": True, "num_format": "0.0%", "font": _FONT},
                    "border": {"color": _INK, "width": 0.75},
                    "gap": 60,
                    **_LEVELS[n % len(_LEVELS)],
                }
            )
        chart.set_x_axis({"num_font": _FONT})
        axis = {"num_format": "0%", "min": 0, "num_font": _FONT, "major_gridlines": {"visible": False}}
        chart.set_y_axis(axis)
        chart.set_legend({"position": "bottom", "font": _FONT})
        return chart

    def _chart(self, kind: str, title: Text) -> Chart:
        chart: Chart = self._book.add_chart({"type": kind})
        chart.set_title({"name": title.render(self._lang), "name_font": {"name": _FONT["name"], "size": 12}})
        return chart

    def _add(
        self, chart: Chart, first: int, last: int, column: int, numbers: str, look: dict[str, Any]
    ) -> None:
        chart.add_series(
            {
                "name": [self._sheet, first - 1, column],
                "categories": [self._sheet, first, 0, last, 0],
                "values": [self._sheet, first, column, last, column],
                "data_labels": {"value": True, "num_format": numbers, "font": _FONT},
                "border": {"color": _INK, "width": 0.75},
                **look,
            }
        )

    def _bars(self, chart: Chart, numbers: str) -> None:
        """Names beside lying bars, from the top down; the numbers below."""
        names = {"reverse": True, "label_position": "low", "num_font": _FONT}
        chart.set_y_axis(names | {"major_gridlines": {"visible": False}})
        grid = {"visible": True, "line": {"color": _GRID}}
        chart.set_x_axis({"num_format": numbers, "num_font": _FONT, "major_gridlines": grid})
