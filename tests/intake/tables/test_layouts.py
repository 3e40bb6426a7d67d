"""A known table laid out at random reads back the same or is refused, never differently."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sheet_writing import Cell, Grid, Share, as_ods, as_text, as_xlsx
from table_reading import RULES
from thoroughness import tries

from bochiso.errors import SourceError
from bochiso.intake.figures.detect import read_files
from bochiso.intake.result import unit_figures
from bochiso.score.scoring import score_units
from bochiso.units.matching import match_key
from bochiso.units.model import Level

MOST = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22}
HEADS = {
    "CKMB": ("Công khai, minh bạch", "CKMB", "1. Công khai, minh bạch"),
    "TDGQ": ("Tiến độ, kết quả giải quyết", "Tiến độ\ngiải quyết", "TDGQ"),
    "CLGQ": ("Cung cấp dịch vụ trực tuyến", "Dịch vụ công trực tuyến", "CLGQ"),
    "TTTT": ("Thanh toán trực tuyến", "TTTT"),
    "MDHL": ("Mức độ hài lòng", "MDHL", "Hài lòng"),
    "MDSH": ("Số hóa hồ sơ", "Số hoá hồ sơ", "MDSH"),
}
NAMES = {
    Level.DEPARTMENT: ("Sở Y tế", "Sở Nội vụ", "Thanh tra tỉnh", "Sở Văn hóa, Thể thao và Du lịch"),
    Level.COMMUNE: ("UBND xã Ea Kar", "UBND phường Buôn Hồ", "UBND xã Cư M'gar", "UBND xã Hòa Phú"),
}
SECTIONS = {Level.DEPARTMENT: "Sở, ban, ngành", Level.COMMUNE: "Xã, phường"}
CLOSING = ("Tổng cộng", "Trung bình", "BQ chung", "Điểm TB", "Ghi chú: số liệu của Cổng", "NGƯỜI LẬP BIỂU")


def written(draw: st.DrawFn, name: str, number: int) -> str:
    """A name as somebody may write it."""
    forms = {
        "as it is": name,
        "footnote": f"{name} (*)",
        "numbered": f"{number}. {name}",
        "spaces": name.replace(" ", "  "),
        "capitals": name.upper(),
        "decomposed": unicodedata.normalize("NFD", name),
        "typographic": name.replace("'", "’"),
        "tone": name.replace("Hòa", "Hoà").replace("hóa", "hoá"),
        "line": name.replace(" ", "\n", 1),
    }
    return forms[draw(st.sampled_from(sorted(forms)))]


def headed(draw: st.DrawFn, grid: Grid, order: list[str], forms: tuple[str, ...], total: bool) -> None:
    """A heading of one, two or three rows; `forms`: what stands under each group."""
    heads = [draw(st.sampled_from(HEADS[code])) for code in order]
    first: list[Cell] = ["STT", draw(st.sampled_from(["Đơn vị", "Tên cơ quan/đơn vị", "Cơ quan, đơn vị"]))]
    columns = [head for head in heads for _ in forms]
    above = draw(st.booleans())
    end = ["Tổng điểm"] if total else []
    rows: list[list[Cell]] = []
    if above:
        rows.append([*first, *["Kết quả thực hiện"] * len(columns), *end])
    rows.append([*first, *columns, *end])
    if len(forms) > 1:
        rows.append([*first, *[form for _ in order for form in forms], *end])
    top = len(grid.rows)
    for row in rows:
        grid.add(*row)
    high = len(rows)
    if high > 1:  # what is the same downwards, or above several columns, is one merged cell
        for at in (0, 1, *([len(first) + len(columns)] if total else [])):
            _merge(grid, top, top + high - 1, at, at)
    if above:
        _merge(grid, top, top, 2, 1 + len(columns))
    if len(forms) > 1:
        for n in range(len(order)):
            left = 2 + n * len(forms)
            _merge(grid, top + above, top + above, left, left + len(forms) - 1)


def _merge(grid: Grid, top: int, bottom: int, left: int, right: int) -> None:
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) != (top, left):
                grid.rows[row][column] = ""
    if (top, left) != (bottom, right):
        grid.spans.append((top, bottom, left, right))


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, Decimal], bytes]:
    """The true totals by name, and the bytes of one way to write the table."""
    levels = draw(st.lists(st.sampled_from([*NAMES]), min_size=1, max_size=2, unique=True))
    forms = draw(st.sampled_from([("Điểm",), ("Tỷ lệ",), ("Tỷ lệ", "Điểm"), ("Tử số", "Mẫu số", "Điểm")]))
    order = draw(st.permutations([*MOST]))
    total = draw(st.sampled_from(["", "points", "percent"]))
    grid = Grid()
    width = 2 + len(order) * len(forms) + bool(total)
    for _ in range(draw(st.integers(0, 2))):
        grid.add(draw(st.sampled_from(["PHỤ LỤC I", "KẾT QUẢ THỰC HIỆN BỘ CHỈ SỐ", ""])), *[""] * (width - 1))
    headed(draw, grid, order, forms, bool(total))
    truth: dict[str, Decimal] = {}
    number = 0
    for level in levels:
        if len(levels) > 1 or draw(st.booleans()):
            grid.add(draw(st.sampled_from(["I", "A", ""])), SECTIONS[level], *[""] * (width - 2))
        for name in draw(st.lists(st.sampled_from(NAMES[level]), min_size=1, max_size=3, unique=True)):
            number += 1
            points = {code: Decimal(draw(st.integers(130, most * 100))) / 100 for code, most in MOST.items()}
            cells = [cell for code in order for cell in _cells(points[code], MOST[code], forms)]
            whole = sum(points.values(), Decimal(0))
            ends: list[Cell] = {"": [], "points": [whole], "percent": [Share(whole / 100)]}[total]
            grid.add(str(number), written(draw, name, number), *cells, *ends)
            truth[match_key(name, level)] = whole
    for closing in draw(st.lists(st.sampled_from(CLOSING), max_size=2, unique=True)):
        grid.add("", closing, *[""] * (width - 2))
    return truth, _bytes(draw, grid)


def _cells(points: Decimal, most: int, forms: tuple[str, ...]) -> list[Cell]:
    share = (points / most).quantize(Decimal("0.00000001"))
    kinds: dict[str, Cell] = {
        "Điểm": points, "Tỷ lệ": Share(share), "Tử số": Decimal(12), "Mẫu số": Decimal(18),
    }  # fmt: skip
    return [kinds[form] for form in forms]


def _bytes(draw: st.DrawFn, grid: Grid) -> bytes:
    form = draw(st.sampled_from(["xlsx", "ods", "text"]))
    if form == "xlsx":
        return as_xlsx(grid)
    if form == "ods":
        return as_ods(grid)
    for row in grid.rows:
        row[:] = [" ".join(cell.split("\n")) if isinstance(cell, str) else cell for cell in row]
    text = as_text(grid, draw(st.sampled_from(";\t|")), draw(st.sampled_from(",.")))
    text = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])))


@settings(max_examples=tries(40, 12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_known_table_is_read_the_same_or_refused(drawn: tuple[dict[str, Decimal], bytes]) -> None:
    truth, data = drawn
    try:
        intake = read_files(None, [("bảng", data)], RULES)
    except SourceError:
        return
    found = {
        match_key(one.unit.name, one.unit.level): one.total
        for one in score_units(unit_figures(intake, RULES), RULES)
    }
    assert set(found) <= set(truth)
    for name, total in found.items():
        assert total is not None
        assert abs(total - truth[name]) <= Decimal("0.03")
    assert len(found) + len(intake.refusals) >= len(truth)


@pytest.mark.parametrize("form", ["xlsx", "ods", "text"])
def test_a_heading_of_three_rows_is_no_reason_to_refuse(form: str) -> None:
    grid = Grid()
    for row in (
        ["STT", "Đơn vị", *["Kết quả"] * 12, "Tổng điểm"],
        ["", "", *[head for code in MOST for head in (HEADS[code][0], "")], ""],
        ["", "", *["Tỷ lệ", "Điểm"] * 6, ""],
    ):
        grid.add(*row)
    grid.spans += [(0, 0, 2, 13), *((1, 1, 2 + 2 * n, 3 + 2 * n) for n in range(6))]
    for column in (0, 1, 14):
        grid.spans.append((0, 2, column, column))
    cells = [cell for most in MOST.values() for cell in (Share(Decimal("0.5")), Decimal(most) / 2)]
    grid.add("1", "Sở Y tế", *cells, Decimal(50))
    data = {"xlsx": as_xlsx, "ods": as_ods, "text": lambda each: as_text(each, ";", ",").encode()}[form](grid)
    intake = read_files(None, [("bảng", data)], RULES)
    (one,) = score_units(unit_figures(intake, RULES), RULES)
    assert one.total == 50
    assert not intake.refusals
