"""Charts: their table equals the standings, every figure stands in the picture, colour is never alone."""

import html
import re
import struct
import subprocess
import sys
import zlib
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from example_standings import (
    bare,
    comparisons,
    province_comparison,
    provinces,
    ranked,
    rules,
    trend_points,
    units,
    units_without_figures,
)

from bochiso.report.charts.definitions import boxes, changes, grades, trend
from bochiso.report.charts.theme import FONT, Chart
from bochiso.score.changes import Change
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.text import Lang, change, day, points
from bochiso.units.model import Level

NATION = provinces("2026-10-06").levels[Level.PROVINCE]
LEVELS = [units("2026-10-07").levels[level] for level in (Level.DEPARTMENT, Level.COMMUNE)]


def gia_lai() -> Standing:
    found = provinces("2026-10-06").find("H21")
    assert found is not None
    return found


def moved(code: str = "H21") -> Change:
    found = province_comparison().find(code)
    assert found is not None
    return found


def words(chart: Chart) -> list[str]:
    """Every text of the picture."""
    return [
        html.unescape("".join(each.itertext()))
        for each in ElementTree.fromstring(chart.svg()).iter("{http://www.w3.org/2000/svg}text")
    ]


def every_chart(lang: Lang) -> list[Chart]:
    return [
        boxes(gia_lai(), rules(), lang, NATION),
        changes(moved(), rules(), lang),
        grades(LEVELS, rules(), lang),
        trend(trend_points("68.26", "66.97", "66.97", "70.00"), lang),
    ]


