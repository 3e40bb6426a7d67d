"""The drawings: whole, escaped, inside their sheet, in both sizes and languages."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from bochiso.score.headline import BoxLoss
from bochiso.text import Lang, Text
from bochiso.units.boundaries import Boundaries, Outline
from bochiso.web.core.template_context import HERE
from bochiso.web.graphics.boundary_map import boundary_picture
from bochiso.web.graphics.bullet_chart import BulletSet, bullet_picture
from bochiso.web.graphics.dot_plot import DotRow, DotSet, dot_picture
from bochiso.web.graphics.map_shades import MapClass, MapUnit
from bochiso.web.graphics.page_chart import PAGE_COLOURS, ChartSize, PageChart
from bochiso.web.graphics.scales import one_span, spark
from bochiso.web.graphics.tile_map import MapSet
from bochiso.web.graphics.trend_chart import TrendMark, TrendSeries, trend_picture

NAME = "UBND xã <Ea & Drăng>"
MARKS = (
    TrendMark(date(2026, 4, 20), Decimal("80.10"), 3, 34, "1", Decimal("79.00")),
    TrendMark(date(2026, 5, 20), Decimal("81.10"), 2, 34, "1", Decimal("79.50")),
    TrendMark(date(2026, 9, 17), Decimal("65.10"), 12, 34, "2", Decimal("65.90")),
    TrendMark(date(2026, 10, 6), Decimal("65.64"), 11, 34, "2", Decimal("65.95")),
)
SERIES = TrendSeries(NAME, MARKS, Text("hạng 10", "rank 10"), 10)
BOXES = BulletSet(
    NAME,
    (
        BoxLoss("A", Decimal(22), Decimal("9.40"), Decimal("9.50"), Decimal("14.1")),
        BoxLoss("B", Decimal(10), None, None, None),
    ),
    {"A": Text("Số hóa hồ sơ", "Digitisation"), "B": Text("Thanh toán", "Payment")},
    Text("trung bình cả nước", "national mean"),
    {"A": Decimal(15)},
)
DOTS = DotSet(
    f"{NAME} giữa mọi xã",
    (
        DotRow(Text("Tổng điểm", "Total"), Decimal(100), tuple(map(Decimal, range(40, 95))), Decimal(67),
               Decimal(60), 36),
        DotRow(Text("Không có ai", "Nobody"), Decimal(10), (), None),
    ),
    NAME,
    Text("mỗi chấm một xã", "a dot a commune"),
)  # fmt: skip


def test_the_letters_of_a_boundary_that_crosses_itself_stand_within_it() -> None:
    crossing = ((108.0, 12.0), (108.2, 12.2), (108.2, 12.0), (108.0, 12.21), (108.0, 12.0))
    unit = MapUnit("H15.1", "Ea Drăng", 0, Decimal("91.00"))
    found = MapSet("Xếp loại", (unit,), (MapClass("Xuất sắc", "XS"),), "Tổng điểm")
    kept = Boundaries((Outline("H15.1", (crossing,)),))
    drawn = boundary_picture(found, kept, "ban-do-xa", "xep-loai", Lang.VI).draw(ChartSize.PHONE)
    x, y = map(float, re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>XS<', drawn.body)[0])
    assert 100 < x < 240
    assert 100 < y < 260


def charts(lang: Lang) -> list[PageChart]:
    return [
        trend_picture(SERIES, "dien-bien", "H15.1", lang),
        bullet_picture(BOXES, "nhom", "H15.1", lang),
        dot_picture(DOTS, "phan-bo", "H15.1", lang),
    ]


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("size", ChartSize)
def test_every_mark_is_on_the_sheet_and_every_name_is_text(size: ChartSize, lang: Lang) -> None:
    for chart in charts(lang):
        for drawn in (chart.svg(size), chart.file("Nguồn: <thử>", size)):
            root = ElementTree.fromstring(drawn)
            assert root.get("role") == "img"
            assert NAME in (root.get("aria-label") or "")
            assert "<Ea" not in drawn
            width, height = float(root.get("width", 0)), float(root.get("height", 0))
            for each in root.iter():
                if each.tag.endswith("text") and each.get("transform") is None:
                    assert -1 <= float(each.get("x", 0)) <= width
                    assert 0 <= float(each.get("y", 0)) <= height + 1
            assert not re.search(r"nan|inf|style=|<script|onload", drawn)


def test_the_line_breaks_where_the_scale_changed_and_that_is_said() -> None:
    chart = trend_picture(SERIES, "dien-bien", "H15.1", Lang.VI)
    drawn = chart.svg(ChartSize.DESK)
    assert drawn.count('stroke-width="2.5"') == 2
    assert "đổi cách tính" in drawn
    assert "giữa ngày 20/05/2026 và ngày 17/09/2026" in chart.note
    whole = trend_picture(
        replace(SERIES, marks=tuple(replace(m, era="2") for m in MARKS)), "dien-bien", "H15.1", Lang.VI
    )
    assert whole.note == ""
    assert whole.svg(ChartSize.DESK).count('stroke-width="2.5"') == 1


def test_one_day_is_a_dot_and_is_said_to_be_no_trend() -> None:
    chart = trend_picture(replace(SERIES, marks=MARKS[:1]), "dien-bien", "H15.1", Lang.EN)
    assert "One snapshot so far" in chart.note
    ElementTree.fromstring(chart.svg(ChartSize.PHONE))


def test_the_figures_of_a_chart_are_its_table() -> None:
    trend, bullets, dots = charts(Lang.VI)
    assert trend.table()[-1] == {
        "Ngày": "06/10/2026", "Tổng điểm": Decimal("65.64"), "Hạng": 11, "Trên tổng số": 34,
        "Hạng 10": Decimal("65.95"),
    }  # fmt: skip
    assert bullets.table()[0]["Điểm bị mất"] == Decimal("12.60")
    assert bullets.table()[0]["Chỉ tiêu"] == Decimal(15)
    assert dots.table()[0][NAME] == Decimal(60)
    assert dots.table()[1]["Số đơn vị"] == 0


def test_a_picture_is_a_png_of_twice_the_pixels() -> None:
    made = charts(Lang.VI)[1].png("Nguồn: thử")
    assert made.startswith(b"\x89PNG")
    assert int.from_bytes(made[16:20], "big") == 2 * (ChartSize.DESK.value + 32)


def test_sparklines_of_a_table_share_one_scale() -> None:
    days = [date(2026, 10, 1), date(2026, 10, 7)]
    leap = [(days[0], Decimal(58), ""), (days[1], Decimal(70), "")]
    step = [(days[0], Decimal(58), ""), (days[1], Decimal("58.5"), "")]
    span = one_span([leap, step, []])
    assert span == 12
    assert spark(leap, span) == "M0,21L100,3"
    assert spark(step, span) == "M0,12L100,12"


def colours(css: str) -> dict[str, str]:
    """The custom properties of one block of the style sheet."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", css))


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    whole = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(whole[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """The contrast of two colours by WCAG 2.2: from 1 to 21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_charts_take_the_colours_of_the_page_and_can_be_read_by_day_and_in_the_dark() -> None:
    css = (HERE / "static" / "bochiso.css").read_text("utf-8")
    day, dark = (colours(css[css.index(mark) :].partition("}")[0]) for mark in (":root {", ":root:not("))
    for colour, name in PAGE_COLOURS.items():
        assert luminance(day[name]) == luminance(colour), name
        assert name in dark, name
    for found in (day, day | dark):
        words = [(word, ground) for word in ("ink", "soft", "mark") for ground in ("paper", "ground")]
        words += [(w, f"class-{n}") for w in ("ink", "soft") for n in (*range(5), "none")]
        words += [("on-mark", "mark"), ("on-mark", "mark-deep"), ("mark", "mark-soft"), ("down", "bad")]
        assert [each for each in words if contrast(found[each[0]], found[each[1]]) < 4.5] == []
        marks = [(f"edge-{n}", ground) for n in range(5) for ground in (f"class-{n}", "paper")]
        marks += [("best", "paper"), ("mark", "whole"), ("ink", "others"), ("field", "paper")]
        assert [each for each in marks if contrast(found[each[0]], found[each[1]]) < 3] == []


def test_a_chart_on_a_page_and_as_a_file_are_the_same_but_for_where_colours_come_from() -> None:
    for chart in charts(Lang.VI):
        assert "#" not in chart.svg(ChartSize.DESK).partition(">")[2]
        assert "var(" not in chart.file("Nguồn")