def pixels(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG whose every chunk is whole."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + body)
        packed += body if kind == b"IDAT" else b""
        at += 12 + size
    assert zlib.decompress(packed)
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("lang", Lang)
def test_every_row_and_figure_of_the_table_stands_in_the_picture(lang: Lang) -> None:
    for chart in every_chart(lang)[:1] + every_chart(lang)[2:]:
        text = " ".join(words(chart))
        for cells in chart.cells():
            for cell in cells:
                shown = cell.removesuffix(",00").removesuffix(".00") if cell.endswith("00") else cell
                assert shown in text, (cell, text)


@pytest.mark.parametrize("lang", Lang)
def test_changes_stand_with_their_sign(lang: Lang) -> None:
    text = words(changes(moved(), rules(), lang))
    for code, points_moved in moved().boxes.items():
        assert change(points_moved, lang) in text
        assert rules().label(code).render(lang) in text
    assert change(moved().total, lang) in text


def test_boxes_are_those_of_the_standing_with_the_national_mean() -> None:
    chart = boxes(gia_lai(), rules(), Lang.VI, NATION)
    expected = [
        (rules().label(box.code).vi.format(**rules().label(box.code).values), box.points, box.max_points,
         NATION.means[box.code])
        for box in gia_lai().score.boxes
    ]  # fmt: skip
    assert list(chart.rows) == expected
    assert [h.vi for h in chart.headings][-1] == "Trung bình cả nước (TB)"


def test_without_peers_no_mean_is_shown() -> None:
    chart = boxes(gia_lai(), rules(), Lang.VI)
    assert [len(row) for row in chart.rows] == [3] * 6
    assert not any("TB" in word or "Trung bình" in word for word in words(chart))


def test_a_missing_box_is_a_dash_and_not_zero() -> None:
    standing = ranked(*bare(Level.PROVINCE, "88.72")).rows[0]
    chart = boxes(standing, rules(), Lang.VI)
    assert [row[1] for row in chart.rows] == [None] * 6
    assert "–/18" in words(chart)
    assert "0,00/18" not in words(chart)


def test_grades_count_as_the_standings_do_and_share_the_ranked_units() -> None:
    chart = grades(LEVELS, rules(), Lang.VI)
    counted: list[int] = [row[2] for row in chart.rows if isinstance(row[2], int)]
    assert counted == [n for level in LEVELS for n in level.grade_counts.values()]
    assert sum(counted) == 14 + 135
    assert "85 (62,96%)" in words(chart)


def test_a_level_without_ranked_units_has_no_share() -> None:
    level = ranked(*units_without_figures()).levels[Level.PROVINCE]
    chart = grades([level], rules(), Lang.VI)
    assert {row[3] for row in chart.rows} == {None}
    assert "0" in words(chart)


def test_a_trend_shows_every_day_and_total() -> None:
    known = trend_points("68.26", "66.97", "70.00")
    chart = trend(known, Lang.VI)
    assert [row[2] for row in chart.rows] == [Decimal("68.26"), Decimal("66.97"), Decimal("70.00")]
    text = words(chart)
    assert all(day(one.day, Lang.VI) in text for one in known)
    assert all(points(one.standing.score.total, Lang.VI) in text for one in known)


def test_a_trend_does_not_join_what_lies_on_both_sides_of_a_missing_total() -> None:
    whole, broken = (
        trend(trend_points("60.00", "61.00", "62.00"), Lang.VI),
        trend(trend_points("60.00", None, "62.00"), Lang.VI),
    )
    assert broken.cells()[1][2] == "–"
    assert "–" not in " ".join(re.findall(r">([^<]*)</text>", whole.svg()))
    line = '<path aria-label|<path[^>]*stroke="#08519c"[^>]*stroke-width="2"'
    drawn = [re.search(r' d="([^"]*)"', path) for path in re.findall(rf"(?:{line})[^>]*>", broken.svg())]
    assert not any(found and "L" in found[1] for found in drawn)


def test_a_trend_of_two_periods_says_which_is_which() -> None:
    known = trend_points("60.00", "61.00", period="2025") + trend_points("10.00", "12.00", period="2026")
    assert {"2025", "2026"} <= set(words(trend(known, Lang.VI)))


def test_a_long_trend_names_only_the_telling_totals() -> None:
    totals = [f"{60 + n / 10:.2f}" for n in range(40)]
    text = words(trend(trend_points(*totals), Lang.VI))
    assert "60,00" in text
    assert "63,90" in text
    assert "61,50" not in text


@pytest.mark.parametrize("lang", Lang)
def test_the_alternative_text_says_every_figure(lang: Lang) -> None:
    for chart in every_chart(lang):
        spoken = chart.alt.render(lang)
        for row in chart.cells():
            for cell in row:
                assert cell.removesuffix(",00").removesuffix(".00").lstrip("-−") in spoken
        root = ElementTree.fromstring(chart.svg())
        assert root.get("role") == "img"
        assert spoken in (root.get("aria-label") or "")


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    vietnamese, english = (" ".join(words(changes(moved(), rules(), lang))) for lang in Lang)
    assert not re.search(r"\d\.\d", vietnamese)
    assert not re.search(r"\d,\d", english)


def test_a_loss_is_an_outlined_bar_and_a_gain_a_full_one() -> None:
    fell = min(comparisons()[Level.COMMUNE].changes, key=lambda change: change.total or 0)
    svg = changes(fell, rules(), Lang.VI).svg()
    assert re.search(r'fill="#ffffff" stroke="#d95f02"', svg)
    assert re.search(r'fill="#6baed6" stroke="#08519c"', changes(moved(), rules(), Lang.VI).svg())


def test_boxes_maxima_and_mean_differ_in_grey() -> None:
    svg = boxes(gia_lai(), rules(), Lang.VI, NATION).svg()
    shades = {grey(colour) for colour in ("#6baed6", "#ffffff", "#1a1a1a") if colour in svg}
    assert len(shades) == 3
    assert min(abs(a - b) for a in shades for b in shades if a != b) > 60


def grey(colour: str) -> int:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return (299 * red + 587 * green + 114 * blue) // 1000


def test_a_picture_can_be_read_and_fits_a_page() -> None:
    for chart in every_chart(Lang.VI):
        width, height = pixels(chart.png(2))
        assert 600 < width <= 1300
        assert height < 1000
        assert len(chart.png(2)) < 150_000


def test_letters_of_vietnamese_are_drawn_and_differ() -> None:
    """A font without them would draw every one as the same box."""
    names = ["Sở ễ", "Sở ặ", "Sở ợ"]
    pictures = {boxes(named(name), rules(), Lang.VI).title.render(Lang.VI) for name in names}
    assert len(pictures) == 3
    assert FONT.startswith("Be Vietnam Pro")
    drawn = {rename(name) for name in ("ễ", "ặ", "ợ", "ữ")}
    assert len(drawn) == 4


def named(name: str) -> Standing:
    figures = bare(Level.PROVINCE, "50")[0]
    return ranked(type(figures)(type(figures.unit)("H15", name, Level.PROVINCE), total=figures.total)).rows[0]


def rename(letter: str) -> bytes:
    """A picture of one letter in the charts' font."""
    import vl_convert

    trend(trend_points("60.00"), Lang.VI).svg()
    return vl_convert.svg_to_png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        f'<text x="5" y="30" font-family="Be Vietnam Pro" font-size="24">{letter}</text></svg>'
    )


def test_a_name_with_markup_stays_a_name() -> None:
    name = "Sở <b>&\"'" + "x" * 300
    standing = named(name)
    root = ElementTree.fromstring(boxes(standing, rules(), Lang.VI).svg())
    assert name in (root.get("aria-label") or "")


def test_nothing_to_draw_is_an_empty_chart() -> None:
    empty = LevelStandings(Level.COMMUNE, (), 0, {g.code: 0 for g in rules().grades.bounds}, {}, None)
    assert grades([empty], rules(), Lang.VI).png(1)
    assert trend([], Lang.VI).rows == ()
    assert trend([], Lang.VI).png(1)


def test_the_command_starts_without_the_chart_library() -> None:
    code = "import bochiso.cli, sys; sys.exit('altair' in sys.modules or 'vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
